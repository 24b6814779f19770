"""The report finds what was planted in a made world, and answers survive real processes: killed with -9, two at once."""

import csv
import json
import random
import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from integration.conftest import AS_OF, Installation
from worlds import read_truth

Row = dict[str, str]


def quality(city: Installation) -> dict[str, dict[str, Any]]:
    report = city.json("source", "quality", "--as-of", AS_OF, "--json")
    sources: list[dict[str, Any]] = report["sources"]  # type: ignore[assignment]
    return {one["source"]: one for one in sources}


def planted(city: Installation) -> list[tuple[str, str, int, str]]:
    """Source, file, row (as Excel shows it) and fault of everything that truth/faults.csv says."""
    found = []
    for fault in read_truth(city.home / "world", "faults.csv"):
        parts = fault["path"].split("/")
        if parts[0] == "feeds":
            found.append((parts[1], parts[2], int(fault["row"]) + 2, fault["fault"]))
    return found


def handed_out(city: Installation, source: str, folder: Path) -> tuple[Path, list[Row]]:
    out = folder / f"{source}.csv"
    city.run("source", "hand-out", "--source", source, "--to", "某科", "--as-of", AS_OF, "--out", str(out))
    with out.open(encoding="utf-8-sig", newline="") as lines:
        return out, list(csv.DictReader(lines))


@pytest.fixture
def city(imported: Installation, tmp_path: Path) -> Installation:
    return imported.copy(tmp_path)


def test_late_and_silent_deliveries_are_found_and_no_others(city: Installation) -> None:
    told: dict[str, set[tuple[str, str]]] = {"silent": set(), "late": set()}
    for source, one in quality(city).items():
        for period in one["periods"]:
            if period["came"] is None:
                told["silent"].add((source, period["period"]))
            elif period["came"] > period["due"]:
                told["late"].add((source, period["period"]))
    truth = read_truth(city.home / "world", "deliveries.csv")
    for fault, periods in told.items():
        assert periods == {(one["source"], one["period"]) for one in truth if one["fault"] == fault}


def test_volume_of_a_steady_world_is_seldom_called_strange(city: Installation) -> None:
    judged = [period["grade"] for one in quality(city).values() for period in one["periods"]]
    counts = Counter(judged)
    assert counts["good"] >= 60
    assert counts["watch"] + counts["poor"] <= 1


def test_cells_that_were_spoilt_are_counted_exactly(city: Installation) -> None:
    faults = Counter((source, fault) for source, _, _, fault in planted(city))
    for source, one in quality(city).items():
        numbers = next(field for field in one["fields"] if field["field"] == "id_number")
        damaged = faults[source, "row_damaged"]
        missing, wrong = faults[source, "id_missing"], faults[source, "id_mistyped"]
        assert missing - damaged <= numbers["empty"] <= missing
        assert wrong - damaged <= numbers["unusable"] <= wrong + missing


def test_every_spoilt_row_goes_to_its_department_and_no_sound_one(city: Installation, tmp_path: Path) -> None:
    source = "death_certificate"
    _, rows = handed_out(city, source, tmp_path)
    told = {(row["来源文件"], int(row["原行号"])) for row in rows}
    truth = [one for one in planted(city) if one[0] == source]
    unusable = {
        (file, row)
        for _, file, row, fault in truth
        if fault in ("id_missing", "id_mistyped", "date_impossible", "row_damaged")
    }
    assert unusable <= told
    contradicted = {(file, row) for _, file, row, fault in truth if fault == "living_reported_dead"}
    others = [row for row in rows if (row["来源文件"], int(row["原行号"])) not in unusable | contradicted]
    # what is left are deaths that somebody's records after the death contradict: a copied list, for one
    assert all("之后还有活动" in row["问题"] for row in others)
    assert len(others) <= 3


def answered(path: Path, rows: list[Row]) -> Path:
    """Every row withdrawn or, where a number lacks, corrected."""
    for row in rows:
        row["答复"], row["答复人"] = "撤回", "李医生"
        if "没有号码" in row["问题"]:
            row["答复"], row["更正：证件号码"] = "更正", "440802194912310017"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def state(city: Installation) -> tuple[Counter[str], int, int]:
    """Rows by state, rulings, amended rows."""
    with sqlite3.connect(city.home / "db.sqlite3") as database:
        states = Counter(row[0] for row in database.execute("select state from corrections_askedrow"))
        rulings = database.execute(
            "select count(*), count(distinct evidence_no) from evidence_ruling"
        ).fetchone()
        notes = database.execute(
            "select rows from evidence_delivery where file_name like '%corrected-%'"
        ).fetchall()
    assert rulings[0] == rulings[1]
    return states, rulings[0], sum(row[0] for row in notes)


def test_answers_of_two_processes_at_once_are_taken_over_once(city: Installation, tmp_path: Path) -> None:
    path, rows = handed_out(city, "death_certificate", tmp_path)
    words = ("source", "corrections", "import", "--json", str(answered(path, rows)))
    both = [city.start(*words) for _ in range(2)]
    said = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum(json.loads(out)["taken_over"] for out, _ in said) == len(rows)
    corrected = sum(row["答复"] == "更正" for row in rows)
    assert state(city) == (Counter(taken_over=len(rows)), len(rows), corrected)
    assert city.json("ledger", "verify", "--json")["verified"]


def test_answers_killed_at_random_moments_are_whole_after_the_same_command(
    city: Installation, tmp_path: Path
) -> None:
    path, rows = handed_out(city, "death_certificate", tmp_path)
    words = ("source", "corrections", "import", "--json", str(answered(path, rows)))
    chance = random.Random(20261122)
    for _ in range(4):
        process = city.start(*words)
        time.sleep(chance.uniform(0.05, 1.5))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()
    city.run(*words)
    corrected = sum(row["答复"] == "更正" for row in rows)
    assert state(city) == (Counter(taken_over=len(rows)), len(rows), corrected)
    assert city.json("ledger", "verify", "--json")["verified"]
