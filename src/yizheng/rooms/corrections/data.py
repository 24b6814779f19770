"""What may be known about corrections (校核纠错): states of a row to correct with their one table, answers, hand-outs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yizheng.kernel.life import Life, Move, State, Turn
from yizheng.rooms.access.data import Permission

LONGEST_NAME = 40
"""Letters of the name of whom a file goes to, or of who answers it."""


class RowState(StrEnum):
    """Where a row to correct is (待更正记录状态)."""

    HANDED_OUT = "handed_out"
    ANSWERED = "answered"
    TAKEN_OVER = "taken_over"


class Answer(StrEnum):
    """What a department says of its row (答复)."""

    CONFIRMED_RIGHT = "confirmed_right"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


ROW_LIFE = Life(
    name="row",
    states=(
        State(code=RowState.HANDED_OUT, owner=Turn.DEPARTMENT),
        State(code=RowState.ANSWERED, owner="certifier"),
        State(code=RowState.TAKEN_OVER, owner=Turn.NOBODY, final=True),
    ),
    moves=(
        Move(
            state=None,
            step="hand_out",
            to=RowState.HANDED_OUT,
            by="supervisor",
            permission=Permission.HAND_OUT_ROWS,
        ),
        Move(state=RowState.HANDED_OUT, step="answer", to=RowState.ANSWERED),
        Move(
            state=RowState.ANSWERED,
            step="take_over",
            to=RowState.TAKEN_OVER,
            permission=Permission.TAKE_ANSWERS,
        ),
    ),
)
"""The life of a row to correct. Nothing leads back: a row that is wrong again arrives as a new row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing that is asked about a row: the code of the problem, the column that it is about (empty: the row)."""

    problem: str
    column: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowToSend:
    """One row to correct as its department reads it: its reference, where it stood, its cells, what is asked."""

    ref: str
    file_name: str
    row: int
    cells: Mapping[str, str]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One row of a file that came back: its number as Excel shows it, and what was written into it.

    `answer` is None where nothing (`is_empty`) or no answer was written; `new_cells` by the department's own columns.
    """

    number: int
    ref: str
    is_empty: bool
    answer: Answer | None
    by: str
    new_cells: Mapping[str, str]


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
