"""The cells of one delivery as it came: how many are empty or unusable, and the rows themselves, a part at a time."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yizheng.kernel.store import Store
from yizheng.rooms import evidence, privacy
from yizheng.rooms.evidence.data import DeliveryRecord, Source
from yizheng.rooms.evidence.ports import ROW
from yizheng.rooms.quality.data import CellCounts, FieldCells

MOST_LISTED = 5_000
"""So many rows without a number are named of one delivery at the most; all are counted."""


def cells_of(delivery: DeliveryRecord, source: Source, store: Store) -> CellCounts:
    """The counts of a delivery's cells: kept ones, else counted from its rows and kept."""
    name = f"quality/cells/{delivery.batch_id}.json"
    if store.exists(name):
        return msgspec.json.decode(store.read(name), type=CellCounts)
    counts = _counted(delivery, source, store)
    store.write(name, msgspec.json.encode(counts))
    return counts


def raw_parts(delivery: DeliveryRecord) -> range:
    """The parts that a delivery's rows are kept in."""
    readable = delivery.rows - delivery.notes.get("ragged", 0)
    return range(-(-readable // evidence.queries.RAW_PART))


def open_part(delivery: DeliveryRecord, part: int, store: Store) -> pa.Table:
    """One part of a delivery's rows, as they came. Whoever shows one of them to somebody records the look."""
    sealed = store.read(evidence.queries.raw_part(delivery.source, delivery.batch_id, part))
    opened = privacy.queries.open_file(sealed, evidence.queries.raw_context(delivery.batch_id, part))
    return pq.read_table(pa.BufferReader(opened))


def headers_kept(delivery: DeliveryRecord, store: Store) -> tuple[str, ...]:
    """The column names of a delivery as it came; none where no row of it could be read."""
    parts = raw_parts(delivery)
    return tuple(name for name in open_part(delivery, 0, store).column_names if name != ROW) if parts else ()


def row_set(rows: Iterable[int]) -> pa.Array:
    """Row numbers as the column ROW holds them."""
    return pa.array(sorted(rows), pa.int64())


def _counted(delivery: DeliveryRecord, source: Source, store: Store) -> CellCounts:
    empty: dict[str, int] = {}
    rows = lacking = 0
    no_number: list[int] = []
    number = ""
    for part in raw_parts(delivery):
        table = open_part(delivery, part, store)
        rows += table.num_rows
        headers = [name for name in table.column_names if name != ROW]
        number = evidence.queries.find_headers(source.columns, headers)[0].get("id_number", "")
        for header in headers:
            blank = pc.equal(table.column(header), "")
            empty[header] = empty.get(header, 0) + int(pc.sum(blank).as_py() or 0)
            if header == number:
                without = table.column(ROW).filter(blank).to_pylist()
                lacking += len(without)
                no_number += without[: MOST_LISTED - len(no_number)]
    unusable = _unusable(delivery, store)
    fields = {
        header: name for name, header in evidence.queries.find_headers(source.columns, list(empty))[0].items()
    }
    return CellCounts(
        rows=rows,
        fields=tuple(
            FieldCells(
                header=header,
                field=fields.get(header, ""),
                cells=rows,
                empty=number_empty,
                unusable=unusable.get(header, 0),
            )
            for header, number_empty in empty.items()
        ),
        no_number=tuple(no_number),
        no_number_in_all=lacking,
    )


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """A line of an errors file: the row as Excel shows it, the column (empty: the whole row), and what was expected."""

    row: int
    column: str
    expected: str


def refused_cells(delivery: DeliveryRecord, store: Store) -> list[RefusedCell]:
    """The cells of a delivery that were refused when it came."""
    if not delivery.errors_file:
        return []
    lines = csv.reader(io.StringIO(store.read(delivery.errors_file).decode("utf-8-sig"), newline=""))
    next(lines, None)
    return [RefusedCell(int(row), column, expected) for row, column, expected, *_ in lines]


def _unusable(delivery: DeliveryRecord, store: Store) -> dict[str, int]:
    found: dict[str, int] = {}
    for cell in refused_cells(delivery, store):
        found[cell.column] = found.get(cell.column, 0) + 1
    return found
