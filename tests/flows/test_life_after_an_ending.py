"""Whoever was ended for a death and is seen alive after it is looked at by two people, though no run judges the ended."""

from datetime import date
from pathlib import Path

import pytest

from case_situations import CASE_RULES
from hands import hands_of
from link_situations import City, number
from pay_situations import CERTIFIER, RECHECKER
from yizheng.flows.cases import doubt_is_resolved
from yizheng.kernel.time import FixedClock
from yizheng.rooms import casework, certification, entitlements
from yizheng.rooms.casework.data import CaseView, Known, Loss, Outcome
from yizheng.rooms.certification.data import Result
from yizheng.rooms.entitlements.data import PayState

pytestmark = pytest.mark.django_db
WANG = (number(0), "王芳")
DIED = date(2026, 8, 20)
SEPTEMBER_END, OCTOBER_END, NOVEMBER_END = date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 30)
TICKETS = ("证件号码", "旅客姓名", "车次", "乘车站", "乘车日期", "进站标志")


@pytest.fixture
def city(tmp_path: Path) -> City:
    """One person on the roster whose pension two people ended for a death."""
    city = City(tmp_path)
    city.roster(WANG[1], "李娜")
    deaths = ("证件号码", "死者姓名", "性别", "死亡日期", "死亡地点", "签发单位", "签发日期")
    city.deliver("death_certificate", deaths, [*WANG, "", DIED.isoformat(), "", "", ""], day=date(2026, 9, 5))
    city.certify(SEPTEMBER_END)
    decide(open_case(), Outcome.LOST_CONFIRMED, loss=Loss.DEATH, day=DIED, on=date(2026, 10, 2))
    return city


def open_case() -> CaseView:
    (case,) = casework.queries.open_cases_of(0)
    return case


def decide(case: CaseView, outcome: Outcome, *, on: date, loss: str = "", day: date | None = None) -> None:
    clock = FixedClock.on(on)
    doubt_is_resolved.propose(
        hands_of(CERTIFIER, clock=clock),
        case_id=case.case_id,
        outcome=outcome,
        loss=loss,
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
        expected_version=case.version + 1,
        case_rules=CASE_RULES,
    )


def rides(city: City, day: str, *, entered: str = "是") -> None:
    city.deliver("railway", TICKETS, [*WANG, "G1", "湛江西", day, entered])


def test_gate_passed_after_the_death_opens_a_case_that_two_people_decide(city: City) -> None:
    rides(city, "2026-09-25")
    assert city.certify(OCTOBER_END).counts.cases_opened == 1
    standing = certification.queries.find_standing(0)
    assert standing is not None
    assert standing.result is Result.EXEMPT, "nothing but the case has changed"
    case = open_case()
    assert case.kind == Known.CONTRADICTION
    decide(case, Outcome.ELIGIBLE, day=date(2026, 11, 2), on=date(2026, 11, 2))
    assert entitlements.queries.pay_standing_of(0).state is PayState.IN_PAYMENT


@pytest.mark.parametrize(
    ("day", "entered"),
    [("2026-08-20", "是"), ("2026-08-01", "是"), ("2026-09-25", "否")],
    ids=["on the day", "before it", "a ticket alone"],
)
def test_what_does_not_show_life_after_the_death_opens_nothing(city: City, day: str, entered: str) -> None:
    rides(city, day, entered=entered)
    assert city.certify(OCTOBER_END).counts.cases_opened == 0


def test_same_journey_is_looked_at_once_and_a_later_one_again(city: City) -> None:
    rides(city, "2026-09-25")
    city.certify(OCTOBER_END)
    decide(open_case(), Outcome.CANNOT_CONFIRM, on=date(2026, 11, 2))
    assert city.certify(date(2026, 11, 15)).counts.cases_opened == 0
    city.deliver("railway", TICKETS, [*WANG, "G2", "湛江西", "2026-11-20", "是"], day=date(2026, 11, 28))
    assert city.certify(NOVEMBER_END).counts.cases_opened == 1
