"""How a source is doing (数据源健康): from its deliveries and what is expected of it. Pure.

A source is silent when a delivery that is due has not come and its patience is over, late while the patience lasts,
ill when a delivery of the last year is (far too few or too many rows, too many refused, too many with codes that nobody
listed, too many hidden by the workbook, far fewer linked than usual; the marks are values of its `Expectation`), and well
otherwise. Anything but well proves nothing by its absence. A delivery that is ill counts for nothing until somebody has
looked at it and vouched for it, and its period is a hole that a later, sound delivery does not fill: only one for its
period does. An amendment (更正) holds the few rows that its department put right: its size says nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from statistics import median

from yizheng.kernel.errors import Misused
from yizheng.kernel.time import CHINA, Month
from yizheng.kernel.told import Told, told
from yizheng.rooms.evidence.data import (
    UNLISTED,
    Column,
    DeliveryRecord,
    Expectation,
    Health,
    Rhythm,
    Source,
    SourceHealth,
)
from yizheng.rooms.evidence.lines import HIDDEN
from yizheng.rooms.evidence.why import Why

PERIODS_LOOKED_AT = 3
HOLE_DAYS = 365
"""How long an ill delivery leaves a hole: as long as the life evidence that it lost would have spoken."""
LONGEST_REASON = 300
USUAL_OF, FEWEST_BEFORE, FEWEST_ROWS = 6, 3, 50
"""What is usual is the median of so many sound deliveries; of fewer deliveries, or fewer rows, chance would decide."""


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


def ill_deliveries(
    source: Source, deliveries: Sequence[DeliveryRecord], *, as_of: date, roster_size: int
) -> dict[str, Told]:
    """Which deliveries of a source are ill and count for nothing on a day, by batch, and why: those vouched for are not.

    They come in the order of delivery: each is held against the sound ones before it.
    """
    ill: dict[str, Told] = {}
    sound: list[DeliveryRecord] = []
    for one in deliveries:
        if one.source != source.key or one.is_amendment:
            continue
        wrong = _what_is_wrong(source, one, sound, roster_size)
        if wrong and not is_vouched(one, as_of=as_of):
            ill[one.batch_id] = wrong
        else:
            sound.append(one)
    return ill


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


def heard_until(
    sources: Sequence[Source], deliveries: Iterable[DeliveryRecord], *, of_life: Collection[str]
) -> date | None:
    """The last day of which every monthly source of life has told: the earliest of the days that their newest tell of.

    `of_life` names the kinds that prove life. A source that never delivered is not waited for, nor one that delivers by
    the quarter. None where nobody has told anything.
    """
    monthly = {
        source.key
        for source in sources
        if source.expectation.every is Rhythm.MONTH and any(rule.kind in of_life for rule in source.kinds)
    }
    told: dict[str, date] = {}
    for one in deliveries:
        if one.source in monthly and not one.is_amendment and (ends := _told_until(one)):
            told[one.source] = max(ends, told.get(one.source, date.min))
    return min(told.values(), default=None)


def _told_until(delivery: DeliveryRecord) -> date | None:
    """The last day that a delivery can tell of: its period's, and none after it came. None where it names no month."""
    try:
        return min(Month.parse(delivery.period).last(), delivery.delivered_on)
    except ValueError:
        return None


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
    if wrong := _ill_because(source, mine, as_of=as_of, roster_size=roster_size):
        return Health.ILL, wrong
    if missing:
        return Health.LATE, told(Why.PERIOD_LATE, period=missing[0][0])
    vouched = is_vouched(mine[-1], as_of=as_of)
    return Health.WELL, told(Why.VOUCHED_FOR, period=mine[-1].period) if vouched else told(Why.ALL_WELL)


def _ill_because(
    source: Source, mine: Sequence[DeliveryRecord], *, as_of: date, roster_size: int
) -> Told | None:
    """What is wrong with the newest delivery, else which periods an earlier one has left a hole in."""
    ill = ill_deliveries(source, mine, as_of=as_of, roster_size=roster_size)
    holes = _holes(mine, ill, as_of)
    return ill.get(mine[-1].batch_id) or (told(Why.PERIODS_ILL, periods=tuple(holes)) if holes else None)


def _holes(mine: Sequence[DeliveryRecord], ill: Collection[str], as_of: date) -> list[str]:
    """The periods of which nothing sound was delivered, as long as what they lost would still speak."""
    since = as_of - timedelta(days=HOLE_DAYS)
    lost = {one.period for one in mine if one.batch_id in ill and one.delivered_on > since}
    return sorted(lost - {one.period for one in mine if one.batch_id not in ill})


def _missing(
    expectation: Expectation, came: Iterable[str], *, first: str, as_of: date
) -> Iterator[tuple[str, date]]:
    """Due periods that have not come, with the day that patience ends on; none before the source ever delivered."""
    for period, due in expected_periods(expectation, as_of):
        if period not in came and period > first:
            yield period, due + timedelta(days=expectation.patience_days)


def _what_is_wrong(
    source: Source, one: DeliveryRecord, before: Sequence[DeliveryRecord], roster_size: int
) -> Told | None:
    """What is wrong with a delivery by itself, or beside the sound ones before it; None where nothing is."""
    fewest, most = (int(bound * roster_size / 1000) for bound in source.expectation.per_thousand)
    if not fewest <= one.rows <= max(most, 1):
        return told(
            Why.ROWS_OUT_OF_BOUNDS, period=one.period, rows=one.rows, fewest=fewest, most=max(most, 1)
        )
    expected = source.expectation
    if one.refused * 100 > expected.refused_percent * max(one.rows, 1):
        return told(Why.TOO_MANY_REFUSED, period=one.period, refused=one.refused, rows=one.rows)
    unlisted = one.notes.get(UNLISTED, 0)
    if unlisted * 100 > expected.unlisted_percent * max(one.accepted, 1):
        return told(Why.TOO_MANY_UNLISTED, period=one.period, unlisted=unlisted, rows=one.accepted)
    hidden = sum(one.notes.get(note, 0) for note in HIDDEN)
    if hidden * 100 > expected.hidden_percent * (one.rows + hidden):
        return told(Why.TOO_MANY_HIDDEN, period=one.period, hidden=hidden, rows=one.rows + hidden)
    usual = _usually_linked(before)
    enough = usual * one.accepted >= expected.fewest_linked
    if enough and _linked(one) * 100 < usual * expected.linked_percent:
        return told(
            Why.TOO_FEW_LINKED,
            period=one.period,
            percent=round(100 * _linked(one)),
            usual=round(100 * usual),
        )
    return None


def _usually_linked(before: Sequence[DeliveryRecord]) -> float:
    """The share of rows that sound deliveries linked to people of the roster; 0 where too few of them can tell."""
    shares = [_linked(one) for one in before if one.accepted >= FEWEST_ROWS][-USUAL_OF:]
    return median(shares) if len(shares) >= FEWEST_BEFORE else 0.0


def _linked(one: DeliveryRecord) -> float:
    return one.matched / max(one.accepted, 1)


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
