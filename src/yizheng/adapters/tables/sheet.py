"""Workbooks (XLSX, and the older XLS): the first visible sheet that has content."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from yizheng.adapters.tables.head import BLANKS, LOOKED_AT, MOST_COLUMNS, head_of
from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms.evidence.ports import RaggedRow

_BATCH = 65_536
_EXACT_INTEGERS = 10**15
"""From here on Excel keeps no more digits: an 18-digit number stored as a number is already wrong."""

Cell = int | float | str | bool | date | datetime | time | timedelta | None


class SheetReader:
    """A workbook's rows, batch by batch."""

    def __init__(self, path: Path) -> None:
        self.ragged: list[RaggedRow] = []
        self._rows = _rows_of(path)
        first = list(islice(self._rows, LOOKED_AT))
        texts = [[_text(cell) for cell in row] for row in first]
        place = head_of(texts)
        if not any(any(cell.strip(BLANKS) for cell in row) for row in texts):
            raise Refused(Why.WORKBOOK_EMPTY, file=path.name)
        if place is None:
            raise Refused(Why.NO_COLUMN_NAMES, file=path.name)
        blanks = sum(not "".join(row).strip(BLANKS) for row in texts[:place])
        self.notes = {"title_rows": place - blanks, "blank_lines": blanks}
        self.headers = texts[place]
        while self.headers and not self.headers[-1].strip():
            self.headers.pop()
        if len(self.headers) > MOST_COLUMNS:
            raise Refused(Why.TOO_MANY_COLUMNS, file=path.name, came=len(self.headers), most=MOST_COLUMNS)
        self.lines = place + 1
        self._rows = chain(first[place + 1 :], self._rows)

    def raw_batches(self) -> Iterator[tuple[list[pa.Array], pa.Array]]:
        """Columns of text in the headers' order, and the rows' numbers as Excel shows them."""
        width = len(self.headers)
        while rows := list(islice(self._rows, _BATCH)):
            numbers, kept = [], []
            for row in rows:
                self.lines += 1
                if any(cell not in ("", None) for cell in row[width:]):
                    self.ragged.append(RaggedRow(row=self.lines, expected=width, came=len(row)))
                    continue
                numbers.append(self.lines)
                kept.append([*row[:width], *[""] * (width - len(row))])
            columns = [pa.array([_text(row[place]) for row in kept], pa.string()) for place in range(width)]
            yield columns, pa.array(numbers, pa.int64())


def _rows_of(path: Path) -> Iterator[Sequence[Cell]]:
    """The rows of the first visible sheet with content. Raises Refused where the workbook is damaged or locked."""
    try:
        book = CalamineWorkbook.from_path(path)
        for sheet in book.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible:
                continue
            found = book.get_sheet_by_name(sheet.name)
            if found.height:
                yield from found.to_python(skip_empty_area=False)
                return
    except (CalamineError, OSError, ValueError):
        raise Refused(Why.WORKBOOK_DAMAGED, file=path.name) from None


def _text(cell: Cell) -> str:
    """A cell as Excel's reader sees it: whole numbers without a point, days as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT_INTEGERS else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)
