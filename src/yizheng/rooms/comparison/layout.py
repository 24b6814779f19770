"""How linked evidence lies on disk (证据库的存放): two columns of integers, by person, a file a delivery and bucket.

`pno` is the person's dense number, `key` the packed key of `data.Key`: day, kind and number of the row. A file holds the
rows of one bucket of people in the order of (pno, key), uncompressed: reading it costs little more than copying it, and
8.2 bytes a row on disk are fewer than four compressed columns take. Any engine that reads Parquet reads it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from yizheng.rooms.comparison import kernel
from yizheng.rooms.comparison.data import BUCKET_BITS, DAY_SHIFT, KIND_SHIFT
from yizheng.rooms.comparison.kernel import Ints, Numbers

LEAN = pa.schema([pa.field("pno", pa.int32(), nullable=False), pa.field("key", pa.int64(), nullable=False)])

Rows = tuple[Numbers, Ints]
"""Person numbers and packed keys, side by side."""

_ONE_GROUP = 1 << 26
"""Rows of a group: a bucket is read in one piece, and not put together from several."""

NOBODY: Rows = (np.zeros(0, np.int32), np.zeros(0, np.int64))


def packed(day: NDArray[np.integer], kind: NDArray[np.integer], evidence_no: Ints) -> Ints:
    """Columns to packed keys, as `data.Key.pack` does it for one row."""
    keys: Ints = day.astype(np.int64) << DAY_SHIFT | kind.astype(np.int64) << KIND_SHIFT | evidence_no
    return keys


def in_order(rows: Rows) -> Rows:
    """The rows by person and key. What is in order already is given back as it is."""
    pno, key = rows
    if kernel.is_ordered(pno, key):
        return rows
    first = int(pno.min())
    return kernel.ordered(pno, key, first, int(pno.max()) - first + 1)


def by_bucket(rows: Rows) -> Iterator[tuple[int, Rows]]:
    """Rows in any order to the buckets they belong to, each bucket's in order."""
    pno, key = rows
    buckets = (pno >> BUCKET_BITS).astype(np.uint16)
    turn = np.argsort(buckets, kind="stable")
    found, starts = np.unique(buckets[turn], return_index=True)
    ends = [*starts[1:].tolist(), len(turn)]
    for bucket, start, end in zip(found.tolist(), starts.tolist(), ends, strict=False):
        places = turn[start:end]
        yield bucket, in_order((pno[places], key[places]))


def column(values: NDArray[np.integer]) -> pa.Array:
    """A column of integers as Arrow sees it, without a copy. (`pa.array` first loads pandas, where there is one.)"""
    kept = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(kept.dtype), len(kept), [None, pa.py_buffer(kept)])


def values(integers: pa.ChunkedArray) -> NDArray[Any]:
    """The reverse of `column`: integers without nulls, without a copy where they lie in one piece."""
    pieces = [
        np.frombuffer(piece.buffers()[1], piece.type.to_pandas_dtype())[piece.offset :][: len(piece)]
        for piece in integers.chunks
        if len(piece)
    ]
    if not pieces:
        return np.zeros(0, integers.type.to_pandas_dtype())
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def encoded(rows: Rows) -> pa.Buffer:
    """Ordered rows of one bucket as the bytes of a file."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table([column(rows[0]), column(rows[1])], schema=LEAN),
        sink,
        row_group_size=_ONE_GROUP,
        compression="none",
        use_dictionary=False,
        column_encoding={"pno": "DELTA_BINARY_PACKED", "key": "PLAIN"},
    )
    return sink.getvalue()


def read(files: Sequence[str]) -> Rows:
    """The rows of some files of one bucket, in order. Raises ValueError for a file of other columns."""
    parts = []
    for name in files:
        table = pq.ParquetFile(name, memory_map=True).read(use_threads=False)
        if set(LEAN.names) - set(table.column_names):
            raise ValueError(f"{name}: the columns pno and key were expected, not {table.column_names}")
        lean = table.select(LEAN.names).cast(LEAN)
        parts.append((values(lean.column("pno")), values(lean.column("key"))))
    if not parts:
        return NOBODY
    return in_order(parts[0] if len(parts) == 1 else _one_after_another(parts))


def _one_after_another(parts: Sequence[Rows]) -> Rows:
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


class Register:
    """The people on a roster by identity number, to look many numbers up at once."""

    def __init__(self, number: Ints, pno: Numbers) -> None:
        """`number`: the first 17 digits as an integer, each once. A lookup costs about one access to memory."""
        slots = 1 << max(4, int(len(number) * 1.6).bit_length())
        self._cabinet = kernel.filed(number, pno, slots)

    def people(self, number: Ints) -> Numbers:
        """The person of each number; -1 where nobody on the roster has it."""
        return kernel.looked_up(number, self._cabinet)


def people_of(number: Ints, *, roster: tuple[Ints, Numbers]) -> Numbers:
    """The person of each number; -1 for nobody. `roster`: numbers, each once, and people. The smaller side is filed.

    For one delivery against a large roster this is cheaper than a `Register` of everybody.
    """
    if len(number) >= len(roster[0]):
        return Register(*roster).people(number)
    wanted, place = np.unique(number, return_inverse=True)
    hit = Register(wanted, np.arange(len(wanted), dtype=np.int32)).people(roster[0])
    person = np.full(len(wanted), -1, np.int32)
    found = hit >= 0
    person[hit[found]] = roster[1][found]
    return person[place]
