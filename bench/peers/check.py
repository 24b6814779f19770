"""What an engine wrote, as one fingerprint that does not depend on files or order: rows, and a sum of row hashes."""

import sys

import duckdb

from peers.job import STATE


def main(folder: str) -> None:
    """Print the fingerprint of the state rows in a folder."""
    row = ", ".join(f"cast({name} as bigint)" for name in STATE)
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        rows, people, total = connection.execute(
            f"select count(*), count(distinct pno), sum(cast(hash({row}) as hugeint))"  # noqa: S608 (names are ours)
            " from read_parquet(?, hive_partitioning = false)",
            [f"{folder}/**/*.parquet"],
        ).fetchall()[0]
    print(rows, people, total)  # noqa: T201 (its output)


if __name__ == "__main__":
    main(sys.argv[1])
