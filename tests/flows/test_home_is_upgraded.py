"""A home of an earlier version is brought up: checked before and after, finished after a kill, left alone when newer."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection, transaction

from hands import hands_of
from yizheng import wiring
from yizheng.adapters.database.tables import COPY, DjangoTables
from yizheng.adapters.store.local import LocalStore
from yizheng.doors.cli import agency
from yizheng.flows.house import home_is_upgraded
from yizheng.flows.house.home_is_upgraded import NOTE, UpgradeEnd, UpgradeReport
from yizheng.flows.house.person_is_looked_at import look
from yizheng.kernel.time import FixedClock
from yizheng.rooms import ledger
from yizheng.rooms.privacy.data import LOOKS
from yizheng.rooms.privacy.models import Look

pytestmark = pytest.mark.django_db
CLOCK = FixedClock(datetime(2026, 12, 1, 1, tzinfo=UTC))


@dataclass
class Old:
    """Tables that lack steps; what was done to them stands in `done`, and `last_step` is what the last step does."""

    to_come: list[str] = field(default_factory=lambda: ["room 0002_more"])
    unknown: list[str] = field(default_factory=list)
    ledger: bool = True
    killed: bool = False
    last_step: Callable[[], object] = int
    done: list[str] = field(default_factory=list)

    def hold_a_ledger(self) -> bool:
        return self.ledger

    def steps_unknown(self) -> list[str]:
        return self.unknown

    def steps_to_come(self) -> list[str]:
        return list(self.to_come)

    def keep_copy(self) -> str:
        self.done.append("copy")
        return "a copy"

    def bring_up(self) -> None:
        if self.killed:
            raise KeyboardInterrupt
        self.done.append("tables")
        self.to_come.clear()
        self.last_step()


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    for pno in range(3):
        look(hands_of("chen", clock=CLOCK, role="certifier"), pno=pno, purpose="case", what="file")
    return LocalStore(tmp_path)


def upgrade(store: LocalStore, tables: Old) -> UpgradeReport:
    return home_is_upgraded.upgrade(
        hands_of("upgrade", clock=CLOCK, store=store),
        tables=tables,
        witnessed=[LOOKS],
        trees=(),
    )


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_older_home_is_copied_changed_and_verified(store: LocalStore) -> None:
    tables, root = Old(), ledger.queries.root()
    told = upgrade(store, tables)
    assert (told.end, told.steps, told.copy) == (
        UpgradeEnd.UPGRADED,
        ("room 0002_more",),
        "a copy",
    )
    assert tables.done == ["copy", "tables"]
    assert told.noted is not None
    assert (told.noted.size, told.noted.root) == (3, root)
    assert told.found is not None
    assert told.found.checked_rows == 3
    assert not store.exists(NOTE)


def test_home_that_is_up_to_date_is_not_touched(store: LocalStore) -> None:
    tables = Old(to_come=[])
    assert upgrade(store, tables) == UpgradeReport(end=UpgradeEnd.UP_TO_DATE)
    assert tables.done == []


@pytest.mark.parametrize("has_ledger", [True, False])
def test_home_in_which_nothing_was_done_is_made(tmp_path: Path, *, has_ledger: bool) -> None:
    tables = Old(ledger=has_ledger)
    told = upgrade(LocalStore(tmp_path), tables)
    assert (told.end, tables.done) == (UpgradeEnd.MADE, ["tables"])


def test_home_of_a_later_version_is_left_alone(store: LocalStore) -> None:
    tables = Old(unknown=["room 0009_later"])
    told = upgrade(store, tables)
    assert (told.end, told.steps, tables.done) == (UpgradeEnd.NEWER, ("room 0009_later",), [])


def test_broken_ledger_is_found_before_anything_is_changed(store: LocalStore) -> None:
    sql("UPDATE ledger_entry SET actor = 'li' WHERE \"index\" = 1")
    tables = Old()
    assert upgrade(store, tables).end is UpgradeEnd.LEDGER_BROKEN
    assert tables.done == []
    assert not store.exists(NOTE)


def test_row_that_an_upgrade_changed_is_found_and_stays_found(store: LocalStore) -> None:
    def spoil() -> int:
        return Look.objects.filter(pno=1).update(what="other")

    for tables in (Old(last_step=spoil), Old(to_come=[])):
        told = upgrade(store, tables)
        assert told.end is UpgradeEnd.NOT_VERIFIED
        assert told.found is not None
        assert [fault.table for fault in told.found.faults] == ["privacy_look"]
    assert store.exists(NOTE)


def test_ledger_that_an_upgrade_rewrote_is_found_by_the_noted_root(store: LocalStore) -> None:
    def rewrite() -> None:
        for table in ("ledger_entry", "ledger_node", "privacy_look"):
            sql(f"DELETE FROM {table}")  # noqa: S608
        look(hands_of("li", clock=CLOCK, role="certifier"), pno=9, purpose="case", what="file")

    assert upgrade(store, Old(last_step=rewrite)).end is UpgradeEnd.NOT_VERIFIED


def _killed() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "tables",
    [Old(killed=True), Old(last_step=_killed)],
    ids=["in the tables", "after the tables"],
)
def test_killed_upgrade_is_finished_by_the_next_call(store: LocalStore, tables: Old) -> None:
    with pytest.raises(KeyboardInterrupt):
        upgrade(store, tables)
    assert store.exists(NOTE)
    tables.killed, tables.last_step = False, int
    told = upgrade(store, tables)
    assert (told.end, told.copy) == (UpgradeEnd.UPGRADED, "a copy")
    assert (tables.done[0], tables.done.count("copy")) == ("copy", 1), (
        "it is of the home as it was, not half way"
    )
    assert not store.exists(NOTE)
    assert upgrade(store, tables).end is UpgradeEnd.UP_TO_DATE


def test_what_a_step_adds_stands_in_the_ledger_beside_what_was_noted(store: LocalStore) -> None:
    def more() -> None:
        with transaction.atomic():
            look(hands_of("upgrade", clock=CLOCK, role="machine"), pno=8, purpose="case", what="file")

    told = upgrade(store, Old(last_step=more))
    assert told.end is UpgradeEnd.UPGRADED
    assert told.found is not None
    assert told.noted is not None
    assert (told.found.size, told.noted.size) == (4, 3)


# --- Django's tables ---


def test_tables_of_this_version_lack_no_step_and_know_every_step(tmp_path: Path) -> None:
    tables = DjangoTables(tmp_path)
    assert (tables.hold_a_ledger(), tables.steps_to_come(), tables.steps_unknown()) == (True, [], [])


def test_step_that_was_not_taken_is_to_come_and_a_strange_one_is_unknown(tmp_path: Path) -> None:
    tables = DjangoTables(tmp_path)
    sql("DELETE FROM django_migrations WHERE app = 'notices' AND name >= '0002'")
    sql("INSERT INTO django_migrations (app, name, applied) VALUES ('notices', '0999_later', '2030-01-01')")
    assert "notices 0002_reports" in tables.steps_to_come()
    assert tables.steps_unknown() == ["notices 0999_later"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [lambda _: None, lambda place: place.write_bytes(b"an older copy")])
def test_copy_of_the_database_is_whole_and_takes_the_place_of_an_older_one(
    tmp_path: Path, before: Callable[[Path], object]
) -> None:
    look(hands_of("chen", clock=CLOCK, role="certifier"), pno=5, purpose="case", what="file")
    before(tmp_path / COPY)
    place = Path(DjangoTables(tmp_path).keep_copy())
    assert place == tmp_path / COPY
    assert place.stat().st_mode & 0o077 == 0
    with sqlite3.connect(place) as copy:
        assert copy.execute("SELECT pno FROM privacy_look").fetchall() == [(5,)]
    assert [path.name for path in tmp_path.iterdir()] == [COPY]


# --- what the operator is told ---


def init(monkeypatch: pytest.MonkeyPatch, tables: Old) -> Result:
    monkeypatch.setattr(wiring, "tables", lambda: tables)
    return CliRunner().invoke(agency.init, [])


def test_init_says_what_it_changed_and_the_second_time_nothing(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "store", lambda: store)
    tables = Old()
    first = init(monkeypatch, tables)
    assert first.exit_code == 0, first.output
    for words in ("room 0002_more", "all 3 entries", "lies in a copy"):
        assert words in first.stderr
    second = init(monkeypatch, tables)
    assert (second.exit_code, second.stderr, second.stdout) == (0, "", first.stdout)


@pytest.mark.parametrize(
    ("tables", "spoilt", "said"),
    [
        (
            Old(unknown=["room 0009_later"]),
            "",
            ("a later version made", "room 0009_later", "Nothing was changed"),
        ),
        (Old(), "UPDATE ledger_entry SET actor = 'li'", ("before the upgrade", "Nothing was changed")),
        (
            Old(),
            "UPDATE privacy_look SET what = 'x'",
            ("3 do not", "was changed after entry 0", "lies in a copy"),
        ),
    ],
    ids=["newer", "broken before", "broken after"],
)
def test_init_refuses_and_says_what_to_do(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, tables: Old, spoilt: str, said: tuple[str, ...]
) -> None:
    monkeypatch.setattr(wiring, "store", lambda: store)
    if spoilt:
        sql(spoilt)
    told = init(monkeypatch, tables)
    assert told.exit_code == 1
    for words in said:
        assert words in told.stderr
