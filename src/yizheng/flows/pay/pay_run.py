"""A month's pay run (发放计划): everybody's instruction, and a control total that reconciles to the month before.

1. What was paid last month: the last run's file, or at the opening what the roster says was paid.
2. Everybody's benefit and pay state this month, as columns; the plan (`payments.plan`) compares the two. Differences of
   months run before and released sums go out besides; more owed months than the agency allows are held for a person.
3. Last month - stopped + new + resumed + changed + arrears = this month, or nothing is written.
4. The file and the trees go to the store, then one transaction writes the run, its exceptions, the ledger's entries, and
   the letters to those whose differences it pays.

A month that was run before stays as it is. Nothing here changes a pay state. Nobody is paid of
whom it is asked whether they are somebody else: their months are paid by the run after the answer.
"""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from django.db import IntegrityError, transaction

from yizheng.flows.house.tree_is_kept import keep_tree
from yizheng.flows.house.whole_again import whole_again
from yizheng.flows.pay.pay_differences import differences
from yizheng.flows.pay.pay_told import tell_made_up
from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.hands import Hands
from yizheng.kernel.store import Store
from yizheng.kernel.time import Month
from yizheng.rooms import entitlements, ledger, payments, people
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.payments.data import (
    NO_LIMITS,
    Difference,
    HeldPay,
    NewHeldPay,
    PayKind,
    PayLimits,
    PayReport,
    StateStep,
)

STEP = "pay run"


@whole_again
def run(hands: Hands, *, month: Month, limits: PayLimits = NO_LIMITS) -> PayReport:
    """Run the month's pay. Asked again for the same month, it says what was run and changes nothing.

    Raises Refused when the month does not follow the last one paid, or the control total does not reconcile.
    """
    done = payments.queries.find_run(month)
    if done is not None:
        return payments.queries.as_already(done)
    hands.progress(STEP, 0, 4)
    steps = list(_steps())
    last = payments.queries.find_last_run()
    payments.queries.check_month(
        month,
        last_run=last.month if last else None,
        paid_through=None if last else entitlements.queries.paid_through(),
    )
    benefits = _benefits(month)
    before = _paid_before(month, benefits, steps, hands.store)
    asked, joined = people.queries.asked_as_new(), people.queries.joined()
    besides = _besides(
        differences(hands.store, month, benefits=benefits, last=before), without={*asked, *joined}
    )
    plan = payments.queries.plan_month(
        month,
        benefits=benefits,
        steps=steps,
        last=before,
        amount_of=_amount_of,
        dealt=payments.queries.dealt(),
        besides=besides.by_person(),
        limits=limits,
        asked=asked,
        joined=joined,
    )
    payments.queries.check_control_total(plan.totals)
    hands.progress(STEP, 1, 4)
    try:
        report = _write(hands, month, plan, besides)
    except IntegrityError:  # another command wrote the month between our look and our row
        written = payments.queries.find_run(month)
        if written is None:
            raise
        report = payments.queries.as_already(written)
    hands.progress(STEP, 4, 4)
    return report


@dataclass(frozen=True, slots=True)
class _Besides:
    """What goes out besides the months owed: raises told of months run before, and released sums; and what is asked."""

    raised: list[Difference]
    released: list[HeldPay]
    questions: list[NewHeldPay]

    def by_person(self) -> dict[int, int]:
        """The sums to pay, in fen."""
        sums = Counter[int]()
        both = [(one.pno, one.fen) for one in self.raised] + [(one.pno, one.fen) for one in self.released]
        for pno, fen in both:
            sums[pno] += fen
        return dict(sums)


def _besides(differing: Sequence[Difference], *, without: Set[int]) -> _Besides:
    found = [one for one in differing if one.pno not in without]
    asked = payments.queries.lowered([one for one in found if one.fen < 0])
    return _Besides(
        raised=[one for one in found if one.fen > 0],
        released=[one for one in payments.queries.released_unpaid() if one.pno not in without],
        questions=payments.queries.not_asked_yet(asked),
    )


def _write(hands: Hands, month: Month, plan: "payments.queries.Plan", besides: _Besides) -> PayReport:
    table = payments.queries.table_of(plan)
    data = payments.queries.parquet_of(table)
    name = payments.queries.file_name(month)
    instructions = ledger.actions.row_tree(payments.queries.row_texts(table))
    exceptions = payments.actions.exceptions_tree(plan)
    hands.progress(STEP, 2, 4)
    keep_tree(hands.store, instructions)
    keep_tree(hands.store, exceptions)
    raised = payments.actions.differences_tree(besides.raised)
    keep_tree(hands.store, raised)
    hands.store.write(name, data)
    hands.progress(STEP, 3, 4)
    with transaction.atomic(), ledger.actions.appended_last():
        done = payments.queries.find_run(month)
        if done is not None:
            return payments.queries.as_already(done)
        actor, at = hands.username, hands.now()
        payments.actions.write_differences(month, besides.raised, raised, actor=actor, at=at)
        payments.actions.pay_released(month, [one.held_id for one in besides.released], actor=actor, at=at)
        payments.actions.hold_pay(month, [*plan.held, *besides.questions], actor=actor, at=at)
        ended = {one.pno for one in plan.exceptions if one.kind is PayKind.HEIRS}
        tell_made_up(month, besides.raised, ended=ended, actor=actor, at=at)
        return payments.actions.write_run(
            month,
            plan=plan,
            file=name,
            file_hash=sha256_hex(data),
            instructions=instructions,
            exceptions=exceptions,
            actor=actor,
            at=at,
        )


def _paid_before(
    month: Month, now: "payments.queries.PayColumns", steps: Sequence[StateStep], store: Store
) -> "payments.queries.LastMonth":
    last = payments.queries.find_last_run()
    if last is not None:
        return payments.queries.paid_in(store, last.month)
    opening = month.plus(-1)
    benefits = now if entitlements.queries.is_unchanged(opening, month) else _benefits(opening)
    paid = (benefits.paid_through == opening.index) & (benefits.start_month <= opening.index)
    stopped = [
        pno
        for pno, own in groupby(steps, key=lambda step: step.pno)
        if payments.queries.state_in(list(own), opening.index) != PayState.IN_PAYMENT
    ]
    paid &= ~np.isin(benefits.pno, np.array(stopped, np.int64))
    return payments.queries.LastMonth(pno=benefits.pno[paid], monthly_fen=benefits.monthly_fen[paid])


def _benefits(month: Month) -> "payments.queries.PayColumns":
    found = entitlements.queries.pay_benefits(month)
    through = found.paid_through.copy()
    for pno, held in payments.queries.asked_since().items():
        place = int(np.searchsorted(found.pno, pno))
        if place < len(found.pno) and found.pno[place] == pno:
            through[place] = _paid_through(pno, held).index
    return payments.queries.PayColumns(
        pno=found.pno,
        monthly_fen=found.monthly_fen,
        start_month=found.start_month,
        paid_through=through,
    )


def _paid_through(pno: int, held: Month) -> Month:
    """The last month that was paid to somebody whose pay has been held since a month.

    By the run before it, or by what the roster said then: what rosters say of the months that were held is not so.
    """
    earlier = held.plus(-1)
    if any(one.month < held for one in payments.queries.exceptions_of(pno)):
        return earlier
    told = [one for one in entitlements.queries.benefits_of(pno) if one.true_from < held.first()]
    through = told[-1].paid_through if told else 0
    return min(earlier, Month.from_index(through)) if through else earlier


def _steps() -> Iterator[StateStep]:
    """The steps in force of everybody's pay state, by person and month."""
    for _, timeline in entitlements.queries.pay_timelines():
        for step in timeline:
            yield StateStep(
                pno=step.pno,
                to_state=step.to_state,
                reason_code=step.reason_code,
                effective_month=step.effective_month,
                arrears_due=step.arrears_due,
            )


def _amount_of(pnos: Sequence[int]) -> "payments.queries.AmountOf":
    histories = entitlements.queries.amount_histories(pnos)

    def amount(pno: int, month: int) -> int | None:
        return entitlements.queries.amount_in(histories.get(pno, ()), month)

    return amount
