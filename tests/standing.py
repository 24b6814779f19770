"""What many tests begin with, made once a process: the rows and the files that a flow leaves, put back for each test."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.db import connection

_Rows = dict[str, set[str]]
_kept: dict[str, tuple[Path, _Rows]] = {}


def begin_with(name: str, folder: Path, build: Callable[[Path], None]) -> None:
    """Leave the database and this new folder as `build` does. It builds for the first test that asks for `name`.

    `build` may add rows and files, and change nothing that stands; it knows no other folder than the one it is given.
    """
    if name in _kept:
        files, rows = _kept[name]
        shutil.copytree(files, folder, dirs_exist_ok=True)
        _put(rows)
        return
    before = _rows()
    build(folder)
    after = _rows()
    assert all(before[table] <= after[table] for table in before), f"{name} changes what stands"
    files = Path(tempfile.mkdtemp(prefix="standing-"))
    atexit.register(shutil.rmtree, files, ignore_errors=True)
    shutil.copytree(folder, files, dirs_exist_ok=True)
    _kept[name] = files, {table: after[table] - before[table] for table in after}


def _rows() -> _Rows:
    """Every row of every table as a list of literals."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = [
                column.name for column in connection.introspection.get_table_description(cursor, table)
            ]
            literals = " || ',' || ".join(f'quote("{column}")' for column in columns)
            cursor.execute(f'SELECT {literals} FROM "{table}"')  # noqa: S608 (names of our own tables)
            found[table] = {literal for (literal,) in cursor.fetchall()}
    return found


def _put(rows: _Rows) -> None:
    with connection.cursor() as cursor:
        for table, literals in rows.items():
            if literals:
                values = ", ".join(f"({literal})" for literal in sorted(literals))
                cursor.execute(f'INSERT INTO "{table}" VALUES {values}')  # noqa: S608 (literals by SQLite's quote)
