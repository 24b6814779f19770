"""How a letter becomes a text, and when a failed message is tried again."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from yizheng.adapters.agency_files.letters import say
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import CHINA
from yizheng.rooms.notices import rules
from yizheng.rooms.notices.data import (
    MESSAGE_LIFE,
    MOST_ATTEMPTS,
    MessageState,
)

AT = datetime(2026, 11, 1, 9, tzinfo=CHINA)
LETTERS = {
    name: letter
    for path in sorted((Path(__file__).parents[2] / "agencies/demo/letters").glob("*.yaml"))
    for name, letter in yaml.safe_load(path.read_text("utf-8")).items()
}
FACTS = {
    "agency_name": "社保中心",
    "agency_phone": "12333",
    "name": "王*英",
    "due_date": "2026-10-31",
    "from_month": "2026-11",
    "code": "123456",
    "helper": "王*兰",
    "from_date": "2026-10-31",
    "last_date": "2027-10-31",
    "until_date": "2027-10-31",
    "receipt": "RZ1-2345",
    "may_words": "查看、认证|see, confirm",
    "more_fen": "12345",
    "over_fen": "12345",
    "pay_month": "2026-12",
    "first_month": "2026-11",
    "last_month": "2026-11",
}


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("due_date", "2026-10-05", "2026年10月5日", "5 October 2026"),
        ("from_month", "2026-01", "2026年1月", "January 2026"),
        ("arrears_fen", "123450", "1,234.50元", "CNY 1,234.50"),
        ("code", "0042", "0042", "0042"),
        ("may_words", "view,notices", "查看认证情况、收取提醒", "see the state, receive reminders"),
        ("may_words", "查看、认证|see, confirm", "查看、认证", "see, confirm"),
        ("copy_words", "copy", "（抄送代办人）", " (Copy to the helper.)"),
        ("copy_words", "", "", ""),
    ],
)
def test_fact_in_words(name: str, value: str, zh: str, en: str) -> None:
    assert say(name, value, "zh") == zh
    assert say(name, value, "en") == en


def test_text_with_a_hole_is_never_made() -> None:
    with pytest.raises(Refused, match="notices:letter_has_hole"):
        rules.fill("到期日：{due_date}", {"name": "x"}, language="zh", say=say)


@pytest.mark.parametrize("braces", ["{0}", "{name.__class__}", "{name!r}", "{NAME}", "{}"])
def test_other_braces_are_plain_text(braces: str) -> None:
    assert rules.fill(f"a{braces}", {"name": "x"}, language="en", say=say) == f"a{braces}"


def test_fact_cannot_smuggle_a_placeholder_in() -> None:
    assert rules.fill("{name}", {"name": "{code}", "code": "1"}, language="zh", say=say) == "{code}"


@pytest.mark.parametrize("template", sorted(LETTERS))
def test_letter_is_whole_in_both_languages_and_warns_of_swindlers(template: str) -> None:
    zh = rules.fill(LETTERS[template]["zh"], FACTS, language="zh", say=say)
    en = rules.fill(LETTERS[template]["en"], FACTS, language="en", say=say)
    assert "12333" in zh
    assert "12333" in en
    assert "我们不会向您要密码、验证码" in zh
    assert "never ask for passwords or codes" in en
    assert " " not in zh.replace("1 ", "")
    assert zh.startswith("【社保中心】")
    assert set(rules.placeholders(LETTERS[template]["zh"])) >= set(
        rules.placeholders(LETTERS[template]["en"])
    )


GSM = frozenset("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ÄÖÑÜ§¿äöñüà") | frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)
"""The letters of the GSM 7-bit alphabet (3GPP TS 23.038): a text in it has 160 a segment, and 153 in one of several."""
GSM_DOUBLE = frozenset("^{}\\[~]|€")
"""Letters of its extension, which count twice."""
LONGEST = FACTS | {
    "agency_name": "湛江市社会保险中心（演示）",
    "agency_phone": "0759-12333",
    "due_date": "2026-12-30",
    "from_month": "2026-12",
    "from_date": "2026-12-30",
    "last_date": "2027-12-30",
    "until_date": "2027-12-30",
    "receipt": "26113081567589",
    "may_words": "view,certify,notices",
    "more_fen": "1234567",
    "over_fen": "1234567",
    "last_month": "2026-12",
}
IN_ENGLISH = {
    "agency_name": "Zhanjiang Social Insurance Centre (demo)",
    "due_date": "2026-09-30",
    "from_month": "2026-09",
    "from_date": "2026-09-30",
    "last_date": "2027-09-30",
    "until_date": "2027-09-30",
    "pay_month": "2026-09",
    "first_month": "2026-09",
    "last_month": "2026-09",
}
"""September is the longest month in English."""


def segments(text: str) -> int:
    """How many short messages (短信) a text is sent and paid as."""
    if set(text) <= GSM | GSM_DOUBLE:
        length, alone, joined = len(text) + sum(letter in GSM_DOUBLE for letter in text), 160, 153
    else:
        length, alone, joined = len(text), 70, 67
    return 1 if length <= alone else -(-length // joined)


@pytest.mark.parametrize("template", sorted(LETTERS))
def test_letter_fits_into_two_segments_with_the_longest_facts(template: str) -> None:
    zh = rules.fill(LETTERS[template]["zh"], LONGEST, language="zh", say=say)
    en = rules.fill(LETTERS[template]["en"], LONGEST | IN_ENGLISH, language="en", say=say)
    assert segments(zh) <= 2, f"{len(zh)}: {zh}"
    assert segments(en) <= 2, f"{len(en)}: {en}"


def test_letters_that_take_something_away_say_how_to_object() -> None:
    for template in ("paused", "paused_custody", "paused_missing", "ended_death", "ended_duplicate"):
        assert "行政复议" in LETTERS[template]["zh"], template
        assert "review" in LETTERS[template]["en"], template


def test_waits_grow_and_stay_below_eight_hours() -> None:
    waits = [rules.wait_after(attempts, key="k") for attempts in range(1, 40)]
    assert waits[0] >= timedelta(minutes=1)
    assert waits[3] > waits[1] > waits[0]
    assert max(waits) <= timedelta(hours=7, minutes=30)
    assert rules.wait_after(3, key="k") == rules.wait_after(3, key="k")
    assert rules.wait_after(3, key="k") != rules.wait_after(3, key="l")


def test_last_attempt_is_the_last() -> None:
    state, again = rules.after_failure(MOST_ATTEMPTS - 1, key="k", at=AT)
    assert state is MessageState.QUEUED
    assert again is not None
    assert again > AT
    assert rules.after_failure(MOST_ATTEMPTS, key="k", at=AT) == (MessageState.DEAD, None)


def test_table_of_steps_is_whole() -> None:
    assert {state.code for state in MESSAGE_LIFE.states} == set(MessageState)
    assert {move.state for move in MESSAGE_LIFE.moves} == {
        MessageState.QUEUED,
        MessageState.LEASED,
        MessageState.SENT,
    }
    assert MESSAGE_LIFE.check(MessageState.LEASED, "accepted").to is MessageState.SENT
    with pytest.raises(Refused, match="kernel:step_not_allowed"):
        MESSAGE_LIFE.check(MessageState.SENT, "claim")
