"""What may be known about cases (疑点核查): how a case, its clocks and its history are shown, and doubts to be opened.

What an agency's kinds of cases hold stands in `kinds.py`, their lives in `lives.py`; both are read from here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from yizheng.kernel.ids import Pno
from yizheng.rooms.casework.kinds import CaseEvent as CaseEvent
from yizheng.rooms.casework.kinds import CaseRules as CaseRules
from yizheng.rooms.casework.kinds import CitizenSees as CitizenSees
from yizheng.rooms.casework.kinds import Clock as Clock
from yizheng.rooms.casework.kinds import Ending as Ending
from yizheng.rooms.casework.kinds import Kind as Kind
from yizheng.rooms.casework.kinds import Known as Known
from yizheng.rooms.casework.kinds import Lapse as Lapse
from yizheng.rooms.casework.kinds import Loss as Loss
from yizheng.rooms.casework.kinds import Outcome as Outcome
from yizheng.rooms.casework.kinds import OutcomeTerms as OutcomeTerms
from yizheng.rooms.casework.lives import LIVES as LIVES
from yizheng.rooms.casework.lives import CaseMove as CaseMove
from yizheng.rooms.casework.lives import CaseState as CaseState

QUESTIONS_ONLY = frozenset({"same_face"})
"""Reasons of a case that are a question and prove nothing: likeness of faces. No loss rests on them alone."""

LOSS_REASONS = frozenset(
    {"death_reported", "death_contradicted", "custody_reported", "missing_reported", "duplicate_reported"}
)
"""The reasons that speak of a loss: while such a case is open, no machine passes the person."""

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A doubt that a run or a person raises: whose, why (reason codes), and the rows of evidence that lead to it.

    `kind` is the code of its kind; empty: the agency's kinds say by the reasons. Without reasons it has those of its
    kind.
    """

    pno: Pno
    reasons: tuple[str, ...] = ()
    leads: tuple[int, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """What the product writes into a case's history: a code and its facts, which the doors say in words."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def as_text(self) -> str:
        """As it stands in the history. What a person types never begins so (`as_typed`)."""
        return _MARK + json.dumps({"code": self.code, **self.facts}, ensure_ascii=False, default=str)


_MARK = "@"


def as_typed(words: str) -> str:
    """A person's words as they stand in the history."""
    return words.strip().lstrip(_MARK)[:LONGEST_NOTE]


def noted_in(text: str) -> Noted | None:
    """What the product noted; None where a person typed the text."""
    if not text.startswith(_MARK):
        return None
    facts = json.loads(text.removeprefix(_MARK))
    return Noted(facts.pop("code"), facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as screens and flows see it. `outcome` and `loss` are empty until one is proposed.

    `deadline` is the nearest term of the case. `overdue` is counted on the day that the reader named.
    """

    case_id: int
    pno: Pno
    kind: str
    state: str
    reasons: tuple[str, ...]
    leads: tuple[int, ...]
    run_id: str
    opened_on: date
    deadline: date
    version: int
    outcome: str
    loss: str
    outcome_reason: str
    outcome_day: date | None
    proposed_by: str
    proposed_at: datetime | None
    confirmed_by: str
    confirmed_at: datetime | None

    @property
    def is_closed(self) -> bool:
        """Whether the case has ended."""
        return self.state == CaseState.CLOSED

    def is_overdue(self, day: date) -> bool:
        """Whether the deadline has passed on that day while the case still waits for somebody."""
        return not self.is_closed and day > self.deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """A clock of a case: when it began and runs out, and what it has done. `provisional`: the end may still move."""

    clock_id: int
    case_id: int
    code: str
    started_on: date
    days: int
    due: date
    provisional: bool
    stopped_on: date | None
    reminded_on: date | None
    lapsed_on: date | None

    @property
    def is_running(self) -> bool:
        """Whether the term still runs."""
        return self.stopped_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStepView:
    """One step in a case's history. `note` is a person's words or what the product noted (`noted_in`)."""

    from_state: str
    to_state: str
    taken_at: datetime
    taken_by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """One page of the worklist: the cases, how many there are in all, and how many are in each state."""

    cases: tuple[CaseView, ...]
    total: int
    page: int
    pages: int
    counts: dict[str, int] = field(default_factory=dict)
