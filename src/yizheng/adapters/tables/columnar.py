"""Parquet tables: every column of plain values becomes text, row group by row group."""

from collections.abc import Iterator
from math import isnan
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yizheng.adapters.tables.head import MOST_COLUMNS
from yizheng.adapters.tables.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms.evidence.ports import RaggedRow

_BATCH = 32_768
MOST_ROWS = 20_000_000
"""No department's table has more; a hundred million rows of nothing fit into 300 kB and are read for minutes."""


class ParquetReader:
    """A Parquet file's rows, batch by batch. Row numbers count as if the column names stood in row 1."""

    def __init__(self, path: Path) -> None:
        self.ragged: list[RaggedRow] = []
        self.notes: dict[str, int] = {}
        self.places: dict[str, str] = {}
        self.hidden: frozenset[int] = frozenset()
        self.lines = 1
        self._path = path
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError):
            raise self._damaged() from None
        if self._file.metadata.num_rows > MOST_ROWS:
            raise Refused(Why.TABLE_TOO_LARGE, file=path.name)
        self.headers = list(self._file.schema_arrow.names)
        if len(self.headers) > MOST_COLUMNS:
            raise Refused(Why.TOO_MANY_COLUMNS, file=path.name, came=len(self.headers), most=MOST_COLUMNS)
        for column in self._file.schema_arrow:
            if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
                raise Refused(Why.COLUMN_NOT_PLAIN, file=path.name, column=column.name, kind=str(column.type))

    def raw_batches(self) -> Iterator[tuple[list[pa.Array], pa.Array]]:
        """Columns of text in the headers' order, and the rows' numbers as Excel would show them."""
        start = 2
        blocks = self._file.iter_batches(batch_size=_BATCH, use_threads=False)
        while True:
            try:
                block = next(blocks, None)
            except MemoryError:
                raise Refused(Why.TABLE_TOO_LARGE, file=self._path.name) from None
            except (pa.ArrowException, OSError):
                raise self._damaged() from None
            if block is None:
                return
            yield [_text(column) for column in block.columns], pa.array(range(start, start + block.num_rows))
            start += block.num_rows
            self.lines += block.num_rows

    def _damaged(self) -> Refused:
        return Refused(Why.TABLE_DAMAGED, file=self._path.name)


def _text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "1", "0")
    if pa.types.is_floating(column.type):
        cells = column.to_pylist()
        return pa.array(
            ["" if cell is None or isnan(cell) else repr(cell).removesuffix(".0") for cell in cells]
        )
    if pa.types.is_timestamp(column.type) and column.type.tz:
        column = pc.local_timestamp(column.cast(pa.timestamp(column.type.unit, "Asia/Shanghai")))
    return column.cast(pa.string())
