"""Benefits and pay states as a pay run reads them: everybody at once, as columns; the few who changed, as rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from yizheng.kernel.portions import portions
from yizheng.kernel.time import Month
from yizheng.rooms.entitlements.newest import COUNTS, EVERYBODY, LAST_PNO, NEWEST
from yizheng.rooms.entitlements.pay_states import PayStanding, PayState, PayStepRow, in_force

_BENEFITS = f"""
    {EVERYBODY}
    SELECT b.pno, b.monthly_fen, b.start_month, b.paid_through
    FROM everybody JOIN entitlements_benefit AS b ON b.id = coalesce({NEWEST}, (
        SELECT early.id FROM entitlements_benefit AS early
        WHERE early.pno = everybody.pno AND early.{COUNTS} ORDER BY early.true_from, early.id LIMIT 1))
"""  # noqa: S608 (statements of our own)
_BEGUN = "SELECT 1 FROM entitlements_benefit WHERE true_from > %s AND true_from <= %s LIMIT 1"
_STEPS = """
    SELECT pno, to_state, reason_code, effective_month, arrears_due, decision
    FROM entitlements_paystatechange
    ORDER BY pno, id
"""
_PAID_THROUGH = f"""
    SELECT max(paid_through) FROM entitlements_benefit AS newest
    WHERE newest.{COUNTS} AND NOT EXISTS (
        SELECT 1 FROM entitlements_benefit AS later
        WHERE later.pno = newest.pno AND later.{COUNTS}
          AND (later.true_from > newest.true_from OR (later.true_from = newest.true_from AND later.id > newest.id)))
"""  # noqa: S608 (statements of our own)
_AMOUNTS = """
    SELECT pno, true_from, monthly_fen FROM entitlements_benefit WHERE pno IN ({}) AND {}
    ORDER BY pno, true_from, id
"""
CHUNK = 100_000
_TOLD_SINCE = """
    WITH RECURSIVE days(day) AS (
        SELECT min(true_from) FROM entitlements_benefit
        UNION ALL
        SELECT (SELECT min(true_from) FROM entitlements_benefit WHERE true_from > days.day)
        FROM days WHERE days.day IS NOT NULL)
    SELECT min(day) FROM days
    WHERE EXISTS (SELECT 1 FROM entitlements_benefit AS b WHERE b.true_from = days.day AND b.known_since > %s)
"""
"""There are as many days as rosters: each is looked up, and none of its rows is read."""
_KNOWN_AFTER = f"SELECT DISTINCT pno FROM entitlements_benefit WHERE true_from > %s AND {COUNTS} ORDER BY pno"  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class PayBenefits:
    """One array element a person, sorted by person number: the benefit as in force in a month."""

    pno: NDArray[np.int64]
    monthly_fen: NDArray[np.int64]
    start_month: NDArray[np.int64]
    paid_through: NDArray[np.int64]


def pay_benefits(month: Month) -> PayBenefits:
    """Everybody's benefit as in force on the last day of a month; the earliest one known for those known later."""
    day = month.last().isoformat()
    pno, monthly_fen, start_month, paid_through = _columns(_BENEFITS, [0, LAST_PNO, LAST_PNO, day])
    return PayBenefits(pno=pno, monthly_fen=monthly_fen, start_month=start_month, paid_through=paid_through)


def is_unchanged(earlier: Month, later: Month) -> bool:
    """Whether every benefit in force on the last day of the later month was in force on that of the earlier one.

    Of a roster that is being written it says that it is not: both months are read then, and are the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEGUN, [earlier.last().isoformat(), later.last().isoformat()])
        return cursor.fetchone() is None


def pay_timelines() -> Iterator[tuple[int, list[PayStepRow]]]:
    """The steps in force of everybody whose pay ever took one, by person."""
    for pno, steps in groupby(_every_step(), key=lambda step: step.pno):
        yield pno, in_force(steps)


def newest_pay_standings() -> dict[int, PayStanding]:
    """Where the newest step leads, also one that takes effect later, of everybody whose pay ever took a step."""
    return {pno: standing_after(timeline) for pno, timeline in pay_timelines()}


def _every_step() -> Iterator[PayStepRow]:
    """Every step by person, in the order of becoming known."""
    with connection.cursor() as cursor:
        cursor.execute(_STEPS)
        while chunk := cursor.fetchmany(CHUNK):
            for pno, to_state, reason_code, effective_month, arrears_due, decision in chunk:
                yield PayStepRow(
                    pno=pno,
                    to_state=to_state,
                    reason_code=reason_code,
                    effective_month=effective_month,
                    arrears_due=bool(arrears_due),
                    decision=decision,
                )


def standing_in(timeline: Sequence[PayStepRow], month: Month) -> PayStanding:
    """The standing in a month, given the steps in force."""
    return standing_after([step for step in timeline if step.effective_month <= month.index])


def unpaid_since(timeline: Sequence[PayStepRow], to_come: Month) -> Month:
    """The first month from which on nothing has been paid, when the next payroll month is `to_come`.

    A decision that becomes known late reaches back into the paused months, and no further: months that a wrong ending
    held back were given back by two people, and stay given.
    """
    month = to_come
    while standing_in(timeline, month.plus(-1)).state is PayState.PAUSED:
        month = month.plus(-1)
    return month


def standing_after(steps: Sequence[PayStepRow]) -> PayStanding:
    """The standing that a person's steps lead to."""
    if not steps:
        return PayStanding(state=PayState.IN_PAYMENT, reason_code="", since=None)
    newest = steps[-1]
    return PayStanding(
        state=PayState(newest.to_state),
        reason_code=newest.reason_code,
        since=Month.from_index(newest.effective_month),
    )


def amount_histories(pnos: Sequence[int]) -> Mapping[int, Sequence[tuple[int, int]]]:
    """For each person the amounts by the month from which they hold: (month index, fen), in order."""
    found: dict[int, list[tuple[int, int]]] = {}
    with connection.cursor() as cursor:
        for some in portions(pnos):
            cursor.execute(_AMOUNTS.format(", ".join(["%s"] * len(some)), COUNTS), some)
            for pno, true_from, monthly_fen in cursor.fetchall():
                found.setdefault(pno, []).append((Month.parse(str(true_from)[:7]).index, monthly_fen))
    return found


def amount_in(history: Sequence[tuple[int, int]], month: int) -> int | None:
    """The amount of a month: the newest that holds by then, the earliest one known before that; None without any."""
    if not history:
        return None
    amount = history[0][1]
    for from_month, monthly_fen in history:
        if from_month > month:
            break
        amount = monthly_fen
    return amount


def paid_through() -> Month | None:
    """The last month that the roster says was paid, over everybody's newest row; None when it says so of nobody.

    Rows that a later one corrected do not count: a slip in one of them would hold back the pay of everybody.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PAID_THROUGH)
        found = cursor.fetchone()
    return Month.from_index(found[0]) if found and found[0] else None


def earliest_told_since(moment: datetime) -> Month | None:
    """The earliest month of which a benefit was told after a moment; None when none was.

    Also by a roster that is being written: months are looked at that say nothing new.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOLD_SINCE, [connection.ops.adapt_datetimefield_value(moment)])
        found = cursor.fetchone()
    return Month.parse(str(found[0])[:7]) if found and found[0] else None


def people_told_after(day: date) -> list[int]:
    """The people about whose benefit a row of a later day is there, sorted: an older row about them is not in force."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_AFTER, [day.isoformat()])
        return [pno for (pno,) in cursor.fetchall()]


def _columns(sql: str, parameters: Sequence[int | str]) -> list[NDArray[np.int64]]:
    """The columns of a query of whole numbers, sorted by the first, read in chunks so that memory stays flat."""
    parts: list[NDArray[np.int64]] = []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while chunk := cursor.fetchmany(CHUNK):
            parts.append(np.array(chunk, np.int64))
    table = np.concatenate(parts) if parts else np.empty((0, 4), np.int64)
    table = table[np.argsort(table[:, 0], kind="stable")]
    return [np.ascontiguousarray(table[:, column]) for column in range(4)]
