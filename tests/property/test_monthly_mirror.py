"""A core system mirrored month by month, with and without word of what is decided here, loses nobody a fen.

A hundred and fifty people live through 24 months. The core system stops and resumes pay by itself; the product pauses by
list, resumes on passes, and decides cases by two people, all by its own flows; a roster comes every month. A plain book,
which knows nothing of the product, says what each should have been paid; after every pay run the sums must be equal.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import transaction

from case_situations import CASE_RULES
from hands import hands_of
from pay_situations import CERTIFIER, POLICY, RECHECKER, SUPERVISOR, clock_on, doubt, make_run, stand
from roster_situations import person, take, write
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.decisions import decision_takes_effect
from yizheng.flows.pay import pause_list, pay_run
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Month, day_number
from yizheng.rooms import casework, notices
from yizheng.rooms.casework.data import Known, Loss, NewCase, Outcome
from yizheng.rooms.certification.data import Result
from yizheng.rooms.notices.models import Message

PEOPLE = 150
FIRST = Month(2026, 9)
OURS, THEIRS = range(75), range(75, PEOPLE)
"""People about whom we decide, and those whose pay the core system stops by itself."""


@dataclass
class Book:
    """What one person should have got. `stop`: what holds the pay back ('': nothing). `owed`: months held, to be paid."""

    amount: int
    stop: str = ""
    owed: int = 0
    held_by_end: int = 0
    paid: int = 0

    def run(self) -> None:
        """A month goes by."""
        if not self.stop:
            self.paid += self.amount * (1 + self.owed)
            self.owed = 0
        elif self.stop in ("died", "core ended"):
            self.held_by_end += 1
        elif self.stop != "sentence":
            self.owed += 1

    def comes_back(self) -> None:
        """The stop was wrong, or is over: all is owed but the months of a sentence."""
        self.stop, self.owed, self.held_by_end = "", self.owed + self.held_by_end, 0


@dataclass
class Core:
    """The core system's own view: by person state, month and reason; `heard` is what it has learnt of us."""

    own: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    heard: dict[int, tuple[str, str, str]] = field(default_factory=dict)

    def row(self, pno: int, month: Month, *, gives: bool) -> dict[str, str]:
        state, since, reason = self.own.get(pno) or self.heard.get(pno) or ("1", "", "")
        told = {
            "发放状态": state,
            "发放至年月": str(month),
            "特殊群体": "",
            "月待遇金额": f"{amount(pno) // 100}",
        }
        return told | ({"状态变更年月": since, "状态变更原因": reason} if gives else {})


def amount(pno: int) -> int:
    """A month's pension, in fen: whole yuan, another for each."""
    return (2_000 + pno) * 100


class Mirror:
    """The office, the core system and the book, month by month."""

    def __init__(self, folder: Path, *, seed: int, feedback: bool, gives: bool) -> None:
        self.folder, self.store, self.chance = folder, LocalStore(folder / "store"), random.Random(seed)
        self.feedback, self.gives, self.core = feedback, gives, Core()
        self.books = {pno: Book(amount(pno)) for pno in range(PEOPLE)}
        self.paid = dict.fromkeys(range(PEOPLE), 0)
        self.learning: dict[int, tuple[str, str, str]] = {}
        self.month = FIRST

    def live(self, months: int) -> None:
        self._roster()
        for _ in range(months):
            self._run()
            self.month = self.month.plus(1)
            self._decide()
            self._core_acts()
            self._roster()
        self._run()

    # --- what happens ---

    @property
    def today(self) -> date:
        return self.month.first() + timedelta(days=9)

    def _decide(self) -> None:
        """The month's decisions here, each by its own flow, and what they mean in the book."""
        some = self.chance.sample(OURS, 12)
        in_payment = [pno for pno in some if not self.books[pno].stop]
        self._release(in_payment[:3])
        for pno in in_payment[3:6]:
            loss, stop, state = self.chance.choice(
                [
                    (Loss.CUSTODY, "sentence", "1202"),
                    (Loss.MISSING, "missing", "1203"),
                    (Loss.DEATH, "died", "1401"),
                ]
            )
            self._resolve(pno, Outcome.LOST_CONFIRMED, loss)
            self.books[pno].stop = stop
            self._tell_core(pno, "3" if stop == "died" else "2", state)
        stopped = [pno for pno in OURS if self.books[pno].stop]
        for pno in self.chance.sample(stopped, min(4, len(stopped))):
            if self.books[pno].stop == "list" and self.chance.random() < 0.5:
                self._pass(pno)
            else:
                self._resolve(pno, Outcome.ELIGIBLE, None)
            stand(pno, Result.NOT_DUE, due=self.today + timedelta(days=300))
            self.books[pno].comes_back()
            self._tell_core(pno, "1", "")
        theirs = [pno for pno in THEIRS if self.books[pno].stop]
        for pno in self.chance.sample(theirs, min(1, len(theirs))):
            self._resolve(pno, Outcome.ELIGIBLE, None, kind=Known.ROSTER_STOP)
            self.books[pno].comes_back()

    def _core_acts(self) -> None:
        """The core system stops some by itself, and takes some stops back."""
        for pno in self.chance.sample(THEIRS, 3):
            if pno not in self.core.own:
                state, reason = self.chance.choice([("2", "1299"), ("2", "1206"), ("3", "1499")])
                self.core.own[pno] = (state, str(self.month.plus(1)), reason)
                self.books[pno].stop = "core ended" if state == "3" else "core"
        for pno in self.chance.sample(sorted(self.core.own), len(self.core.own) // 4):
            del self.core.own[pno]
            if self.books[pno].stop:
                self.books[pno].comes_back()

    def _roster(self) -> None:
        rows = [person(pno) | self.core.row(pno, self.month, gives=self.gives) for pno in range(PEOPLE)]
        path = write(self.folder / f"roster-{self.month}.csv", rows)
        take(path, self.store, self.month.first() + timedelta(days=24))
        if self.feedback:
            self.core.heard |= self.learning
            self.learning = {}

    def _tell_core(self, pno: int, state: str, reason: str) -> None:
        """Word of a decision: the core system has it in next month's roster."""
        self.learning = self.learning | {pno: (state, str(self.month.plus(1)), reason)}

    def _run(self) -> None:
        clock = clock_on(self.month.last())
        report = pay_run.run(hands_of("zhao", clock=clock, store=self.store), month=self.month.plus(1))
        table = pq.read_table(self.store.path(report.file))
        for pno, total in zip(table["pno"].to_pylist(), table["total_fen"].to_pylist(), strict=True):
            self.paid[pno] += total
        for pno, book in self.books.items():
            book.run()
            assert self.paid[pno] == book.paid, f"person {pno} in {self.month.plus(1)}: {book}"

    # --- the product's own flows ---

    def _release(self, pnos: list[int]) -> None:
        """A pause list for want of a certification."""
        clock, due = clock_on(self.today), self.today - timedelta(days=30)
        make_run(self.today)
        for pno in pnos:
            stand(pno, Result.DUE, due=due)
            self._remind(pno, due)
            self.books[pno].stop = "list"
            self._tell_core(pno, "2", "1201")
        pause_list.draw_up(
            hands_of("run", clock=clock, store=self.store),
            as_of=self.today,
            month=self.month.plus(1),
            policies=[POLICY],
            case_rules=CASE_RULES,
        )
        supervisor = hands_of(SUPERVISOR, clock=clock, store=self.store)
        released = pause_list.release(supervisor, month=self.month.plus(1), policies=[POLICY])
        assert released.to_pause == len(pnos)

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

    def _pass(self, pno: int) -> None:
        """A comparison proves the person alive."""
        stand(pno, Result.PASSED, due=self.today + timedelta(days=300), event=self.today - timedelta(days=2))
        with transaction.atomic():
            decision_takes_effect.resume_those_who_passed(
                as_of=self.today, actor="run", at=clock_on(self.today).now()
            )

    def _resolve(self, pno: int, outcome: Outcome, loss: Loss | None, *, kind: str = "") -> None:
        """Two people decide a case."""
        clock = clock_on(self.today)
        asked = NewCase(pno=Pno(pno), leads=(), kind=kind) if kind else doubt(pno)
        with transaction.atomic():
            casework.actions.open_cases(
                [asked], run_id="r", as_of=self.today, at=clock.now(), actor="run", case_rules=CASE_RULES
            )
        case = casework.queries.case_of_person(pno)
        assert case is not None
        case = doubt_is_resolved.propose(
            hands_of(CERTIFIER, clock=clock),
            case_id=case.case_id,
            outcome=outcome,
            loss=loss or "",
            reason="核实",
            outcome_day=self.today,
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


@pytest.mark.django_db
@pytest.mark.parametrize("months", [4, pytest.param(24, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    ("seed", "feedback", "gives"), [(1, False, False), (2, False, True), (3, True, False), (4, True, True)]
)
def test_mirrored_core_system_loses_nobody_a_fen(
    tmp_path: Path, seed: int, months: int, *, feedback: bool, gives: bool
) -> None:
    mirror = Mirror(tmp_path, seed=seed, feedback=feedback, gives=gives)
    mirror.live(months)
    assert sum(book.paid for book in mirror.books.values()) == sum(mirror.paid.values()) > 0
