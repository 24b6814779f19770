"""Everybody's state, kept up with the evidence (人员状态库): layers of states, the newest of which counts.

A layer holds the states of some people of one bucket as they were judged together: an Arrow file, laid out so that one
person is found in it without reading the rest. What arrives, is withdrawn or corrected, or runs out concerns few people;
those are judged again from their evidence, all of it, and make the next layer. So a state never drifts away from what a
whole evaluation would say, and a withdrawal needs no arithmetic of its own.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from yizheng.rooms.comparison import kernel, layout
from yizheng.rooms.comparison.data import HOLDS_UNTIL, STATE_COLUMNS
from yizheng.rooms.comparison.engine import Engine, only
from yizheng.rooms.comparison.kernel import Numbers
from yizheng.rooms.comparison.layout import Rows

COLUMNS = (*STATE_COLUMNS, HOLDS_UNTIL)

SCHEMA = pa.schema(
    [
        pa.field(
            name,
            pa.int32() if name in {"pno", "proof_points", HOLDS_UNTIL} else pa.int64(),
            nullable=False,
        )
        for name in COLUMNS
    ]
)

TOLD = {
    "proof": "proof_key",
    "death": "death_key",
    "custody": "custody_key",
    "missing": "missing_key",
    "duplicate": "duplicate_key",
    "abroad": "abroad_key",
}
"""What a person can come to have, or no longer have: each a bit of `gained` and `lost`, in this order."""

CHANGES = pa.schema([("pno", pa.int32()), ("gained", pa.int8()), ("lost", pa.int8())])

State = dict[str, NDArray[np.integer]]
"""States in columns, by person number."""


def judged(engine: Engine, rows: Rows, *, people: Numbers, as_of: int) -> State:
    """The states of some people (in order), from ordered rows. A state for each: all zero where nothing is known."""
    found = engine.states(only(rows, people), as_of=as_of)
    place = np.searchsorted(people, layout.values(found.column("pno")))
    state = _unknown(people)
    for name in COLUMNS[1:]:
        state[name][place] = layout.values(found.column(name))
    return state


def everybody(engine: Engine, rows: Rows, *, as_of: int) -> State:
    """The states of all people with a row."""
    table = engine.states(rows, as_of=as_of)
    return {name: layout.values(table.column(name)) for name in COLUMNS}


def changes(before: State, after: State) -> pa.Table:
    """Who came to have a proof or a lead, or has it no longer (CHANGES). Both are about the same people, in order."""
    gained = np.zeros(len(after["pno"]), np.int8)
    lost = np.zeros(len(after["pno"]), np.int8)
    for bit, name in enumerate(TOLD.values()):
        had, has = before[name] != 0, after[name] != 0
        gained |= (has & ~had).astype(np.int8) << bit
        lost |= (had & ~has).astype(np.int8) << bit
    differs = (gained | lost) != 0
    columns = (after["pno"][differs], gained[differs], lost[differs])
    return pa.table([layout.column(column) for column in columns], schema=CHANGES)


def encoded(state: State) -> pa.Buffer:
    """A layer as the bytes of a file."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, SCHEMA) as file:
        file.write_table(pa.table([layout.column(state[name]) for name in COLUMNS], schema=SCHEMA))
    return sink.getvalue()


def write(table: pa.Table, file: str) -> None:
    """Write states as a Parquet file for others: plain where every value differs, by dictionary where few do."""
    few = [name for name in table.column_names if name not in {"pno", "proof_key", "latest_key", HOLDS_UNTIL}]
    many = {name: "PLAIN" for name in table.column_names if name not in few} | {"pno": "DELTA_BINARY_PACKED"}
    pq.write_table(table, file, compression="lz4", use_dictionary=few, column_encoding=many)


class Layers:
    """The layers of one bucket, the oldest first, opened without reading them."""

    def __init__(self, files: Sequence[str]) -> None:
        """`files` are made by `encoded`. A look-up reads a few pages of each."""
        self._layers = [_opened(name) for name in files]

    def of(self, people: Numbers) -> State:
        """The states of some people (in order): all zero for those that no layer knows."""
        state = _unknown(people)
        for layer in self._layers:
            mine, theirs = _both(people, layer["pno"])
            for name in COLUMNS[1:]:
                state[name][mine] = layer[name][theirs]
        return state

    def one(self, pno: int) -> dict[str, int]:
        """One person's state."""
        found = self.of(np.array([pno], np.int32))
        return {name: int(found[name][0]) for name in COLUMNS}

    def folded(self) -> State:
        """All layers as one: what a new first layer holds. People of whom nothing is known any more leave it."""
        state = self.of(_together([layer["pno"] for layer in self._layers]))
        known = (state["seen"] != 0) | (state[HOLDS_UNTIL] != kernel.FOREVER)
        return {name: column[known] for name, column in state.items()}

    def run_out(self, *, as_of: int) -> Numbers:
        """The people whose state no longer stands on a day by the mere passing of time, in order."""
        people = _together([layer["pno"][layer[HOLDS_UNTIL] < as_of] for layer in self._layers])
        return people[self.of(people)[HOLDS_UNTIL] < as_of]


def _together(people: Sequence[NDArray[np.integer]]) -> Numbers:
    """Several lists of people as one, in order."""
    return np.unique(np.concatenate([np.zeros(0, np.int32), *people])).astype(np.int32)


def _opened(name: str) -> State:
    table = pa.ipc.open_file(pa.memory_map(name)).read_all().combine_chunks()
    return {column: layout.values(table.column(column)) for column in COLUMNS}


def _unknown(people: Numbers) -> State:
    """Nothing known of anybody, and no day on which that changes by itself."""
    state: State = {field.name: np.zeros(len(people), field.type.to_pandas_dtype()) for field in SCHEMA}
    state["pno"] = people
    state[HOLDS_UNTIL][:] = kernel.FOREVER
    return state


def _both(mine: Numbers, theirs: NDArray[np.integer]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the people of two lists in order are the same: places in the first, places in the second."""
    if not len(theirs):
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    place = np.minimum(np.searchsorted(theirs, mine), len(theirs) - 1)
    same = np.flatnonzero(theirs[place] == mine)
    return same, place[same]
