"""Tables as files: CSV in UTF-8 and GB18030, XLSX, Parquet. The same table makes the same bytes, always."""

import io
from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import xlsxwriter

from yizheng.simulators.world.feeds.base import FileFormat

_BOM = "\ufeff".encode()
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 (a fixed creation date: XLSX knows no zones)

EXTENSION: dict[FileFormat, str] = {
    "csv-utf8": "csv",
    "csv-utf8-bom": "csv",
    "csv-gb18030": "csv",
    "xlsx": "xlsx",
    "parquet": "parquet",
}


def file_bytes(table: pa.Table, file_format: FileFormat, damaged: Sequence[int] = ()) -> bytes:
    """The file of a table. `damaged` rows of a CSV are cut off after their second field."""
    if file_format == "xlsx":
        return _xlsx(table)
    if file_format == "parquet":
        sink = io.BytesIO()
        pq.write_table(table, sink, compression="zstd")
        return sink.getvalue()
    data = _csv(table, damaged)
    if file_format == "csv-gb18030":
        return data.decode().encode("gb18030")
    return _BOM + data if file_format == "csv-utf8-bom" else data


def _csv(table: pa.Table, damaged: Sequence[int]) -> bytes:
    sink = io.BytesIO()
    options = pyarrow.csv.WriteOptions(quoting_style="none", quoting_header="none", eol="\r\n")
    pyarrow.csv.write_csv(table, sink, options)
    if not damaged:
        return sink.getvalue()
    lines = sink.getvalue().split(b"\r\n")
    for row in damaged:
        lines[row + 1] = b",".join(lines[row + 1].split(b",")[:2])
    return b"\r\n".join(lines)


def _xlsx(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "constant_memory": False})
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet("数据")
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, header in enumerate(table.column_names):
        sheet.write_string(0, column, header)
        is_day = pa.types.is_date(table.schema.field(column).type)
        for row, value in enumerate(table.column(column).to_pylist(), 1):
            if value is None:
                continue
            if is_day:
                sheet.write_datetime(row, column, value, day_format)
            else:
                sheet.write_string(row, column, value)
    book.close()
    return sink.getvalue()
