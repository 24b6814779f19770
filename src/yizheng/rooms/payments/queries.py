"""Reads of payments for screens and flows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import numpy as np
import pyarrow as pa
from django.db.models import Count, Max, Sum

from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.store import Store
from yizheng.kernel.time import Month, from_day_number
from yizheng.rooms import entitlements
from yizheng.rooms.ledger.data import WitnessedFile, WitnessedTable, WitnessedTree
from yizheng.rooms.payments import rules
from yizheng.rooms.payments.data import (
    ControlTotal,
    Difference,
    HoldReason,
    NewHeldPay,
    PauseItemView,
    PauseListState,
    PauseListView,
    PayExceptionView,
    PayKind,
    PayReport,
    WaitsFor,
    WaitState,
)
from yizheng.rooms.payments.data import HeldPay as HeldPayView
from yizheng.rooms.payments.instructions import COLUMNS as COLUMNS
from yizheng.rooms.payments.instructions import file_name as file_name
from yizheng.rooms.payments.instructions import parquet_of as parquet_of
from yizheng.rooms.payments.instructions import row_texts as row_texts
from yizheng.rooms.payments.instructions import table_from
from yizheng.rooms.payments.instructions import table_of as table_of
from yizheng.rooms.payments.models import (
    HeldPay,
    PauseItem,
    PauseList,
    PayDifference,
    PayException,
    PayRun,
)
from yizheng.rooms.payments.owed import Dealt as Dealt
from yizheng.rooms.payments.owed import state_in as state_in
from yizheng.rooms.payments.plan import AmountOf as AmountOf
from yizheng.rooms.payments.plan import LastMonth as LastMonth
from yizheng.rooms.payments.plan import Numbers as Numbers
from yizheng.rooms.payments.plan import PayColumns as PayColumns
from yizheng.rooms.payments.plan import Plan as Plan
from yizheng.rooms.payments.plan import plan_month as plan_month
from yizheng.rooms.payments.waiting import lowered as lowered
from yizheng.rooms.payments.why import Why

terms_of = rules.terms_of
how_a_case_ends = rules.how_a_case_ends
forfeits_by_words = rules.forfeits_by_words
is_pause_for_missing_proof = rules.is_pause_for_missing_proof
may_resume_on_pass = rules.may_resume_on_pass
stop_month = rules.stop_month
resume_month = rules.resume_month
is_ripe = rules.is_ripe
hold_reason = rules.hold_reason
check_month = rules.check_month
check_control_total = rules.check_control_total
can_release = rules.can_release

PAUSE_LISTS = WitnessedTable(
    "payments_pauselist",
    "month",
    ("state", "run_id", "drawn_at", "drawn_by", "released_at", "released_by"),
)
HELD_PAY = WitnessedTable(
    "payments_heldpay",
    "id",
    (
        "month",
        "pno",
        "why",
        "first_month",
        "last_month",
        "months",
        "fen",
        "state",
        "decided_at",
        "decided_by",
        "reason",
        "paid_in",
    ),
)
PAY_RUNS = WitnessedTable(
    "payments_payrun",
    "month",
    (
        "state",
        "previous_total_fen",
        "same_count",
        "same_fen",
        "new_count",
        "new_fen",
        "stopped_count",
        "stopped_fen",
        "resumed_count",
        "resumed_fen",
        "changed_fen",
        "arrears_fen",
        "total_fen",
        "instructions",
        "file",
        "file_hash",
        "run_at",
        "run_by",
    ),
)


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables whose every row has an entry in the ledger."""
    return (PAUSE_LISTS, PAY_RUNS, HELD_PAY)


def witnessed_trees(store: Store) -> tuple[WitnessedTree, ...]:
    """The rows of bulk trees: instructions from their file, exceptions and items of lists from their tables."""
    return (
        WitnessedTree("payments_instructions", partial(_instruction_texts, store)),
        WitnessedTree("payments_payexception", _exception_texts),
        WitnessedTree("payments_paydifference", _difference_texts),
        WitnessedTree("payments_pauseitem", _item_texts),
    )


def witnessed_files() -> Iterator[WitnessedFile]:
    """The file of every pay run, whose hash stands in its witnessed row."""
    for month, name, digest in PayRun.objects.order_by("month").values_list("month", "file", "file_hash"):
        if name:
            yield WitnessedFile(name=name, digest=digest, table=PAY_RUNS.table, key=str(month))


# --- pause lists ---


def find_list(month: Month) -> PauseListView | None:
    """The month's pause list, if it was drawn up."""
    found = PauseList.objects.filter(month=month.index).first()
    return view_of_list(found) if found else None


def lists(limit: int = 24) -> list[PauseListView]:
    """Pause lists, the newest month first."""
    return [view_of_list(found) for found in PauseList.objects.order_by("-month")[:limit]]


def items(
    month: Month,
    *,
    held: bool | None = None,
    hold_reason: HoldReason | None = None,
    page: int = 1,
    size: int = 100,
) -> list[PauseItemView]:
    """A page of a list's people, by person number."""
    found = PauseItem.objects.filter(month=month.index)
    if held is not None:
        found = found.filter(held=held)
    if hold_reason is not None:
        found = found.filter(hold_reason=hold_reason.value)
    start = (max(1, page) - 1) * size
    return [_item(item) for item in found.order_by("pno")[start : start + size]]


def due_days_to_pause(month: Month) -> dict[int, int]:
    """Everybody whom the list would pause: person number to the day (number) that was missed."""
    found = PauseItem.objects.filter(month=month.index, held=False)
    return dict(found.values_list("pno", "due_day").iterator(chunk_size=20_000))


def planned_pause_of(pno: int) -> Month | None:
    """The month of a list that nobody has released yet and that would pause this person; None where there is none."""
    drawn = PauseList.objects.filter(state=PauseListState.DRAWN.value).values("month")
    found = PauseItem.objects.filter(pno=pno, held=False, month__in=drawn).order_by("-month").first()
    return Month.from_index(found.month) if found else None


# --- pay runs ---


def find_run(month: Month) -> PayReport | None:
    """The month's pay run, if there was one."""
    found = PayRun.objects.filter(month=month.index).first()
    return report_of(found) if found else None


def find_last_run() -> PayReport | None:
    """The newest month's pay run, if there was any."""
    found = PayRun.objects.order_by("-month").first()
    return report_of(found) if found else None


def runs(limit: int = 24) -> list[PayReport]:
    """Pay runs, the newest month first."""
    return [report_of(found) for found in PayRun.objects.order_by("-month")[:limit]]


def exceptions(
    month: Month, *, kind: PayKind | None = None, page: int = 1, size: int = 100
) -> list[PayExceptionView]:
    """A page of the people whose pay differs from the month before, by person number."""
    found = PayException.objects.filter(month=month.index)
    if kind is not None:
        found = found.filter(kind=kind.word)
    start = (max(1, page) - 1) * size
    return _exceptions(found.order_by("pno")[start : start + size])


def exceptions_of(pno: int) -> list[PayExceptionView]:
    """Every month in which a person's pay differed from the month before, newest first."""
    return _exceptions(PayException.objects.filter(pno=pno).order_by("-month"))


_WITHOUT_A_MONTH = (PayKind.HEIRS.word, PayKind.OWED.word)
"""Kinds of instructions that pay owed months alone, and no month of their own."""


def dealt() -> Dealt:
    """What the runs so far have done about owed months and stops."""
    found = PayException.objects.filter(kind__in=[*_WITHOUT_A_MONTH, PayKind.STOPPED.word])
    rows = list(found.values_list("pno", "kind").annotate(newest=Max("month")))
    stopped: dict[int, int] = {}
    for pno, _, month in rows:
        stopped[pno] = max(month, stopped.get(pno, 0))
    heirs = {pno: month for pno, kind, month in rows if kind == PayKind.HEIRS.word}
    broke_off = {pno: month for pno, kind, month in rows if kind == PayKind.STOPPED.word}
    many = HeldPay.objects.filter(why=WaitsFor.MANY_MONTHS.value).values_list("pno", "month")
    for pno, month in many.order_by("month"):  # what waits is not held a second time
        stopped[pno] = max(month, stopped.get(pno, 0))
        heirs[pno] = max(month, heirs.get(pno, 0))
    return Dealt(heirs=heirs, stopped=stopped, broke_off=broke_off)


# --- what waits for a person, and differences of months run before ---


def held_pay(*, waiting: bool = False, page: int = 1, size: int | None = None) -> list[HeldPayView]:
    """Sums that a run held, the newest first; with `waiting` only what nobody has decided."""
    found = HeldPay.objects.order_by("-id")
    if waiting:
        found = found.filter(state=WaitState.WAITING.value)
    start = (max(1, page) - 1) * (size or 0)
    return [_held(one) for one in (found[start : start + size] if size else found)]


def count_held_pay(*, waiting: bool = False) -> int:
    """How many there are."""
    found = HeldPay.objects.all()
    return (found.filter(state=WaitState.WAITING.value) if waiting else found).count()


def find_held_pay(held_id: int) -> HeldPayView | None:
    """One of them, or None."""
    found = HeldPay.objects.filter(pk=held_id).first()
    return _held(found) if found else None


def held_pay_of(pno: int) -> list[HeldPayView]:
    """A person's, the newest first."""
    return [_held(one) for one in HeldPay.objects.filter(pno=pno).order_by("-id")]


def released_unpaid() -> list[HeldPayView]:
    """The sums that were released and that no run has paid yet."""
    found = HeldPay.objects.filter(
        why=WaitsFor.MANY_MONTHS.value, state=WaitState.RELEASED.value, paid_in=None
    )
    return [_held(one) for one in found.order_by("id")]


def not_asked_yet(questions: Sequence[NewHeldPay]) -> list[NewHeldPay]:
    """Those of these sums that no earlier run has held: the same person, reason, months and sum is asked once."""
    if not questions:
        return []
    held = HeldPay.objects.values_list("pno", "why", "first_month", "last_month", "fen")
    asked = set(held)
    return [one for one in questions if (one.pno, one.why.value, one.first, one.last, one.fen) not in asked]


def differences_paid(month: Month) -> tuple[Numbers, Numbers]:
    """What runs have paid of a month since its own run: person numbers, each once, and fen."""
    found = PayDifference.objects.filter(for_month=month.index)
    rows = list(found.values_list("pno").annotate(fen=Sum("is_fen") - Sum("was_fen")).order_by("pno"))
    both = np.array(rows, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def run_before(month: Month) -> tuple[Month, datetime] | None:
    """The newest run of an earlier month, with its moment; None where there is none."""
    found = PayRun.objects.filter(month__lt=month.index).order_by("-month").first()
    return (Month.from_index(found.month), found.run_at) if found else None


def first_run() -> Month | None:
    """The month of the first run there was."""
    found = PayRun.objects.order_by("month").first()
    return Month.from_index(found.month) if found else None


def asked_since() -> dict[int, Month]:
    """Everybody whose pay waited for an answer and has not been paid since, with the first month of it."""
    asked = PayException.objects.filter(kind=PayKind.ASKED.word).values("pno").distinct()
    rows = PayException.objects.filter(pno__in=asked).order_by("month").values_list("pno", "month", "kind")
    found: dict[int, Month] = {}
    for pno, month, kind in rows:
        if kind == PayKind.ASKED.word:
            found.setdefault(pno, Month.from_index(month))
        else:
            found.pop(pno, None)
    return found


def instructions(store: Store, month: Month) -> pa.Table:
    """A month's instructions. Raises Refused when there was no run, or the file is not the one that the run wrote."""
    run = find_run(month)
    if run is None:
        raise Refused(Why.NO_RUN, month=month)
    data = store.read(run.file)
    if sha256_hex(data) != run.file_hash:
        raise Refused(Why.INSTRUCTIONS_CHANGED, month=month)
    return table_from(data)


def paid_in(store: Store, month: Month) -> LastMonth:
    """What a month's run paid each month's pay for, without arrears. Raises Refused like `instructions`."""
    table = instructions(store, month)
    pno, monthly = table["pno"].to_numpy(), table["monthly_fen"].to_numpy()
    in_payment = ~np.isin(table["kind"].to_numpy().astype(str), _WITHOUT_A_MONTH)
    return LastMonth(pno=pno[in_payment].astype(np.int64), monthly_fen=monthly[in_payment].astype(np.int64))


def report_of(run: PayRun) -> PayReport:
    """A run as a value."""
    totals = ControlTotal(
        previous_fen=run.previous_total_fen,
        same_fen=run.same_fen,
        stopped_fen=run.stopped_fen,
        new_fen=run.new_fen,
        resumed_fen=run.resumed_fen,
        changed_fen=run.changed_fen,
        arrears_fen=run.arrears_fen,
        total_fen=run.total_fen,
    )
    return PayReport(
        month=Month.from_index(run.month),
        instructions=run.instructions,
        same=run.same_count,
        new=run.new_count,
        stopped=run.stopped_count,
        resumed=run.resumed_count,
        totals=totals,
        file=run.file,
        file_hash=run.file_hash,
        run_at=run.run_at,
        reconciles=rules.reconciles(totals),
    )


def as_already(report: PayReport) -> PayReport:
    """The same run, marked as one that existed before."""
    return replace(report, already=True)


def exception_text(
    *, pno: int, kind: str, monthly_fen: int, arrears_fen: int, reason_code: str, explanation: str
) -> bytes:
    """The canonical text of an exception: what its leaf commits to."""
    return f"{pno}|{kind}|{monthly_fen}|{arrears_fen}|{reason_code}|{explanation}".encode()


def difference_text(*, pno: int, for_month: int, was_fen: int, is_fen: int) -> bytes:
    """The canonical text of a difference."""
    return f"{pno}|{for_month}|{was_fen}|{is_fen}".encode()


def item_text(
    *, pno: int, due_day: int, final_notice_at: datetime | None, held: bool, hold_reason: str
) -> bytes:
    """The canonical text of a list's item."""
    notice = f"{final_notice_at.timestamp():.0f}" if final_notice_at else ""
    return f"{pno}|{due_day}|{notice}|{int(held)}|{hold_reason}".encode()


def witnessed_rows_of_list(month: Month) -> Iterable[bytes]:
    """The canonical texts of a list's items, in the order of its tree."""
    return _item_texts(items_subject(month))


def items_subject(month: Month) -> str:
    """What the ledger calls the items of a month's list: its newest entry commits to them as drawn, or as released."""
    return f"payments_pauseitem:{month}"


def _instruction_texts(store: Store, subject: str) -> Iterable[bytes]:
    name = file_name(Month.parse(subject.partition(":")[2]))
    return row_texts(table_from(store.read(name))) if store.exists(name) else ()


def _exception_texts(subject: str) -> Iterable[bytes]:
    month = Month.parse(subject.partition(":")[2])
    fields = ("pno", "kind", "monthly_fen", "arrears_fen", "reason_code", "explanation")
    for row in (
        PayException.objects.filter(month=month.index).order_by("pno").values(*fields).iterator(20_000)
    ):
        yield exception_text(**row)


def _difference_texts(subject: str) -> Iterable[bytes]:
    month = Month.parse(subject.partition(":")[2])
    fields = ("pno", "for_month", "was_fen", "is_fen")
    found = PayDifference.objects.filter(month=month.index).order_by("pno", "for_month")
    for row in found.values(*fields).iterator(20_000):
        yield difference_text(**row)


def _item_texts(subject: str) -> Iterable[bytes]:
    month = Month.parse(subject.partition(":")[2])
    fields = ("pno", "due_day", "final_notice_at", "held", "hold_reason")
    for row in PauseItem.objects.filter(month=month.index).order_by("pno").values(*fields).iterator(20_000):
        yield item_text(**row)


def view_of_list(found: PauseList) -> PauseListView:
    """A list as a value, its people counted."""
    counted = (
        PauseItem.objects.filter(month=found.month).values_list("held", "hold_reason").annotate(n=Count("id"))
    )
    by_reason = {reason: number for held, reason, number in counted if held}
    return PauseListView(
        month=Month.from_index(found.month),
        state=PauseListState(found.state),
        run_id=found.run_id,
        drawn_at=found.drawn_at,
        drawn_by=found.drawn_by,
        released_at=found.released_at,
        released_by=found.released_by,
        to_pause=sum(number for held, _, number in counted if not held),
        held=sum(by_reason.values()),
        held_by_reason=by_reason,
    )


def _item(found: PauseItem) -> PauseItemView:
    return PauseItemView(
        pno=Pno(found.pno),
        due_day=from_day_number(found.due_day),
        final_notice_at=found.final_notice_at,
        held=found.held,
        hold_reason=HoldReason(found.hold_reason) if found.hold_reason else None,
    )


def _held(found: HeldPay) -> HeldPayView:
    return HeldPayView(
        held_id=found.pk,
        month=Month.from_index(found.month),
        pno=Pno(found.pno),
        why=WaitsFor(found.why),
        first=Month.from_index(found.first_month),
        last=Month.from_index(found.last_month),
        months=found.months,
        fen=found.fen,
        state=WaitState(found.state),
        decided_at=found.decided_at,
        decided_by=found.decided_by,
        reason=found.reason,
        paid_in=Month.from_index(found.paid_in) if found.paid_in is not None else None,
    )


def _exceptions(some: Iterable[PayException]) -> list[PayExceptionView]:
    """These exceptions, each with the months run before whose difference it pays."""
    found = list(some)
    by_row: dict[tuple[int, int], list[Difference]] = {}
    rows = PayDifference.objects.filter(
        month__in={one.month for one in found}, pno__in={one.pno for one in found}
    )
    for row in rows.order_by("for_month"):
        one = Difference(pno=row.pno, for_month=row.for_month, was_fen=row.was_fen, is_fen=row.is_fen)
        by_row.setdefault((row.month, row.pno), []).append(one)
    return [_exception(one, by_row.get((one.month, one.pno), ())) for one in found]


def _exception(found: PayException, differences: Sequence[Difference]) -> PayExceptionView:
    return PayExceptionView(
        month=Month.from_index(found.month),
        pno=Pno(found.pno),
        kind=next(kind for kind in PayKind if kind.word == found.kind),
        monthly_fen=found.monthly_fen,
        arrears_fen=found.arrears_fen,
        reason_code=found.reason_code,
        explanation=found.explanation,
        differences=tuple(differences),
    )


def month_to_come() -> Month | None:
    """The month that the next pay run is for; None when nobody is in payment yet."""
    last = find_last_run()
    paid = last.month if last else entitlements.queries.paid_through()
    return paid.plus(1) if paid else None
