"""When a certification runs out: the worked examples of published local rules, and the edges of the calendar."""

from datetime import date

import numpy as np
import pytest

from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Month, add_months, day_number, from_day_number
from yizheng.rooms.certification.cycles import due_after, first_due, pause_month, policy_for
from yizheng.rooms.certification.data import Anchor, Cycle, Policy, Unit

GUANGDONG = Cycle(unit=Unit.MONTH_END)
ZHANJIANG = Cycle(unit=Unit.MONTH_END)
PUTIAN = Cycle(unit=Unit.DAY, first_after_months=12)
QINGDAO = Cycle(unit=Unit.DAY)
CANGZHOU_RETIRED = Cycle(unit=Unit.WINDOW, windows=((5, 31),), max_gap_months=12)
CANGZHOU_RESIDENTS = Cycle(unit=Unit.WINDOW, windows=((4, 30), (9, 30)), max_gap_months=12)
HAIKOU = Cycle(unit=Unit.MONTH_END, length_months=6)
CHONGQING = Cycle(unit=Unit.CALENDAR, anchor=Anchor.YEAR_START)

# place, cycle, day of the life event, due
LATER = [
    ("Guangdong: from the month after the last pass", GUANGDONG, "2023-06-14", "2024-06-30"),
    ("Guangdong: the day of the month does not matter", GUANGDONG, "2023-06-30", "2024-06-30"),
    ("Guangdong: February of a leap year", GUANGDONG, "2023-02-01", "2024-02-29"),
    ("Zhanjiang: same arithmetic", ZHANJIANG, "2018-07-09", "2019-07-31"),
    ("Putian: day by day, rolling", PUTIAN, "2022-07-05", "2023-07-05"),
    ("Putian: a leap day falls back", PUTIAN, "2024-02-29", "2025-02-28"),
    ("Qingdao: each confirmation is the new start", QINGDAO, "2023-11-20", "2024-11-20"),
    ("Cangzhou retired: once by the end of May", CANGZHOU_RETIRED, "2023-05-31", "2024-05-31"),
    ("Cangzhou retired: never over 12 months", CANGZHOU_RETIRED, "2023-03-10", "2024-03-10"),
    ("Cangzhou residents: spring serves until autumn", CANGZHOU_RESIDENTS, "2023-03-10", "2023-09-30"),
    ("Cangzhou residents: on the deadline itself", CANGZHOU_RESIDENTS, "2023-04-30", "2023-09-30"),
    ("Cangzhou residents: autumn serves until spring", CANGZHOU_RESIDENTS, "2023-06-02", "2024-04-30"),
    ("Haikou: six months", HAIKOU, "2022-03-15", "2022-09-30"),
    ("Haikou: six months over the new year", HAIKOU, "2022-08-31", "2023-02-28"),
    ("calendar year: once in each year", CHONGQING, "2023-02-01", "2024-12-31"),
]

# place, cycle, month the benefit started in, first due
FIRST = [
    ("Guangdong: counts from the month after approval", GUANGDONG, "2023-06", "2024-06-30"),
    ("Putian: the first cycle starts a year after the first payment", PUTIAN, "2022-07", "2024-07-01"),
    ("Chongqing: from the year after the first payment", CHONGQING, "2023-06", "2024-12-31"),
    (
        "Cangzhou residents: the window after the one it started in",
        CANGZHOU_RESIDENTS,
        "2023-06",
        "2024-04-30",
    ),
]

# place, grace, rule, fixed month, due, first month that a pause may begin in
PAUSES = [
    ("Zhanjiang: from the payroll month after", 0, "next_month", 0, "2019-07-31", "2019-08"),
    ("a grace that reaches into the next month", 15, "next_month", 0, "2019-07-31", "2019-09"),
    ("Tangshan: in October of the year", 0, "fixed_month", 10, "2023-05-31", "2023-10"),
    ("fixed month just missed waits for the next year", 0, "fixed_month", 10, "2023-10-31", "2024-10"),
]


@pytest.mark.parametrize(("place", "cycle", "event", "due"), LATER, ids=[row[0] for row in LATER])
def test_due_after_life_event(place: str, cycle: Cycle, event: str, due: str) -> None:
    days = due_after(cycle, np.array([day_number(date.fromisoformat(event))]))
    assert from_day_number(int(days[0])) == date.fromisoformat(due)


@pytest.mark.parametrize(("place", "cycle", "start", "due"), FIRST, ids=[row[0] for row in FIRST])
def test_first_due_never_certified(place: str, cycle: Cycle, start: str, due: str) -> None:
    days = first_due(cycle, np.array([Month.parse(start).index]))
    assert from_day_number(int(days[0])) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("place", "grace", "rule", "fixed", "due", "month"), PAUSES, ids=[row[0] for row in PAUSES]
)
def test_pause_month_after_due_date(
    place: str, grace: int, rule: str, fixed: int, due: str, month: str
) -> None:
    policy = a_policy(grace_days=grace, pause=rule, pause_month=fixed)
    assert pause_month(policy, day_number(date.fromisoformat(due))) == Month.parse(month)


def test_due_after_no_events_gives_none() -> None:
    assert len(due_after(CANGZHOU_RESIDENTS, np.array([], np.int64))) == 0


def test_due_after_agrees_with_plain_arithmetic_on_every_day_of_five_years() -> None:
    start = day_number(date(2022, 1, 1))
    days = np.arange(start, start + 5 * 365)
    rolling = due_after(PUTIAN, days)
    month_end = due_after(GUANGDONG, days)
    for day, one, other in zip(days.tolist(), rolling.tolist(), month_end.tolist(), strict=True):
        event = from_day_number(day)
        assert from_day_number(one) == add_months(event, 12)
        assert from_day_number(other) == Month.of(event).plus(12).last()


@pytest.mark.parametrize("months", [0, 13])
def test_cycle_longer_than_a_year_or_empty_is_refused(months: int) -> None:
    with pytest.raises(Refused, match="certification:cycle_length"):
        Cycle(unit=Unit.DAY, length_months=months)


def test_cycle_with_windows_needs_its_unit() -> None:
    with pytest.raises(Refused, match="certification:windows_and_unit"):
        Cycle(unit=Unit.DAY, windows=((5, 31),))
    with pytest.raises(Refused, match="certification:windows_and_unit"):
        Cycle(unit=Unit.WINDOW)


def a_policy(key: str = "p", from_day: date = date(2020, 1, 1), **facts: object) -> Policy:
    return Policy(key=key, name=key, legal_basis="", from_day=from_day, cycle=GUANGDONG, **facts)  # type: ignore[arg-type]


# what is asked, which policy answers
CHOICES = [
    ("the city's", {"region": "430102", "scheme": "110"}, "city"),
    ("the district's outranks the city's", {"region": "430103", "scheme": "110"}, "district"),
    ("a group outranks a scheme", {"region": "430102", "groups": frozenset({"very_old"})}, "very-old"),
    ("no policy in another province", {"region": "110101"}, None),
    ("before anything held", {"region": "430102", "on": date(2019, 12, 31)}, None),
    ("the newer one from its day", {"region": "430102", "on": date(2026, 1, 1)}, "city-2026"),
]


@pytest.mark.parametrize(("situation", "asked", "answer"), CHOICES, ids=[row[0] for row in CHOICES])
def test_policy_for_most_specific_wins(situation: str, asked: dict[str, object], answer: str | None) -> None:
    policies = [
        a_policy("city", region="4301", schemes=("110", "170")),
        a_policy("city-2026", date(2026, 1, 1), region="4301", schemes=("110", "170")),
        a_policy("district", region="430103"),
        a_policy("very-old", region="4301", group="very_old"),
    ]
    facts = {
        "region": "430102",
        "scheme": "110",
        "benefit_type": "retirement",
        "groups": frozenset(),
        "on": date(2024, 1, 1),
    } | asked
    found = policy_for(policies, **facts)  # type: ignore[arg-type]
    assert (found.key if found else None) == answer
