"""How well and how dearly records with wrong numbers and names are linked, on a made world with truth.

    ./run bench tail --people 1000000 --records 200000 [--seed 11] [--runs 3] [--methods exact,cascade,yizheng]
    ./run bench tail --febrl
    ./run bench tail --train           (writes the model that the product ships; its seed is not to be measured with)

Every method runs in a process of its own on the same world. Prints a table, or one JSON object with `--json`:
`rows` [{`method`, `precision`, `recall`, `f1` (all at p >= 0.99), `cpu_s`, `wall_s` by step, `peak_mib`}].
Processor seconds are the figure to compare. Each of number, name, birth and region is spoilt with probability 0.3.
"""

import argparse
import json
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
from tail_parts import febrl, world
from tail_parts.methods import METHODS

from yizheng.rooms.comparison.tail.data import SUSPICION, WORTH_A_LOOK
from yizheng.rooms.comparison.tail.training import train

MODEL = (
    Path(__file__).parents[1] / "src" / "yizheng" / "rooms" / "comparison" / "tail" / "data" / "model.json"
)
TRAINING_SEED = 5
TRAINING_SIZE = (1_000_000, 200_000)


def quality(links: pa.Table, truth: np.ndarray) -> dict[str, float]:
    """Precision, recall, F1 of the best link of each record at p >= 0.99; recall with the clerk's queue beside it."""
    records, people = links["record"].to_numpy(), links["pno"].to_numpy()
    shares = links["probability"].to_numpy()
    best = np.ones(len(records), bool)
    best[1:] = records[1:] != records[:-1]
    right = truth[records] == people
    told = best & (shares >= SUSPICION)
    here = int((truth >= 0).sum())
    precision, recall = float(right[told].sum() / max(told.sum(), 1)), float(right[told].sum() / here)
    queued = ~np.isin(records, records[told]) & (shares >= WORTH_A_LOOK)
    return {
        "precision": round(precision, 6),
        "recall": round(recall, 6),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 6),
        "wrong": int((told & ~right).sum()),
        "recall_with_queue": round(float((right[told].sum() + right[queued].sum()) / here), 6),
        "queue_records": len(np.unique(records[queued])),
    }


def run_one(method: str, folder: Path) -> dict[str, object]:
    """One method on the world of a folder, in this process."""
    made = pickle.loads((folder / "world.pickle").read_bytes())  # noqa: S301 (our own file)
    outcome = METHODS[method](made.people, made.records)
    missed = Counter()
    if method == "yizheng":
        found = set(
            outcome.links.filter(pa.compute.greater_equal(outcome.links["probability"], SUSPICION))[
                "record"
            ].to_pylist()
        )
        for at in np.flatnonzero(made.truth >= 0):
            if int(at) not in found:
                missed[" ".join(fault.split(":")[1] for fault in made.faults[at].split())] += 1
    return {
        "method": method,
        **quality(outcome.links, made.truth),
        "cpu_s": outcome.cpu,
        "wall_s": outcome.wall,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        **({"missed_most": missed.most_common(12)} if missed else {}),
    }


def compare(
    people: int, records: int, seed: int, methods: list[str], *, runs: int, spoilt: float
) -> list[dict[str, object]]:
    """Every method on the world of a seed, each run in a process of its own; medians of the times."""
    with tempfile.TemporaryDirectory(prefix="yizheng-tail-") as name:
        folder = Path(name)
        made = world.make(people=people, records=records, seed=seed, spoilt=spoilt)
        (folder / "world.pickle").write_bytes(pickle.dumps(made))
        rows = []
        for method in methods:
            told = []
            for _ in range(runs if method == "yizheng" else 1):
                done = subprocess.run(  # noqa: S603 (this file)
                    [sys.executable, __file__, "--one", method, "--folder", name],
                    capture_output=True,
                    text=True,
                    check=True,
                )
                told.append(json.loads(done.stdout.splitlines()[-1]))
            row = told[0]
            for times in ("cpu_s", "wall_s"):
                row[times] = {
                    step: statistics.median(one[times][step] for one in told) for step in row[times]
                }
            rows.append({**row, "runs": len(told)})
    return rows


def show(rows: list[dict[str, object]]) -> None:
    """The table."""
    _say(f"{'method':14} {'P':>9} {'R':>9} {'F1':>9} {'R+queue':>9}  {'peak MiB':>8}  CPU seconds (wall)")
    for row in rows:
        wall = row["wall_s"]
        steps = ", ".join(f"{step} {cpu} ({wall[step]})" for step, cpu in row["cpu_s"].items())
        _say(
            f"{row['method']:14} {row['precision']:9.6f} {row['recall']:9.6f} {row['f1']:9.6f}"
            f" {row['recall_with_queue']:9.6f}  {row['peak_mib']:8}  {steps}"
        )


def _say(text: str) -> None:
    print(text)  # noqa: T201 (its output)


def main() -> None:
    """Parse, measure, print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--people", type=int, default=100_000)
    words.add_argument("--records", type=int, default=20_000)
    words.add_argument("--seed", type=int, default=11)
    words.add_argument("--spoilt", type=float, default=0.3, help="the share of each field that is spoilt")
    words.add_argument("--runs", type=int, default=1)
    words.add_argument("--methods", default=",".join(METHODS))
    words.add_argument("--json", action="store_true")
    words.add_argument("--train", action="store_true")
    words.add_argument("--febrl", action="store_true")
    words.add_argument("--one", help=argparse.SUPPRESS)
    words.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    told = words.parse_args()
    if told.one:
        _say(json.dumps(run_one(told.one, told.folder)))
    elif told.febrl:
        _say(json.dumps({"febrl4": febrl.measure()}))
    elif told.train:
        people, records = TRAINING_SIZE
        made = world.make(people=people, records=records, seed=TRAINING_SEED)
        model = train(
            made.people,
            made.records,
            trained_on=f"made world, {people} people, {records} records, seed {TRAINING_SEED}, "
            "every field spoilt with 0.3",
            seed=TRAINING_SEED,
            chance_pairs=3e7,
        )
        MODEL.write_text(model.to_json(), encoding="utf-8")
        _say(model.id)
    else:
        rows = compare(
            told.people, told.records, told.seed, told.methods.split(","), runs=told.runs, spoilt=told.spoilt
        )
        if told.json:
            _say(
                json.dumps({"people": told.people, "records": told.records, "seed": told.seed, "rows": rows})
            )
        else:
            show(rows)


if __name__ == "__main__":
    main()
