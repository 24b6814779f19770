"""What a person reads first on the home page: what is true of pay, then what lies with staff, then the newest result.

Each row: the situation, what is known, and what heads the page. Rows without a result or without a day say what is shown
when it is not known.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from yizheng.kernel.time import Month
from yizheng.rooms.casework.data import Outcome
from yizheng.rooms.certification.data import Result
from yizheng.rooms.entitlements.pay_states import PayStanding, PayState
from yizheng.rooms.insight.home import MUST_ACT, Closed, Head, HomeFacts, Sent, home_state

TODAY = date(2026, 11, 30)
SOON, LONG_AGO = TODAY + timedelta(3), date(2026, 9, 30)
DECEMBER, AUGUST = Month(2026, 12), Month(2026, 8)
PAID = PayStanding(state=PayState.IN_PAYMENT, reason_code="", since=None)


def pay(state: PayState, reason: str, since: Month) -> PayStanding:
    return PayStanding(state=state, reason_code=reason, since=since)


NO_PROOF = pay(PayState.PAUSED, "1201", AUGUST)
IN_CUSTODY = pay(PayState.PAUSED, "1202", AUGUST)
DEAD = pay(PayState.ENDED, "1401", AUGUST)
TWICE = pay(PayState.ENDED, "1407", AUGUST)
NO_PROOF_SOON = pay(PayState.PAUSED, "1201", DECEMBER)
CUSTODY_SOON = pay(PayState.PAUSED, "1202", DECEMBER)
DEAD_SOON = pay(PayState.ENDED, "1401", DECEMBER)
PAID_SOON = pay(PayState.IN_PAYMENT, "1301", DECEMBER)
SENT = Sent(on=TODAY, receipt="26113081567589", by=SOON)

BASE = HomeFacts(result=Result.DUE, due_day=SOON, pay=PAID, today=TODAY)
LATE = replace(BASE, due_day=LONG_AGO)
PASSED = replace(BASE, result=Result.PASSED)
DOUBTED = replace(BASE, result=Result.DOUBTFUL, doubt_open=True, doubt_by=SOON)
FOUND = replace(DOUBTED, doubt_open=False, doubt_by=None)
UNKNOWN = replace(BASE, result=None, due_day=None)


def found(outcome: Outcome | None) -> HomeFacts:
    return replace(FOUND, closed=Closed(on=TODAY, outcome=outcome))


ROWS = [
    # pay has changed
    ("paused for want of a certification", replace(LATE, pay=NO_PROOF, missing_proof=True), Head.PAUSED),
    (
        "paused, and a report is looked into",
        replace(DOUBTED, pay=NO_PROOF, missing_proof=True),
        Head.PAUSED,
    ),
    (
        "paused, and a face lies with staff",
        replace(LATE, pay=NO_PROOF, missing_proof=True, sent=SENT),
        Head.PAUSED,
    ),
    ("paused, and certified since", replace(PASSED, pay=NO_PROOF, missing_proof=True), Head.RESUMING),
    ("paused, paid again from next month", replace(LATE, pay=NO_PROOF, coming=PAID_SOON), Head.RESUMING),
    ("paused, no result yet", replace(UNKNOWN, pay=NO_PROOF, missing_proof=True), Head.PAUSED),
    ("stopped for custody", replace(BASE, pay=IN_CUSTODY), Head.STOPPED),
    ("stopped for custody, certified all the same", replace(PASSED, pay=IN_CUSTODY), Head.STOPPED),
    ("ended for death", replace(BASE, result=Result.EXEMPT, benefit_ended=True, pay=DEAD), Head.ENDED),
    ("ended for death, and asked for a new look", replace(BASE, pay=DEAD, asked_again=True), Head.ENDED),
    ("ended as drawn twice, certified all the same", replace(PASSED, pay=TWICE), Head.ENDED),
    ("ended, and found wrong", replace(BASE, pay=DEAD, coming=PAID_SOON), Head.RESUMING),
    (
        "ended on the roster, no step of ours",
        replace(BASE, result=Result.EXEMPT, benefit_ended=True),
        Head.ENDED,
    ),
    # pay is going to change
    ("a death is confirmed, pay ends next month", replace(FOUND, coming=DEAD_SOON), Head.ENDING),
    (
        "the same while paused",
        replace(FOUND, pay=NO_PROOF, missing_proof=True, coming=DEAD_SOON),
        Head.ENDING,
    ),
    (
        "a released list names the person",
        replace(LATE, coming=NO_PROOF_SOON, missing_proof=True),
        Head.PAUSE_COMING,
    ),
    (
        "a released list, and certified since",
        replace(PASSED, coming=NO_PROOF_SOON, missing_proof=True),
        Head.PASSED,
    ),
    (
        "a released list, and a face lies with staff",
        replace(LATE, coming=NO_PROOF_SOON, missing_proof=True, sent=SENT),
        Head.PAUSE_COMING,
    ),
    ("custody is confirmed, pay stops next month", replace(FOUND, coming=CUSTODY_SOON), Head.STOPPING),
    ("a list that nobody released names the person", replace(LATE, planned=DECEMBER), Head.PAUSE_PLANNED),
    ("such a list, and certified since", replace(PASSED, planned=DECEMBER), Head.PASSED),
    # something lies with staff
    ("a face lies with staff", replace(BASE, sent=SENT), Head.WITH_STAFF),
    ("a face lies with staff, long overdue", replace(LATE, sent=SENT), Head.WITH_STAFF),
    (
        "a voice lies with staff, without a receipt or a day",
        replace(BASE, sent=Sent(on=TODAY)),
        Head.WITH_STAFF,
    ),
    ("a face lies with staff, no result yet", replace(UNKNOWN, sent=SENT), Head.WITH_STAFF),
    ("an old face, and certified since", replace(PASSED, sent=SENT), Head.PASSED),
    ("the person asked for a new look", replace(BASE, asked_again=True), Head.ASKED_AGAIN),
    # a report about the person
    ("a report is looked into", DOUBTED, Head.UNDER_REVIEW),
    ("a report came after the run", replace(BASE, doubt_open=True), Head.UNDER_REVIEW),
    ("a report, and no case of it is known", FOUND, Head.UNDER_REVIEW),
    ("closed today: entitled", found(Outcome.ELIGIBLE), Head.CLEARED),
    ("closed today: the report was wrong", found(Outcome.RETURNED_TO_SOURCE), Head.CLEARED),
    ("closed today: cannot be confirmed, please certify", found(Outcome.CANNOT_CONFIRM), Head.DUE),
    ("closed today, nobody knows how", found(None), Head.UNDER_REVIEW),
    # the newest result
    ("due, the day is to come", BASE, Head.DUE),
    ("due today", replace(BASE, due_day=TODAY), Head.DUE),
    ("due, no day is known", replace(BASE, due_day=None), Head.DUE),
    ("overdue, and nothing is drawn up", LATE, Head.OVERDUE),
    ("passed", PASSED, Head.PASSED),
    ("not due", replace(BASE, result=Result.NOT_DUE), Head.NOT_DUE),
    ("exempt", replace(BASE, result=Result.EXEMPT), Head.EXEMPT),
    ("could not be judged", replace(BASE, result=Result.FAILED), Head.FAILED),
    ("no result yet", UNKNOWN, Head.NO_RESULT),
]


@pytest.mark.parametrize(("situation", "facts", "head"), ROWS, ids=[row[0] for row in ROWS])
def test_home_page_is_headed_by(situation: str, facts: HomeFacts, head: Head) -> None:
    assert home_state(facts).head is head, situation


def test_every_head_has_a_situation() -> None:
    assert {row[2] for row in ROWS} == set(Head)


def test_month_and_reason_are_those_of_the_step_that_the_head_is_about() -> None:
    coming = home_state(replace(LATE, coming=NO_PROOF_SOON, missing_proof=True))
    assert (coming.month, coming.reason) == (DECEMBER, "1201")
    paused = home_state(replace(LATE, pay=NO_PROOF, missing_proof=True))
    assert (paused.month, paused.reason) == (AUGUST, "1201")
    assert home_state(replace(LATE, planned=DECEMBER)).month == DECEMBER
    assert home_state(replace(LATE, pay=NO_PROOF, coming=PAID_SOON)).month == DECEMBER
    assert home_state(replace(PASSED, pay=NO_PROOF, missing_proof=True)).month is None


def test_whoever_sent_something_is_not_asked_for_it_again() -> None:
    assert home_state(LATE).must_act
    for facts in (LATE, replace(LATE, pay=NO_PROOF, missing_proof=True)):
        sent = home_state(replace(facts, sent=SENT))
        assert not sent.must_act
        assert sent.sent == SENT


def test_ways_stand_first_only_where_a_certification_helps() -> None:
    assert Head.STOPPED not in MUST_ACT
    assert Head.ENDED not in MUST_ACT
    assert home_state(replace(LATE, planned=DECEMBER)).must_act


@pytest.mark.parametrize(("by", "told"), [(TODAY, TODAY), (TODAY - timedelta(1), None), (None, None)])
def test_day_that_is_past_promises_nothing(by: date | None, told: date | None) -> None:
    assert home_state(replace(DOUBTED, doubt_by=by)).review_by == told


def test_end_for_death_is_told_apart_from_other_ends() -> None:
    assert home_state(replace(BASE, pay=DEAD)).is_death
    assert home_state(replace(FOUND, coming=DEAD_SOON)).is_death
    assert not home_state(replace(BASE, pay=TWICE)).is_death
    assert not home_state(BASE).is_death
