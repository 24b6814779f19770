"""A sentence ends: a case opens without the person coming, and two people give back what followed the release."""

from datetime import date
from pathlib import Path

import pytest

from case_situations import CASE_RULES
from hands import hands_of
from link_situations import AGENCY_DATA, City, number
from pay_situations import CERTIFIER, RECHECKER, clock_on
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.cases.sentences_end import KIND, look_at_ended_sentences
from yizheng.flows.pay import pay_run
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import FixedClock, Month
from yizheng.rooms import casework, payments, people
from yizheng.rooms.casework.data import CaseView, Loss, Outcome
from yizheng.rooms.payments.data import PayReport

pytestmark = pytest.mark.django_db
WANG = (number(0), "王芳")
BEGAN, ENDS = date(2026, 9, 10), date(2026, 12, 9)
NOVEMBER = Month(2026, 11)


@pytest.fixture
def city(tmp_path: Path) -> City:
    """One of two people is in prison since September, until 9 December: pay rests from October on."""
    city = City(tmp_path)
    city.roster(WANG[1], "李娜")
    headers = ("公民身份号码", "姓名", "执行方式", "执行起始日期", "执行期满日期")
    rows = [*WANG, "收监", BEGAN.isoformat(), ENDS.isoformat()]
    city.deliver("prison", headers, rows, day=date(2026, 9, 20))
    city.certify(date(2026, 9, 30))
    (case,) = casework.queries.open_cases_of(0)
    decide(case, Outcome.LOST_CONFIRMED, loss=Loss.CUSTODY, day=BEGAN, on=date(2026, 10, 2))
    return city


def decide(case: CaseView, outcome: str, *, day: date, on: date, loss: str = "") -> None:
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


def look(city: City, day: date) -> int:
    return look_at_ended_sentences(
        hands_of("run", clock=FixedClock.on(day), store=city.store),
        as_of=day,
        sources=AGENCY_DATA.sources,
        case_rules=CASE_RULES,
    )


def pay(store: LocalStore, month: Month) -> PayReport:
    return pay_run.run(hands_of("zhao", clock=clock_on(month.first()), store=store), month=month)


def case_of_the_end() -> CaseView:
    (case,) = [one for one in casework.queries.open_cases_of(0) if one.kind == KIND]
    return case


def test_case_opens_when_the_term_has_passed_and_once(city: City) -> None:
    assert look(city, ENDS) == 0
    assert look(city, date(2026, 12, 10)) == 1
    assert look(city, date(2026, 12, 11)) == 0
    case = case_of_the_end()
    assert case.reasons == ("sentence_over",)


def test_what_follows_the_release_is_paid_and_the_sentence_is_not(city: City) -> None:
    for month in (NOVEMBER.plus(-1), NOVEMBER, NOVEMBER.plus(1), NOVEMBER.plus(2)):
        pay(city.store, month)
    look(city, date(2026, 12, 10))
    decide(case_of_the_end(), "sentence_served", day=date(2026, 11, 20), on=date(2027, 1, 12))
    report = pay(city.store, NOVEMBER.plus(3))
    assert report.resumed == 1
    (exception,) = payments.queries.exceptions(NOVEMBER.plus(3))
    assert exception.arrears_fen == 2 * 300_000, "December and January; October and November were served"
    assert exception.reason_code == "1302"
    assert people.queries.losses_in_force(people.queries.find_by_number(WANG[0]) or 0) == frozenset()


def test_release_of_this_month_owes_nothing_more(city: City) -> None:
    for month in (NOVEMBER.plus(-1), NOVEMBER):
        pay(city.store, month)
    look(city, date(2026, 12, 10))
    decide(case_of_the_end(), "sentence_served", day=date(2026, 12, 9), on=date(2026, 12, 12))
    pay(city.store, NOVEMBER.plus(1))
    report = pay(city.store, NOVEMBER.plus(2))
    assert (report.resumed, report.totals.arrears_fen) == (1, 0)


def test_release_before_the_custody_is_refused_with_its_day(city: City) -> None:
    look(city, date(2026, 12, 10))
    with pytest.raises(Refused, match=r"decisions:release_before_custody .*custody_from=2026-09-10"):
        decide(case_of_the_end(), "sentence_served", day=date(2026, 9, 1), on=date(2026, 12, 12))
