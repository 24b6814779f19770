"""Many owed months wait for a supervisor; a raise told of a month run before is paid, and nothing is taken back."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from hands import hands_of
from pay_situations import (
    AT,
    AUDITOR,
    NOVEMBER,
    SUPERVISOR,
    Pension,
    clock_on,
    make,
)
from refused import refused
from roster_situations import person, take, write
from signing_in import as_staff
from worlds import demo_agency
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.doors import told
from yizheng.doors.words import told_in
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.pay import held_pay_is_decided, pay_run
from yizheng.flows.runs import explanation
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Month
from yizheng.rooms import access, insight, notices, payments
from yizheng.rooms.entitlements.models import Benefit, PayStateChange
from yizheng.rooms.payments.data import PayLimits, WaitsFor, WaitState
from yizheng.rooms.payments.models import PayDifference

pytestmark = pytest.mark.django_db
DECEMBER, JANUARY = NOVEMBER.plus(1), NOVEMBER.plus(2)
LIMITS = demo_agency().pay_limits


class Payroll:
    """Runs of pay, each at the end of the month before."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, LocalStore(folder / "store")

    def run(self, month: Month, *, limits: PayLimits = LIMITS) -> dict[int, tuple[str, int, int, str]]:
        """Who got what: kind, the month's pay, arrears, and why."""
        clock = clock_on(month.plus(-1).last())
        report = pay_run.run(hands_of("zhao", clock=clock, store=self.store), month=month, limits=limits)
        assert report.reconciles
        rows = pq.read_table(self.store.path(report.file)).to_pylist()
        return {
            row["pno"]: (row["kind"], row["monthly_fen"], row["arrears_fen"], row["explanation_code"])
            for row in rows
        }

    def decide(self, step: str, held_id: int, *, reason: str = "问过核心系统") -> None:
        hands = hands_of(SUPERVISOR, clock=clock_on(date(2026, 11, 3)), store=self.store)
        act = held_pay_is_decided.release if step == "release" else held_pay_is_decided.reject
        act(hands, held_id=held_id, reason=reason)

    def told(self, pno: int) -> list[tuple[str, str]]:
        """What the person's page says of pay made up for, and of pay that waits."""
        events = insight.queries.timeline(Pno(pno), store=self.store)
        shown = [told.for_citizen(one) for one in events if one.kind in ("arrears", "held_pay")]
        return [(one.title, one.text) for one in shown if one]

    def verify(self) -> list[object]:
        trees = payments.queries.witnessed_trees(self.store)
        found = ledger_is_verified.verify(witnessed=wiring.witnessed(), trees=trees, store=self.store)
        return [fault.told for fault in found.faults if "payments" in str(fault.told)]


@pytest.fixture
def payroll(tmp_path: Path) -> Payroll:
    return Payroll(tmp_path)


def tell(pno: int, fen: int, *, day: date, known: date) -> None:
    """A roster of a day tells an amount, taken in on another."""
    Benefit.objects.create(
        pno=pno,
        scheme="110",
        benefit_type="retirement",
        region="440802",
        start_month=1,
        monthly_fen=fen,
        paid_through=NOVEMBER.index - 1,
        true_from=day,
        known_since=clock_on(known).now(),
        roster=1,
    )


def step(pno: int, month: Month, state: int, code: str, *, owed: bool = False) -> None:
    PayStateChange.objects.create(
        pno=pno,
        to_state=state,
        reason_code=code,
        effective_month=month.index,
        arrears_due=owed,
        known_since=clock_on(date(2026, 11, 28)).now(),
        known_by="zhao",
        decision="case:1",
    )


# --- many owed months ---


def test_twenty_months_wait_for_a_supervisor_and_are_paid_once_released(payroll: Payroll) -> None:
    rows = [
        person(0, 发放至年月="2026-10"),
        person(1, 发放至年月="2025-02", 月待遇金额="3041.40"),
    ]
    take(write(payroll.folder / "roster.csv", rows), payroll.store, date(2026, 10, 25))
    first = payroll.run(NOVEMBER)
    assert first[1] == ("new", 304_140, 0, "new_arrears_wait")
    (held,) = payments.queries.held_pay(waiting=True)
    assert (held.pno, held.why, held.first, held.last) == (
        1,
        WaitsFor.MANY_MONTHS,
        Month(2025, 3),
        Month(2026, 10),
    )
    assert (held.months, held.fen, held.state) == (20, 6_082_800, WaitState.WAITING)
    assert payroll.told(1) == [
        ("待核发放 60,828.00 元：待核准", "应补发的月份超过规定 · 2025年3月 – 2026年10月")
    ]
    payroll.decide("release", held.held_id)
    assert payroll.run(DECEMBER)[1] == ("changed", 304_140, 6_082_800, "with_more")
    assert payroll.run(JANUARY)[1] == ("same", 304_140, 0, "same")
    paid = payments.queries.find_held_pay(held.held_id)
    assert paid is not None
    assert (paid.state, paid.paid_in, paid.decided_by) == (WaitState.RELEASED, DECEMBER, SUPERVISOR.username)
    assert payroll.verify() == []


def test_as_many_months_as_allowed_are_paid_without_a_look(payroll: Payroll) -> None:
    make(Pension(pno=0), Pension(pno=1, paid_through="2025-10"))
    assert payroll.run(NOVEMBER)[1][2] == 12 * 300_000
    assert payments.queries.held_pay() == []


def test_rejected_sum_stays_on_record_and_is_not_asked_again(payroll: Payroll) -> None:
    make(Pension(pno=0), Pension(pno=1, paid_through="2025-02"))
    payroll.run(NOVEMBER)
    (held,) = payments.queries.held_pay()
    payroll.decide("reject", held.held_id, reason="核心系统手工发过")
    assert payroll.run(DECEMBER)[1] == ("same", 300_000, 0, "same")
    (kept,) = payments.queries.held_pay()
    assert (kept.state, kept.fen, kept.reason) == (WaitState.REJECTED, held.fen, "核心系统手工发过")


def test_held_months_of_somebody_stopped_are_held_once_and_go_to_the_heirs(payroll: Payroll) -> None:
    make(Pension(pno=0), Pension(pno=1, paid_through="2025-02", steps=(("2026-11", 3, "1401"),)))
    assert 1 not in payroll.run(NOVEMBER)
    assert 1 not in payroll.run(DECEMBER)
    (held,) = payments.queries.held_pay()
    payroll.decide("release", held.held_id)
    assert payroll.run(JANUARY)[1] == ("heirs", 0, 20 * 300_000, "heirs")
    assert 1 not in payroll.run(JANUARY.plus(1))


def test_who_decides_and_why_is_needed(payroll: Payroll) -> None:
    make(Pension(pno=0), Pension(pno=1, paid_through="2025-02"))
    payroll.run(NOVEMBER)
    (held,) = payments.queries.held_pay()
    with refused(payments.Why.HELD_PAY_REASON):
        payroll.decide("release", held.held_id, reason="  ")
    with refused(payments.Why.HELD_PAY_UNKNOWN):
        payroll.decide("release", 99)
    with refused(access.Why.ROLE_NOT_ALLOWED):
        hands = hands_of(AUDITOR, clock=clock_on(date(2026, 11, 3)), store=payroll.store)
        held_pay_is_decided.release(hands, held_id=held.held_id, reason="好")
    assert payments.queries.held_pay(waiting=True) == [held]


# --- amounts told of months run before ---


def test_raise_told_of_a_month_already_run_reaches_paused_and_unpaused_alike(payroll: Payroll) -> None:
    make(Pension(pno=0), Pension(pno=1), Pension(pno=2), Pension(pno=9))
    step(1, NOVEMBER, 2, "1201")
    payroll.run(NOVEMBER)
    for pno in (0, 1, 2):
        tell(pno, 310_000, day=date(2026, 11, 25), known=date(2026, 11, 25))
    step(1, DECEMBER, 1, "1301", owed=True)
    step(2, DECEMBER, 2, "1202")
    december = payroll.run(DECEMBER)
    assert december[0] == ("changed", 310_000, 10_000, "with_more")
    assert december[1] == ("resumed", 310_000, 310_000, "resumed_with_arrears")
    assert december[2] == (
        "owed",
        0,
        10_000,
        "owed",
    )  # paid in November, stopped since: the difference is owed
    assert december[9] == ("same", 300_000, 0, "same")
    (difference,) = payments.queries.exceptions_of(0)[0].differences
    assert (difference.for_month, difference.fen) == (NOVEMBER.index, 10_000)
    assert payroll.told(0) == [
        ("补发 100.00 元", "补发以前月份的差额，或主管核准的月份 · 补发差额 2026年11月")
    ]
    january = payroll.run(JANUARY)
    assert (january[0], 2 in january) == (("same", 310_000, 0, "same"), False)
    assert payroll.verify() == []


def test_raise_that_a_late_roster_tells_reaches_every_month_since(payroll: Payroll) -> None:
    make(Pension(pno=0), Pension(pno=1))
    payroll.run(NOVEMBER)
    payroll.run(DECEMBER)
    tell(0, 310_000, day=date(2026, 11, 5), known=date(2026, 12, 28))
    assert payroll.run(JANUARY)[0] == ("changed", 310_000, 20_000, "with_more")
    months = [one.for_month for one in payments.queries.exceptions_of(0)[0].differences]
    assert months == [NOVEMBER.index, DECEMBER.index]
    assert payroll.run(JANUARY.plus(1))[0] == ("same", 310_000, 0, "same")


def test_amount_lowered_afterwards_is_a_question_and_nothing_is_taken_back(payroll: Payroll) -> None:
    make(Pension(pno=0), Pension(pno=1))
    payroll.run(NOVEMBER)
    tell(0, 290_000, day=date(2026, 11, 25), known=date(2026, 11, 25))
    assert payroll.run(DECEMBER)[0] == ("changed", 290_000, 0, "amount_changed")
    (held,) = payments.queries.held_pay(waiting=True)
    assert (held.pno, held.why, held.first, held.months, held.fen) == (
        0,
        WaitsFor.LOWERED,
        NOVEMBER,
        1,
        10_000,
    )
    payroll.decide("release", held.held_id, reason="多发属实，另行追回")
    assert payroll.run(JANUARY)[0] == ("same", 290_000, 0, "same")
    assert payments.queries.held_pay(waiting=True) == []
    tell(0, 300_000, day=date(2026, 11, 26), known=date(2027, 1, 25))
    assert (
        payroll.run(JANUARY.plus(1))[0][2] == 20_000
    )  # December and January; November was paid at this amount
    assert PayDifference.objects.filter(for_month=NOVEMBER.index).count() == 0


# --- what people are told of it ---


def letters_to(pno: int) -> list[tuple[str, dict[str, str]]]:
    """What was queued for a person: templates with their facts."""
    return [(one.template, one.facts) for one in notices.queries.messages_of(Pno(pno))]


def said_of_pay(pno: int, *, as_of: date = date(2026, 12, 31)) -> list[str]:
    """The lines of `explain` about sums besides a month's pay."""
    return [told_in(one, "en") for one in explanation.pay_told(pno, as_of=as_of)]


def test_raise_told_late_is_told_to_whom_it_reaches_and_to_nobody_else(payroll: Payroll) -> None:
    make(Pension(pno=0), Pension(pno=1), Pension(pno=9))
    payroll.run(NOVEMBER)
    for pno in (0, 1):
        tell(pno, 310_000, day=date(2026, 11, 25), known=date(2026, 11, 25))
    step(1, DECEMBER, 3, "1401")
    payroll.run(DECEMBER)
    facts = {"more_fen": "10000", "pay_month": "2026-12"}
    assert letters_to(0) == [("pay_made_up", facts)]
    assert letters_to(1) == [("pay_made_up_ended", facts)]
    assert letters_to(9) == []
    (said,) = said_of_pay(0)
    assert said.startswith(
        "With the pay of 2026-12 a difference of 100.00 yuan was paid: a roster told a higher"
    )
    assert (said_of_pay(0, as_of=date(2026, 10, 31)), said_of_pay(9)) == ([], [])
    payroll.run(DECEMBER)
    payroll.run(JANUARY)
    assert [len(letters_to(pno)) for pno in (0, 1, 9)] == [1, 1, 0]


@pytest.mark.parametrize("pno", [0, 1, 2])
def test_lowered_amount_is_told_once_a_supervisor_found_it_so(payroll: Payroll, pno: int) -> None:
    make(Pension(pno=0), Pension(pno=1), Pension(pno=2))
    payroll.run(NOVEMBER)
    tell(pno, 290_000, day=date(2026, 11, 25), known=date(2026, 11, 25))
    if pno == 2:
        step(pno, DECEMBER, 3, "1401")
    payroll.run(DECEMBER)
    assert (letters_to(pno), said_of_pay(pno)) == ([], [])
    (held,) = payments.queries.held_pay(waiting=True)
    payroll.decide("reject" if pno == 1 else "release", held.held_id, reason="核过")
    facts = {"over_fen": "10000", "first_month": "2026-11", "last_month": "2026-11"}
    assert letters_to(pno) == ([("pay_lowered", facts)] if pno == 0 else [])
    assert len(said_of_pay(pno)) == (0 if pno == 1 else 1)
    assert payroll.verify() == []


# --- the pages ---


def test_supervisor_decides_on_the_page(payroll: Payroll) -> None:
    make(Pension(pno=0), Pension(pno=1, paid_through="2025-02"))
    tell(0, 310_000, day=date(2026, 10, 5), known=date(2026, 10, 5))
    payroll.run(NOVEMBER)
    tell(0, 320_000, day=date(2026, 11, 25), known=date(2026, 11, 25))
    payroll.run(DECEMBER)
    (held,) = payments.queries.held_pay()
    account = get_user_model().objects.create(
        username="lin",
        display_name="林",
        role="supervisor",
        password="!",
        created_at=AT,
        created_by="test",
    )
    client = Client()
    as_staff(client, int(account.pk))
    assert "/staff/pay/held/" in client.get("/staff/pay/").content.decode()
    assert "补发差额" in client.get("/staff/pay/2026-12/").content.decode()
    address = f"/staff/pay/held/{held.held_id}/"
    assert address in client.get("/staff/pay/held/").content.decode()
    assert "先问核心系统" in client.get(address).content.decode()
    client.post(f"{address}decide/", {"step": "reject", "reason": "手工发过"}, follow=True)
    shown = client.get(address).content.decode()
    assert "手工发过" in shown
    assert "先问核心系统" not in shown
    assert address not in client.get("/staff/pay/held/").content.decode()
    assert address in client.get("/staff/pay/held/?all=1").content.decode()
    assert client.get("/staff/pay/held/99/").status_code == 404
