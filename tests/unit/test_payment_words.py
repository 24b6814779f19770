"""Pay in words: why an instruction is as it is, and refusals in both languages."""

import pytest
from django.utils import translation

from yizheng.doors.words import WORDS, refusal_in, word
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Month
from yizheng.rooms.payments import Why
from yizheng.rooms.payments.data import Explanation


@pytest.mark.parametrize("why", Explanation)
def test_every_explanation_has_words(why: Explanation) -> None:
    with translation.override("zh-hans"):
        assert word("pay_why", why.word) != why.word
    assert why.word in WORDS["pay_why"]


def test_sentence_of_a_run_before_is_shown_as_it_is() -> None:
    assert word("pay_why", "恢复发放，暂停期间按当月标准补发") == "恢复发放，暂停期间按当月标准补发"


def test_month_out_of_order_is_said_in_both_languages() -> None:
    refusal = Refused(
        Why.MONTH_AFTER_RUN, last=Month(2026, 10), to_come=Month(2026, 11), month=Month(2027, 3)
    )
    assert refusal_in(refusal, "zh-hans") == (
        "最近一次发放计划是2026年10月，下一次应是2026年11月，不能是2027年3月。请按月份顺序运行。"
    )
    assert refusal_in(refusal, "en") == (
        "the last pay run is 2026-10, so the pay run to come is 2026-11, but 2027-03 came. Run the months in order."
    )
