"""Whatever a flow over many people writes, it writes the ledger last: nobody waits for its line while work is done."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction

from hands import hands_of
from link_situations import City, number
from pay_situations import AT, NOVEMBER, Pension, make
from yizheng import wiring
from yizheng.flows.pay import pay_run
from yizheng.kernel.time import FixedClock
from yizheng.rooms import ledger
from yizheng.rooms.ledger.data import NewEntry

pytestmark = pytest.mark.django_db
WRITE = re.compile(
    r'^\s*(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE
)
OF_LEDGER = {"ledger_entry", "ledger_node"}


@contextmanager
def written() -> Iterator[list[str]]:
    """The tables that are written inside, in order; "end" where a transaction ends."""
    found: list[str] = []

    def watch(
        execute: Callable[..., object], sql: str, params: object, many: bool, context: object
    ) -> object:
        match = WRITE.match(sql)
        if match:
            found.append(match.group(1))
        elif sql.startswith(("RELEASE SAVEPOINT", "ROLLBACK TO")):
            found.append("end")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


def late_writes(tables: list[str]) -> list[str]:
    """What is written behind the ledger in the same transaction."""
    late, begun = [], False
    for table in tables:
        if table == "end":
            begun = False
        elif table in OF_LEDGER:
            begun = True
        elif begun:
            late.append(table)
    return late


def test_roster_feed_and_run_write_the_ledger_last(tmp_path: Path) -> None:
    city = City(tmp_path)
    with written() as tables:
        city.roster("王芳", "李娜", "张伟")
        city.deaths((number(0), "王芳"))
        city.trains((number(1), "李娜"))
        city.certify()
    assert "ledger_entry" in tables
    assert "casework_case" in tables
    assert late_writes(tables) == []


def test_pay_run_writes_the_ledger_last() -> None:
    make(Pension(pno=0), Pension(pno=1))
    with written() as tables:
        pay_run.run(hands_of("zhao", clock=FixedClock(AT), store=wiring.store()), month=NOVEMBER)
    assert "ledger_entry" in tables
    assert late_writes(tables) == []


def entry(subject: str) -> NewEntry:
    return NewEntry(
        kind="test:thing:happened", actor="test", at=datetime(2026, 1, 1, tzinfo=UTC), subject=subject
    )


def subjects() -> list[str]:
    return [one.subject for one in ledger.queries.entries(0, ledger.queries.size())]


def test_entries_wait_for_the_end_and_keep_their_order() -> None:
    with transaction.atomic(), ledger.actions.appended_last():
        ledger.actions.append_many([entry("a:1")])
        with ledger.actions.appended_last():
            ledger.actions.append_many([entry("a:2")])
        assert subjects() == []
        ledger.actions.append_many([entry("a:3")])
    assert subjects() == ["a:1", "a:2", "a:3"]


def append_and_fail() -> None:
    with ledger.actions.appended_last():
        ledger.actions.append_many([entry("a:2")])
        raise ValueError("lost")


def test_part_that_fails_leaves_no_entry_behind() -> None:
    with transaction.atomic(), ledger.actions.appended_last():
        ledger.actions.append_many([entry("a:1")])
        with pytest.raises(ValueError, match="lost"):
            append_and_fail()
    assert subjects() == ["a:1"]
