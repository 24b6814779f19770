"""The database in memory that rows are compared in: with the macros of `normalise`."""

import duckdb

from yizheng.rooms import desk, duck
from yizheng.rooms.comparison import normalise
from yizheng.rooms.desk import Desk


def connection() -> duckdb.DuckDBPyConnection:
    """A connection of its own to this process's database."""
    return duck.shared(normalise.install)


def take_desk() -> Desk:
    """A desk of this process's database, for one piece of work on many files."""
    return desk.take(normalise.install)
