"""Workbooks (XLSX, ODS, and the older XLS): the first visible sheet that has content. Runs in the child (`apart_child`).

Rows that are hidden or struck through are counted and left out, unless whoever imports the file has said to take them.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from yizheng.adapters.tables.head import BLANKS, LOOKED_AT, MOST_COLUMNS, head_of, ranges_of
from yizheng.adapters.tables.marks import Marks, check_size, marks_of
from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms.evidence.ports import RaggedRow

_BATCH = 16_384
_MOST_RAGGED = 10_000
MOST_CELLS = 100_000_000
"""A sheet of a million rows and a hundred columns; a rectangle between two far cells is larger."""
_EXACT_INTEGERS = 10**15
"""From here on Excel keeps no more digits: an 18-digit number stored as a number is already wrong."""
_TWO_MINUTES = timedelta(minutes=2)
_DAY_HEADERS = ("日期", "年月", "时间", "生日", "日")
_FROM_1904 = 1462
"""Days between the two calendars of workbooks."""

Cell = int | float | str | bool | date | datetime | time | timedelta | None


class SheetReader:
    """A workbook's rows, batch by batch."""

    def __init__(self, path: Path, *, hidden: bool = False) -> None:
        """`hidden`: take the rows that are hidden or struck through too."""
        self.ragged: list[RaggedRow] = []
        self.notes: dict[str, int] = {}
        self._name = path.name
        self._take_hidden = hidden
        check_size(path)
        (sheet, self._marks), *others = _sheets_of(path)
        self.hidden = self._marks.hidden | self._marks.struck
        """Rows that are hidden or struck through, blank ones too."""
        self._left_out = frozenset() if hidden else self.hidden
        self._rows: Iterator[Sequence[Cell]] = sheet.iter_rows()
        self._read_head(sheet)
        if self.headers in [_first_row(other) for other, _ in others]:
            raise Refused(Why.SECOND_SHEET, file=path.name)
        self._note_marks(sheet, len(others))

    def _read_head(self, sheet: CalamineSheet) -> None:
        first = list(islice(self._rows, LOOKED_AT))
        texts = [[self._text(cell) for cell in row] for row in first]
        place = head_of(texts)
        if place is None:
            raise Refused(Why.NO_COLUMN_NAMES, file=self._name)
        headers = texts[place]
        while headers and not headers[-1].strip(BLANKS):
            headers.pop()
        if len(headers) > MOST_COLUMNS:
            raise Refused(Why.TOO_MANY_COLUMNS, file=self._name, came=len(headers), most=MOST_COLUMNS)
        blanks = sum(not "".join(row).strip(BLANKS) for row in texts[:place])
        self.headers = headers
        self.lines = self.head_row = place + 1
        self.notes = {"title_rows": place - blanks, "blank_lines": blanks}
        self.places: dict[str, str] = {}
        first_column = sheet.start[1] if sheet.start else 0
        self._hidden_columns = sum(
            first_column < column <= first_column + len(headers) for column in self._marks.hidden_columns
        )
        self._days = [
            place
            for place, header in enumerate(headers)
            if self._marks.calendar_1904 and header.strip(BLANKS).endswith(_DAY_HEADERS)
        ]
        self._rows = chain(first[place + 1 :], self._rows)

    def _note_marks(self, sheet: CalamineSheet, others: int) -> None:
        merged = [area for area in sheet.merged_cell_ranges or [] if area[1][0] >= self.head_row]
        more = {"hidden_columns": self._hidden_columns, "merged_cells": len(merged), "other_sheets": others}
        self.notes |= more
        if self._marks.unknown:
            self.notes["hidden_unknown"] = 1
        self.places["merged_cells"] = ranges_of(area[0][0] + 1 for area in merged)

    def raw_batches(self) -> Iterator[tuple[list[pa.Array], pa.Array]]:
        """Columns of text in the headers' order, and the rows' numbers as Excel shows them."""
        width = len(self.headers)
        left_out: dict[str, list[int]] = {"hidden_rows": [], "struck_rows": []}
        while rows := list(islice(self._rows, _BATCH)):
            numbers, kept = [], []
            for row in rows:
                self.lines += 1
                if self.lines in self._left_out and any(cell not in ("", None) for cell in row):
                    kind = "hidden_rows" if self.lines in self._marks.hidden else "struck_rows"
                    left_out[kind].append(self.lines)
                elif any(cell not in ("", None) for cell in row[width:]):
                    self._cannot_read(RaggedRow(row=self.lines, expected=width, came=len(row)))
                else:
                    numbers.append(self.lines)
                    kept.append([*row[:width], *[""] * (width - len(row))])
            yield self._columns(kept), pa.array(numbers, pa.int64())
        for note, found in left_out.items():
            self.notes[note], self.places[note] = len(found), ranges_of(found)

    def _columns(self, rows: Sequence[Sequence[Cell]]) -> list[pa.Array]:
        shifted = set(self._days)
        return [
            pa.array(
                [self._text(_in_1900(row[place]) if place in shifted else row[place]) for row in rows],
                pa.string(),
            )
            for place in range(len(self.headers))
        ]

    def _cannot_read(self, row: RaggedRow) -> None:
        self.ragged.append(row)
        if len(self.ragged) > _MOST_RAGGED:
            raise Refused(Why.TABLE_RAGGED, file=self._name, row=self.ragged[0].row)

    def _text(self, cell: Cell) -> str:
        """A cell as Excel's reader sees it: whole numbers without a point, days as YYYY-MM-DD."""
        if isinstance(cell, str):
            return cell
        if cell is None:
            return ""
        if isinstance(cell, bool):
            return str(int(cell))
        if isinstance(cell, float):
            return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT_INTEGERS else repr(cell)
        if isinstance(cell, datetime):
            return self._moment(cell)
        return str(cell)

    def _moment(self, cell: datetime) -> str:
        """A day, where the time is midnight or misses it by arithmetic alone: some systems write days a minute short."""
        nearest = datetime.combine((cell + timedelta(hours=12)).date(), time())
        if cell == nearest:
            return cell.date().isoformat()
        if abs(cell - nearest) <= _TWO_MINUTES:
            self.notes["day_rounded"] = self.notes.get("day_rounded", 0) + 1
            return nearest.date().isoformat()
        return str(cell)


def _sheets_of(path: Path) -> list[tuple[CalamineSheet, Marks]]:
    """The visible sheets with content. Raises Refused; errors of the library go through.

    The marks come first: the library makes a rectangle of the sheet, and two cells may be far apart.
    """
    try:
        book = CalamineWorkbook.from_path(path)
    except PasswordError:
        raise Refused(Why.WORKBOOK_LOCKED, file=path.name) from None
    sheets = []
    for one in book.sheets_metadata:
        if one.visible is SheetVisibleEnum.Visible:
            marks = marks_of(path, one.name)
            sheet = book.get_sheet_by_name(one.name)
            if sheet.height * sheet.width > MOST_CELLS:
                raise Refused(Why.TABLE_TOO_LARGE, file=path.name)
            if sheet.height:
                sheets.append((sheet, marks))
    if not sheets:
        raise Refused(Why.WORKBOOK_EMPTY, file=path.name)
    return sheets


def _first_row(sheet: CalamineSheet) -> list[str]:
    """The column names of a sheet, if text stands where they are."""
    rows = [[str(cell) for cell in row] for row in islice(sheet.iter_rows(), LOOKED_AT)]
    place = head_of(rows)
    row = [] if place is None else rows[place]
    while row and not row[-1].strip(BLANKS):
        row.pop()
    return row


def _in_1900(cell: Cell) -> Cell:
    """A bare number in a column of days of a workbook that counts from 1904, as other workbooks count."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell + _FROM_1904)
    return cell
