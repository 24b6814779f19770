"""What the departments of a city deliver in a month: the made world's feeds, and how this world's sources behave.

A source that lies is drawn as if some of the dead lived; what it fails to reach, loses, dates wrongly or repeats is put
in afterwards, before the usual faults of writing. A delivery that is silent or late comes in a later month or never.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from yizheng.kernel.time import Month, day_number
from yizheng.simulators.city.lives import CityFates, CityPlan
from yizheng.simulators.city.worldfile import Behaviour, CityWorld
from yizheng.simulators.world.faults import FaultLog, damaged_rows, spoil
from yizheng.simulators.world.feeds.base import Feed, Sheet, World
from yizheng.simulators.world.files import EXTENSION, file_bytes
from yizheng.simulators.world.make import FEEDS
from yizheng.simulators.world.plan import NEVER, Period

OF_LIFE = frozenset(
    {
        "immigration",
        "railway",
        "aviation",
        "medical_inpatient",
        "medical_outpatient",
        "health_check",
        "police_counter",
        "bank_card",
        "other_region",
        "elder_allowance",
    }
)
"""Sources whose rows speak for life."""

Keep = npt.NDArray[np.bool_] | npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One file: its name, its bytes, the sheet it was written from, and the rows that anybody can read."""

    source: str
    name: str
    delivered_on: date
    data: bytes
    sheet: Sheet
    readable: npt.NDArray[np.bool_]


@dataclass(slots=True, kw_only=True)
class Departments:
    """All sources of a city, with what they remember: rows to repeat."""

    world: CityWorld
    city: World
    fates: CityFates
    repeated: dict[str, Sheet] = field(default_factory=dict)

    @property
    def plan(self) -> CityPlan:
        """The order for the city."""
        assert isinstance(self.city.plan, CityPlan)  # noqa: S101 (a city is founded with one)
        return self.city.plan

    def deliveries(self, month: Month) -> Iterator[Delivery]:
        """Everything that is delivered in a month, in the order of the sources."""
        if month == self.plan.first_month and self.plan.history:
            yield from self._history()
        for feed in FEEDS:
            for period in self._periods(feed, month):
                yield self._deliver(feed, period, month)

    def _history(self) -> Iterator[Delivery]:
        """What departments know of life in the months before, each month as it was delivered then. Leads are not in it:
        the roster of the first day has been set right by them."""
        earlier = self.plan.earlier
        for feed in FEEDS:
            if feed.key in OF_LIFE and self.world.behaviour(feed.key).reach:
                for period in earlier.quarterly if feed.quarterly else earlier.monthly:
                    yield self._deliver(feed, period, period.arrives)

    def _periods(self, feed: Feed, month: Month) -> Iterator[Period]:
        """The periods that a source delivers in a month: the usual one, or what was held up and comes now."""
        behaviour = self.world.behaviour(feed.key)
        number = month.index - self.plan.first_month.index + 1
        if _is_silent(behaviour, number):
            return
        for period in self.plan.quarterly if feed.quarterly else self.plan.monthly:
            due = period.arrives.index - self.plan.first_month.index + 1 + behaviour.lag_months
            if due == number or (
                behaviour.backlog and due < number and _held_until(behaviour, due) == number
            ):
                yield period

    def _deliver(self, feed: Feed, period: Period, month: Month) -> Delivery:
        behaviour = self.world.behaviour(feed.key)
        rng = self.plan.rng(f"city {feed.key}", period.index)
        sheet = feed.draw(self._as_seen(feed, behaviour), period, self.plan.rng(feed.key, period.index))
        sheet = self._reached(sheet, behaviour, rng, feed.key)
        sheet = _misdated(sheet, behaviour, rng, latest=day_number(month.first()) - 1)
        kept = self.repeated.pop(feed.key, None)
        if behaviour.repeats:
            self.repeated[feed.key] = _rows(sheet, rng.random(len(sheet)) < behaviour.repeats)
        if kept is not None:
            sheet = _joined(sheet, kept)
        sheet = sheet.in_order()
        table, log = spoil(sheet, feed, self.city.people, rng)
        damaged = damaged_rows(table.num_rows if EXTENSION[feed.file_format] == "csv" else 0, rng)
        log.note("row_damaged", damaged)
        day = month.first() + timedelta(days=feed.arrives_on - 1)
        readable = self._tell(sheet, log, day)
        return Delivery(
            source=feed.key,
            name=f"{feed.key}_{period.label}_{day}.{EXTENSION[feed.file_format]}",
            delivered_on=day,
            data=file_bytes(table, feed.file_format, damaged.tolist()),
            sheet=sheet,
            readable=readable,
        )

    def _tell(self, sheet: Sheet, log: FaultLog, day: date) -> npt.NDArray[np.bool_]:
        """Keep in mind when the agency could first have heard of each fate; gives the rows that can be read."""
        readable = log.readable(len(sheet))
        if sheet.leads is not None:
            told = sheet.who[sheet.leads & readable]
            self.fates.told_on[told] = np.minimum(self.fates.told_on[told], day_number(day))
        return readable

    def _as_seen(self, feed: Feed, behaviour: Behaviour) -> World:
        """The city as a source reports it: one that lies goes on seeing some of the dead."""
        if not behaviour.lies:
            return self.city
        believed = self.plan.rng(f"lies {feed.key}").random(len(self.city.people)) < behaviour.lies
        died = np.where(believed, NEVER, self.fates.died).astype(np.int32)
        return replace(self.city, fates=replace(self.fates, died=died))

    def _reached(self, sheet: Sheet, behaviour: Behaviour, rng: np.random.Generator, key: str) -> Sheet:
        """Without the people whom the source does not reach, and without the rows that are lost."""
        people = self.city.people
        share = np.where(people.rural, behaviour.reach * behaviour.reach_rural, behaviour.reach)
        reached = self.plan.rng(f"reach {key}").random(len(people)) < share
        return _rows(sheet, reached[sheet.who] & (rng.random(len(sheet)) >= behaviour.lost))


def _is_silent(behaviour: Behaviour, number: int) -> bool:
    return any(first <= number <= last for first, last in behaviour.silent)


def _held_until(behaviour: Behaviour, number: int) -> int:
    """The month in which a delivery that fell into a silence comes after it; the same month where it did not."""
    while _is_silent(behaviour, number):
        number += 1
    return number


def _misdated(sheet: Sheet, behaviour: Behaviour, rng: np.random.Generator, *, latest: int) -> Sheet:
    """Some rows bear the day of the upload, or another too late, in place of the event's; never one to come."""
    if not behaviour.wrong_day:
        return sheet
    wrong = rng.random(len(sheet)) < behaviour.wrong_day
    by = rng.integers(1, behaviour.wrong_day_by + 1, len(sheet))
    days = sheet.days[sheet.day]
    moved = np.where(wrong & (days < NEVER), np.minimum(days + by, np.maximum(days, latest)), days)
    return replace(sheet, days={**sheet.days, sheet.day: moved.astype(np.int32)})


def _rows(sheet: Sheet, keep: Keep) -> Sheet:
    """Some of a sheet's rows."""
    at = np.flatnonzero(keep) if keep.dtype == np.bool_ else keep
    return replace(
        sheet,
        who=sheet.who[at],
        days={header: days[at] for header, days in sheet.days.items()},
        texts={header: column.take(pa.array(at)) for header, column in sheet.texts.items()},
        marks={mark: flags[at] for mark, flags in sheet.marks.items()},
        leads=None if sheet.leads is None else sheet.leads[at],
    )


def _joined(sheet: Sheet, more: Sheet) -> Sheet:
    """Both sheets' rows."""
    return replace(
        sheet,
        who=np.concatenate([sheet.who, more.who]),
        days={header: np.concatenate([days, more.days[header]]) for header, days in sheet.days.items()},
        texts={
            header: pa.concat_arrays([_flat(column), _flat(more.texts[header])])
            for header, column in sheet.texts.items()
        },
        marks={mark: np.concatenate([flags, more.marks[mark]]) for mark, flags in sheet.marks.items()},
        leads=None
        if sheet.leads is None or more.leads is None
        else np.concatenate([sheet.leads, more.leads]),
    )


def _flat(column: pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
