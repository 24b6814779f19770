"""The quality of sources is measured from what lies in the store: cells, copies, old files under new names."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from flows.test_feed_arrives import AGENCY_DATA, DAY, HEADERS, death, number, take, verified, write
from flows.test_feed_arrives import store as store  # noqa: PLC0414 (a fixture, used by name)
from hands import hands_of
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.sources import source_quality
from yizheng.kernel.time import FixedClock
from yizheng.rooms import evidence, ledger
from yizheng.rooms.evidence.data import ImportReport
from yizheng.rooms.quality.data import Check, Grade, QualityReport, SourceQuality

pytestmark = pytest.mark.django_db
SOURCE = "household_cancel"
AUGUST, SEPTEMBER = f"{SOURCE}_2026-08_2026-09-05.csv", f"{SOURCE}_2026-09_2026-10-05.csv"


@pytest.fixture
def arrive(store: LocalStore, tmp_path: Path) -> Callable[..., ImportReport]:
    def run(*rows: list[str], name: str = SEPTEMBER) -> ImportReport:
        return take(write(tmp_path / name, HEADERS, list(rows), "gb18030"), store)

    return run


def measure(store: LocalStore, as_of: date = DAY) -> QualityReport:
    return source_quality.measure(
        hands_of("test", clock=FixedClock.on(as_of), store=store),
        as_of=as_of,
        rulebook=AGENCY_DATA.rulebook,
        rules=AGENCY_DATA.quality_rules,
    )


def mine(report: QualityReport) -> SourceQuality:
    found = report.find(SOURCE)
    assert found is not None
    return found


def test_source_that_never_delivered_is_unknown(store: LocalStore) -> None:
    assert {one.grade for one in measure(store).sources} == {Grade.UNKNOWN}


def test_cells_are_counted_as_they_came_and_once(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    arrive(
        death(0),
        [number(1)[:-1] + "Y", "买买提·艾力", "死亡", "2026-07-20", "2026-07-15", ""],
        ["", "李娜", "死亡", "2026-07-20", "2026-07-15", "某派出所"],
        [number(3), "张伟", "出国定居", "2026/9/3", "", "某派出所"],
    )
    cells = {one.header: (one.cells, one.empty, one.unusable) for one in mine(measure(store)).fields}
    assert cells == {
        "公民身份号码": (4, 1, 2),
        "姓名": (4, 0, 0),
        "注销原因": (4, 0, 0),
        "注销日期": (4, 0, 0),
        "死亡日期": (4, 1, 0),
        "派出所": (4, 1, 0),
    }
    (delivery,) = evidence.queries.deliveries(as_of=DAY)
    kept = store.path("quality", "cells", f"{delivery.batch_id}.json")
    assert "买买提" not in kept.read_text("utf-8")
    store.path(evidence.queries.raw_part(SOURCE, delivery.batch_id, 0)).unlink()  # not opened a second time
    assert {one.header: (one.cells, one.empty, one.unusable) for one in mine(measure(store)).fields} == cells


def test_rows_that_came_before_are_copies(arrive: Callable[..., ImportReport], store: LocalStore) -> None:
    arrive(death(0), death(1), name=AUGUST)
    arrive(death(0), death(1), death(2))
    compared = mine(measure(store)).compared
    assert (compared.rows, compared.copies, compared.leads) == (5, 2, 5)


def test_old_file_under_a_new_name_is_noted_once_and_told(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    arrive(death(0), death(1), name=AUGUST)
    size = ledger.queries.size()
    assert arrive(death(0), death(1), name=AUGUST).already_known  # the same command again is nobody's mistake
    assert ledger.queries.size() == size
    assert arrive(death(0), death(1), name=SEPTEMBER).already_known
    assert arrive(death(0), death(1), name=SEPTEMBER).already_known
    assert ledger.queries.size() == size + 1
    found = mine(measure(store))
    assert found.same_content_again == 1
    assert {finding.check: finding.grade for finding in found.findings}[Check.REPEATS] is Grade.WATCH
    (delivery,) = evidence.queries.deliveries(as_of=DAY)
    assert (delivery.rows, delivery.notes["same_content_again"]) == (2, 1)
    assert verified(store)


def test_report_is_kept_and_its_hash_enters_the_ledger(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    assert source_quality.find_newest(store) is None
    arrive(death(0))
    report = measure(store)
    assert source_quality.find_newest(store) == report
    entry = ledger.queries.entries_of(f"evidence_quality:{DAY}")[-1]
    assert entry.kind == "evidence:quality:measured"
    text = store.read(source_quality.NEWEST).decode()
    assert json.loads(text)["as_of"] == str(DAY)
    assert not any(word in text for word in (number(0), "王芳", "某派出所"))
    assert verified(store)


def test_lag_is_the_median_from_the_event_to_its_delivery(
    arrive: Callable[..., ImportReport], store: LocalStore
) -> None:
    arrive(death(0, "2026-10-01"), death(1, "2026-09-25"), death(2, "2026-06-01"))
    assert mine(measure(store)).compared.median_lag_days == 10


def test_what_is_delivered_later_is_not_seen(arrive: Callable[..., ImportReport], store: LocalStore) -> None:
    arrive(death(0), name=AUGUST)
    arrive(death(1))
    assert mine(measure(store, date(2026, 10, 4))).compared.rows == 1
