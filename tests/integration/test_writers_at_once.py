"""A certification run beside two other writers, on PostgreSQL: each comes to its end, and to what a quiet day came to."""

import json
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from integration.conftest import Installation
from integration.test_postgresql import OnPostgres, server

__all__ = ["server"]
PEOPLE = 300
SOURCES = ("railway", "cremation", "medical_outpatient", "prison")
IN_FORCE = {
    "standings": "select pno, result, reasons, policy, event_day, due_day, step, frozen from certification_standing"
    " order by pno",
    "cases": "select pno, kind, reasons from casework_case order by pno, kind",
    "messages": "select key, template, pno from notices_message order by key",
    "evidence": "select source, period, state, rows, matched from evidence_delivery order by batch_id",
    "pay": "select pno, to_state, effective_month from entitlements_paystatechange order by pno, effective_month",
    "run": "select month, same_count, new_count, total_fen from payments_payrun order by month",
}
ROUNDS = (
    (("certify", "--as-of", "2026-09-30"), ("feed", "import-folder", "{late}"), ("links", "seek")),
    (("certify", "--as-of", "2026-10-31"), ("notices", "deliver"), ("pay-run", "--month", "2026-10")),
    (("certify", "--as-of", "2026-10-31"), ("certify", "--as-of", "2026-10-31"), ("cases", "clocks")),
)
"""What is typed at once, and one round after the other. What one of a round does must not hang on who comes first."""


def begun(city: OnPostgres, world: Path) -> OnPostgres:
    """A roster and the first feeds; the last ones lie in a folder of their own."""
    city.run("init")
    manifest = json.loads((world / "manifest.json").read_text("utf-8"))
    roster = manifest["roster"]
    city.run("roster", "import", str(world / roster["path"]), "--delivered-on", roster["delivered_on"])
    city.run("feed", "import-folder", str(world / "early"))
    return city


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("writers")
    maker = Installation(folder / "maker")
    place = folder / "world"
    maker.run("world", "make", "--people", str(PEOPLE), "--months", "3", "--seed", "7", "--out", str(place))
    feeds = json.loads((place / "manifest.json").read_text("utf-8"))["feeds"]
    for source in SOURCES:
        mine = sorted((feed["period"], feed["path"]) for feed in feeds if feed["source"] == source)
        for folder, (_, path) in (("early", mine[0]), ("late", mine[-1])):
            (place / folder).mkdir(exist_ok=True)
            (place / path).rename(place / folder / Path(path).name)
    return place


@pytest.fixture
def cities(server: str, world: Path, tmp_path: Path) -> tuple[OnPostgres, OnPostgres]:
    """One installation twice: for a quiet day, and for a busy one."""
    for name in ("quiet", "busy"):
        (tmp_path / name).mkdir()
    root = server.removesuffix("yizheng")
    with psycopg.connect(server, autocommit=True) as made:
        made.execute("CREATE DATABASE quiet")
        quiet = begun(OnPostgres(home=tmp_path / "quiet" / "home", database=f"{root}quiet"), world)
        made.execute("CREATE DATABASE busy TEMPLATE quiet")
    busy = replace(quiet, home=quiet.copy(tmp_path / "busy").home, database=f"{root}busy")
    return quiet, busy


def in_force(city: OnPostgres) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(city.database) as database:
        return {name: database.execute(sql).fetchall() for name, sql in IN_FORCE.items()}


@pytest.mark.long  # a city that is imported by commands, and two days of it
def test_certification_beside_two_writers_comes_to_what_a_quiet_day_came_to(
    cities: tuple[OnPostgres, OnPostgres], world: Path
) -> None:
    quiet, busy = cities
    for words in ROUNDS:
        typed = [tuple(word.format(late=world / "late") for word in one) for one in words]
        for one in typed:
            quiet.run(*one)
        for one, process in [(one, busy.start(*one)) for one in typed]:
            out, err = process.communicate(timeout=300)
            assert (process.returncode, "Traceback" in err) == (0, False), (one, out, err)
    for city in (quiet, busy):
        city.run("certify", "--as-of", "2026-10-31")
        city.run("ledger", "verify")
    assert in_force(busy) == in_force(quiet)
    assert in_force(busy)["standings"]
