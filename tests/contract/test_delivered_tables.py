"""What any delivered table must keep to: the same cells in every format, rows by Excel's numbers, or a refusal."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from contract.parties import Parties, each
from yizheng.adapters.tables.apart import ApartReader
from yizheng.adapters.tables.columnar import ParquetReader
from yizheng.adapters.tables.reading import read_table
from yizheng.adapters.tables.shape import Reader, Table
from yizheng.adapters.tables.sheet import SheetReader
from yizheng.adapters.tables.text import TextReader
from yizheng.kernel.errors import Refused
from yizheng.rooms.evidence.ports import ROW, DeliveredTable, TableReader

Rows = list[list[str]]


def _text(rows: Rows) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode("gb18030")


def _workbook(rows: Rows) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def _parquet(rows: Rows) -> bytes:
    out = io.BytesIO()
    columns = list(zip(*rows[1:], strict=True)) or [()] * len(rows[0])
    arrays = [pa.array(column, pa.string()) for column in columns]
    pq.write_table(pa.Table.from_arrays(arrays, rows[0]), out)
    return out.getvalue()


FORMS: dict[type, Callable[[Rows], bytes]] = {
    TextReader: _text,
    SheetReader: _workbook,
    ParquetReader: _parquet,
    ApartReader: _workbook,
}
READERS = {read_table: lambda _: read_table}
PARTIES: Parties = {TableReader: READERS, DeliveredTable: {Table: lambda _: read_table}, Reader: FORMS}

HEADERS = ["身份证号", "姓名", "日期"]
ROWS = [["11010519491231002X", "䶮·王", "2026-01-05"], ["", "", ""], [" 440802 ", "李　", ""]]


@pytest.fixture(**each(READERS))
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> TableReader:
    return request.param(tmp_path)


@pytest.fixture(params=list(FORMS.values()), ids=[kind.__name__ for kind in FORMS])
def form(request: pytest.FixtureRequest) -> Callable[[Rows], bytes]:
    return request.param


@pytest.fixture
def table(reader: TableReader, form: Callable[[Rows], bytes], tmp_path: Path) -> DeliveredTable:
    place = tmp_path / "delivered.dat"
    place.write_bytes(form([HEADERS, *ROWS]))
    return reader(place)


def test_cells_are_trimmed_text_by_their_headers_and_rows_have_excels_numbers(table: DeliveredTable) -> None:
    assert table.headers == tuple(HEADERS)
    found = [row for batch in table.batches() for row in batch.to_pylist()]
    assert found == [
        {"身份证号": "11010519491231002X", "姓名": "䶮·王", "日期": "2026-01-05", ROW: 2},
        {"身份证号": "440802", "姓名": "李", "日期": "", ROW: 4},
    ]
    assert list(table.ragged) == []


def test_batch_has_a_column_of_text_for_each_header_and_the_row(table: DeliveredTable) -> None:
    for batch in table.batches():
        assert batch.schema.names == [*HEADERS, ROW]
        assert [batch.schema.field(name).type for name in HEADERS] == [pa.string()] * 3
        assert batch.schema.field(ROW).type == pa.int64()


def test_file_is_known_by_its_bytes(table: DeliveredTable, tmp_path: Path) -> None:
    assert table.content_hash == hashlib.sha256((tmp_path / "delivered.dat").read_bytes()).hexdigest()


def test_table_without_rows_is_empty_and_no_refusal(
    reader: TableReader, form: Callable[[Rows], bytes], tmp_path: Path
) -> None:
    (tmp_path / "t").write_bytes(form([HEADERS]))
    table = reader(tmp_path / "t")
    assert table.headers == tuple(HEADERS)
    assert [row for batch in table.batches() for row in batch.to_pylist()] == []


def test_half_a_file_is_refused_or_read_as_far_as_it_is_whole(
    reader: TableReader, form: Callable[[Rows], bytes], tmp_path: Path
) -> None:
    """No half of a file may give a row that the whole one has not."""
    rows = [[f"{number:018d}", "王", "2026-01-05"] for number in range(300)]
    whole = form([HEADERS, *rows])
    for share in (0.3, 0.6, 0.9):
        (tmp_path / "t").write_bytes(whole[: int(len(whole) * share)])
        try:
            found = [row for batch in reader(tmp_path / "t").batches() for row in batch.to_pylist()]
        except Refused:
            continue
        assert [row["身份证号"] for row in found[:-1]] == [row[0] for row in rows[: len(found) - 1]]


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"a,b,a\n1,2,3\n", b"\xff\xfe\xfd\x00\x00", b"PK\x03\x04 nothing"]
)
def test_what_is_no_table_is_refused(reader: TableReader, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "t").write_bytes(data)
    with pytest.raises(Refused):
        list(reader(tmp_path / "t").batches())


def test_what_is_not_there_or_a_folder_is_refused(reader: TableReader, tmp_path: Path) -> None:
    for place in (tmp_path / "none", tmp_path):
        with pytest.raises(Refused):
            reader(place)
