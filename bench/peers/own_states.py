"""Ours, what an increment starts from: everybody's state as one layer a bucket. Not measured; made when it is missing."""

from pathlib import Path

from peers.job import Job, load
from peers.own_ingest import SETTLED, write
from peers.own_run import engine_of
from yizheng.rooms.comparison import layout, states


def main(job: Job) -> None:
    """A layer for every bucket that has none."""
    engine = engine_of(job)
    for folder in sorted(Path(job.store).glob("evidence/bucket=*")):
        layer = Path(job.store) / "states" / f"{folder.name}.arrow"
        if not layer.exists():
            state = states.everybody(engine, layout.read([str(folder / SETTLED)]), as_of=job.as_of)
            write(layer, states.encoded(state))


if __name__ == "__main__":
    main(load())
