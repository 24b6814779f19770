"""Scoring: results compared with the truth."""

import csv
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from refused import refused
from worlds import read_manifest, read_rows, read_truth, small_world
from yizheng.simulators.why import Why
from yizheng.simulators.world.score import score_world

COLUMNS = (
    "id_number", "name", "benefit", "region", "result", "reasons", "source", "event_date", "due_date", "pay_state",
    "case_id",
)  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world") / "made"
    small_world(out)
    return out


def _results(world: Path) -> list[dict[str, str]]:
    """Everybody passed, but of whom a lead was told is doubtful."""
    truth = {row["id_number"]: row for row in read_truth(world, "people.csv")}
    headers, rows = read_rows(world / read_manifest(world)["roster"]["path"])
    made = []
    for row in rows:
        number = row[headers.index("公民身份号码")].upper()
        fate = truth.get(number, {})
        reason = "strong_life_event"
        if fate.get("told_on"):
            reason = (
                (fate["died_on"] and "death_reported")
                or (fate["custody_from"] and "custody_reported")
                or (fate["duplicate_region"] and "duplicate_reported")
                or (fate["missing_from"] and "missing_reported")
                or "abroad_reported"
            )
        made.append(
            dict.fromkeys(COLUMNS, "")
            | {
                "id_number": number,
                "result": "passed" if reason == "strong_life_event" else "doubtful",
                "reasons": reason,
                "source": "health_check",
                "pay_state": row[headers.index("发放状态")],
            }
        )
    return made


def _as_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_score_counts_who_was_found_and_who_could_not_be(world: Path, tmp_path: Path) -> None:
    score = score_world(world=world, results=_as_csv(tmp_path / "results.csv", _results(world)))
    truth = read_truth(world, "people.csv")
    dead = [row for row in truth if row["died_on"]]
    assert score.roster == 2_000
    assert score.dead == len(dead)
    assert score.dead_told == sum(bool(row["told_on"]) for row in dead) > 0
    assert score.dead_told_by_result == {"doubtful": score.dead_told}
    assert score.dead_passed_by_source == {"health_check": score.dead - score.dead_told}
    assert score.living == 2_000 - score.dead
    assert score.custody_found == score.custody_told == score.custody == 1
    assert score.duplicates_found == score.duplicates == 2
    assert score.missing_found == score.missing == 1
    assert score.sentence_outside_doubtful == 0
    assert score.living_paused > 0
    assert score.not_in_results == 0


def test_score_is_the_same_for_parquet(world: Path, tmp_path: Path) -> None:
    rows = _results(world)
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "results.parquet")
    by_parquet = score_world(world=world, results=tmp_path / "results.parquet")
    assert by_parquet == score_world(world=world, results=_as_csv(tmp_path / "results.csv", rows))


def test_score_of_an_earlier_day_forgets_what_came_later(world: Path, tmp_path: Path) -> None:
    results = _as_csv(tmp_path / "results.csv", _results(world))
    earlier = score_world(world=world, results=results, as_of=date(2026, 9, 30))
    assert earlier.dead < score_world(world=world, results=results).dead


def test_score_results_without_columns_are_refused(world: Path, tmp_path: Path) -> None:
    (tmp_path / "results.csv").write_text("id_number,result\r\n1,passed\r\n", "utf-8")
    with refused(Why.RESULTS_COLUMN_MISSING, missing=("reasons", "source", "pay_state")):
        score_world(world=world, results=tmp_path / "results.csv")


def test_score_folder_that_is_no_world_is_refused(tmp_path: Path) -> None:
    with refused(Why.WORLD_MISSING, folder=tmp_path):
        score_world(world=tmp_path, results=tmp_path / "results.csv")
