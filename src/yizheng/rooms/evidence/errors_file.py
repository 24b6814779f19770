"""The errors file (错误清单): what could not be used of a delivered table, for somebody with Excel to put right. Pure.

CSV with a byte order mark and CRLF, so Excel opens it as it is. A cell that Excel would take for a formula gets a quote
in front. The file holds personal data as it came: it stays inside the installation.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS = ("row 行号", "column 列名", "expected 应为", "came 实际", "action 怎么办")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

EXPECTED = {
    "id_number": "18位公民身份号码（校验位正确）或15位旧号码",
    "name": "姓名，不超过50个字",
    "date": "实际存在的日期，如 2026-10-31，且不晚于送达日期",
    "month": "年月，如 2026-10",
    "yuan": "金额（元），如 3120.50",
    "region": "本市的行政区划代码，6、9或12位",
    "code": "数据字典里的代码",
    "text": "文字",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLine:
    """One cell or row that was refused. `row` counts as Excel does: the column names are row 1."""

    row: int
    column: str
    expected: str
    came: str
    action: str = "请更正后重新送达这一行"


def errors_csv(lines: Iterable[ErrorLine]) -> bytes:
    """The whole file, lines in the order of the rows."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in sorted(lines, key=lambda line: (line.row, line.column)):
        writer.writerow([line.row, *map(safe_cell, (line.column, line.expected, line.came, line.action))])
    return out.getvalue().encode("utf-8-sig")


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
