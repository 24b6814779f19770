"""What the tail compares people and records by, row by row."""

# ruff: noqa: S608 (the SQL is put together from names of our own, never from data)

import duckdb
import pytest

import tail_worlds
from yizheng.rooms.comparison.tail import features


@pytest.fixture(scope="module")
def prepared():
    connection = duckdb.connect()
    features.install(connection)
    asked: dict[tuple[tuple[str, object], ...], str] = {}

    def ask(column: str, **record: object) -> object:
        """What is prepared of a record, which is prepared once however many columns are asked of it."""
        key = tuple(record.items())
        if key not in asked:
            asked[key] = f"records_{len(asked)}"
            features.prepare_records(connection, tail_worlds.records(record), into=asked[key])
        return connection.execute(f"SELECT {column} FROM {asked[key]}").fetchall()[0][0]

    yield ask
    connection.close()


VALID = tail_worlds.number("440802", "1950-03-07", 12)


@pytest.mark.parametrize(
    ("told", "state", "known"),
    [
        (VALID, "valid", True),
        (VALID.translate({code: code + 0xFEE0 for code in range(0x30, 0x5B)}), "valid", True),
        (" " + VALID[:6] + " " + VALID[6:], "valid", True),
        (VALID[:6] + VALID[8:17], "upgraded", True),
        (VALID[:10] + "4" + VALID[11:], "broken", False),
        (VALID[:5] + VALID[6:], "short", False),
        (VALID[:5] + "7" + VALID[5:], "long", False),
        ("111111111111111", "none", False),
        ("999999999999999999", "none", False),
        ("不详", "none", False),
        ("", "none", False),
        (None, "none", False),
    ],
)
def test_state_of_a_number(prepared, told, state, known):
    assert prepared("state", number=told) == state
    assert prepared("n17", number=told) == (int(VALID[:17]) if known else None)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("王小明", ("王小明", "王", "小", "明")),
        ("王明", ("王明", "王", "明", None)),
        ("歐陽修", ("欧阳修", "欧阳", "修", None)),
        ("欧阳小明", ("欧阳小明", "欧阳", "小", "明")),
        ("陈王秀英", ("陈王秀英", "陈", "王", "秀英")),
        ("王某某", ("王__", "王", "_", "_")),
        ("王?明", ("王_明", "王", "_", "明")),
        ("王○明", ("王_明", "王", "_", "明")),
        ("买买提•吐尔逊", ("买买提吐尔逊", "买买提", "吐尔逊", None)),
        ("买买提吐尔逊", ("买买提吐尔逊", "买买提吐尔逊", None, None)),
        ("", (None, None, None, None)),
        (None, (None, None, None, None)),
    ],
)
def test_parts_of_a_name(prepared, name, parts):
    assert tuple(prepared("[name, sur, g1, g2]", name=name)) == parts


@pytest.mark.parametrize(
    ("one", "other", "sound", "dialect"),
    [
        ("王晓明", "王小明", True, True),
        ("曾国藩", "增国藩", True, True),
        ("张林", "章霖", True, True),
        ("张成", "臧岑", False, True),
        ("陈诗", "岑思", False, True),
        ("李宁", "李灵", False, True),
        ("李宁", "李平", False, False),
        ("买买提·吐尔逊", "卖买提吐尔逊", True, True),
    ],
)
def test_names_that_sound_alike(prepared, one, other, sound, dialect):
    assert (prepared("sound", name=one) == prepared("sound", name=other)) is sound
    assert (prepared("dialect", name=one) == prepared("dialect", name=other)) is dialect


def test_hidden_character_sounds_like_nothing(prepared):
    assert prepared("sound", name="王某某") is None
    assert prepared("sound", name="努某某某某某某") is None


@pytest.mark.parametrize(
    ("told", "digits"),
    [
        ("1950-03-07", 19500307),
        ("1950/3/7", 19500307),
        ("1950年3月7日", 19500307),
        ("19500307", 19500307),
        ("1950-02-30", 19500230),
        ("农历1950-02-30", 19500230),
        ("18329", 19500307),
        ("", None),
        ("不详", None),
        (None, None),
    ],
)
def test_digits_of_a_birth(prepared, told, digits):
    assert prepared("birth", birth=told) == digits


def test_lunar_birth_of_a_solar_day(prepared):
    assert prepared("birth_lunar", birth="1950-03-07") == 19500119


def test_region_in_three_sizes(prepared):
    assert list(prepared("[county, city, province]", region="440802001")) == [440802, 4408, 44]
    assert prepared("county", region="未知") is None
