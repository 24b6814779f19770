"""What corrections need from outside: files in the departments' words, there and back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from yizheng.rooms.corrections.data import AnswerRow, RowToSend
from yizheng.rooms.evidence.ports import DeliveredTable


class CorrectionFiles(Protocol):
    """Writes the file of rows to correct, and reads the one that comes back."""

    def their_columns(self, rows: Sequence[RowToSend]) -> list[str]:
        """The department's own columns that the file shows: the ledger knows which went out."""
        ...

    def as_bytes(self, rows: Sequence[RowToSend], suffix: str, *, made_at: datetime) -> bytes:
        """The whole file; `suffix` is `.xlsx` or `.csv`."""
        ...

    def answers(self, table: DeliveredTable, name: str) -> Iterator[AnswerRow]:
        """The rows of a file that came back. Raises Refused where it is another file than the one that went out."""
        ...
