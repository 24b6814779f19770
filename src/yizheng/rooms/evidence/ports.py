"""What evidence needs from outside: delivered tables as streams of text, and a place to keep files."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from yizheng.rooms.evidence.errors_file import ErrorLine

ROW = "#row"
"""The column of a delivered batch that holds the row's number as Excel shows it (the column names are row 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaggedRow:
    """A row that has not as many cells as the column names: it cannot be read, and is refused by its number."""

    row: int
    expected: int
    came: int


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
        """Rows with more or fewer cells than the header, as far as the table was read."""
        ...

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in their order: a column of trimmed text for each header, and ROW. Raises Refused in between."""
        ...

    def errors_file(self, lines: Iterable[ErrorLine]) -> bytes:
        """What could not be used of it, as a file in the words of whoever delivered it."""
        ...


class TableReader(Protocol):
    """Opens a delivered file. Raises Refused where it is no table."""

    def __call__(self, path: Path) -> DeliveredTable: ...
