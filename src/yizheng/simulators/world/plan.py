"""What is to be made: how many people, which months, and where all chance comes from.

A world's deliveries arrive in the months `first_month` to `last_month`. Each monthly delivery is about the month
before it (its period), so everything has arrived by the last day of `last_month`, the world's `as_of`.
"""

import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np

from yizheng.kernel.errors import Misused
from yizheng.kernel.time import Month, day_number
from yizheng.simulators.why import Why

NEVER = 99_999
"""A day number that lies after everything: what has not happened."""

SMALLEST, LARGEST = 200, 20_000_000
FEWEST_MONTHS, MOST_MONTHS = 3, 36


@dataclass(frozen=True, slots=True)
class Place:
    """A county (区县) that beneficiaries live in: its GB/T 2260 code and its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Period:
    """What one delivery is about: `2026-09` or `2026Q3`, its first and last day, and the month it arrives in."""

    label: str
    first: int
    last: int
    arrives: Month

    @property
    def index(self) -> int:
        """A number of its own, for drawing chance."""
        return self.arrives.index


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The order for a world. The same order makes the same bytes. Raises Misused where it cannot be made."""

    people: int
    seed: int
    months: int
    last_month: Month

    def __post_init__(self) -> None:
        if not SMALLEST <= self.people <= LARGEST:
            raise Misused(Why.PEOPLE_WRONG, least=SMALLEST, most=LARGEST, came=self.people)
        if not FEWEST_MONTHS <= self.months <= MOST_MONTHS:
            raise Misused(Why.MONTHS_WRONG, least=FEWEST_MONTHS, most=MOST_MONTHS, came=self.months)
        if self.seed < 0:
            raise Misused(Why.SEED_WRONG, came=self.seed)

    @property
    def first_month(self) -> Month:
        """The month of the first deliveries."""
        return self.last_month.plus(1 - self.months)

    @property
    def as_of(self) -> date:
        """The last day of the world."""
        return self.last_month.last()

    @property
    def roster_day(self) -> date:
        """When the roster was delivered: both month-end runs of the last two months lie after it."""
        return self.last_month.plus(-1).first()

    @property
    def monthly(self) -> tuple[Period, ...]:
        """The monthly periods, oldest first."""
        made = []
        for index in range(self.first_month.index, self.last_month.index + 1):
            about = Month.from_index(index - 1)
            made.append(
                Period(
                    str(about), day_number(about.first()), day_number(about.last()), Month.from_index(index)
                )
            )
        return tuple(made)

    @property
    def quarterly(self) -> tuple[Period, ...]:
        """The quarters that end in one of the monthly periods."""
        made = []
        for period in self.monthly:
            end = period.arrives.plus(-1)
            if end.month % 3 == 0:
                first = day_number(end.plus(-2).first())
                label = f"{end.year}Q{end.month // 3}"
                made.append(Period(label, first, period.last, period.arrives))
        return tuple(made)

    @property
    def window(self) -> tuple[int, int]:
        """First and last day that the feeds tell of, as day numbers."""
        return self.monthly[0].first, self.monthly[-1].last

    def rng(self, word: str, index: int = 0) -> np.random.Generator:
        """The chance of one part of the world: parts do not disturb each other's."""
        seed = np.random.SeedSequence([self.seed, zlib.crc32(word.encode()), index])
        return np.random.Generator(np.random.PCG64(seed))
