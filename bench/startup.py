"""What it costs to start: commands that do little, each in a process of its own.

    ./run bench startup [--repeat 5] [--json]

Processor seconds (user and system, children too) and wall seconds: the median and the least of the repeats. What the
product promises is half a processor second for a help page. A command that opens the database pays for Django besides.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

COMMANDS = (
    ("--help",),
    ("certify", "--help"),
    ("cases", "export", "--help"),
    ("account", "list"),
    ("ledger", "list"),
    ("notices", "list"),
    ("feed", "health"),
    ("links", "list"),
    ("mandates", "lapse"),
    ("cases", "export", "--out", "{folder}/worklist.csv"),
)
"""Help first, then what an evening's work consists of, on an empty installation."""

Row = dict[str, str | float | int]


def measure(words: tuple[str, ...], *, folder: Path, repeat: int) -> Row:
    """One command, so many times. Raises CalledProcessError where it fails: a figure of a failure says nothing."""
    wall, processor = [], []
    for _ in range(repeat):
        before, begun = os.times(), time.perf_counter()
        subprocess.run(  # noqa: S603 (our own command)
            [sys.executable, "-m", "yizheng", *(word.format(folder=folder) for word in words)],
            env={**os.environ, "YIZHENG_HOME": str(folder / "home"), "YIZHENG_DEMO": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
        )
        wall.append(time.perf_counter() - begun)
        after = os.times()
        processor.append(
            after.children_user - before.children_user + after.children_system - before.children_system
        )
        (folder / "worklist.csv").unlink(missing_ok=True)
    return {
        "command": " ".join(words),
        "repeats": repeat,
        "cpu_median": round(median(processor), 2),
        "cpu_least": round(min(processor), 2),
        "wall_median": round(median(wall), 2),
        "wall_least": round(min(wall), 2),
    }


def main() -> None:
    """Make an empty installation, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repeat", type=int, default=5, help="how often each command starts, 3 or more")
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    options = parser.parse_args()
    if options.repeat < 3:
        parser.error("--repeat 3 or more was expected: one start says nothing about the next")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure(("init",), folder=folder, repeat=1)
        rows = [measure(words, folder=folder, repeat=options.repeat) for words in COMMANDS]
    if options.json:
        sys.stdout.write(json.dumps(rows) + "\n")
        return
    sys.stdout.write("  cpu s (least)   wall s (least)   command\n")
    for row in rows:
        sys.stdout.write(
            f"{row['cpu_median']:7.2f} ({row['cpu_least']:.2f})  {row['wall_median']:8.2f} ({row['wall_least']:.2f})"
            f"   yizheng {row['command']}\n"
        )


if __name__ == "__main__":
    main()
