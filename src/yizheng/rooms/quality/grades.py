"""How good a source's data is (数据质量): from counts to grades and what is told of them. Pure.

What is expected of a source comes from its own past: the median of its rows a day (or a working day) over earlier
periods, with a band that its own spread sets, wider where the Spring Festival falls. With fewer than six earlier periods
nothing is expected, and the answer is unknown. Beside it stand the bounds that the agency declared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import ceil, floor, sqrt
from statistics import median

from yizheng.kernel.time import Month
from yizheng.kernel.told import Told, told
from yizheng.rooms import calendar
from yizheng.rooms.evidence.data import MOST_REFUSED_PERCENT, DeliveryRecord, Expectation, Rhythm, Source
from yizheng.rooms.evidence.why import Why
from yizheng.rooms.quality.data import (
    WORST_FIRST,
    CellCounts,
    Check,
    Compared,
    FieldCells,
    Finding,
    Grade,
    PeriodRows,
    QualityRules,
    SourceQuality,
)

PAST_NEEDED = 6
"""Fewer earlier periods than this let nothing be expected: half a year of a monthly source."""
PAST_USED = 12
"""Older periods are not asked: a source changes, and a year holds every season once."""
SPREADS = 3.5
"""Half the band, in robust standard deviations: a well source leaves it about once in two thousand deliveries."""
LEAST_SHARE = 0.10
"""Half the band is at least this share of what is expected."""
FESTIVAL_SHARE = 0.30
"""By so much the band widens in a period that the Spring Festival falls into."""
MAD_TO_DEVIATION = 1.4826
"""Median absolute deviation to standard deviation, for a normal distribution."""
FEWEST_ROWS = 20
"""Shares of fewer rows than this say nothing."""
FEWEST_RULED = 5
FEWEST_BAD = 5
"""Fewer bad rows than this are chance, whatever share they are."""
LONG_LAG_DAYS = 92
"""From the event to its delivery: over a quarter is too long to stop a payment in time."""

_WATCH_PERCENT = {Check.COMPLETENESS: 2.0, Check.REPEATS: 5.0, Check.RULED_WRONG: 20.0}
_POOR_PERCENT = {
    Check.COMPLETENESS: float(MOST_REFUSED_PERCENT),
    Check.REPEATS: 50.0,
    Check.RULED_WRONG: 50.0,
}


# --- periods: when each was due, what was expected of it ---


def bounds_of(period: str) -> tuple[date, date]:
    """First and last day of a period, `2026-09` or `2026Q3`. Raises ValueError for another word."""
    if "Q" in period:
        year, _, quarter = period.partition("Q")
        first = Month(int(year), int(quarter) * 3 - 2)
        return first.first(), first.plus(2).last()
    month = Month.parse(period)
    return month.first(), month.last()


def due_periods(expectation: Expectation, *, first: str, as_of: date) -> Iterator[tuple[str, date]]:
    """The periods from `first` on whose delivery is due by a day, oldest first, each with the day it was due on."""
    step = 3 if expectation.every is Rhythm.QUARTER else 1
    end = Month.of(bounds_of(first)[1])
    while (due := end.plus(1).first() + timedelta(days=expectation.due_day - 1)) <= as_of:
        yield (f"{end.year}Q{end.month // 3}" if step == 3 else str(end)), due
        end = end.plus(step)


def periods_of(
    source: Source,
    deliveries: Sequence[DeliveryRecord],
    *,
    as_of: date,
    roster_size: int,
    rules: QualityRules,
) -> list[PeriodRows]:
    """A source's periods up to a day, oldest first, each with what came of it and what its past let be expected."""
    mine = [
        one
        for one in deliveries
        if one.source == source.key and one.delivered_on <= as_of and not one.is_amendment
    ]
    usual = [one for one in mine if _is_period(one.period, source.expectation)]
    if not usual:
        return []
    first = min((one.period for one in usual), key=bounds_of)
    due = dict(due_periods(source.expectation, first=first, as_of=as_of))
    for one in usual:
        due.setdefault(one.period, _due_of(one.period, source.expectation))
    low, high = (int(bound * roster_size / 1000) for bound in source.expectation.per_thousand)
    made: list[PeriodRows] = []
    for period in sorted(due, key=bounds_of):
        came = [one for one in usual if one.period == period]
        facts = PeriodRows(
            period=period,
            due=_open_day(due[period], rules),
            came=min((one.delivered_on for one in came), default=None),
            rows=sum(one.rows for one in came),
            refused=sum(one.refused for one in came),
            linked=sum(one.matched for one in came),
            declared=(low, max(high, 1)),
        )
        made.append(_judged(_expecting(facts, made, source, rules)))
    return made


def _is_period(period: str, expectation: Expectation) -> bool:
    if ("Q" in period) != (expectation.every is Rhythm.QUARTER):
        return False
    try:
        bounds_of(period)
    except ValueError:
        return False
    return True


def _due_of(period: str, expectation: Expectation) -> date:
    return Month.of(bounds_of(period)[1]).plus(1).first() + timedelta(days=expectation.due_day - 1)


def _open_day(day: date, rules: QualityRules) -> date:
    return calendar.queries.next_working_day(rules.calendar, day)


def weight_of(period: str, source: str, rules: QualityRules) -> int:
    """The days of a period in which a source's rows can arise: all of them, or the working days."""
    first, last = bounds_of(period)
    if source not in rules.working_day_sources:
        return (last - first).days + 1
    return max(calendar.queries.working_days(rules.calendar, first, last), 1)


def _expecting(
    facts: PeriodRows, before: Sequence[PeriodRows], source: Source, rules: QualityRules
) -> PeriodRows:
    """The period with the band that the source's own earlier periods set; as it was where these are too few."""
    past = [one.rows / weight_of(one.period, source.key, rules) for one in before if one.came is not None][
        -PAST_USED:
    ]
    if len(past) < PAST_NEEDED:
        return facts
    weight = weight_of(facts.period, source.key, rules)
    usual = median(past)
    spread = MAD_TO_DEVIATION * median(abs(one - usual) for one in past)
    expected = usual * weight
    half = max(SPREADS * spread * weight, SPREADS * sqrt(max(expected, 1)), LEAST_SHARE * expected)
    if calendar.queries.holds_spring_festival(*bounds_of(facts.period)):
        half += FESTIVAL_SHARE * expected
    return replace(
        facts, least=max(0, floor(expected - half)), expected=round(expected), most=ceil(expected + half)
    )


def _judged(facts: PeriodRows) -> PeriodRows:
    """The period with the grade of its volume: beyond what was declared is poor, beyond its own past worth a look."""
    if facts.came is None:
        return facts
    if not facts.declared[0] <= facts.rows <= facts.declared[1]:
        return replace(facts, grade=Grade.POOR)
    if facts.least is None or facts.most is None:
        return facts
    within = facts.least <= facts.rows <= facts.most
    return replace(facts, grade=Grade.GOOD if within else Grade.WATCH)


# --- the source as a whole ---


def quality_of(
    source: Source,
    *,
    as_of: date,
    periods: Sequence[PeriodRows],
    cells: Sequence[CellCounts],
    compared: Compared,
    ruled: tuple[int, int],
    same_content_again: int = 0,
) -> SourceQuality:
    """A source's quality from all that was counted. `ruled`: rows that people set aside, and rows they ruled on."""
    fields = add_cells(cells)
    recent = tuple(periods)[-PAST_USED - 1 :]
    findings = (
        _completeness(source, recent, fields, cells),
        _timeliness(source, recent, as_of),
        _freshness(compared),
        _volume(recent),
        _repeats(compared, same_content_again),
        _contradictions(compared),
        _ruled_wrong(*ruled),
    )
    return SourceQuality(
        source=source.key,
        as_of=as_of,
        grade=worst(finding.grade for finding in findings),
        findings=findings,
        fields=fields,
        periods=recent,
        compared=compared,
        same_content_again=same_content_again,
    )


def worst(grades: Iterator[Grade] | Sequence[Grade]) -> Grade:
    """The worst of the grades that are known; unknown where none is."""
    known = set(grades)
    return next((grade for grade in WORST_FIRST if grade in known), Grade.UNKNOWN)


def add_cells(counts: Sequence[CellCounts]) -> tuple[FieldCells, ...]:
    """The counts of several deliveries by column, in the order in which the columns first came."""
    total: dict[str, FieldCells] = {}
    for one in (cells for count in counts for cells in count.fields):
        before = total.get(one.header, FieldCells(header=one.header, field=one.field))
        total[one.header] = replace(
            before,
            cells=before.cells + one.cells,
            empty=before.empty + one.empty,
            unusable=before.unusable + one.unusable,
        )
    return tuple(total.values())


def _by_share(check: Check, part: int, whole: int) -> Grade:
    if whole < FEWEST_ROWS:
        return Grade.UNKNOWN
    percent = part * 100 / whole
    if part < FEWEST_BAD:
        return Grade.GOOD
    if percent > _POOR_PERCENT[check]:
        return Grade.POOR
    return Grade.WATCH if percent > _WATCH_PERCENT[check] else Grade.GOOD


def _percent(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.1f}%" if whole else "0.0%"


def _completeness(
    source: Source, periods: Sequence[PeriodRows], fields: Sequence[FieldCells], cells: Sequence[CellCounts]
) -> Finding:
    """Rows that nothing can be done with: refused, or without a number to find the person by."""
    rows, refused = sum(one.rows for one in periods), sum(one.refused for one in periods)
    nameless = sum(one.no_number_in_all for one in cells)
    required = source.columns["id_number"].required
    bad = min(rows, refused + (0 if required else nameless))
    emptiest = max(fields, key=lambda one: one.empty / max(one.cells, 1), default=None)
    if not rows:
        return _finding(Check.COMPLETENESS, Grade.UNKNOWN, 0, 0, told(Why.NOTHING_YET))
    said = [told(Why.ROWS_UNUSABLE, rows=rows, bad=bad, percent=_percent(bad, rows), nameless=nameless)]
    if emptiest is not None and emptiest.empty:
        share = _percent(emptiest.empty, emptiest.cells)
        said.append(told(Why.EMPTIEST_COLUMN, column=emptiest.header, percent=share))
    return _finding(Check.COMPLETENESS, _by_share(Check.COMPLETENESS, bad, rows), bad, rows, *said)


def _timeliness(source: Source, periods: Sequence[PeriodRows], as_of: date) -> Finding:
    """Periods that came late or not at all, of those that were due."""
    due = [one for one in periods if one.due <= as_of]
    missing = [one.period for one in due if one.came is None]
    late = [one.period for one in due if one.came is not None and one.came > one.due]
    if not due:
        return _finding(Check.TIMELINESS, Grade.UNKNOWN, 0, 0, told(Why.NOTHING_DUE))
    patience = timedelta(days=source.expectation.patience_days)
    silent = any(one.came is None and as_of > one.due + patience for one in due)
    bad = len(missing) + len(late)
    grade = Grade.WATCH if bad else Grade.GOOD
    if silent or bad * 3 > len(due):
        grade = Grade.POOR
    said = [told(Why.PERIODS_IN_TIME, due=len(due), good=len(due) - bad)]
    if late:
        said.append(told(Why.PERIODS_CAME_LATE, periods=tuple(late)))
    if missing:
        said.append(told(Why.PERIODS_NEVER_CAME, periods=tuple(missing)))
    return _finding(Check.TIMELINESS, grade, bad, len(due), *said)


def _freshness(compared: Compared) -> Finding:
    days = compared.median_lag_days
    if days is None:
        return _finding(Check.FRESHNESS, Grade.UNKNOWN, 0, 0, told(Why.NOTHING_LINKED))
    grade = Grade.WATCH if days > LONG_LAG_DAYS else Grade.GOOD
    return _finding(Check.FRESHNESS, grade, days, 1, told(Why.HALF_COME_WITHIN, days=days))


def _volume(periods: Sequence[PeriodRows]) -> Finding:
    """The newest period that came, and how many of those before it were out of the ordinary."""
    came = [one for one in periods if one.came is not None]
    if not came:
        return _finding(Check.VOLUME, Grade.UNKNOWN, 0, 0, told(Why.NOTHING_YET))
    newest = came[-1]
    strange = [one.period for one in came if one.grade in (Grade.WATCH, Grade.POOR)]
    said = [_volume_said(newest, past=len(came) - 1)]
    if strange:
        said.append(told(Why.PERIODS_UNUSUAL, periods=tuple(strange)))
    grade = newest.grade
    if grade is Grade.GOOD and strange:
        grade = Grade.WATCH
    return _finding(Check.VOLUME, grade, len(strange), len(came), *said)


def _volume_said(newest: PeriodRows, *, past: int) -> Told:
    if newest.expected is not None:
        least, most = newest.least or 0, newest.most or 0
        return told(Why.ROWS_BY_THE_PAST, period=newest.period, rows=newest.rows, least=least, most=most)
    if newest.grade is Grade.UNKNOWN:
        return told(Why.PERIODS_TOO_FEW, past=past)
    least, most = newest.declared
    return told(Why.ROWS_AS_AGREED, period=newest.period, rows=newest.rows, least=least, most=most)


def _repeats(compared: Compared, same_content_again: int) -> Finding:
    grade = _by_share(Check.REPEATS, compared.copies, compared.rows)
    share = _percent(compared.copies, compared.rows)
    said = [told(Why.ROWS_REPEATED, rows=compared.rows, copies=compared.copies, percent=share)]
    if same_content_again:
        grade = Grade.POOR if grade is Grade.POOR else Grade.WATCH
        said.append(told(Why.OLD_FILE_AGAIN, times=same_content_again))
    return _finding(Check.REPEATS, grade, compared.copies, compared.rows, *said)


def _contradictions(compared: Compared) -> Finding:
    """Of a register of leads: the share that others contradict. Of a source of life: so many rows of ten thousand."""
    bad = sum(compared.contradicted.values())
    whole = compared.leads or compared.rows
    waiting = []
    if compared.deaths_waiting:
        waiting = [told(Why.DEATHS_NOT_REGISTERED, due=compared.deaths_due, waiting=compared.deaths_waiting)]
    if whole < FEWEST_ROWS and not bad:
        return _finding(
            Check.CONTRADICTIONS, Grade.UNKNOWN, bad, whole, told(Why.ROWS_TOO_FEW_TO_COMPARE), *waiting
        )
    per_thousand = bad * 1000 / max(whole, 1)
    watch, poor = (10, 100) if compared.leads else (1, 20)
    grade = Grade.GOOD
    if bad > 1 and per_thousand > watch:
        grade = Grade.POOR if per_thousand > poor and bad >= FEWEST_BAD else Grade.WATCH
    contradicted = told(Why.ROWS_CONTRADICTED, rows=whole, bad=bad)
    return _finding(Check.CONTRADICTIONS, grade, bad, whole, contradicted, *waiting)


def _ruled_wrong(wrong: int, ruled: int) -> Finding:
    if ruled < FEWEST_RULED:
        return _finding(Check.RULED_WRONG, Grade.UNKNOWN, wrong, ruled, told(Why.RULED_TOO_FEW, ruled=ruled))
    percent = wrong * 100 / ruled
    grade = Grade.POOR if percent > _POOR_PERCENT[Check.RULED_WRONG] else Grade.GOOD
    if grade is Grade.GOOD and percent > _WATCH_PERCENT[Check.RULED_WRONG]:
        grade = Grade.WATCH
    said = told(Why.ROWS_RULED_WRONG, ruled=ruled, wrong=wrong, percent=_percent(wrong, ruled))
    return _finding(Check.RULED_WRONG, grade, wrong, ruled, said)


def _finding(check: Check, grade: Grade, counted: int, of: int, *said: Told) -> Finding:
    return Finding(check=check, grade=grade, counted=counted, of=of, said=said)
