"""Text tables: encoding and delimiter found from the content, then read by Arrow.

UTF-8 (with or without BOM), UTF-16 with BOM and GB18030 are told apart by decoding the whole file strictly: a file that
is none of them is refused at the byte where it breaks, rather than read with guessed letters.
"""

import codecs
import csv
import hashlib
import io
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path
from statistics import median_high

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from yizheng.adapters.tables.head import BLANKS, LOOKED_AT, MOST_COLUMNS, head_of
from yizheng.adapters.tables.stream import LineStream, without_last_end
from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms.evidence.ports import RaggedRow

_BLOCK = 8 << 20
_DELIMITERS = (",", "\t", ";", "|")
_MOST_RAGGED = 10_000
_SAMPLE = 1 << 20
"""Characters of the beginning that are looked at at most, and of the longest first line."""
_BEGINNING, LINES_LOOKED_AT = 1 << 16, 4 * LOOKED_AT
"""So many characters suffice where they hold so many lines, also where some cells have several."""
SHORT_CELL = 20
"""A cell of so many characters has one line: a number, a name, a day. Longer ones (addresses) may have several."""

_BREAK = re.compile(r"\r\n|\r|\n")


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


@dataclass(frozen=True, slots=True)
class Head:
    """How a text table begins: its delimiter, its columns, and what stands above their names."""

    delimiter: str
    headers: list[str]
    rows_above: int
    blanks: int
    lines_above: int
    only_head: bool


def head_at(path: Path, look: Look) -> Head:
    """Find the column names of a text table. Raises Refused where there are none, or it is one endless line."""
    with path.open(encoding=look.encoding, newline="") as file:
        sample = file.read(_BEGINNING)
        if sample.count("\n") < LINES_LOOKED_AT:
            sample += file.read(_SAMPLE - len(sample))
        more = file.read(1)
    sample = sample if more else without_last_end(sample.encode()).decode()
    lines = list(io.StringIO(sample, newline=""))[: -1 if more else None]
    if not lines and more:
        raise Refused(Why.ONE_LONG_LINE, file=path.name)
    by_delimiter = {one: _rows(lines, one) for one in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda one: _usual_width(by_delimiter[one]))
    rows = by_delimiter[delimiter]
    place = head_of([cells for cells, _ in rows])
    if place is None:
        raise Refused(Why.NO_COLUMN_NAMES, file=path.name)
    headers, end = rows[place]
    if len(headers) > MOST_COLUMNS:
        raise Refused(Why.TOO_MANY_COLUMNS, file=path.name, came=len(headers), most=MOST_COLUMNS)
    above = [cells for cells, _ in rows[:place]]
    blanks = sum(not "".join(cells).strip(BLANKS) for cells in above)
    return Head(
        delimiter=delimiter,
        headers=headers,
        rows_above=place,
        blanks=blanks,
        lines_above=rows[place - 1][1] if place else 0,
        only_head=not more and end >= len(lines),
    )


def _rows(lines: Sequence[str], delimiter: str) -> list[tuple[list[str], int]]:
    """The first rows, each with the number of the line that it ends in."""
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        return [(row, reader.line_num) for row in islice(reader, LOOKED_AT)]
    except (
        csv.Error
    ):  # a cell longer than Python's limit: this delimiter is not the one, or the file is no table
        return []


def _usual_width(rows: Sequence[tuple[list[str], int]]) -> int:
    return median_high([len(cells) for cells, _ in rows if cells] or [0])


@dataclass(frozen=True, slots=True)
class _Unread:
    """A row that cannot be read, by its number in the stream (the column names are 1), and its further lines."""

    number: int
    came: int
    breaks: int


class TextReader:
    """A text table's rows, block by block."""

    def __init__(self, path: Path, look: Look) -> None:
        self._path = path
        self._quoted = look.quoted
        self._encoding = look.encoding
        self._head = head_at(path, look)
        self.headers = self._head.headers
        self._above = self._head.rows_above
        self.places: dict[str, str] = {}
        self._unread: list[_Unread] = []
        self._breaks: dict[int, int] = {}
        self._stream = LineStream(path, look.encoding, skip=self._head.lines_above)
        self._blocks: Iterator[pa.RecordBatch] = iter(())
        self._first = None if self._head.only_head else self._opened()
        if self._first is None:
            while self._stream.read(_BLOCK):
                pass
            self._check_end(self.headers[-1])
            self._breaks[1] = sum(map(_breaks, self.headers))

    @property
    def lines(self) -> int:
        """The physical lines of the file, as far as it was read."""
        return self._stream.lines

    @property
    def ragged(self) -> list[RaggedRow]:
        """Rows of too many or too few cells, and rows that hold others inside a cell, with their lines."""
        further = sorted([*self._breaks.items(), *((one.number, one.breaks) for one in self._unread)])
        numbers = [number for number, _ in further]
        above = [0, *accumulate(breaks for _, breaks in further)]
        found = []
        for one in sorted(self._unread, key=lambda one: one.number):
            first = self._head.lines_above + one.number + above[bisect_left(numbers, one.number)]
            found.append(
                RaggedRow(
                    row=one.number + self._above,
                    expected=len(self.headers),
                    came=one.came,
                    first_line=first,
                    last_line=first + one.breaks,
                )
            )
        return found

    @property
    def notes(self) -> dict[str, int]:
        """The lines that are no rows, by the note that tells them."""
        return {
            "title_rows": self._head.lines_above - self._head.blanks,
            "blank_lines": self._head.blanks,
            "lines_inside_cells": sum(self._breaks.values()),
        }

    def _opened(self) -> pa.RecordBatch | None:
        """Begin to read: the first block without the column names, which Arrow read as a row."""
        self._blocks = self._open()
        first = self._next()
        if first is None:
            raise self._unreadable()
        self.headers = [str(column[0]) for column in first.columns]
        self._breaks[1] = sum(map(_breaks, self.headers))
        return first.slice(1)

    def _open(self) -> Iterator[pa.RecordBatch]:
        try:
            blocks: Iterator[pa.RecordBatch] = pyarrow.csv.open_csv(
                self._stream,
                read_options=pyarrow.csv.ReadOptions(
                    use_threads=False, autogenerate_column_names=True, block_size=_BLOCK
                ),
                parse_options=pyarrow.csv.ParseOptions(
                    delimiter=self._head.delimiter,
                    newlines_in_values=self._quoted,
                    ignore_empty_lines=False,
                    invalid_row_handler=self._keep_ragged,
                ),
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types={f"f{place}": pa.string() for place in range(len(self.headers))},
                    strings_can_be_null=False,
                ),
            )
        except (pa.ArrowException, UnicodeDecodeError, MemoryError):
            raise self._unreadable() from None
        return blocks

    def _keep_ragged(self, row: pyarrow.csv.InvalidRow) -> str:
        self._unread.append(_Unread(row.number, row.actual_columns, _breaks(row.text)))
        return "skip" if len(self._unread) <= _MOST_RAGGED else "error"

    def _next(self) -> pa.RecordBatch | None:
        try:
            return next(self._blocks, None)
        except (pa.ArrowException, UnicodeDecodeError, MemoryError):
            raise self._unreadable() from None

    def raw_batches(self) -> Iterator[tuple[list[pa.Array], pa.Array]]:
        """Columns of text in the headers' order, and the rows' numbers as Excel shows them."""
        block = self._first
        start = 2
        last = self.headers[-1]
        while block is not None:
            numbers = self._numbers(start, block.num_rows)
            if len(numbers):
                start = int(numbers[-1]) + 1
                columns = list(block.columns)
                last = str(columns[-1][-1])
                if self._quoted:
                    columns, numbers = self._without_swallowed(columns, numbers)
                yield columns, pa.array(numbers + self._above)
            block = self._next()
        self._check_end(last)

    def _check_end(self, last_cell: str) -> None:
        """Refuse a file whose last cell goes on over the blank lines at its end: how many there are nobody can tell."""
        if last_cell.endswith(("\r", "\n")) and not self._stream.closes_a_break:
            raise self._unreadable()

    def _numbers(self, start: int, rows: int) -> np.ndarray:
        """The numbers of the next `rows` rows, counting the skipped ones too."""
        skipped = np.array([one.number for one in self._unread if one.number >= start], dtype=np.int64)
        every = np.arange(start, start + rows + len(skipped), dtype=np.int64)
        return every[~np.isin(every, skipped)][:rows]

    def _without_swallowed(
        self, columns: list[pa.Array], numbers: np.ndarray
    ) -> tuple[list[pa.Array], np.ndarray]:
        """Leave out rows that a stray quotation mark has put others into; remember whose cells have several lines."""
        good = np.ones(len(numbers), dtype=bool)
        for column in columns:
            broken = pc.or_(pc.match_substring(column, "\n"), pc.match_substring(column, "\r"))
            for place in pc.indices_nonzero(broken).to_pylist():
                number, text = int(numbers[place]), str(column[place])
                self._breaks[number] = self._breaks.get(number, 0) + _breaks(text)
                good[place] &= not self._holds_rows(text)
        if not good.all():
            self._unread += [
                _Unread(number, len(columns), self._breaks.pop(number)) for number in map(int, numbers[~good])
            ]
            kept = pa.array(good)
            columns, numbers = [column.filter(kept) for column in columns], numbers[good]
        return columns, numbers

    def _holds_rows(self, text: str) -> bool:
        """Whether a cell of several lines cannot be one cell: as many separators as a row has, or too short."""
        text = text.strip(BLANKS)
        if not _breaks(text):
            return False
        return len(text) <= SHORT_CELL or text.count(self._head.delimiter) >= len(self.headers) - 1

    def _unreadable(self) -> Refused:
        if self._unread:
            return Refused(Why.TABLE_RAGGED, file=self._path.name, row=self._unread[0].number + self._above)
        if line := self._endless_line():
            return Refused(Why.LINE_TOO_LONG, file=self._path.name, line=line, most=_BLOCK >> 20)
        return Refused(Why.TABLE_CUT_OFF, file=self._path.name, line=self._odd_line())

    def _endless_line(self) -> int:
        """The first line longer than a block, which Arrow cannot read; 0 where there is none.

        It is read as UTF-8 in pieces: a line of gigabytes costs no more memory than a block.
        """
        stream = LineStream(self._path, self._encoding)
        try:
            before, since = 0, 0
            while piece := stream.read(_BLOCK // 8):
                for number, line in enumerate(piece.splitlines(keepends=True)):
                    since += len(line)
                    if since > _BLOCK:
                        return before + number + 1
                    if line.endswith((b"\r", b"\n")):
                        since = 0
                before = stream.lines - bool(since)
        except UnicodeDecodeError:
            return 0
        finally:
            stream.close()
        return 0

    def _odd_line(self) -> int:
        """The first line with an odd number of quotation marks; the first of all where there is none."""
        with self._path.open(encoding=self._encoding, errors="replace", newline="") as file:
            lines = enumerate(iter(lambda: file.readline(_SAMPLE), ""), 1)
            return next((number for number, line in lines if line.count('"') % 2), 1)


def _breaks(text: str) -> int:
    return len(_BREAK.findall(text))
