"""The only writes of payments. Each leaves its entries in the ledger, in the transaction of the flow that calls it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Month, day_number
from yizheng.rooms import ledger
from yizheng.rooms.bulk import insert_rows
from yizheng.rooms.ledger.data import NewEntry, RowTree
from yizheng.rooms.payments import rules
from yizheng.rooms.payments.data import (
    LIST_LIFE,
    WAIT_LIFE,
    Candidate,
    Difference,
    HoldReason,
    NewHeldPay,
    PauseListState,
    PauseListView,
    PayReport,
    WaitState,
)
from yizheng.rooms.payments.models import (
    HeldPay,
    PauseItem,
    PauseList,
    PayDifference,
    PayException,
    PayRun,
)
from yizheng.rooms.payments.plan import Plan
from yizheng.rooms.payments.queries import (
    HELD_PAY,
    PAUSE_LISTS,
    PAY_RUNS,
    difference_text,
    due_days_to_pause,
    exception_text,
    items_subject,
    report_of,
    view_of_list,
    witnessed_rows_of_list,
)
from yizheng.rooms.payments.why import Why

_ITEM_COLUMNS = ("month", "pno", "due_day", "final_notice_at", "held", "hold_reason")
_EXCEPTION_COLUMNS = (
    "month",
    "pno",
    "kind",
    "monthly_fen",
    "arrears_fen",
    "reason_code",
    "explanation",
)


def draw_list(
    month: Month,
    *,
    run_id: str,
    candidates: Sequence[tuple[Candidate, HoldReason | None]],
    actor: str,
    at: datetime,
) -> tuple[PauseListView, RowTree]:
    """Write down a month's list, anew if it was drawn before. Raises Refused once it is released.

    Returns the list and the tree over its items, which the flow keeps.
    """
    found = PauseList.objects.select_for_update().filter(month=month.index).first()
    state = LIST_LIFE.check(PauseListState(found.state) if found else None, "draw_up").to
    record = found or PauseList(month=month.index)
    record.state, record.run_id = state.value, run_id
    record.drawn_at, record.drawn_by = at, actor
    record.save()
    PauseItem.objects.filter(month=month.index).delete()
    moment = connection.ops.adapt_datetimefield_value
    insert_rows(
        PauseItem,
        _ITEM_COLUMNS,
        (
            (
                month.index,
                candidate.pno,
                day_number(candidate.due_day),
                moment(candidate.final_notice_at) if candidate.final_notice_at else None,
                reason is not None,
                reason.value if reason else "",
            )
            for candidate, reason in candidates
        ),
    )
    held = sum(reason is not None for _, reason in candidates)
    _witness_list(
        record,
        kind="payments:list:drawn",
        actor=actor,
        at=at,
        detail={"to_pause": len(candidates) - held, "held": held},
    )
    return view_of_list(record), _witness_items(month, kind="payments:list:items_drawn", actor=actor, at=at)


def release_list(
    month: Month, *, held_since: Mapping[int, HoldReason], actor: str, at: datetime
) -> tuple[list[int], RowTree]:
    """Release a list: who is to be paused now, and the tree over all its items, which the flow keeps.

    `held_since` are the people whom something since the drawing holds out of it. Raises Refused when there is no list, it
    was released before, or its items are not those that were drawn.
    """
    found = PauseList.objects.select_for_update().filter(month=month.index).first()
    state = LIST_LIFE.check(PauseListState(found.state) if found else None, "release").to
    if found is None:
        raise Refused(Why.NO_LIST, month=month)
    _check_as_drawn(month)
    for pno, reason in held_since.items():
        PauseItem.objects.filter(month=month.index, pno=pno).update(held=True, hold_reason=reason.value)
    found.state, found.released_at, found.released_by = state.value, at, actor
    found.save()
    to_pause = sorted(due_days_to_pause(month))
    _witness_list(
        found,
        kind="payments:list:released",
        actor=actor,
        at=at,
        detail={"paused": len(to_pause), "held_since_drawing": len(held_since)},
    )
    return to_pause, _witness_items(month, kind="payments:list:items", actor=actor, at=at)


def _check_as_drawn(month: Month) -> None:
    """Raises Refused where the list's items are not those that its newest entry in the ledger commits to."""
    drawn = ledger.queries.newest(1, subject=items_subject(month))
    now = ledger.actions.row_tree(witnessed_rows_of_list(month))
    if not drawn or drawn[0].commitment != now.root:
        raise Refused(Why.LIST_NOT_AS_DRAWN, month=month)


def _witness_items(month: Month, *, kind: str, actor: str, at: datetime) -> RowTree:
    tree = ledger.actions.row_tree(witnessed_rows_of_list(month))
    ledger.actions.append_tree(kind=kind, actor=actor, at=at, subject=items_subject(month), tree=tree)
    return tree


def exceptions_tree(plan: Plan) -> RowTree:
    """The tree over the plan's exceptions."""
    return ledger.actions.row_tree(
        exception_text(
            pno=row.pno,
            kind=row.kind.word,
            monthly_fen=row.monthly_fen,
            arrears_fen=row.arrears_fen,
            reason_code=row.reason_code,
            explanation=row.explanation.word,
        )
        for row in plan.exceptions
    )


def differences_tree(differences: Sequence[Difference]) -> RowTree:
    """The tree over the differences that a run pays, by person and month."""
    return ledger.actions.row_tree(
        difference_text(pno=one.pno, for_month=one.for_month, was_fen=one.was_fen, is_fen=one.is_fen)
        for one in differences
    )


def write_differences(
    month: Month, differences: Sequence[Difference], tree: RowTree, *, actor: str, at: datetime
) -> None:
    """Write down the differences of earlier months that a run pays, and their tree."""
    rows = ((month.index, one.pno, one.for_month, one.was_fen, one.is_fen) for one in differences)
    insert_rows(PayDifference, ("month", "pno", "for_month", "was_fen", "is_fen"), rows)
    ledger.actions.append_tree(
        kind="payments:run:paydifference",
        actor=actor,
        at=at,
        subject=f"payments_paydifference:{month}",
        tree=tree,
    )


def hold_pay(month: Month, sums: Sequence[NewHeldPay], *, actor: str, at: datetime) -> None:
    """Hold these sums until a person decides."""
    state = WAIT_LIFE.check(None, "hold").to
    made = [
        HeldPay(
            month=month.index,
            pno=one.pno,
            why=one.why.value,
            first_month=one.first,
            last_month=one.last,
            months=one.months,
            fen=one.fen,
            state=state.value,
        )
        for one in sums
    ]
    HeldPay.objects.bulk_create(made, batch_size=500)
    _witness_held(made, kind="payments:held_pay:held", actor=actor, at=at)


def decide_held_pay(held_id: int, *, step: str, reason: str, actor: str, at: datetime) -> None:
    """Release or reject a held sum (`step`). Raises Refused where it is unknown or was decided before."""
    found = HeldPay.objects.select_for_update().filter(pk=held_id).first()
    if found is None:
        raise Refused(Why.HELD_PAY_UNKNOWN, held=held_id)
    found.state = WAIT_LIFE.check(WaitState(found.state), step).to.value
    found.decided_at, found.decided_by, found.reason = at, actor, reason
    found.save()
    _witness_held([found], kind=f"payments:held_pay:{found.state}", actor=actor, at=at)


def pay_released(month: Month, held_ids: Sequence[int], *, actor: str, at: datetime) -> None:
    """Note that a month's run pays these released sums."""
    rows = list(HeldPay.objects.filter(pk__in=held_ids).order_by("id"))
    for row in rows:
        row.paid_in = month.index
    HeldPay.objects.bulk_update(rows, ["paid_in"], batch_size=500)
    _witness_held(rows, kind="payments:held_pay:paid", actor=actor, at=at)


def _witness_held(rows: Sequence[HeldPay], *, kind: str, actor: str, at: datetime) -> None:
    ledger.actions.append_many(
        NewEntry(kind=kind, actor=actor, at=at, subject=HELD_PAY.subject(row.pk), row=HELD_PAY.row_of(row))
        for row in rows
    )


def write_run(
    month: Month,
    *,
    plan: Plan,
    file: str,
    file_hash: str,
    instructions: RowTree,
    exceptions: RowTree,
    actor: str,
    at: datetime,
) -> PayReport:
    """Write down a month's run: its control total, its exceptions, and the trees over all its rows."""
    rules.check_control_total(plan.totals)
    totals = plan.totals
    run = PayRun.objects.create(
        month=month.index,
        state="done",
        previous_total_fen=totals.previous_fen,
        same_count=plan.same,
        same_fen=totals.same_fen,
        new_count=plan.new,
        new_fen=totals.new_fen,
        stopped_count=plan.stopped,
        stopped_fen=totals.stopped_fen,
        resumed_count=plan.resumed,
        resumed_fen=totals.resumed_fen,
        changed_fen=totals.changed_fen,
        arrears_fen=totals.arrears_fen,
        total_fen=totals.total_fen,
        instructions=len(plan.pno),
        file=file,
        file_hash=file_hash,
        run_at=at,
        run_by=actor,
    )
    insert_rows(
        PayException,
        _EXCEPTION_COLUMNS,
        (
            (
                month.index,
                row.pno,
                row.kind.word,
                row.monthly_fen,
                row.arrears_fen,
                row.reason_code,
                row.explanation.word,
            )
            for row in plan.exceptions
        ),
    )
    ledger.actions.append(
        kind="payments:run:finished",
        actor=actor,
        at=at,
        subject=PAY_RUNS.subject(month.index),
        row=PAY_RUNS.row_of(run),
        detail={"month": str(month), "total_fen": totals.total_fen, "file_hash": file_hash},
    )
    for what, tree in (("instructions", instructions), ("payexception", exceptions)):
        ledger.actions.append_tree(
            kind=f"payments:run:{what}",
            actor=actor,
            at=at,
            subject=f"payments_{what}:{month}",
            tree=tree,
        )
    return report_of(run)


def _witness_list(
    record: PauseList, *, kind: str, actor: str, at: datetime, detail: Mapping[str, object]
) -> None:
    ledger.actions.append(
        kind=kind,
        actor=actor,
        at=at,
        subject=PAUSE_LISTS.subject(record.month),
        row=PAUSE_LISTS.row_of(record),
        detail=detail,
    )
