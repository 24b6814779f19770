"""Ours, the evaluation: bucket after bucket out of the lean store."""

from pathlib import Path

import pyarrow.parquet as pq

from peers.job import Job, load
from yizheng.rooms.comparison.data import KindWeight
from yizheng.rooms.comparison.engine import Engine


def main(job: Job) -> None:
    """A file of states for every bucket."""
    engine = Engine(
        weights=[KindWeight(**one) for one in job.weights],
        threshold=job.threshold,
        weak_cap=job.weak_cap,
        set_aside=job.set_aside,
    )
    for folder in sorted(Path(job.store).glob("evidence/bucket=*")):
        found = engine.evaluate(files=sorted(map(str, folder.iterdir())), as_of=job.as_of)
        pq.write_table(found, job.file(f"{folder.name}.parquet"))


if __name__ == "__main__":
    main(load())
