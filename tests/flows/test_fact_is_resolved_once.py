"""People resolve a fact, not a row: a cumulative file that says the same again next month troubles nobody again."""

from datetime import date
from pathlib import Path

import pytest

from case_situations import CASE_RULES
from hands import hands_of
from link_situations import City, number
from pay_situations import CERTIFIER, RECHECKER
from yizheng.flows.cases import doubt_is_resolved
from yizheng.kernel.time import FixedClock
from yizheng.rooms import casework, certification, evidence
from yizheng.rooms.casework.data import CaseState, CaseView, Outcome
from yizheng.rooms.certification.data import Result

pytestmark = pytest.mark.django_db
WANG = (number(0), "王芳")
SEPTEMBER_END, OCTOBER_END = date(2026, 9, 30), date(2026, 10, 31)
DEATHS = ("证件号码", "死者姓名", "性别", "死亡日期", "死亡地点", "签发单位", "签发日期")


@pytest.fixture
def city(tmp_path: Path) -> City:
    """One person on the roster, reported dead, and cleared by two people."""
    city = City(tmp_path)
    city.roster(WANG[1], "李娜")
    report(city, date(2026, 9, 5), "2026-08-20")
    city.certify(SEPTEMBER_END)
    resolve(open_case())
    return city


def report(city: City, delivered_on: date, *died: str) -> None:
    """A cumulative file of death certificates: everything that was ever reported, and what is new."""
    place = f"{delivered_on.month}月汇总"  # a file whose bytes are the same would be the same delivery
    rows = [[WANG[0], WANG[1], "", day, place, "某医院", day] for day in died]
    city.deliver("death_certificate", DEATHS, *rows, day=delivered_on)


def open_case() -> CaseView:
    found = casework.queries.case_of_person(0)
    assert found is not None
    assert found.state is not CaseState.CLOSED
    return found


def resolve(case: CaseView) -> None:
    """Two people find that the row is wrong."""
    clock = FixedClock.on(date(2026, 10, 2))
    doubt_is_resolved.propose(
        hands_of(CERTIFIER, clock=clock),
        case_id=case.case_id,
        outcome=Outcome.RETURNED_TO_SOURCE,
        reason="本人到场，登记有误",
        outcome_day=None,
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


def stands_at() -> Result:
    standing = certification.queries.find_standing(0)
    assert standing is not None
    return standing.result


def test_same_fact_in_the_next_cumulative_file_troubles_nobody(city: City) -> None:
    report(city, date(2026, 10, 5), "2026-08-20")
    assert city.certify(OCTOBER_END).counts.cases_opened == 0
    assert stands_at() is not Result.DOUBTFUL


def test_same_fact_delivered_before_it_was_resolved_goes_with_it(tmp_path: Path) -> None:
    city = City(tmp_path)
    city.roster(WANG[1], "李娜")
    report(city, date(2026, 9, 5), "2026-08-20")
    report(city, date(2026, 9, 25), "2026-08-20")
    city.certify(SEPTEMBER_END)
    resolve(open_case())
    assert city.certify(OCTOBER_END).counts.cases_opened == 0
    assert stands_at() is not Result.DOUBTFUL


def test_another_day_is_another_fact(city: City) -> None:
    report(city, date(2026, 10, 5), "2026-08-20", "2026-10-01")
    assert city.certify(OCTOBER_END).counts.cases_opened == 1
    assert stands_at() is Result.DOUBTFUL


def test_what_the_department_took_back_itself_counts_when_it_is_reported_again(tmp_path: Path) -> None:
    city = City(tmp_path)
    city.roster(WANG[1], "李娜")
    report(city, date(2026, 9, 5), "2026-08-20")
    city.certify(SEPTEMBER_END)
    case = open_case()
    evidence.actions.rule(
        evidence_no=case.leads[0],
        pno=0,
        ruling="set_aside",
        case_id=case.case_id,
        actor="death_certificate: Li",
        at=FixedClock.on(date(2026, 10, 2)).now(),
    )
    report(city, date(2026, 10, 5), "2026-08-20")
    city.certify(OCTOBER_END)
    assert stands_at() is Result.DOUBTFUL


PRISON = ("公民身份号码", "姓名", "刑种", "执行方式", "执行起始日期", "执行期满日期")


def test_cumulative_files_of_months_trouble_nobody_again_who_was_set_aside(tmp_path: Path) -> None:
    """Deaths and custody, delivered whole every month: what two people set aside opens nothing again."""
    city = City(tmp_path)
    city.roster(WANG[1], "李娜")
    li = (number(1), "李娜")
    opened = []
    for month in (9, 10, 11, 12):
        day = date(2026, month, 5)
        report(city, day, "2026-08-20")
        rows = [[*li, "有期徒刑", "收监", "2026-08-01", "2029-07-31"]]
        rows += [[*li, f"{month}月汇总", "缓刑", "2026-08-02", "2027-08-02"]]  # other bytes: another delivery
        city.deliver("prison", PRISON, *rows, day=day)
        opened.append(city.certify(date(2026, month, 28)).counts.cases_opened)
        for case in casework.queries.worklist().cases:
            resolve(case)
    assert opened == [2, 0, 0, 0]
