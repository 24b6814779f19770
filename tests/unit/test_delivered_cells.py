"""Delivered tables: format, encoding and delimiter are found from the content; what is no table is refused."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from yizheng.adapters.tables.reading import read_table
from yizheng.adapters.tables.shape import Table
from yizheng.kernel.errors import Refused
from yizheng.rooms.evidence.ports import ROW

TEXT = "身份证号,姓名\n11010519491231002X,䶮·王\n"


def rows(table: Table) -> list[dict[str, object]]:
    return [row for batch in table.batches() for row in batch.to_pylist()]


def written(folder: Path, data: bytes) -> Path:
    path = folder / "delivered"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", "\t").encode("gb18030"),
        TEXT.replace(",", ";").replace("\n", "\r\n").encode(),
        TEXT.replace("䶮·王", '" 䶮·王　"').encode(),
        "\n".join([TEXT.splitlines()[0], "", ",", TEXT.splitlines()[1]]).encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "tab", "semicolon", "quoted", "blank rows"],
)
def test_text_table_reads_the_same_in_every_form(tmp_path: Path, data: bytes) -> None:
    table = read_table(written(tmp_path, data))
    assert table.headers == ("身份证号", "姓名")
    (row,) = rows(table)
    number = row.pop(ROW)
    assert row == {"身份证号": "11010519491231002X", "姓名": "䶮·王"}
    assert number == (4 if b"\n\n" in data else 2)


def test_ragged_rows_are_told_by_the_number_that_excel_shows(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, b'a,b,c\n1,2,3\n4,5\n"%b\ny",8,9\n1,2,3,4\n5,6,7\n' % (b"x" * 30)))
    assert [(row["a"], row[ROW]) for row in rows(table)] == [("1", 2), ("x" * 30 + "\ny", 4), ("5", 6)]
    assert [(ragged.row, ragged.expected, ragged.came) for ragged in table.ragged] == [(3, 3, 2), (5, 3, 4)]
    assert [(ragged.first_line, ragged.last_line) for ragged in table.ragged] == [(3, 3), (6, 6)]


def test_ragged_rows_keep_their_numbers_over_many_blocks(tmp_path: Path) -> None:
    lines = [f"{row},{'x' * 100}" if row % 30_000 else f"{row}" for row in range(2, 200_002)]
    table = read_table(written(tmp_path, ("row,text\n" + "\n".join(lines)).encode()))
    assert all(int(str(row["row"])) == row[ROW] for row in rows(table))
    assert [ragged.row for ragged in table.ragged] == list(range(30_000, 200_002, 30_000))


def test_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    for data in (b"a,b\n", b"a,b"):
        table = read_table(written(tmp_path, data))
        assert table.headers == ("a", "b")
        assert rows(table) == []


def make_workbook(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet("说明").hide()
        sheet = book.add_worksheet("名单")
        sheet.activate()
        sheet.write_row(0, 0, ["身份证号", "日期", "金额", "标志"])
        sheet.write_row(1, 0, ["11010519491231002X"])
        sheet.write_datetime(1, 1, dt.datetime(2026, 1, 5), day)  # noqa: DTZ001 (a day in Excel)
        sheet.write_row(1, 2, [3120.5, True])
        sheet.write_row(3, 0, [110105194912310021, "2026/1/5", 12])
        sheet.write(4, 6, "far out")


def test_workbook_cells_become_the_text_that_excel_shows(tmp_path: Path) -> None:
    make_workbook(tmp_path / "book.xlsx")
    table = read_table(tmp_path / "book.xlsx")
    assert table.headers == ("身份证号", "日期", "金额", "标志")
    assert [list(row.values()) for row in rows(table)] == [
        ["11010519491231002X", "2026-01-05", "3120.5", "1", 2],
        ["1.1010519491231e+17", "2026/1/5", "12", "", 4],
    ]
    assert [(ragged.row, ragged.expected) for ragged in table.ragged] == [(5, 4)]


def test_parquet_values_become_text(tmp_path: Path) -> None:
    columns = {
        "text": ["a ", None],
        "day": [dt.date(2026, 1, 1), None],
        "float": [3120.5, 12.0],
        "flag": [True, None],
        "decimal": [Decimal("3.50"), None],
        "coded": pa.array(["x", "y"]).dictionary_encode(),
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    found = rows(read_table(tmp_path / "t.parquet"))
    assert [list(row.values()) for row in found] == [
        ["a", "2026-01-01", "3120.5", "1", "3.50", "x", 2],
        ["", "", "12", "", "", "y", 3],
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "tables:file_empty"),
        (b"\n\n1,2\n", "tables:no_column_names"),
        (b"a,b,a\n1,2,3\n", r"tables:column_twice .*columns=\['A', 'C'\]"),
        ("姓名\n".encode() + b"\xff\xff\x80\n", "tables:neither_utf8_nor_gb18030"),
        (b"a,b\n1,\x00\x01\n", "tables:not_text"),
        (b"PK\x03\x04 and then nothing that a workbook has", "tables:workbook_damaged"),
        (b"\xd0\xcf\x11\xe0 old and damaged", "tables:workbook_damaged"),
        (b"PAR1 and then nothing", "tables:table_damaged"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        rows(read_table(written(tmp_path, data)))


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.99])
def test_cut_off_files_are_refused(tmp_path: Path, cut: float) -> None:
    make_workbook(tmp_path / "book.xlsx")
    pq.write_table(pa.table({"a": [str(number) for number in range(9999)]}), tmp_path / "t.parquet")
    for name in ("book.xlsx", "t.parquet"):
        whole = (tmp_path / name).read_bytes()
        with pytest.raises(Refused, match=r"tables:(workbook|table)_damaged"):
            rows(read_table(written(tmp_path, whole[: int(len(whole) * cut)])))


def test_damaged_in_the_middle_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [f"{number * 7919}" for number in range(50_000)]}), tmp_path / "t.parquet")
    whole = bytearray((tmp_path / "t.parquet").read_bytes())
    whole[2000:4000] = bytes(2000)
    with pytest.raises(Refused, match=r"tables:(workbook|table)_damaged"):
        rows(read_table(written(tmp_path, bytes(whole))))


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="tables:file_missing"):
        read_table(tmp_path / "nothing.csv")
    with pytest.raises(Refused, match="tables:is_a_folder"):
        read_table(tmp_path)
