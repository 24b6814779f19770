"""Ours, one more day: new rows to people, their states judged anew, what changed told, all of it made durable.

Prints one JSON object: the people touched and changed, and the seconds since the process began its work until the
changes were known and until states and evidence were on the disk. The store is left as it was, so it can be done again.
"""

import json
import os
import time
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from peers.job import Job, load
from peers.own_ingest import PORTION, SETTLED, columns, linked, write
from peers.own_run import engine_of
from yizheng.rooms.comparison import layout, states
from yizheng.rooms.comparison.engine import only
from yizheng.rooms.comparison.kernel import Numbers
from yizheng.rooms.comparison.layout import Rows
from yizheng.rooms.comparison.states import State


def main(job: Job) -> None:
    """Resolve, judge those concerned, tell the changes, write layers and evidence; `threads` buckets at a time."""
    began = time.monotonic()
    engine, store, out = engine_of(job), Path(job.store), Path(job.out)

    def judged(part: tuple[int, Rows]) -> tuple[str, Rows, State, pa.Table]:
        bucket, new = part
        name = f"bucket={bucket:03d}"
        people = np.unique(new[0]).astype(np.int32)
        old = only(layout.read([str(store / "evidence" / name / SETTLED)]), people)
        rows = layout.in_order((np.concatenate((old[0], new[0])), np.concatenate((old[1], new[1]))))
        after = states.judged(engine, rows, people=people, as_of=job.as_of)
        before = states.Layers([str(store / "states" / f"{name}.arrow")]).of(people)
        return name, new, after, states.changes(before, after)

    with ThreadPoolExecutor(job.threads) as pool:
        found = list(pool.map(judged, layout.by_bucket(resolved(job, pool))))
    told = pa.concat_tables([changes for *_, changes in found])
    out.mkdir(parents=True, exist_ok=True)
    pq.write_table(told, out / "changes.parquet")
    known = time.monotonic() - began
    for name, new, after, _ in found:
        durably(out / "evidence" / f"{name}.parquet", layout.encoded(new))
        durably(out / "states" / f"{name}.arrow", states.encoded(after))
    durable = time.monotonic() - began
    steps = {
        "people": sum(len(after["pno"]) for _, _, after, _ in found),
        "changed": len(told),
        "changes_s": round(known, 3),
        "durable_s": round(durable, 3),
    }
    print(json.dumps(steps))  # noqa: T201 (its output)


def resolved(job: Job, pool: Executor) -> Rows:
    """The new rows, as people's: the day's numbers are filed, and the roster is led past them a piece at a time."""
    parts = [columns(portion) for portion in pq.ParquetFile(job.increment).iter_batches(batch_size=PORTION)]
    numbers, kinds, days, rows = (np.concatenate(column) for column in zip(*parts, strict=True))
    wanted, place = np.unique(numbers, return_inverse=True)
    register = layout.Register(wanted, np.arange(len(wanted), dtype=np.int32))

    def met(group: int) -> tuple[Numbers, Numbers]:
        piece = pq.ParquetFile(job.roster).read_row_group(group, columns=["id17", "pno"], use_threads=False)
        hit = register.people(layout.values(piece.column("id17")))
        return hit[hit >= 0], layout.values(piece.column("pno"))[hit >= 0]

    person = np.full(len(wanted), -1, np.int32)
    for hit, pno in pool.map(met, range(pq.ParquetFile(job.roster).num_row_groups)):
        person[hit] = pno
    return linked(person[place], kinds, days, rows)


def durably(path: Path, data: object) -> None:
    """Write a file and wait until the disk has it."""
    write(path, data)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


if __name__ == "__main__":
    main(load())
