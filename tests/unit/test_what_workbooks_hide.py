"""What stands in a delivered file beside its rows, or is hidden in it: told with its place, never read in silence."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from old_workbooks import write_ods, write_xls
from yizheng.adapters.tables.reading import read_table
from yizheng.adapters.tables.shape import Table
from yizheng.doors.words import told_in
from yizheng.kernel.errors import Refused
from yizheng.rooms import evidence
from yizheng.rooms.evidence.ports import ROW

HEADERS = ["身份证号", "姓名", "死亡日期", "地址"]


def person(row: int) -> list[str]:
    return [f"11010519491231{row:04d}", f"王{row}", "2026-01-05", f"某路{row}号"]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Table]:
    """Make a workbook of rows, do something to its sheet, and open it."""

    def make(
        rows: list[list[str]],
        change: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object] = lambda *_: None,
        *,
        with_hidden: bool = False,
    ) -> Table:
        with xlsxwriter.Workbook(str(tmp_path / "book.xlsx")) as made:
            made.set_properties({"created": datetime(2026, 1, 5)})  # noqa: DTZ001 (the same bytes in any second)
            sheet = made.add_worksheet("名单")
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
            change(made, sheet)
        return read_table(tmp_path / "book.xlsx", with_hidden=with_hidden)

    return make


def numbers_of(table: Table) -> list[int]:
    numbers = [row[ROW] for batch in table.batches() for row in batch.to_pylist()]
    rows = len(numbers) + sum(one.lines for one in table.ragged)
    evidence.queries.check_lines(file="f", in_file=table.lines, rows=rows, notes=table.notes)
    return numbers


def said(table: Table) -> list[str]:
    return [told_in(one, "en") for one in table.told]


def filtered(_: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    for row in (2, 3, 5):
        sheet.set_row(row, None, None, {"hidden": True})
    sheet.set_column(3, 3, None, None, {"hidden": True})


def struck(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.write_row(4, 0, person(4), made.add_format({"font_strikeout": True}))


def test_hidden_rows_and_columns_are_told_and_rows_wait_for_a_person(book: Callable[..., Table]) -> None:
    rows = [HEADERS, *(person(row) for row in range(1, 7))]
    table = book(rows, filtered)
    assert numbers_of(table) == [2, 5, 7]
    assert table.notes == {"hidden_rows": 3, "hidden_columns": 1}
    assert said(table)[0].startswith(
        "3 rows are hidden or filtered away in Excel (rows 3-4, 6) and not used."
    )
    taken = book(rows, filtered, with_hidden=True)
    assert numbers_of(taken) == [2, 3, 4, 5, 6, 7]
    assert taken.content_hash != book(rows, filtered).content_hash


def test_rows_that_are_struck_through_wait_too(book: Callable[..., Table]) -> None:
    table = book([HEADERS, *(person(row) for row in range(1, 7))], struck)
    assert numbers_of(table) == [2, 3, 4, 6, 7]
    assert table.notes == {"struck_rows": 1}
    assert "(rows 5)" in said(table)[0]


@pytest.mark.parametrize("write", [write_xls, write_ods])
def test_older_workbooks_and_opendocument_tell_what_they_hide(
    tmp_path: Path, write: Callable[..., None]
) -> None:
    sheets = {"名单": [HEADERS, *(person(row) for row in range(1, 7))], "说明": [["填表说明"]]}
    write(tmp_path / "t", sheets, hidden=(3, 4), struck=(6,), columns=(4,))
    table = read_table(tmp_path / "t")
    assert numbers_of(table) == [2, 5, 7]
    assert table.notes == {"hidden_rows": 2, "struck_rows": 1, "hidden_columns": 1, "other_sheets": 1}
    words = said(table)
    assert "(rows 3-4)" in words[0]
    assert "(rows 6)" in words[1]
    assert numbers_of(read_table(tmp_path / "t", with_hidden=True)) == [2, 3, 4, 5, 6, 7]
    again = {"名单": [HEADERS, person(1)], "名单2": [HEADERS, person(2)]}
    write(tmp_path / "t", again)
    with pytest.raises(Refused, match="tables:second_sheet"):
        read_table(tmp_path / "t")
    write(tmp_path / "t", {"名单": [HEADERS, person(1)]})
    table = read_table(tmp_path / "t")
    assert (numbers_of(table), table.notes) == ([2], {})


def test_workbook_of_which_nobody_can_tell_what_it_hides_says_so(tmp_path: Path) -> None:
    """A workbook as Excel 5 and 95 wrote them: the library for values reads it all the same."""
    write_xls(tmp_path / "t", {"名单": [HEADERS, person(1)]}, stream="Book")
    table = read_table(tmp_path / "t")
    assert numbers_of(table) == [2]
    assert table.notes == {"hidden_unknown": 1}
    assert "cannot be told" in said(table)[0]


def test_nothing_hidden_is_the_same_delivery_with_or_without_the_option(book: Callable[..., Table]) -> None:
    rows = [HEADERS, person(1)]
    assert book(rows, with_hidden=True).content_hash == book(rows).content_hash


def test_second_sheet_is_told_and_one_of_the_same_columns_refused(book: Callable[..., Table]) -> None:
    def remark(made: xlsxwriter.Workbook, _: object) -> None:
        made.add_worksheet("说明").write(0, 0, "填表说明")

    def more(made: xlsxwriter.Workbook, _: object) -> None:
        sheet = made.add_worksheet("名单2")
        sheet.write_row(0, 0, HEADERS)
        sheet.write_row(1, 0, person(9))

    table = book([HEADERS, person(1)], remark)
    assert (numbers_of(table), table.notes) == ([2], {"other_sheets": 1})
    with pytest.raises(Refused, match="tables:second_sheet"):
        book([HEADERS, person(1)], more)


def test_merged_cells_are_told_with_their_rows(book: Callable[..., Table]) -> None:
    table = book(
        [HEADERS, *(person(row) for row in range(1, 4))], lambda _, sheet: sheet.merge_range(1, 2, 3, 2, "x")
    )
    assert numbers_of(table) == [2, 3, 4]
    assert table.notes == {"merged_cells": 1}
    assert "rows 2 on" in said(table)[0]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "tab", "semicolon"])
def test_titles_totals_repeated_names_and_remarks_are_known_as_such(
    book: Callable[..., Table], tmp_path: Path, kind: str
) -> None:
    rows = [
        ["某局死亡人员名单", "", "", ""],
        ["", "", "", ""],
        HEADERS,
        person(1),
        ["小计", "1", "", ""],
        HEADERS,
        person(2),
        ["", "合 计", "2", ""],
        ["", "", "", ""],
        ["制表人：王小明", "", "审核：", ""],
    ]
    if kind == "xlsx":
        table = book(rows)
    else:
        between = {"csv": ",", "tab": "\t", "semicolon": ";"}[kind]
        (tmp_path / "t").write_text("\r\n".join(between.join(row) for row in rows) + "\r\n", "gb18030")
        table = read_table(tmp_path / "t")
    assert numbers_of(table) == [4, 7]
    assert table.notes == {
        "title_rows": 1,
        "blank_lines": 2,
        "total_rows": 2,
        "repeated_headers": 1,
        "remark_rows": 1,
    }
    assert "totals in rows 5, 8, taken for no data." in said(table)
    assert not [word for word in said(table) if "王小明" in word]


def test_person_whose_name_is_like_a_total_is_a_person(tmp_path: Path) -> None:
    rows = [
        HEADERS,
        ["11010519491231002X", "共计", "2026-01-05", "注：某路"],
        ["11010519491231002X", "总计", "2026-01-05", ""],
    ]
    (tmp_path / "t").write_text("\n".join(",".join(row) for row in rows), "utf-8")
    assert numbers_of(read_table(tmp_path / "t")) == [2, 3]
