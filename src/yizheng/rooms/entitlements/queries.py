"""Reads of entitlements for screens and flows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import connection

from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Month
from yizheng.rooms.entitlements.columns import BenefitColumns as BenefitColumns
from yizheng.rooms.entitlements.columns import benefit_columns as benefit_columns
from yizheng.rooms.entitlements.columns import ended_by as ended_by
from yizheng.rooms.entitlements.data import BenefitFacts, Group
from yizheng.rooms.entitlements.models import Benefit, PayStateChange
from yizheng.rooms.entitlements.pay_columns import amount_histories as amount_histories
from yizheng.rooms.entitlements.pay_columns import amount_in as amount_in
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
    return [
        PayStepRow(
            pno=step.pno,
            to_state=step.to_state,
            reason_code=step.reason_code,
            effective_month=step.effective_month,
            arrears_due=step.arrears_due,
            decision=step.decision,
        )
        for step in PayStateChange.objects.filter(pno=pno).order_by("id")
    ]


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


def last_certified(pnos: Sequence[int]) -> dict[int, date]:
    """The day of the last certification that the roster knew, for those of these people of whom it knew one."""
    found: dict[int, date] = {}
    for start in range(0, len(pnos), 900):
        some = Benefit.objects.filter(
            pno__in=list(pnos[start : start + 900]), last_certified_on__isnull=False
        )
        rows = some.order_by("true_from", "id").values_list("pno", "last_certified_on")
        found |= {pno: day for pno, day in rows if day is not None}
    return found


def groups_of(pnos: Sequence[int]) -> dict[int, int]:
    """The groups (bits of `Group`) of these people, by the newest version of their benefit."""
    found: dict[int, int] = {}
    for start in range(0, len(pnos), 900):
        some = Benefit.objects.filter(pno__in=list(pnos[start : start + 900]))
        found |= dict(some.order_by("true_from", "id").values_list("pno", "groups"))
    return found


# --- benefits ---

BENEFITS = "entitlements_benefit"
_BENEFIT_ROWS = """
    SELECT pno, scheme, benefit_type, region, groups, start_month, monthly_fen, last_certified_on, paid_through,
           true_from
    FROM entitlements_benefit WHERE roster = %s ORDER BY id
"""


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


def benefit_row(row: Sequence[object]) -> bytes:
    """The bytes of a benefit in the tree of its roster, from the columns of `_BENEFIT_ROWS`: joined by `|`."""
    return "|".join(["" if value is None else str(value) for value in row]).encode()


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables whose every row has an entry in the ledger."""
    return (PAY_STATE_CHANGES,)


def witnessed_trees() -> tuple[WitnessedTree, ...]:
    """The rows of bulk trees: the benefits of each roster."""
    return (WitnessedTree(BENEFITS, _rows_of_roster),)


def _rows_of_roster(subject: str) -> Iterator[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_BENEFIT_ROWS, [int(subject.partition(":")[2])])
        while chunk := cursor.fetchmany(20_000):
            yield from map(benefit_row, chunk)
