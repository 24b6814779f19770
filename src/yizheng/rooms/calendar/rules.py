"""When offices are open and when a term ends, by an agency's calendar. Pure.

Rules that always hold: the first day of a term is the day after the event (民法典 201); a day of a year without a notice
is counted by the law's own festivals, and whoever counts is told that the notice is missing.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from yizheng.kernel.verdict import Verdict
from yizheng.rooms.calendar.data import DayKind, Due, WorkCalendar
from yizheng.rooms.calendar.festivals import public_holidays

NO_NOTICE = "year_without_notice"


def opens(calendar: WorkCalendar, day: date) -> Verdict:
    """Whether offices are open on a day. Unknown where its year has no notice yet."""
    notices = [known for year in (day.year, day.year + 1) if (known := calendar.years.get(year)) is not None]
    if any(day in known.workdays for known in notices):
        return Verdict.yes("worked_weekend")
    if any(day in known.holidays for known in notices):
        return Verdict.no("holiday")
    if day.year not in calendar.years:
        return Verdict.unknown(NO_NOTICE)
    return Verdict.yes() if day.weekday() < 5 else Verdict.no("weekend")


def is_working_day(calendar: WorkCalendar, day: date) -> bool:
    """Whether offices are open, as far as anybody can tell: without a notice, by the law's own festivals."""
    known = opens(calendar, day)
    if known.is_unknown:
        return day.weekday() < 5 and day not in public_holidays(day.year)
    return known.is_yes


def working_days(calendar: WorkCalendar, first: date, last: date) -> int:
    """How many working days lie from `first` to `last`, both included."""
    return sum(is_working_day(calendar, day) for day in _days(first, last))


def next_working_day(calendar: WorkCalendar, day: date) -> date:
    """The day itself where offices are open on it, else the first one after it."""
    while not is_working_day(calendar, day):
        day += timedelta(days=1)
    return day


def due(calendar: WorkCalendar, start: date, days: int, kind: DayKind) -> Due:
    """The last of `days` days after `start`. A term of calendar days that ends on a holiday ends on the next working
    day (民法典 203).
    """
    if kind is DayKind.CALENDAR:
        last = start + timedelta(days=days)
        day = next_working_day(calendar, last)
        return Due(day, any(opens(calendar, one).is_unknown for one in _days(last, day)))
    day, left = start, days
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(calendar, day)
    return Due(day, any(opens(calendar, one).is_unknown for one in _days(start + timedelta(days=1), day)))


def before(calendar: WorkCalendar, last: date, days: int, kind: DayKind) -> date:
    """The day that lies so many days before another: when to remind of a term."""
    if kind is DayKind.CALENDAR:
        return last - timedelta(days=days)
    day = last
    while days > 0:
        day -= timedelta(days=1)
        days -= is_working_day(calendar, day)
    return day


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=one) for one in range((last - first).days + 1))
