"""A code proves what the agency's files list it for: another one proves nothing, is counted, and makes its source ill."""

from dataclasses import replace
from pathlib import Path

import pytest

from link_situations import AGENCY_DATA, DAY, NAMES, City, four_people, number
from yizheng.rooms import evidence
from yizheng.rooms.evidence.data import Source
from yizheng.rooms.evidence.why import Why

pytestmark = pytest.mark.django_db
STAYS = ("人员证件号码", "人员姓名", "定点医药机构名称", "入院日期", "离院方式", "出院日期", "结算日期")
CANCELLED = ("公民身份号码", "姓名", "注销原因", "注销日期", "死亡日期")
SENTENCES = ("公民身份号码", "姓名", "执行方式", "执行起始日期", "执行期满日期")
VISITS = ("人员证件号码", "人员姓名", "定点医药机构名称", "就诊购药日期", "支付方式")
COUNTERS = ("社会保障号码", "姓名", "办理日期", "人脸核验")
TRAINS = ("证件号码", "旅客姓名", "车次", "乘车站", "乘车日期", "进站标志")


@pytest.fixture
def city(tmp_path: Path) -> City:
    return four_people(tmp_path)


def kinds_of(city: City, source: str, headers: tuple[str, ...], *cells: str) -> dict[str, int]:
    """What a row about the first person with these cells counts as; empty where it proves nothing."""
    city.deliver(source, headers, [number(0), NAMES[0], *cells])
    return evidence.queries.deliveries(as_of=DAY)[-1].kinds


def stay(city: City, outcome: str) -> dict[str, int]:
    return kinds_of(
        city, "medical_inpatient", STAYS, "市医院", "2026-09-01", outcome, "2026-09-05", "2026-09-08"
    )


@pytest.mark.parametrize("outcome", ["医嘱离院", "非医嘱离院", "1", "04"])
def test_listed_way_of_leaving_hospital_proves_life(city: City, outcome: str) -> None:
    assert stay(city, outcome) == {"inpatient_stay": 1}


@pytest.mark.parametrize(
    "outcome", ["死亡", "死亡（院内）", "院内死亡", "死 亡", "死\u3000亡", "5", "05", "病故（亡）"]
)
def test_death_written_in_any_way_is_a_lead(city: City, outcome: str) -> None:
    assert stay(city, outcome) == {"inpatient_death": 1}


@pytest.mark.parametrize("outcome", ["", "9", "其他", "77", "转科", "?"])
def test_unlisted_way_of_leaving_proves_nothing_and_is_counted(city: City, outcome: str) -> None:
    assert stay(city, outcome) == {}
    assert evidence.queries.deliveries(as_of=DAY)[-1].notes == {"kind_unknown": 1}


@pytest.mark.parametrize("reason", ["死亡", "死亡注销", "宣告死亡", "因 亡 注销"])
def test_household_struck_off_for_a_death_is_a_lead(city: City, reason: str) -> None:
    found = kinds_of(city, "household_cancel", CANCELLED, reason, "2026-09-20", "2026-09-12")
    assert found == {"household_death": 1}


@pytest.mark.parametrize(
    ("execution", "kinds"),
    [
        ("收监", {"custody": 1}),
        ("监禁", {"custody": 1}),
        ("羁押", {"custody": 1}),
        ("缓刑", {"sentence_outside": 1}),
        ("社区矫正", {}),
        ("", {}),
    ],
)
def test_sentence_is_what_is_listed(city: City, execution: str, kinds: dict[str, int]) -> None:
    assert kinds_of(city, "prison", SENTENCES, execution, "2026-09-02", "2029-09-01") == kinds


@pytest.mark.parametrize(
    ("source", "headers", "cells"),
    [
        ("medical_outpatient", VISITS, ("市医院", "2026-09-05", "现金")),
        ("bank_card", COUNTERS, ("2026-09-05", "未通过")),
        ("railway", TRAINS, ("G1", "湛江西", "2026-09-05", "未知")),
    ],
)
def test_unlisted_code_of_any_source_proves_no_life(
    city: City, source: str, headers: tuple[str, ...], cells: tuple[str, ...]
) -> None:
    assert kinds_of(city, source, headers, *cells) == {}


def test_source_with_many_unlisted_codes_is_ill_and_counts_for_nothing(city: City) -> None:
    rows = [
        [number(at), NAMES[at], "市医院", "2026-09-01", "出院", "2026-09-05", "2026-09-08"] for at in range(4)
    ]
    city.deliver("medical_inpatient", STAYS, *rows)
    came = evidence.queries.deliveries(as_of=DAY)
    ill = evidence.queries.ill_deliveries(some_rows(0), came, as_of=DAY, roster_size=4)
    assert [told.what for told in ill.values()] == [Why.TOO_MANY_UNLISTED]


def some_rows(fewest: float) -> Source:
    """The source of hospital stays, of whom this small city may have few."""
    source = AGENCY_DATA.source("medical_inpatient")
    return replace(source, expectation=replace(source.expectation, per_thousand=(fewest, 1_000_000)))


def test_a_kind_of_life_needs_its_codes_listed_where_a_source_has_codes() -> None:
    alive = {kind.key for kind in AGENCY_DATA.evidence_rules.kinds if kind.points}
    for source in AGENCY_DATA.sources:
        if any(rule.column for rule in source.kinds):
            assert [rule for rule in source.kinds if rule.kind in alive and not rule.values] == [], source.key
