"""The tail's data files are what their maker makes, and say what independent tables say."""

import importlib.util
from pathlib import Path

import duckdb
import pytest
from lunar_python import Solar

from yizheng.rooms.comparison.tail import features

ROOT = Path(__file__).parents[2]
DATA = ROOT / "src" / "yizheng" / "rooms" / "comparison" / "tail" / "data"


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("make_characters", ROOT / "bench" / "make_characters.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def connection():
    opened = duckdb.connect()
    features.install(opened)
    yield opened
    opened.close()


def test_characters_are_what_the_maker_makes(maker):
    assert (DATA / "characters.csv").read_text(encoding="utf-8") == maker.characters()


def test_lunar_years_are_what_the_maker_makes(maker):
    assert (DATA / "lunar_years.csv").read_text(encoding="utf-8") == maker.lunar_years()


def test_folding_twice_is_folding_once(connection):
    again = connection.execute(
        "SELECT count(*) FROM letter a JOIN letter b ON b.character = a.folded WHERE b.folded <> a.folded"
    ).fetchall()
    folded = connection.execute("SELECT count(*) FROM letter WHERE folded <> character").fetchall()
    assert again == [(0,)]
    assert folded[0][0] > 3000


@pytest.mark.parametrize(
    ("variant", "plain"),
    ["髙高", "叚段", "夀寿", "聨联", "淸清", "齢龄", "寔实", "郷乡", "濳潜", "陳陈", "劉刘", "葉叶"],
)
def test_variants_that_converters_leave_are_folded(connection, variant, plain):
    told = connection.execute("SELECT folded FROM letter WHERE character = ?", [variant]).fetchall()
    assert told == [(plain,)]


def test_no_character_is_lost_on_the_way_in(connection):
    lines = (DATA / "characters.csv").read_text(encoding="utf-8").splitlines()
    found = connection.execute("SELECT count(*) FROM letter WHERE character IN ('南', '娜', '努')").fetchall()
    masks = connection.execute("SELECT count(*) FROM mark WHERE character IN ('某', '〇')").fetchall()
    all_masks = connection.execute("SELECT count(*) FROM mark").fetchall()[0][0]
    whole = connection.execute("SELECT count(*) FROM letter").fetchall()[0][0]
    assert found == [(3,)]
    assert whole == len(lines) - 1 - masks[0][0] + all_masks


@pytest.mark.parametrize(
    ("one", "other", "same"), [("芬", "芳", False), ("林", "霖", True), ("曾", "增", True)]
)
def test_surnames_and_words_sound_as_they_are_read(connection, one, other, same):
    sql = "SELECT surname IN (SELECT sound FROM letter WHERE character = ?) FROM letter WHERE character = ?"
    assert connection.execute(sql, [other, one]).fetchall() == [(same,)]


def test_lunar_days_are_those_of_another_calendar(connection):
    sampled = connection.execute(
        "SELECT solar, lunar FROM lunar_day WHERE solar BETWEEN 19010301 AND 20991231 AND hash(solar) % 397 = 0"
    ).fetchall()
    assert len(sampled) > 150
    for solar, lunar in sampled:
        other = Solar.fromYmd(solar // 10000, solar // 100 % 100, solar % 100).getLunar()
        assert lunar == other.getYear() * 10000 + abs(other.getMonth()) * 100 + other.getDay(), solar


def test_every_solar_day_has_one_lunar_day(connection):
    counted = connection.execute("SELECT count(*), count(DISTINCT solar) FROM lunar_day").fetchall()[0]
    assert counted[0] == counted[1] > 73_000
