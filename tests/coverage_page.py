"""The page of coverage, from what a measured run of the tests left: `./run test --coverage` calls this at its end.

Branches count as lines do. Where something is not covered, `tests/uncovered.toml` says why; what has no reason there is
a hole that waits for a test.
"""

import json
import platform
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "yizheng"
PAGE = ROOT / "docs" / "reference" / "coverage.md"
REASONS = Path(__file__).with_name("uncovered.toml")
LEAST = 95.0
"""Percent of the lines and branches of rooms, flows and kernel; below it the run fails."""
NO_REASON = "a guard or a rare way that no test takes yet"


@dataclass(frozen=True)
class Count:
    """Lines and branches, and how many of both were run."""

    lines: int
    branches: int
    run: int

    @property
    def percent(self) -> float:
        """Of lines and branches together; nothing to run is all run."""
        return 100 * self.run / (self.lines + self.branches) if self.lines + self.branches else 100.0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.lines + other.lines, self.branches + other.branches, self.run + other.run)


@dataclass(frozen=True)
class Hole:
    """A function (or the body of a module) that was not run as a whole."""

    place: str
    lines: int
    branches: int


def counted(summary: Mapping[str, int]) -> Count:
    """The numbers of a file as coverage tells them."""
    return Count(
        summary["num_statements"],
        summary["num_branches"],
        summary["covered_lines"] + summary["covered_branches"],
    )


def part_of(path: Path) -> str:
    """The room, the wing or the kernel that a file belongs to."""
    parts = path.parts
    return parts[0] if parts[0] == "kernel" or len(parts) == 2 else f"{parts[0]}/{parts[1]}"


def holes(path: Path, told: Mapping[str, Any]) -> Iterator[Hole]:
    """What was not run in a file, function by function."""
    for name, region in told["functions"].items():
        lines, branches = len(region["missing_lines"]), len(region["missing_branches"])
        if lines or branches:
            yield Hole(f"{path}::{name}" if name else str(path), lines, branches)


def why(place: str, reasons: Mapping[str, str]) -> str:
    """The reason of a place: its own, its file's, or that of a folder above."""
    file = place.partition("::")[0]
    folders = [f"{folder}/" for folder in Path(file).parents]
    return next((reasons[name] for name in (place, file, *folders) if name in reasons), NO_REASON)


def page(files: Mapping[str, Mapping[str, Any]], reasons: Mapping[str, str]) -> tuple[str, Count]:
    """The page, and the sum. Raises ValueError for a reason of a place that is run as a whole by now."""
    parts: dict[str, Count] = {}
    found: list[Hole] = []
    for name, told in sorted(files.items()):
        path = (ROOT / name).relative_to(SOURCE)
        count = counted(told["summary"])
        if count.lines:
            part = part_of(path)
            parts[part] = parts.get(part, Count(0, 0, 0)) + count
        found += holes(path, told)
    stale = {name for name in reasons if not any(hole.place.startswith(name) for hole in found)}
    if stale:
        raise ValueError(f"{REASONS.name} gives reasons for what is covered: {sorted(stale)}. Take them out.")
    whole = sum(parts.values(), Count(0, 0, 0))
    return "\n".join([*_head(whole), *_table(parts, whole), *_list(found, reasons)]) + "\n", whole


def _head(whole: Count) -> list[str]:
    python = ".".join(platform.python_version_tuple()[:2])
    told = (
        f"**{whole.percent:.1f} %** of the lines and branches of kernel, rooms and flows are run by the suite itself,"
        f" with every process it starts (Python {python}, coverage.py {coverage.__version__}). Written by"
        f" `./run test --coverage`, which fails below {LEAST:.0f} %."
    )
    others = "Doors, wiring, adapters and simulators are tested too, in a browser and as commands; they are not counted."
    return ["# Coverage (测试覆盖)", "", told, "", others, ""]


def _table(parts: Mapping[str, Count], whole: Count) -> list[str]:
    rows = [f"| {name} | {_cells(count)} |" for name, count in sorted(parts.items())]
    return [
        "| part | lines | branches | run |",
        "|---|--:|--:|--:|",
        *rows,
        f"| **all** | {_cells(whole)} |",
        "",
    ]


def _cells(count: Count) -> str:
    return f"{count.lines:,} | {count.branches:,} | {count.percent:.1f} %"


def _list(found: list[Hole], reasons: Mapping[str, str]) -> list[str]:
    told = [(why(hole.place, reasons), hole) for hole in found]
    without = Counter(reason == NO_REASON for reason, _ in told)[True]
    rows = [
        f"| `{hole.place}` | {hole.lines} | {hole.branches} | {reason} |"
        for reason, hole in sorted(told, key=lambda one: (one[0] == NO_REASON, one[1].place))
    ]
    told = f"Lines not run and branches not taken, by function: {len(found):,} places, {without:,} without a reason."
    return [
        "## What is not covered, and why",
        "",
        told,
        "",
        "| where | lines | branches | why |",
        "|---|--:|--:|---|",
        *rows,
    ]


def main() -> None:
    """Read what was measured, write the page, and fail where too little was run."""
    measured = coverage.Coverage(config_file=str(ROOT / "pyproject.toml"))
    measured.load()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "coverage.json"
        measured.json_report(outfile=str(out))
        files = json.loads(out.read_text(encoding="utf-8"))["files"]
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    text, whole = page(files, reasons)
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{whole.percent:.1f} % of kernel, rooms and flows: {PAGE.relative_to(ROOT)} written\n")
    if whole.percent < LEAST:
        sys.exit(f"{LEAST:.0f} % were expected. {PAGE.relative_to(ROOT)} says what is missing.")


if __name__ == "__main__":
    main()
