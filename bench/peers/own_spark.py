"""Ours on Spark: the same buckets of the lean store, the rules as SQL, one task a bucket."""

from pathlib import Path

from peers.job import Job, load
from peers.own_ingest import SETTLED
from yizheng.adapters.spark.session import open_session
from yizheng.adapters.spark.states import evaluate
from yizheng.rooms.comparison.data import KindWeight


def main(job: Job) -> None:
    """A folder of states for every bucket."""
    memory = f"{min(job.memory_mib, 6144)}m"
    session = open_session(work=Path(job.work), master=f"local[{job.threads}]", memory=memory)
    files = {
        int(folder.name.removeprefix("bucket=")): [str(folder / SETTLED)]
        for folder in sorted(Path(job.store).glob("evidence/bucket=*"))
    }
    evaluate(
        session,
        files,
        weights=[KindWeight(**one) for one in job.weights],
        as_of=job.as_of,
        threshold=job.threshold,
        weak_cap=job.weak_cap,
        set_aside=job.set_aside,
        out=job.out,
    )
    session.stop()


if __name__ == "__main__":
    main(load())
