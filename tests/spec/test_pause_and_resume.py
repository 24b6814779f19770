"""When pay stops and comes again, and what holds a person out of a pause list."""

from dataclasses import replace
from datetime import date

import pytest

from pay_situations import POLICY
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Month, day_number
from yizheng.rooms.certification import cycles
from yizheng.rooms.payments import rules
from yizheng.rooms.payments.data import LIST_LIFE, Candidate, ControlTotal, HoldReason, PauseListState


@pytest.mark.parametrize(
    ("loss_on", "first_month_without"),
    [
        (date(2026, 8, 1), "2026-09"),  # the month of death is paid in full
        (date(2026, 8, 31), "2026-09"),
        (date(2026, 12, 31), "2027-01"),
    ],
)
def test_pay_stops_the_month_after_the_loss(loss_on: date, first_month_without: str) -> None:
    assert str(rules.stop_month(loss_on)) == first_month_without


@pytest.mark.parametrize(
    ("decided_on", "next_payroll", "resumes"),
    [
        (date(2026, 10, 31), "2026-11", "2026-11"),
        (date(2026, 10, 1), "2026-10", "2026-11"),  # the month after, although October is still to be run
        (date(2026, 9, 15), "2026-12", "2026-12"),  # never a month that has been run
    ],
)
def test_resumption_is_the_next_payroll_month(decided_on: date, next_payroll: str, resumes: str) -> None:
    assert str(rules.resume_month(decided_on, Month.parse(next_payroll))) == resumes


PASSES = [
    # paused for, event, due, certified before, may a machine resume
    ("1201", date(2026, 9, 3), date(2027, 9, 3), date(2025, 5, 1), True),
    ("1201", date(2026, 9, 3), date(2027, 9, 3), None, True),  # nothing on record before
    ("1201", date(2025, 5, 1), date(2026, 12, 1), date(2025, 5, 1), False),  # what was known already
    ("1201", date(2025, 9, 3), date(2026, 9, 3), None, False),  # run out by the day of the run
    ("1202", date(2026, 9, 3), date(2027, 9, 3), None, False),  # only people end these
    ("1203", date(2026, 9, 3), date(2027, 9, 3), None, False),
    ("", date(2026, 9, 3), date(2027, 9, 3), None, False),
]


@pytest.mark.parametrize(("code", "event", "due", "before", "may"), PASSES)
def test_a_pass_resumes(code: str, event: date, due: date, before: date | None, may: bool) -> None:
    found = rules.may_resume_on_pass(
        code, event_day=event, due_day=due, as_of=date(2026, 10, 31), last_certified_on=before
    )
    assert found is may


EARLIEST = [
    # due, grace, pause, month of a fixed pause, first payroll month that may be paused
    (date(2019, 7, 31), 0, "next_month", 0, "2019-08"),  # Zhanjiang's example
    (date(2026, 7, 31), 15, "next_month", 0, "2026-09"),
    (date(2026, 6, 30), 0, "fixed_month", 10, "2026-10"),  # Tangshan: October of the year
    (date(2026, 10, 15), 0, "fixed_month", 10, "2027-10"),
]


@pytest.mark.parametrize(("due", "grace", "pause", "pause_month", "earliest"), EARLIEST)
def test_first_month_that_may_be_paused(
    due: date, grace: int, pause: str, pause_month: int, earliest: str
) -> None:
    policy = replace(POLICY, grace_days=grace, pause=pause, pause_month=pause_month)
    assert str(cycles.pause_month(policy, day_number(due))) == earliest


def test_nobody_is_ripe_before_due_day_and_grace_have_passed() -> None:
    due = date(2026, 10, 1)
    assert not rules.is_ripe(due, grace_days=15, as_of=date(2026, 10, 16))
    assert rules.is_ripe(due, grace_days=15, as_of=date(2026, 10, 17))


AS_OF = date(2026, 10, 31)
HOLDS = [
    # what is known, held out because
    ({}, None),
    ({"groups": 8}, HoldReason.SPECIAL_GROUP),
    ({"frozen": True}, HoldReason.SOURCE_ILL),
    ({"open_doubt": True}, HoldReason.OPEN_DOUBT),
    ({"open_doubt": True, "groups": 1}, HoldReason.OPEN_DOUBT),
    ({"final_notice_on": None}, HoldReason.NOTICE_MISSING),
    ({"final_notice_on": date(2026, 10, 16)}, None),
    ({"final_notice_on": date(2026, 10, 17)}, HoldReason.NOTICE_TOO_LATE),
    ({"final_notice_unsent": True}, HoldReason.NOTICE_UNDELIVERED),
    ({"final_notice_unsent": True, "no_phone": True}, HoldReason.NO_PHONE),
]


@pytest.mark.parametrize(("known", "held"), HOLDS)
def test_held_out_of_the_list(known: dict[str, object], held: HoldReason | None) -> None:
    facts: dict[str, object] = {
        "pno": Pno(1),
        "due_day": date(2026, 9, 30),
        "groups": 0,
        "frozen": False,
        "open_doubt": False,
        "final_notice_on": date(2026, 10, 1),
        "notice_days": 15,
        **known,
    }
    assert rules.hold_reason(Candidate(**facts), from_day=AS_OF) is held  # type: ignore[arg-type]


def test_list_is_released_once_and_never_drawn_again() -> None:
    assert LIST_LIFE.check(None, "draw_up").to is PauseListState.DRAWN
    assert LIST_LIFE.check(PauseListState.DRAWN, "draw_up").to is PauseListState.DRAWN
    assert LIST_LIFE.check(PauseListState.DRAWN, "release").to is PauseListState.RELEASED
    for step in ("draw_up", "release"):
        with pytest.raises(Refused, match="kernel:step_not_allowed"):
            LIST_LIFE.check(PauseListState.RELEASED, step)
    with pytest.raises(Refused, match="kernel:step_not_allowed"):
        LIST_LIFE.check(None, "release")
    assert rules.can_release(PauseListState.DRAWN)
    assert not rules.can_release(PauseListState.RELEASED)
    assert {state.code for state in LIST_LIFE.states} == set(PauseListState)


def total(**changes: int) -> ControlTotal:
    """A month that reconciles, with changes."""
    amounts = {
        "previous_fen": 1000,
        "same_fen": 900,
        "stopped_fen": 100,
        "new_fen": 50,
        "resumed_fen": 30,
        "changed_fen": -5,
        "arrears_fen": 60,
        "total_fen": 1035,
    }
    return ControlTotal(**{**amounts, **changes})


def test_control_total_that_reconciles() -> None:
    rules.check_control_total(total())
    assert rules.reconciles(total())


@pytest.mark.parametrize("changes", [{"total_fen": 1036}, {"previous_fen": 1001}, {"arrears_fen": 59}])
def test_control_total_that_does_not_reconcile_is_refused(changes: dict[str, int]) -> None:
    with pytest.raises(Refused, match=r"payments:(same|total)_differs"):
        rules.check_control_total(total(**changes))
    assert not rules.reconciles(total(**changes))


MONTHS = [
    # asked, last run, roster paid through, the refusal
    ("2026-11", "2026-10", None, None),
    ("2026-11", None, "2026-10", None),
    ("2026-12", "2026-10", None, "payments:month_after_run last=2026-10"),
    ("2026-09", "2026-10", None, "payments:month_after_run .*to_come=2026-11"),
    ("2026-12", None, "2026-10", "payments:month_after_roster last=2026-10"),
    ("2026-12", None, None, "payments:nobody_in_payment"),
]


@pytest.mark.parametrize(("asked", "last", "through", "refusal"), MONTHS)
def test_months_are_run_in_order(
    asked: str, last: str | None, through: str | None, refusal: str | None
) -> None:
    def call() -> None:
        rules.check_month(
            Month.parse(asked),
            last_run=Month.parse(last) if last else None,
            paid_through=Month.parse(through) if through else None,
        )

    if refusal is None:
        call()
        return
    with pytest.raises(Refused, match=refusal):
        call()
