"""The pay state (发放状态, aae116): its words and its one table of steps. Pure.

Rules that always hold: a pause and a resumption are steps of their own, never an overwritten status; a later step
supersedes what was to come, and the superseded steps stay on record; an ended benefit comes back by a case that two
people decide, or by the roster where nothing but a roster ended it; the product pauses or ends only by a released pause
list and by a case that two people decided. A roster tells the steps of the agency's system of record: it is a witness,
and undoes no step but a roster's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol, TypeVar

from yizheng.kernel.life import Life, Move, State, Turn
from yizheng.kernel.time import Month
from yizheng.rooms.access.data import Permission

ROSTER = "roster"
"""What the decision of a step begins with that a roster told: `roster:3f9a0c21d4e5`."""


class PayState(IntEnum):
    """Where a benefit's pay stands. The number is the national code (aae116)."""

    IN_PAYMENT = 1
    PAUSED = 2
    ENDED = 3


def _by_case(state: PayState, step: str, to: PayState) -> Move[PayState]:
    return Move(state=state, step=step, to=to, by="rechecker", permission=Permission.CONFIRM_OUTCOME)


PAY_LIFE = Life(
    name="pay",
    states=(
        State(code=PayState.IN_PAYMENT, owner=Turn.MACHINE),
        State(code=PayState.PAUSED, owner=Turn.PERSON),
        State(code=PayState.ENDED, owner=Turn.NOBODY),
    ),
    moves=(
        Move(
            state=PayState.IN_PAYMENT,
            step="pause_by_list",
            to=PayState.PAUSED,
            by="supervisor",
            permission=Permission.RELEASE_PAUSE_LIST,
        ),
        _by_case(PayState.IN_PAYMENT, "pause_by_case", PayState.PAUSED),
        Move(state=PayState.PAUSED, step="resume_by_pass", to=PayState.IN_PAYMENT, by=Turn.MACHINE),
        _by_case(PayState.PAUSED, "resume_by_case", PayState.IN_PAYMENT),
        _by_case(PayState.PAUSED, "pause_for_another_reason", PayState.PAUSED),
        _by_case(PayState.IN_PAYMENT, "end", PayState.ENDED),
        _by_case(PayState.PAUSED, "end", PayState.ENDED),
        _by_case(PayState.ENDED, "reinstate", PayState.IN_PAYMENT),
    ),
)
"""The life of a benefit's pay. Who is paused certifies, or is cleared in a case; the payroll pays who is in payment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayChange:
    """A step to take, from a payroll month on. `reason_code` is AAE160; `decision` names what it rests on.

    `arrears_due`: the paused months right before are owed, and are paid when pay resumes or ends.
    """

    pno: int
    to_state: PayState
    reason_code: str
    effective_month: Month
    arrears_due: bool = False
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayStanding:
    """A person's pay state in a month, with the reason and month of the step that led to it ('' and None: no step)."""

    state: PayState
    reason_code: str
    since: Month | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayStepRow:
    """One step of a person's pay state, as it is in the table."""

    pno: int
    to_state: int
    reason_code: str
    effective_month: int
    arrears_due: bool
    decision: str

    @property
    def is_by_roster(self) -> bool:
        """Whether a roster told the step, and nobody decided it here."""
        return self.decision.partition(":")[0] == ROSTER


class Dated(Protocol):
    """A step with the month that it takes effect in."""

    @property
    def effective_month(self) -> int:
        """A `Month.index`."""
        ...


S = TypeVar("S", bound=Dated)


def in_force(steps: Iterable[S]) -> list[S]:
    """The steps that hold, given all of them in the order of becoming known.

    A later step supersedes every earlier one that takes effect in its month or after: a death in August that becomes
    known in November takes the pause planned for December with it. What holds is in order of taking effect, too.
    """
    holding: list[S] = []
    for step in steps:
        while holding and holding[-1].effective_month >= step.effective_month:
            holding.pop()
        holding.append(step)
    return holding
