"""The limit: DuckDB decodes the raw key columns and the roster once, and does nothing with them.

No comparison of this data can be cheaper than looking at it, so the others are given as multiples of this.
"""

import duckdb

from peers.job import Job, load


def main(job: Job) -> None:
    """Decode id17, kind, day and ev_no of every row, and every column of the roster."""
    with duckdb.connect() as connection:
        connection.execute(f"set threads = {job.threads}")
        connection.execute(
            "select count(*), max(id17), max(kind), max(day), max(ev_no) from read_parquet(?)", [job.evidence]
        ).fetchall()
        connection.execute(
            "select count(*), max(pno), max(id17), max(region), max(pay_state), max(last_certified)"
            " from read_parquet(?)",
            [job.roster],
        ).fetchall()


if __name__ == "__main__":
    main(load())
