"""Spark as one would use it on one machine: the same SQL as DuckDB's, over the raw evidence joined to the roster."""

from pathlib import Path

import pyarrow as pa

from peers.job import Job, load
from peers.plain_duckdb import RAW, RULES
from yizheng.adapters.spark.session import open_session


def main(job: Job) -> None:
    """One statement, written by as many tasks as Spark likes. It spills to the work folder."""
    session = open_session(
        work=Path(job.work), master=f"local[{job.threads}]", memory=f"{min(job.memory_mib, 6144)}m"
    )
    session.conf.set("spark.sql.shuffle.partitions", str(max(8, job.rows // 2_000_000)))
    session.createDataFrame(pa.Table.from_pylist(job.weights)).createOrReplaceTempView("weight")
    gone = pa.table({"ev_no": pa.array(job.set_aside, pa.int64())})
    session.createDataFrame(gone).createOrReplaceTempView("set_aside")
    session.read.parquet(*job.evidence).createOrReplaceTempView("raw")
    session.read.parquet(job.roster).select("id17", "pno").createOrReplaceTempView("person")
    session.sql(RAW.format(day="datediff(raw.day, date '1970-01-01')")).createOrReplaceTempView("evidence")
    rules = RULES.read_text(encoding="utf-8")
    for name in ("as_of", "threshold", "weak_cap"):
        rules = rules.replace(f"${name}", str(getattr(job, name)))
    session.sql(rules).write.mode("overwrite").parquet(job.out)
    session.stop()


if __name__ == "__main__":
    main(load())
