"""Imports by real processes: two at once, killed with -9 at any moment, and on a disk that is full."""

import csv
import json
import random
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.conftest import Installation
from yizheng.rooms.people import rules

ROWS = 30_000


@pytest.fixture
def city(imported: Installation, tmp_path: Path) -> Installation:
    return imported.copy(tmp_path)


def known_people(city: Installation) -> Iterator[list[str]]:
    """Number and name of everybody on the roster, as its file has them."""
    (path,) = (city.home / "world" / "roster").glob("*.csv")
    with path.open(encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            yield [row["公民身份号码"], row["姓名"]]


def journeys(city: Installation, name: str, month: int) -> Path:
    """A railway file with a journey of everybody, and of many whom nobody knows."""
    path = city.home / name
    with path.open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file)
        out.writerow(["证件号码", "旅客姓名", "车次", "乘车站", "乘车日期", "进站标志"])
        for place, person in enumerate(known_people(city)):
            out.writerow([*person, "G1", "湛江西", f"2026-{month:02d}-{place % 28 + 1:02d}", "是"])
        for place in range(ROWS):
            first = f"110105{1940 + place % 40}0101{place % 1000:03d}"
            out.writerow(
                [first + rules.check_digit(first), "路人", "G1", "北京", f"2026-{month:02d}-01", "否"]
            )
    return path


def import_words(path: Path) -> tuple[str, ...]:
    return ("feed", "import", "--source", "railway", "--delivered-on", "2026-10-30", "--json", str(path))


def verified(city: Installation) -> bool:
    return bool(city.json("ledger", "verify", "--json")["verified"])


def deliveries(city: Installation, path: Path) -> list[tuple[str, int, int, int]]:
    with sqlite3.connect(city.home / "db.sqlite3") as database:
        return database.execute(
            "select state, first_evidence_no, rows, matched from evidence_delivery where file_name = ?",
            [path.name],
        ).fetchall()


def test_same_feed_by_two_processes_at_once_counts_once(city: Installation) -> None:
    path = journeys(city, "railway_2026-09_2026-10-30.csv", 9)
    both = [city.start(*import_words(path)) for _ in range(2)]
    said = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    reports = [json.loads(out) for out, _ in said]
    assert reports[0]["batch_id"] == reports[1]["batch_id"]
    assert reports[0]["matched"] == reports[1]["matched"] > 1000
    ((state, _, rows, _),) = deliveries(city, path)
    assert (state, rows) == ("accepted", reports[0]["rows"])
    assert verified(city)


def test_two_feeds_by_two_processes_at_once_share_no_evidence_number(city: Installation) -> None:
    paths = [journeys(city, f"railway_2026-0{month}_2026-10-30.csv", month) for month in (7, 8)]
    both = [city.start(*import_words(path)) for path in paths]
    assert [process.wait(timeout=300) for process in both] == [0, 0], [
        process.communicate() for process in both
    ]
    ((_, one, rows, _),), ((_, other, more, _),) = (deliveries(city, path) for path in paths)
    assert one + rows <= other or other + more <= one
    assert verified(city)


def test_feed_killed_at_random_moments_is_whole_after_the_same_command(city: Installation) -> None:
    path = journeys(city, "railway_2026-09_2026-10-30.csv", 9)
    chance = random.Random(20261030)
    killed = 0
    for _ in range(5):
        process = city.start(*import_words(path))
        time.sleep(chance.uniform(0.05, 1.5))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
    report = city.json(*import_words(path))
    assert killed
    ((state, _, rows, matched),) = deliveries(city, path)
    assert (state, rows, matched) == ("accepted", report["rows"], report["matched"])
    assert verified(city)


def test_roster_killed_at_random_moments_and_imported_twice_at_once(city: Installation) -> None:
    (old,) = (city.home / "world" / "roster").glob("*.csv")
    path = city.home / "roster_2026-10-01.csv"
    header, first, *rest = old.read_text("utf-8").splitlines()
    fresh = f"440802{19500101}888"
    cells = first.split(",")
    cells[0], cells[1] = fresh + rules.check_digit(fresh), "新来的"
    path.write_text("\n".join([header, first, *rest, ",".join(cells)]) + "\n", "utf-8")
    words = ("roster", "import", "--json", str(path))
    chance = random.Random(1)
    for _ in range(3):
        process = city.start(*words)
        time.sleep(chance.uniform(0.05, 1.0))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    both = [city.start(*words) for _ in range(2)]
    said = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    report = json.loads(said[0][0])
    assert (report["notes"]["new_people"], report["matched"]) == (1, len(rest) + 1)
    with sqlite3.connect(city.home / "db.sqlite3") as database:
        ((people, last),) = database.execute("select count(*), max(pno) from people_person").fetchall()
    assert people == last + 1 == len(rest) + 2
    assert verified(city)


@pytest.mark.parametrize("blocks", [0, pytest.param(40, marks=pytest.mark.long)])
def test_full_disk_ends_in_one_sentence_and_registers_nothing(city: Installation, blocks: int) -> None:
    """The limit on a file's size stands in for the disk: writing beyond it fails in store and database alike."""
    path = journeys(city, "railway_2026-09_2026-10-30.csv", 9)
    command = shlex.join([sys.executable, "-m", "yizheng", *import_words(path)])
    watched = "COVERAGE_"  # what was run could not be written down either, and that would be said on stderr
    ended = subprocess.run(
        ["bash", "-c", f"ulimit -f {blocks}; exec {command}"],
        env={name: value for name, value in city.environment().items() if not name.startswith(watched)},
        cwd=city.home.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended
    assert "Traceback" not in ended.stderr
    assert ended.stderr.strip().count("\n") == 0
    assert [state for state, *_ in deliveries(city, path)] in ([], ["receiving"])
    assert verified(city)
    assert city.json(*import_words(path))["matched"] > 1000  # type: ignore[operator]
    assert verified(city)
