"""What an engine is asked to do: where the made data lies, what to count with, where to write. Read from one JSON file.

Every engine writes the same: one row for each person on the roster of whom there is evidence, STATE columns, as
Parquet files in `out`. Which files, and in which order, is its own affair.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

STATE = (
    "pno",
    "proof_key",
    "proof_points",
    "latest_key",
    "death_key",
    "custody_key",
    "missing_key",
    "duplicate_key",
    "abroad_key",
    "seen",
)


@dataclass(frozen=True, kw_only=True)
class Job:
    """One engine's errand. `weights` are rows of `yizheng.rooms.comparison.data.KindWeight` as mappings."""

    roster: str
    evidence: list[str]
    store: str
    out: str
    work: str
    people: int
    rows: int
    as_of: int
    threshold: int
    weak_cap: int
    weights: list[dict[str, Any]]
    set_aside: list[int]
    threads: int
    memory_mib: int
    increment: str = ""

    def file(self, name: str) -> str:
        """A place for a result file."""
        Path(self.out).mkdir(parents=True, exist_ok=True)
        return str(Path(self.out) / name)

    def save(self, path: Path) -> Path:
        """Write it where an engine finds it."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")
        return path


def load() -> Job:
    """The errand that this process was started with."""
    words = argparse.ArgumentParser()
    words.add_argument("job")
    return Job(**json.loads(Path(words.parse_args().job).read_text(encoding="utf-8")))
