"""Which cases a run opens when it finds doubts of several kinds, what joins what, and by which calendar terms count."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from case_situations import CASE_RULES
from hands import hands_of
from pay_situations import AT, CLOCK, Pension, make
from yizheng import wiring
from yizheng.flows.cases import clocks_strike
from yizheng.flows.house import ledger_is_verified
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms import casework
from yizheng.rooms.calendar.data import WorkCalendar
from yizheng.rooms.casework.data import CaseRules, CaseView, Known, NewCase
from yizheng.rooms.casework.models import CaseClock

pytestmark = pytest.mark.django_db
DEATH, CUSTODY, CONTRADICTED = "death_reported", "custody_reported", "death_contradicted"


def run_finds(*doubts: tuple[tuple[str, ...], tuple[int, ...]], at: datetime = AT) -> int:
    """A run that finds doubts about person 1, one call a run."""
    with transaction.atomic():
        return casework.actions.open_cases(
            [NewCase(pno=Pno(1), reasons=reasons, leads=leads) for reasons, leads in doubts],
            case_rules=CASE_RULES,
            run_id="r",
            as_of=at.date(),
            at=at,
            actor="run",
        )


def open_one(kind: Known, *, at: datetime = AT, rules: CaseRules = CASE_RULES) -> tuple[CaseView, bool]:
    with transaction.atomic():
        return casework.actions.open_case(
            NewCase(pno=Pno(1), leads=(), kind=kind), case_rules=rules, as_of=at.date(), at=at, actor="window"
        )


def kinds() -> list[str]:
    return sorted(case.kind for case in casework.queries.open_cases_of(1))


def test_one_case_for_all_that_a_run_finds_of_the_weightiest_kind() -> None:
    assert run_finds(((CUSTODY, DEATH), (41, 42))) == 1
    (case,) = casework.queries.open_cases_of(1)
    assert (case.kind, case.reasons, case.leads) == ("death", (CUSTODY, DEATH), (41, 42))
    assert run_finds(((CUSTODY, DEATH), (41, 42, 43))) == 0  # a case of that kind is open


def test_another_kind_is_opened_beside_an_open_one() -> None:
    run_finds(((CUSTODY,), (41,)))
    assert run_finds(((DEATH,), (42,)), at=AT + timedelta(days=30)) == 1
    assert kinds() == ["custody", "death"]


def test_visit_hides_no_death() -> None:
    """A person waits to be visited, and a register reports the death: before, no case was opened for it."""
    open_one(Known.VISIT)
    assert run_finds(((DEATH,), (41,)), at=AT + timedelta(days=30)) == 1
    assert kinds() == ["death", "visit"]


def test_lead_that_lies_in_an_open_case_opens_no_other() -> None:
    """Life is seen after a reported death: the next run calls the same lead contradicted, and people look already."""
    run_finds(((DEATH,), (41,)))
    assert run_finds(((CONTRADICTED,), (41,)), at=AT + timedelta(days=30)) == 0
    assert run_finds(((CONTRADICTED,), (41, 42)), at=AT + timedelta(days=60)) == 1
    assert kinds() == ["contradiction", "death"]


def test_review_of_a_face_joins_the_weightiest_open_case() -> None:
    open_one(Known.VISIT)
    run_finds(((DEATH,), (41,)), at=AT + timedelta(hours=1))
    joined, is_new = open_one(Known.FACE_REVIEW, at=AT + timedelta(hours=2))
    assert (joined.kind, is_new) == ("death", False)


def test_every_entry_of_cases_of_several_kinds_verifies() -> None:
    make(Pension(pno=1))
    open_one(Known.VISIT)
    run_finds(((DEATH,), (41,)))  # at the same moment
    assert CaseClock.objects.count() == 2
    found = ledger_is_verified.verify(
        witnessed=wiring.witnessed(), trees=wiring.witnessed_trees(), store=wiring.store()
    )
    assert found.verified, found.faults


def test_three_day_review_before_new_year_is_not_due_within_it() -> None:
    """Opened on 13 February 2026 it fell due on the 18th, in the Spring Festival; the 14th is worked."""
    friday = datetime(2026, 2, 13, 9, tzinfo=CHINA)
    case, _ = open_one(Known.FACE_REVIEW, at=friday)
    assert case.deadline == date(2026, 2, 25)


def test_term_in_a_year_without_a_notice_is_provisional_until_the_notice_comes() -> None:
    bare = CaseRules(kinds=CASE_RULES.kinds, calendar=WorkCalendar())
    case, _ = open_one(Known.FACE_REVIEW, at=datetime(2026, 2, 13, 9, tzinfo=CHINA), rules=bare)
    (clock,) = casework.queries.clocks(case.case_id)
    assert (case.deadline, clock.provisional) == (
        date(2026, 2, 24),
        True,
    )  # by the four days of the law alone

    def strike(rules: CaseRules) -> int:
        return clocks_strike.strike(
            hands_of("day", clock=CLOCK), as_of=date(2026, 2, 14), case_rules=rules
        ).recounted

    assert strike(bare) == 0
    assert strike(CASE_RULES) == 1
    assert strike(CASE_RULES) == 0
    (clock,) = casework.queries.clocks(case.case_id)
    assert (clock.due, clock.provisional) == (date(2026, 2, 25), False)
    assert casework.queries.get_case(case.case_id).deadline == date(2026, 2, 25)
    found = ledger_is_verified.verify(
        witnessed=wiring.witnessed(), trees=wiring.witnessed_trees(), store=wiring.store()
    )
    assert found.verified, found.faults
