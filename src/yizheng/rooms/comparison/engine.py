"""The engine: evidence files of one bucket of people in, one row a person out. DuckDB does the work, in SQL files.

What always holds: the result depends on nothing but the arguments (no clock, no setting of the machine); evidence
after `as_of` is not seen; rows set aside by a ruling do not exist; leads never cancel each other here, that is for
the decision table of certification.
"""

from collections.abc import Sequence
from importlib import resources

import duckdb
import pyarrow as pa

from yizheng.rooms.comparison.data import KindWeight

_SQL = resources.files("yizheng.rooms.comparison") / "sql" / "person_state.sql"
_EMPTY = "select 0::integer as pno, 0::utinyint as kind, 0::usmallint as day, 0::bigint as ev_no limit 0"


class Engine:
    """One DuckDB in memory with the rule set loaded. Not for sharing between threads; closing it frees everything."""

    def __init__(
        self,
        *,
        weights: Sequence[KindWeight],
        threshold: int,
        weak_cap: int,
        set_aside: Sequence[int] = (),
        threads: int = 2,
        memory_mib: int = 1024,
    ) -> None:
        self._threshold = threshold
        self._weak_cap = weak_cap
        self._connection = duckdb.connect()
        self._connection.execute(f"set threads = {int(threads)}")
        self._connection.execute(f"set memory_limit = '{int(memory_mib)}MiB'")
        self._connection.execute("set preserve_insertion_order = false")
        self._connection.execute(
            "create table weight (no utinyint, polarity varchar, points integer, weak boolean,"
            " owner integer, source integer, valid_days integer)"
        )
        if weights:
            self._connection.executemany(
                "insert into weight values (?, ?, ?, ?, ?, ?, ?)",
                [(w.no, w.polarity, w.points, w.weak, w.owner, w.source, w.valid_days) for w in weights],
            )
        self._connection.register("set_aside", pa.table({"ev_no": pa.array(set_aside, pa.int64())}))

    def evaluate(self, *, files: Sequence[str], as_of: int, pno: int | None = None) -> pa.Table:
        """Evaluate the people of one bucket (or one person) from its evidence files. Returns `data.STATE_COLUMNS`.

        `files` are Parquet files (pno, kind, day, ev_no); none at all is allowed and gives an empty table. `as_of`
        counts days since 1970. People without any evidence do not appear: nothing is known of them.
        """
        self._source(files, pno)
        parameters = {"as_of": as_of, "threshold": self._threshold, "weak_cap": self._weak_cap}
        return self._connection.sql(_SQL.read_text(encoding="utf-8"), params=parameters).to_arrow_table()

    def rows_of(self, *, files: Sequence[str], pno: int, as_of: int) -> list[tuple[int, int, int]]:
        """All evidence about one person up to a day, newest first: (kind, day, evidence number)."""
        self._source(files, pno)
        return self._connection.execute(
            "select kind, day, ev_no from evidence where day <= ? order by day desc, kind, ev_no", [as_of]
        ).fetchall()

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()

    def _source(self, files: Sequence[str], pno: int | None) -> None:
        """Point the view `evidence` at the files. Their names are ours (hex digests), still quoted as literals."""
        source = _EMPTY
        if files:
            listed = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
            source = f"select pno, kind, day, ev_no from read_parquet([{listed}], hive_partitioning = false)"  # noqa: S608
        if pno is not None:
            source = f"select * from ({source}) where pno = {int(pno)}"  # noqa: S608
        self._connection.execute(f"create or replace temp view evidence as {source}")
