"""What may be known about corrections (校核纠错): states of a row to correct with their one table, answers, hand-outs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RowState(StrEnum):
    """Where a row to correct is (待更正记录状态)."""

    HANDED_OUT = "handed_out"
    ANSWERED = "answered"
    TAKEN_OVER = "taken_over"

    @property
    def chinese(self) -> str:
        """The word on screens."""
        return {"handed_out": "已交回", "answered": "已答复", "taken_over": "已处理"}[self]


class Answer(StrEnum):
    """What a department says of its row (答复)."""

    CONFIRMED_RIGHT = "confirmed_right"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTransition:
    """One allowed step of a row to correct: from a state (None: never asked about) to a state, and who takes it."""

    state: RowState | None
    step: str
    to: RowState
    role: str


ROW_TRANSITIONS: tuple[RowTransition, ...] = (
    RowTransition(state=None, step="hand_out", to=RowState.HANDED_OUT, role="supervisor"),
    RowTransition(state=RowState.HANDED_OUT, step="answer", to=RowState.ANSWERED, role="department"),
    RowTransition(state=RowState.ANSWERED, step="take_over", to=RowState.TAKEN_OVER, role="certifier"),
)
"""Every allowed step. Nothing leads back: a row that is wrong again arrives as a new row."""

ROW_OWNERS: dict[RowState, str] = {
    RowState.HANDED_OUT: "department",
    RowState.ANSWERED: "certifier",
    RowState.TAKEN_OVER: "nobody",
}
"""Whose turn it is: the department, whoever takes the answers in, nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing that is asked about a row: the code of the problem, the column that it is about (empty: the row)."""

    problem: str
    column: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """A row to be handed out for the first time. `row` counts as Excel does.

    `evidence_no` is None for a row that could not be read as one; `pno` where it reached nobody.
    """

    source: str
    batch_id: str
    row: int
    evidence_no: int | None
    pno: int | None
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowToCorrect:
    """A row to correct, as screens and flows see it."""

    row_id: int
    ref: str
    source: str
    batch_id: str
    row: int
    evidence_no: int | None
    pno: int | None
    asked: tuple[Asked, ...]
    state: RowState
    hand_out_id: int
    answer: Answer | None
    answered_at: datetime | None
    answered_by: str
    answer_file: str
    taken_over_at: datetime | None
    taken_over_by: str
    new_batch_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOutRecord:
    """A file that went to a department: to whom, how many rows, its SHA-256, by whom and when."""

    hand_out_id: int
    source: str
    recipient: str
    file_name: str
    sha256: str
    rows: int
    handed_out_at: datetime
    handed_out_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """One answer to be written down: to which row, what, by whom at the department."""

    ref: str
    answer: Answer
    answered_by: str
