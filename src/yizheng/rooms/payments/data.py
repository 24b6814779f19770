"""What may be known about payments (发放): pause lists, holds, kinds of pay, the control total, and the arrears table."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum

from yizheng.kernel.ids import Pno
from yizheng.kernel.life import Life, Move, State, Turn
from yizheng.kernel.time import Month
from yizheng.rooms.access.data import Permission
from yizheng.rooms.payments.waiting import NO_LIMITS as NO_LIMITS
from yizheng.rooms.payments.waiting import WAIT_LIFE as WAIT_LIFE
from yizheng.rooms.payments.waiting import Difference as Difference
from yizheng.rooms.payments.waiting import HeldPay as HeldPay
from yizheng.rooms.payments.waiting import NewHeldPay as NewHeldPay
from yizheng.rooms.payments.waiting import PayLimits as PayLimits
from yizheng.rooms.payments.waiting import WaitsFor as WaitsFor
from yizheng.rooms.payments.waiting import WaitState as WaitState


class PauseListState(StrEnum):
    """Where a month's pause list is."""

    DRAWN = "drawn"
    RELEASED = "released"


LIST_LIFE = Life(
    name="list",
    states=(
        State(code=PauseListState.DRAWN, owner="supervisor"),
        State(code=PauseListState.RELEASED, owner=Turn.NOBODY, final=True),
    ),
    moves=(
        Move(state=None, step="draw_up", to=PauseListState.DRAWN, by=Turn.MACHINE),
        Move(state=PauseListState.DRAWN, step="draw_up", to=PauseListState.DRAWN, by=Turn.MACHINE),
        Move(
            state=PauseListState.DRAWN,
            step="release",
            to=PauseListState.RELEASED,
            permission=Permission.RELEASE_PAUSE_LIST,
        ),
    ),
)
"""The life of a pause list: it may be drawn up anew until it is released; a released list stays as it is."""


class HoldReason(StrEnum):
    """Why a person is held out of a pause list: a pause now would be wrong, or nobody can know that it is right."""

    SPECIAL_GROUP = "special_group"
    SOURCE_ILL = "source_ill"
    OPEN_DOUBT = "open_doubt"
    NOTICE_MISSING = "notice_missing"
    NOTICE_TOO_LATE = "notice_too_late"
    NOTICE_UNDELIVERED = "notice_undelivered"
    NO_PHONE = "no_phone"
    CERTIFIED_SINCE = "certified_since"
    NOT_IN_PAYMENT = "not_in_payment"


class PayKind(IntEnum):
    """How a person's pay stands to last month's. The number is what columns hold."""

    SAME = 1
    NEW = 2
    CHANGED = 3
    RESUMED = 4
    STOPPED = 5
    HEIRS = 6
    OWED = 7
    ASKED = 8

    @property
    def word(self) -> str:
        """The word in files and exports."""
        return self.name.lower()


class Explanation(IntEnum):
    """Why an instruction is as it is. The number is what columns hold."""

    SAME = 1
    NEW = 2
    NEW_WITH_ARREARS = 3
    NEW_PAID_THROUGH_UNKNOWN = 4
    AMOUNT_CHANGED = 5
    RESUMED_WITH_ARREARS = 6
    RESUMED_WITHOUT_ARREARS = 7
    PAUSED = 8
    ENDED = 9
    HEIRS = 10
    OWED = 11
    NEW_ARREARS_WAIT = 12
    RESUMED_ARREARS_WAIT = 13
    WITH_MORE = 14
    ASKED = 15

    @property
    def word(self) -> str:
        """The word that tables hold."""
        return self.name.lower()


class PauseEnds(StrEnum):
    """What ended a pause. `other_loss`: a loss from a later day on, other than death; the months before it count."""

    CERTIFIED = "certified"
    CONFIRMED_ELIGIBLE = "confirmed_eligible"
    SENTENCE_SERVED = "sentence_served"
    RELEASED_EARLY = "released_early"
    ACQUITTED = "acquitted"
    FOUND = "found"
    DETAILS_CORRECTED = "details_corrected"
    DIED = "died"
    DECLARED_DEAD = "declared_dead"
    OTHER_LOSS = "other_loss"


class Arrears(StrEnum):
    """What is owed for the paused months. UNKNOWN: the table does not say; a person decides, nothing is forfeited."""

    FULL = "full"
    UP_TO_DEATH_MONTH = "up_to_death_month"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a pause ends: the arrears and the reason code (AAE160) of the step that ends it."""

    arrears: Arrears
    reason_code: str


NO_LIFE_PROOF, CUSTODY, MISSING, ACCOUNT_WRONG, ADDRESS_WRONG = "1201", "1202", "1203", "1206", "1207"
GENERIC, OTHER = "1200", "1299"
ENDED_OTHERWISE = "1499"
"""A file that turned out to be another's: "other ending", as AAE160 has no code of its own."""
REINSTATED = "1399"
"""An ended benefit comes back because the ending was wrong: "other resumption", as AAE160 has no code of its own."""

ARREARS_TABLE: dict[tuple[str, PauseEnds], Terms] = {
    (NO_LIFE_PROOF, PauseEnds.CERTIFIED): Terms(Arrears.FULL, "1301"),
    (NO_LIFE_PROOF, PauseEnds.CONFIRMED_ELIGIBLE): Terms(Arrears.FULL, "1301"),
    (NO_LIFE_PROOF, PauseEnds.DIED): Terms(Arrears.UP_TO_DEATH_MONTH, "1401"),
    (CUSTODY, PauseEnds.SENTENCE_SERVED): Terms(Arrears.NONE, "1302"),
    (CUSTODY, PauseEnds.RELEASED_EARLY): Terms(Arrears.NONE, "1304"),
    (CUSTODY, PauseEnds.ACQUITTED): Terms(Arrears.FULL, "1399"),
    (CUSTODY, PauseEnds.DIED): Terms(Arrears.NONE, "1401"),
    (MISSING, PauseEnds.FOUND): Terms(Arrears.FULL, "1303"),
    (MISSING, PauseEnds.CONFIRMED_ELIGIBLE): Terms(Arrears.FULL, "1303"),
    (MISSING, PauseEnds.CERTIFIED): Terms(Arrears.FULL, "1303"),
    (MISSING, PauseEnds.DIED): Terms(Arrears.UP_TO_DEATH_MONTH, "1401"),
    (MISSING, PauseEnds.DECLARED_DEAD): Terms(Arrears.NONE, "1401"),
    (ACCOUNT_WRONG, PauseEnds.DETAILS_CORRECTED): Terms(Arrears.FULL, "1399"),
    (ACCOUNT_WRONG, PauseEnds.DIED): Terms(Arrears.UP_TO_DEATH_MONTH, "1401"),
    (ADDRESS_WRONG, PauseEnds.DETAILS_CORRECTED): Terms(Arrears.FULL, "1399"),
    (ADDRESS_WRONG, PauseEnds.DIED): Terms(Arrears.UP_TO_DEATH_MONTH, "1401"),
    (OTHER, PauseEnds.ACQUITTED): Terms(Arrears.FULL, "1399"),
    (OTHER, PauseEnds.CONFIRMED_ELIGIBLE): Terms(Arrears.FULL, "1399"),
    (OTHER, PauseEnds.SENTENCE_SERVED): Terms(Arrears.NONE, "1302"),
    (OTHER, PauseEnds.DIED): Terms(Arrears.UP_TO_DEATH_MONTH, "1401"),
    (GENERIC, PauseEnds.CONFIRMED_ELIGIBLE): Terms(Arrears.FULL, "1399"),
    (GENERIC, PauseEnds.CERTIFIED): Terms(Arrears.FULL, "1301"),
    (GENERIC, PauseEnds.DIED): Terms(Arrears.UP_TO_DEATH_MONTH, "1401"),
    (NO_LIFE_PROOF, PauseEnds.OTHER_LOSS): Terms(Arrears.FULL, ""),
    (CUSTODY, PauseEnds.OTHER_LOSS): Terms(Arrears.NONE, ""),
    (MISSING, PauseEnds.OTHER_LOSS): Terms(Arrears.FULL, ""),
    (ACCOUNT_WRONG, PauseEnds.OTHER_LOSS): Terms(Arrears.FULL, ""),
    (ADDRESS_WRONG, PauseEnds.OTHER_LOSS): Terms(Arrears.FULL, ""),
}
"""Who is owed the paused months: 1201 missed certification, 1202 sentence, 1203 missing, 1206/1207 account or address
wrong, 1299 other (wanted or detained without a conviction). The pair that is not here is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlTotal:
    """A month's control total (总额平衡), in fen. `previous` is last month's monthly pay without its arrears.

    `same` is what the people who stay would get at last month's amounts; `changed` is the difference to what they get.
    """

    previous_fen: int
    same_fen: int
    stopped_fen: int
    new_fen: int
    resumed_fen: int
    changed_fen: int
    arrears_fen: int
    total_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StateStep:
    """One step of a person's pay state, as the entitlements tell it: 1 in payment, 2 paused, 3 ended.

    `arrears_due`: the paused months right before `effective_month` are owed, and paid when pay resumes or ends.
    """

    pno: int
    to_state: int
    reason_code: str
    effective_month: int
    arrears_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A person whose certification is overdue, with what the checks of a pause list look at."""

    pno: Pno
    due_day: date
    groups: int
    frozen: bool
    open_doubt: bool
    final_notice_on: date | None
    final_notice_at: datetime | None = None
    final_notice_unsent: bool = False
    no_phone: bool = False
    notice_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseItemView:
    """One person on a pause list."""

    pno: Pno
    due_day: date
    final_notice_at: datetime | None
    held: bool
    hold_reason: HoldReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseListView:
    """A month's pause list: how many it would pause, how many are held out of it and why."""

    month: Month
    state: PauseListState
    run_id: str
    drawn_at: datetime
    drawn_by: str
    released_at: datetime | None
    released_by: str
    to_pause: int
    held: int
    held_by_reason: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayReport:
    """What a pay run did. Counts of people, amounts in fen; `already` when the month's run existed before."""

    month: Month
    instructions: int
    same: int
    new: int
    stopped: int
    resumed: int
    totals: ControlTotal
    file: str
    file_hash: str
    run_at: datetime
    reconciles: bool = True
    already: bool = False

    def as_json(self) -> dict[str, object]:
        """The `pay` part of the demo's result."""
        return {
            "month": str(self.month),
            "same": self.same,
            "new": self.new,
            "stopped": self.stopped,
            "resumed": self.resumed,
            "arrears_fen": self.totals.arrears_fen,
            "total_fen": self.totals.total_fen,
            "reconciles": self.reconciles,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PayExceptionView:
    """A person whose pay differs from the month before, and why."""

    month: Month
    pno: Pno
    kind: PayKind
    monthly_fen: int
    arrears_fen: int
    reason_code: str
    explanation: str
    """The word of an `Explanation`; a sentence in what versions before wrote."""
    differences: tuple[Difference, ...] = ()
    """The months run before whose difference is among the arrears."""
