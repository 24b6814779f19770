"""The comparison measured against the price of looking at the data, and against other engines on the same rules.

    ./run bench comparison --people 1000000 --evidence 10000000 [--engines scan,yizheng,duckdb] [--repeat 3] [--json]
    ./run bench comparison --people 10000000 --evidence 100000000 --write
    ./run bench comparison --growth 1,10,30 --repeat 1
    ./run bench comparison --people 10000000 --evidence 100000000 --engines scan,yizheng --increment 1000000

Raw data is made on disk once (about 14 bytes a row) and used again. Every engine runs in a process of its own, in turn
and `--repeat` times round; processor and wall seconds and the peak of memory are taken from outside; what the engines
wrote is compared by a fingerprint over all columns of all rows. What this machine cannot hold is skipped with a word.
Run it on a quiet machine.
"""

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from peers import made, measure, report
from peers.job import Job

BENCH = Path(__file__).parent
ROOT = BENCH.parent
GIB = 2**30


@dataclass(frozen=True, kw_only=True)
class Peer:
    """An engine: its module, whether it writes states, and the memory it takes (measured: bytes a row, a person)."""

    module: str
    writes: bool = True
    row_bytes: float = 0
    person_bytes: float = 0


PEERS = {
    "scan": Peer(module="peers.scan", writes=False),
    "yizheng_ingest": Peer(module="peers.own_ingest", writes=False, person_bytes=60),
    "yizheng": Peer(module="peers.own_run"),
    "yizheng_increment": Peer(module="peers.own_increment", writes=False),
    "yizheng_spark": Peer(module="peers.own_spark"),
    "duckdb": Peer(module="peers.plain_duckdb"),
    "polars": Peer(module="peers.plain_polars", row_bytes=75),
    "pandas": Peer(module="peers.plain_pandas", row_bytes=150),
    "pyspark": Peer(module="peers.plain_spark"),
}
USUAL = ["scan", "yizheng_ingest", "yizheng", "duckdb", "polars", "pandas", "pyspark"]
GROWTH = ["scan", "yizheng_ingest", "yizheng"]


class Bench:
    """One size of data, and the engines run over it."""

    def __init__(self, words: argparse.Namespace, *, people: int, rows: int, work: Path) -> None:
        self.words, self.people, self.rows, self.work = words, people, rows, work
        self.skipped: list[dict[str, str]] = []
        self.runs: dict[str, list[measure.Used]] = {}
        self.prints: dict[str, str] = {}

    def result(self, engines: list[str]) -> dict[str, Any]:
        """Run and report. The object that `--json` prints."""
        if self._fits_on_disk():
            job = self._job()
            self._warm_up(job)
            if any(name.startswith("yizheng") for name in engines) and "yizheng_ingest" not in engines:
                self._measured("yizheng_ingest", job)
            for turn in range(self.words.repeat):
                for engine in [name for name in engines if self._can_run(name)]:
                    self._take_turn(engine, job, check=turn == 0)
        rows = [report.row(engine, self.runs[engine]) for engine in engines if self.runs.get(engine)]
        for row in rows:
            if row["engine"] == "yizheng_increment":
                row["steps"] = report.steps(self.runs["yizheng_increment"])
        report.compare(rows, per="scan")
        return {
            "people": self.people,
            "evidence": self.rows,
            "repeat": self.words.repeat,
            "threads": self.words.threads,
            "rows": rows,
            "equal_results": len(set(self.prints.values())) == 1 if len(self.prints) > 1 else None,
            "fingerprints": self.prints,
            "skipped": self.skipped,
        }

    def _take_turn(self, engine: str, job: Job, *, check: bool) -> None:
        used = self._measured(engine, job)
        if used.code:
            why = used.said.splitlines()[-1] if used.said else "it said nothing"
            self._skip(
                engine, f"it ended with {used.code} after {used.wall_s} s and {used.peak_mib} MiB: {why}"
            )
            self.runs.pop(engine, None)
            return
        self.runs.setdefault(engine, []).append(used)
        if check and PEERS[engine].writes:
            self.prints[engine] = self._run("peers.check", [job.out], engine).said

    def _measured(self, engine: str, job: Job) -> measure.Used:
        shutil.rmtree(job.out, ignore_errors=True)
        errand = job.save(self.work / f"{engine}.json")
        if engine == "yizheng_ingest":
            shutil.rmtree(job.store, ignore_errors=True)
        if engine == "yizheng_increment":
            self._run("peers.own_states", [str(errand)], engine)
        return self._run(PEERS[engine].module, [str(errand)], engine)

    def _run(self, module: str, words: list[str], engine: str) -> measure.Used:
        return measure.run(
            [sys.executable, "-m", module, *words],
            folder=BENCH,
            patience=self.words.patience,
            limit_mib=max(1024, report.available_bytes() // 2**20 - 512),
            said=self.work / f"{engine}.said",
        )

    def _job(self) -> Job:
        data = made.make(self.words.folder, people=self.people, rows=self.rows)
        increment = made.make_increment(data, self.words.increment) if self.words.increment else ""
        return Job(
            roster=str(data.roster),
            evidence=[str(file) for file in data.evidence],
            store=str(data.folder / "store"),
            out=str(self.work / "out"),
            work=str(self.work / "spill"),
            people=self.people,
            rows=self.rows,
            as_of=made.AS_OF,
            threshold=data.threshold,
            weak_cap=data.weak_cap,
            weights=data.weights,
            set_aside=data.set_aside,
            threads=self.words.threads,
            memory_mib=report.available_bytes() * 3 // 4 // 2**20,
            increment=str(increment),
        )

    def _warm_up(self, job: Job) -> None:
        """Let our own engine compile what it keeps compiled from then on: a small errand that is not measured."""
        small = made.make(self.words.folder, people=1_000, rows=10_000)
        errand = replace(
            job,
            roster=str(small.roster),
            evidence=[str(file) for file in small.evidence],
            store=str(self.work / "small"),
            increment=str(made.make_increment(small, 100)) if self.words.increment else "",
        )
        for engine in ("yizheng_ingest", "yizheng", *(["yizheng_increment"] if self.words.increment else [])):
            self._measured(engine, errand)

    def _fits_on_disk(self) -> bool:
        self.words.folder.mkdir(parents=True, exist_ok=True)
        place = self.words.folder / f"{self.people}x{self.rows}-1"
        needed = 0 if place.exists() else made.bytes_needed(self.people, self.rows)
        needed += self.rows * 10 + self.people * 120  # our store, states, results
        free = shutil.disk_usage(self.words.folder).free
        if needed * 1.2 > free:
            self._skip(
                "all", f"{needed * 1.2 / GIB:.1f} GiB of disk were expected, {free / GIB:.1f} are free"
            )
        return needed * 1.2 <= free

    def _can_run(self, engine: str) -> bool:
        if any(one["engine"] == engine for one in self.skipped):
            return False
        peer = PEERS[engine]
        needed = peer.row_bytes * self.rows + peer.person_bytes * self.people
        there = report.available_bytes()
        if needed > there * 0.9:
            self._skip(
                engine, f"about {needed / GIB:.1f} GiB of memory are needed, {there / GIB:.1f} are there"
            )
        return needed <= there * 0.9

    def _skip(self, engine: str, reason: str) -> None:
        self.skipped.append({"engine": engine, "people": str(self.people), "reason": reason})


def main() -> None:
    """Parse, measure, print, and write the page if asked."""
    words = _words()
    work = Path(tempfile.mkdtemp(prefix="yizheng-bench-", dir=_made(words.folder)))
    (work / "spill").mkdir()
    try:
        if words.growth:
            share = words.evidence / words.people
            sizes = [round(float(one) * 1_000_000) for one in words.growth.split(",")]
            steps = [
                Bench(words, people=size, rows=round(size * share), work=work).result(words.engines or GROWTH)
                for size in sizes
            ]
            found: dict[str, Any] = {"growth": report.growth(steps), "steps": steps}
        else:
            engines = words.engines or USUAL
            engines += ["yizheng_increment"] if words.increment and "yizheng_increment" not in engines else []
            found = Bench(words, people=words.people, rows=words.evidence, work=work).result(engines)
            found["increment"] = words.increment
    finally:
        shutil.rmtree(work, ignore_errors=True)
    found["machine"] = report.machine()
    if words.write:
        report.write_page(ROOT / "docs" / "reference" / "comparison-figures.md", found)
    print(json.dumps(found, ensure_ascii=False) if words.json else report.as_text(found))  # noqa: T201 (its output)


def _words() -> argparse.Namespace:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--people", type=int, default=1_000_000)
    words.add_argument("--evidence", type=int, default=10_000_000)
    words.add_argument("--engines", type=_engines, default=[], help=f"of {', '.join(PEERS)}")
    words.add_argument("--repeat", type=int, default=3)
    words.add_argument("--threads", type=int, default=2)
    words.add_argument("--increment", type=int, default=0, help="rows of one more day to take in")
    words.add_argument("--growth", default="", help="millions of people, such as 1,10,30")
    words.add_argument("--folder", type=Path, default=ROOT / "var" / "bench", help="where made data is kept")
    words.add_argument("--patience", type=float, default=7200, help="seconds after which an engine is ended")
    words.add_argument("--json", action="store_true")
    words.add_argument("--write", action="store_true", help="write docs/reference/comparison-figures.md")
    return words.parse_args()


def _engines(text: str) -> list[str]:
    names = text.split(",")
    unknown = set(names) - set(PEERS)
    if unknown:
        raise argparse.ArgumentTypeError(
            f"engines out of {', '.join(PEERS)} were expected, not {sorted(unknown)}"
        )
    return names


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    main()
