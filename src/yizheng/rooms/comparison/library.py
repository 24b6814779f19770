"""The comparison without an agency around it: two Parquet files in, everybody's state out. See README.md."""

from collections.abc import Sequence
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from yizheng.kernel.time import day_number
from yizheng.rooms.comparison import database, layout
from yizheng.rooms.comparison.data import KindWeight
from yizheng.rooms.comparison.engine import Engine

__all__ = ["KindWeight", "compare"]


def compare(
    *,
    people: str,
    evidence: str,
    weights: Sequence[KindWeight],
    as_of: date,
    threshold: int = 100,
    weak_cap: int = 40,
) -> pa.Table:
    """Compare a file of evidence with a file of people, by identity number, and judge everybody as of a day.

    `people`: a Parquet file with `pno` (a number of your own, 0 .. 2^31 - 1) and `number` (18 or 15 characters, as it
    was written). `evidence`: one with `number`, `kind` (1..255, as in `weights`) and `day` (a date); the place of a row
    in the file is its evidence number. Returns `data.STATE_COLUMNS` and `data.HOLDS_UNTIL`; rows whose number is
    nobody's or does not stand say nothing.
    """
    with database.connection() as connection:
        roster = _columns(connection, people, "cast(pno as integer) as pno")
        events = _columns(
            connection,
            evidence,
            "cast(kind as bigint) as kind, cast(day as date) - date '1970-01-01' as day, file_row_number as row",
        )
    found = layout.people_of(events["id17"], roster=(roster["id17"], roster["pno"]))
    known = found >= 0
    keys = layout.packed(events["day"][known], events["kind"][known], events["row"][known])
    engine = Engine(weights=weights, threshold=threshold, weak_cap=weak_cap)
    rows = layout.in_order((found[known], keys)) if known.any() else layout.NOBODY
    return engine.states(rows, as_of=day_number(as_of))


def _columns(connection: duckdb.DuckDBPyConnection, file: str, columns: str) -> dict[str, np.ndarray]:
    """Columns of a file beside the first 17 digits of its numbers; rows without a number that stands left out."""
    plain = f"select plain_number(number) as plain, {columns} from read_parquet(?, file_row_number = true)"  # noqa: S608
    digits = f"select *, first_17(plain) as id17 from ({plain})"  # noqa: S608 (columns are ours)
    read = connection.execute(
        f"select * exclude (plain) from ({digits})"  # noqa: S608
        " where id17 is not null and (length(plain) = 15 or right(plain, 1) = check_digit(id17))",
        [file],
    )
    return {name: np.ascontiguousarray(values) for name, values in read.fetchnumpy().items()}
