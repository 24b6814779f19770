"""What a roster would change of many people at once waits for a second person; what it stops alone is asked about."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client

from hands import hands_of
from pay_situations import AT, AUDITOR, SUPERVISOR, clock_on, make_run, stand
from refused import refused
from roster_situations import TERMS, number, person, take, write
from signing_in import as_staff
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.doors.cli import rosters
from yizheng.flows.arrivals import roster_differs, roster_hold_is_decided
from yizheng.flows.decisions import decision_takes_effect
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.pay import pay_run
from yizheng.kernel.time import Month
from yizheng.kernel.why import Why as KernelWhy
from yizheng.rooms import access, casework, entitlements, ledger, payments, people
from yizheng.rooms.casework.data import Known
from yizheng.rooms.certification.data import Result
from yizheng.rooms.entitlements.data import (
    HeldState,
    MassLimit,
    PayChange,
    PayState,
    RosterLimits,
    StepLimits,
)
from yizheng.rooms.entitlements.models import HeldStep
from yizheng.rooms.evidence.data import ImportReport
from yizheng.rooms.ledger.models import Entry
from yizheng.rooms.privacy.models import Look

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)
PEOPLE = 20
MONTHLY = 312_050


def limits(people: int, share: float) -> StepLimits:
    one = MassLimit(people=people, share=share)
    return StepLimits(pause=one, end=one, resume=one)


FEW = replace(TERMS, limits=RosterLimits(file=limits(3, 0.25), region=limits(2, 0.5)))
"""Twenty people make a city: of more than five of them a change is one of many, and of half a district."""


class Office:
    """A small agency of twenty people; the last four of them live in another district."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store, self._files = folder, LocalStore(folder / "store"), 0

    def roster(self, month: Month, *, day: int = 25, only: int = PEOPLE, **states: str) -> ImportReport:
        """The month's roster; `states` by serial number (`p3="2"`), a reason behind a blank."""
        self._files += 1
        rows = []
        for serial in range(only):
            state, _, reason = states.get(f"p{serial}", "1").partition(" ")
            district = "440803" if serial >= 16 else "440802"
            told = {"发放状态": state, "状态变更原因": reason, "行政区划代码": district}
            rows.append(person(serial, **told, 发放至年月=str(month)))
        path = write(self.folder / f"roster-{self._files}.csv", rows)
        return take(path, self.store, date(month.year, month.month, day), terms=FEW)

    def run(self, month: Month, *, of: int) -> int:
        """The month's pay run; what a person got."""
        clock = clock_on(month.plus(-1).last())
        report = pay_run.run(hands_of("zhao", clock=clock, store=self.store), month=month)
        table = pq.read_table(self.store.path(report.file))
        return int(pc.sum(table.filter(pc.equal(table["pno"], of))["total_fen"]).as_py() or 0)

    def decide_eligible(self, pno: int) -> None:
        """A step that the product decides: pay comes again."""
        change = PayChange(
            pno=pno,
            to_state=PayState.IN_PAYMENT,
            reason_code="1399",
            effective_month=NOVEMBER,
            decision="case:9",
        )
        with transaction.atomic():
            entitlements.actions.change_pay_state(change, actor="zhao", at=AT)

    def release(self, hold_id: int, *, on: date = date(2026, 10, 27)) -> int:
        hands = hands_of(SUPERVISOR, clock=clock_on(on), store=self.store)
        return roster_hold_is_decided.release(hands, hold_id=hold_id, reason="问过数据科，属实")

    def reject(self, hold_id: int) -> None:
        hands = hands_of(SUPERVISOR, clock=clock_on(date(2026, 10, 27)), store=self.store)
        roster_hold_is_decided.reject(hands, hold_id=hold_id, reason="列错位，已请核心系统重导")

    def verify(self) -> list[object]:
        """What the ledger finds: nothing, where every row is as it was witnessed."""
        trees = (
            *people.queries.witnessed_trees(),
            *entitlements.queries.witnessed_trees(),
            *payments.queries.witnessed_trees(self.store),
        )
        found = ledger_is_verified.verify(witnessed=wiring.witnessed(), trees=trees, store=self.store)
        return [fault.told for fault in found.faults]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.roster(SEPTEMBER)
    office.run(OCTOBER, of=0)
    return office


def all_of(numbers: range, state: str) -> dict[str, str]:
    return {f"p{serial}": state for serial in numbers}


def stopped() -> list[int]:
    return [
        pno
        for pno in range(PEOPLE)
        if entitlements.queries.pay_standing_of(pno).state is not PayState.IN_PAYMENT
    ]


@pytest.mark.parametrize("state", ["2", "2 1201", "3", "3 1401"])
def test_stop_of_many_is_held_and_stops_nobody(office: Office, state: str) -> None:
    report = office.roster(OCTOBER, **all_of(range(6), state))
    assert report.notes["pay_held"] == 6
    assert (stopped(), casework.queries.open_pnos()) == ([], set())
    (hold,) = entitlements.queries.roster_holds(waiting=True)
    assert (hold.people, hold.named, hold.district, hold.to_state) == (6, 20, "", PayState(int(state[0])))
    assert office.run(NOVEMBER, of=0) == MONTHLY
    assert office.verify() == []


@pytest.mark.parametrize(
    ("numbers", "held"), [(range(5), 0), (range(6), 6), (range(16, 18), 0), (range(16, 19), 3)]
)
def test_what_is_many_is_counted_in_the_file_and_in_each_district(
    office: Office, numbers: range, held: int
) -> None:
    report = office.roster(OCTOBER, **all_of(numbers, "2"))
    assert report.notes.get("pay_held", 0) == held
    assert len(stopped()) == len(numbers) - held
    assert {hold.district for hold in entitlements.queries.roster_holds()} == (
        {""} if held == 6 else {"440803"} if held else set()
    )


def test_supervisor_releases_and_the_next_roster_can_undo_it(office: Office) -> None:
    office.roster(OCTOBER, **all_of(range(6), "2 1201"))
    (hold,) = entitlements.queries.roster_holds(waiting=True)
    assert office.release(hold.hold_id) == 6
    assert stopped() == list(range(6))
    found = entitlements.queries.find_hold(hold.hold_id)
    assert found is not None
    assert (found.state, found.decided_by, found.reason) == (HeldState.RELEASED, "zhao", "问过数据科，属实")
    assert office.run(NOVEMBER, of=0) == 0
    assert office.verify() == []
    assert office.roster(NOVEMBER).notes["pay_held"] == 6, "many at once come back by a second person, too"
    (back,) = entitlements.queries.roster_holds(waiting=True)
    office.release(back.hold_id, on=date(2026, 11, 27))
    assert office.run(Month(2026, 12), of=0) == 2 * MONTHLY


def test_rejected_steps_stay_told_otherwise_and_are_not_told_again(office: Office) -> None:
    office.roster(OCTOBER, **all_of(range(6), "3"))
    (hold,) = entitlements.queries.roster_holds(waiting=True)
    office.reject(hold.hold_id)
    assert [one.pno for one in entitlements.queries.disagreements()] == list(range(6))
    report = office.roster(NOVEMBER, **all_of(range(6), "3"))
    assert (stopped(), report.notes["state_contradicted"]) == ([], 6)
    assert entitlements.queries.roster_holds(waiting=True) == []
    assert office.verify() == []


def test_corrected_roster_lets_people_drop_out_of_what_waits(office: Office) -> None:
    office.roster(OCTOBER, **all_of(range(6), "2"))
    office.roster(OCTOBER, day=26, **all_of(range(2), "2"))
    (hold,) = entitlements.queries.roster_holds(waiting=True)
    assert (hold.people, hold.dropped) == (6, 4)
    assert [step.pno for step in entitlements.queries.held_steps(hold.hold_id)] == [0, 1]
    office.release(hold.hold_id)
    assert stopped() == [0, 1]
    assert office.verify() == []


@pytest.mark.parametrize(
    ("told_again", "person", "roster"), [(range(6), 2, 9), (range(2), 4, None), (range(2), 4, 9)]
)
def test_who_dropped_out_is_changed_beside_the_product_and_named(
    office: Office, told_again: range, person: int, roster: int | None
) -> None:
    office.roster(OCTOBER, **all_of(range(6), "2"))
    office.roster(OCTOBER, day=26, **all_of(told_again, "2"))
    (hold,) = entitlements.queries.roster_holds(waiting=True)
    assert office.verify() == []
    HeldStep.objects.filter(hold=hold.hold_id, pno=person).update(dropped_by=roster)
    assert len(office.verify()) == 1
    with refused(entitlements.Why.HELD_STEPS_CHANGED):
        office.release(hold.hold_id)
    assert stopped() == []


def test_who_dropped_out_under_an_earlier_version_looks_like_no_tampering(office: Office) -> None:
    office.roster(OCTOBER, **all_of(range(6), "2"))
    (hold,) = entitlements.queries.roster_holds(waiting=True)
    HeldStep.objects.filter(hold=hold.hold_id, pno=2).update(dropped_by=3)
    entry = Entry.objects.get(subject=f"{entitlements.queries.HELD_STEPS}:{hold.hold_id}")
    with transaction.atomic():  # as that version wrote it: the newest entry counts
        ledger.actions.append_tree(
            kind=entry.kind,
            actor=entry.actor,
            at=entry.at,
            subject=entry.subject,
            tree=ledger.actions.row_tree(entitlements.queries.held_texts(entry.subject)),
        )
    assert office.verify() == []
    assert office.release(hold.hold_id) == 5


def test_who_imported_does_not_release_and_nobody_without_the_right(office: Office) -> None:
    office.roster(OCTOBER, **all_of(range(6), "2"))
    (hold,) = entitlements.queries.roster_holds(waiting=True)
    importer = replace(SUPERVISOR, username=hold.held_by)
    for actor, why in (
        (importer, access.Why.SECOND_PERSON_NEEDED),
        (AUDITOR, access.Why.ROLE_NOT_ALLOWED),
    ):
        hands = hands_of(actor, clock=clock_on(date(2026, 10, 27)), store=office.store)
        for decide in (roster_hold_is_decided.release, roster_hold_is_decided.reject):
            with refused(why):
                decide(hands, hold_id=hold.hold_id, reason="属实")
    hands = hands_of(SUPERVISOR, clock=clock_on(date(2026, 10, 27)), store=office.store)
    with refused(entitlements.Why.REASON_MISSING):
        roster_hold_is_decided.release(hands, hold_id=hold.hold_id, reason="  ")
    with refused(entitlements.Why.HOLD_UNKNOWN):
        roster_hold_is_decided.release(hands, hold_id=99, reason="属实")
    assert stopped() == []
    office.release(hold.hold_id)
    with refused(KernelWhy.STEP_NOT_ALLOWED):
        office.release(hold.hold_id)


def test_exchanged_step_is_found_by_the_ledger(office: Office) -> None:
    office.roster(OCTOBER, **all_of(range(6), "2"))
    HeldStep.objects.filter(pno=3).update(pno=9)
    assert office.verify() != []


# --- what a roster stops alone is asked about ---


def test_stop_by_a_roster_alone_opens_a_question(office: Office) -> None:
    report = office.roster(OCTOBER, p1="2", p2="3 1401")
    assert (stopped(), report.notes["state_asked_about"]) == ([1, 2], 2)
    asked = [casework.queries.case_of_person(pno) for pno in (1, 2)]
    assert [case.kind if case else "" for case in asked] == [Known.ROSTER_STOP, Known.ROSTER_STOP]
    assert office.roster(NOVEMBER, p1="2", p2="3 1401").notes.get("state_asked_about", 0) == 0


def test_ending_told_of_somebody_paused_here_opens_a_question(office: Office) -> None:
    pause(1)
    assert office.roster(OCTOBER, p1="3 1401").notes["state_asked_about"] == 1
    assert entitlements.queries.pay_standing_of(1).state is PayState.PAUSED


def test_people_whom_a_roster_brings_come_as_they_are(office: Office) -> None:
    folder = office.folder / "more.csv"
    rows = [person(100 + serial, 发放状态="2", 发放至年月="2026-09") for serial in range(30)]
    report = take(write(folder, rows), office.store, date(2026, 10, 25), terms=FEW)
    assert "pay_held" not in report.notes
    assert "state_asked_about" not in report.notes
    assert entitlements.queries.pay_standing_of(PEOPLE).state is PayState.PAUSED


def pause(pno: int) -> None:
    change = PayChange(
        pno=pno,
        to_state=PayState.PAUSED,
        reason_code="1201",
        effective_month=NOVEMBER,
        decision="pause_list:2026-11",
    )
    with transaction.atomic():
        entitlements.actions.change_pay_state(change, actor="zhao", at=clock_on(date(2026, 10, 20)).now())


# --- a certification in force ---


@pytest.mark.parametrize(
    ("told", "is_paused"), [("2", False), ("2 1201", False), ("2 1202", True), ("2 1299", True)]
)
def test_pause_for_want_of_a_certification_gives_way_to_one(
    office: Office, told: str, *, is_paused: bool
) -> None:
    make_run(date(2026, 10, 24))
    stand(1, Result.PASSED, due=date(2027, 10, 31), event=date(2026, 10, 20), as_of=date(2026, 10, 24))
    report = office.roster(OCTOBER, p1=told)
    assert (stopped() == [1]) is is_paused
    assert report.notes.get("state_contradicted", 0) == (0 if is_paused else 1)


@pytest.mark.parametrize(
    ("result", "due", "event"),
    [
        (Result.PASSED, date(2026, 10, 1), date(2026, 9, 20)),  # over by then
        (Result.PASSED, date(2027, 10, 31), date(2026, 3, 5)),  # nothing that the core system did not know
        (Result.DUE, date(2026, 10, 1), None),
    ],
)
def test_pause_for_want_of_a_certification_stands_without_one(
    office: Office, result: Result, due: date, event: date | None
) -> None:
    make_run(date(2026, 10, 24))
    stand(1, result, due=due, event=event, as_of=date(2026, 10, 24))
    office.roster(OCTOBER, p1="2 1201")
    assert stopped() == [1]


@pytest.mark.parametrize(("told", "owed"), [("2", 1), ("2 1201", 1), ("2 1299", None), ("2 1202", None)])
def test_pass_after_a_pause_of_a_roster_ends_it_where_no_other_reason_is_given(
    office: Office, told: str, owed: int | None
) -> None:
    office.roster(OCTOBER, p1=told)
    assert office.run(NOVEMBER, of=1) == 0
    day = date(2026, 11, 20)
    make_run(day)
    stand(1, Result.PASSED, due=date(2027, 10, 31), event=date(2026, 11, 10), as_of=day)
    with transaction.atomic():
        decision_takes_effect.resume_those_who_passed(as_of=day, actor="run", at=clock_on(day).now())
    assert office.run(Month(2026, 12), of=1) == (0 if owed is None else (owed + 1) * MONTHLY)


# --- side by side ---


def test_disagreements_stand_side_by_side_since_when_until_one_side_changes(office: Office) -> None:
    pause(1)
    office.roster(OCTOBER)
    office.roster(NOVEMBER)
    (one,) = entitlements.queries.disagreements()
    assert (one.pno, one.said.state, one.since, one.first_roster) == (1, 1, date(2026, 10, 25), 1)
    assert (one.here.state, one.here.since, one.decision) == (PayState.PAUSED, NOVEMBER, "pause_list:2026-11")
    office.roster(Month(2026, 12), p1="2 1201")
    assert entitlements.queries.disagreements() == []


def test_people_whom_the_newest_roster_does_not_name_are_listed_and_paid(office: Office) -> None:
    office.roster(OCTOBER, only=18)
    office.roster(NOVEMBER, only=19)
    gone = entitlements.queries.disagreements(missing=True)
    assert [(one.pno, one.since) for one in gone] == [(19, date(2026, 10, 25))]
    assert office.run(NOVEMBER, of=19) == MONTHLY
    office.roster(Month(2026, 12))
    assert entitlements.queries.disagreements(missing=True) == []


def test_late_roster_says_nothing_of_who_is_missing(office: Office) -> None:
    office.roster(NOVEMBER, only=19)
    office.roster(OCTOBER, only=3)
    assert [one.pno for one in entitlements.queries.disagreements(missing=True)] == [19]


# --- the pages and the commands ---


@pytest.fixture
def supervisor() -> Client:
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
    return client


def test_supervisor_decides_on_the_page(office: Office, supervisor: Client) -> None:
    office.roster(OCTOBER, **all_of(range(6), "2 1201"))
    (hold,) = entitlements.queries.roster_holds(waiting=True)
    listed = supervisor.get("/staff/rosters/").content.decode()
    assert f"/staff/rosters/{hold.hold_id}/" in listed
    address = f"/staff/rosters/{hold.hold_id}/"
    waiting = supervisor.get(address).content.decode()
    assert "批准变更" in waiting
    assert "批准以前谁的发放都不变。" in waiting
    assert supervisor.post(f"{address}decide/", {"step": "release", "reason": ""}).status_code == 302
    assert stopped() == [], "a reason is needed"
    supervisor.post(f"{address}decide/", {"step": "reject", "reason": "列错位"}, follow=True)
    found = entitlements.queries.find_hold(hold.hold_id)
    assert found is not None
    assert (found.state, found.decided_by, found.reason) == (HeldState.REJECTED, "lin", "列错位")
    decided = supervisor.get(address).content.decode()
    assert "列错位" in decided
    assert "批准以前" not in decided, "what was decided waits for nothing"
    assert supervisor.get("/staff/rosters/99/").status_code == 404


def test_page_shows_both_lists_masked_and_records_the_look(office: Office, supervisor: Client) -> None:
    pause(1)
    office.roster(OCTOBER, only=18)
    for address, what in (
        ("/staff/rosters/", "roster-otherwise"),
        ("/staff/rosters/?missing=1", "roster-missing"),
    ):
        answer = supervisor.get(address).content.decode()
        assert number(1) not in answer
        assert number(19) not in answer
        assert Look.objects.filter(what__startswith=f"list:{what}:").count() == 1
    otherwise = supervisor.get("/staff/rosters/").content.decode()
    assert "<td>暂停名单</td>" in "".join(line.strip() for line in otherwise.splitlines())
    assert "pause_list:" not in otherwise


def test_lists_are_written_out_with_both_sides(office: Office, tmp_path: Path) -> None:
    pause(1)
    office.roster(OCTOBER, only=18, p2="2 1206")
    office.decide_eligible(2)
    office.roster(NOVEMBER, only=18, p2="2 1206")
    hands = hands_of("test", clock=clock_on(date(2026, 10, 27)), store=office.store)
    out = tmp_path / "out.csv"
    assert roster_differs.export(hands, out=out) == 2
    first, second = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert (
        first["id_number"].strip("'\t"),
        first["core_state"],
        first["our_state"],
        first["our_decision"],
    ) == (
        number(1),
        "1",
        "2",
        "pause_list:2026-11",
    )
    assert (second["core_state"], second["core_reason"], second["core_file"]) == ("2", "1206", "roster-3.csv")
    assert roster_differs.export(hands, out=out, missing=True) == 2
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("command", ["held", "contradictions", "missing"])
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_commands_list_without_names(office: Office, command: str, more: list[str]) -> None:
    pause(1)
    office.roster(OCTOBER, only=18, **all_of(range(2, 9), "2"))
    told = CliRunner().invoke(rosters.roster, [command, *more])
    assert told.exit_code == 0, told.output
    assert number(1) not in told.output
    if more:
        assert json.loads(told.output)


def test_limits_say_what_they_expect() -> None:
    for people_, share in ((-1, 0.1), (1, 1.5)):
        with pytest.raises(ValueError, match="people of 0 or more"):
            MassLimit(people=people_, share=share)
