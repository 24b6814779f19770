"""What files of one period do to each other: a part and then the whole, the same rows again, fewer, another county."""

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from hands import hands_of
from link_situations import AGENCY_DATA, DAY, DEATHS, NAMES, City, four_people, number, write
from refused import refused
from yizheng.adapters.tables.reading import read_table
from yizheng.flows.arrivals import feed_arrives
from yizheng.flows.arrivals.bad_numbers import CutNumbers
from yizheng.flows.arrivals.why import Why
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import FixedClock
from yizheng.rooms import certification, evidence
from yizheng.rooms.evidence.data import ImportReport
from yizheng.rooms.evidence.models import Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path) -> City:
    return four_people(tmp_path)


def deliver(
    city: City, *people: int, name: str = "a", replaces: bool = False, place: str = "家中", **marks: int
) -> ImportReport:
    """Death certificates of September about these people, the newest first. `marks`: the source's own ones."""
    source = AGENCY_DATA.source("death_certificate")
    rows = [[number(at), NAMES[at % 4], "", "2026-09-20", place, "某医院", "2026-09-21"] for at in people]
    path = write(city.folder / f"death_certificate_2026-09_2026-10-05.{name}.csv", DEATHS, rows)
    with feed_arrives.roster_opened(city.store) as linker:
        return feed_arrives.import_feed(
            hands_of("test", clock=FixedClock.on(DAY), store=city.store),
            file=path,
            source=replace(source, expectation=replace(source.expectation, **marks)),  # type: ignore[arg-type]
            rules=AGENCY_DATA.evidence_rules,
            delivered_on=None,
            read_table=read_table,
            linker=linker,
            replaces=replaces,
        )


def in_force() -> list[str]:
    return [one.file_name.split(".")[1] for one in evidence.queries.deliveries(as_of=DAY)]


def test_whole_file_supersedes_its_part(city: City) -> None:
    part = deliver(city, 0, 1, name="part")
    whole = deliver(city, 2, 1, 0, name="whole")
    assert in_force() == ["whole"]
    assert [(said.what, said.facts["before"]) for said in whole.told] == [(Why.SUPERSEDES, part.file_name)]
    assert Delivery.objects.get(batch_id=part.batch_id).state == "superseded"


def test_facts_that_the_whole_lacks_are_not_in_force(city: City) -> None:
    deliver(city, *range(10, 28), 0, name="part")  # nineteen of its twenty rows stand in the whole
    deliver(city, *range(10, 30), name="whole")
    city.certify()
    standing = certification.queries.find_standing(0)
    assert standing is not None
    assert "death_reported" not in standing.reasons


def test_same_rows_in_another_order_are_repeated(city: City) -> None:
    first = deliver(city, 0, 1, name="first")
    again = deliver(city, 1, 0, name="again")
    assert (again.already_known, again.batch_id) == (True, first.batch_id)
    assert in_force() == ["first"]


def test_shorter_file_waits_until_a_person_says_that_it_replaces(city: City) -> None:
    deliver(city, 0, 1, 2, name="long")
    with pytest.raises(Refused, match="arrivals:no_longer_than_before") as refused:
        deliver(city, 0, 1, name="short")
    assert (refused.value.facts["rows"], refused.value.facts["known"]) == (2, 3)
    assert in_force() == ["long"]
    deliver(city, 0, 1, name="short", replaces=True)
    assert in_force() == ["short"]
    deliver(city, 0, 1, 2, name="long")
    assert in_force() == ["long"], "the longer one came again, and is the whole of it"


def test_files_that_share_little_stand_side_by_side(city: City) -> None:
    deliver(city, 0, 1, name="east")
    deliver(city, 2, 3, name="west")
    assert in_force() == ["east", "west"]


@pytest.mark.parametrize(("percent", "standing"), [(90, ["a", "b"]), (50, ["b"])])
def test_share_that_makes_two_files_versions_of_one_is_the_sources_own(
    city: City, percent: int, standing: list[str]
) -> None:
    deliver(city, 0, 1, name="a")
    deliver(city, 1, 2, 3, name="b", same_percent=percent)  # one of the two rows of the smaller file
    assert in_force() == standing


@pytest.mark.parametrize("percent", [1, 60])
def test_share_of_cut_numbers_that_stops_a_file_is_the_sources_own(percent: int) -> None:
    cut = CutNumbers("f", "number", most_percent=percent)
    portion = pa.table({"number": ["110105194912310000"] * 5 + ["11010519491231002X"] * 5})
    with refused(Why.NUMBERS_CUT) if percent == 1 else nullcontext():
        cut.check(portion)
