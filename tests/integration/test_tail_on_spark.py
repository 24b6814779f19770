"""The hard tail on Spark: the same people for the same records, with the same weights, as on one machine."""

import shutil
import sys
from importlib import import_module
from pathlib import Path

import duckdb
import pytest

from yizheng.adapters.spark.session import open_session
from yizheng.adapters.spark.tail import SparkFinder
from yizheng.rooms.comparison.tail.finder import Finder
from yizheng.rooms.comparison.tail.models import default_model

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed"),
]


def test_spark_finds_and_tells_the_same_links(tmp_path: Path) -> None:
    sys.path.append(str(Path(__file__).parents[2] / "bench"))
    world = import_module("tail_parts.world")  # a second of dictionaries, for this test alone
    made = world.make(people=2_000, records=500, seed=3)
    here = Finder(made.people, model=default_model())
    expected = here.find(made.records)
    session = open_session(work=tmp_path, memory="2g")
    there = SparkFinder(made.people, model=default_model(), session=session)
    found = there.find(made.records)
    there.close()
    here.close()
    session.stop()
    assert found.equals(expected)
    methods = duckdb.sql("select method, count(*) from expected group by method").fetchall()
    assert dict(methods)["model"] > 20
