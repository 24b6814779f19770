"""The one answer: every result has a title, says what comes next, never blames, and never threatens."""

from datetime import date, timedelta

import pytest

from yizheng.doors.citizen.answers import ENDED, IN_PAYMENT, PAUSED, Answer, Known, answer_for
from yizheng.rooms.certification.data import Reason, Result
from yizheng.rooms.certification.queries import StandingRecord

TODAY = date(2026, 11, 2)
BLAME = ("必须", "否则", "逾期", "未按时", "违规", "责任", "处罚", "停发您", "立即")


def stand(result: Result, *, due: date | None = None, reasons: tuple[Reason, ...] = ()) -> StandingRecord:
    return StandingRecord(
        pno=1,
        run_id="r",
        as_of=date(2026, 10, 31),
        result=result,
        reasons=reasons,
        policy="p",
        kind_no=7,
        event_day=date(2026, 9, 12),
        evidence_no=1,
        due_day=due,
        step=0,
        frozen=False,
    )


def answer(
    standing: StandingRecord | None, *, pay_state: int = IN_PAYMENT, case_deadline: date | None = None
) -> Answer:
    return answer_for(
        Known(
            standing=standing,
            as_of=date(2026, 10, 31),
            pay_state=pay_state,
            how="住院",
            by="市医疗保障局",
            case_deadline=case_deadline,
            today=TODAY,
        )
    )


@pytest.mark.parametrize("pay_state", [IN_PAYMENT, PAUSED, ENDED])
@pytest.mark.parametrize("result", [None, *Result])
def test_every_answer_says_what_comes_next_and_blames_nobody(result: Result | None, pay_state: int) -> None:
    given = answer(stand(result, due=TODAY + timedelta(30)) if result else None, pay_state=pay_state)
    assert given.title
    assert given.next.endswith("。")
    assert any(fact.label == "养老金" for fact in given.facts)
    words = f"{given.title}{given.until}{given.next}{given.comfort}"
    assert [word for word in BLAME if word in words] == []


def test_passed_says_until_when_how_and_from_whom() -> None:
    given = answer(stand(Result.PASSED, due=date(2027, 9, 12)))
    assert given.until == "有效到 2027年9月12日"
    assert ("怎么认证的", "住院", "市医疗保障局送来的记录") in [
        (fact.label, fact.value, fact.small) for fact in given.facts
    ]


def test_due_before_and_after_the_day_differ_and_ways_come_first() -> None:
    early = answer(stand(Result.DUE, due=TODAY + timedelta(1)))
    late = answer(stand(Result.DUE, due=TODAY - timedelta(1)))
    assert "前都可以" in early.until
    assert "期限是" in late.until
    assert "全部补给您" in late.comfort
    assert early.ways_first
    assert late.ways_first


def test_doubtful_while_paid_promises_pay_and_while_paused_does_not() -> None:
    assert "照常发" in answer(stand(Result.DOUBTFUL)).next
    assert "照常发" not in answer(stand(Result.DOUBTFUL), pay_state=PAUSED).next


def test_doubtful_names_the_deadline_while_it_can_still_be_kept() -> None:
    assert "11月2日" in answer(stand(Result.DOUBTFUL), case_deadline=TODAY).until
    assert answer(stand(Result.DOUBTFUL), case_deadline=TODAY - timedelta(1)).until == ""


def test_ended_benefit_is_not_called_exempt() -> None:
    assert answer(stand(Result.EXEMPT, reasons=(Reason.BENEFIT_ENDED,))).title == "这份待遇已经终止"
    assert answer(stand(Result.EXEMPT, reasons=(Reason.NOT_SUBJECT,))).title == "您不用认证"
