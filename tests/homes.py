"""Homes that are built once for all processes that share the tests, and copied for whoever changes them."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


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
