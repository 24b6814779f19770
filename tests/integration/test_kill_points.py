"""A certification run killed (kill -9) at every boundary of a bucket and at random instants comes to the same end.

The plain run of the tests kills at one instant of each kind; the long ones at every instant that there is.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NARROW = Path(__file__).with_name("narrow.py")
Row = dict[str, Any]


class NarrowCity:
    """A city of many buckets, and what its uninterrupted run comes to. One process of `narrow.py` serves all tests."""

    def __init__(self, folder: Path) -> None:
        self._narrow = subprocess.Popen(
            [sys.executable, str(NARROW)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=os.environ
            | {
                "YIZHENG_HOME": str(folder / "home"),
                "YIZHENG_AGENCY": str(ROOT / "agencies" / "demo"),
                "DJANGO_SETTINGS_MODULE": "yizheng.settings",
            },
        )
        self.survey = self._told()
        self.expected: Row = self.survey["came"]

    def killed_at(self, kills: Sequence[Row]) -> Row:
        """The city as built, killed at one instant or at several, one after the other; then the run is resumed."""
        assert self._narrow.stdin is not None
        self._narrow.stdin.write(json.dumps({"kills": list(kills)}) + "\n")
        self._narrow.stdin.flush()
        return self._told()

    @cached_property
    def length(self) -> Row:
        """How many calls an uninterrupted run makes, and how many seconds it takes."""
        return self.killed_at([])

    def instants(self, *names: str) -> list[int]:
        """The numbers of the instants whose names begin so."""
        return [number for number, name in enumerate(self.survey["instants"]) if name.startswith(names)]

    def close(self) -> None:
        self._narrow.communicate(timeout=60)

    def _told(self) -> Row:
        assert self._narrow.stdout is not None
        line = self._narrow.stdout.readline()
        assert line, f"narrow.py ended with {self._narrow.wait(60)}"
        told: Row = json.loads(line)
        return told


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NarrowCity]:
    found = NarrowCity(tmp_path_factory.mktemp("narrow"))
    yield found
    found.close()


def check(city: NarrowCity, points: Sequence[Sequence[Row]], *, surely: bool = True) -> list[Row]:
    """Kill at all the points; `surely` where every kill must have met the run at work."""
    found = [city.killed_at(kills) for kills in points]
    assert [row["came"] for row in found] == [city.expected] * len(points)
    if surely:
        assert {signal for row in found for signal in row["killed"]} == {9}
    return found


def calls(city: NarrowCity, chance: random.Random) -> Row:
    return {"call": chance.randrange(city.length["calls"] - 1)}


def moment(city: NarrowCity, chance: random.Random) -> Row:
    return {"seconds": chance.uniform(0, city.length["seconds"])}


def test_city_fills_many_buckets_and_its_run_is_in_force(city: NarrowCity) -> None:
    assert len(city.instants("after bucket=")) == 8
    assert city.expected["state"] == "done"
    assert city.expected["runs"] == 2


def test_killed_after_every_bucket_goes_on_with_the_next(city: NarrowCity) -> None:
    ends = city.instants("after bucket=")
    found = check(city, [[{"instant": ends[number]}] for number in (0, 7)])
    assert [row["buckets_done"] for row in found] == [1, 8]


def test_killed_while_a_file_is_written_writes_it_again(city: NarrowCity) -> None:
    flushes = city.instants("before a flush", "after a flush")
    check(city, [[{"instant": number}] for number in random.Random(1).sample(flushes, 1)])


def test_killed_while_the_run_begins_and_while_it_comes_into_force(city: NarrowCity) -> None:
    begins, *_, ends = city.instants("inside a transaction")
    check(city, [[{"instant": number}] for number in (begins, ends + 1)])


@pytest.mark.long
def test_killed_at_random_calls_and_moments(city: NarrowCity) -> None:
    chance = random.Random(20_261_031)
    check(city, [[calls(city, chance)]])
    check(city, [[moment(city, chance)]], surely=False)


def test_killed_again_and_again_on_the_way(city: NarrowCity) -> None:
    first, second = city.instants("after bucket=")[1:3]
    again = second - first  # a resumed run has no instants around what it need not do
    check(city, [[{"instant": first}, {"instant": first - again}, {"instant": first}]])


@pytest.mark.long
def test_killed_at_every_instant(city: NarrowCity) -> None:
    check(city, [[{"instant": number}] for number in range(len(city.survey["instants"]))])


@pytest.mark.long
def test_killed_at_many_random_instants_once_and_in_chains(city: NarrowCity) -> None:
    chance = random.Random(4)
    check(city, [[calls(city, chance)] for _ in range(60)])
    check(city, [[moment(city, chance)] for _ in range(60)], surely=False)
    chains = [[moment(city, chance) for _ in range(chance.randrange(2, 5))] for _ in range(20)]
    check(city, chains, surely=False)
