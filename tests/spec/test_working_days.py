"""Working days (工作日): when offices are open, and when a term ends. A row a situation, also where a notice is missing."""

from datetime import date
from pathlib import Path

import pytest
from lunar_python import Lunar

from yizheng.adapters.agency_files.yaml_files import read_yaml
from yizheng.rooms.calendar import festivals, rules
from yizheng.rooms.calendar.data import DayKind, Due, WorkCalendar, WorkYear

AGENCY = Path(__file__).parents[2] / "agencies" / "demo"
NOTICES = read_yaml(AGENCY / "calendar.yaml", WorkCalendar)
LAW_ALONE = WorkCalendar()
WORKING, CALENDAR = DayKind.WORKING, DayKind.CALENDAR


def test_lunar_festivals_are_those_of_the_lunar_calendar() -> None:
    for year in range(festivals.FIRST_YEAR, festivals.LAST_YEAR + 1):
        for month, day, table in (
            (1, 1, festivals.SPRING_FESTIVALS),
            (5, 5, festivals.DRAGON_BOATS),
            (8, 15, festivals.MID_AUTUMNS),
        ):
            solar = Lunar.fromYmd(year, month, day).getSolar()
            assert table[year] == date(solar.getYear(), solar.getMonth(), solar.getDay())
        term = Lunar.fromYmd(year, 2, 15).getJieQiTable()["清明"]
        assert festivals.QINGMINGS[year] == date(term.getYear(), term.getMonth(), term.getDay())


TERMS = [
    # calendar, opened, days, of which kind, the last day, whether it may still move
    (
        NOTICES,
        "2026-02-13",
        3,
        WORKING,
        "2026-02-25",
        False,
    ),  # the 14th is worked, the 15th to 23rd are New Year
    (LAW_ALONE, "2026-02-13", 3, WORKING, "2026-02-24", True),  # by the law's four days alone
    (NOTICES, "2026-10-30", 1, WORKING, "2026-11-02", False),  # a Friday
    (NOTICES, "2026-10-31", 20, WORKING, "2026-11-27", False),
    (NOTICES, "2026-09-30", 5, WORKING, "2026-10-13", False),  # 1-7 October off, the 10th is worked
    (
        NOTICES,
        "2026-12-31",
        20,
        WORKING,
        "2027-01-29",
        True,
    ),  # next year has no notice yet: 1 January is off by law
    (NOTICES, "2026-12-15", 5, WORKING, "2026-12-22", False),
    (NOTICES, "2026-11-02", 0, WORKING, "2026-11-02", False),
    (NOTICES, "2026-09-20", 15, CALENDAR, "2026-10-08", False),  # the 5th of October is a holiday
    (NOTICES, "2026-11-02", 10, CALENDAR, "2026-11-12", False),
    (NOTICES, "2026-12-20", 30, CALENDAR, "2027-01-19", True),
]


@pytest.mark.parametrize(("calendar", "opened", "days", "kind", "last", "provisional"), TERMS)
def test_term_ends(
    calendar: WorkCalendar, opened: str, days: int, kind: DayKind, last: str, provisional: bool
) -> None:
    found = rules.due(calendar, date.fromisoformat(opened), days, kind)
    assert found == Due(date.fromisoformat(last), provisional)


REMINDERS = [
    ("2026-02-25", 2, WORKING, "2026-02-14"),
    ("2026-11-27", 5, WORKING, "2026-11-20"),
    ("2026-11-27", 5, CALENDAR, "2026-11-22"),
]


@pytest.mark.parametrize(("last", "days", "kind", "day"), REMINDERS)
def test_day_before_a_term_ends(last: str, days: int, kind: DayKind, day: str) -> None:
    assert rules.before(NOTICES, date.fromisoformat(last), days, kind) == date.fromisoformat(day)


MONTHS = [
    (LAW_ALONE, "2026-09-01", "2026-09-30", 21),  # 22 weekdays, Mid-Autumn on a Friday
    (NOTICES, "2026-09-01", "2026-09-30", 22),  # and the 20th, a Sunday, is worked
    (LAW_ALONE, "2026-10-01", "2026-10-31", 20),
    (NOTICES, "2026-10-01", "2026-10-31", 18),  # seven days off, the 10th is worked
    (LAW_ALONE, "2026-02-01", "2026-02-28", 16),  # 20 weekdays, four of the Spring Festival
    (NOTICES, "2026-02-01", "2026-02-28", 16),  # six off, two Saturdays worked
    (LAW_ALONE, "2026-03-01", "2026-03-31", 22),
    (LAW_ALONE, "2060-03-01", "2060-03-31", 23),  # outside of the tables
]


@pytest.mark.parametrize(("calendar", "first", "last", "days"), MONTHS)
def test_working_days_of_a_month(calendar: WorkCalendar, first: str, last: str, days: int) -> None:
    assert rules.working_days(calendar, date.fromisoformat(first), date.fromisoformat(last)) == days


def test_offices_are_open_closed_or_nobody_can_tell() -> None:
    assert rules.opens(NOTICES, date(2026, 2, 14)).reasons == ("worked_weekend",)
    assert rules.opens(NOTICES, date(2026, 2, 20)).is_no
    assert rules.opens(NOTICES, date(2026, 3, 2)).is_yes
    assert rules.opens(NOTICES, date(2026, 3, 1)).is_no
    assert rules.opens(NOTICES, date(2031, 3, 3)).reasons == (rules.NO_NOTICE,)
    assert rules.is_working_day(NOTICES, date(2031, 3, 3))  # unknown is counted by the law
    assert rules.next_working_day(NOTICES, date(2026, 9, 26)) == date(2026, 9, 28)
    assert rules.next_working_day(NOTICES, date(2026, 9, 28)) == date(2026, 9, 28)


def test_notice_that_joins_new_year_to_december_counts_in_december() -> None:
    joined = WorkCalendar(
        years={
            2026: NOTICES.years[2026],
            2027: WorkYear(source="通知", holidays=(date(2026, 12, 31), date(2027, 1, 1))),
        }
    )
    assert rules.opens(joined, date(2026, 12, 31)).is_no


WRONG = [
    ({"source": "", "holidays": ()}, "notice"),
    (
        {"source": "通知", "holidays": (date(2026, 2, 14),), "workdays": (date(2026, 2, 14),)},
        "under workdays",
    ),
    ({"source": "通知", "holidays": (), "workdays": (date(2026, 2, 16),)}, "no Saturday"),
]


@pytest.mark.parametrize(("given", "what"), WRONG)
def test_notice_that_cannot_be_is_refused(given: dict[str, object], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        WorkYear(**given)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="stands under 2026"):
        WorkCalendar(years={2026: WorkYear(source="通知", holidays=(date(2024, 1, 1),))})


def test_every_year_of_the_demo_moves_days_without_changing_their_number() -> None:
    """The notice moves working days, it makes none; a day of the law that falls on a weekend is made up for."""
    for year in NOTICES.years:
        first, last = date(year, 1, 1), date(year, 12, 31)
        by_law = rules.working_days(LAW_ALONE, first, last)
        by_notice = rules.working_days(NOTICES, first, last)
        assert 0 <= by_law - by_notice <= 4, (year, by_notice, by_law)
