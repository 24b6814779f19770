"""The whole way from departments' data to pay, typed as an engineer types it: counts, hashes, kills, bad input."""

import csv
import json
import random
import re
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from integration.conftest import AS_OF, PEOPLE, Installation

RESULTS = ("passed", "doubtful", "due", "not_due", "exempt", "failed")
COLUMNS = [
    "id_number",
    "name",
    "benefit",
    "region",
    "result",
    "reasons",
    "source",
    "event_date",
    "due_date",
    "pay_state",
    "case_id",
]
Demo = tuple[Installation, dict[str, object]]


def test_demo_counts_sum_to_the_roster_and_keep_the_contract(demo: Demo) -> None:
    _, figures = demo
    assert figures["roster"] == PEOPLE
    assert sum(int(str(figures[word])) for word in RESULTS) == PEOPLE
    by_source = figures["passed_by_source"]
    assert isinstance(by_source, dict)
    assert sum(by_source.values()) == figures["passed"]
    pay, ledger = figures["pay"], figures["ledger"]
    assert isinstance(pay, dict)
    assert isinstance(ledger, dict)
    assert {"same", "new", "stopped", "resumed", "arrears_fen", "total_fen", "reconciles"} <= set(pay)
    assert pay["reconciles"] is True
    assert ledger["verified"] is True
    assert {"notices_queued", "inputs_hash", "results_hash", "seconds", "peak_mib"} <= set(figures)


def test_demo_has_something_of_everything_to_look_at(demo: Demo) -> None:
    _, figures = demo
    for word in ("passed", "doubtful", "due", "not_due"):
        assert int(str(figures[word])) > 0, word
    assert int(str(figures["passed"])) > PEOPLE * 0.6


def test_demo_machine_pauses_and_ends_nobody(demo: Demo) -> None:
    city, figures = demo
    pay = figures["pay"]
    assert isinstance(pay, dict)
    assert pay["stopped"] == 0
    with sqlite3.connect(city.home / "db.sqlite3") as database:
        by_machine = database.execute(
            "select count(*) from entitlements_paystatechange where to_state in (2, 3)"
            " and decision not like 'roster%'"
        ).fetchone()[0]
    assert by_machine == 0


def test_demo_second_run_says_what_exists(demo: Demo) -> None:
    city, figures = demo
    again = city.run("demo", "--people", str(PEOPLE), "--seed", "5", "--no-serve", "--json")
    assert json.loads(again.stdout) == figures
    assert "exists" in again.stderr


def test_demo_of_another_size_is_refused_without_fresh(demo: Demo) -> None:
    city, _ = demo
    refused = city.run("demo", "--people", "200", "--no-serve", code=1)
    assert "--fresh" in refused.stderr


def test_demo_never_throws_away_what_is_no_demo(imported: Installation) -> None:
    refused = imported.run("demo", "--people", "200", "--no-serve", "--fresh", code=1)
    assert "another installation" in refused.stderr
    assert (imported.home / "db.sqlite3").exists()


def test_certify_in_another_home_gives_the_same_hashes(
    demo: Demo, imported: Installation, tmp_path: Path
) -> None:
    certified_alike(imported.copy(tmp_path), demo)


@pytest.mark.long  # half a minute of imports
def test_certify_same_inputs_in_another_installation_give_the_same_hashes(
    demo: Demo, typed_in: Installation
) -> None:
    certified_alike(typed_in, demo)


def certified_alike(city: Installation, demo: Demo) -> None:
    """Certify as the demo did; the hashes and counts must be the demo's."""
    city.json("certify", "--as-of", "2026-09-30", "--json")
    again = city.json("certify", "--as-of", AS_OF, "--json")
    _, figures = demo
    for name in ("inputs_hash", "results_hash", *RESULTS):
        assert again[name] == figures[name], name


def test_certify_again_changes_nothing(
    copied: Callable[[], Demo],
) -> None:
    city, figures = copied()
    before = state_of(city)
    again = city.json("certify", "--as-of", AS_OF, "--json")
    assert again["results_hash"] == figures["results_hash"]
    assert state_of(city) == before


def test_certify_after_a_benefit_ended_in_that_month_is_another_run(copied: Callable[[], Demo]) -> None:
    city, figures = copied()
    with sqlite3.connect(city.home / "db.sqlite3") as database:
        pno = database.execute("select pno from certification_standing where result = 1 limit 1").fetchone()[
            0
        ]
        database.execute(
            "insert into entitlements_paystatechange (pno, to_state, reason_code, effective_month, arrears_due,"
            " known_since, known_by, decision) values (?, 3, '1401', ?, 0, '2026-11-01', 'test', 'case:0')",
            [pno, 2026 * 12 + 9],
        )
    again = city.json("certify", "--as-of", AS_OF, "--json")
    assert again["inputs_hash"] != figures["inputs_hash"]
    assert again["exempt"] == int(str(figures["exempt"])) + 1


def test_certify_of_an_earlier_day_looks_back_and_changes_nothing_in_force(
    copied: Callable[[], Demo],
) -> None:
    city, _ = copied()
    before = state_of(city)
    city.run("certify", "--as-of", "2026-09-15")
    after = state_of(city)
    assert {name: after[name] for name in ("standing", "cases", "messages")} == {
        name: before[name] for name in ("standing", "cases", "messages")
    }


@pytest.mark.long  # test_kill_points kills the same run at chosen instants
def test_certify_killed_at_random_moments_comes_to_the_same_hash(
    imported: Installation, tmp_path: Path
) -> None:
    begun = time.monotonic()
    whole = imported.copy(tmp_path / "whole")
    reference = whole.json("certify", "--as-of", AS_OF, "--json")
    length = time.monotonic() - begun
    chance = random.Random(20261031)
    for number in range(5):
        city = imported.copy(tmp_path / str(number))
        process = city.start("certify", "--as-of", AS_OF)
        time.sleep(length * chance.uniform(0.1, 0.95))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        resumed = city.json("certify", "--as-of", AS_OF, "--json")
        assert resumed["results_hash"] == reference["results_hash"]
        assert state_of(city) == state_of(whole)
        city.run("ledger", "verify")


def test_certify_two_at_once_come_to_one_run(imported: Installation, tmp_path: Path) -> None:
    city = imported.copy(tmp_path)
    both = [city.start("certify", "--as-of", AS_OF, "--json") for _ in range(2)]
    outs = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], outs
    hashes = {json.loads(out)["results_hash"] for out, _ in outs}
    assert len(hashes) == 1
    city.run("ledger", "verify")
    with sqlite3.connect(city.home / "db.sqlite3") as database:
        assert (
            database.execute("select count(*) from certification_run where state='done'").fetchone()[0] == 1
        )


def test_certify_of_a_day_before_the_roster_says_what_to_do(demo: Demo) -> None:
    refused = demo[0].run("certify", "--as-of", "2026-08-31", code=1)
    assert "a roster delivered by 2026-08-31 was expected" in refused.stderr


def test_certify_without_a_roster_says_what_to_do(tmp_path: Path) -> None:
    city = Installation(tmp_path / "home")
    city.run("init")
    refused = city.run("certify", "--as-of", AS_OF, code=1)
    assert "yizheng roster import" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("certify", "--as-of", "2026-02-30"),
        ("certify",),
        ("pay-run", "--month", "2026-13"),
        ("nonsense",),
        ("results", "export", "--as-of", AS_OF, "--out", "results.txt"),
    ],
)
def test_commands_misused_exit_with_2(demo: Demo, words: tuple[str, ...]) -> None:
    demo[0].run(*words, code=2)


def test_export_csv_and_parquet_say_the_same_one_row_a_person(demo: Demo, tmp_path: Path) -> None:
    city, figures = demo
    for suffix in ("csv", "parquet"):
        city.run("results", "export", "--as-of", AS_OF, "--out", str(tmp_path / f"results.{suffix}"))
    assert (tmp_path / "results.csv").stat().st_mode & 0o077 == 0
    with (tmp_path / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    table = pq.read_table(tmp_path / "results.parquet")
    assert table.column_names == COLUMNS
    assert table.to_pylist() == rows
    assert len(rows) == PEOPLE
    assert len({row["id_number"] for row in rows}) == PEOPLE
    for word in RESULTS:
        assert sum(row["result"] == word for row in rows) == figures[word]
    assert all(row["reasons"] for row in rows)
    assert all(bool(row["case_id"]) for row in rows if row["result"] == "doubtful")
    assert all(row["source"] and row["event_date"] for row in rows if row["result"] == "passed")


def test_explain_says_why_in_plain_words(demo: Demo, tmp_path: Path) -> None:
    city, _ = demo
    city.run("results", "export", "--as-of", AS_OF, "--out", str(tmp_path / "r.csv"))
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for word in ("passed", "doubtful", "due"):
        row = next(row for row in rows if row["result"] == word)
        said = city.run("explain", row["id_number"], "--as-of", AS_OF).stdout
        assert "原因" in said
        assert "适用政策" in said
        assert row["id_number"] not in said
        english = city.run("explain", row["id_number"], "--as-of", AS_OF, "--language", "en").stdout
        assert "Reason" in english
    nobody = city.run("explain", "11010519491231002X", code=1)
    assert "nobody has this number" in nobody.stderr


def test_compare_judges_everybody_once_and_then_only_whom_something_concerns(
    copied: Callable[[], Demo], tmp_path: Path
) -> None:
    city, _ = copied()
    city.run("results", "export", "--as-of", AS_OF, "--out", str(tmp_path / "r.csv"))
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        passed = next(row for row in csv.DictReader(file) if row["result"] == "passed")
    assert "yizheng compare" in city.run("compare", "--person", passed["id_number"], code=1).stderr
    first = city.json("compare", "--as-of", AS_OF, "--json")
    assert 0 < first["gained"]["proof"] <= first["judged"] <= PEOPLE
    again = city.json("compare", "--as-of", AS_OF, "--json")
    assert (again["judged"], again["changed"]) == (0, 0)
    later = city.json("compare", "--as-of", "2026-11-15", "--json")
    assert 0 < later["judged"] < first["judged"]
    assert later["lost"]["proof"] > 0
    state = city.json("compare", "--person", passed["id_number"], "--json")
    assert state["as_of"] == "2026-11-15"
    assert passed["id_number"] not in json.dumps(state)


def test_ledger_names_the_standing_that_was_changed(copied: Callable[[], Demo]) -> None:
    city, _ = copied()
    with sqlite3.connect(city.home / "db.sqlite3") as database:
        database.execute("update certification_standing set due_day = due_day + 400 where pno = 17")
    found = city.run("ledger", "verify", code=1)
    assert "17" in found.stdout + found.stderr
    assert "certification" in found.stdout + found.stderr


def test_ledger_and_output_hold_no_identity_numbers(demo: Demo) -> None:
    city, figures = demo
    number = re.compile(r"(?<!\d)\d{17}[\dX](?!\d)")
    with sqlite3.connect(city.home / "db.sqlite3") as database:
        entries = database.execute("select actor, subject, detail from ledger_entry").fetchall()
    assert entries
    assert not [row for row in entries if number.search(" ".join(map(str, row)))]
    assert not number.search(json.dumps(figures))


def test_results_add_up_or_the_run_is_refused(imported: Installation, tmp_path: Path) -> None:
    city = imported.copy(tmp_path)
    with sqlite3.connect(city.home / "db.sqlite3") as database:
        database.execute("delete from entitlements_benefit where pno = 3")
    refused = city.run("certify", "--as-of", AS_OF, code=1)
    assert f"{PEOPLE} people were expected" in refused.stderr
    with sqlite3.connect(city.home / "db.sqlite3") as database:
        assert database.execute("select count(*) from certification_standing").fetchone()[0] == 0


def state_of(city: Installation) -> dict[str, object]:
    """What a run brings into force, without its times."""
    with sqlite3.connect(city.home / "db.sqlite3") as database:
        return {
            "standing": database.execute("select * from certification_standing order by pno").fetchall(),
            "cases": database.execute(
                "select pno, state, reasons, leads from casework_case order by pno"
            ).fetchall(),
            "messages": database.execute("select key, template from notices_message order by key").fetchall(),
            "pay": database.execute(
                "select pno, to_state, reason_code, effective_month from entitlements_paystatechange order by id"
            ).fetchall(),
            "ledger": database.execute("select count(*) from ledger_entry").fetchone(),
        }
