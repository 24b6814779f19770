"""What may be known about cases (疑点核查): states and their one table of steps, outcomes, and how a case is shown."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from yizheng.kernel.ids import Pno
from yizheng.kernel.life import Life, Move, State, Turn
from yizheng.rooms.access.data import Permission


class CaseState(StrEnum):
    """Where a case is."""

    OPEN = "open"
    CHECKING = "checking"
    PROPOSED = "proposed"
    CLOSED = "closed"

    @property
    def chinese(self) -> str:
        """The word on screens."""
        return {"open": "待核查", "checking": "继续核查", "proposed": "待复核", "closed": "已办结"}[self]


class CaseStep(StrEnum):
    """What moves a case."""

    PROPOSE = "propose"
    AGREE = "agree"
    AGREE_TO_CHECK_ON = "agree_to_check_on"
    DISAGREE = "disagree"


WORKING_DAYS = 20
"""The time to look into a doubt, in working days; taken from the reporting term of 社会保险经办条例 art. 25."""

LIFE = Life(
    states=(
        State(code=CaseState.OPEN, owner="certifier"),
        State(code=CaseState.CHECKING, owner="certifier"),
        State(code=CaseState.PROPOSED, owner="rechecker"),
        State(code=CaseState.CLOSED, owner=Turn.NOBODY, final=True),
    ),
    moves=(
        Move(
            state=CaseState.OPEN,
            step=CaseStep.PROPOSE,
            to=CaseState.PROPOSED,
            permission=Permission.PROPOSE_OUTCOME,
        ),
        Move(
            state=CaseState.CHECKING,
            step=CaseStep.PROPOSE,
            to=CaseState.PROPOSED,
            permission=Permission.PROPOSE_OUTCOME,
        ),
        Move(
            state=CaseState.PROPOSED,
            step=CaseStep.AGREE,
            to=CaseState.CLOSED,
            permission=Permission.CONFIRM_OUTCOME,
        ),
        Move(
            state=CaseState.PROPOSED,
            step=CaseStep.AGREE_TO_CHECK_ON,
            to=CaseState.CHECKING,
            permission=Permission.CONFIRM_OUTCOME,
        ),
        Move(
            state=CaseState.PROPOSED,
            step=CaseStep.DISAGREE,
            to=CaseState.OPEN,
            permission=Permission.CONFIRM_OUTCOME,
        ),
    ),
)
"""The life of a case."""

EXTENDED_BY: dict[str, int] = {CaseStep.AGREE_TO_CHECK_ON: WORKING_DAYS}
"""The working days that the case has from a step on; after any other step it keeps the deadline that it has."""


class Outcome(StrEnum):
    """What a person finds (核查结果)."""

    ELIGIBLE = "eligible"
    LOST_CONFIRMED = "lost_confirmed"
    CANNOT_CONFIRM = "cannot_confirm"
    RETURNED_TO_SOURCE = "returned_to_source"
    STILL_SUSPECTED = "still_suspected"

    @property
    def chinese(self) -> str:
        """The word of the work."""
        return {
            "eligible": "具备资格",
            "lost_confirmed": "确认丧失",
            "cannot_confirm": "无法确认",
            "returned_to_source": "信息有误退回数据源",
            "still_suspected": "疑似丧失待核查",
        }[self]


QUESTIONS_ONLY = frozenset({"same_face"})
"""Reasons of a case that are a question and prove nothing: likeness of faces. No loss rests on them alone."""


class Loss(StrEnum):
    """What was lost or suspended, when the outcome is `lost_confirmed`."""

    DEATH = "death"
    DECLARED_DEAD = "declared_dead"
    CUSTODY = "custody"
    MISSING = "missing"
    DUPLICATE = "duplicate"

    @property
    def chinese(self) -> str:
        """The word of the work."""
        return {
            "death": "死亡",
            "declared_dead": "宣告死亡",
            "custody": "收监服刑",
            "missing": "失踪",
            "duplicate": "重复领取",
        }[self]


PERSON_ASKS = "person_asks"
"""Why a case is opened when no lead raised it (本人申请重新核对): a person stands at a window whose pay does not come."""
VISIT_NEEDED = "visit_needed"
"""Why a case is opened when no lead raised it (逾期未认证，先上门核实): overdue, and only a visit reaches the person."""
FACE_REVIEW = "face_review"
"""Why a case is opened when no lead raised it (刷脸没认准，人工核对): the machine could not tell, and a person looks. It
says nothing against anybody."""

FACE_REVIEW_DAYS = 3
"""Working days to look at such a case: what a place allows for a certification at a window (reference 1.4)."""

LOSS_REASONS = frozenset(
    {"death_reported", "death_contradicted", "custody_reported", "missing_reported", "duplicate_reported"}
)
"""The reasons that speak of a loss: while such a case is open, no machine passes the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A doubt that a run or a person raises: whose, why (reason codes), and the rows of evidence that lead to it."""

    pno: Pno
    reasons: tuple[str, ...]
    leads: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as screens and flows see it. `overdue` is counted on the day that the reader named."""

    case_id: int
    pno: Pno
    state: CaseState
    reasons: tuple[str, ...]
    leads: tuple[int, ...]
    run_id: str
    opened_on: date
    deadline: date
    version: int
    outcome: Outcome | None
    loss: Loss | None
    outcome_reason: str
    outcome_day: date | None
    proposed_by: str
    proposed_at: datetime | None
    confirmed_by: str
    confirmed_at: datetime | None
    owner: str

    def is_overdue(self, day: date) -> bool:
        """Whether the deadline has passed on that day while the case still waits for somebody."""
        return self.state is not CaseState.CLOSED and day > self.deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStepView:
    """One step in a case's history."""

    from_state: str
    to_state: str
    taken_at: datetime
    taken_by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """One page of the worklist: the cases, how many there are in all, and the cursor of the next page (None: last)."""

    cases: tuple[CaseView, ...]
    total: int
    page: int
    pages: int
    counts: dict[str, int] = field(default_factory=dict)
