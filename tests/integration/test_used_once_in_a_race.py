"""Thousands of tries by threads of two processes at the one store of things used once: nobody uses anything twice."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from integration.conftest import ROOT, Installation

RACING = Path(__file__).parent / "racing.py"
PROCESSES, THREADS = 2, 4


def race(city: Installation, folder: Path, *, values: int) -> list[int]:
    """How often each value was won, by all racers together."""
    city.run("init")
    start = folder / "start"
    racers = [
        subprocess.Popen(
            [sys.executable, str(RACING), str(seed), str(values), str(THREADS), str(start)],
            env=city.environment(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(PROCESSES)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    start.touch()
    found = [json.loads(racer.communicate(timeout=120)[0]) for racer in racers]
    assert [racer.returncode for racer in racers] == [0] * PROCESSES
    assert sum(map(len, found)) == PROCESSES * values
    return [sum(each) for each in zip(*found, strict=True)]


@pytest.mark.parametrize("tries", [800, pytest.param(10_000, marks=pytest.mark.long)])
def test_tries_in_parallel_use_nothing_twice(tmp_path: Path, tries: int) -> None:
    values = tries // (PROCESSES * THREADS)
    home = tmp_path / "home"
    home.mkdir()
    assert race(Installation(home=home), tmp_path, values=values) == [1] * values
