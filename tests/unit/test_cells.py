"""Cells that people open in a spreadsheet: none runs, no long number is cut, and each is read back as it was."""

import csv
import io

import pytest

from architecture.reading import SOURCE
from yizheng.kernel.cells import SafeWriter, read_cell

HOSTILE = ("=cmd|' /C calc'!A0", "@SUM(A1)", "+1", "-2", '=HYPERLINK("http://x")', "＝1+1", "\t=1", "\r=1")


def written(*cells: object, for_people: bool = False) -> list[str]:
    out = io.StringIO(newline="")
    SafeWriter(out, for_people=for_people).row(cells)
    (row,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    return row


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_run_and_each_is_read_back(text: str) -> None:
    (cell,) = written(text)
    assert cell == f"'{text}"
    assert read_cell(cell) == text


@pytest.mark.parametrize(
    "number", ["440802194501029000", "44080219450102900X", "440802450102900", "6217000010001234567"]
)
def test_long_number_outlives_a_double_click_and_is_read_back(number: str) -> None:
    (cell,) = written(number, for_people=True)
    assert cell == f"\t{number}"
    assert read_cell(cell) == number
    assert written(number) == [number], "files for programs stay as they are"


def test_numbers_that_are_numbers_stay() -> None:
    assert written(-5, 3.5, None, True, for_people=True) == ["-5", "3.5", "", "True"]


def test_every_file_that_leaves_the_house_is_written_so() -> None:
    others = [
        path.relative_to(SOURCE).as_posix()
        for path in sorted(SOURCE.rglob("*.py"))
        if "csv.writer(" in path.read_text("utf-8") or "csv.DictWriter(" in path.read_text("utf-8")
    ]
    assert [name for name in others if not name.startswith("simulators/")] == ["kernel/cells.py"]
