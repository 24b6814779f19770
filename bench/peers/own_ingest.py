"""Ours, the way in: identity numbers to people, rows to packed keys, into the lean store by bucket; then the settling of
a bucket's many files into one, which a run does before it reads. Once a delivery, not once an evaluation."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from peers.job import Job, load
from yizheng.rooms.comparison import layout
from yizheng.rooms.comparison.layout import Rows

SETTLED = "settled.parquet"
PORTION = 5_000_000
"""Rows read at a time."""


def main(job: Job) -> None:
    """Take in every raw file as one delivery, and settle every bucket."""
    register, store = layout.Register(*roster(job)), Path(job.store)
    for number, file in enumerate(job.evidence):
        take(register, file, f"{number:04d}", store)
    del register
    for folder in sorted(store.glob("evidence/bucket=*")):
        rows = layout.read(sorted(map(str, folder.iterdir())))
        write(folder / SETTLED, layout.encoded(rows))


def roster(job: Job) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The numbers of everybody on the roster, and who they are."""
    table = pq.ParquetFile(job.roster).read(columns=["id17", "pno"])
    return layout.values(table.column("id17")), layout.values(table.column("pno"))


def take(register: layout.Register, file: str, batch: str, store: Path) -> None:
    """One delivery into the store: a file for each bucket of people that it speaks of."""
    waiting: dict[int, list[Rows]] = defaultdict(list)
    for portion in pq.ParquetFile(file).iter_batches(batch_size=PORTION):
        numbers, kinds, days, rows = columns(portion)
        for bucket, part in layout.by_bucket(linked(register.people(numbers), kinds, days, rows)):
            waiting[bucket].append(part)
    for bucket, parts in waiting.items():
        pno, key = (np.concatenate(column) for column in zip(*parts, strict=True))
        path = store / f"evidence/bucket={bucket:03d}/{batch}.parquet"
        write(path, layout.encoded(layout.in_order((pno, key))))


def columns(portion: object) -> tuple[NDArray[np.integer], ...]:
    """Numbers, kinds, days since 1970 and row numbers of raw evidence."""
    return tuple(
        np.frombuffer(column.buffers()[1], dtype)[column.offset :][: len(column)]
        for column, dtype in zip(
            (portion.column(name) for name in ("id17", "kind", "day", "ev_no")),
            (np.int64, np.uint8, np.int32, np.int64),
            strict=True,
        )
    )


def linked(
    pno: NDArray[np.int32],
    kinds: NDArray[np.integer],
    days: NDArray[np.integer],
    numbers: NDArray[np.integer],
) -> Rows:
    """The rows that are about somebody on the roster."""
    hit = np.flatnonzero(pno >= 0)
    return pno[hit], layout.packed(days[hit], kinds[hit], numbers[hit])


def write(path: Path, data: object) -> None:
    """Write a file whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


if __name__ == "__main__":
    main(load())
