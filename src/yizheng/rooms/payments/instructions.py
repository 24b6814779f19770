"""A month's pay instructions (发放明细) as a file: the columns, their Parquet, and the text of each row.

The file holds person numbers and amounts, no names, numbers or accounts. The text of a row is what its leaf in the
ledger commits to.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yizheng.kernel.time import Month
from yizheng.rooms.payments.data import Explanation, PayKind
from yizheng.rooms.payments.plan import Plan

COLUMNS = (
    "pno",
    "kind",
    "monthly_fen",
    "arrears_fen",
    "total_fen",
    "reason_code",
    "explanation_code",
)
"""The columns of a row, in the order of its text."""

BATCH = 100_000


def file_name(month: Month) -> str:
    """The name, inside the store, of a month's instructions."""
    return f"pay/{month}/instructions.parquet"


def table_of(plan: Plan) -> pa.Table:
    """The plan's instructions as a table, by person number."""
    kinds = pa.array([""] + [kind.word for kind in PayKind])
    explanations = pa.array([""] + [explanation.name.lower() for explanation in Explanation])
    return pa.table(
        {
            "pno": pa.array(plan.pno),
            "kind": pc.take(kinds, pa.array(plan.kind)),
            "monthly_fen": pa.array(plan.monthly_fen),
            "arrears_fen": pa.array(plan.arrears_fen),
            "total_fen": pa.array(plan.monthly_fen + plan.arrears_fen),
            "reason_code": pa.array(plan.reason),
            "explanation_code": pc.take(explanations, pa.array(plan.explanation)),
        }
    )


def parquet_of(table: pa.Table) -> bytes:
    """The table's bytes: the same table gives the same bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def table_from(data: bytes) -> pa.Table:
    """The table in a file's bytes."""
    return pq.read_table(pa.BufferReader(data))


def row_texts(table: pa.Table) -> Iterator[bytes]:
    """The canonical text of every row, in order."""
    for batch in table.select(COLUMNS).to_batches(max_chunksize=BATCH):
        columns = [pc.cast(column, pa.string()) for column in batch.columns]
        texts = pc.binary_join_element_wise(*columns, "|")
        yield from pc.cast(texts, pa.binary()).to_pylist()
