"""The states of people on Spark: `comparison/sql/person_state.sql`, unchanged, one task a bucket.

A bucket's files are read by one task, so nothing is sent from machine to machine: what the SQL groups by lies together
already. Buckets run beside each other, as many as the session has cores. A bucket that is done has Spark's own mark
`_SUCCESS`; an evaluation that was killed goes on with the others. As on one machine, the result depends on the
arguments alone.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from yizheng.rooms.comparison.data import EVIDENCE_BITS, EVIDENCE_MASK, STATE_COLUMNS, KindWeight

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

RULES = resources.files("yizheng.rooms.comparison") / "sql" / "person_state.sql"
"""The definition of a state, for any engine that speaks SQL."""

_UNRESOLVED = """
    select /*+ BROADCAST(fact) */ delivered.* from delivered left anti join (
        select distinct delivered.pno, delivered.key >> $bits as said
        from delivered join resolved on resolved.ev_no = delivered.key & $mask
    ) fact on fact.pno = delivered.pno and fact.said = delivered.key >> $bits
"""
"""The rows that say none of the resolved facts. Those facts are few: they go to the rows, and no row leaves its task."""

_NOT_DELIVERED = ("settled-", "links-")
_WEIGHT = pa.schema(
    [
        ("no", pa.int32()),
        ("polarity", pa.string()),
        ("points", pa.int32()),
        ("weak", pa.bool_()),
        ("owner", pa.int32()),
        ("source", pa.int32()),
        ("valid_days", pa.int32()),
    ]
)


def files_of(store: Path, *, batches: Collection[str] | None = None) -> dict[int, list[str]]:
    """The lean evidence files of a store, by bucket; of some deliveries only, where they are named.

    Without names these are the rows as they were linked on arrival: no settled copies, no uncertain links of a run.
    """
    found = defaultdict(list)
    for path in sorted(store.glob("evidence/bucket=*/*.parquet")):
        if path.stem in batches if batches is not None else not path.stem.startswith(_NOT_DELIVERED):
            found[int(path.parent.name.removeprefix("bucket="))].append(str(path))
    return dict(found)


def evaluate(
    session: "SparkSession",
    files: Mapping[int, Sequence[str]],
    *,
    weights: Sequence[KindWeight],
    as_of: int,
    threshold: int,
    weak_cap: int,
    set_aside: Sequence[int] = (),
    left_out: Sequence[tuple[int, int]] = (),
    resolved: Sequence[int] = (),
    out: str,
) -> list[int]:
    """Evaluate every bucket that is not done yet into `out/bucket=NNN/*.parquet` (STATE_COLUMNS, by person number).

    The arguments are those of `comparison.engine.Engine`. `files` and `out` may be names of any file system that Spark
    knows (hdfs:, s3a:). Returns the buckets evaluated now.
    """
    parameters = {"as_of": as_of, "threshold": threshold, "weak_cap": weak_cap}
    rules = _filled_in(RULES.read_text(encoding="utf-8"), parameters)
    kinds = pa.Table.from_pylist([asdict(one) for one in weights], _WEIGHT)
    gone, settled = (
        pa.table({"ev_no": pa.array(sorted(found), pa.int64())}) for found in (set_aside, resolved)
    )

    def one(bucket: int) -> int:
        mine = session.newSession()
        mine.createDataFrame(kinds).createOrReplaceTempView("weight")
        mine.createDataFrame(gone).createOrReplaceTempView("set_aside")
        rows = mine.read.parquet(*files[bucket])
        if resolved:
            mine.createDataFrame(settled).createOrReplaceTempView("resolved")
            rows.createOrReplaceTempView("delivered")
            rows = mine.sql(_filled_in(_UNRESOLVED, {"bits": EVIDENCE_BITS, "mask": EVIDENCE_MASK}))
        for first, last in left_out:
            rows = rows.where(f"(key & {EVIDENCE_MASK}) not between {int(first)} and {int(last)}")
        rows.coalesce(1).createOrReplaceTempView("evidence")
        found = mine.sql(rules).select(*STATE_COLUMNS)
        found.write.mode("overwrite").parquet(result_folder(out, bucket))
        return bucket

    waiting = [bucket for bucket in sorted(files) if files[bucket] and not is_done(session, out, bucket)]
    with ThreadPoolExecutor(max_workers=max(1, session.sparkContext.defaultParallelism)) as pool:
        return list(pool.map(one, waiting))


def is_done(session: "SparkSession", out: str, bucket: int) -> bool:
    """Whether a bucket's states are all there."""
    java = session.sparkContext._jvm  # noqa: SLF001 (Spark's own way to its file systems)
    assert java is not None  # noqa: S101 (a live session has it)
    mark = java.org.apache.hadoop.fs.Path(f"{result_folder(out, bucket)}/_SUCCESS")
    return bool(mark.getFileSystem(session.sparkContext._jsc.hadoopConfiguration()).exists(mark))  # noqa: SLF001


def result_folder(out: str, bucket: int) -> str:
    """Where the states of a bucket of people are written."""
    return f"{out.rstrip('/')}/bucket={bucket:03d}"


def read_states(out: Path, bucket: int) -> pa.Table:
    """The states of a bucket, as the engine of one machine returns them."""
    parts = sorted(Path(result_folder(str(out), bucket)).glob("*.parquet"))
    return pa.concat_tables(pq.read_table(part) for part in parts)


def _filled_in(sql: str, parameters: Mapping[str, int]) -> str:
    """Spark writes parameters otherwise than DuckDB; they are numbers, so they are written out."""
    return re.sub(r"\$(\w+)", lambda found: str(int(parameters[found[1]])), sql)
