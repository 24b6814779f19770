"""How a source is doing (数据源健康): from its deliveries and what is expected of it. Pure.

A source is silent when a delivery that is due has not come and its patience is over, late while the patience lasts,
ill when its newest delivery has far too few or too many rows or too many refused ones, and well otherwise. Anything but
well proves nothing by its absence. A delivery that is ill by itself, newest or not, counts for nothing until somebody has
looked at it and vouched for it. An amendment (更正) holds the few rows that its department put right: its size says
nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from yizheng.kernel.errors import Misused
from yizheng.kernel.time import CHINA, Month
from yizheng.kernel.told import Told, told
from yizheng.rooms.evidence.data import (
    MOST_REFUSED_PERCENT,
    Column,
    DeliveryRecord,
    Expectation,
    Health,
    Rhythm,
    Source,
    SourceHealth,
)
from yizheng.rooms.evidence.why import Why

PERIODS_LOOKED_AT = 3
LONGEST_REASON = 300


def health_of(
    source: Source, deliveries: Sequence[DeliveryRecord], *, as_of: date, roster_size: int
) -> SourceHealth:
    """How a source is doing on a day, from what it had delivered by then; newest delivery last."""
    mine = [
        one
        for one in deliveries
        if one.source == source.key and one.delivered_on <= as_of and not one.is_amendment
    ]
    newest = mine[-1] if mine else None
    health, reason = _health(source, mine, as_of=as_of, roster_size=roster_size)
    vouched = newest is not None and is_vouched(newest, as_of=as_of)
    return SourceHealth(
        source=source.key,
        health=health,
        reason=reason,
        last_period=newest.period if newest else "",
        last_delivered_on=newest.delivered_on if newest else None,
        rows=newest.rows if newest else 0,
        accepted=newest.accepted if newest else 0,
        refused=newest.refused if newest else 0,
        last_batch_id=newest.batch_id if newest else "",
        vouched_at=newest.vouched_at if newest and vouched else None,
        vouched_by=newest.vouched_by if newest and vouched else "",
        vouch_reason=newest.vouch_reason if newest and vouched else "",
    )


def ill_because(source: Source, delivery: DeliveryRecord, *, as_of: date, roster_size: int) -> Told | None:
    """Why a delivery is ill and counts for nothing on a day; None where it is not, or somebody vouched for it."""
    if delivery.is_amendment or is_vouched(delivery, as_of=as_of):
        return None
    return _wrong_volume(source, delivery, roster_size)


def is_vouched(delivery: DeliveryRecord, *, as_of: date) -> bool:
    """Whether somebody had vouched for a delivery by the end of a day, in China's civil time."""
    ends = datetime.combine(as_of + timedelta(days=1), time(), CHINA)
    return delivery.vouched_at is not None and delivery.vouched_at < ends


def check_vouch_reason(reason: str) -> None:
    """Raises Misused where somebody vouches without a reason, or with one that nobody reads."""
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise Misused(Why.VOUCH_REASON_LENGTH, most=LONGEST_REASON, came=len(reason.strip()))


def expected_periods(expectation: Expectation, as_of: date) -> Iterator[tuple[str, date]]:
    """The newest periods whose delivery is due by a day, newest first, each with the day it was due on."""
    step = 1 if expectation.every is Rhythm.MONTH else 3
    last = Month.of(as_of).plus(-1)
    if step == 3:
        last = last.plus(-(last.month % 3))
    for back in range(PERIODS_LOOKED_AT + 1):
        end = last.plus(-step * back)
        due = end.plus(1).first() + timedelta(days=expectation.due_day - 1)
        if due <= as_of:
            yield (str(end) if step == 1 else f"{end.year}Q{end.month // 3}"), due


def _health(
    source: Source, mine: Sequence[DeliveryRecord], *, as_of: date, roster_size: int
) -> tuple[Health, Told]:
    if not mine:
        return Health.SILENT, told(Why.NOTHING_DELIVERED)
    came = {one.period for one in mine}
    missing = list(_missing(source.expectation, came, first=min(came), as_of=as_of))
    over = [period for period, patience_ends in missing if as_of > patience_ends]
    if over:
        return Health.SILENT, told(Why.PERIODS_MISSING, periods=tuple(sorted(over)))
    wrong = _wrong_volume(source, mine[-1], roster_size)
    vouched = is_vouched(mine[-1], as_of=as_of)
    if wrong and not vouched:
        return Health.ILL, wrong
    if missing:
        return Health.LATE, told(Why.PERIOD_LATE, period=missing[0][0])
    if wrong:
        return Health.WELL, told(Why.VOUCHED_FOR, period=mine[-1].period)
    return Health.WELL, told(Why.ALL_WELL)


def _missing(
    expectation: Expectation, came: Iterable[str], *, first: str, as_of: date
) -> Iterator[tuple[str, date]]:
    """Due periods that have not come, with the day that patience ends on; none before the source ever delivered."""
    for period, due in expected_periods(expectation, as_of):
        if period not in came and period > first:
            yield period, due + timedelta(days=expectation.patience_days)


def _wrong_volume(source: Source, newest: DeliveryRecord, roster_size: int) -> Told | None:
    fewest, most = (int(bound * roster_size / 1000) for bound in source.expectation.per_thousand)
    if not fewest <= newest.rows <= max(most, 1):
        return told(
            Why.ROWS_OUT_OF_BOUNDS, period=newest.period, rows=newest.rows, fewest=fewest, most=max(most, 1)
        )
    if newest.refused * 100 > MOST_REFUSED_PERCENT * max(newest.rows, 1):
        return told(Why.TOO_MANY_REFUSED, period=newest.period, refused=newest.refused, rows=newest.rows)
    return None


def find_headers(columns: Mapping[str, Column], headers: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """The header of each field that a delivered table has, and what each needed field it lacks may be called."""
    found = {
        name: next((header for header in column.names if header in headers), "")
        for name, column in columns.items()
    }
    missing = [
        " / ".join(column.names) for name, column in columns.items() if column.required and not found[name]
    ]
    return {name: header for name, header in found.items() if header}, missing
