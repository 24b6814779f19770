"""Cells of files that people open in a spreadsheet: the one guard of every CSV file that leaves the house."""

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_LONG_NUMBER = re.compile(r"[0-9]{12,30}|[0-9]{17}[Xx]")


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def read_cell(text: str) -> str:
    """What stood in a cell before it was written here."""
    if text.startswith("\t"):
        return text[1:]
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


class Writes(Protocol):
    """Something that text is written to: a file, an answer of the web."""

    def write(self, text: str, /) -> object:
        """Write it."""
        ...


class SafeWriter:
    """Writes rows of CSV whose texts no spreadsheet runs as formulas. Numbers that are numbers stay as they are.

    `for_people`: the file is opened by a double click. A number of 12 digits or more (Excel shows those as 4.40802E+17,
    and saves no more than 15 of them) then gets a tab in front; `read_cell` takes the tab away.
    """

    def __init__(self, file: Writes, *, for_people: bool = False, ends: str = "\r\n") -> None:
        self._writer = csv.writer(file, lineterminator=ends)
        self._cell = _for_people if for_people else safe_cell

    def row(self, cells: Sequence[object]) -> None:
        """Write one row."""
        self._writer.writerow([self._cell(cell) if isinstance(cell, str) else cell for cell in cells])

    def rows(self, rows: Iterable[Sequence[object]]) -> int:
        """Write rows, and give how many."""
        written = 0
        for cells in rows:
            self.row(cells)
            written += 1
        return written


def _for_people(text: str) -> str:
    return f"\t{text}" if _LONG_NUMBER.fullmatch(text) else safe_cell(text)
