"""Who is found for which record, and who is not."""

import random

import pyarrow as pa
import pytest

import tail_worlds
from tail_worlds import number
from yizheng.rooms.comparison.tail import models
from yizheng.rooms.comparison.tail.data import FIELDS, LINKS, MOST_CANDIDATES, SUSPICION, WORTH_A_LOOK, Method
from yizheng.rooms.comparison.tail.finder import Finder

ROSTER = [
    (number("440802", "1950-03-07", 12), "陈国富", "1950-03-07", "440802"),
    (number("440802", "1948-11-23", 27), "林秀英", "1948-11-23", "440802"),
    (number("440803", "1952-06-15", 331), "曹建明", "1952-06-15", "440803"),
    (number("440811", "1945-08-02", 45), "梁玉珍", "1945-08-02", "440811"),
    # Twins: one day, one place, neighbouring numbers.
    (number("440804", "1955-05-05", 101), "吴国强", "1955-05-05", "440804"),
    (number("440804", "1955-05-05", 103), "吴国栋", "1955-05-05", "440804"),
    (number("650102", "1949-09-09", 17), "买买提·吐尔逊", "1949-09-09", "650102"),
    (number("440823", "1951-12-30", 212), "欧阳志文", "1951-12-30", "440823"),
]


@pytest.fixture(scope="module")
def finder():
    """The hand-written few among a thousand others, so that chance has its say."""
    others = [
        (row["number"], row["name"], str(row["birth"]), row["region"])
        for row in tail_worlds.made(3000, 3).people.slice(0, 1500).to_pylist()
    ]
    opened = Finder(tail_worlds.people(*ROSTER, *others), model=models.default_model())
    yield opened
    opened.close()


def best(finder: Finder, **record: object) -> dict[str, object] | None:
    links = finder.find(tail_worlds.records(record)).to_pylist()
    return links[0] if links else None


def keys(link: dict[str, object]) -> dict[str, str]:
    model = models.default_model()
    return {field: model.comparison(field).level(link[f"level_{field}"]).key for field in FIELDS}


CHEN = ROSTER[0][0]


@pytest.mark.parametrize(
    ("record", "pno", "method", "expected"),
    [
        ({"number": CHEN, "name": "陈国富"}, 0, Method.NUMBER, {"number": "same", "name": "same"}),
        ({"number": CHEN[:6] + CHEN[8:17], "name": "陳國富"}, 0, Method.NUMBER, {"number": "same"}),
        (
            {"number": CHEN[:11] + "9" + CHEN[12:], "name": "陈国富", "birth": "1950-03-07"},
            0,
            Method.REPAIR,
            {"number": "repair"},
        ),
        (
            {"number": CHEN[:4] + CHEN[5:], "name": "陈国夫", "birth": "1950-03-07"},
            0,
            Method.REPAIR,
            {"number": "repair", "name": "sound"},
        ),
        (
            {"name": "陈国富", "birth": "1950-03-07", "sex": 2, "region": "440802"},
            0,
            Method.CASCADE,
            {"number": "missing", "birth": "same"},
        ),
        (
            {"name": "陈国富", "birth": "1950-01-19", "sex": 2, "region": "440802"},
            0,
            Method.CASCADE,
            {"birth": "lunar"},
        ),
        (
            {"name": "曾建明", "birth": "1952-06-15", "sex": 1, "region": "440803"},
            2,
            Method.MODEL,
            {"name": "somewhat_alike"},
        ),
        (
            {"name": "粱玉珍", "birth": "1945-08-01", "sex": 1, "region": "440811"},
            3,
            Method.MODEL,
            {"name": "sound", "birth": "digit"},
        ),
        (
            {"name": "陈国冨", "birth": "1950-07-03", "sex": 2, "region": "440802"},
            0,
            Method.MODEL,
            {"name": "sound", "birth": "swapped"},
        ),
        (
            {"name": "佘秀英", "number": ROSTER[1][0][:9] + "0" + ROSTER[1][0][10:], "birth": "1948-01-01"},
            1,
            Method.MODEL,
            {"number": "repair", "birth": "first"},
        ),
        (
            {"name": "买买提·土尔逊", "birth": "1949-09-09", "sex": 1, "region": "650102"},
            6,
            Method.CASCADE,
            {"name": "sound"},
        ),
        (
            {"number": ROSTER[1][0], "name": "梁玉珍", "birth": "1945-08-02", "sex": 1, "region": "440811"},
            3,
            Method.MODEL,
            {"number": "astray"},
        ),
    ],
    ids=lambda value: "" if isinstance(value, dict) else str(value),
)
def test_record_with_faults_is_found(finder, record, pno, method, expected):
    link = best(finder, **record)
    assert link is not None
    assert (link["pno"], link["method"]) == (pno, method)
    assert link["probability"] >= SUSPICION
    assert keys(link) | expected == keys(link)


def test_record_that_fits_both_twins_makes_neither_a_suspicion(finder):
    links = finder.find(
        tail_worlds.records({"name": "吴国某", "birth": "1955-05-05", "sex": 1, "region": "440804"})
    ).to_pylist()
    assert {link["pno"] for link in links} == {4, 5}
    assert all(WORTH_A_LOOK <= link["probability"] < SUSPICION for link in links)


def test_twin_is_told_from_the_other_by_number_and_name(finder):
    link = best(finder, number=ROSTER[5][0], name="吴国栋", birth="1955-05-05")
    assert link is not None
    assert link["pno"] == 5
    other = best(finder, name="吴国栋", birth="1955-05-05", sex=1, region="440804")
    assert other is not None
    assert other["pno"] == 5


def test_twin_who_is_not_here_is_no_suspicion(finder):
    link = best(
        finder, number=number("440802", "1950-03-07", 14), name="陈国贵", birth="1950-03-07", region="440802"
    )
    assert link is None or link["probability"] < SUSPICION
    unnumbered = best(finder, name="陈国贵", birth="1950-03-07", sex=2, region="440802")
    assert unnumbered is None or unnumbered["probability"] < SUSPICION


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"name": "陈国富"},
        {"number": number("110105", "1950-03-07", 12), "name": "赵一曼", "birth": "1930-01-02"},
        {"number": CHEN, "name": "赵一曼", "birth": "1930-01-02", "sex": 1, "region": "110105"},
    ],
    ids=["nothing told", "a common name alone", "a stranger", "somebody with another's number"],
)
def test_record_that_says_too_little_or_another_is_no_suspicion(finder, record):
    link = best(finder, **record)
    assert link is None or link["probability"] < SUSPICION


def test_nobody_is_looked_for_when_there_are_no_records(finder):
    assert finder.find(tail_worlds.records()).num_rows == 0
    assert finder.find(tail_worlds.records()).schema == LINKS


def test_finder_without_people_finds_nobody():
    empty = Finder(tail_worlds.people(), model=models.default_model())
    assert empty.find(tail_worlds.records({"name": "陈国富", "birth": "1950-03-07"})).num_rows == 0
    empty.close()


@pytest.fixture(scope="module")
def world():
    return tail_worlds.made(3000, 3)


@pytest.fixture(scope="module")
def links(world):
    opened = Finder(world.people, model=models.default_model())
    found = opened.find(world.records)
    opened.close()
    return found


def test_weights_of_a_link_sum_to_its_weight(links):
    for link in links.to_pylist():
        told = [link[f"mw_{field}"] or 0.0 for field in FIELDS]
        assert sum(told) == pytest.approx(link["weight"], abs=1e-9)
        assert all((link[f"level_{field}"] == -1) == (link[f"mw_{field}"] is None) for field in FIELDS)


def test_links_do_not_depend_on_order_portions_or_threads(world, links):
    at = list(range(world.records.num_rows))
    random.Random(8).shuffle(at)
    shuffled = world.records.take(at)
    people = world.people.take(list(reversed(range(world.people.num_rows))))
    opened = Finder(people, model=models.default_model(), threads=1)
    half = shuffled.num_rows // 2
    portions = [opened.find(part) for part in (shuffled.slice(0, half), shuffled.slice(half))]
    opened.close()
    together = pa.concat_tables(portions).sort_by(
        [
            ("record", "ascending"),
            ("probability", "descending"),
            ("weight", "descending"),
            ("pno", "ascending"),
        ]
    )
    exact = [name for name in LINKS.names if name not in ("probability", "weight")]
    assert together.select(exact).to_pylist() == links.select(exact).to_pylist()
    assert together["probability"].to_pylist() == pytest.approx(links["probability"].to_pylist())


def test_best_comes_first_and_few_are_told(links):
    seen: dict[int, list[float]] = {}
    for link in links.to_pylist():
        seen.setdefault(link["record"], []).append(link["probability"])
    assert all(told == sorted(told, reverse=True) for told in seen.values())
    assert max(len(told) for told in seen.values()) <= MOST_CANDIDATES
    assert all(sum(told) <= 1 + 1e-9 for told in seen.values())


def test_made_world_is_linked_rightly(world, links):
    sure = [link for link in links.to_pylist() if link["probability"] >= SUSPICION]
    wrong = [link for link in sure if world.truth[link["record"]] != link["pno"]]
    here = int((world.truth >= 0).sum())
    assert wrong == []
    assert len(sure) > 0.95 * here
