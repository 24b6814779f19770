"""A small city, built once by the commands that an engineer types, and copied for every test that changes it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PEOPLE = 1500
AS_OF = "2026-10-31"
TYPIST = """
import json, sys
from yizheng.doors.cli.main import cli
for words in json.load(sys.stdin):
    cli(args=words, standalone_mode=False)
"""


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

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "yizheng", *words],
            env=self.environment(),
            cwd=self.home.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
        process = self.start(*words)
        out, err = process.communicate(timeout=600)
        assert process.returncode == code, f"{words}: exit {process.returncode}\n{out}\n{err}"
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def run_all(self, *commands: Sequence[str]) -> None:
        """Type many commands at one process, which starts once."""
        typed = subprocess.run(
            [sys.executable, "-c", TYPIST],
            input=json.dumps(commands),
            env=self.environment(),
            cwd=self.home.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        assert typed.returncode == 0, typed.stderr

    def json(self, *words: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.run(*words).stdout)
        return found

    def copy(self, folder: Path) -> "Installation":
        shutil.copytree(self.home, folder / "home")
        return Installation(folder / "home")


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Roster and feeds are in; nothing is certified yet."""
    city = Installation(tmp_path_factory.mktemp("imported") / "home")
    world = city.home / "world"
    city.run_all(["init"], ["world", "make", "--people", str(PEOPLE), "--seed", "5", "--out", str(world)])
    manifest = json.loads((world / "manifest.json").read_text(encoding="utf-8"))
    roster = manifest["roster"]
    by_source: dict[str, list[str]] = {}
    for feed in manifest["feeds"]:
        by_source.setdefault(feed["source"], []).append(str(world / feed["path"]))
    city.run_all(
        ["roster", "import", str(world / roster["path"]), "--delivered-on", roster["delivered_on"]],
        *(["feed", "import", "--source", source, *files] for source, files in by_source.items()),
        ["links", "seek"],
    )
    return city


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, dict[str, object]]:
    """The whole demo, and the figures it printed. Tests read it; those that change something copy it."""
    city = Installation(tmp_path_factory.mktemp("demo") / "home")
    return city, city.json("demo", "--people", str(PEOPLE), "--seed", "5", "--no-serve", "--json")


@pytest.fixture
def copied(
    demo: tuple[Installation, dict[str, object]], tmp_path: Path
) -> Callable[[], tuple[Installation, dict[str, object]]]:
    """The demo, copied for a test that changes it."""
    return lambda: (demo[0].copy(tmp_path), demo[1])
