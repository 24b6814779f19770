"""The database in memory of a process: each connection keeps to itself, nothing is spilt, a fork has its own."""

import os
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from yizheng.rooms.comparison import database


def test_connections_of_a_process_know_nothing_of_each_other() -> None:
    with database.connection() as one, database.connection() as other:
        one.register("given", pa.table({"a": [1, 2]}))
        one.execute("create temp table mine as select * from given")
        other.register("given", pa.table({"a": [3]}))
        assert one.execute("select sum(a) from given").fetchone() == (3,)
        assert other.execute("select sum(a) from given").fetchone() == (3,)
        with pytest.raises(duckdb.CatalogException):
            other.execute("select * from mine")
    with database.connection() as later, pytest.raises(duckdb.CatalogException):
        later.execute("select * from mine")


def test_nothing_is_spilt_to_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with database.connection() as connection:
        told = connection.execute("select value from duckdb_settings() where name = 'temp_directory'")
        assert told.fetchone() == ("",)
    assert list(tmp_path.iterdir()) == []


def test_fork_opens_a_database_of_its_own() -> None:
    with database.connection() as here:
        here.execute("select half('Ａ')")
        child = os.fork()
        if not child:
            with database.connection() as there:
                same = there.execute("select half('Ａ')").fetchone() == ("A",)
            os._exit(0 if same else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
