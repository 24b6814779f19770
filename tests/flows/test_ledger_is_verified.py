"""Whatever is changed behind the product's back, verifying says which."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from hands import hands_of
from yizheng.adapters.store.local import LocalStore
from yizheng.doors.words import told_in
from yizheng.flows.house.ledger_is_verified import head, verify
from yizheng.flows.house.person_is_looked_at import look
from yizheng.kernel.time import FixedClock
from yizheng.rooms import ledger
from yizheng.rooms.ledger.data import FaultKind, NotedRoot, VerifyReport, WitnessedTree, leaves_name
from yizheng.rooms.ledger.why import Finding
from yizheng.rooms.privacy.data import LOOKS
from yizheng.rooms.privacy.models import Look
from yizheng.rooms.privacy.queries import looks_at

AT = datetime(2026, 10, 31, 1, tzinfo=UTC)
ROWS = [b"%d|1|passed" % pno for pno in range(50)]

pytestmark = pytest.mark.django_db


class _World:
    """Some looks and one run's results, witnessed; and what the results are now."""

    def __init__(self, folder: Path) -> None:
        self.store = LocalStore(folder)
        self.rows: Sequence[bytes] = ROWS
        for number in range(9):
            clock = FixedClock(AT + timedelta(minutes=number))
            look(hands_of("chen", role="certifier", clock=clock), pno=number, purpose="case", what="file")
        self.ids = list(Look.objects.order_by("id").values_list("id", flat=True))
        tree = ledger.actions.row_tree(ROWS)
        self.store.write(leaves_name(tree.root), tree.leaves)
        with transaction.atomic():
            self.entry = ledger.queries.size()
            ledger.actions.append_tree(
                kind="certification:run:finished", actor="job", at=AT, subject="results:r1", tree=tree
            )
        self.leaves = leaves_name(tree.root)

    def read(self, subject: str) -> Iterable[bytes]:
        assert subject == "results:r1"
        return iter(self.rows)

    def verify(self, noted: NotedRoot | None = None) -> VerifyReport:
        trees = [WitnessedTree("results", self.read)]
        return verify(witnessed=[LOOKS], trees=trees, store=self.store, noted=noted)

    def faults(self) -> list[tuple[FaultKind, str, str, int | None]]:
        report = self.verify()
        assert report.faults_found == len(report.faults)
        assert report.verified == (not report.faults)
        return [(fault.kind, fault.table, fault.key, fault.entry) for fault in report.faults]


@pytest.fixture
def world(tmp_path: Path) -> _World:
    return _World(tmp_path)


def _sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_untouched_ledger_verifies(world: _World) -> None:
    report = world.verify(NotedRoot(6, ledger.queries.root(6)))
    assert report.verified
    assert (report.size, report.root, report.checked_rows) == (10, ledger.queries.root().hex(), 59)


def test_head_tells_a_changed_entry_but_reads_no_rows(world: _World) -> None:
    _sql("DELETE FROM privacy_look")
    assert head() == {"size": 10, "root": ledger.queries.root().hex(), "verified": True}
    _sql('UPDATE ledger_entry SET actor = %s WHERE "index" = 4', "li")
    assert head()["verified"] is False


def test_changed_row_is_named(world: _World) -> None:
    _sql("UPDATE privacy_look SET pno = 77 WHERE id = %s", world.ids[3])
    assert world.faults() == [(FaultKind.ROW_CHANGED, "privacy_look", str(world.ids[3]), 3)]


def test_deleted_row_is_named(world: _World) -> None:
    _sql("DELETE FROM privacy_look WHERE id = %s", world.ids[8])
    assert world.faults() == [(FaultKind.ROW_MISSING, "privacy_look", str(world.ids[8]), 8)]


def test_inserted_row_is_named(world: _World) -> None:
    made = Look.objects.create(at=AT, actor="x", role="x", purpose="x", pno=1, what="x")
    assert world.faults() == [(FaultKind.ROW_UNWITNESSED, "privacy_look", str(made.pk), None)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "li"),
        ("kind", "a:b:c"),
        ("detail", "{}"),
        ("commitment", bytes(32)),
        ("at", "2026-10-30 00:00:00"),
    ],
)
def test_changed_entry_is_named(world: _World, column: str, value: object) -> None:
    _sql(f'UPDATE ledger_entry SET {column} = %s WHERE "index" = 4', value)  # noqa: S608
    assert (FaultKind.ENTRY_CHANGED, "ledger_entry", "4", 4) in world.faults()


def test_changed_entry_with_its_leaf_is_found_by_the_hash_above(world: _World) -> None:
    _sql('UPDATE ledger_entry SET leaf_hash = %s WHERE "index" = 4', bytes(32))
    kinds = {kind for kind, *_ in world.faults()}
    assert kinds == {FaultKind.ENTRY_CHANGED, FaultKind.NODE_CHANGED}


def test_deleted_entry_is_named(world: _World) -> None:
    _sql('DELETE FROM ledger_entry WHERE "index" = 4')
    faults = world.faults()
    assert (FaultKind.ENTRY_MISSING, "ledger_entry", "4", 4) in faults
    assert (FaultKind.ROW_UNWITNESSED, "privacy_look", str(world.ids[4]), None) in faults


def test_cut_off_end_is_found(world: _World) -> None:
    noted = NotedRoot(ledger.queries.size(), ledger.queries.root())
    _sql('DELETE FROM ledger_entry WHERE "index" >= 7')
    kinds = {fault.kind for fault in world.verify(noted).faults}
    assert {FaultKind.ENTRY_MISSING, FaultKind.ROW_UNWITNESSED} <= kinds


@pytest.mark.parametrize("values", [[bytes(32)], []])
def test_changed_or_lost_hash_is_found(world: _World, values: list[object]) -> None:
    statement = "UPDATE ledger_node SET hash = %s" if values else "DELETE FROM ledger_node"
    _sql(f"{statement} WHERE level = 2 AND position = 1", *values)
    assert FaultKind.NODE_CHANGED in {kind for kind, *_ in world.faults()}


def test_all_hashes_lost_is_found(world: _World) -> None:
    _sql("DELETE FROM ledger_node")
    assert {kind for kind, *_ in world.faults()} == {FaultKind.NODE_CHANGED}


def test_ledger_rewritten_as_a_whole_is_found_by_a_noted_root(world: _World) -> None:
    noted = NotedRoot(9, ledger.queries.root(9))
    for table in ("ledger_entry", "ledger_node", "privacy_look"):
        _sql(f"DELETE FROM {table}")  # noqa: S608
    forged = _World(world.store.root)
    assert forged.verify().verified
    (fault,) = forged.verify(noted).faults
    assert fault.kind is FaultKind.ROOT_DIFFERS


def test_noted_root_of_another_ledger_is_found(world: _World) -> None:
    (fault,) = world.verify(NotedRoot(9, bytes(32))).faults
    assert fault.kind is FaultKind.ROOT_DIFFERS


def test_changed_row_of_a_run_is_named(world: _World) -> None:
    world.rows = [*ROWS[:20], b"20|2|doubtful", *ROWS[21:]]
    assert world.faults() == [(FaultKind.TREE_ROW_CHANGED, "results:r1", "20", world.entry)]


def test_deleted_row_of_a_run_is_named(world: _World) -> None:
    world.rows = [*ROWS[:20], *ROWS[21:]]
    assert world.faults() == [(FaultKind.TREE_ROW_MISSING, "results:r1", "#20", world.entry)]


def test_last_rows_of_a_run_deleted_are_named(world: _World) -> None:
    world.rows = ROWS[:48]
    assert [key for _, _, key, _ in world.faults()] == ["#48", "#49"]


@pytest.mark.parametrize("place", [0, 20, 50])
def test_inserted_row_of_a_run_is_named(world: _World, place: int) -> None:
    world.rows = [*ROWS[:place], b"99|1|passed", *ROWS[place:]]
    assert world.faults() == [(FaultKind.TREE_ROW_UNWITNESSED, "results:r1", "99", world.entry)]


def test_rows_of_a_run_in_another_order_are_found(world: _World) -> None:
    world.rows = [*ROWS[:20], ROWS[21], ROWS[20], *ROWS[22:]]
    assert world.faults() == [(FaultKind.TREE_CHANGED, "results:r1", "", world.entry)]


def test_changed_run_without_its_leaves_is_still_found(world: _World) -> None:
    world.rows = ROWS[1:]
    world.store.write(world.leaves, b"broken")
    assert world.faults() == [(FaultKind.TREE_CHANGED, "results:r1", "", world.entry)]


def test_rows_of_a_run_that_cannot_be_read_are_a_fault(
    world: _World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(_: str) -> Iterable[bytes]:
        raise OSError("the file is gone")

    monkeypatch.setattr(world, "read", lost)
    (fault,) = world.verify().faults
    assert fault.kind is FaultKind.TREE_CHANGED
    assert fault.told.what is Finding.TREE_NOT_READ
    assert told_in(fault.told, "en").endswith("cannot be read: the file is gone")


def test_what_nobody_gives_the_rows_of_is_not_called_verified(world: _World) -> None:
    report = verify(witnessed=[], store=world.store)
    assert [fault.table for fault in report.faults] == ["privacy_look", "results:r1"]
    assert {fault.kind for fault in report.faults} == {FaultKind.UNKNOWN_SUBJECT}


def test_newer_entry_of_a_row_counts(world: _World) -> None:
    _sql("UPDATE privacy_look SET what = 'timeline' WHERE id = %s", world.ids[0])
    changed = Look.objects.get(id=world.ids[0])
    ledger.actions.append(
        kind="test:look:changed",
        actor="t",
        at=AT,
        subject=LOOKS.subject(changed.pk),
        row=LOOKS.row_of(changed),
    )
    assert world.faults() == []


def test_empty_ledger_verifies(tmp_path: Path) -> None:
    report = verify(witnessed=[LOOKS], store=LocalStore(tmp_path))
    assert report.verified
    assert report.size == 0
    assert report.root == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_look_that_cannot_be_witnessed_is_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> int:
        raise OSError("no")

    monkeypatch.setattr("yizheng.rooms.ledger.actions.append", broken)
    with pytest.raises(OSError, match="no"):
        look(hands_of("chen", role="certifier", clock=FixedClock(AT)), pno=1, purpose="case", what="file")
    assert not Look.objects.exists()


def test_look_is_shown_to_the_auditor(world: _World) -> None:
    (found,) = looks_at(3)
    assert (found.actor, found.role, found.purpose, found.what) == ("chen", "certifier", "case", "file")
    (entry,) = ledger.queries.entries_of(f"privacy_look:{world.ids[3]}")
    assert entry.kind == "privacy:person:looked_at"
    assert ledger.queries.newest(1)[0].index == 9
    assert ledger.queries.find_entry(99) is None
    with pytest.raises(LookupError):
        ledger.queries.entry(99)
    assert [entry.index for entry in ledger.queries.entries(2, 4)] == [2, 3]
