"""A roster is a witness: it moves pay where it has changed itself, and undoes no decision of the product."""

import io
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.db import transaction

from hands import hands_of
from pay_situations import clock_on
from roster_situations import person, take, write
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.pay import pay_run
from yizheng.kernel.time import Month
from yizheng.rooms import entitlements, people, privacy
from yizheng.rooms.entitlements.data import PayChange, PayState
from yizheng.rooms.evidence.data import ImportReport

pytestmark = pytest.mark.django_db
SEPTEMBER = Month(2026, 9)
MONTHLY = 312_050
WHO = 0
"""The person whom each test is about; another one is paid throughout."""


class Office:
    """A small agency: its core system delivers a roster a month, on the 25th, and says then that the month was paid."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store, self._files = folder, LocalStore(folder / "store"), 0

    def roster(self, month: Month, *, day: int = 25, **changes: str) -> ImportReport:
        """The month's roster; `changes` are those of the person whom the test is about."""
        self._files += 1
        through = {"发放至年月": str(month)}
        rows = [person(1, **(through | changes)), person(2, **through)]
        path = write(self.folder / f"roster-{self._files}.csv", rows)
        return take(path, self.store, date(month.year, month.month, day))

    def run(self, month: Month) -> int:
        """The month's pay run; what the person got, in fen."""
        clock = clock_on(month.plus(-1).last())
        report = pay_run.run(hands_of("zhao", clock=clock, store=self.store), month=month)
        table = pq.read_table(self.store.path(report.file))
        own = table.filter(pc.equal(table["pno"], WHO))
        return int(pc.sum(own["total_fen"]).as_py() or 0)

    def decide(self, state: int, reason: str, month: Month, decision: str, *, arrears: bool = False) -> None:
        """A step that the product decides."""
        change = PayChange(
            pno=WHO,
            to_state=PayState(state),
            reason_code=reason,
            effective_month=month,
            arrears_due=arrears,
            decision=decision,
        )
        with transaction.atomic():
            entitlements.actions.change_pay_state(change, actor="zhao", at=clock_on(month.first()).now())


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def state() -> PayState:
    return entitlements.queries.pay_standing_of(WHO).state


DECIDED = [
    (2, "1201", "pause_list:2026-10"),
    (2, "1202", "case:1"),
    (2, "1203", "case:1"),
    (3, "1401", "case:1"),
]


@pytest.mark.parametrize(("stopped", "reason", "decision"), DECIDED)
@pytest.mark.parametrize(
    "given", [{}, {"状态变更年月": "2015-03"}, {"状态变更年月": "2015-03", "状态变更原因": "1301"}]
)
def test_ordinary_monthly_roster_undoes_no_decision(
    office: Office, stopped: int, reason: str, decision: str, given: dict[str, str]
) -> None:
    office.roster(SEPTEMBER, **given)
    office.decide(stopped, reason, Month(2026, 10), decision)
    for month in (Month(2026, 10), Month(2026, 11), Month(2026, 12)):
        assert office.run(month) == 0
        assert office.roster(month, **given).notes["state_contradicted"] == 1
    assert (state(), len(entitlements.queries.pay_steps_of(WHO))) == (PayState(stopped), 1)


@pytest.mark.parametrize(("stopped", "reason", "decision"), DECIDED)
def test_changed_roster_is_a_contradiction_where_the_product_decided(
    office: Office, stopped: int, reason: str, decision: str
) -> None:
    office.roster(SEPTEMBER, 发放状态="2", 状态变更年月="2026-08", 状态变更原因="1201", 发放至年月="2026-07")
    office.decide(stopped, reason, Month(2026, 10), decision)
    office.run(Month(2026, 10))
    told = office.roster(Month(2026, 10), 状态变更年月="2026-11", 状态变更原因="1301")
    assert told.notes["state_contradicted"] == 1
    assert state() is PayState(stopped)
    assert office.run(Month(2026, 11)) == 0


def test_pause_of_a_list_ends_with_every_month_after_rosters_that_said_otherwise(office: Office) -> None:
    office.roster(SEPTEMBER)
    office.decide(2, "1201", Month(2026, 10), "pause_list:2026-10")
    for month in (Month(2026, 10), Month(2026, 11)):
        assert office.run(month) == 0
        office.roster(month)
    office.decide(1, "1301", Month(2026, 12), "run:x", arrears=True)
    assert office.run(Month(2026, 12)) == 3 * MONTHLY


def test_roster_takes_back_its_own_pause_with_every_month(office: Office) -> None:
    office.roster(SEPTEMBER)
    office.run(Month(2026, 10))
    office.roster(Month(2026, 10), 发放状态="2")
    assert (state(), office.run(Month(2026, 11))) == (PayState.PAUSED, 0)
    office.roster(Month(2026, 11), 发放状态="2")
    assert office.run(Month(2026, 12)) == 0
    office.roster(Month(2026, 12))
    assert office.run(Month(2027, 1)) == 3 * MONTHLY
    assert office.run(Month(2027, 2)) == MONTHLY


def test_roster_takes_back_its_own_ending_with_every_month(office: Office) -> None:
    office.roster(SEPTEMBER)
    office.run(Month(2026, 10))
    office.roster(Month(2026, 10), 发放状态="3", 状态变更年月="2026-08", 状态变更原因="1401")
    assert (state(), office.run(Month(2026, 11))) == (PayState.ENDED, 0)
    office.roster(Month(2026, 11))
    assert office.run(Month(2026, 12)) == 2 * MONTHLY
    assert office.run(Month(2027, 1)) == MONTHLY


def test_pause_told_for_months_that_were_paid_holds_from_the_month_to_come(office: Office) -> None:
    office.roster(SEPTEMBER)
    for month in (Month(2026, 10), Month(2026, 11)):
        assert office.run(month) == MONTHLY
    office.roster(Month(2026, 11), 发放状态="2", 状态变更年月="2026-08", 状态变更原因="1201")
    assert entitlements.queries.pay_standing_of(WHO).since == Month(2026, 12)
    assert office.run(Month(2026, 12)) == 0
    office.roster(Month(2026, 12))
    assert office.run(Month(2027, 1)) == 2 * MONTHLY, "a month that was paid is not paid twice"


def test_pause_that_no_run_has_seen_never_bites(office: Office) -> None:
    office.roster(SEPTEMBER)
    office.run(Month(2026, 10))
    office.roster(Month(2026, 10), day=20, 发放状态="2")
    office.roster(Month(2026, 10), day=25)
    assert office.run(Month(2026, 11)) == MONTHLY


@pytest.mark.parametrize(("reason", "owed"), [("1302", 0), ("1304", 0), ("1399", 2), ("", 2)])
def test_served_sentence_forfeits_what_the_roster_itself_says_it_does(
    office: Office, reason: str, owed: int
) -> None:
    office.roster(SEPTEMBER)
    office.run(Month(2026, 10))
    office.roster(Month(2026, 10), 发放状态="2", 状态变更原因="1202")
    office.run(Month(2026, 11))
    office.roster(Month(2026, 11), 发放状态="2", 状态变更原因="1202")
    office.run(Month(2026, 12))
    office.roster(Month(2026, 12), 状态变更原因=reason)
    assert office.run(Month(2027, 1)) == (owed + 1) * MONTHLY


@pytest.mark.parametrize(
    "again", [{}, {"状态变更年月": "2026-08"}, {"状态变更年月": "2026-08", "状态变更原因": "1201"}]
)
def test_roster_that_repeats_its_pause_pauses_nobody_again(office: Office, again: dict[str, str]) -> None:
    """Whoever passed since the core system paused them stays in payment, though it has not learnt of it yet."""
    pause = {"发放状态": "2", "发放至年月": "2026-07"}
    office.roster(SEPTEMBER, **pause, 状态变更年月="2026-08", 状态变更原因="1201")
    office.decide(1, "1301", Month(2026, 10), "run:x", arrears=True)
    for month in (Month(2026, 10), Month(2026, 11)):
        assert office.run(month) > 0
        assert office.roster(month, **pause, **again).notes["state_contradicted"] == 1
    assert state() is PayState.IN_PAYMENT
    office.roster(Month(2026, 12), 发放状态="2", 状态变更年月="2027-01", 状态变更原因="1201")
    assert state() is PayState.PAUSED, "another month is another pause"


def test_what_a_row_leaves_empty_is_no_change_and_is_kept(office: Office) -> None:
    office.roster(SEPTEMBER, 发放状态="2", 状态变更年月="2026-08", 状态变更原因="1201")
    office.roster(Month(2026, 10), 发放状态="2")
    (row, _) = people.queries.link_table(office.store).to_pylist()
    assert (row["told_state"], row["given_month"], row["given_reason"]) == (2, Month(2026, 8).index, "1201")


def test_ending_of_somebody_paused_is_left_to_people(office: Office) -> None:
    office.roster(SEPTEMBER)
    office.decide(2, "1201", Month(2026, 10), "pause_list:2026-10")
    office.run(Month(2026, 10))
    assert office.roster(Month(2026, 10), 发放状态="3", 状态变更原因="1401").notes["state_contradicted"] == 1
    assert state() is PayState.PAUSED


@pytest.mark.parametrize("told", ["1", "2"])
def test_first_roster_after_an_upgrade_is_no_change(office: Office, told: str) -> None:
    """Versions before kept the month that they had worked out, which moves: it says nothing about the roster."""
    office.roster(SEPTEMBER, 发放状态=told)
    as_before(office.store)
    if told == "1":
        office.decide(2, "1201", Month(2026, 10), "pause_list:2026-10")
    else:
        office.decide(1, "1301", Month(2026, 10), "run:x", arrears=True)
    decided = state()
    office.run(Month(2026, 10))
    office.roster(Month(2026, 10), 发放状态=told)
    office.roster(Month(2026, 11), 发放状态=told, 状态变更年月="2026-08", 状态变更原因="1201")
    assert state() is decided
    assert len(entitlements.queries.pay_steps_of(WHO)) == (1 if told == "1" else 2)


def as_before(store: LocalStore) -> None:
    """Write the link files as version 0.1.0 did: with the month and reason that a step would bear."""
    for record in people.queries.rosters():
        name, context = people.queries.link_name(record.batch_id), f"link:{record.batch_id}"
        table = pq.read_table(io.BytesIO(privacy.queries.open_file(store.read(name), context)))
        months = pa.array([Month(2026, 10).index] * table.num_rows, pa.int32())
        reasons = pa.array(["1299" if one == 2 else "" for one in table["told_state"].to_pylist()])
        old = table.drop_columns(["given_month", "given_reason"])
        old = old.append_column("told_month", months).append_column("told_reason", reasons)
        sink = io.BytesIO()
        pq.write_table(old, sink)
        store.write(name, privacy.actions.seal_file(sink.getvalue(), context))


@pytest.mark.parametrize(
    ("reason", "decision"), [("1203", "case:1"), ("1202", "case:1"), ("1201", "pause_list:2026-11")]
)
@pytest.mark.parametrize("given", [{}, {"状态变更年月": "2026-11"}, {"状态变更原因": "same"}])
def test_word_of_a_stop_that_is_over_stops_nobody_again(
    office: Office, reason: str, decision: str, given: dict[str, str]
) -> None:
    """The core system learns of a pause a month late, when it is over here."""
    given = {name: reason if text == "same" else text for name, text in given.items()}
    office.roster(SEPTEMBER)
    office.run(Month(2026, 10))
    office.decide(2, reason, Month(2026, 11), decision)
    office.run(Month(2026, 11))
    office.decide(1, "1303", Month(2026, 12), "case:2", arrears=True)
    told = office.roster(Month(2026, 11), 发放状态="2", **given)
    assert (state(), told.notes["state_contradicted"]) == (PayState.IN_PAYMENT, 1)
    assert office.run(Month(2026, 12)) == 2 * MONTHLY


@pytest.mark.parametrize(
    "given", [{"状态变更原因": "1206"}, {"状态变更年月": "2027-02"}], ids=["another reason", "a later month"]
)
def test_another_stop_after_one_that_is_over_is_taken(office: Office, given: dict[str, str]) -> None:
    office.roster(SEPTEMBER)
    office.run(Month(2026, 10))
    office.decide(2, "1203", Month(2026, 11), "case:1")
    office.run(Month(2026, 11))
    office.decide(1, "1303", Month(2026, 12), "case:2", arrears=True)
    office.roster(Month(2026, 11), 发放状态="2", **({"状态变更年月": "2026-12"} | given))
    assert state() is PayState.PAUSED
