"""What evidence needs from outside: delivered tables as streams of text, and a place to keep files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from yizheng.kernel.told import Told
from yizheng.rooms.evidence.errors_file import ErrorLine

ROW = "#row"
"""The column of a delivered batch that holds the row's number as Excel shows it (the column names are row 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaggedRow:
    """A row that cannot be read, and is refused by its number: it has not as many cells as the column names, or
    (`came` is `expected`) a cell of it holds other rows or a line break that it cannot have.

    A text file's row stands in the lines `first_line` to `last_line` of it.
    """

    row: int
    expected: int
    came: int
    first_line: int = 0
    last_line: int = 0

    @property
    def lines(self) -> int:
        """The physical lines that are refused with it."""
        return self.last_line - self.first_line + 1

    @property
    def as_error(self) -> ErrorLine:
        """The line of the errors file that tells of it."""
        if self.last_line > self.first_line:
            return ErrorLine.of_lines(row=self.row, first=self.first_line, last=self.last_line)
        return ErrorLine.of_cells(row=self.row, expected=self.expected, came=self.came)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The control totals of a delivered file: how many rows and what amount its sender says it has, and the name of the
    file that says so. None: not declared.
    """

    rows: int | None = None
    fen: int | None = None
    where: str = ""


class DeliveredTable(Protocol):
    """A delivered file, opened: what it is known by, its columns, its rows."""

    @property
    def content_hash(self) -> str:
        """SHA-256 of the file's bytes, in hex."""
        ...

    @property
    def headers(self) -> tuple[str, ...]:
        """The column names, trimmed, each once."""
        ...

    @property
    def ragged(self) -> Sequence[RaggedRow]:
        """Rows that cannot be read, as far as the table was read."""
        ...

    @property
    def lines(self) -> int:
        """The physical lines of the file, with that of the column names, as far as the table was read."""
        ...

    @property
    def notes(self) -> Mapping[str, int]:
        """The lines that are no rows (the keys of `data.NO_ROWS`), and what else is told of the table, counted."""
        ...

    @property
    def told(self) -> Sequence[Told]:
        """What was found in it beside its rows, and where, as far as the table was read."""
        ...

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in their order: a column of trimmed text for each header, and ROW. Raises Refused in between."""
        ...

    def declared(self, control_files: Sequence[str], amounts: str) -> Declared:
        """Its control totals, once it was read: from a file beside it, or from a total behind the table.

        `control_files` are names of such files, with `{file}` and `{stem}`; `amounts` is the column that is added up.
        """
        ...

    def errors_file(self, lines: Iterable[ErrorLine]) -> bytes:
        """What could not be used of it, as a file in the words of whoever delivered it."""
        ...


class TableReader(Protocol):
    """Opens a delivered file. Raises Refused where it is no table."""

    def __call__(self, path: Path) -> DeliveredTable: ...
