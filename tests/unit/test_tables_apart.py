"""Workbooks and Parquet are read in a child with limits: hostile ones are refused, and the next file is read."""

import datetime as dt
import io
import resource
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from yizheng.adapters.tables.reading import read_table
from yizheng.kernel.errors import Refused
from yizheng.rooms.evidence.ports import ROW

SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s<sheetData>%s</sheetData></worksheet>"""


def plain(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, ["身份证号", "姓名"])
        sheet.write_row(1, 0, ["11010519491231002X", "王"])
    return path


def with_sheet(path: Path, rows: str, dimension: str = "", strings: str = "") -> Path:
    """A workbook whose sheet is this text."""
    whole = plain(path).read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                data = (SHEET % (dimension, rows)).encode()
            if part == "xl/sharedStrings.xml" and strings:
                data = strings.encode()
            new.writestr(part, data)
    return path


def cell(place: str, text: str = "x") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def two_cells_far_apart(path: Path) -> Path:
    return with_sheet(path, f'<row r="1">{cell("A1")}</row><row r="1048576">{cell("XFD1048576")}</row>')


def wide_and_long(path: Path) -> Path:
    """Two cells again, inside of the columns that are read."""
    return with_sheet(
        path, f'<row r="1">{cell("A1")}{cell("B1")}</row><row r="1048576">{cell("RZ1048576")}</row>'
    )


def one_string_many_times(path: Path) -> Path:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<sst xmlns="{space}"><si><t>{"x" * (2 << 20)}</t></si></sst>'
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(2, 5_000))
    return with_sheet(path, f'<row r="1">{cell("A1")}</row>{rows}', strings=strings)


def unpacks_to_gigabytes(path: Path) -> Path:
    """A part that says of itself that it unpacks to three gigabytes."""
    data = bytearray(plain(path).read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (3 << 30).to_bytes(4, "little")
    path.write_bytes(data)
    return path


def parquet_of_long_cells(path: Path) -> Path:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 120_000, pa.int32()), pa.array(["x" * (1 << 20)]))
    pq.write_table(pa.table({"身份证号": words}), path)
    return path


def parquet_of_too_many_rows(path: Path) -> Path:
    with pq.ParquetWriter(path, pa.schema([("身份证号", pa.string())])) as out:
        for _ in range(21):
            out.write_table(pa.table({"身份证号": pa.nulls(1_000_000, pa.string())}))
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (two_cells_far_apart, "tables:cell_far_out"),
        (wide_and_long, "tables:table_too_large"),
        (one_string_many_times, "tables:table_too_large"),
        (unpacks_to_gigabytes, "tables:table_too_large"),
        (parquet_of_long_cells, "tables:table_too_large"),
        (parquet_of_too_many_rows, "tables:table_too_large"),
    ],
)
def test_bomb_is_refused_and_the_next_file_is_read(
    tmp_path: Path, make: Callable[[Path], Path], said: str
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused, match=f"{said} file=bomb"):
        list(read_table(make(tmp_path / "bomb")).batches())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kilobytes, of making it
    rows = [row for batch in read_table(plain(tmp_path / "next.xlsx")).batches() for row in batch.to_pylist()]
    assert rows == [{"身份证号": "11010519491231002X", "姓名": "王", ROW: 2}]


def test_table_that_nobody_reads_to_its_end_leaves_no_child_behind(tmp_path: Path) -> None:
    pids = set()
    for _ in range(5):
        pq.write_table(pa.table({"身份证号": ["x"] * 100_000}), tmp_path / "t.parquet")
        table = read_table(tmp_path / "t.parquet")
        assert next(table.batches()).num_rows
        pids.add(table._reader._child.pid)
        del table
    assert len(pids) == 5
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.parametrize(
    ("head", "named"),
    [
        (
            '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>11010519491231002X</td></tr>',
            "HTML",
        ),
        ("<!DOCTYPE html><body>王小明", "HTML"),
        (
            '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook><Cell>王小明',
            "XML (SpreadsheetML)",
        ),
        ('<?xml version="1.0"?>\n<people><p>王小明</p></people>', "XML"),
        ('[{"name": "王小明"}]', "JSON"),
        ("MIME-Version: 1.0\nX-Document-Type: Workbook\n王小明", "MHTML"),
        ("{\\rtf1 王小明}", "RTF"),
        ("%PDF-1.7 王小明", "PDF"),
    ],
)
def test_other_formats_are_named_and_nothing_of_them_is_said(tmp_path: Path, head: str, named: str) -> None:
    (tmp_path / "deaths.xls").write_text(head, "utf-8")
    with pytest.raises(Refused) as refused:
        read_table(tmp_path / "deaths.xls")
    assert (refused.value.why, dict(refused.value.facts)) == (
        "tables:no_table",
        {"file": "deaths.xls", "format": named},
    )


def test_days_of_workbooks_are_the_days_that_were_meant(tmp_path: Path) -> None:
    """Seconds short of midnight, and the calendar of 1904."""
    for calendar in (False, True):
        path = tmp_path / f"{calendar}.xlsx"
        with xlsxwriter.Workbook(str(path), {"date_1904": calendar}) as book:
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["身份证号", "死亡日期", "登记日期", "金额"])
            shift = 1462 * calendar
            sheet.write_row(1, 0, ["a", 46326 - shift, 46326 - shift, 46326])
            sheet.write(1, 1, 46325.99950231481 - shift, day)
            sheet.write(2, 0, "b")
            sheet.write(2, 1, 46325.5 - shift, day)
        table = read_table(path)
        rows = [row for batch in table.batches() for row in batch.to_pylist()]
        assert [(row["死亡日期"], row["登记日期"], row["金额"]) for row in rows] == [
            ("2026-10-31", "46326", "46326"),
            ("2026-10-30 12:00:00", "", ""),
        ]
        assert table.notes["day_rounded"] == 1


def test_moments_of_parquet_are_days_of_china_and_nan_is_empty(tmp_path: Path) -> None:
    moments = [
        dt.datetime(2026, 10, 30, 16, tzinfo=dt.UTC),
        dt.datetime(1988, 5, 31, 15, tzinfo=dt.UTC),
        None,
    ]
    columns = {"日期": pa.array(moments, pa.timestamp("us", "UTC")), "金额": [float("nan"), 3120.5, 12.0]}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    rows = [row for batch in read_table(tmp_path / "t.parquet").batches() for row in batch.to_pylist()]
    assert [(row["日期"][:10], row["金额"]) for row in rows] == [
        ("2026-10-31", ""),
        ("1988-06-01", "3120.5"),
        ("", "12"),
    ]


@pytest.mark.parametrize("name", ["t.parquet", "t.xlsx"])
def test_damaged_bytes_anywhere_give_rows_or_a_refusal(tmp_path: Path, name: str) -> None:
    if name.endswith("parquet"):
        words = pa.table({"身份证号": [f"1101051949{row}" for row in range(300)], "姓名": ["王"] * 300})
        pq.write_table(words, tmp_path / name, row_group_size=100)
    else:
        plain(tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    random = Random(7)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(random.choice((1, 3, 20))):
            data[random.randrange(4, len(data))] = random.randrange(256)
        (tmp_path / "damaged").write_bytes(data)
        with suppress(Refused):
            list(read_table(tmp_path / "damaged").batches())
