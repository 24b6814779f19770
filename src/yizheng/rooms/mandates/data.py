"""What may be known about mandates (亲情代办): who may act for whom, in what, from when to when, and their one table of
steps."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.life import Life, Move, State, Turn
from yizheng.rooms.ledger.data import WitnessedTable
from yizheng.rooms.mandates.why import Why


class Scope(StrEnum):
    """What a helper may do (代办事项)."""

    VIEW = "view"
    CERTIFY = "certify"
    NOTICES = "notices"


class MandateState(StrEnum):
    """Where a mandate is (委托状态)."""

    ASKED = "asked"
    IN_FORCE = "in_force"
    DECLINED = "declined"
    ENDED = "ended"


class Side(StrEnum):
    """Who asked for a mandate: the beneficiary (also with a clerk at the window), or the helper. The other one agrees."""

    BENEFICIARY = "beneficiary"
    HELPER = "helper"


class EndReason(StrEnum):
    """Why a mandate ended."""

    BENEFICIARY = "beneficiary"
    HELPER = "helper"
    STAFF = "staff"
    CHANGED = "changed"
    LAPSED = "lapsed"
    UNANSWERED = "unanswered"
    DEATH = "death"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """A mandate: `helper_id` (an account) may act for `pno` within `scopes`, from a day until before another."""

    mandate_id: int
    pno: Pno
    helper_id: int
    scopes: frozenset[Scope]
    from_day: date
    until_day: date
    state: MandateState
    asked_by: Side = Side.BENEFICIARY
    asked_at: datetime | None = None
    agreed_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMandate:
    """A mandate to be asked for. `until_day` is the first day on which it is no longer in force."""

    pno: Pno
    helper_id: int
    scopes: frozenset[Scope]
    from_day: date
    until_day: date
    asked_by: Side


MANDATE_LIFE = Life(
    name="mandate",
    states=(
        State(code=MandateState.ASKED, owner=Turn.PERSON),
        State(code=MandateState.IN_FORCE, owner=Turn.PERSON),
        State(code=MandateState.DECLINED, owner=Turn.NOBODY, final=True),
        State(code=MandateState.ENDED, owner=Turn.NOBODY, final=True),
    ),
    moves=(
        Move(state=MandateState.ASKED, step="agree", to=MandateState.IN_FORCE),
        Move(state=MandateState.ASKED, step="decline", to=MandateState.DECLINED),
        Move(state=MandateState.ASKED, step="take_back", to=MandateState.ENDED),
        Move(state=MandateState.ASKED, step="death", to=MandateState.ENDED, by=Turn.MACHINE),
        Move(state=MandateState.ASKED, step="lapse", to=MandateState.ENDED, by=Turn.MACHINE),
        Move(state=MandateState.IN_FORCE, step="end", to=MandateState.ENDED),
        Move(state=MandateState.IN_FORCE, step="change", to=MandateState.ENDED),
        Move(state=MandateState.IN_FORCE, step="lapse", to=MandateState.ENDED, by=Turn.MACHINE),
        Move(state=MandateState.IN_FORCE, step="death", to=MandateState.ENDED, by=Turn.MACHINE),
    ),
)
"""The life of a mandate. Of the two people one asks and the other answers; either may end it, and the beneficiary may
change it: that ends the mandate and makes a new one, since nothing that can be contested is overwritten."""

STEP_OF_REASON: dict[EndReason, str] = {
    EndReason.BENEFICIARY: "end",
    EndReason.HELPER: "end",
    EndReason.STAFF: "end",
    EndReason.CHANGED: "change",
    EndReason.LAPSED: "lapse",
    EndReason.UNANSWERED: "lapse",
    EndReason.DEATH: "death",
}
"""Which step of the table a reason takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """For how many people a helper of one kind may act at once, and from how many on staff are told."""

    most: int
    warn_from: int

    def __post_init__(self) -> None:
        if not 1 <= self.warn_from <= self.most:
            raise Refused(Why.WARN_FROM_WRONG, most=self.most, came=self.warn_from)


FAMILY, COMMUNITY, ENTRUSTED = "family", "community", "entrusted"
"""The kinds of helpers (代办人类别): relatives and neighbours, community workers (社区), entrusted agents (委托机构)."""


def _limits() -> dict[str, Limit]:
    return {
        FAMILY: Limit(most=4, warn_from=3),
        COMMUNITY: Limit(most=60, warn_from=40),
        ENTRUSTED: Limit(most=200, warn_from=150),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateRules:
    """An agency's rules of mandates (`mandates.yaml`), each with what holds where the agency says nothing."""

    limits: dict[str, Limit] = field(default_factory=_limits)
    longest_days: int = 1096
    usual_days: int = 366
    answer_within_days: int = 14
    asks_a_day: int = 3
    names_a_day: int = 6
    again_after_decline_days: int = 30

    def __post_init__(self) -> None:
        if FAMILY not in self.limits:
            raise Refused(Why.FAMILY_LIMIT_MISSING, kind=FAMILY)
        if not 1 <= self.usual_days <= self.longest_days:
            raise Refused(Why.USUAL_DAYS_WRONG, most=self.longest_days)
        if (
            min(self.answer_within_days, self.asks_a_day, self.names_a_day) < 1
            or self.again_after_decline_days < 0
        ):
            raise Refused(Why.NUMBERS_TOO_SMALL)

    def limit_of(self, kind: str) -> Limit:
        """The limit of a kind of helper; a kind that the agency does not name has the family's."""
        return self.limits.get(kind, self.limits[FAMILY])


MANDATES = WitnessedTable(
    "mandates_mandate",
    "id",
    (
        "pno",
        "helper_id",
        "scopes",
        "from_day",
        "until_day",
        "state",
        "asked_by",
        "asked_at",
        "asked_actor",
        "agreed_at",
        "agreed_actor",
        "ended_at",
        "ended_actor",
        "end_reason",
        "wrong_names",
        "follows",
    ),
)
"""The witnessed columns of a mandate."""

KINDS = WitnessedTable("mandates_helperkind", "id", ("account_id", "kind", "known_since", "known_by"))
"""The witnessed columns of what kind of helper somebody is."""
