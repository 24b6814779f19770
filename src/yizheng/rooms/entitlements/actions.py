"""The only writes of entitlements. Each leaves its entry in the ledger, in the transaction of the flow that calls it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import repeat

from django.db import connection

from yizheng.rooms import ledger
from yizheng.rooms.bulk import insert_rows
from yizheng.rooms.entitlements.models import Benefit, PayStateChange
from yizheng.rooms.entitlements.pay_states import PAY_LIFE, PayChange, PayState
from yizheng.rooms.entitlements.queries import BENEFITS, PAY_STATE_CHANGES
from yizheng.rooms.ledger.data import NewEntry, RowTree

# --- benefits ---

_BENEFIT = (
    "pno",
    "scheme",
    "benefit_type",
    "region",
    "groups",
    "start_month",
    "monthly_fen",
    "last_certified_on",
    "paid_through",
    "true_from",
    "known_since",
    "roster",
)


def add_benefits(columns: Sequence[Iterable[object]], *, roster: int, true_from: date, at: datetime) -> int:
    """Add benefits as a roster tells them: the first nine columns. `commit_benefits` is their entry in the ledger."""
    moment = connection.ops.adapt_datetimefield_value(at)
    day = connection.ops.adapt_datefield_value(true_from)
    return insert_rows(
        Benefit, _BENEFIT, zip(*columns, repeat(day), repeat(moment), repeat(roster), strict=False)
    )


def commit_benefits(*, roster: int, tree: RowTree, actor: str, at: datetime) -> None:
    """Enter the benefits of a roster in the ledger, as one tree."""
    ledger.actions.append_tree(
        kind="entitlements:benefits:accepted",
        actor=actor,
        at=at,
        subject=f"{BENEFITS}:{roster}",
        tree=tree,
    )


# --- pay states ---


def change_pay_state(change: PayChange, *, actor: str, at: datetime) -> int:
    """Take one step of a person's pay state and give the row's number. Raises Refused when the table forbids it."""
    return change_pay_states([change], actor=actor, at=at)[0]


def change_pay_states(changes: Sequence[PayChange], *, actor: str, at: datetime) -> list[int]:
    """Take many steps, one a person at the most, and give the rows' numbers. Raises Refused when the table forbids one.

    A step supersedes those that were to take effect in its month or later. The caller gives a month that nobody has
    been paid for yet.
    """
    newest = _newest_steps({change.pno for change in changes})
    for change in changes:
        before = newest.get(change.pno)
        PAY_LIFE.check_to(PayState(before.to_state) if before else PayState.IN_PAYMENT, change.to_state)
    made = [
        PayStateChange(
            pno=change.pno,
            to_state=int(change.to_state),
            reason_code=change.reason_code,
            effective_month=change.effective_month.index,
            arrears_due=change.arrears_due,
            known_since=at,
            known_by=actor,
            decision=change.decision,
        )
        for change in changes
    ]
    PayStateChange.objects.bulk_create(made, batch_size=500)
    ledger.actions.append_many(
        NewEntry(
            kind="entitlements:pay_state:changed",
            actor=actor,
            at=at,
            subject=PAY_STATE_CHANGES.subject(row.pk),
            row=PAY_STATE_CHANGES.row_of(row),
        )
        for row in made
    )
    return [row.pk for row in made]


def _newest_steps(pnos: set[int]) -> dict[int, PayStateChange]:
    """The newest step of each of these people."""
    wanted = sorted(pnos)
    newest: dict[int, PayStateChange] = {}
    for start in range(0, len(wanted), 900):
        some = PayStateChange.objects.filter(pno__in=wanted[start : start + 900])
        newest |= {step.pno: step for step in some.order_by("id")}
    return newest
