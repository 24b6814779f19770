"""A roster goes in by portions: others write meanwhile, nobody reads half of it, a killed one harms nobody."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection

from roster_situations import number, person, take, write
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.arrivals import roster_portions
from yizheng.flows.house import ledger_is_verified
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Month
from yizheng.rooms import entitlements, people
from yizheng.rooms.entitlements.models import Benefit, IncomingBenefits
from yizheng.rooms.evidence.data import ImportReport
from yizheng.rooms.people.models import IncomingPeople, Person, PersonVersion

OCTOBER = date(2026, 10, 1)
Between = Callable[[Callable[[], None]], None]


class Killed(BaseException):
    """What kill -9 does to a process: nothing of it is handled."""


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


@pytest.fixture
def roster(store: LocalStore, tmp_path: Path) -> Callable[[], ImportReport]:
    """The first roster is there; gives the import of October's, which tells something new of all and names one more."""
    take(write(tmp_path / "first.csv", [person(serial) for serial in range(4)]), store)
    told = {"月待遇金额": "4000", "手机号码": "13900139000", "行政区划代码": "440803"}
    later = write(tmp_path / "later.csv", [person(serial, **told) for serial in (4, *range(4))])
    return lambda: take(later, store, OCTOBER)


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Between:
    """Portions of two rows, and what happens after the first of them."""
    monkeypatch.setattr(roster_portions, "ROWS", 2)

    def happens(what: Callable[[], None]) -> None:
        left = [what]
        pause = SimpleNamespace(sleep=lambda _: left.pop()() if left else None)
        monkeypatch.setattr(roster_portions, "time", pause)

    return happens


def read() -> list[object]:
    """Everything that is read of benefits."""
    some, may, day = list(range(6)), Month(2026, 12), date(2026, 12, 31)
    pay = entitlements.queries.pay_benefits(may)
    run = entitlements.queries.benefit_columns(first=0, last=9, as_of=day)
    return [
        pay.pno.tolist(),
        pay.monthly_fen.tolist(),
        run.pno.tolist(),
        run.monthly_fen.tolist(),
        [entitlements.queries.benefits_of(pno) for pno in some],
        entitlements.queries.amount_histories(some),
        entitlements.queries.groups_of(some),
        entitlements.queries.last_certified(some),
        entitlements.queries.people_told_after(date(2026, 1, 1)),
        entitlements.queries.people_told_after(date(2026, 9, 15)),
        entitlements.queries.paid_through(),
        people.queries.roster_size(),
        people.queries.people_known(as_of=day),
        people.queries.person_columns(first=0, last=9).pno.tolist(),
        people.queries.region_columns(),
        people.queries.people_told_after(date(2026, 9, 15)),
        list(people.queries.all_identities()),
        people.queries.persons(some),
        people.queries.contacts(some),
        [people.queries.find_by_number(number(pno)) for pno in some],
        [people.queries.find_by_name(person(pno)["姓名"]) for pno in some],
        [people.queries.lately(Pno(pno), since=datetime(2026, 1, 1, tzinfo=UTC)) for pno in some],
        people.queries.brought_by(1),
    ]


def verified(store: LocalStore) -> bool:
    return ledger_is_verified.verify(
        witnessed=(*people.queries.witnessed(), *entitlements.queries.witnessed()),
        trees=(*people.queries.witnessed_trees(), *entitlements.queries.witnessed_trees()),
        store=store,
    ).verified


def is_whole(store: LocalStore) -> bool:
    """Whether October's roster counts, once, with nothing left beside it."""
    amounts = entitlements.queries.pay_benefits(Month(2026, 10)).monthly_fen.tolist()
    left = [len(mark.objects.all()) for mark in (IncomingBenefits, IncomingPeople)]
    rows = [len(table.written.filter(roster=1)) for table in (Benefit, PersonVersion, Person)]
    return amounts == [400_000] * 5 and (left, rows) == ([0, 0], [5, 5, 1]) and verified(store)


@pytest.mark.django_db(transaction=True)
def test_somebody_else_writes_between_two_portions(
    roster: Callable[[], ImportReport], store: LocalStore, between: Between
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has many writers")

    def write_beside() -> None:
        place = connection.settings_dict["NAME"]
        other = sqlite3.connect(place, timeout=0, uri=True)
        with other:
            other.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', '2026-10-01')"
            )
        other.execute("DELETE FROM django_migrations WHERE app = 'x'")
        other.commit()
        other.close()
        written.append(Benefit.written.filter(roster=1).count())

    written: list[int] = []
    between(write_beside)
    roster()
    assert written == [2]
    assert is_whole(store)


@pytest.mark.django_db
def test_nobody_reads_half_a_roster(
    roster: Callable[[], ImportReport], store: LocalStore, between: Between
) -> None:
    before, meanwhile = read(), []
    between(lambda: meanwhile.append(read()))
    roster()
    assert meanwhile == [before]
    assert read() != before
    assert is_whole(store)


@pytest.mark.django_db
def test_killed_between_two_portions_it_is_whole_after_the_same_command(
    roster: Callable[[], ImportReport], store: LocalStore, between: Between
) -> None:
    def kill() -> None:
        raise Killed

    before = read()
    between(kill)
    with pytest.raises(Killed):
        roster()
    assert [len(table.written.filter(roster=1)) for table in (Benefit, PersonVersion, Person)] == [2, 2, 1]
    assert read() == before
    assert verified(store)
    assert roster().notes["benefits_changed"] == 4
    assert is_whole(store)


@pytest.mark.django_db
def test_import_whose_mark_another_took_starts_over(
    roster: Callable[[], ImportReport], store: LocalStore, between: Between
) -> None:
    between(lambda: people.actions.begin_people(roster=1, token="another's"))
    assert roster().accepted == 5
    assert is_whole(store)


@pytest.mark.django_db
def test_other_roster_taken_in_between_two_portions_makes_this_one_start_over(
    roster: Callable[[], ImportReport], store: LocalStore, between: Between, tmp_path: Path
) -> None:
    other = write(tmp_path / "other.csv", [person(serial, 月待遇金额="3900") for serial in range(4)])
    between(lambda: take(other, store, date(2026, 9, 20)) and None)
    roster()
    assert [one.file_name for one in people.queries.rosters()] == ["first.csv", "other.csv", "later.csv"]
    assert entitlements.queries.pay_benefits(Month(2026, 10)).monthly_fen.tolist() == [400_000] * 5
    assert Benefit.written.count() == 4 + 4 + 5
    assert verified(store)


@pytest.mark.django_db
@pytest.mark.parametrize("mark", [IncomingBenefits, IncomingPeople])
def test_mark_that_hides_an_accepted_roster_does_not_verify(
    roster: Callable[[], ImportReport],
    store: LocalStore,
    mark: type[IncomingBenefits | IncomingPeople],
) -> None:
    roster()
    mark.objects.create(roster=1, token="mallory")
    assert not verified(store)
