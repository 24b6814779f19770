"""The only writes of entitlements. Each leaves its entry in the ledger, in the transaction of the flow that calls it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import repeat

from django.db import connection

from yizheng.kernel.errors import Refused
from yizheng.kernel.portions import portions
from yizheng.kernel.time import Month
from yizheng.rooms import ledger
from yizheng.rooms.bulk import delete_newest, insert_rows
from yizheng.rooms.entitlements.data import HOLD_LIFE, HeldState, NewHold, Said
from yizheng.rooms.entitlements.models import (
    Benefit,
    HeldStep,
    IncomingBenefits,
    PayStateChange,
    RosterHold,
    RosterSaying,
)
from yizheng.rooms.entitlements.pay_states import PAY_LIFE, PayChange, PayState
from yizheng.rooms.entitlements.queries import (
    BENEFITS,
    DROPPED_STEPS,
    HELD_STEPS,
    PAY_STATE_CHANGES,
    ROSTER_HOLDS,
    benefit_rows,
    dropped_texts,
    dropped_unsaid,
    held_texts,
    newest_steps,
)
from yizheng.rooms.entitlements.why import Why
from yizheng.rooms.ledger.data import NewEntry, RowTree

# --- benefits ---

TOLD = (
    "pno",
    "scheme",
    "benefit_type",
    "region",
    "groups",
    "start_month",
    "monthly_fen",
    "last_certified_on",
    "paid_through",
)
"""The columns that a roster tells, in the order in which `add_benefits` takes them."""
_BENEFIT = (*TOLD, "true_from", "known_since", "roster")


def add_benefits(columns: Sequence[Iterable[object]], *, roster: int, true_from: date, at: datetime) -> int:
    """Add benefits as a roster tells them (TOLD). `commit_benefits` is their entry in the ledger."""
    moment = connection.ops.adapt_datetimefield_value(at)
    day = connection.ops.adapt_datefield_value(true_from)
    return insert_rows(
        Benefit, _BENEFIT, zip(*columns, repeat(day), repeat(moment), repeat(roster), strict=False)
    )


def begin_benefits(*, roster: int, token: str) -> None:
    """Mark a roster whose benefits come in portions: none counts before `commit_benefits`. Takes over another's mark."""
    IncomingBenefits.objects.update_or_create(roster=roster, defaults={"token": token})


def holds_mark(*, roster: int, token: str) -> bool:
    """Whether the mark is still this import's. Whoever asks in a transaction keeps it to the end of that."""
    mark = IncomingBenefits.objects.select_for_update().filter(roster=roster, token=token)
    return mark.first() is not None


def drop_incoming(*, roster: int, most: int) -> int:
    """Delete rows that an import left that did not come to its end, `most` at a time; gives how many."""
    marked = IncomingBenefits.objects.filter(roster=roster).values("roster")
    return delete_newest(Benefit.written.filter(roster__in=marked), most=most)


def commit_benefits(*, roster: int, tree: RowTree, actor: str, at: datetime) -> None:
    """Let the benefits of a roster count, now that all are written, and enter them in the ledger as one tree."""
    IncomingBenefits.objects.filter(roster=roster).delete()
    ledger.actions.append_tree(
        kind="entitlements:benefits:accepted",
        actor=actor,
        at=at,
        subject=f"{BENEFITS}:{roster}",
        tree=tree,
    )


def tell_again(
    pno: int, *, case_id: int, true_from: date, known_before: datetime, actor: str, at: datetime
) -> RowTree | None:
    """From a day on a person's benefit is again as it was known before a moment, by a case: the tree, which the flow
    keeps.

    None where nothing was known then. Such rows have the case's number below zero for a roster.
    """
    before = Benefit.objects.filter(pno=pno, known_since__lt=known_before).order_by("true_from", "id").last()
    if before is None:
        return None
    columns = [[getattr(before, name)] for name in _BENEFIT[:9]]
    if before.last_certified_on is not None:
        columns[7] = [connection.ops.adapt_datefield_value(before.last_certified_on)]
    add_benefits(columns, roster=-case_id, true_from=true_from, at=at)
    subject = f"{BENEFITS}:{-case_id}"
    tree = ledger.actions.row_tree(benefit_rows(subject))
    ledger.actions.append_tree(
        kind="entitlements:benefits:told", actor=actor, at=at, subject=subject, tree=tree
    )
    return tree


# --- pay states ---


def change_pay_state(change: PayChange, *, actor: str, at: datetime) -> int:
    """Take one step of a person's pay state and give the row's number. Raises Refused when the table forbids it."""
    return change_pay_states([change], actor=actor, at=at)[0]


def change_pay_states(changes: Sequence[PayChange], *, actor: str, at: datetime) -> list[int]:
    """Take many steps, one a person at the most, and give the rows' numbers. Raises Refused when the table forbids one.

    A step supersedes those that were to take effect in its month or later. The caller gives a month that nobody has
    been paid for yet.
    """
    newest = newest_steps(change.pno for change in changes)
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


# --- what rosters change of many at once, and say otherwise ---

_STEP = ("hold", "pno", "effective_month", "reason_code", "given_reason")


def hold_steps(new: NewHold, *, roster: int, batch_id: str, actor: str, at: datetime) -> RowTree:
    """Hold these steps, and give the tree over them, which the flow keeps: what waits cannot be exchanged unseen."""
    state = HOLD_LIFE.check(None, "hold").to
    row = RosterHold.objects.create(
        roster=roster,
        batch_id=batch_id,
        to_state=int(new.to_state),
        district=new.district,
        people=len(new.steps),
        named=new.named,
        state=state.value,
        held_at=at,
        held_by=actor,
    )
    insert_rows(
        HeldStep,
        _STEP,
        ((row.pk, one.pno, one.month.index, one.reason_code, one.given_reason) for one in new.steps),
    )
    _witness(row, kind="entitlements:roster:held", actor=actor, at=at)
    subject = f"{HELD_STEPS}:{row.pk}"
    tree = ledger.actions.row_tree(held_texts(subject))
    ledger.actions.append_tree(
        kind="entitlements:roster:held_steps",
        actor=actor,
        at=at,
        subject=subject,
        tree=tree,
        detail={"dropped": 0},
    )
    return tree


def drop_steps(pnos: Sequence[int], *, roster: int, actor: str, at: datetime) -> list[RowTree]:
    """Let these people drop out of what waits, because a later roster tells otherwise.

    Gives the tree over all who dropped out, of each hold that lost some, which the flow keeps.
    """
    waiting = list(RosterHold.objects.filter(state=HeldState.HELD.value).values_list("pk", flat=True))
    lost: set[int] = set()
    for some in portions(pnos) if waiting else ():
        steps = HeldStep.objects.filter(hold__in=waiting, dropped_by=None, pno__in=some)
        lost.update(steps.values_list("hold", flat=True))
        steps.update(dropped_by=roster)
    return [_commit_dropped(hold, actor=actor, at=at) for hold in sorted(lost)]


def _commit_dropped(hold: int, *, actor: str, at: datetime) -> RowTree:
    subject = f"{DROPPED_STEPS}:{hold}"
    tree = ledger.actions.row_tree(dropped_texts(subject))
    kind = "entitlements:roster:dropped_steps"
    ledger.actions.append_tree(kind=kind, actor=actor, at=at, subject=subject, tree=tree)
    return tree


def _check_held(hold: int) -> None:
    """Raises Refused where a hold's steps, or who dropped out of them, are not as the ledger says they were."""
    for prefix, texts in ((HELD_STEPS, held_texts), (DROPPED_STEPS, dropped_texts)):
        subject = f"{prefix}:{hold}"
        newest = ledger.queries.newest(1, subject=subject)
        if newest and newest[0].commitment != ledger.actions.row_tree(texts(subject)).root:
            raise Refused(Why.HELD_STEPS_CHANGED, hold=hold)
    if dropped_unsaid(hold):
        raise Refused(Why.HELD_STEPS_CHANGED, hold=hold)


def decide_hold(hold_id: int, *, step: str, reason: str, actor: str, at: datetime) -> None:
    """Release or reject what waits (`step`).

    Raises Refused where it is unknown, was decided before, or is to be released and is not what the roster told.
    """
    found = RosterHold.objects.select_for_update().filter(pk=hold_id).first()
    if found is None:
        raise Refused(Why.HOLD_UNKNOWN, hold=hold_id)
    found.state = HOLD_LIFE.check(HeldState(found.state), step).to.value
    if found.state == HeldState.RELEASED:
        _check_held(hold_id)
    found.decided_at, found.decided_by, found.reason = at, actor, reason
    found.save()
    _witness(found, kind=f"entitlements:roster:{found.state}", actor=actor, at=at)


def record_sayings(said: Mapping[int, Said], *, roster: int, day: date) -> None:
    """Record what a roster says of people's pay while we say otherwise: of all of them, so that the rest is over."""
    standing = {
        pno: (key, state)
        for key, pno, state in RosterSaying.objects.filter(over_by=None).values_list(
            "pk", "pno", "told_state"
        )
    }
    over = [key for pno, (key, state) in standing.items() if pno not in said or said[pno].state != state]
    for some in portions(over):
        RosterSaying.objects.filter(pk__in=some).update(over_by=roster)
    since = connection.ops.adapt_datefield_value(day)
    insert_rows(
        RosterSaying,
        ("pno", "told_state", "told_month", "told_reason", "since", "first_roster"),
        (
            (pno, one.state, one.month.index if one.month else None, one.reason_code, since, roster)
            for pno, one in said.items()
            if pno not in standing or standing[pno][1] != one.state
        ),
    )


def _witness(row: RosterHold, *, kind: str, actor: str, at: datetime) -> None:
    ledger.actions.append(
        kind=kind,
        actor=actor,
        at=at,
        subject=ROSTER_HOLDS.subject(row.pk),
        row=ROSTER_HOLDS.row_of(row),
        detail={"to_state": row.to_state, "people": row.people, "from_month": _first_month(row)},
    )


def _first_month(row: RosterHold) -> str:
    months = HeldStep.objects.filter(hold=row.pk).order_by("effective_month")
    first = months.values_list("effective_month", flat=True).first()
    return str(Month.from_index(first)) if first is not None else ""
