"""What could not be used of a delivered table (错误清单), line by line, in codes. The file's writer has the words. Pure.

The file goes back to the department, for somebody with Excel to put right. It holds personal data as it came: it stays
inside the installation until then.
"""

from dataclasses import dataclass
from enum import StrEnum


class Expected(StrEnum):
    """What a cell, or a row, should have been."""

    TEXT = "text"
    ID_NUMBER = "id_number"
    NAME = "name"
    DATE = "date"
    MONTH = "month"
    MONTH_DELIVERED = "month_delivered"
    """A month not after the delivery's: one that was paid."""
    MONTH_SOON = "month_soon"
    """A month at most a year after the delivery."""
    YUAN = "yuan"
    CODE = "code"
    REGION = "region"
    SEX = "sex"
    SCHEME = "scheme"
    BENEFIT_TYPE = "benefit_type"
    PAY_STATE = "pay_state"
    PHONE = "phone"
    GROUPS = "groups"
    NO_FILLER = "no_filler"
    """A true number in place of what is typed where none is known."""
    ONE_PERSON = "one_person"
    """A number of one person: this one stands under three names or more."""
    ONCE = "once"
    """A number that stands once: `number` is the row that has it already."""
    CELLS = "cells"
    """A row of so many cells: `number`. What came is a number of cells too."""
    ONE_LINE = "one_line"
    """A row without other lines in its cells. What came is the first and last line of the file that it took."""


class Action(StrEnum):
    """What the department is asked to do."""

    SEND_ROW_AGAIN = "send_row_again"
    CORRECT_CELL = "correct_cell"
    """The row was taken without this cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLine:
    """One cell or row that was refused. `row` counts as Excel does: the column names are row 1."""

    row: int
    column: str
    expected: Expected
    came: str
    number: int = 0
    action: Action = Action.SEND_ROW_AGAIN

    @classmethod
    def of_cells(cls, *, row: int, expected: int, came: int) -> "ErrorLine":
        """The line of a row that has not as many cells as the column names."""
        return cls(row=row, column="", expected=Expected.CELLS, number=expected, came=str(came))

    @classmethod
    def of_lines(cls, *, row: int, first: int, last: int) -> "ErrorLine":
        """The line of a row that a quotation mark has stretched over several lines of the file."""
        return cls(row=row, column="", expected=Expected.ONE_LINE, came=f"{first}-{last}")
