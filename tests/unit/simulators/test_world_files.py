"""The made world's files: what outside tools rely on, and what the demo's story needs."""

import hashlib
from collections import defaultdict
from pathlib import Path

import pytest

from refused import refused
from worlds import AGENCY, places, read_manifest, read_rows, read_truth, small_world
from yizheng.adapters.agency_files.yaml_files import read_yaml
from yizheng.kernel.errors import Misused
from yizheng.kernel.time import Month
from yizheng.rooms.evidence.data import Column, EvidenceRules, KindRule, Polarity, Source, Strength
from yizheng.simulators.why import Why
from yizheng.simulators.world.make import FEEDS, make_world
from yizheng.simulators.world.plan import Plan

SOURCES = {path.stem: read_yaml(path, Source) for path in sorted((AGENCY / "sources").glob("*.yaml"))}
RULES = read_yaml(AGENCY / "evidence.yaml", EvidenceRules)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world") / "made"
    small_world(out, people=4_000)
    return out


def _places_of(columns: dict[str, Column], headers: list[str]) -> dict[str, int]:
    return {
        field: next((headers.index(name) for name in column.names if name in headers), -1)
        for field, column in columns.items()
    }


def _rule_of(source: Source, row: list[object], at: dict[str, int]) -> KindRule | None:
    return next((rule for rule in source.kinds if _holds(rule, row, at)), None)


def _holds(rule: KindRule, row: list[object], at: dict[str, int]) -> bool:
    cell = str(row[at[rule.column]]) if rule.column else ""
    return not rule.column or cell in rule.values or any(word in cell for word in rule.contains)


def test_every_source_of_the_agency_is_made_and_no_other() -> None:
    assert {feed.key for feed in FEEDS} == set(SOURCES)
    assert all(feed.quarterly == (SOURCES[feed.key].expectation.every == "quarter") for feed in FEEDS)
    assert all(feed.arrives_on <= SOURCES[feed.key].expectation.due_day for feed in FEEDS)


def test_manifest_names_every_file_with_its_content(world: Path) -> None:
    manifest = read_manifest(world)
    entries = [manifest["roster"], *manifest["feeds"]]
    for entry in entries:
        assert hashlib.sha256((world / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
        assert len(read_rows(world / entry["path"])[1]) == entry["rows"]
    kept = {str(path.relative_to(world)) for path in world.rglob("*") if path.is_file()}
    rest = {path for path in kept if not path.startswith("truth/")} - {entry["path"] for entry in entries}
    assert rest == {"manifest.json"}
    assert manifest["first_month"] == "2025-11"
    assert manifest["as_of"] == "2026-10-31"
    assert max(entry["delivered_on"] for entry in manifest["feeds"]) <= manifest["as_of"]


def test_headers_are_those_the_agency_maps(world: Path) -> None:
    for entry in read_manifest(world)["feeds"]:
        headers, _ = read_rows(world / entry["path"])
        assert -1 not in _places_of(SOURCES[entry["source"]].columns, headers).values(), entry["path"]
    roster = read_yaml(AGENCY / "roster.yaml", dict[str, Column])
    headers, _ = read_rows(world / read_manifest(world)["roster"]["path"])
    assert sorted(_places_of(roster, headers).values()) == list(range(len(headers)))


def test_healthy_sources_deliver_what_is_expected_of_them(tmp_path: Path) -> None:
    for seed in (1, 2):
        manifest = small_world(tmp_path / str(seed), people=2_000, seed=seed)
        for entry in manifest["feeds"]:
            low, high = SOURCES[entry["source"]].expectation.per_thousand
            assert low <= entry["rows"] / 2 <= high, entry["path"]


def test_one_source_falls_silent_and_one_register_is_late(world: Path) -> None:
    feeds = read_manifest(world)["feeds"]
    delivered = {(feed["source"], feed["period"]): feed["delivered_on"] for feed in feeds}
    assert ("aviation", "2026-07") in delivered
    assert ("aviation", "2026-08") not in delivered
    assert ("aviation", "2026-09") not in delivered
    assert delivered["death_certificate", "2026-08"] == "2026-10-20"
    assert delivered["death_certificate", "2026-09"] < "2026-10-20"
    assert read_truth(world, "deliveries.csv")[-1] == {
        "source": "death_certificate",
        "period": "2026-08",
        "fault": "late",
    }


def test_every_row_reports_a_kind_that_the_rules_know(world: Path) -> None:
    seen = set()
    for entry in read_manifest(world)["feeds"]:
        source = SOURCES[entry["source"]]
        headers, rows = read_rows(world / entry["path"])
        at = _places_of(source.columns, headers)
        for row in rows:
            if len(row) == len(headers):
                rule = _rule_of(source, row, at)
                assert rule is not None, (entry["path"], row)
                seen.add(rule.kind)
    assert seen == {kind.key for kind in RULES.kinds}


def test_most_of_the_living_show_life_and_the_truth_is_on_the_roster(world: Path) -> None:
    points = _points(world)
    headers, roster = read_rows(world / read_manifest(world)["roster"]["path"])
    numbers = {row[headers.index("公民身份号码")].upper() for row in roster}
    truth = {row["id_number"]: row for row in read_truth(world, "people.csv")}
    assert set(truth) <= numbers
    living = [number for number in numbers if not truth.get(number, {}).get("died_on")]
    sufficient = sum(sum(points[number].values()) >= RULES.threshold for number in living)
    assert 0.83 <= sufficient / len(living) <= 0.92


def _points(world: Path) -> dict[str, dict[str, int]]:
    """Best points by person and owner of the source, weak kinds left out."""
    kinds = {kind.key: kind for kind in RULES.kinds}
    points: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for entry in read_manifest(world)["feeds"]:
        source = SOURCES[entry["source"]]
        headers, rows = read_rows(world / entry["path"])
        at = _places_of(source.columns, headers)
        for row in rows:
            rule = _rule_of(source, row, at) if len(row) == len(headers) else None
            kind = kinds[rule.kind] if rule else None
            if kind and kind.polarity is Polarity.ALIVE and kind.strength is not Strength.WEAK:
                best = points[str(row[at["id_number"]]).upper()]
                best[source.owner] = max(best[source.owner], kind.points)
    return points


def test_the_dead_leave_no_strong_trace_after_their_death(world: Path) -> None:
    died = {row["id_number"]: row["died_on"] for row in read_truth(world, "people.csv") if row["died_on"]}
    kinds = {kind.key: kind for kind in RULES.kinds}
    for entry in read_manifest(world)["feeds"]:
        source = SOURCES[entry["source"]]
        headers, rows = read_rows(world / entry["path"])
        at = _places_of(source.columns, headers)
        for row in rows:
            rule = _rule_of(source, row, at) if len(row) == len(headers) else None
            if rule is None or kinds[rule.kind].polarity is not Polarity.ALIVE:
                continue
            day = str(row[at[rule.day]])
            if kinds[rule.kind].strength is Strength.STRONG and len(day) == 10 and day[4] == "-":
                assert day < died.get(str(row[at["id_number"]]).upper(), "9999") or day.endswith("-02-30")


def test_roster_tells_the_story_of_the_demo(world: Path) -> None:
    headers, rows = read_rows(world / read_manifest(world)["roster"]["path"])
    column = {header: [row[at] for row in rows] for at, header in enumerate(headers)}
    assert set(column["发放至年月"]) == {"2026-09"}
    assert set(column["发放状态"]) == {"1", "2", "3"}
    assert {"1201", "1202"} >= {
        reason
        for reason, state in zip(column["状态变更原因"], column["发放状态"], strict=True)
        if state == "2"
    }
    assert set(column["险种"]) == {"110", "120", "170", "410"}
    assert set(column["待遇类别"]) == {"retirement", "resident", "survivor", "injury"}
    assert set(column["行政区划代码"]) == {place.code for place in places()}
    assert all(float(amount) >= 143 for amount in column["月待遇金额"])
    in_payment = [
        day
        for day, state in zip(column["最近认证日期"], column["发放状态"], strict=True)
        if day and state == "1"
    ]
    assert "2025-07" <= min(in_payment) <= "2025-10"
    assert max(column["最近认证日期"]) < "2026-09-01"


def test_plan_that_cannot_be_made_is_misused() -> None:
    for people, months, seed, why in (
        (10, 12, 1, Why.PEOPLE_WRONG),
        (1_000, 2, 1, Why.MONTHS_WRONG),
        (1_000, 12, -1, Why.SEED_WRONG),
    ):
        with refused(why, Misused):
            Plan(people=people, seed=seed, months=months, last_month=Month(2026, 10))


def test_folder_that_holds_something_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("precious", "utf-8")
    plan = Plan(people=200, seed=1, months=3, last_month=Month(2026, 10))
    with refused(Why.FOLDER_NOT_NEW, folder=tmp_path):
        make_world(plan=plan, places=places(), out=tmp_path)
    assert (tmp_path / "kept").read_text("utf-8") == "precious"


def test_smallest_world_has_every_story(tmp_path: Path) -> None:
    manifest = small_world(tmp_path / "made", people=200, months=3)
    truth = read_truth(tmp_path / "made", "people.csv")
    assert manifest["first_month"] == "2026-08"
    for column in ("died_on", "custody_from", "duplicate_region", "missing_from", "abroad_since"):
        assert any(row[column] for row in truth), column
