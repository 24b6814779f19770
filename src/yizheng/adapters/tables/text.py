"""Text tables: encoding and delimiter found from the content, then read by Arrow.

UTF-8 (with or without BOM), UTF-16 with BOM and GB18030 are told apart by decoding the whole file strictly: a file that
is none of them is refused at the byte where it breaks, rather than read with guessed letters.
"""

import codecs
import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms.evidence.ports import RaggedRow

_BLOCK = 8 << 20
_DELIMITERS = (",", "\t", ";", "|")
_MOST_RAGGED = 10_000


@dataclass(frozen=True, slots=True)
class Look:
    """What one pass over the bytes says of a file."""

    sha256: str
    encoding: str
    quoted: bool


def look_at(path: Path) -> Look:
    """Hash and encoding of a text file. Raises Refused where it is text in none of the encodings."""
    digest = hashlib.sha256()
    quoted = False
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        candidates = _candidates(head)
        decoders = {name: codecs.getincrementaldecoder(name)("strict") for name in candidates}
        places: dict[str, int] = {}
        done = 0
        while block := file.read(_BLOCK):
            digest.update(block)
            quoted = quoted or b'"' in block
            if b"\0" in block and "utf-16" not in decoders:
                raise Refused(Why.NOT_TEXT, file=path.name)
            done += len(block)
            last = len(block) < _BLOCK
            for name in list(decoders):
                try:
                    decoders[name].decode(block, last)
                except UnicodeDecodeError as error:
                    places[name] = done - len(block) + error.start
                    del decoders[name]
            if not decoders:
                raise Refused(Why.NEITHER_UTF8_NOR_GB18030, file=path.name, byte=max(places.values()) + 1)
    return Look(digest.hexdigest(), next(name for name in candidates if name in decoders), quoted)


def _candidates(head: bytes) -> tuple[str, ...]:
    if head.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8", "gb18030")


class TextReader:
    """A text table's rows, block by block."""

    def __init__(self, path: Path, look: Look) -> None:
        self.ragged: list[RaggedRow] = []
        self._skipped: list[int] = []
        self._path = path
        self._first: pa.RecordBatch | None
        self._blocks: Iterator[pa.RecordBatch]
        with path.open(encoding=look.encoding, newline="") as lines:
            line, following = lines.readline(1 << 20), lines.read(1)
        delimiter = max(_DELIMITERS, key=line.count)
        header = next(csv.reader([line], delimiter=delimiter), [])
        if not line.strip():
            raise self._empty()
        if not following:
            self.headers, self._first, self._blocks = header, None, iter(())
            return
        self._blocks = self._open(look, delimiter, len(header))
        first = self._next()
        if first is None:
            raise self._empty()
        self.headers = [str(column[0]) for column in first.columns]
        self._first = first.slice(1)

    def _open(self, look: Look, delimiter: str, width: int) -> Iterator[pa.RecordBatch]:
        encoding = "utf-8" if look.encoding == "utf-8-sig" else look.encoding
        try:
            blocks: Iterator[pa.RecordBatch] = pyarrow.csv.open_csv(
                self._path,
                read_options=pyarrow.csv.ReadOptions(
                    use_threads=False, encoding=encoding, autogenerate_column_names=True, block_size=_BLOCK
                ),
                parse_options=pyarrow.csv.ParseOptions(
                    delimiter=delimiter,
                    newlines_in_values=look.quoted,
                    ignore_empty_lines=False,
                    invalid_row_handler=self._keep_ragged,
                ),
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types={f"f{place}": pa.string() for place in range(width)},
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:
            raise self._unreadable() from None
        return blocks

    def _keep_ragged(self, row: pyarrow.csv.InvalidRow) -> str:
        self._skipped.append(row.number)
        self.ragged.append(RaggedRow(row=row.number, expected=row.expected_columns, came=row.actual_columns))
        return "skip" if len(self.ragged) <= _MOST_RAGGED else "error"

    def _next(self) -> pa.RecordBatch | None:
        try:
            return next(self._blocks, None)
        except (pa.ArrowInvalid, UnicodeDecodeError):
            raise self._unreadable() from None

    def raw_batches(self) -> Iterator[tuple[list[pa.Array], pa.Array]]:
        """Columns of text in the headers' order, and the rows' numbers as Excel shows them."""
        block = self._first
        start = 2
        while block is not None:
            numbers = self._numbers(start, block.num_rows)
            if len(numbers):
                start = int(numbers[-1]) + 1
                yield list(block.columns), pa.array(numbers)
            block = self._next()

    def _numbers(self, start: int, rows: int) -> np.ndarray:
        """The numbers of the next `rows` rows, counting the skipped ones too."""
        skipped = np.array([number for number in self._skipped if number >= start], dtype=np.int64)
        every = np.arange(start, start + rows + len(skipped), dtype=np.int64)
        return every[~np.isin(every, skipped)][:rows]

    def _empty(self) -> Refused:
        return Refused(Why.NO_COLUMN_NAMES, file=self._path.name)

    def _unreadable(self) -> Refused:
        if self.ragged:
            return Refused(Why.TABLE_RAGGED, file=self._path.name, row=self.ragged[0].row)
        return Refused(Why.TABLE_CUT_OFF, file=self._path.name)
