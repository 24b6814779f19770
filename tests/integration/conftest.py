"""A small city, built once by the commands that an engineer types, and copied for every test that changes it."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from homes import PEOPLE, SEED, built_demo
from typist import Started, typed

ROOT = Path(__file__).parents[2]
AS_OF = "2026-10-31"


@dataclass(frozen=True)
class Installation:
    """One home, and how to type commands at it."""

    home: Path

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "YIZHENG_HOME": str(self.home),
            "YIZHENG_AGENCY": str(ROOT / "agencies" / "demo"),
            "YIZHENG_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "yizheng.settings",
        }

    def start(self, *words: str) -> Started:
        """A process of its own: to be killed, or to meet another."""
        return Started(words, self.environment(), self.home.parent)

    def run(self, *words: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
        done = typed(*words, environment=self.environment(), folder=self.home.parent)
        assert done.returncode == code, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *words: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.run(*words).stdout)
        return found

    def copy(self, folder: Path) -> "Installation":
        shutil.copytree(self.home, folder / "home")
        return Installation(folder / "home")


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Roster and feeds are in, and what could be linked is; nothing is certified yet."""
    return Installation(built_demo(tmp_path_factory, "imported") / "imported")


@pytest.fixture(scope="session")
def typed_in(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The same city by the commands that an engineer types, one source after the other."""
    city = Installation(tmp_path_factory.mktemp("typed-in") / "home")
    world = city.home / "world"
    city.run("init")
    city.run("world", "make", "--people", str(PEOPLE), "--seed", str(SEED), "--out", str(world))
    manifest = json.loads((world / "manifest.json").read_text(encoding="utf-8"))
    roster = manifest["roster"]
    city.run("roster", "import", str(world / roster["path"]), "--delivered-on", roster["delivered_on"])
    by_source: dict[str, list[str]] = {}
    for feed in manifest["feeds"]:
        by_source.setdefault(feed["source"], []).append(str(world / feed["path"]))
    for source, files in by_source.items():
        city.run("feed", "import", "--source", source, *files)
    city.run("links", "seek")
    return city


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, dict[str, object]]:
    """The whole demo, and the figures it printed. Tests read it; those that change something copy it."""
    folder = built_demo(tmp_path_factory, "home", "figures.json")
    figures: dict[str, object] = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    return Installation(folder / "home"), figures


@pytest.fixture
def copied(
    demo: tuple[Installation, dict[str, object]], tmp_path: Path
) -> Callable[[], tuple[Installation, dict[str, object]]]:
    """The demo, copied for a test that changes it."""
    return lambda: (demo[0].copy(tmp_path), demo[1])
