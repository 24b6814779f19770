"""What anybody who finds people for records must keep to. Spark's finder is held to the same in tests/integration."""

from pathlib import Path

import pytest

import tail_worlds
from contract.parties import Parties, each
from tail_worlds import number
from yizheng.flows.sources.links_are_sought import FindsPeople
from yizheng.rooms.comparison.tail import models
from yizheng.rooms.comparison.tail.data import LINKS, MOST_CANDIDATES
from yizheng.rooms.comparison.tail.finder import Finder

CHEN = (number("440802", "1950-03-07", 12), "陈国富", "1950-03-07", "440802")
LIN = (number("440802", "1948-11-23", 27), "林秀英", "1948-11-23", "440802")
FINDERS = {Finder: lambda _: Finder(tail_worlds.people(CHEN, LIN), model=models.default_model())}
PARTIES: Parties = {FindsPeople: FINDERS}


@pytest.fixture(scope="module", **each(FINDERS))
def finder(request: pytest.FixtureRequest):
    made = request.param(Path())
    yield made
    made.close()


def test_record_finds_its_person_and_says_how_sure(finder: FindsPeople) -> None:
    found = finder.find(tail_worlds.records({"number": CHEN[0], "name": CHEN[1]}))
    assert found.schema.names == LINKS.names
    (link,) = found.to_pylist()
    assert (link["record"], link["pno"]) == (0, 0)
    assert 0.9 < link["probability"] <= 1


def test_answer_does_not_depend_on_the_other_records(finder: FindsPeople) -> None:
    one, other = {"number": CHEN[0], "name": CHEN[1]}, {"number": LIN[0], "name": LIN[1]}
    together = finder.find(tail_worlds.records(one, other)).to_pylist()
    alone = finder.find(tail_worlds.records(one)).to_pylist()
    assert [link for link in together if link["record"] == 0] == alone
    assert {(link["record"], link["pno"]) for link in together} == {(0, 0), (1, 1)}


def test_record_of_nobody_has_no_link(finder: FindsPeople) -> None:
    nobody = {"number": number("650102", "1990-01-01", 5), "name": "买买提"}
    assert finder.find(tail_worlds.records(nobody, {"name": ""})).num_rows <= MOST_CANDIDATES
    assert 0 not in finder.find(tail_worlds.records(nobody))["record"].to_pylist()


def test_nothing_to_find_is_an_empty_table(finder: FindsPeople) -> None:
    empty = finder.find(tail_worlds.records())
    assert (empty.num_rows, empty.schema.names) == (0, LINKS.names)
