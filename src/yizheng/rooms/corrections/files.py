"""The file that goes to a department and comes back (更正清单): its columns, as XLSX for people, CSV for programs. Pure.

A department sees its own cells alone, each under `原：` and the name that it gave the column. It answers in `答复` and,
for a correction, under `更正：` and that name, only where something changes. Nothing that a spreadsheet would run leaves
here as it came. The columns are a contract (docs/reference/correction-files.md).
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

from yizheng.rooms.corrections.rules import HOW_TO_ANSWER
from yizheng.rooms.evidence.errors_file import safe_cell

REF, FILE, ROW_NO, WRONG, EXPECTED, ANSWER, BY = (
    "核对编号",
    "来源文件",
    "原行号",
    "问题",
    "应为",
    "答复",
    "答复人",
)
THEIRS, CORRECTED = "原：", "更正："
_WIDTHS = {REF: 17, FILE: 24, ROW_NO: 8, WRONG: 40, EXPECTED: 30, ANSWER: 10, BY: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row to correct as its department reads it: its reference, where it stood, its cells, what is asked."""

    ref: str
    file_name: str
    row: int
    cells: Mapping[str, str]
    wrong: str
    expected: str


def columns_of(lines: Sequence[Line]) -> tuple[list[str], list[str]]:
    """The file's columns, and the department's own among them, in the order in which they first came."""
    theirs = list(dict.fromkeys(header for line in lines for header in line.cells))
    columns = [REF, FILE, ROW_NO, *(THEIRS + header for header in theirs), WRONG, EXPECTED, ANSWER]
    return [*columns, *(CORRECTED + header for header in theirs), BY], theirs


def as_bytes(lines: Sequence[Line], suffix: str, *, made_at: datetime) -> bytes:
    """The whole file; `suffix` is `.xlsx` or `.csv`."""
    columns, theirs = columns_of(lines)
    rows = [_cells(line, theirs) for line in lines]
    return _xlsx(columns, rows, made_at) if suffix == ".xlsx" else _csv(columns, rows)


def _cells(line: Line, theirs: Sequence[str]) -> list[str]:
    own = [safe_cell(line.cells.get(header, "")) for header in theirs]
    told = [safe_cell(line.wrong), safe_cell(line.expected)]
    return [line.ref, safe_cell(line.file_name), str(line.row), *own, *told, "", *[""] * len(theirs), ""]


def _csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(column) for column in columns])
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(columns: Sequence[str], rows: Sequence[Sequence[str]], made_at: datetime) -> bytes:
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True})
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    sheet = book.add_worksheet("待更正")
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    to_fill = book.add_format({"num_format": "@", "bg_color": "#FFF8DC", "border": 1, "valign": "top"})
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DCE6F1", "border": 1})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, safe_cell(column), head)
        sheet.set_column(place, place, _WIDTHS.get(column, 20))
        fills = column in (ANSWER, BY) or column.startswith(CORRECTED)
        for number, row in enumerate(rows, 1):
            sheet.write_string(number, place, row[place], to_fill if fills else text)
    answer = columns.index(ANSWER)
    choices = {"validate": "list", "source": ["正确", "更正", "撤回"]}
    sheet.data_validation(1, answer, max(len(rows), 1), answer, choices)
    sheet.freeze_panes(1, 1)
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 0, 100)
    notes.write_string(0, 0, HOW_TO_ANSWER, text)
    book.close()
    return sink.getvalue()
