"""Files outside the database are held to what the ledger says of them: evidence, and the archives of runs."""

from datetime import date
from pathlib import Path

import pytest

from link_situations import NAMES, City, four_people, number
from yizheng import wiring
from yizheng.flows.house import ledger_is_verified
from yizheng.kernel.errors import Refused
from yizheng.rooms.ledger.data import FaultKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path) -> City:
    city = four_people(tmp_path)
    city.trains((number(0), NAMES[0]), (number(77), "路人"))
    city.certify()
    return city


def faults(city: City) -> list[tuple[FaultKind, str]]:
    found = ledger_is_verified.verify(witnessed=(), files=wiring.witnessed_files(), store=city.store)
    return [(fault.kind, fault.table) for fault in found.faults if fault.kind.value.startswith("file")]


def test_every_file_is_as_it_was_witnessed(city: City) -> None:
    names = [file.name for file in wiring.witnessed_files()]
    assert {name.partition("/")[0] for name in names} == {"evidence", "unlinked", "runs"} or len(names) > 2
    assert faults(city) == []


@pytest.mark.parametrize("which", ["evidence_delivery", "certification_run"])
def test_changed_file_is_named_and_no_run_counts_it(city: City, which: str) -> None:
    file = next(
        file for file in wiring.witnessed_files() if file.table == which and file.name.endswith(".parquet")
    )
    place = city.store.path(file.name)
    place.write_bytes(place.read_bytes() + b"\0")
    assert faults(city) == [(FaultKind.FILE_CHANGED, which)]
    place.unlink()
    assert faults(city) == [(FaultKind.FILE_MISSING, which)]


def test_run_refuses_evidence_that_was_changed(city: City) -> None:
    file = next(
        file for file in wiring.witnessed_files() if "bucket=" in file.name and "evidence/" in file.name
    )
    other = city.trains((number(2), NAMES[2]), day=date(2026, 10, 20))
    assert other.matched == 1
    place = city.store.path(file.name)
    place.write_bytes(city.store.path(f"evidence/bucket=000/{other.batch_id}.parquet").read_bytes())
    with pytest.raises(Refused, match="evidence:file_not_as_witnessed"):
        city.certify(date(2026, 11, 5))
