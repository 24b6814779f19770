"""Ours, the way in: identity numbers to people, rows to packed keys, into the lean store by bucket. Once a delivery."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from peers.job import Job, load
from yizheng.rooms.comparison import layout


def main(job: Job) -> None:
    """Take in every raw file as one delivery."""
    roster = pq.read_table(job.roster, columns=["id17", "pno"])
    register = layout.Register(roster.column("id17").to_numpy(), roster.column("pno").to_numpy())
    del roster
    for number, file in enumerate(job.evidence):
        take(register, file, f"{number:04d}", Path(job.store))


def take(register: layout.Register, file: str, batch: str, store: Path) -> None:
    """One delivery into the store: a file for each bucket of people that it speaks of."""
    waiting = defaultdict(list)
    for rows in pq.ParquetFile(file).iter_batches(
        batch_size=1_000_000, columns=["id17", "kind", "day", "ev_no"]
    ):
        pno = register.people(rows.column("id17").to_numpy())
        hit = pno >= 0
        day = rows.column("day").to_numpy(zero_copy_only=False).astype("datetime64[D]").astype(np.int64)
        keys = layout.packed(
            day[hit], rows.column("kind").to_numpy()[hit], rows.column("ev_no").to_numpy()[hit]
        )
        for bucket, (people, found) in layout.by_bucket((pno[hit], keys)):
            waiting[bucket].append((people, found))
    for bucket, parts in waiting.items():
        together = tuple(np.concatenate(column) for column in zip(*parts, strict=True))
        path = store / f"evidence/bucket={bucket:03d}/{batch}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(layout.encoded(layout.in_order(together)))


if __name__ == "__main__":
    main(load())
