"""The monthly mirror at any size: `MIRROR_PEOPLE` (2,000) for `MIRROR_MONTHS` (24), against a book of columns.

The core system stops and resumes by itself, the product pauses by released lists and resumes on passes, a roster of
everybody comes every month. The book knows nothing of the product and holds a column for each thing that it knows of
everybody; after every run each person's sum must be equal. What people decide on cases is in `test_monthly_mirror`.
"""

import os
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from django.db import transaction
from numpy.typing import NDArray

from case_situations import CASE_RULES
from hands import hands_of
from pay_situations import POLICY, SUPERVISOR, clock_on, make_run, stand
from roster_situations import GOOD, HEADERS, number, take
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.decisions import decision_takes_effect
from yizheng.flows.pay import pause_list, pay_run
from yizheng.kernel.time import Month, day_number
from yizheng.rooms import notices
from yizheng.rooms.certification.data import Result
from yizheng.rooms.notices.data import NewMessage
from yizheng.rooms.notices.models import Message

FIRST = Month(2026, 9)
NOT_STOPPED, LIST, CORE_PAUSED, CORE_ENDED = range(4)
A_DAY = 1_000
"""People who share a day of birth: a number has three digits for them."""

Numbers = NDArray[np.int64]


class Book:
    """What everybody should have been paid."""

    def __init__(self, people: int) -> None:
        self.amount = (2_000 + np.arange(people, dtype=np.int64) % 5_000) * 100
        self.stop = np.zeros(people, np.int64)
        self.owed = np.zeros(people, np.int64)
        self.paid = np.zeros(people, np.int64)

    def run(self) -> None:
        """A month goes by: whoever is paid gets what was held back, too."""
        pays = self.stop == NOT_STOPPED
        self.paid += np.where(pays, self.amount * (1 + self.owed), 0)
        self.owed = np.where(pays, 0, self.owed + 1)


class Mirror:
    """Office and core system, month by month."""

    def __init__(self, folder: Path, *, people: int, feedback: bool) -> None:
        self.folder, self.store, self.feedback = folder, LocalStore(folder / "store"), feedback
        self.people, self.book, self.month = people, Book(people), FIRST
        self.chance = np.random.default_rng(people)
        self.paid = np.zeros(people, np.int64)
        self.own, self.heard = np.ones(people, np.int64), np.ones(people, np.int64)
        self.seconds: dict[str, float] = {}
        born = [date(1955, 1, 1) + timedelta(days=day) for day in range(people // A_DAY + 1)]
        serials = range(people)
        cells = {name: [value] * people for name, value in GOOD.items()} | {
            "公民身份号码": [number(one % A_DAY, f"{born[one // A_DAY]:%Y%m%d}") for one in serials],
            "出生日期": [born[one // A_DAY].isoformat() for one in serials],
            "姓名": [f"人{chr(0x4E00 + one % 20_000)}" for one in serials],
            "银行账号": [f"6222{one:015d}" for one in serials],
            "性别": [""] * people,
            "特殊群体": [""] * people,
            "月待遇金额": [str(fen // 100) for fen in self.book.amount.tolist()],
        }
        self.table = pa.table({name: cells.get(name, [""] * people) for name in HEADERS})

    def live(self, months: int) -> None:
        self._roster()
        for _ in range(months):
            self._run()
            self.month = self.month.plus(1)
            self._office_acts()
            self._core_acts()
            self._roster()
        self._run()

    @property
    def today(self) -> date:
        return self.month.first() + timedelta(days=9)

    def _some(self, which: NDArray[np.bool_], share: float) -> Numbers:
        """Some of these people: this share of everybody at the most."""
        found = np.flatnonzero(which)
        most = min(len(found), max(1, int(share * self.people)))
        return np.sort(self.chance.choice(found, most, replace=False)) if len(found) else found

    def _office_acts(self) -> None:
        """The product pauses some by a list and resumes some who passed: people with even numbers."""
        ours = np.arange(self.people) % 2 == 0
        stopped = self._some(ours & (self.book.stop == NOT_STOPPED), 0.003)
        passed = self._some(ours & (self.book.stop == LIST), 0.002)
        make_run(self.today)
        self._release(stopped.tolist())
        for pno in passed.tolist():
            due = self.today + timedelta(days=300)
            stand(pno, Result.PASSED, due=due, event=self.today - timedelta(days=2))
        with transaction.atomic():
            decision_takes_effect.resume_those_who_passed(
                as_of=self.today, actor="run", at=clock_on(self.today).now()
            )
        for pno in passed.tolist():
            stand(pno, Result.NOT_DUE, due=self.today + timedelta(days=300))
        self.book.stop[stopped], self.book.stop[passed] = LIST, NOT_STOPPED

    def _release(self, pnos: list[int]) -> None:
        due, sent_at = self.today - timedelta(days=30), clock_on(self.today - timedelta(days=20)).now()
        for pno in pnos:
            stand(pno, Result.DUE, due=due)
        notices.actions.queue_many(
            (
                NewMessage(
                    key=f"reminder:{pno}:{day_number(due)}:{place}",
                    pno=pno,
                    template=step.template,
                    facts={"due_date": due.isoformat()},
                )
                for pno in pnos
                for place, step in enumerate(POLICY.ladder, 1)
            ),
            at=sent_at,
            actor="run",
        )
        Message.objects.filter(state="queued", pno__in=pnos).update(state="sent")
        clock, month = clock_on(self.today), self.month.plus(1)
        hands = hands_of("run", clock=clock, store=self.store)
        pause_list.draw_up(hands, as_of=self.today, month=month, policies=[POLICY], case_rules=CASE_RULES)
        supervisor = hands_of(SUPERVISOR, clock=clock, store=self.store)
        assert pause_list.release(supervisor, month=month, policies=[POLICY]).to_pause == len(pnos)

    def _core_acts(self) -> None:
        """The core system stops some of the others by itself, and takes some stops back."""
        theirs = np.arange(self.people) % 2 == 1
        back = self._some(theirs & (self.own != 1), 0.002)
        stopped = self._some(theirs & (self.own == 1), 0.004)
        states = self.chance.integers(2, 4, len(stopped))
        self.own[stopped], self.own[back] = states, 1
        self.book.stop[stopped] = np.where(states == 2, CORE_PAUSED, CORE_ENDED)
        self.book.stop[back] = NOT_STOPPED

    def _roster(self) -> None:
        told = np.where(self.own != 1, self.own, self.heard)
        columns = {
            "发放状态": pc.cast(pa.array(told), pa.string()),
            "发放至年月": pa.array([str(self.month)] * self.people),
        }
        table = self.table
        for name, column in columns.items():
            table = table.set_column(table.schema.get_field_index(name), name, column)
        path = self.folder / f"roster-{self.month}.csv"
        pa_csv.write_csv(table, path)
        began = time.monotonic()
        take(path, self.store, self.month.first() + timedelta(days=24))
        self._took("roster", began)
        if self.feedback:
            self.heard = np.where(self.book.stop == LIST, 2, 1)

    def _run(self) -> None:
        began = time.monotonic()
        clock = clock_on(self.month.last())
        report = pay_run.run(hands_of("zhao", clock=clock, store=self.store), month=self.month.plus(1))
        self._took("pay run", began)
        rows = pq.read_table(self.store.path(report.file))
        self.paid[rows["pno"].to_numpy()] += rows["total_fen"].to_numpy()
        self.book.run()
        wrong = np.flatnonzero(self.paid != self.book.paid)
        first = wrong[:5]
        assert not len(wrong), (
            f"{len(wrong)} people in {self.month.plus(1)}: {first} were paid {self.paid[first]},"
            f" the book says {self.book.paid[first]}; stopped by {self.book.stop[first]}"
        )

    def _took(self, what: str, began: float) -> None:
        took = time.monotonic() - began
        self.seconds[f"{what}, first"] = self.seconds.get(f"{what}, first", took)
        self.seconds[f"{what}, last"] = took
        self.seconds[what] = self.seconds.get(what, 0.0) + took


@pytest.mark.django_db
@pytest.mark.parametrize("feedback", [False, True])
@pytest.mark.long  # a roster and a run of everybody a month
def test_everybody_of_a_mirrored_core_system_gets_every_fen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, feedback: bool
) -> None:
    people, months = int(os.environ.get("MIRROR_PEOPLE", "2000")), int(os.environ.get("MIRROR_MONTHS", "24"))
    mirror = Mirror(tmp_path, people=people, feedback=feedback)
    mirror.live(months)
    with capsys.disabled():
        took = ", ".join(f"{what} {seconds:.2f} s" for what, seconds in mirror.seconds.items())
        print(f"\n{people:,} people, {months} months, feedback {feedback}: {took}")  # noqa: T201 (the figure asked for)
    assert int(mirror.book.paid.sum()) == int(mirror.paid.sum()) > 0
