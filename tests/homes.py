"""Homes that are built once for all processes that share the tests, and copied for whoever changes them."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from typist import typed

PEOPLE, SEED = 1500, 5
"""Of the demo that most tests look at."""


def built_once(name: str, factory: pytest.TempPathFactory, build: Callable[[Path], None]) -> Path:
    """A copy, this process's own, of the folder that `build` filled: the first process to ask builds, others wait."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    built, done = shared / f"built-{name}", shared / f"built-{name}.done"
    with (shared / f"built-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(built, ignore_errors=True)  # what a build that failed has left
            built.mkdir()
            build(built)
            done.touch()
        mine = factory.mktemp(name) / "copy"
        shutil.copytree(built, mine)
    return mine


def built_demo(factory: pytest.TempPathFactory, *, people: int = PEOPLE) -> Path:
    """A folder with a demo agency in `home`, and in `figures.json` what building it printed."""

    def build(folder: Path) -> None:
        environment = os.environ | {"YIZHENG_HOME": str(folder / "home"), "YIZHENG_DEMO": "1"}
        words = ("demo", "--people", str(people), "--seed", str(SEED), "--no-serve", "--json")
        done = typed(*words, environment=environment, folder=folder)
        assert done.returncode == 0, done.stderr
        (folder / "figures.json").write_text(done.stdout, encoding="utf-8")

    return built_once(f"demo-{people}", factory, build)
