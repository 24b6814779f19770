"""Steps that a roster would take of many people at once (花名册大批变更), and that wait for a supervisor. Pure.

Rules that always hold: what is held changes nothing; whoever imported the roster does not release it; a person of whom a
later roster tells otherwise drops out before the release.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from yizheng.kernel.ids import Pno
from yizheng.kernel.life import held_until_decided
from yizheng.kernel.time import Month
from yizheng.rooms.access.data import Permission
from yizheng.rooms.entitlements.pay_states import PayStanding, PayState

EVERYWHERE = ""
"""The region of what counts over the whole file."""
DISTRICT = 6
"""Digits of a region's code that name the district or county: people are counted by it."""


class HeldState(StrEnum):
    """Where steps that were held are."""

    HELD = "held"
    RELEASED = "released"
    REJECTED = "rejected"


HOLD_LIFE = held_until_decided(
    "roster_hold",
    waiting=HeldState.HELD,
    released=HeldState.RELEASED,
    rejected=HeldState.REJECTED,
    permission=Permission.DECIDE_ROSTER_HOLD,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MassLimit:
    """From when on a change is one of many at once: more than so many `people`, and a larger `share` of those named."""

    people: int
    share: float

    def __post_init__(self) -> None:
        if self.people < 0 or not 0 <= self.share <= 1:
            raise ValueError("people of 0 or more and a share from 0 to 1 were expected")

    def is_passed(self, number: int, named: int) -> bool:
        """Whether so many of those named are too many to go by themselves."""
        return number > self.people and number > self.share * named


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLimits:
    """The limit of each step: into a pause, an end, and back into payment."""

    pause: MassLimit
    end: MassLimit
    resume: MassLimit

    def of(self, state: PayState) -> MassLimit:
        """The limit of steps that lead to the state."""
        return {PayState.PAUSED: self.pause, PayState.ENDED: self.end, PayState.IN_PAYMENT: self.resume}[
            state
        ]


def _same(people: int, share: float) -> StepLimits:
    one = MassLimit(people=people, share=share)
    return StepLimits(pause=one, end=one, resume=one)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLimits:
    """What a roster may change by itself (`roster_limits.yaml`): of the whole file, and of one district in it."""

    file: StepLimits = field(default_factory=lambda: _same(20, 0.02))
    region: StepLimits = field(default_factory=lambda: _same(10, 0.05))


def masses(
    steps: Iterable[tuple[str, PayState]], named: Mapping[str, int], limits: RosterLimits
) -> frozenset[tuple[str, PayState]]:
    """The changes that are too many: (district, state), or (EVERYWHERE, state) where the whole file's are.

    `named` are the people on the roster whom the file names, by district.
    """
    by_district = Counter(steps)
    by_state = Counter[PayState]()
    for (_, state), number in by_district.items():
        by_state[state] += number
    everybody = sum(named.values())
    of_file = {
        state for state, number in by_state.items() if limits.file.of(state).is_passed(number, everybody)
    }
    of_regions = {
        (district, state)
        for (district, state), number in by_district.items()
        if state not in of_file and limits.region.of(state).is_passed(number, named.get(district, 0))
    }
    return frozenset({(EVERYWHERE, state) for state in of_file} | of_regions)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStep:
    """What a roster told of a person's pay and nobody has decided yet. `given_reason` is empty where it gave none."""

    pno: Pno
    month: Month
    reason_code: str
    given_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """Steps to hold: of one state, in one district or everywhere. `named`: people whom the file names there."""

    to_state: PayState
    district: str
    named: int
    steps: tuple[HeldStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterHold:
    """Held steps as a whole: whose roster, which state, how many people; `dropped` of them are told otherwise since."""

    hold_id: int
    roster: int
    batch_id: str
    to_state: PayState
    district: str
    people: int
    dropped: int
    named: int
    state: HeldState
    held_at: datetime
    held_by: str
    decided_at: datetime | None
    decided_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a roster says of a person's pay: `state` 1, 2, 3 as nationally coded; 0 where it does not name the person."""

    state: int
    month: Month | None = None
    reason_code: str = ""


NOT_NAMED = Said(state=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Core system and product side by side: what rosters say, since which day of delivery, and what we say.

    `first_roster` is the position of the roster that said so first; `decision` is what our state rests on ('' at first).
    """

    pno: Pno
    said: Said
    since: date
    first_roster: int
    here: PayStanding
    decision: str

    @property
    def decided_in(self) -> str:
        """Where our state was decided: the decision's origin (`decisions.data.Origin`), or a roster; '' at first."""
        return self.decision.partition(":")[0]
