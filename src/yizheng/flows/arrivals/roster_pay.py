"""What a roster's states do to pay (花名册的发放状态): a witness is heard, and overrules nobody.

Part of the story in `roster_arrives`. Two rules:

* A step is taken only where the roster itself told another state, month or reason than its row about the person before.
  An ordinary monthly roster that repeats itself moves nobody.
* A roster undoes what a roster told, with every month that was held back; it undoes no decision of the product. What it
  says against one is counted, and goes back to the owner of the core system.

A step never reaches into months that a pay run has paid: it holds from the payroll month to come at the earliest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from yizheng.kernel.time import Month
from yizheng.rooms import entitlements, payments
from yizheng.rooms.entitlements.data import PayChange, PayState, PayStepRow

COLUMNS = ("pno", "is_new", "pay_changed", "told_state", "given_reason", "step_month", "step_reason")
"""What is looked at of a row. `given_reason` is null where the row gives none; `step_*` are what a step would bear."""

Timelines = Mapping[int, Sequence[PayStepRow]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a roster's row says about a person's pay, where it is worth a look."""

    pno: int
    is_new: bool
    changed: bool
    state: PayState
    given_reason: str | None
    month: Month
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a roster's states bring: the steps to take, and the people of whom it says what we do not."""

    steps: tuple[PayChange, ...]
    contradicted: tuple[Told, ...]


def stopped_people() -> pa.Array:
    """The people whose newest step leads out of payment: what rosters say about them is looked at row by row."""
    standings = entitlements.queries.newest_pay_standings()
    stopped = sorted(pno for pno, now in standings.items() if now.state is not PayState.IN_PAYMENT)
    return pa.array(stopped, pa.int64())


def worth_a_look(rows: pa.Table, stopped: pa.Array) -> pa.Table:
    """The rows that tell another state than in payment, and those about somebody who is out of payment."""
    told = pc.not_equal(rows["told_state"], int(PayState.IN_PAYMENT))
    return rows.filter(pc.or_(told, pc.is_in(rows["pno"], value_set=stopped))).select(COLUMNS)


def hear(parts: Sequence[pa.Table], *, decision: str) -> Heard:
    """What the rows bring, as everything stands now. Must be called inside the transaction that takes the steps."""
    timelines = dict(entitlements.queries.pay_timelines())
    last = payments.queries.find_last_run()
    to_come = last.month.plus(1) if last else None
    steps, contradicted = [], []
    for told in _rows(parts):
        timeline = timelines.get(told.pno, ())
        step = _step(told, timeline, to_come=to_come, decision=decision)
        if step is not None:
            steps.append(step)
        elif entitlements.queries.standing_after(timeline).state is not told.state:
            contradicted.append(told)
    return Heard(steps=tuple(steps), contradicted=tuple(contradicted))


def _rows(parts: Sequence[pa.Table]) -> Iterator[Told]:
    for part in parts:
        columns = (part[name].to_pylist() for name in COLUMNS)
        for pno, is_new, changed, state, given_reason, month, reason in zip(*columns, strict=True):
            yield Told(
                pno=pno,
                is_new=is_new,
                changed=changed,
                state=PayState(state),
                given_reason=given_reason,
                month=Month.from_index(month),
                reason=reason,
            )


def _step(
    told: Told, timeline: Sequence[PayStepRow], *, to_come: Month | None, decision: str
) -> PayChange | None:
    """The step that the row asks for; None where there is none to take, or it is not the roster's to take."""
    now = entitlements.queries.standing_after(timeline)
    if not told.changed or now.state is told.state:
        return None
    if told.state is PayState.IN_PAYMENT:
        return _undoing(told, timeline, to_come=to_come, decision=decision)
    if now.state is not PayState.IN_PAYMENT or (now.since is not None and now.since > told.month):
        return None  # nobody is paid meanwhile; how a pause ends, and with which arrears, people decide
    month = told.month if told.is_new or to_come is None else max(told.month, to_come)
    return PayChange(
        pno=told.pno,
        to_state=told.state,
        reason_code=told.reason,
        effective_month=month,
        decision=decision,
    )


def _undoing(
    told: Told, timeline: Sequence[PayStepRow], *, to_come: Month | None, decision: str
) -> PayChange | None:
    """Pay comes again after a step that a roster alone told: the months held back are owed."""
    stop = timeline[-1]
    if not stop.is_by_roster:
        return None
    since = Month.from_index(stop.effective_month)
    month = told.month if to_come is None else max(told.month, to_come)
    if to_come is not None and since >= to_come:
        month = since  # no run has seen the stop yet: it never bites
    before = entitlements.queries.standing_in(timeline, month.plus(-1)).state
    forfeited = payments.queries.forfeits_by_words(stop.reason_code, told.given_reason or "")
    return PayChange(
        pno=told.pno,
        to_state=PayState.IN_PAYMENT,
        reason_code=told.reason,
        effective_month=month,
        arrears_due=before is not PayState.IN_PAYMENT and not forfeited,
        decision=decision,
    )
