"""Identity numbers, names, days and telephone numbers as they are delivered, and what they are taken for."""

from datetime import date

import pytest

from yizheng.rooms.people import rules

TODAY = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("came", "taken"),
    [
        ("11010519491231002X", "11010519491231002X"),  # the standard's own example
        ("11010519491231002x", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        (" 110105 19491231 002X ", "11010519491231002X"),
        ("'11010519491231002X", "11010519491231002X"),
        ("11010519491231002×", "11010519491231002X"),
        ("11010519491231002\u0425", "11010519491231002X"),  # a Cyrillic letter
        ("110105491231002", "11010519491231002X"),  # 15 digits of before 1999
        ("510202194912310025", None),  # the check digit must fit
        ("510202194912310020", "510202194912310020"),  # abolished region
        ("810000194912310028", "810000194912310028"),  # Hong Kong resident
        ("830000194912310021", "830000194912310021"),  # Taiwan resident
        ("11010519490231002" + rules.check_digit("11010519490231002"), None),  # 31 February
        ("11010518991231002" + rules.check_digit("11010518991231002"), None),  # before 1900
        ("11010520270101002" + rules.check_digit("11010520270101002"), None),  # not born yet
        ("1.10105E+17", None),  # what Excel makes of a number
        ("11010519491231002", None),
        ("", None),
    ],
)
def test_number(came: str, taken: str | None) -> None:
    assert rules.normalise_number(came, today=TODAY) == taken


def test_number_tells_birth_day_sex_and_region_at_issue() -> None:
    number = "11010519491231002X"
    assert rules.birth_of(number) == date(1949, 12, 31)
    assert rules.sex_of(number) == 2
    assert rules.region_of(number) == "110105"
    assert rules.id17(number) == 11010519491231002


@pytest.mark.parametrize(
    ("came", "taken", "key"),
    [
        ("王 芳", "王芳", "王芳"),
        ("　欧阳娜娜　", "欧阳娜娜", "欧阳娜娜"),
        ("买买提•艾力", "买买提·艾力", "买买提·艾力"),
        ("买买提．艾力", "买买提·艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力", "买买提·艾力"),
        ("买买提\u200b艾力", "买买提艾力", "买买提艾力"),
        ("Ａnna  Lee", "Anna Lee", "ANNALEE"),
        ("J. Smith", "J. Smith", "J.SMITH"),
        ("䶮", "䶮", "䶮"),
        ("", "", ""),
    ],
)
def test_name(came: str, taken: str, key: str) -> None:
    assert rules.normalise_name(came) == taken
    assert rules.name_key(came) == key


@pytest.mark.parametrize(
    ("came", "taken"),
    [
        ("2026-10-31", date(2026, 10, 31)),
        ("20261031", date(2026, 10, 31)),
        ("2026/1/5", date(2026, 1, 5)),
        ("2026.01.05", date(2026, 1, 5)),
        ("2026年10月31日", date(2026, 10, 31)),
        ("46326", date(2026, 10, 31)),
        ("46326.75", date(2026, 10, 31)),
        ("2026-10-31 08:00:00", date(2026, 10, 31)),
        ("2026-10-31T08:00:00+08:00", date(2026, 10, 31)),
        ("20261031080000", date(2026, 10, 31)),
        ("2026-02-29", None),
        ("31/10/2026", None),  # day first or month first: not guessed
        ("2026-10/31", None),
        ("1899-12-31", None),
        ("昨天", None),
        ("", None),
    ],
)
def test_day(came: str, taken: date | None) -> None:
    assert rules.parse_day(came) == taken


@pytest.mark.parametrize(
    ("came", "taken"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("0759-2238000", "07592238000"),
        ("2238000", "2238000"),
        ("12345", None),
        ("无", None),
        ("", None),
    ],
)
def test_phone(came: str, taken: str | None) -> None:
    assert rules.normalise_phone(came) == taken


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("王\ue863", "王\u4dae"),  # 䶮 in GBK's private use
        ("\ue81e", "\u9fb4"),
        ("\ue864", "\u9fbb"),
        ("\ue816", "\U00020087"),
        ("\u2f25\u2f66", "\u5973\u758b"),
    ],
)
def test_look_alike_characters_of_names_are_the_ones_they_stand_for(written: str, meant: str) -> None:
    assert rules.name_key(written) == rules.name_key(meant) == meant
