"""A desk: a connection that understands a statement once, and carries it out for every file.

DuckDB takes longer to understand the macros of a wide table than to carry them out for a month's small file: a tenth of a
second for the columns of a roster. So what a statement is about stays: its tables are emptied and filled again, rows come
in as a stream under a name that their columns give, and what differs from file to file (days, months) comes as values.
A desk that is given back waits, empty, for the next piece of work of its process.
"""

import os
from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from yizheng.rooms import duck
from yizheng.rooms.duck import Prepare

_MOST_STATEMENTS = 500
"""A desk that understands more is not kept: what it remembers is of files that are long gone."""
_MOST_IDLE = 4
"""Desks that wait: as many as work at once in a process."""
_PIECE = 16_384
"""Rows of a piece that one of DuckDB's threads takes."""

Value = date | int
"""What a statement can be told, under the name that it has in the text (`$latest`)."""


class _Stream:
    """Rows that a name stands for. Whoever reads the name gets what was handed in last."""

    def __init__(self, name: str, rows: pa.Table) -> None:
        self.name, self.rows = name, rows

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.rows.__arrow_c_stream__(requested_schema)


class Desk:
    """One connection to the process's database, with what it has understood. Not for two threads."""

    def __init__(self, prepare: Prepare) -> None:
        """`prepare` makes known to the database what statements of this desk may use, as in `duck.shared`."""
        self._prepare = prepare
        self._connection = duck.shared(prepare)
        self._streams: dict[str, _Stream] = {}
        self._tables: dict[tuple[str, str], str] = {}
        self._filled: set[str] = set()
        self._understood: dict[str, tuple[int, int]] = {}

    def hand_in(self, rows: pa.Table) -> str:
        """Lay rows on the desk. Gives what to read them from: the same text for all rows with the same columns.

        One piece of rows is read past a limit that it does not reach, for behind a limit one thread works: each more
        would first make ready, for nothing, all that a wide statement needs.
        """
        name = self._named(rows)
        return f"(FROM {name} LIMIT {_PIECE})" if rows.num_rows <= _PIECE else name

    def _named(self, rows: pa.Table) -> str:
        pieces = rows.combine_chunks().to_batches(max_chunksize=_PIECE)
        rows = pa.Table.from_batches(pieces, rows.schema)
        columns = str(rows.schema.remove_metadata())
        known = self._streams.get(columns)
        if known is not None:
            known.rows = rows
            return known.name
        stream = self._streams[columns] = _Stream(f"arrived_{len(self._streams)}", rows)
        self._connection.register(stream.name, stream)
        return stream.name

    def fill(self, what: str, select: str, /, **values: Value) -> str:
        """Let a table hold what `select` gives now, and nothing else. Gives its name: `what` and a number."""
        table = self._tables.get((what, select))
        if table is None:
            table = self._tables[what, select] = f"{what}_{len(self._tables)}"
            self._connection.execute(f"CREATE TEMP TABLE {table} AS FROM ({select}) LIMIT 0", values or None)
        self._empty(table)
        self._filled.add(table)
        self.run(f"INSERT INTO {table} {select}", **values)
        return table

    def _empty(self, table: str) -> None:
        """Take the rows of a table away where it has some: to look for them takes as long as a small file's question."""
        if table in self._filled:
            self.run(f"DELETE FROM {table}")  # noqa: S608 (a name of our own)
            self._filled.discard(table)

    def run(self, statement: str, /, **values: Value) -> list[tuple[Any, ...]]:
        """Carry a statement out. Gives its rows."""
        return self._connection.execute(self._call(statement, values)).fetchall()

    def table(self, statement: str, /, **values: Value) -> pa.Table:
        """What a statement gives, as columns."""
        return self._connection.sql(self._call(statement, values)).to_arrow_table()

    def _call(self, statement: str, values: Mapping[str, Value]) -> str:
        """The call of a statement, which is made understood first where it is new.

        What was understood before a table or a name came on the desk counts as new: DuckDB would look through it again at
        every call.
        """
        names = len(self._tables) + len(self._streams)
        number, known_names = self._understood.get(statement, (len(self._understood), -1))
        if known_names != names:
            self._connection.execute(f"PREPARE statement_{number} AS {statement}")
            self._understood[statement] = number, names
        told = ", ".join(f"{word} := {_literal(value)}" for word, value in values.items())
        return f"EXECUTE statement_{number}({told})" if told else f"EXECUTE statement_{number}"

    def give_back(self) -> None:
        """Clear the desk for the next piece of work of this process. It keeps what it understands, and no rows."""
        idle = _IDLE.setdefault((os.getpid(), self._prepare), [])
        if len(idle) >= _MOST_IDLE or len(self._understood) > _MOST_STATEMENTS:
            self._connection.close()
            return
        for stream in self._streams.values():
            stream.rows = stream.rows.schema.empty_table()
        for table in sorted(self._filled):
            self._empty(table)
        self._connection.execute("CHECKPOINT temp")  # what was deleted leaves the memory only then
        idle.append(self)


_IDLE: dict[tuple[int, Prepare], list[Desk]] = {}
"""The desks that wait, by process: one that was forked must not use its parent's."""


def take(prepare: Prepare) -> Desk:
    """A desk, for one piece of work. Give it back; one that was left in the middle of a failure is not missed."""
    idle = _IDLE.get((os.getpid(), prepare))
    return idle.pop() if idle else Desk(prepare)


def _literal(value: Value) -> str:
    return f"DATE '{value.isoformat()}'" if isinstance(value, date) else str(int(value))
