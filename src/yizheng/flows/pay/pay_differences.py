"""Months run before that were paid at another amount than is due by what was told since (补发差额).

Part of the story in `pay_run`. A roster tells a raise for a month that was run already: everybody who was paid gets the
difference, like those whose months were held back. An amount that is lowered afterwards is a question for a person: a
machine takes nothing back.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from yizheng.kernel.store import Store
from yizheng.kernel.time import Month, months_from
from yizheng.rooms import entitlements, payments
from yizheng.rooms.payments.data import Difference


def differences(
    store: Store, month: Month, *, benefits: "payments.queries.PayColumns", last: "payments.queries.LastMonth"
) -> list[Difference]:
    """Every month paid otherwise than is due now, by person and month. Raises Refused where a run's file was changed.

    `benefits` are in force in the month to run, `last` is what the last run paid; other months are read.
    """
    run = payments.queries.find_last_run()
    if run is None:
        return []
    found: list[Difference] = []
    for one in _months_to_look_at(run.month):
        paid = last if one == run.month else payments.queries.paid_in(store, one)
        unchanged = entitlements.queries.is_unchanged(one, month)
        due = benefits if unchanged else entitlements.queries.pay_benefits(one)
        found += _of_month(one, paid, due)
    return sorted(found, key=lambda one: (one.pno, one.for_month))


def _months_to_look_at(last: Month) -> Iterable[Month]:
    """The last month run, and those before it of which a benefit was told since: by a roster that came late."""
    before, first = payments.queries.run_before(last), payments.queries.first_run()
    if before is None or first is None:
        return [last]
    told = entitlements.queries.earliest_told_since(before[1])
    return months_from(max(first, min(told, last)) if told else last, last)


def _of_month(
    month: Month,
    paid: "payments.queries.LastMonth",
    due: "payments.queries.PayColumns | entitlements.queries.PayBenefits",
) -> Iterator[Difference]:
    was = paid.monthly_fen.copy()
    pnos, more = payments.queries.differences_paid(month)
    places = np.searchsorted(paid.pno, pnos)
    was[places] += more
    places = np.minimum(np.searchsorted(due.pno, paid.pno), max(len(due.pno) - 1, 0))
    now = np.where(due.pno[places] == paid.pno, due.monthly_fen[places], was) if len(due.pno) else was
    for place in np.flatnonzero(now != was).tolist():
        yield Difference(
            pno=int(paid.pno[place]),
            for_month=month.index,
            was_fen=int(was[place]),
            is_fen=int(now[place]),
        )
