"""Whose number is it (身份核对): what a roster asks about people and numbers, and what two people said. Pure.

Rules that always hold: a question moves nobody and nothing; the pay of a person who is asked about as new waits and is
forfeited by nothing; what was answered once of two people, or of a row, is not asked again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from yizheng.kernel.ids import Pno


class QuestionKind(StrEnum):
    """What is asked: whether somebody new is a person whom the roster does not name any more, or who bears a number."""

    SAME_PERSON = "same_person"
    NUMBER_MOVED = "number_moved"


class Sign(StrEnum):
    """Why it is asked: what of the two is the same, or of one number is another."""

    ACCOUNT = "account"
    NAME_BIRTHDAY = "name_birthday"
    PHONE = "phone"


class Answer(StrEnum):
    """What two people said. `same`: one person with two numbers. `row_right`: name and birthday were corrected.

    `row_wrong`: the file is wrong. `exchanged`: two people had each other's number. `parted`: a joining was wrong.
    """

    SAME = "same"
    DIFFERENT = "different"
    ROW_RIGHT = "row_right"
    ROW_WRONG = "row_wrong"
    EXCHANGED = "exchanged"
    PARTED = "parted"


ANSWERED_BY: Mapping[Answer, QuestionKind | None] = {
    Answer.SAME: QuestionKind.SAME_PERSON,
    Answer.DIFFERENT: QuestionKind.SAME_PERSON,
    Answer.ROW_RIGHT: QuestionKind.NUMBER_MOVED,
    Answer.ROW_WRONG: QuestionKind.NUMBER_MOVED,
    Answer.EXCHANGED: QuestionKind.NUMBER_MOVED,
    Answer.PARTED: None,
}
"""The question that an answer is to. A joining is parted without one, by a case that a person opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuestion:
    """A question to ask. `pno` is the new person, or who has the number; `other` the one before, or whose name the row
    bears (None: nobody on the roster). `told` and `row` (identity and contact as JSON, in clear) are of a row that waits.
    """

    pno: Pno
    other: Pno | None
    kind: QuestionKind
    signs: tuple[Sign, ...]
    told: bytes = b""
    row: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it stands; `answer` is None until two people have said, on the case `answered_in`."""

    question_id: int
    pno: Pno
    other: Pno | None
    kind: QuestionKind
    signs: tuple[Sign, ...]
    roster: int
    asked_at: datetime
    answer: Answer | None
    answered_at: datetime | None
    answered_by: str
    answered_in: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberHeld:
    """A number that a person has besides the one they came with: the number that `from_pno` came with.

    `over_since`: when it was taken back; None while it holds.
    """

    pno: Pno
    from_pno: Pno
    true_from: date
    known_since: datetime
    known_by: str
    case_id: int
    over_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherNumber:
    """A number besides the one that a person is known by now, and since when two people say that it is theirs."""

    number: str
    since: date
