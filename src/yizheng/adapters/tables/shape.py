"""What the readers of all formats share: the stream that they give, its header checks and its refusals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from yizheng.adapters.tables.asides import Asides, told_of
from yizheng.adapters.tables.control import declared_behind, declared_beside
from yizheng.adapters.tables.errors_file import errors_csv
from yizheng.adapters.tables.head import BLANKS, ranges_of
from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused
from yizheng.kernel.told import Told
from yizheng.rooms.evidence.data import ErrorLine
from yizheng.rooms.evidence.ports import ROW, Declared, RaggedRow


class Reader(Protocol):
    """One format's reader: raw headers, and raw batches of text with the row numbers beside them."""

    headers: list[str]

    @property
    def ragged(self) -> Sequence[RaggedRow]:
        """Rows that cannot be read, as far as the table was read."""
        ...

    @property
    def lines(self) -> int:
        """The physical lines or rows of the file, with that of the column names, as far as it was read."""
        ...

    @property
    def notes(self) -> Mapping[str, int]:
        """The lines that are no rows, by the note that tells them (`evidence.data.NO_ROWS`), and what else is told."""
        ...

    @property
    def places(self) -> Mapping[str, str]:
        """The rows that notes are about, by the note."""
        ...

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
        self._blank = 0
        self._asides = Asides(self.headers)

    @property
    def ragged(self) -> Sequence[RaggedRow]:
        """Rows that cannot be read, as far as the table was read."""
        return self._reader.ragged

    @property
    def lines(self) -> int:
        """See `evidence.ports.DeliveredTable`."""
        return self._reader.lines

    @property
    def notes(self) -> dict[str, int]:
        """See `evidence.ports.DeliveredTable`."""
        notes = dict(self._reader.notes)
        notes["blank_lines"] = notes.get("blank_lines", 0) + self._blank
        notes |= {note: len(rows) for note, rows in self._asides.rows.items()}
        return {note: number for note, number in notes.items() if number}

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in their order; rows without any content are passed over, as Excel leaves them behind."""
        for columns, numbers in self._reader.raw_batches():
            cells = [_trimmed(columns[place]) for place in self._places]
            batch = pa.RecordBatch.from_arrays([*cells, numbers.cast(pa.int64())], [*self.headers, ROW])
            kept = _without_blank_rows(batch)
            self._blank += batch.num_rows - kept.num_rows
            yield self._asides.without(kept)

    @property
    def told(self) -> list[Told]:
        """See `evidence.ports.DeliveredTable`."""
        places = {note: ranges_of(rows) for note, rows in self._asides.rows.items()}
        return told_of(self.notes, {**self._reader.places, **places})

    def declared(self, control_files: Sequence[str], amounts: str) -> Declared:
        """See `evidence.ports.DeliveredTable`."""
        beside = declared_beside(self.path, control_files)
        return beside if beside.where else declared_behind(self._asides.said, amounts, self.path.name)

    def errors_file(self, lines: Iterable[ErrorLine]) -> bytes:
        """See `evidence.ports.DeliveredTable`."""
        return errors_csv(lines)


def _named(path: Path, raw: list[str]) -> tuple[list[int], tuple[str, ...]]:
    """The columns that have a header, and the headers. Raises Refused where two are the same or none is there."""
    names = [" ".join(name.strip(BLANKS).split()) for name in raw]
    places = [place for place, name in enumerate(names) if name]
    headers = tuple(names[place] for place in places)
    if not headers:
        raise Refused(Why.NO_COLUMN_NAMES, file=path.name)
    doubles = [column_letters(place) for place in places if headers.count(names[place]) > 1]
    if doubles:
        raise Refused(Why.COLUMN_TWICE, file=path.name, columns=doubles)
    return places, headers


def column_letters(place: int) -> str:
    """How Excel names a column, counted from 0. A refusal says where; what stands there may be somebody's name."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _trimmed(column: pa.Array) -> pa.Array:
    return pc.utf8_trim(pc.fill_null(column.cast(pa.string()), ""), characters=BLANKS)


def _without_blank_rows(batch: pa.RecordBatch) -> pa.RecordBatch:
    blank = pc.equal(batch.column(0), "")
    for place in range(1, batch.num_columns - 1):
        if not pc.any(blank).as_py():
            return batch
        blank = pc.and_(blank, pc.equal(batch.column(place), ""))
    return batch.filter(pc.invert(blank))
