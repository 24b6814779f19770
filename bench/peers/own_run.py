"""Ours, the evaluation: bucket after bucket out of the lean store."""

from pathlib import Path

import pyarrow as pa

from peers.job import Job, load
from peers.own_ingest import SETTLED
from yizheng.rooms.comparison import states
from yizheng.rooms.comparison.data import KindWeight
from yizheng.rooms.comparison.engine import Engine


def engine_of(job: Job) -> Engine:
    """The engine that counts as the errand says."""
    return Engine(
        weights=[KindWeight(**one) for one in job.weights],
        threshold=job.threshold,
        weak_cap=job.weak_cap,
        set_aside=job.set_aside,
    )


def main(job: Job) -> None:
    """A file of states for every bucket. Keys do not repeat, so dictionaries would only cost."""
    pa.set_memory_pool(pa.system_memory_pool())  # it gives memory back between buckets
    engine = engine_of(job)
    for folder in sorted(Path(job.store).glob("evidence/bucket=*")):
        found = engine.evaluate(files=[str(folder / SETTLED)], as_of=job.as_of)
        states.write(found, job.file(f"{folder.name}.parquet"))


if __name__ == "__main__":
    main(load())
