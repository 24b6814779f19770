"""Prepares what people and records are compared by, in DuckDB: `sql/features.sql`, its character and calendar tables.

Nothing is dropped and nothing decided here: a record with an unusable number is a record with the state `none`.
"""

import io
import re
from functools import cache
from importlib import resources

import duckdb
import pyarrow as pa
from pyarrow import csv

from yizheng.rooms.comparison import normalise
from yizheng.rooms.comparison.tail.data import PEOPLE, RECORDS

_PACKAGE = "yizheng.rooms.comparison.tail"
_PIECE = 16_384
"""Rows of a piece that one of DuckDB's threads takes."""
_LEFTOVERS = ("raw", "cleaned", "broken", "place", "repair", "long_name")


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a connection the macros and the tables of characters and lunar days. Once, before `prepare`."""
    normalise.install(connection)
    words = csv.ConvertOptions(
        column_types={"shape": pa.string()}, null_values=[""], strings_can_be_null=True
    )
    connection.register("lettering", csv.read_csv(io.BytesIO(_data("characters.csv")), convert_options=words))
    years = csv.ConvertOptions(column_types={"months": pa.string()})
    connection.register(
        "lunar_year", csv.read_csv(io.BytesIO(_data("lunar_years.csv")), convert_options=years)
    )
    connection.execute(sections("features.sql")["tables"])
    connection.unregister("lettering")
    connection.unregister("lunar_year")


def prepare_people(connection: duckdb.DuckDBPyConnection, people: pa.Table, *, into: str) -> None:
    """Make the table `into` of features from a table of PEOPLE."""
    _prepare(connection, people.select(PEOPLE.names).cast(PEOPLE), "people", into)


def prepare_records(connection: duckdb.DuckDBPyConnection, records: pa.Table, *, into: str) -> None:
    """Make the table `into` of features from a table of RECORDS."""
    _prepare(connection, records.select(RECORDS.names).cast(RECORDS), "records", into)


@cache
def sections(file: str) -> dict[str, str]:
    """The parts of one of our SQL files, by the name that stands before each (`-- name: ...`)."""
    text = resources.files(_PACKAGE).joinpath("sql", file).read_text(encoding="utf-8")
    _, *parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _prepare(connection: duckdb.DuckDBPyConnection, given: pa.Table, side: str, into: str) -> None:
    pieces = given.combine_chunks().to_batches(max_chunksize=_PIECE)
    connection.execute("DROP VIEW IF EXISTS dated")
    connection.register("given", pa.Table.from_batches(pieces, given.schema))
    steps = sections("features.sql")
    for step in (side, "repairs", "join"):
        connection.execute(steps[step])
    connection.unregister("given")
    connection.execute(f"DROP TABLE IF EXISTS {into}; ALTER TABLE feature RENAME TO {into}")
    for name in _LEFTOVERS:
        connection.execute(
            f"DROP {'VIEW' if (side, name) == ('people', 'raw') else 'TABLE'} IF EXISTS {name}"
        )


@cache
def _data(name: str) -> bytes:
    return resources.files(_PACKAGE).joinpath("data", name).read_bytes()
