"""The tutorial is run as it stands: its commands are typed, its outputs compared, its two people sign in on the web.

What a reader types stands in the fenced `console` blocks. `...` in an output stands for anything, and runs of blanks are
one blank. What the reader clicks is done here over HTTP, between two blocks, with the words of the page's own table.
"""

import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from integration.conftest import PEOPLE, Installation
from typist import typist

ROOT = Path(__file__).parents[2]
TYPIST = ROOT / "tests" / "typist.py"
TUTORIAL = ROOT / "docs" / "tutorial" / "a-death-notice-arrives.md"
CASE = 19
A_MINUTE = "<!-- test: a minute passes -->"


@dataclass(frozen=True)
class Step:
    """One thing to do: a command with the output that the page promises, or a heading that has been reached."""

    command: str
    promised: str = ""
    heading: str = ""


def steps(page: str) -> Iterator[Step]:
    """The page's commands in order, and its headings and marks between them."""
    for part in re.split(r"(```console\n.*?```)", page, flags=re.DOTALL):
        if not part.startswith("```console"):
            for heading in re.findall(rf"^## .*$|^{re.escape(A_MINUTE)}$", part, re.MULTILINE):
                yield Step("", heading=heading)
            continue
        for command in part.removeprefix("```console\n").removesuffix("```").split("$ ")[1:]:
            typed, _, promised = command.partition("\n")
            yield Step(typed, promised)


@pytest.fixture
def desk(
    copied: Callable[[], tuple[Installation, dict[str, object]]], tmp_path: Path
) -> tuple[Installation, Path]:
    """The demo in the folder that the tutorial names, beside a `./run` that types at the product under test."""
    city, _ = copied()
    folder = tmp_path / "project"
    home = folder / "var" / "tutorial" / "town"
    home.parent.mkdir(parents=True)
    city.home.rename(home)
    run = folder / "run"
    run.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -S -E "{TYPIST}" "{typist()}" "$@"\n', encoding="utf-8"
    )
    run.chmod(0o755)
    return Installation(home), folder


def test_tutorial_every_command_does_what_the_page_says(desk: tuple[Installation, Path]) -> None:
    city, folder = desk
    page = TUTORIAL.read_text(encoding="utf-8")
    assert f"--people {PEOPLE} " in page
    for step in steps(page):
        if step.heading.startswith("## 6"):
            two_people_decide(city)
        elif step.heading == A_MINUTE:
            a_minute_passes(city)
        elif step.command and not step.command.startswith("export "):
            typed(step, city, folder)


def typed(step: Step, city: Installation, folder: Path) -> None:
    """Type one command and compare what it printed; a promised sentence of refusal wants a failing exit code."""
    command, promised = step.command, step.promised
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=city.environment() | {"YIZHENG_HOME": "var/tutorial/town", "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (1 if "\nyizheng: " in f"\n{promised}" else 0), (command, done.stderr)
    said = done.stdout + "".join(
        f"{line}\n" for line in done.stderr.splitlines() if not line.startswith("The demo exists")
    )
    assert matches(promised, said), f"$ {command}\nthe page says:\n{promised}\nit printed:\n{said}"


def matches(promised: str, said: str) -> bool:
    """Whether an output is the promised one: `...` is anything, blanks and empty lines do not count."""
    parts = [re.escape(" ".join(part.split())) for part in promised.split("...")]
    pattern = r"[\s\S]*?".join(part.replace(r"\ ", " ") for part in parts)
    return re.fullmatch(rf"\s*{pattern}\s*", " ".join(said.split())) is not None


def a_minute_passes(city: Installation) -> None:
    """The outbox waits by the clock; the test does not."""
    with sqlite3.connect(city.home / "db.sqlite3") as database:
        database.execute("update notices_message set next_try_at = queued_at where state = 'queued'")


class Reader:
    """A browser's worth of HTTP: cookies, and forms with the hidden fields that their page has."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        with self.opener.open(self.address + path) as answer:
            return str(answer.read().decode())

    def submit(self, path: str, to: str, **fields: str) -> str:
        page = self.get(path)
        hidden = dict(
            re.findall(r'<input type="hidden" name="(csrfmiddlewaretoken|version)" value="([^"]*)"', page)
        )
        request = urllib.request.Request(  # noqa: S310
            self.address + to,
            data=urllib.parse.urlencode(hidden | fields).encode(),
            headers={"Referer": self.address + path},
        )
        with self.opener.open(request) as answer:
            return str(answer.read().decode())

    def sign_in(self, name: str) -> None:
        self.submit("/staff/login/", "/staff/login/", username=name, password=f"Demo-{name}-2026")


def two_people_decide(city: Installation) -> None:
    """What step 5 of the page says to click."""
    row = dict(
        re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert (row["核查下来是"], row["丧失的类别"]) == ("确认丧失", "死亡")
    case = f"/staff/cases/{CASE}/"
    with Served(city) as address:
        certifier, rechecker = Reader(address), Reader(address)
        certifier.sign_in("certifier")
        assert "林香清" in certifier.get(case)
        proposed = certifier.submit(
            case,
            f"{case}propose/",
            outcome="lost_confirmed",
            loss="death",
            outcome_day=row["日期"],
            reason=row["理由"],
        )
        assert "待复核" in proposed
        assert f"{case}confirm/" not in proposed
        rechecker.sign_in("rechecker")
        assert "已办结" in rechecker.submit(case, f"{case}confirm/", agree="yes", note="")


class Served:
    """The web of a city on a free port, for the length of a block; gives its address."""

    def __init__(self, city: Installation) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "yizheng", "serve", "--port", str(self.port)],
            env=city.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> str:
        address = f"http://127.0.0.1:{self.port}"
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{address}/staff/login/"):  # noqa: S310
                    return address
            except (urllib.error.URLError, ConnectionError):
                assert self.process.poll() is None, "the web did not start"
                time.sleep(0.1)
        raise AssertionError("the web did not answer")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


def test_tutorial_matches_nothing_but_what_it_says() -> None:
    assert matches("a ... c\n", "a  b\nc")
    assert not matches("a ... c\n", "a b")
    assert not matches("1 rows\n", "2 rows")


def test_tutorial_names_files_that_exist() -> None:
    named = set(re.findall(r"`((?:src|agencies)/[\w/.-]+)`", TUTORIAL.read_text(encoding="utf-8")))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
