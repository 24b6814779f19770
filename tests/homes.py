"""Homes that are built once for all processes that share the tests, and copied for whoever changes them."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PEOPLE, SEED = 1500, 5
"""Of the demo that most tests look at."""
HALFWAY = Path(__file__).parent / "halfway.py"


def built_once(
    name: str, factory: pytest.TempPathFactory, build: Callable[[Path], None], *, parts: tuple[str, ...]
) -> Path:
    """A folder, this process's own, with copies of those parts of what `build` made: the first process to ask builds,
    others wait.
    """
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
    mine = factory.mktemp(name)
    for part in parts:
        (shutil.copytree if (built / part).is_dir() else shutil.copy)(built / part, mine / part)
    return mine


def built_demo(factory: pytest.TempPathFactory, *parts: str, people: int = PEOPLE) -> Path:
    """A folder with parts of a demo agency: its `home`, in `figures.json` what building it printed, and in `imported` its
    home as it stood when all was imported and nothing was certified.
    """

    def build(folder: Path) -> None:
        environment = os.environ | {"YIZHENG_HOME": str(folder / "home"), "YIZHENG_DEMO": "1"}
        words = ("demo", "--people", str(people), "--seed", str(SEED), "--no-serve", "--json")
        done = subprocess.run(
            [sys.executable, str(HALFWAY), str(folder / "imported"), *words],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        (folder / "figures.json").write_text(done.stdout, encoding="utf-8")

    return built_once(f"demo-{people}", factory, build, parts=parts)
