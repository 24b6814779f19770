"""What may be known about the calendar: the days that a year's notice moves, and the day on which a term ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class DayKind(StrEnum):
    """How a term counts its days."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkYear:
    """One year's notice of the General Office of the State Council (国务院办公厅放假通知).

    `source` names the notice. `holidays` are all its days off, weekends in them too; `workdays` the weekends on which
    offices are open (调休).
    """

    source: str
    holidays: tuple[date, ...]
    workdays: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        if not self.source.strip():
            raise ValueError("the notice was expected by name and number in source")
        both = sorted(set(self.holidays) & set(self.workdays))
        if both:
            raise ValueError(f"{both[0]} stands under holidays and under workdays. Take one away")
        odd = [day for day in self.workdays if day.weekday() < 5]
        if odd:
            raise ValueError(f"{odd[0]} is no Saturday or Sunday: workdays are the weekends that are worked")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """An agency's calendar: the notices that it has, by year."""

    years: Mapping[int, WorkYear] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for year, known in self.years.items():
            # a notice reaches into the last days of the year before, where New Year is joined to a weekend
            odd = [day for day in (*known.holidays, *known.workdays) if day.year not in (year, year - 1)]
            if odd:
                raise ValueError(f"{odd[0]} stands under {year}")


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a term. `provisional`: a year in it has no notice yet, so the day may still move."""

    day: date
    provisional: bool = False
