"""An installation of version 0.1.0 is brought up to this version by one command, and everything in it is still so.

Whoever writes a migration is told here whether it keeps what an agency has: rows, runs, pay, receipts, the ledger. A
change on purpose is written into the tables below, with its reason; an expectation of `expected.json` never changes.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parents[1]
DATA = TESTS / "data" / "home-0.1"
EXPECTED: dict[str, Any] = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
Rows = dict[tuple[object, ...], dict[str, object]]

MOVED: dict[str, str] = {}
"""Tables whose rows stand in a table of another name today."""
GONE: dict[tuple[str, str], str] = {}
"""Columns (table and name, as they were) that are no more, and why nothing is lost by it."""
REWRITTEN: dict[tuple[str, str], Callable[[object], object]] = {
    # reasons stand in a list: the comma list was cut at 120 characters
    ("casework_case", "reasons"): lambda old: json.dumps(str(old).split(",")),
}
"""Columns whose old values are written in another way today: from the old value to the new one."""
MAY_GROW = {"ledger_entry", "ledger_node"}
"""Tables into which the upgrade may put rows of its own."""


@dataclass(frozen=True)
class Upgraded:
    """The database before and after the upgrade, and what the home says after it."""

    folder: Path
    found: dict[str, Any]

    def rows(self, when: str, table: str) -> Rows:
        """Every row of a table by its primary key; a table that is not there has none."""
        with sqlite3.connect(self.folder / f"{when}.sqlite3") as database:
            columns = database.execute(f'PRAGMA table_info("{table}")').fetchall()
            if not columns:
                return {}
            names = [column[1] for column in columns]
            keys = [column[1] for column in sorted(columns, key=lambda column: column[5]) if column[5]]
            found = database.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (our own names)
            rows = [dict(zip(names, row, strict=True)) for row in found]
        return {tuple(row[key] for key in keys): row for row in rows}


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    folder = tmp_path_factory.mktemp("older")
    home = folder / "home"
    with tarfile.open(DATA / "home.tar.xz") as packed:
        packed.extractall(home, filter="data")
    environment = os.environ | {
        "YIZHENG_HOME": str(home),
        "YIZHENG_DEMO": "1",
        "YIZHENG_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "yizheng.settings",
        "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]),
    }
    script = TESTS / "integration" / "older_home.py"
    done = subprocess.run(
        [sys.executable, str(script), str(DATA / "expected.json"), str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"the home of version 0.1.0 cannot be brought up:\n{done.stderr[-4000:]}"
    return Upgraded(folder, json.loads((folder / "found.json").read_text(encoding="utf-8")))


def test_one_command_says_what_it_did_and_the_next_has_nothing_to_do(upgraded: Upgraded) -> None:
    """The command was killed once on its way, and finished what that had left."""
    first, second = upgraded.found["said"]
    assert "Ready:" in first, f"the upgrade was not finished: {first}"
    assert second.startswith("Ready:")
    if upgraded.found["steps"]:
        assert f"all {EXPECTED['ledger']['size']:,} entries from before stand as they were" in first
        with sqlite3.connect(upgraded.folder / "home" / "db.before-upgrade.sqlite3") as copy:
            (size,) = copy.execute("SELECT count(*) FROM ledger_entry").fetchone()
        assert size == EXPECTED["ledger"]["size"]


@pytest.mark.parametrize("table", sorted(EXPECTED["rows"]))
def test_every_row_is_there_with_its_values(upgraded: Upgraded, table: str) -> None:
    before, after = upgraded.rows("before", table), upgraded.rows("after", MOVED.get(table, table))
    assert len(before) == EXPECTED["rows"][table]
    lost = [key for key in before if key not in after]
    assert lost == [], f"rows of {table} are gone"
    if table not in MAY_GROW:
        fresh = [key for key in after if key not in before]
        assert fresh == [], f"rows came into {table}: a test has to say so (MAY_GROW)"
    changed = [
        f"{table} {key} {column}: {value!r} became {after[key].get(column, 'no column')!r}"
        for key, row in before.items()
        for column, value in row.items()
        if (table, column) not in GONE
        and after[key].get(column, "no column") != REWRITTEN.get((table, column), _as_it_was)(value)
    ]
    assert changed[:10] == []


def _as_it_was(value: object) -> object:
    return value


def _told(one: dict[str, Any]) -> str:
    return str(next(iter(one.values())))


def _differences(then: Any, now: Any) -> list[str]:
    """What differs, one line a thing, so that a failure says which case or receipt it is."""
    if isinstance(then, dict):
        return [
            f"{key}: was {then[key]!r}, is {now.get(key, 'missing')!r}"
            for key in then
            if now.get(key, "missing") != then[key]
        ]
    told = []
    for old, new in zip(then, now, strict=True):
        if isinstance(old, dict):
            told += [f"{_told(old)}: {line}" for line in _differences(old, new)]
        elif old != new:
            told.append(f"was {old!r}, is {new!r}")
    return told


def _without(rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in names} for row in rows]


def test_hashes_of_finished_runs_are_what_their_archives_give(upgraded: Upgraded) -> None:
    then = _without(EXPECTED["runs"], "policies_hash", "rules_hash")  # rows are compared above
    assert _differences(then, upgraded.found["runs"]) == []


@pytest.mark.parametrize(
    "what",
    ["pay", "pay_states", "pause_lists", "cases", "receipts", "mandates", "links", "pictures", "faces"],
)
def test_what_was_known_is_said_alike(upgraded: Upgraded, what: str) -> None:
    assert _differences(EXPECTED[what], upgraded.found[what]) == []


def test_names_numbers_and_phones_can_still_be_opened(upgraded: Upgraded) -> None:
    assert upgraded.found["people_sha256"] == EXPECTED["people_sha256"]


def test_every_old_entry_and_row_verifies(upgraded: Upgraded) -> None:
    now = upgraded.found["ledger"]
    assert now["faults"] == []
    assert now["verified"]
    assert now["root_then"] == EXPECTED["ledger"]["root"], "the ledger was rewritten, not grown"
    assert now["checked_rows"] >= EXPECTED["ledger"]["checked_rows"], "less is witnessed than before"


def test_pages_open_and_old_receipts_show_their_numbers(upgraded: Upgraded) -> None:
    assert {name: status for name, status in upgraded.found["pages"].items() if status != 200} == {}


def test_next_month_is_certified_and_paid_and_the_ledger_verifies_in_the_end(upgraded: Upgraded) -> None:
    then = upgraded.found["next_month"]
    assert then["results"] == then["roster"] == EXPECTED["rows"]["people_person"]
    assert then["pay_month"] == "2027-01"
    assert then["previous_fen"] == EXPECTED["pay"][-1]["total_fen"]
    assert then["reconciles"]
    assert upgraded.found["ledger_in_the_end"]["faults"] == []
