"""A month's pay run (发放计划) over columns: who is paid what, how that stands to last month, and what is owed. Pure.

| last month | this month | kind |
|---|---|---|
| paid | in payment, same amount | same |
| paid | in payment, other amount, or something besides goes out | changed |
| paid | paused or ended | stopped (no instruction, an exception) |
| not paid | in payment, after a resumption | resumed, with the owed months |
| not paid | in payment otherwise | new, with the months since the start that nobody has paid |
| not paid | paused, and months before the stop that nobody has paid | owed: those months alone, once |
| not paid | ended, and months before it, or of a pause, that are owed | heirs: those months alone, once |
| any | it is asked whether the person is somebody else | asked (no instruction, an exception); paid once it is answered |

Everybody is one element of an array; only the people who differ from last month are looked at one by one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from yizheng.kernel.time import Month
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.payments.data import (
    NO_LIMITS,
    ControlTotal,
    Explanation,
    NewHeldPay,
    PayKind,
    PayLimits,
    StateStep,
    WaitsFor,
)
from yizheng.rooms.payments.owed import NOTHING_DEALT, Dealt, state_in

Numbers = NDArray[np.int64]
AmountOf = Callable[[int, int], int | None]
"""The monthly amount of a person (pno) in a month (index), in fen; None when nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayColumns:
    """Benefits as columns, one element a person, sorted by `pno`: amounts as in force in the month of the run.

    `paid_through` is the last month that the roster says was paid (a `Month.index`), 0 unknown.
    """

    pno: Numbers
    monthly_fen: Numbers
    start_month: Numbers
    paid_through: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMonth:
    """What was paid last month without arrears, sorted by `pno`."""

    pno: Numbers
    monthly_fen: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class PayRow:
    """A person whose pay differs from last month's."""

    pno: int
    kind: PayKind
    monthly_fen: int
    arrears_fen: int
    reason_code: str
    explanation: Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A month's instructions as columns (without the stopped), the exceptions as rows, and the control total."""

    pno: Numbers
    kind: Numbers
    monthly_fen: Numbers
    arrears_fen: Numbers
    reason: NDArray[np.str_]
    explanation: Numbers
    exceptions: tuple[PayRow, ...]
    held: tuple[NewHeldPay, ...]
    same: int
    new: int
    stopped: int
    resumed: int
    totals: ControlTotal


def plan_month(
    month: Month,
    *,
    benefits: PayColumns,
    steps: Iterable[StateStep],
    last: LastMonth,
    amount_of: Callable[[Sequence[int]], AmountOf],
    dealt: Dealt = NOTHING_DEALT,
    besides: Mapping[int, int] = MappingProxyType({}),
    limits: PayLimits = NO_LIMITS,
    asked: Collection[int] = (),
    joined: Collection[int] = (),
) -> Plan:
    """Plan the month. `steps` come sorted by person and effective month; `amount_of` is asked once, for those owed.

    `dealt`: what earlier runs have done. Of somebody whom no run has dealt with, what the roster says was paid
    (`paid_through`) is all that is known. More owed months than `limits` allow wait for a person. `besides` are sums, in
    fen by person, that go out too: differences of months run before, and what was released. Nothing goes to
    people who are `asked` about as somebody else perhaps, and to files that are `joined` to another's.
    """
    by_person = {pno: list(group) for pno, group in groupby(steps, key=lambda step: step.pno)}
    before = _aligned(benefits.pno, last)
    now = _paid_now(month, benefits, by_person)
    was, is_ = before >= 0, now >= 0
    kind = np.zeros(len(now), np.int64)
    kind[was & is_] = np.where(now[was & is_] == before[was & is_], PayKind.SAME, PayKind.CHANGED)
    kind[was & ~is_] = PayKind.STOPPED
    kind[~was & is_] = PayKind.NEW
    for place in np.flatnonzero(kind == PayKind.NEW).tolist():
        if _has_resumed(by_person.get(int(benefits.pno[place]), ()), month):
            kind[place] = PayKind.RESUMED
    owed = _owed(month, kind, benefits, by_person, dealt)
    is_asked, is_joined = np.isin(benefits.pno, list(asked)), np.isin(benefits.pno, list(joined))
    _keep_back(now, owed, is_asked | is_joined)
    kind[is_joined & ~was] = 0
    kind[is_joined & was] = PayKind.STOPPED
    kind[is_asked & (kind > 0)] = PayKind.ASKED
    amounts = amount_of(sorted({int(benefits.pno[place]) for place in owed}))
    held = {place: months for place, months in owed.items() if len(months) > limits.owed_months}
    for place in owed.keys() - held.keys():
        if kind[place] == 0:
            kind[place] = _kind_of_owed(by_person[int(benefits.pno[place])], month)
    more = _besides(month, kind, benefits, by_person, besides)
    situation = _Situation(month, benefits, by_person, kind, now)
    rows, arrears = _rows(
        situation, {k: v for k, v in owed.items() if k not in held}, more, amounts, set(held)
    )
    waits = tuple(_to_hold(int(benefits.pno[place]), months, amounts) for place, months in held.items())
    return _assemble(situation, before, arrears, rows, waits, last)


@dataclass(frozen=True, slots=True)
class _Situation:
    """Everybody in the month: what is known of them, and how their pay stands to last month's."""

    month: Month
    benefits: PayColumns
    by_person: Mapping[int, Sequence[StateStep]]
    kind: Numbers
    now: Numbers


def _besides(
    month: Month,
    kind: Numbers,
    benefits: PayColumns,
    by_person: Mapping[int, Sequence[StateStep]],
    besides: Mapping[int, int],
) -> dict[int, int]:
    """What goes out besides, by the person's place. Whoever gets it differs from last month, in payment or out of it."""
    more: dict[int, int] = {}
    for pno, fen in sorted(besides.items()):
        place = int(np.searchsorted(benefits.pno, pno))
        if not _is_at(benefits, place, pno):
            continue
        more[place] = fen
        if kind[place] in (0, PayKind.STOPPED):
            kind[place] = _kind_of_owed(by_person.get(pno, ()), month)
        elif kind[place] == PayKind.SAME:
            kind[place] = PayKind.CHANGED
    return more


def _to_hold(pno: int, months: Sequence[int], amount_of: AmountOf) -> NewHeldPay:
    return NewHeldPay(
        pno=pno,
        why=WaitsFor.MANY_MONTHS,
        first=months[0],
        last=months[-1],
        months=len(months),
        fen=sum(amount_of(pno, month) or 0 for month in months),
    )


def _aligned(pno: Numbers, last: LastMonth) -> Numbers:
    """Last month's amount for each person, -1 for those who were not paid."""
    amounts = np.full(len(pno), -1, np.int64)
    places = np.searchsorted(pno, last.pno)
    known = places < len(pno)
    known[known] = pno[places[known]] == last.pno[known]
    amounts[places[known]] = last.monthly_fen[known]
    return amounts


def _paid_now(month: Month, benefits: PayColumns, by_person: Mapping[int, Sequence[StateStep]]) -> Numbers:
    """This month's amount for each person, -1 for those who are not in payment. An unknown start (0) stops nobody."""
    in_payment = benefits.start_month <= month.index
    stepped = np.fromiter(by_person, np.int64, len(by_person))
    places = np.searchsorted(benefits.pno, stepped)
    for pno, place in zip(stepped.tolist(), places.tolist(), strict=True):
        if place < len(in_payment) and benefits.pno[place] == pno:
            in_payment[place] &= state_in(by_person[pno], month.index) == PayState.IN_PAYMENT
    return np.where(in_payment, benefits.monthly_fen, -1)


def _keep_back(now: Numbers, owed: dict[int, list[int]], kept: NDArray[np.bool_]) -> None:
    """Whatever was to go to these people stays, months that are owed with it."""
    now[kept] = -1
    for place in np.flatnonzero(kept).tolist():
        owed.pop(place, None)


def _has_resumed(steps: Sequence[StateStep], month: Month) -> bool:
    past = [step for step in steps if step.effective_month <= month.index]
    return (
        len(past) > 1
        and past[-1].to_state == PayState.IN_PAYMENT
        and past[-2].to_state != PayState.IN_PAYMENT
    )


def _kind_of_owed(steps: Sequence[StateStep], month: Month) -> PayKind:
    """To whom months go that are owed to somebody out of payment: the person, or the heirs of an ended benefit."""
    return PayKind.HEIRS if state_in(steps, month.index) == PayState.ENDED else PayKind.OWED


def _owed(
    month: Month,
    kind: Numbers,
    benefits: PayColumns,
    by_person: Mapping[int, Sequence[StateStep]],
    dealt: Dealt,
) -> dict[int, list[int]]:
    """The months owed besides this one, by the person's place: of those who come (again), and of those out of payment."""
    stopped = np.searchsorted(benefits.pno, np.fromiter(by_person, np.int64, len(by_person)))
    known = [
        place for place, pno in zip(stopped.tolist(), by_person, strict=True) if _is_at(benefits, place, pno)
    ]
    comes = np.flatnonzero((kind == PayKind.NEW) | (kind == PayKind.RESUMED)).tolist()
    owed = {}
    for place in {*comes, *(place for place in known if kind[place] == 0)}:
        pno = int(benefits.pno[place])
        months = dealt.owed_to(
            pno,
            by_person.get(pno, ()),
            month.index,
            start=int(benefits.start_month[place]),
            through=int(benefits.paid_through[place]),
        )
        if months:
            owed[place] = months
    return owed


def _is_at(benefits: PayColumns, place: int, pno: int) -> bool:
    return place < len(benefits.pno) and int(benefits.pno[place]) == pno


def _rows(
    here: _Situation,
    owed: Mapping[int, Sequence[int]],
    more: Mapping[int, int],
    amount_of: AmountOf,
    held: Set[int],
) -> tuple[list[PayRow], Numbers]:
    """The people who differ from last month, one by one, and everybody's arrears."""
    rows = []
    arrears = np.zeros(len(here.kind), np.int64)
    for place in np.flatnonzero(here.kind > PayKind.SAME).tolist():
        pno, what = int(here.benefits.pno[place]), PayKind(int(here.kind[place]))
        amounts = [amount_of(pno, m) for m in owed.get(place, ())]
        known = [amount for amount in amounts if amount is not None]
        arrears[place] = sum(known) + more.get(place, 0)
        past = [step for step in here.by_person.get(pno, ()) if step.effective_month <= here.month.index]
        is_step = what in (PayKind.STOPPED, PayKind.RESUMED, PayKind.HEIRS, PayKind.OWED)
        why = _explain(
            what,
            past,
            has_arrears=bool(known),
            through=int(here.benefits.paid_through[place]),
            waits=place in held,
        )
        rows.append(
            PayRow(
                pno=pno,
                kind=what,
                monthly_fen=max(0, int(here.now[place])),
                arrears_fen=int(arrears[place]),
                reason_code=past[-1].reason_code if past and is_step else "",
                explanation=Explanation.WITH_MORE if what is PayKind.CHANGED and place in more else why,
            )
        )
    return rows, arrears


def _explain(
    kind: PayKind, past: Sequence[StateStep], *, has_arrears: bool, through: int, waits: bool
) -> Explanation:
    if kind is PayKind.NEW:
        without = Explanation.NEW if through else Explanation.NEW_PAID_THROUGH_UNKNOWN
        if waits:
            return Explanation.NEW_ARREARS_WAIT
        return Explanation.NEW_WITH_ARREARS if has_arrears else without
    if kind is PayKind.RESUMED:
        if waits:
            return Explanation.RESUMED_ARREARS_WAIT
        return Explanation.RESUMED_WITH_ARREARS if has_arrears else Explanation.RESUMED_WITHOUT_ARREARS
    if kind is PayKind.STOPPED:
        return Explanation.ENDED if past and past[-1].to_state == PayState.ENDED else Explanation.PAUSED
    return _AS_THE_KIND.get(kind, Explanation.AMOUNT_CHANGED)


_AS_THE_KIND = {
    PayKind.OWED: Explanation.OWED,
    PayKind.HEIRS: Explanation.HEIRS,
    PayKind.ASKED: Explanation.ASKED,
}


def _assemble(
    here: _Situation,
    before: Numbers,
    arrears: Numbers,
    rows: Sequence[PayRow],
    held: tuple[NewHeldPay, ...],
    last: LastMonth,
) -> Plan:
    benefits, kind = here.benefits, here.kind
    explanation = np.full(len(kind), int(Explanation.SAME), np.int64)
    reason = np.zeros(len(kind), "U8")
    places = np.searchsorted(benefits.pno, np.array([row.pno for row in rows], np.int64))
    explanation[places] = [int(row.explanation) for row in rows]
    reason[places] = [row.reason_code for row in rows]
    paid = (kind > 0) & (kind != PayKind.STOPPED) & (kind != PayKind.ASKED)
    monthly = np.maximum(here.now, 0)
    stays, stops = (before >= 0) & (here.now >= 0), (before >= 0) & (here.now < 0)

    def total(amounts: Numbers, chosen: NDArray[np.bool_]) -> int:
        return int(amounts[chosen].sum())

    return Plan(
        pno=benefits.pno[paid],
        kind=kind[paid],
        monthly_fen=monthly[paid],
        arrears_fen=arrears[paid],
        reason=reason[paid],
        explanation=explanation[paid],
        exceptions=tuple(rows),
        held=held,
        same=int(stays.sum()),
        new=int((kind == PayKind.NEW).sum()),
        stopped=int(stops.sum()),
        resumed=int((kind == PayKind.RESUMED).sum()),
        totals=ControlTotal(
            previous_fen=int(last.monthly_fen.sum()),
            same_fen=total(before, stays),
            stopped_fen=total(before, stops),
            new_fen=total(monthly, kind == PayKind.NEW),
            resumed_fen=total(monthly, kind == PayKind.RESUMED),
            changed_fen=total(monthly, stays) - total(before, stays),
            arrears_fen=int(arrears.sum()),
            total_fen=total(monthly + arrears, paid),
        ),
    )
