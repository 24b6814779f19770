"""What is told is kept as a code with its facts, and old sentences are shown as they are."""

from datetime import date

from yizheng.doors.words import told_in
from yizheng.kernel.told import Told, told, told_of
from yizheng.rooms.access.why import Why


def test_what_is_told_comes_back_from_a_table() -> None:
    one = told(Why.CODES_TOO_MANY, most=10, since=date(2026, 10, 31))
    assert one.stored() == {"code": "access:codes_too_many", "most": 10, "since": "2026-10-31"}
    assert told_of(one.stored()) == one


def test_code_from_a_table_has_the_words_of_its_enum() -> None:
    kept = told_of({"code": "access:codes_too_many", "most": 10})
    assert told_in(kept, "zh-hans").startswith("一小时内已经发了 10 次验证码")
    assert told_in(kept, "en").startswith("10 codes were sent within an hour")


def test_sentence_of_a_version_before_is_shown_as_it_is() -> None:
    assert told_of("这台设备以前没有用过") == "这台设备以前没有用过"
    assert told_in("这台设备以前没有用过", "en") == "这台设备以前没有用过"


def test_unknown_code_shows_the_machines_form() -> None:
    assert told_in(Told("risk:gone", {"days": 3}), "en") == "risk:gone days=3"
