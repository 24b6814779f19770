"""Days, months and clocks.

The product counts in two units: civil days (a death, a hospital stay, a due date) and payroll months. Both are plain
values here. Nothing in the product asks the machine for the time: a clock is passed in, and every run has its `as_of`.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Protocol, Self

CHINA = timezone(timedelta(hours=8), "CST")
EPOCH = date(1970, 1, 1)


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The present moment, with its zone."""
        ...


class SystemClock:
    """The machine's clock, in China's civil time."""

    def now(self) -> datetime:
        return datetime.now(CHINA)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still: tests, demos and recomputations."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    @classmethod
    def on(cls, day: date) -> Self:
        """Nine in the morning of a day, when the offices open."""
        return cls(datetime(day.year, day.month, day.day, 9, tzinfo=CHINA))


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """The machine's clock, whole days away from today: a demo lives in its own days, and time runs on in them.

    Whole days, so that the time of day is the machine's; running on, so that a code that lasts ten minutes runs out.
    """

    days: int

    def now(self) -> datetime:
        return datetime.now(CHINA) + timedelta(days=self.days)


def app_time(clock: Clock) -> datetime:
    """The moment that other people's devices show: an authenticator app counts from the real time, in a demo too."""
    return clock.now() - timedelta(days=clock.days) if isinstance(clock, ShiftedClock) else clock.now()


def day_number(day: date) -> int:
    """Days since 1970-01-01: how dates travel in columns and packed keys."""
    return (day - EPOCH).days


def from_day_number(number: int) -> date:
    """The day that `day_number` numbered."""
    return EPOCH + timedelta(days=number)


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later; the month's last day where that day does not exist."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A payroll month (YYYY-MM)."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1900 <= self.year <= 9999):
            raise ValueError(f"a month was expected as YYYY-MM, but {self.year}-{self.month} came")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-10`. Raises ValueError with what was expected."""
        year, dash, month = text.strip().partition("-")
        if not (dash and year.isdecimal() and month.isdecimal() and len(year) == 4):
            raise ValueError(f"a month was expected as YYYY-MM, for example 2026-10, but {text!r} came")
        return cls(int(year), int(month))

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def from_index(cls, index: int) -> Self:
        """The month that `index` counted."""
        return cls(index // 12, index % 12 + 1)

    @property
    def index(self) -> int:
        """Months since year 0: how months travel in columns."""
        return self.year * 12 + self.month - 1

    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def plus(self, months: int) -> Self:
        """The month so many months later (earlier, if negative)."""
        return self.from_index(self.index + months)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def months_from(first: Month, last: Month) -> Iterator[Month]:
    """Every month from `first` to `last`, both included; nothing when `last` lies before `first`."""
    for index in range(first.index, last.index + 1):
        yield Month.from_index(index)
