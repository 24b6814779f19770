"""The benefits in force, found through an index: against a plain second reading, and without the years before."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from yizheng.kernel.time import Month
from yizheng.rooms import entitlements
from yizheng.rooms.entitlements.models import Benefit

FIRST, PEOPLE = Month(2026, 1), 40
AT = datetime(2026, 1, 5, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def told(pno: int, day: date, fen: int, *, roster: int = 0, known: datetime = AT) -> Benefit:
    return Benefit(
        pno=pno,
        scheme="110",
        benefit_type="retirement",
        region="440802",
        start_month=Month(2010, 1).index,
        monthly_fen=fen,
        paid_through=0,
        true_from=day,
        known_since=known,
        roster=roster,
    )


def in_force(rows: list[Benefit], pno: int, day: date) -> Benefit | None:
    """What is in force of a person, read row by row."""
    own = [row for row in rows if row.pno == pno and row.true_from <= day]
    return max(own, key=lambda row: (row.true_from, row.pk)) if own else None


@pytest.mark.parametrize("seed", range(3))
def test_benefit_in_force_is_the_newest_by_then_whatever_came_first(seed: int) -> None:
    chance = random.Random(seed)
    days = [FIRST.plus(month).first() for month in range(6)]
    rows = [told(chance.randrange(PEOPLE) * 3, chance.choice(days), fen) for fen in range(150)]
    Benefit.objects.bulk_create(rows)
    rows = list(Benefit.objects.order_by("id"))
    everybody = sorted({row.pno for row in rows})
    for month in range(-1, 7):
        day = FIRST.plus(month).last()
        newest = {pno: in_force(rows, pno, day) for pno in everybody}
        early = {
            pno: min((row for row in rows if row.pno == pno), key=lambda row: (row.true_from, row.pk))
            for pno in everybody
        }
        found = entitlements.queries.pay_benefits(Month.of(day))
        assert dict(zip(found.pno.tolist(), found.monthly_fen.tolist(), strict=True)) == {
            pno: (row or early[pno]).monthly_fen for pno, row in newest.items()
        }
        assert found.pno.tolist() == everybody
        first, last = sorted(chance.sample(range(-1, PEOPLE * 3), 2))
        some = entitlements.queries.benefit_columns(first=first, last=last, as_of=day)
        assert list(zip(some.pno.tolist(), some.monthly_fen.tolist(), strict=True)) == [
            (pno, row.monthly_fen) for pno, row in newest.items() if row and first <= pno <= last
        ]


@contextmanager
def steps_counted() -> Iterator[Callable[[], int]]:
    """How many steps SQLite's machine takes: the same on every processor, however busy."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, 10)
    try:
        yield lambda: counted
    finally:
        connection.connection.set_progress_handler(None, 0)


@pytest.mark.parametrize(
    "read",
    [
        entitlements.queries.pay_benefits,
        lambda month: entitlements.queries.benefit_columns(first=0, last=PEOPLE, as_of=month.last()),
        lambda _: list(entitlements.queries.benefit_rows("entitlements_benefit:1")),
        lambda month: entitlements.queries.is_unchanged(month, month.plus(1)),
    ],
    ids=["pay run", "certification", "verification of a roster", "a month without news"],
)
def test_what_is_in_force_takes_no_longer_after_years_of_monthly_rosters(
    read: Callable[[Month], object],
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the steps of SQLite are counted")
    taken = []
    for months in (range(2), range(2, 48)):
        Benefit.objects.bulk_create(
            told(pno, FIRST.plus(month).first(), month, roster=month)
            for month in months
            for pno in range(PEOPLE)
        )
        with steps_counted() as steps:
            read(FIRST.plus(months[-1]))
            taken.append(steps())
    assert taken[1] <= taken[0] * 1.2


def test_earliest_month_told_since_a_moment_is_found_by_the_days_of_rosters() -> None:
    days = [FIRST.plus(month).first() for month in range(24)]
    moments = [AT + timedelta(days=30 * month) for month in range(24)]
    moments[20] = moments[23]  # a roster of that day came late
    Benefit.objects.bulk_create(
        told(pno, day, 1, known=known)
        for day, known in zip(days, moments, strict=True)
        for pno in range(PEOPLE)
    )
    for moment in (AT - timedelta(days=1), AT, *moments[1:]):
        since = [day for day, known in zip(days, moments, strict=True) if known > moment]
        with steps_counted() as steps:
            found = entitlements.queries.earliest_told_since(moment)
        assert found == (Month.of(min(since)) if since else None)
        assert connection.vendor != "sqlite" or steps() < len(days) * PEOPLE / 4
