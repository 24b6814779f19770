"""Reads of entitlements for screens and flows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db import connection
from django.db.models import Count

from yizheng.kernel.ids import Pno
from yizheng.kernel.portions import portions
from yizheng.kernel.time import Month
from yizheng.rooms import ledger
from yizheng.rooms.entitlements import models
from yizheng.rooms.entitlements.columns import BenefitColumns as BenefitColumns
from yizheng.rooms.entitlements.columns import benefit_columns as benefit_columns
from yizheng.rooms.entitlements.columns import ended_by as ended_by
from yizheng.rooms.entitlements.data import (
    NOT_NAMED,
    BenefitFacts,
    Disagreement,
    Group,
    HeldState,
    HeldStep,
    RosterHold,
    Said,
)
from yizheng.rooms.entitlements.held import masses as masses
from yizheng.rooms.entitlements.models import Benefit, PayStateChange, RosterSaying
from yizheng.rooms.entitlements.newest import COUNTS
from yizheng.rooms.entitlements.pay_columns import PayBenefits as PayBenefits
from yizheng.rooms.entitlements.pay_columns import amount_histories as amount_histories
from yizheng.rooms.entitlements.pay_columns import amount_in as amount_in
from yizheng.rooms.entitlements.pay_columns import earliest_told_since as earliest_told_since
from yizheng.rooms.entitlements.pay_columns import is_unchanged as is_unchanged
from yizheng.rooms.entitlements.pay_columns import newest_pay_standings as newest_pay_standings
from yizheng.rooms.entitlements.pay_columns import paid_through as paid_through
from yizheng.rooms.entitlements.pay_columns import pay_benefits as pay_benefits
from yizheng.rooms.entitlements.pay_columns import pay_timelines as pay_timelines
from yizheng.rooms.entitlements.pay_columns import people_told_after as people_told_after
from yizheng.rooms.entitlements.pay_columns import standing_after as standing_after
from yizheng.rooms.entitlements.pay_columns import standing_in as standing_in
from yizheng.rooms.entitlements.pay_columns import unpaid_since as unpaid_since
from yizheng.rooms.entitlements.pay_states import PayStanding, PayState, PayStepRow, in_force
from yizheng.rooms.ledger.data import WitnessedTable, WitnessedTree

# --- pay states ---

PAY_STATE_CHANGES = WitnessedTable(
    "entitlements_paystatechange",
    "id",
    (
        "pno",
        "to_state",
        "reason_code",
        "effective_month",
        "arrears_due",
        "known_since",
        "known_by",
        "decision",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedPay:
    """Somebody whose pay is paused or ended: since when, why (AAE160), by which decision, taken by whom."""

    pno: Pno
    state: PayState
    reason_code: str
    since: Month
    decision: str
    known_by: str


def pay_steps_of(pno: int) -> list[PayStepRow]:
    """Every step of a person's pay state, also superseded ones, in the order of becoming known."""
    return [_step_row(step) for step in PayStateChange.objects.filter(pno=pno).order_by("id")]


def _step_row(step: PayStateChange) -> PayStepRow:
    return PayStepRow(
        pno=step.pno,
        to_state=step.to_state,
        reason_code=step.reason_code,
        effective_month=step.effective_month,
        arrears_due=step.arrears_due,
        decision=step.decision,
    )


def pay_timeline_of(pno: int) -> list[PayStepRow]:
    """The steps of a person's pay state that are in force, in order."""
    return in_force(pay_steps_of(pno))


def pay_standing_of(pno: int, month: Month | None = None) -> PayStanding:
    """A person's pay state in a month; without one, the state that the newest step leads to."""
    timeline = pay_timeline_of(pno)
    return standing_after(timeline) if month is None else standing_in(timeline, month)


def out_of_payment(month: Month) -> list[StoppedPay]:
    """Everybody whose pay is paused or ended in a month, by person number, with the decision behind the step."""
    found = []
    rows = PayStateChange.objects.order_by("pno", "id").iterator(chunk_size=20_000)
    for pno, steps in groupby(rows, key=lambda row: row.pno):
        past = [step for step in in_force(steps) if step.effective_month <= month.index]
        if past and past[-1].to_state != PayState.IN_PAYMENT:
            step = past[-1]
            found.append(
                StoppedPay(
                    pno=Pno(pno),
                    state=PayState(step.to_state),
                    reason_code=step.reason_code,
                    since=Month.from_index(step.effective_month),
                    decision=step.decision,
                    known_by=step.known_by,
                )
            )
    return found


def disagreements(*, missing: bool = False) -> list[Disagreement]:
    """Where core system and product say otherwise of somebody's pay, by person number.

    With `missing` the people whom the newest roster does not name instead, and whose benefit has not ended here.
    """
    rows = [
        row
        for row in RosterSaying.objects.filter(over_by=None).order_by("pno")
        if (row.told_state == NOT_NAMED.state) is missing
    ]
    steps = newest_steps(row.pno for row in rows)
    found = []
    for row in rows:
        step = steps.get(row.pno)
        here = standing_after([_step_row(step)] if step else [])
        if here.state is PayState.ENDED if missing else here.state == row.told_state:
            continue
        month = Month.from_index(row.told_month) if row.told_month is not None else None
        found.append(
            Disagreement(
                pno=Pno(row.pno),
                said=Said(state=row.told_state, month=month, reason_code=row.told_reason),
                since=row.since,
                first_roster=row.first_roster,
                here=here,
                decision=step.decision if step else "",
            )
        )
    return found


def newest_steps(pnos: Iterable[int]) -> dict[int, PayStateChange]:
    """The newest step in force of each of these people, also one that takes effect later."""
    found: dict[int, PayStateChange] = {}
    for some in portions(pnos):
        steps = PayStateChange.objects.filter(pno__in=some).order_by("pno", "id")
        found |= {step.pno: step for step in steps}
    return found


def last_certified(pnos: Sequence[int]) -> dict[int, date]:
    """The day of the last certification that the roster knew, for those of these people of whom it knew one."""
    found: dict[int, date] = {}
    for some in portions(pnos):
        known = Benefit.objects.filter(pno__in=some, last_certified_on__isnull=False)
        rows = known.order_by("true_from", "id").values_list("pno", "last_certified_on")
        found |= {pno: day for pno, day in rows if day is not None}
    return found


def groups_of(pnos: Sequence[int]) -> dict[int, int]:
    """The groups (bits of `Group`) of these people, by the newest version of their benefit."""
    found: dict[int, int] = {}
    for some in portions(pnos):
        rows = Benefit.objects.filter(pno__in=some).order_by("true_from", "id")
        found |= dict(rows.values_list("pno", "groups"))
    return found


# --- benefits ---

BENEFITS = "entitlements_benefit"
_BENEFIT_ROWS = f"""
    SELECT pno, scheme, benefit_type, region, groups, start_month, monthly_fen, last_certified_on, paid_through,
           true_from
    FROM entitlements_benefit WHERE roster = %s AND {COUNTS} ORDER BY id
"""  # noqa: S608 (statements of our own)


def benefits_of(pno: int) -> list[BenefitFacts]:
    """Every row about a person's benefit, the oldest first: the last one is in force."""
    return [
        BenefitFacts(
            pno=Pno(row.pno),
            scheme=row.scheme,
            benefit_type=row.benefit_type,
            region=row.region,
            groups=Group(row.groups),
            start_month=row.start_month,
            monthly_fen=row.monthly_fen,
            last_certified_on=row.last_certified_on,
            paid_through=row.paid_through,
            true_from=row.true_from,
            known_since=row.known_since,
            roster=row.roster,
        )
        for row in Benefit.objects.filter(pno=pno).order_by("true_from", "id")
    ]


def first_unpaid(pno: int, *, last_run: Month | None, run_at: datetime | None) -> Month | None:
    """The first month that nobody has paid of a benefit that no pay run knew of yet, or that had not begun for any.

    None where the last run (of that month, at that moment) knew it, or the roster does not say through when it was paid.
    """
    rows = benefits_of(pno)
    known = [row for row in rows if run_at is not None and row.known_since <= run_at]
    if last_run is not None and known:
        told = [row for row in known if row.true_from <= last_run.last()] or known[:1]
        if told[-1].start_month <= last_run.index:
            return None
    if not rows or not rows[-1].paid_through:
        return None
    return Month.from_index(max(rows[-1].start_month, rows[-1].paid_through + 1))


def benefit_row(row: Sequence[object]) -> bytes:
    """The bytes of a benefit in the tree of its roster, from the columns of `_BENEFIT_ROWS`: joined by `|`."""
    return "|".join(["" if value is None else str(value) for value in row]).encode()


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables whose every row has an entry in the ledger."""
    return (PAY_STATE_CHANGES, ROSTER_HOLDS)


def witnessed_trees() -> tuple[WitnessedTree, ...]:
    """The rows of bulk trees: the benefits of each roster, steps that were held, and who dropped out of them."""
    return (
        WitnessedTree(BENEFITS, benefit_rows),
        WitnessedTree(HELD_STEPS, held_texts),
        WitnessedTree(DROPPED_STEPS, dropped_texts, strays=_dropped_by_nobody),
    )


def benefit_rows(subject: str) -> Iterator[bytes]:
    """The canonical rows of the benefits that a roster, or a case, told: a mark that hides them does not verify."""
    with connection.cursor() as cursor:
        cursor.execute(_BENEFIT_ROWS, [int(subject.partition(":")[2])])
        while chunk := cursor.fetchmany(20_000):
            yield from map(benefit_row, chunk)


# --- what rosters change of many at once ---

ROSTER_HOLDS = WitnessedTable(
    "entitlements_rosterhold",
    "id",
    (
        "roster",
        "batch_id",
        "to_state",
        "district",
        "people",
        "named",
        "state",
        "held_at",
        "held_by",
        "decided_at",
        "decided_by",
        "reason",
    ),
)
HELD_STEPS = "entitlements_heldstep"
DROPPED_STEPS = "entitlements_droppedstep"
"""Those of a hold who dropped out, as one tree, anew whenever a roster drops some."""


def roster_holds(*, waiting: bool = False) -> list[RosterHold]:
    """What rosters changed of many at once, the newest first; with `waiting` only what nobody has decided."""
    found = models.RosterHold.objects.order_by("-id")
    if waiting:
        found = found.filter(state=HeldState.HELD.value)
    return [_hold(one) for one in found]


def find_hold(hold_id: int) -> RosterHold | None:
    """One of them, or None."""
    found = models.RosterHold.objects.filter(pk=hold_id).first()
    return _hold(found) if found else None


def held_steps(hold_id: int, *, page: int = 1, size: int | None = None) -> list[HeldStep]:
    """Its people of whom no later roster tells otherwise, by person number: all, or a page of them."""
    rows = models.HeldStep.objects.filter(hold=hold_id, dropped_by=None).order_by("pno")
    start = (max(1, page) - 1) * (size or 0)
    return [
        HeldStep(
            pno=Pno(row.pno),
            month=Month.from_index(row.effective_month),
            reason_code=row.reason_code,
            given_reason=row.given_reason,
        )
        for row in (rows[start : start + size] if size else rows.iterator(chunk_size=20_000))
    ]


def held_people() -> dict[int, PayState]:
    """Everybody whose step waits, with the state that it leads to."""
    waiting = dict(models.RosterHold.objects.filter(state=HeldState.HELD.value).values_list("pk", "to_state"))
    rows = models.HeldStep.objects.filter(hold__in=list(waiting), dropped_by=None).values_list("pno", "hold")
    return {pno: PayState(waiting[hold]) for pno, hold in rows}


def held_texts(subject: str) -> Iterable[bytes]:
    """The canonical texts of a hold's steps, in the order of its tree."""
    hold = int(subject.partition(":")[2])
    fields = ("pno", "effective_month", "reason_code", "given_reason")
    return _texts(
        models.HeldStep.objects.filter(hold=hold).order_by("id").values_list(*fields).iterator(20_000)
    )


def dropped_texts(subject: str) -> Iterable[bytes]:
    """The canonical texts of a hold's steps that dropped out, each with the roster that told otherwise."""
    dropped = models.HeldStep.objects.filter(hold=int(subject.partition(":")[2])).exclude(dropped_by=None)
    return _texts(dropped.order_by("id").values_list("pno", "dropped_by").iterator(20_000))


def dropped_unsaid(hold: int) -> list[int]:
    """The people who dropped out of a hold without any entry that says so.

    None of a hold of earlier versions, whose entry says nothing of `dropped`: there nobody wrote one.
    """
    held = ledger.queries.newest(1, subject=f"{HELD_STEPS}:{hold}")
    if not held or "dropped" not in held[0].detail or ledger.queries.entries_of(f"{DROPPED_STEPS}:{hold}"):
        return []
    dropped = models.HeldStep.objects.filter(hold=hold).exclude(dropped_by=None)
    return list(dropped.order_by("id").values_list("pno", flat=True))


def _dropped_by_nobody() -> Iterator[str]:
    holds = models.HeldStep.objects.exclude(dropped_by=None).order_by("hold")
    for hold in holds.values_list("hold", flat=True).distinct():
        yield from map(str, dropped_unsaid(hold))


def _texts(rows: Iterable[tuple[object, ...]]) -> Iterator[bytes]:
    for row in rows:
        yield "|".join(map(str, row)).encode()


def _hold(found: models.RosterHold) -> RosterHold:
    dropped = (
        models.HeldStep.objects.filter(hold=found.pk).exclude(dropped_by=None).aggregate(n=Count("id"))["n"]
    )
    return RosterHold(
        hold_id=found.pk,
        roster=found.roster,
        batch_id=found.batch_id,
        to_state=PayState(found.to_state),
        district=found.district,
        people=found.people,
        dropped=dropped,
        named=found.named,
        state=HeldState(found.state),
        held_at=found.held_at,
        held_by=found.held_by,
        decided_at=found.decided_at,
        decided_by=found.decided_by,
        reason=found.reason,
    )
