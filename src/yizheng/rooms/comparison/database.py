"""The database in memory that rows are compared in: with the macros of `normalise`."""

import duckdb

from yizheng.rooms import duck
from yizheng.rooms.comparison import normalise


def connection() -> duckdb.DuckDBPyConnection:
    """A connection of its own to this process's database."""
    return duck.shared(normalise.install)
