"""Appending to the ledger, in the caller's transaction."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from yizheng.rooms import ledger
from yizheng.rooms.ledger import rules
from yizheng.rooms.ledger.data import NewEntry

AT = datetime(2026, 10, 31, 9, tzinfo=UTC)


def _entry(number: int) -> NewEntry:
    return NewEntry(
        kind="test:thing:happened", actor="tester", at=AT, subject=f"thing:{number}", row={"number": number}
    )


@pytest.mark.django_db
def test_append_one_by_one_and_all_at_once_give_the_same_root() -> None:
    with transaction.atomic():
        for number in range(11):
            ledger.actions.append_many([_entry(number)])
        one_by_one = ledger.queries.root()
        transaction.set_rollback(True)
    with transaction.atomic():
        ledger.actions.append_many(map(_entry, range(11)))
    assert (
        ledger.queries.root()
        == one_by_one
        == rules.root_of([entry.leaf_hash for entry in ledger.queries.entries()])
    )
    assert ledger.queries.size() == 11


@pytest.mark.django_db(transaction=True)
def test_append_outside_a_transaction_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        ledger.actions.append_many([_entry(1)])


@pytest.mark.django_db
def test_proofs_of_every_size_verify() -> None:
    with transaction.atomic():
        ledger.actions.append_many(map(_entry, range(23)))
    for size in range(1, 24):
        root = ledger.queries.root(size)
        for index in range(size):
            assert rules.verify_inclusion(
                index=index,
                size=size,
                leaf=ledger.queries.entry(index).leaf_hash,
                proof=ledger.queries.inclusion(index, size),
                root=root,
            )
        for old in range(1, size + 1):
            assert rules.verify_consistency(
                old=old,
                new=size,
                proof=ledger.queries.consistency(old, size),
                old_root=ledger.queries.root(old),
                new_root=root,
            )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "no grammar"}, "room:thing:happened"),
        ({"subject": "without-key"}, "table:key"),
        ({"detail": {"note": "110101194910010010"}}, "identity number"),
    ],
)
def test_append_of_something_wrong_is_an_error(change: dict[str, object], message: str) -> None:
    facts: dict[str, object] = {"kind": "a:b:c", "actor": "tester", "at": AT, "subject": "thing:1", **change}
    with transaction.atomic(), pytest.raises(ValueError, match=message):
        ledger.actions.append(**facts)  # type: ignore[arg-type]
    assert ledger.queries.size() == 0
