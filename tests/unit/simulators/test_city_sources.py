"""Departments of a city: the same seed the same bytes, and each bad habit does what its word says."""

from datetime import date

import numpy as np
import pytest

from worlds import places
from yizheng.kernel.time import Month
from yizheng.simulators.city.city import City, found
from yizheng.simulators.city.sources import Delivery
from yizheng.simulators.city.strength import fitted
from yizheng.simulators.city.worldfile import Behaviour, CityWorld, Life
from yizheng.simulators.world.plan import NEVER

MONTHS = 8


def city(source: str = "railway", behaviour: Behaviour | None = None, **life: float) -> City:
    world = CityWorld(
        format=1,
        name="test",
        about="test",
        life=Life(**life),  # type: ignore[arg-type]
        sources={source: behaviour} if behaviour else {},
    )
    return found(world, people=400, months=MONTHS, places=places())


def delivered(made: City, source: str) -> list[list[Delivery]]:
    """By month, the source's deliveries."""
    return [
        [
            one
            for one in made.departments.deliveries(made.plan.first_month.plus(number))
            if one.source == source
        ]
        for number in range(MONTHS)
    ]


def test_same_seed_makes_the_same_bytes() -> None:
    first, second = (
        [one.data for one in made.departments.deliveries(made.plan.first_month)] for made in (city(), city())
    )
    assert first == second


def test_usual_source_delivers_last_month_every_month() -> None:
    made = city()
    months = delivered(made, "railway")
    assert [len(one) for one in months] == [1] * MONTHS
    assert months[0][0].name == f"railway_{made.plan.first_month.plus(-1)}_{made.plan.first_month}-03.parquet"
    assert months[0][0].delivered_on == date(made.plan.first_month.year, made.plan.first_month.month, 3)


def test_history_comes_in_the_first_month_and_tells_of_life_alone() -> None:
    world = CityWorld(format=1, name="test", about="test", history_months=12)
    made = found(world, people=200, months=3, places=places())
    first = made.plan.first_month
    came = list(made.departments.deliveries(first))
    periods = [one.name.split("_")[1] for one in came if one.source == "railway"]
    assert periods == [str(first.plus(back)) for back in range(-13, 0)]
    assert [one.source for one in came].count("death_certificate") == 1
    assert [one.source for one in made.departments.deliveries(first.plus(1))].count("railway") == 1
    assert all(one.delivered_on < first.plus(1).first() for one in came)


def test_silent_source_returns_with_or_without_its_backlog() -> None:
    without = delivered(city("railway", Behaviour(silent=((3, 5),))), "railway")
    assert [len(one) for one in without] == [1, 1, 0, 0, 0, 1, 1, 1]
    backlog = delivered(city("railway", Behaviour(silent=((3, 5),), backlog=True)), "railway")
    assert [len(one) for one in backlog] == [1, 1, 0, 0, 0, 4, 1, 1]


def test_late_source_delivers_the_same_rows_later() -> None:
    usual, late = (
        delivered(city("railway", behaviour), "railway") for behaviour in (None, Behaviour(lag_months=2))
    )
    assert [len(one) for one in late] == [0, 0, 1, 1, 1, 1, 1, 1]
    assert late[2][0].name.split("_")[1] == usual[0][0].name.split("_")[1]
    assert late[2][0].sheet.who.tolist() == usual[0][0].sheet.who.tolist()


@pytest.mark.parametrize(
    ("behaviour", "most"),
    [(Behaviour(reach=0.0), 0.0), (Behaviour(lost=0.5), 0.75), (Behaviour(reach=0.5), 0.75)],
)
def test_what_a_source_does_not_reach_or_loses_does_not_come(behaviour: Behaviour, most: float) -> None:
    def rows(made: City) -> int:
        return sum(len(one.sheet) for month in delivered(made, "railway") for one in month)

    assert rows(city("railway", behaviour)) <= most * rows(city())


def test_repeated_rows_come_again_a_month_later() -> None:
    usual = delivered(city("death_certificate", None, deaths_a_year=0.5), "death_certificate")
    repeated = delivered(
        city("death_certificate", Behaviour(repeats=1.0), deaths_a_year=0.5), "death_certificate"
    )
    once, again = usual[1][0].sheet.who.tolist(), repeated[2][0].sheet.who.tolist()
    assert once
    assert set(once) <= set(again)
    assert len(again) == len(once) + len(usual[2][0].sheet)


def test_wrongly_dated_rows_are_too_late_and_never_in_the_future() -> None:
    made = city("police_counter", Behaviour(wrong_day=1.0, wrong_day_by=40))
    plain = city()
    for month, usual in zip(
        delivered(made, "police_counter"), delivered(plain, "police_counter"), strict=True
    ):
        for one, other in zip(month, usual, strict=True):
            days = np.sort(one.sheet.days["受理日期"])
            assert days.sum() > np.sort(other.sheet.days["受理日期"]).sum()
            first = one.delivered_on.replace(day=1)
            assert days.max() < (first - date(1970, 1, 1)).days


def test_lying_source_goes_on_seeing_the_dead_and_others_do_not() -> None:
    lying = city("health_check", Behaviour(lies=1.0), deaths_a_year=0.9)
    after = {"health_check": 0, "police_counter": 0}
    for source in after:
        for month in delivered(lying, source):
            for one in month:
                died = lying.fates.died[one.sheet.who]
                after[source] += int((one.sheet.days[one.sheet.day] >= died).sum())
    assert after["health_check"] > 0
    assert after["police_counter"] == 0


def test_evidence_of_a_liar_is_worth_less() -> None:
    honest, lying = city(deaths_a_year=0.5), city("health_check", Behaviour(lies=1.0), deaths_a_year=0.5)
    for made in (honest, lying):
        for number in range(MONTHS):
            for one in made.departments.deliveries(made.plan.first_month.plus(number)):
                made.witness.hear(one)
    rows = {row["kind"]: row for row in fitted({"honest": honest.witness, "lying": lying.witness})}
    assert rows["checkup"]["worst_world"] == "lying"
    assert rows["checkup"]["alive_on_the_day"]["share"] < 1.0
    assert rows["railway_entered"]["alive_on_the_day"]["share"] == 1.0
    assert rows["railway_entered"]["alive_after_180"]["share"] < 1.0
    assert rows["checkup"]["strength"] == "weak"
    low = rows["checkup"]["alive_on_the_day"]
    assert low["low"] <= low["share"] <= low["high"]


def test_first_word_about_a_death_is_remembered() -> None:
    made = city(deaths_a_year=0.5)
    assert (made.fates.told_on == NEVER).all()
    for number in range(MONTHS):
        list(made.departments.deliveries(made.plan.first_month.plus(number)))
    told = (made.fates.told_on < NEVER) & (made.fates.died < NEVER)
    assert told.any()
    assert (made.fates.told_on[told] > made.fates.died[told]).all()


def test_pay_is_due_until_the_month_of_death() -> None:
    made = city()
    made.fates.died[0] = (date(2026, 5, 10) - date(1970, 1, 1)).days
    made.fates.duplicate_from[0] = NEVER
    made.fates.sentence[0] = 0
    assert made.fates.entitled(0, Month(2026, 5))
    assert not made.fates.entitled(0, Month(2026, 6))
