"""What every feed is made of: a world to look at, a sheet to fill, and a few ways to draw columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from yizheng.simulators.world import rates
from yizheng.simulators.world.life import Fates
from yizheng.simulators.world.numbers import Ints
from yizheng.simulators.world.people import Flags, Population
from yizheng.simulators.world.plan import Period, Place, Plan

Who = npt.NDArray[np.int64]
FileFormat = Literal["csv-utf8", "csv-utf8-bom", "csv-gb18030", "xlsx", "parquet"]
DateStyle = Literal["iso", "compact", "slash", "chinese", "true"]
"""How a department writes dates; `true` is a real date cell (Parquet, XLSX)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All that a feed may look at."""

    plan: Plan
    places: tuple[Place, ...]
    people: Population
    fates: Fates
    habits: dict[str, npt.NDArray[np.float64]]


@dataclass(slots=True, kw_only=True)
class Sheet:
    """One delivery before it is written: who each row is about, its days and its texts, by header, in file order.

    `day` is the header of the event's day. `marks` name rows that are traps of the world itself, such as a settlement
    after the death: they go into `truth/faults.csv` beside the faults of writing. `leads` are the rows that tell of the
    person's fate: from them the truth knows when the agency could first have heard of it.
    """

    headers: tuple[str, ...]
    id_header: str
    name_header: str
    day: str
    who: Who
    days: dict[str, Ints]
    texts: dict[str, pa.Array]
    marks: dict[str, Flags] = field(default_factory=dict)
    leads: Flags | None = None

    def __len__(self) -> int:
        return len(self.who)

    def in_order(self) -> "Sheet":
        """The same rows in the order of the event's day, as they are delivered."""
        order = np.argsort(self.days[self.day], kind="stable")
        return replace(
            self,
            who=self.who[order],
            days={header: days[order] for header, days in self.days.items()},
            texts={header: column.take(pa.array(order)) for header, column in self.texts.items()},
            marks={mark: flags[order] for mark, flags in self.marks.items()},
            leads=None if self.leads is None else self.leads[order],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One department's delivery: how its file looks and how a period's sheet is drawn.

    The delivery arrives on day `arrives_on` of the month after its period.
    """

    key: str
    file_format: FileFormat
    draw: Callable[[World, Period, np.random.Generator], Sheet]
    date_style: DateStyle = "iso"
    arrives_on: int = 6
    quarterly: bool = False
    id_missing: float = rates.ID_MISSING
    id_mistyped: float = rates.ID_MISTYPED


def happenings(world: World, habit: str, period: Period, rng: np.random.Generator) -> tuple[Who, Ints]:
    """Who has an event in a period and on which day: each person at the pace of their habit (a Poisson process)."""
    reach = world.habits[habit]
    days = period.last - period.first + 1
    count = int(rng.poisson(reach[-1] * days / 365.25))
    who = np.searchsorted(reach, rng.random(count) * reach[-1], side="right").astype(np.int64)
    who = np.minimum(who, len(reach) - 1)
    return who, rng.integers(period.first, period.last + 1, count).astype(np.int32)


def words(options: Sequence[str], at: npt.NDArray[np.integer]) -> pa.Array:
    """The option of each row."""
    return pa.array(list(options)).take(pa.array(at))


def any_of(rng: np.random.Generator, options: Sequence[str], count: int) -> pa.Array:
    """Any option for each row."""
    return words(options, rng.integers(0, len(options), count))


def within(days: Ints, period: Period) -> Who:
    """The people whose day lies in the period."""
    return np.flatnonzero((days >= period.first) & (days <= period.last)).astype(np.int64)
