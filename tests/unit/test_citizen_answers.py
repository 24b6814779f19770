"""The one answer: it says what is true of pay first, what comes next, never blames, and never threatens."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from yizheng.doors.citizen.answers import Answer, Known, answer_for
from yizheng.kernel.time import Month
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.insight.home import Head, HomeState, Sent

TODAY = date(2026, 11, 30)
IN_PAYMENT, PAUSED, ENDED = PayState
BLAME = ("必须", "否则", "逾期", "未按时", "违规", "责任", "处罚", "停发您", "立即")
SENT = Sent(on=TODAY, receipt="26113081567589", by=date(2026, 12, 3))
DECEMBER = Month(2026, 12)


def answer(
    head: Head,
    *,
    pay_state: PayState = PayState.IN_PAYMENT,
    month: Month | None = None,
    reason: str = "",
    until: date | None = None,
    sent: Sent | None = None,
    **state: object,
) -> Answer:
    home = HomeState(head=head, month=month, reason=reason, until=until, sent=sent)
    return answer_for(
        Known(
            state=replace(home, **state),  # type: ignore[arg-type]
            as_of=date(2026, 10, 31),
            pay_state=pay_state,
            pay_reason=reason,
            event_day=date(2026, 9, 12),
            how="住院",
            by="市医疗保障局",
            phone="12333",
        )
    )


@pytest.mark.parametrize(
    "sent", [None, SENT, Sent(on=TODAY)], ids=["nothing sent", "sent", "sent, no receipt"]
)
@pytest.mark.parametrize("pay_state", [IN_PAYMENT, PAUSED, ENDED])
@pytest.mark.parametrize("head", list(Head))
def test_every_answer_says_what_comes_next_and_blames_nobody(
    head: Head, pay_state: int, sent: Sent | None
) -> None:
    given = answer(head, pay_state=pay_state, month=DECEMBER, until=TODAY + timedelta(30), sent=sent)
    assert given.title
    assert given.next.endswith("。")
    assert any(fact.label == "养老金" for fact in given.facts)
    words = f"{given.title}{given.until}{given.next}{given.comfort}"
    assert [word for word in BLAME if word in words] == []


@pytest.mark.parametrize("head", [Head.PAUSED, Head.PAUSE_COMING, Head.PAUSE_PLANNED, Head.OVERDUE])
def test_nobody_is_told_that_it_does_not_matter_once_something_is_drawn_up(head: Head) -> None:
    given = answer(head, month=DECEMBER, until=date(2026, 9, 30))
    assert given.title == "请尽快认证"
    assert "没关系" not in f"{given.next}{given.comfort}"
    assert given.ways_first


def test_coming_pause_says_from_when_and_how_it_is_prevented() -> None:
    given = answer(Head.PAUSE_COMING, month=DECEMBER, reason="1201")
    assert given.next == "您的养老金将从2026年12月起暂停发放。现在认证，就不会停。"
    pay = next(fact for fact in given.facts if fact.label == "养老金")
    assert (pay.value, pay.small) == ("正常发放", "2026年12月起暂停")


def test_pause_says_since_when_and_how_it_ends() -> None:
    given = answer(Head.PAUSED, pay_state=PAUSED, month=Month(2026, 8), reason="1201")
    assert given.next == "您的养老金从2026年8月起暂停了。认证后下个月恢复，停发的月份全部补发。"


def test_what_was_sent_stands_with_its_receipt_and_the_day_by_which_one_hears() -> None:
    given = answer(Head.WITH_STAFF, sent=SENT)
    assert given.title == "已收到，工作人员正在核对"
    assert given.until == "最晚 2026年12月3日 告诉您"
    assert ("受理号", "2611 3081 5675 89") in [(fact.label, fact.value) for fact in given.facts]
    assert not given.ways_first


def test_paused_and_sent_says_both_and_asks_for_nothing_again() -> None:
    given = answer(Head.PAUSED, pay_state=PAUSED, month=Month(2026, 8), reason="1201", sent=SENT)
    assert "从2026年8月起暂停了" in given.next
    assert given.title == "已收到，工作人员正在核对"
    assert not given.ways_first


@pytest.mark.parametrize("head", [Head.ENDED, Head.ENDING])
def test_end_for_a_death_apologises_to_who_reads_it_alive(head: Head) -> None:
    given = answer(head, pay_state=ENDED, month=DECEMBER, reason="1401")
    assert "登记有误，我们非常抱歉：请马上打12333" in given.next
    assert given.may_say_alive
    asked = answer(head, pay_state=ENDED, month=DECEMBER, reason="1401", asked_again=True)
    assert asked.title == "我们正在重新核对"
    assert not asked.may_say_alive


def test_other_ends_of_pay_are_no_deaths() -> None:
    given = answer(Head.ENDED, pay_state=ENDED, month=DECEMBER, reason="1407")
    assert given.title == "这份待遇已经终止"
    assert not given.may_say_alive


def test_passed_says_until_when_how_and_from_whom() -> None:
    given = answer(Head.PASSED, until=date(2027, 9, 12))
    assert given.until == "有效到 2027年9月12日"
    assert ("认证方式", "住院", "市医疗保障局送来的记录") in [
        (fact.label, fact.value, fact.small) for fact in given.facts
    ]


def test_due_before_and_after_the_day_differ_and_ways_come_first() -> None:
    early = answer(Head.DUE, until=TODAY + timedelta(1))
    late = answer(Head.OVERDUE, until=TODAY - timedelta(1))
    assert "前都可以" in early.until
    assert "期限是" in late.until
    assert late.next.startswith("期限已过，请尽快认证。现在养老金还照常发。")
    assert early.ways_first
    assert late.ways_first


def test_doubtful_while_paid_promises_pay_and_while_not_paid_does_not() -> None:
    assert "照常发" in answer(Head.UNDER_REVIEW).next
    assert "照常发" not in answer(Head.UNDER_REVIEW, pay_state=PAUSED).next


def test_resumption_after_a_certification_promises_the_months_held_back_and_no_other_does() -> None:
    assert "一起补给您" in answer(Head.RESUMING, pay_state=PAUSED, month=DECEMBER, reason="1301").next
    assert "一起补给您" not in answer(Head.RESUMING, pay_state=PAUSED, month=DECEMBER, reason="1302").next
    assert answer(Head.RESUMING, pay_state=PAUSED).title == "您已通过认证"
