"""What the readers of all formats share: the stream that they give, its header checks and its refusals."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from yizheng.adapters.tables.errors_file import errors_csv
from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms.evidence.data import ErrorLine
from yizheng.rooms.evidence.ports import ROW, RaggedRow

_BLANKS = " \t\r\n\v\f\u00a0\u3000\ufeff"


class Reader(Protocol):
    """One format's reader: raw headers, and raw batches of text with the row numbers beside them."""

    headers: list[str]
    ragged: list[RaggedRow]

    def raw_batches(self) -> Iterator[tuple[list[pa.Array], pa.Array]]:
        """Columns of text in the headers' order, and the rows' numbers as Excel shows them."""
        ...


class Table:
    """A delivered table: trimmed headers, and batches of trimmed text (`evidence.ports.DeliveredTable`)."""

    def __init__(self, path: Path, content_hash: str, reader: Reader) -> None:
        self.path = path
        self.content_hash = content_hash
        self._reader = reader
        self._places, self.headers = _named(path, reader.headers)

    @property
    def ragged(self) -> list[RaggedRow]:
        """Rows that have more or fewer cells than the header, as far as the table was read."""
        return self._reader.ragged

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in their order; rows without any content are passed over, as Excel leaves them behind."""
        for columns, numbers in self._reader.raw_batches():
            cells = [_trimmed(columns[place]) for place in self._places]
            batch = pa.RecordBatch.from_arrays([*cells, numbers.cast(pa.int64())], [*self.headers, ROW])
            yield _without_blank_rows(batch)

    def errors_file(self, lines: Iterable[ErrorLine]) -> bytes:
        """See `evidence.ports.DeliveredTable`."""
        return errors_csv(lines)


def _named(path: Path, raw: list[str]) -> tuple[list[int], tuple[str, ...]]:
    """The columns that have a header, and the headers. Raises Refused where two are the same or none is there."""
    names = [" ".join(name.strip(_BLANKS).split()) for name in raw]
    places = [place for place, name in enumerate(names) if name]
    headers = tuple(names[place] for place in places)
    if not headers:
        raise Refused(Why.NO_COLUMN_NAMES, file=path.name)
    doubles = sorted({name for name in headers if headers.count(name) > 1})
    if doubles:
        raise Refused(Why.COLUMN_TWICE, file=path.name, columns=doubles)
    return places, headers


def _trimmed(column: pa.Array) -> pa.Array:
    return pc.utf8_trim(pc.fill_null(column.cast(pa.string()), ""), characters=_BLANKS)


def _without_blank_rows(batch: pa.RecordBatch) -> pa.RecordBatch:
    blank = pc.equal(batch.column(0), "")
    for place in range(1, batch.num_columns - 1):
        if not pc.any(blank).as_py():
            return batch
        blank = pc.and_(blank, pc.equal(batch.column(place), ""))
    return batch.filter(pc.invert(blank))
