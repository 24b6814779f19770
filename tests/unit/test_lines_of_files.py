"""Where the lines of a delivered file went: stray quotation marks, line breaks inside cells, titles, long lines."""

from pathlib import Path

import pytest

from yizheng.adapters.tables import text as text_reader
from yizheng.adapters.tables.reading import read_table
from yizheng.adapters.tables.shape import Table
from yizheng.kernel.errors import Refused
from yizheng.rooms import evidence
from yizheng.rooms.evidence.ports import ROW

HEADERS = "身份证号,姓名,日期,地址"
PEOPLE = [f"11010519491231{number:04d},王{number},2026-01-05,某路{number}号" for number in range(8)]


def opened(folder: Path, text: str | bytes) -> Table:
    path = folder / "delivered.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_table(path)


def numbers_of(table: Table) -> list[int]:
    return [row[ROW] for batch in table.batches() for row in batch.to_pylist()]


def adds_up(table: Table, rows: int) -> None:
    rows += sum(one.lines for one in table.ragged)
    evidence.queries.check_lines(file="f", in_file=table.lines, rows=rows, notes=table.notes)


def test_rows_inside_a_cell_are_refused_with_their_lines(tmp_path: Path) -> None:
    """Two stray quotation marks put the people between them into an address."""
    lines = [HEADERS, *PEOPLE]
    for row in (3, 7):
        lines[row] = lines[row].replace("某路", '"某路')
    table = opened(tmp_path, "\n".join(lines) + "\n")
    assert numbers_of(table) == [2, 3, 5]
    (told,) = table.ragged
    assert (told.row, told.came, told.first_line, told.last_line) == (4, 4, 4, 8)
    assert told.lines == 5
    adds_up(table, 3)


def test_quotation_mark_that_never_closes_refuses_all_that_follows(tmp_path: Path) -> None:
    table = opened(tmp_path, "\n".join([HEADERS, PEOPLE[0], '1,王,2026-01-05,"某路', *PEOPLE[1:]]) + "\n")
    assert numbers_of(table) == [2]
    assert [(one.row, one.first_line, one.last_line) for one in table.ragged] == [(3, 3, 10)]
    adds_up(table, 1)


def test_line_break_inside_a_short_cell_is_refused_and_inside_an_address_kept(tmp_path: Path) -> None:
    address = "某市某区某街道某某小区某栋某单元某号\n（原某某厂宿舍）"
    text = f'{HEADERS}\n"1101051949\n12310001",王,2026-01-05,某路\n2,王,2026-01-05,"{address}"\n3,王,2026-01-05,某路\n'
    table = opened(tmp_path, text)
    rows = [row for batch in table.batches() for row in batch.to_pylist()]
    assert [(row[ROW], row["地址"]) for row in rows] == [(3, address), (4, "某路")]
    assert [(one.row, one.first_line, one.last_line) for one in table.ragged] == [(2, 2, 3)]
    assert table.notes == {"lines_inside_cells": 1}
    adds_up(table, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
@pytest.mark.parametrize("border", [8 << 20, (8 << 20) - 1, 4 << 20, (4 << 20) - 1])
def test_line_break_at_the_border_of_a_block_is_kept(tmp_path: Path, encoding: str, border: int) -> None:
    """The carriage return is the last byte of what is read at once, its line feed the first of what comes next."""
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    wide = 2 if mark else 1
    row = "x" * 99 + ",a,b,c\r\n"
    head = mark + "k,l,m,n\r\n"
    rows = (border // wide - len(head) - 200) // len(row)
    before = head + row * rows
    filling = border // wide - len(before) - 1 - len('1,2,3,"')
    text = before + '1,2,3,"' + "y" * filling + "\r\n" + "z" * 30 + '"\r\n' + row * 3
    assert text[border // wide - 1] == "\r"
    table = opened(tmp_path, text.encode(encoding))
    cells = [cell for batch in table.batches() for cell in batch.column("n").to_pylist()]
    assert [cell for cell in cells if cell != "c"] == ["y" * filling + "\r\n" + "z" * 30]
    adds_up(table, len(cells))


def test_rows_above_the_column_names_are_titles(tmp_path: Path) -> None:
    table = opened(tmp_path, f'某局死亡名单\n"报送日期\n2026年11月5日",,,\n\n{HEADERS}\n' + "\n".join(PEOPLE))
    assert table.headers == tuple(HEADERS.split(","))
    assert numbers_of(table) == list(range(5, 13))
    assert table.notes == {"title_rows": 3, "blank_lines": 1}
    adds_up(table, 8)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * 2_000_000, "tables:one_long_line"),
        ("\n".join(PEOPLE), "tables:no_column_names"),
        (",".join(f"c{place}" for place in range(100_000)) + "\n", "tables:too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place_and_without_a_cell(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(Refused, match=said) as refused:
        numbers_of(opened(tmp_path, text))
    assert not {"王", "某路", "1949"} & {
        part for part in ("王", "某路", "1949") if part in str(refused.value)
    }


@pytest.mark.parametrize(
    "cell", ["x" * 50_000, '"' + "x" * 50_000 + '"', ",x" * 25_000], ids=["plain", "quoted", "cells"]
)
@pytest.mark.parametrize("behind", ["", "\r\n3,c\r\n"], ids=["at the end", "rows behind"])
def test_line_without_end_is_refused_with_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: str, behind: str
) -> None:
    """The limit is a block of the reader, 8 MB; here it is smaller."""
    monkeypatch.setattr(text_reader, "_BLOCK", 16 << 10)
    rows = "".join(f"{number},b\r\n" for number in range(1, 3))
    with pytest.raises(Refused, match="tables:line_too_long") as refused:
        numbers_of(opened(tmp_path, f"a,b\r\n{rows}2,{cell}{behind}"))
    assert refused.value.facts["line"] == 4
