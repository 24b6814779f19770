"""Nobody loses or gains a fen, whatever is decided in whatever order and however late.

Each month's pension is a power of two, so the sum that a person was paid says which months were paid. A simple book
keeps, month by month, what should have been; the product's real flows must come to the same sum after every run.
"""

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from case_situations import CASE_RULES
from hands import hands_of
from pay_situations import (
    AT,
    CERTIFIER,
    POLICY,
    RECHECKER,
    SUPERVISOR,
    Pension,
    clock_on,
    doubt,
    make,
    make_run,
    stand,
)
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.decisions import decision_takes_effect
from yizheng.flows.pay import pause_list, pay_run
from yizheng.kernel.time import Month, day_number, months_from
from yizheng.rooms import casework, notices, payments
from yizheng.rooms.casework.data import Loss, Outcome
from yizheng.rooms.certification.data import Result
from yizheng.rooms.certification.models import Run
from yizheng.rooms.entitlements.models import Benefit
from yizheng.rooms.notices.models import Message

FIRST = Month(2026, 11)
PEOPLE = (0, 1, 2)
NEWCOMERS = (3, 4)
EVERYBODY = PEOPLE + NEWCOMERS
LONGEST = 40


def amount(month: Month) -> int:
    """A month's pension: its own bit."""
    return 1 << (month.index - FIRST.index)


NEVER_OWED = ("1202", "dead", "ended")


@dataclass
class Account:
    """What a person should have got: the simple book. `unpaid` says of each month without pay what it is held for.

    A decision that becomes known late is true from its own day: it says anew what the months without pay are held for.
    """

    state: str = "paying"
    paused_for: str = ""
    is_paid: bool = True
    paid: int = 0
    unpaid: dict[Month, str] = field(default_factory=dict)
    heirs_owed: list[Month] = field(default_factory=list)

    def run(self, month: Month) -> None:
        """A month's pay run. Months that somebody new was owed before any stop go out with the first."""
        self.is_paid = self.state == "paying"
        fresh = [held for held, held_for in self.unpaid.items() if held_for == "new"]
        self.paid += sum(map(amount, fresh))
        self.unpaid = {held: why for held, why in self.unpaid.items() if why != "new"}
        if self.state == "paying":
            self.paid += amount(month) + sum(map(amount, self.owed()))
            self.unpaid = {}
        elif self.state == "paused":
            self.unpaid[month] = self.paused_for
        else:
            self.unpaid[month] = "ended"
        self.paid += sum(map(amount, self.heirs_owed))
        self.heirs_owed = []

    def owed(self) -> list[Month]:
        """The months without pay that will be paid once pay comes again."""
        return [month for month, held_for in self.unpaid.items() if held_for not in NEVER_OWED]

    def hold_from(self, month: Month, held_for: str) -> None:
        """From that month on, the months without pay are held for this; what was given back stays given."""
        later = [held for held in self.unpaid if held >= month and self.unpaid[held] != "given back"]
        self.unpaid |= dict.fromkeys(later, held_for)

    def reinstate(self) -> None:
        """The ending was wrong: what it held back is owed."""
        self.state = "paying"
        self.unpaid |= {
            month: "given back" for month, held_for in self.unpaid.items() if held_for in ("ended", "dead")
        }


class MoneyMachine(RuleBasedStateMachine):
    """Months go by; in each, lists are released, people pass, die, go to prison, are found; then pay is run."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.folder = Path(tempfile.mkdtemp(prefix="yizheng-money-"))
        self.store = LocalStore(self.folder)
        self.to_come = FIRST
        self.paid = dict.fromkeys(PEOPLE, 0)
        self.books = {pno: Account() for pno in PEOPLE}
        self.begins: dict[int, Month] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        shutil.rmtree(self.folder, ignore_errors=True)

    @initialize()
    def people(self) -> None:
        make(*(Pension(pno=pno, monthly_fen=0) for pno in PEOPLE), Pension(pno=9, monthly_fen=1))
        for pno in PEOPLE:
            self._draws(pno, start=Month(2015, 1), through=FIRST.plus(-1), known_since=AT)

    def _draws(self, pno: int, *, start: Month, through: Month, known_since: datetime) -> None:
        Benefit.objects.bulk_create(
            Benefit(
                pno=pno,
                scheme="110",
                benefit_type="retirement",
                region="440802",
                start_month=start.index,
                monthly_fen=amount(FIRST.plus(step)),
                paid_through=through.index,
                true_from=FIRST.plus(step).first(),
                known_since=known_since,
                roster=0,
            )
            for step in range(LONGEST)
        )

    @precondition(lambda self: self.to_come >= FIRST.plus(2))
    @rule(pno=st.sampled_from(NEWCOMERS), months=st.integers(0, 4))
    def somebody_comes(self, pno: int, months: int) -> None:
        """Somebody new on the roster, whose benefit began some months ago and was never paid."""
        if pno in self.books:
            return
        start = max(FIRST, self.to_come.plus(-months))
        make(Pension(pno=pno, monthly_fen=0, paid_through="", start=str(start)))
        Benefit.objects.filter(pno=pno).delete()
        self._draws(pno, start=start, through=start.plus(-1), known_since=clock_on(self.today).now())
        unpaid = dict.fromkeys(months_from(start, self.to_come.plus(-1)), "new")
        self.paid[pno] = 0
        self.begins[pno] = start
        self.books[pno] = Account(is_paid=False, unpaid=unpaid)

    @property
    def today(self) -> date:
        """A day in the month before the pay to come."""
        return self.to_come.plus(-1).first() + timedelta(days=14)

    @precondition(lambda self: self.to_come < FIRST.plus(LONGEST - 4))
    @rule(months=st.integers(1, 3))
    def run_pay(self, months: int) -> None:
        """Some months without a decision."""
        for _ in range(months):
            self._run_month()

    @precondition(lambda self: self.to_come < FIRST.plus(LONGEST - 4))
    @rule()
    def run_a_month(self) -> None:
        """A month: there are as many runs as decisions."""
        self._run_month()

    def _run_month(self) -> None:
        report = pay_run.run(
            hands_of("zhao", clock=clock_on(self.today), store=self.store), month=self.to_come
        )
        table = pq.read_table(self.store.path(report.file))
        for pno, total in zip(table["pno"].to_pylist(), table["total_fen"].to_pylist(), strict=True):
            if pno in self.paid:
                self.paid[pno] += total
        for book in self.books.values():
            book.run(self.to_come)
        self.to_come = self.to_come.plus(1)

    @rule(pno=st.sampled_from(EVERYBODY))
    def release_a_list(self, pno: int) -> None:
        """A pause for want of a certification, from the pay to come on, of somebody who was paid last month."""
        book = self.books.get(pno)
        if book is None or book.state != "paying" or not book.is_paid or self._has_list():
            return
        due, clock = self.today - timedelta(days=30), clock_on(self.today)
        for other in self.books:  # as the run of the month would say of those found entitled since
            stand(other, Result.NOT_DUE, due=self.today + timedelta(days=300))
        stand(pno, Result.DUE, due=due)
        self._remind(pno, due)
        if not Run.objects.filter(as_of=self.today).exists():
            make_run(self.today)
        pause_list.draw_up(
            hands_of("run", clock=clock, store=self.store),
            as_of=self.today,
            month=self.to_come,
            policies=[POLICY],
            case_rules=CASE_RULES,
        )
        released = pause_list.release(
            hands_of(SUPERVISOR, clock=clock, store=self.store), month=self.to_come, policies=[POLICY]
        )
        assert released.to_pause == 1
        book.state, book.paused_for = "paused", "1201"

    def _remind(self, pno: int, due: date) -> None:
        """The reminders of the ladder, all of them sent three weeks ago."""
        for number, step in enumerate(POLICY.ladder, 1):
            notices.actions.queue(
                f"reminder:{pno}:{day_number(due)}:{number}",
                pno=pno,
                template=step.template,
                facts={"due_date": due.isoformat()},
                at=clock_on(self.today - timedelta(days=20)).now(),
            )
        Message.objects.filter(pno=pno).update(state="sent")

    def _has_list(self) -> bool:
        return payments.queries.find_list(self.to_come) is not None

    @rule(pno=st.sampled_from(EVERYBODY))
    def pass_by_comparison(self, pno: int) -> None:
        """A machine's pass ends a pause for want of one, and no other."""
        if pno not in self.books:
            return
        if not Run.objects.exists():
            make_run(self.today)
        stand(pno, Result.PASSED, due=self.today + timedelta(days=300), event=self.today - timedelta(days=2))
        with transaction.atomic():
            decision_takes_effect.resume_those_who_passed(
                as_of=self.today, actor="run", at=clock_on(self.today).now()
            )
        for book in self.books.values():
            if book is self.books[pno] and book.state == "paused" and book.paused_for == "1201":
                book.state = "paying"
        stand(pno, Result.NOT_DUE, due=self.today + timedelta(days=300))

    @rule(pno=st.sampled_from(EVERYBODY))
    def decide_eligible(self, pno: int) -> None:
        if pno not in self.books:
            return
        self._decide(pno, Outcome.ELIGIBLE, None, self.today)
        book = self.books[pno]
        if book.state == "paused":
            book.state = "paying"
        elif book.state == "ended":
            book.reinstate()

    @precondition(lambda self: self.to_come > FIRST.plus(3))
    @rule(pno=st.sampled_from(EVERYBODY), months_ago=st.integers(0, 6))
    def confirm_death(self, pno: int, months_ago: int) -> None:
        if pno not in self.books:
            return
        day = self.today - timedelta(days=30 * months_ago)
        if day < self.begins.get(pno, FIRST).first():
            return  # refused: nobody died before the benefit began
        self._decide(pno, Outcome.LOST_CONFIRMED, Loss.DEATH, day)
        book = self.books[pno]
        if book.state == "ended":
            return
        book.hold_from(Month.of(day).plus(1), "dead")
        owed = book.owed()
        book.state, book.heirs_owed = "ended", [*book.heirs_owed, *owed]
        book.unpaid = {month: held for month, held in book.unpaid.items() if month not in owed}

    @rule(pno=st.sampled_from(EVERYBODY), months_ago=st.integers(0, 6))
    def confirm_custody(self, pno: int, months_ago: int) -> None:
        self._lose(pno, Loss.CUSTODY, "1202", months_ago)

    @rule(pno=st.sampled_from(EVERYBODY), months_ago=st.integers(0, 6))
    def confirm_missing(self, pno: int, months_ago: int) -> None:
        self._lose(pno, Loss.MISSING, "1203", months_ago)

    def _lose(self, pno: int, loss: Loss, code: str, months_ago: int) -> None:
        if pno not in self.books:
            return
        day = self.today - timedelta(days=30 * months_ago)
        self._decide(pno, Outcome.LOST_CONFIRMED, loss, day)
        book = self.books[pno]
        if book.state == "ended" or (book.state, book.paused_for) == ("paused", code):
            return
        book.hold_from(Month.of(day).plus(1), code)
        book.state, book.paused_for = "paused", code

    def _decide(self, pno: int, outcome: Outcome, loss: Loss | None, day: date) -> None:
        """Two people decide a case, on the day that it is."""
        clock = clock_on(self.today)
        with transaction.atomic():
            casework.actions.open_cases(
                [doubt(pno)], run_id="r", as_of=self.today, at=clock.now(), actor="run", case_rules=CASE_RULES
            )
        case = casework.queries.case_of_person(pno)
        assert case is not None
        case = doubt_is_resolved.propose(
            hands_of(CERTIFIER, clock=clock),
            case_id=case.case_id,
            outcome=outcome,
            loss=loss or "",
            reason="核实",
            outcome_day=day,
            expected_version=case.version,
            case_rules=CASE_RULES,
        )
        doubt_is_resolved.confirm(
            hands_of(RECHECKER, clock=clock),
            case_id=case.case_id,
            agree=True,
            note="",
            expected_version=case.version,
            case_rules=CASE_RULES,
        )

    @invariant()
    def everybody_got_what_the_book_says(self) -> None:
        for pno, book in self.books.items():
            assert self.paid[pno] == book.paid, (
                f"person {pno}, before {self.to_come}: paid {self.paid[pno]:b}, the book says {book.paid:b}"
            )


@pytest.mark.django_db
@pytest.mark.parametrize("examples", [6, pytest.param(100, marks=pytest.mark.long)])
def test_nobody_loses_or_gains_a_fen(examples: int) -> None:
    run_state_machine_as_test(
        MoneyMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=24,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=(Phase.generate,),  # shrinking walks the database for minutes; the steps are printed whole
        ),
    )


@pytest.mark.django_db
def test_month_that_a_run_paid_is_not_paid_again_for_a_pause_dated_back() -> None:
    """By the clock, the benefit was written down only after the first run, which paid it: that dates the pause back."""
    machine = MoneyMachine()
    try:
        machine.people()
        machine.run_a_month()
        machine.confirm_missing(pno=0, months_ago=6)
        for _ in range(4):
            machine.run_a_month()
        machine.confirm_custody(pno=0, months_ago=0)
        machine.decide_eligible(pno=0)
        machine.run_a_month()
        machine.everybody_got_what_the_book_says()
    finally:
        machine.teardown()
