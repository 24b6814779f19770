"""Why a result is what it is, as the person reads it: plain, and without two sentences that contradict each other."""

from datetime import date

import pytest

from yizheng.doors.citizen.why_words import why_lines
from yizheng.kernel.told import Coded, Told, told
from yizheng.rooms.certification.data import Reason, Result
from yizheng.rooms.certification.why import Why

DAY = date(2026, 10, 31)
POLICY = told(
    Why.POLICY_APPLIES,
    policy="city-very-old",
    name="高龄人员（八十岁以上）：提醒更早，宽限更长",
    basis="社会保险经办条例第三十条（便利老年人、残疾人）",
)
DUE = [
    told(Why.RESULT_AS_OF, day=DAY, result=Result.DUE),
    told(Why.REASON_IS, reason=Reason.OVERDUE),
    told(Why.DECIDED_BY_SOURCE, source="社保卡柜面业务", day=date(2026, 3, 9), owner="市银行"),
    told(Why.RECORDS_FOUND, found=3, alive=3),
    POLICY,
    told(Why.HOLDS_UNTIL, day=date(2026, 9, 30)),
]


def lines(findings: list[Told], *, must_act: bool = True, language: str = "zh-hans") -> str:
    return "\n".join(why_lines(findings, must_act=must_act, language=language))


def test_nothing_found_is_said_in_words_and_not_in_noughts() -> None:
    said = lines([told(Why.RECORDS_FOUND, found=0, alive=0)])
    assert said == "这一年各部门送来的记录里，没有查到您的。"


def test_who_is_asked_to_certify_does_not_read_that_the_records_prove_life() -> None:
    said = lines(DUE)
    assert "能表明健在" not in said
    assert "查到您的有3条，还不够办认证。" in said
    assert "主要根据的记录：社保卡柜面业务" in said
    assert "起决定作用" not in said


def test_policy_is_named_without_its_key_and_without_officialese() -> None:
    said = lines(DUE)
    assert "依据社会保险经办条例第三十条（便利老年人、残疾人）。您属于高龄人员" in said
    assert "适用政策" not in said
    assert "city-very-old" not in said


def test_certification_after_the_result_is_told_without_the_older_result() -> None:
    moved = [
        *DUE,
        told(Why.CERTIFIED_LAST, channel=Coded("channel", "face_web"), day=date(2026, 11, 20)),
        told(Why.CAME_AFTER, day=date(2027, 9, 30)),
    ]
    said = lines(moved, must_act=False)
    assert "2027年9月30日" in said
    assert "2026年9月30日" not in said
    assert "需认证" not in said


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "records"), ("en", "记录")])
def test_why_is_said_in_one_language(language: str, word: str) -> None:
    assert word not in lines([*DUE[:2], DUE[3]], language=language)
