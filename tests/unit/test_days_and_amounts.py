"""Days are civil days of China, amounts are yuan: what other ways of writing them become, in Python as in SQL."""

from datetime import date

import pytest

from yizheng.rooms.people import rules


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-30T16:00:00Z", date(2026, 10, 31)),
        ("2026-10-30 16:00:00+00:00", date(2026, 10, 31)),
        ("2026-10-30T15:59:59.999Z", date(2026, 10, 30)),
        ("2026-10-31T00:00:00+08:00", date(2026, 10, 31)),
        ("2026-10-31T01:00:00+0900", date(2026, 10, 31)),
        ("2026-10-30T11:00:00-05:00", date(2026, 10, 31)),
        ("1947-05-09T15:00:00Z", date(1947, 5, 10)),
        ("1949-12-30T16:00:00Z", date(1949, 12, 31)),
        ("2026-10-31T08:00:00", date(2026, 10, 31)),
        ("46325.99950231481", date(2026, 10, 31)),
        ("46325.99861", date(2026, 10, 31)),
        ("46325.9986", date(2026, 10, 30)),
        ("46326", date(2026, 10, 31)),
        ("2026/10/30 16:00Z", date(2026, 10, 31)),
        ("2026.10.30 16:00Z", None),
        ("26-10-31", None),
        ("26/10/31", None),
        ("115.10.31", None),
        ("1151031", None),
        ("民国115年10月31日", None),
        ("二〇二六年九月廿一", None),
        ("农历九月廿一", None),
        ("2026-02-30T16:00:00Z", None),
    ],
)
def test_day_is_chinas_civil_day_or_none(text: str, day: date | None) -> None:
    assert rules.parse_day(text) == day


def test_month_of_an_instant_is_chinas_month() -> None:
    assert rules.parse_month("2026-09-30T16:00:00Z") == 2026 * 12 + 9


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("3120.50", 312050),
        ("3,120.50", 312050),
        ("￥13，120.5元", 1312050),
        ("1,234,567", 123456700),
        ("3120,50", None),
        ("1,2,3.00", None),
        ("31,20.50", None),
        ("3.120,50", None),
        (",120", None),
        ("0.312万", None),
        ("0.312万元", None),
        ("3120元50", None),
        ("-3120.50", None),
    ],
)
def test_amount_is_yuan_with_commas_between_thousands_or_none(text: str, fen: int | None) -> None:
    assert rules.parse_fen(text) == fen


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("yes", True),
        ("TRUE", True),
        (" 是 ", True),
        ("1", True),
        ("no", False),
        ("否", False),
        ("", None),
        ("x", None),
    ],
)
def test_yes_and_no_as_people_and_spreadsheets_write_them(text: str, yes: bool | None) -> None:
    assert rules.parse_yes(text) is yes
