"""A witnessed table that changed since: entries in an older form still verify, and no change hides behind them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import transaction

from yizheng.rooms.ledger import actions, queries, rules, verifying
from yizheng.rooms.ledger.data import EarlierForm, Fault, FaultKind, WitnessedTable
from yizheng.rooms.ledger.why import Finding
from yizheng.rooms.privacy.data import LOOKS
from yizheng.rooms.privacy.models import Look

KEY = bytes(32)
OLD = WitnessedTable("case", "id", ("pno", "reasons"))
Row = Mapping[str, object]


def _kind(old: Row) -> dict[str, object]:
    return {"kind": "death" if "death" in str(old["reasons"]) else "doubt"}


GAINED = WitnessedTable(
    "case", "id", ("pno", "reasons", "kind"), earlier=(EarlierForm(columns=OLD.columns, later=_kind),)
)
REWRITTEN = WitnessedTable(
    "case",
    "id",
    ("pno", "reasons", "kind"),
    earlier=(
        EarlierForm(
            columns=OLD.columns,
            told=lambda row: {"reasons": ",".join(row["reasons"])},  # type: ignore[arg-type]
            later=lambda old: {"reasons": str(old["reasons"]).split(","), **_kind(old)},
        ),
    ),
)
THEN = {"pno": 7, "reasons": "death,custody"}


def _faults(table: WitnessedTable, now: Row, committed: Row) -> list[Fault]:
    commitment = rules.commit_row(KEY, table.table, "1", committed)
    return list(verifying.check_rows(KEY, table, {"1": (5, commitment)}, [("1", now)]))


@pytest.mark.parametrize(
    ("table", "now"),
    [
        (OLD, THEN),
        (GAINED, THEN | {"kind": "death"}),
        (REWRITTEN, {"pno": 7, "reasons": ["death", "custody"], "kind": "death"}),
    ],
    ids=["as it was", "a column gained", "a column rewritten"],
)
def test_row_witnessed_in_an_older_form_verifies(table: WitnessedTable, now: Row) -> None:
    assert _faults(table, now, THEN) == []


@pytest.mark.parametrize(
    ("table", "now"),
    [
        (GAINED, THEN | {"kind": "death", "pno": 8}),
        (GAINED, THEN | {"kind": "doubt"}),
        (REWRITTEN, {"pno": 7, "reasons": ["death"], "kind": "death"}),
        (REWRITTEN, {"pno": 7, "reasons": ["death,custody"], "kind": "death"}),
        (REWRITTEN, {"pno": 7, "reasons": None, "kind": "death"}),
    ],
    ids=["old column", "later column", "rewritten column", "same old text", "no old text at all"],
)
def test_row_changed_behind_an_older_form_is_named(table: WitnessedTable, now: Row) -> None:
    (fault,) = _faults(table, now, THEN)
    assert (fault.kind, fault.table, fault.key, fault.entry) == (FaultKind.ROW_CHANGED, "case", "1", 5)


def test_changed_later_column_is_told_by_its_name() -> None:
    (fault,) = _faults(GAINED, THEN | {"kind": "doubt"}, THEN)
    assert (fault.told.what, fault.told.facts["columns"]) == (Finding.ROW_NOT_AS_MIGRATED, ("kind",))


def test_row_witnessed_in_todays_form_may_hold_what_no_migration_wrote() -> None:
    now = THEN | {"kind": "visit"}
    assert _faults(GAINED, now, now) == []
    (fault,) = _faults(GAINED, now | {"kind": "death"}, now)
    assert fault.kind is FaultKind.ROW_CHANGED


def test_every_older_form_counts() -> None:
    oldest = EarlierForm(columns=("pno",), later=lambda _: {"reasons": "", "kind": "doubt"})
    table = replace(GAINED, earlier=(*GAINED.earlier, oldest))
    now = {"pno": 7, "reasons": "", "kind": "doubt"}
    assert _faults(table, now, {"pno": 7}) == []
    assert _faults(table, now, {"pno": 7, "reasons": ""}) == []
    assert _faults(table, now | {"reasons": "death"}, {"pno": 7}) != []


def test_older_form_that_says_nothing_of_a_column_is_an_error() -> None:
    table = replace(GAINED, earlier=(EarlierForm(columns=OLD.columns),))
    with pytest.raises(ValueError, match="kind"):
        _faults(table, THEN | {"kind": "death"}, THEN)


@pytest.mark.django_db
def test_table_that_moved_keeps_its_name_in_the_ledger() -> None:
    moved = WitnessedTable("privacy_seen", "id", LOOKS.columns, stands_in="privacy_look")
    at = datetime(2026, 10, 31, tzinfo=UTC)
    made = Look.objects.create(at=at, actor="chen", role="certifier", purpose="case", pno=1, what="file")
    with transaction.atomic():
        actions.append(
            kind="privacy:person:looked_at",
            actor="chen",
            at=at,
            subject=f"privacy_seen:{made.pk}",
            row=moved.row_of(made),
        )
    read = queries.read_entries()
    assert list(queries.check_table(read, moved)) == []
    assert queries.count_rows(moved) == 1
    Look.objects.update(pno=2)
    (fault,) = queries.check_table(read, moved)
    assert (fault.kind, fault.table) == (FaultKind.ROW_CHANGED, "privacy_seen")
