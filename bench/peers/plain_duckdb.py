"""DuckDB as one would use it: the raw evidence joined to the roster, and the rules as SQL over the join."""

from importlib import resources

import duckdb
import pyarrow as pa

from peers.job import Job, load

RULES = resources.files("yizheng.rooms.comparison") / "sql" / "person_state.sql"

RAW = """
    select person.pno,
        (cast({day} as bigint) << 46) + (cast(raw.kind as bigint) << 38) + raw.ev_no as key
    from raw join person on person.id17 = raw.id17
"""
"""Rows of departments to rows of people; `{day}` is the dialect's way to count days since 1970."""


def main(job: Job) -> None:
    """One statement, written to one file. DuckDB spills to the work folder where the memory does not suffice."""
    with duckdb.connect() as connection:
        connection.execute(f"set threads = {job.threads}")
        connection.execute(f"set memory_limit = '{job.memory_mib}MiB'")
        connection.execute(f"set temp_directory = '{job.work}'")
        connection.execute("set preserve_insertion_order = false")
        connection.register("weight", pa.Table.from_pylist(job.weights))
        connection.register("set_aside", pa.table({"ev_no": pa.array(job.set_aside, pa.int64())}))
        files = ", ".join(f"'{name}'" for name in job.evidence)
        connection.execute(f"create view raw as select * from read_parquet([{files}])")  # noqa: S608 (our own files)
        connection.execute(f"create view person as select id17, pno from read_parquet('{job.roster}')")  # noqa: S608
        day = "(raw.day - date '1970-01-01')"
        connection.execute(f"create view evidence as {RAW.format(day=day)}")
        rules = RULES.read_text(encoding="utf-8")
        for name in ("as_of", "threshold", "weak_cap"):
            rules = rules.replace(f"${name}", str(getattr(job, name)))
        connection.execute(f"copy ({rules}) to '{job.file('states.parquet')}' (format parquet)")


if __name__ == "__main__":
    main(load())
