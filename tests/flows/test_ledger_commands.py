"""`yizheng ledger list` and `proof`: what stands in the ledger, found by what it is about."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result
from django.db import transaction

from yizheng.doors.cli.ledger import ledger_group
from yizheng.rooms import ledger
from yizheng.rooms.ledger import rules
from yizheng.rooms.ledger.data import NewEntry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 31, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def entries() -> None:
    """Six entries: two about each of three cases, proposed by wang and decided by li."""
    with transaction.atomic():
        ledger.actions.append_many(
            NewEntry(
                kind=f"casework:case:{'decided' if number >= 3 else 'proposed'}",
                actor="li" if number >= 3 else "wang",
                at=AT + timedelta(minutes=number),
                subject=f"casework_case:{number % 3}",
                row={"number": number},
                detail={"number": number},
            )
            for number in range(6)
        )


def run(*words: str) -> Result:
    return CliRunner().invoke(ledger_group, list(words))


def indexes(*words: str) -> list[int]:
    listed = run("list", "--json", *words)
    assert listed.exit_code == 0, listed.output
    return [entry["index"] for entry in json.loads(listed.stdout)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), [5, 4, 3, 2, 1, 0]),
        (("--limit", "2"), [5, 4]),
        (("--subject", "casework_case:1"), [4, 1]),
        (("--kind", "casework:case:proposed"), [2, 1, 0]),
        (("--kind", "casework"), [5, 4, 3, 2, 1, 0]),
        (("--kind", "case"), []),  # whole words only
        (("--kind", "casework:case", "--subject", "casework_case:2", "--limit", "1"), [5]),
        (("--subject", "casework_case:9"), []),
    ],
)
def test_list_gives_the_newest_first(words: tuple[str, ...], expected: list[int]) -> None:
    assert indexes(*words) == expected


def test_list_says_index_moment_kind_actor_and_subject() -> None:
    shown = run("list", "--limit", "1").stdout
    for word in ("5", "2026-10-31 09:05:00", "casework:case:decided", "li", "casework_case:2"):
        assert word in shown
    (entry,) = json.loads(run("list", "--limit", "1", "--json").stdout)
    assert entry == {
        "index": 5,
        "at": "2026-10-31T01:05:00+00:00",
        "kind": "casework:case:decided",
        "actor": "li",
        "subject": "casework_case:2",
        "detail": {"number": 5},
    }


@pytest.mark.parametrize(("size", "newest"), [((), 4), (("--size", "4"), 1)])
def test_proof_by_subject_is_that_of_the_newest_entry_about_it(size: tuple[str, ...], newest: int) -> None:
    proof = json.loads(run("proof", "--subject", "casework_case:1", *size).stdout)
    assert proof == json.loads(run("proof", str(newest), *size).stdout)
    assert proof["index"] == newest
    assert rules.verify_inclusion(
        index=newest,
        size=proof["size"],
        leaf=ledger.queries.entry(newest).leaf_hash,
        proof=[bytes.fromhex(part) for part in proof["proof"]],
        root=bytes.fromhex(proof["root"]),
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("proof",), 2, "Either an index or --subject"),
        (("proof", "1", "--subject", "casework_case:1"), 2, "Either an index or --subject"),
        (("proof", "--subject", "case"), 2, "a subject was expected"),
        (("proof", "--subject", "casework_case:9"), 1, "there is none"),
        (("proof", "--subject", "casework_case:1", "--size", "1"), 1, "among the first 1"),
        (("proof", "6"), 2, "but entry 6 came"),
        (("proof", "1", "--size", "7"), 2, "A size from 0 to 6"),
        (("list", "--limit", "0"), 2, "--limit"),
        (("list", "--subject", ":1"), 2, "a subject was expected"),
    ],
)
def test_what_cannot_be_found_or_meant_is_said(words: tuple[str, ...], code: int, said: str) -> None:
    ended = run(*words)
    assert (ended.exit_code, said in ended.stderr) == (code, True), ended.output
