"""What a person has to know first (首页状态), pure: one state of the home page, made from what several rooms know.

What is true of pay stands before everything else: somebody whose pay stops tomorrow must not read "there is nothing for
you to do". The person's page and the head of the staff's file show the same state, each in words of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yizheng.kernel.time import Month
from yizheng.rooms.casework.data import Outcome
from yizheng.rooms.certification.data import Result
from yizheng.rooms.entitlements.data import PayStanding, PayState

DEATHS = ("1401",)
"""Reasons (AAE160) of an end of pay that say that the person died."""


class Head(StrEnum):
    """What the page is headed by. Stable codes: both webs keep their words under them."""

    ENDED = "ended"
    ENDING = "ending"
    STOPPED = "stopped"
    STOPPING = "stopping"
    PAUSED = "paused"
    RESUMING = "resuming"
    PAUSE_COMING = "pause_coming"
    PAUSE_PLANNED = "pause_planned"
    WITH_STAFF = "with_staff"
    ASKED_AGAIN = "asked_again"
    UNDER_REVIEW = "under_review"
    CLEARED = "cleared"
    PASSED = "passed"
    NOT_DUE = "not_due"
    DUE = "due"
    OVERDUE = "overdue"
    EXEMPT = "exempt"
    FAILED = "failed"
    NO_RESULT = "no_result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the person sent and staff look at now (a face, a photo, a voice). `receipt` is empty where none was given;
    `by` is the day by which the person hears, None where it has passed: a day that is past promises nothing."""

    on: date
    receipt: str = ""
    by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A case about the person that was closed after the newest run: what people found, and when."""

    on: date
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFacts:
    """What is known. `pay` is how the person is paid now, `coming` the next step that is decided and not yet in effect.

    `planned`: the month of a pause list that names the person and that nobody has released. `missing_proof`: whether the
    pause that stands or comes is for want of a certification, which a certification ends. `doubt_open`: staff look into a
    report about the person; `doubt_by` is the day by which they have to. `asked_again`: the person asked for a new look.
    """

    result: Result | None
    due_day: date | None
    pay: PayStanding
    coming: PayStanding | None = None
    planned: Month | None = None
    missing_proof: bool = False
    sent: Sent | None = None
    doubt_open: bool = False
    doubt_by: date | None = None
    asked_again: bool = False
    closed: Closed | None = None
    benefit_ended: bool = False
    today: date

    @property
    def is_certified(self) -> bool:
        """Whether nothing is asked of the person at the moment."""
        return self.result in (Result.PASSED, Result.NOT_DUE)

    def comes_to(self, state: PayState) -> bool:
        """Whether a step to this state is decided and not yet in effect."""
        return self.coming is not None and self.coming.state is state


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeState:
    """What the page shows first, and all else that is true at the same time.

    `month` is the one from which pay changes, or has changed, None where that is not decided; `reason` the code (AAE160)
    of that step.
    """

    head: Head
    month: Month | None = None
    reason: str = ""
    until: date | None = None
    sent: Sent | None = None
    review_by: date | None = None
    asked_again: bool = False

    @property
    def must_act(self) -> bool:
        """Whether the person has to certify, and nothing of theirs lies with staff already."""
        return self.head in MUST_ACT and self.sent is None

    @property
    def is_death(self) -> bool:
        """Whether pay ended, or is to end, because a death is on record. Who reads this page is perhaps alive."""
        return self.head in (Head.ENDED, Head.ENDING) and self.reason in DEATHS


MUST_ACT = (Head.PAUSED, Head.PAUSE_COMING, Head.PAUSE_PLANNED, Head.DUE, Head.OVERDUE)


def home_state(facts: HomeFacts) -> HomeState:
    """The state of the home page."""
    head = next(head for head, holds in HEADS if holds(facts))
    in_time = facts.doubt_by is not None and facts.doubt_by >= facts.today
    month, reason = _step_told(head, facts)
    return HomeState(
        head=head,
        month=month,
        reason=reason,
        until=facts.due_day,
        sent=None if facts.is_certified else facts.sent,
        review_by=facts.doubt_by if in_time else None,
        asked_again=facts.asked_again,
    )


def _step_told(head: Head, facts: HomeFacts) -> tuple[Month | None, str]:
    """Month and reason of the step of pay that the head is about."""
    if head is Head.PAUSE_PLANNED:
        return facts.planned, ""
    if head not in _BY_COMING_STEP:
        return facts.pay.since, facts.pay.reason_code
    return (facts.coming.since, facts.coming.reason_code) if facts.coming else (None, "")


def _is_ended(facts: HomeFacts) -> bool:
    return facts.pay.state is PayState.ENDED and not facts.comes_to(PayState.IN_PAYMENT)


def _is_resuming(facts: HomeFacts) -> bool:
    if facts.pay.state is PayState.IN_PAYMENT:
        return False
    certified = facts.pay.state is PayState.PAUSED and facts.missing_proof and facts.is_certified
    return certified or facts.comes_to(PayState.IN_PAYMENT)


def _pause_comes(facts: HomeFacts, *, missing_proof: bool) -> bool:
    return facts.comes_to(PayState.PAUSED) and facts.missing_proof is missing_proof


def _was_found(facts: HomeFacts, *outcomes: Outcome) -> bool:
    """Whether people closed the doubt that the newest run raised, and found one of these."""
    return facts.result is Result.DOUBTFUL and facts.closed is not None and facts.closed.outcome in outcomes


def _is_due(facts: HomeFacts) -> bool:
    return facts.result is Result.DUE or _was_found(facts, Outcome.CANNOT_CONFIRM)


def _is_late(facts: HomeFacts) -> bool:
    return facts.due_day is not None and facts.due_day < facts.today


Holds = Callable[[HomeFacts], bool]
HEADS: tuple[tuple[Head, Holds], ...] = (
    (Head.ENDED, _is_ended),
    (Head.ENDING, lambda facts: facts.comes_to(PayState.ENDED)),
    (Head.RESUMING, _is_resuming),
    (Head.PAUSED, lambda facts: facts.pay.state is PayState.PAUSED and facts.missing_proof),
    (Head.STOPPED, lambda facts: facts.pay.state is PayState.PAUSED),
    (Head.STOPPING, lambda facts: _pause_comes(facts, missing_proof=False)),
    (
        Head.PAUSE_COMING,
        lambda facts: _pause_comes(facts, missing_proof=True) and not facts.is_certified,
    ),
    (Head.PAUSE_PLANNED, lambda facts: facts.planned is not None and not facts.is_certified),
    (Head.WITH_STAFF, lambda facts: facts.sent is not None and not facts.is_certified),
    (Head.ASKED_AGAIN, lambda facts: facts.asked_again and not facts.is_certified),
    (Head.UNDER_REVIEW, lambda facts: facts.doubt_open and not facts.is_certified),
    (Head.CLEARED, lambda facts: _was_found(facts, Outcome.ELIGIBLE, Outcome.RETURNED_TO_SOURCE)),
    (Head.OVERDUE, lambda facts: _is_due(facts) and _is_late(facts)),
    (Head.DUE, _is_due),
    (Head.UNDER_REVIEW, lambda facts: facts.result is Result.DOUBTFUL),
    (Head.PASSED, lambda facts: facts.result is Result.PASSED),
    (Head.NOT_DUE, lambda facts: facts.result is Result.NOT_DUE),
    (Head.ENDED, lambda facts: facts.result is Result.EXEMPT and facts.benefit_ended),
    (Head.EXEMPT, lambda facts: facts.result is Result.EXEMPT),
    (Head.FAILED, lambda facts: facts.result is Result.FAILED),
    (Head.NO_RESULT, lambda facts: facts.result is None),
)
"""Read from the top; the first line that holds heads the page. Pay stands first; then what lies with staff, because
whoever sent a face in is not asked for it again; then the result of the newest run."""

_BY_COMING_STEP = (Head.ENDING, Head.STOPPING, Head.RESUMING, Head.PAUSE_COMING)
"""Heads whose month and reason are those of the step to come."""
