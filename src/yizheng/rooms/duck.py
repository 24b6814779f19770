"""DuckDB as the product opens it: one database in memory a process, a connection for each piece of work.

To open a database costs 30 ms, and what is made known to it comes on top: a month of small files and every question of a
run would pay that each time. A further connection to an open one costs half a millisecond; what it registers or makes as
a temporary table is its own. Nothing is ever spilt to a disk: DuckDB would write personal data in clear, into the working
folder. A piece of work that outgrows the memory ends with an error and changes nothing.
"""

import os
from collections.abc import Callable
from functools import cache

import duckdb

Prepare = Callable[[duckdb.DuckDBPyConnection], None]


def shared(prepare: Prepare) -> duckdb.DuckDBPyConnection:
    """A connection to the process's database that `prepare` was called on. Close it, or use it in a `with`; not for two
    threads.
    """
    return _opened(os.getpid(), prepare).cursor()


def apart() -> duckdb.DuckDBPyConnection:
    """A database of its own, for who sets it up otherwise."""
    return duckdb.connect(config={"temp_directory": ""})


@cache
def _opened(process: int, prepare: Prepare) -> duckdb.DuckDBPyConnection:
    """The database of a process. One that was forked opens its own: the threads of the other did not come along."""
    del process
    opened = apart()
    prepare(opened)
    return opened
