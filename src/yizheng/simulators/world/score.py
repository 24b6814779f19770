"""Score: a run's exported results against what really happened. The only reader of `truth/`."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from yizheng.kernel.errors import Refused
from yizheng.simulators.why import Why

COLUMNS = ("id_number", "result", "reasons", "source", "pay_state")
_PAUSED = ("2", "paused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of people. `living` and `dead` are by result word; the stories are those of the truth.

    `told` are those of whom a readable lead had been delivered: only they could be known; `found` means that the
    result is doubtful for this very reason. `silent_permille` is the share of the living who
    passed without doing anything, in parts per thousand.
    """

    as_of: date
    roster: int
    dead: int
    dead_told: int
    dead_told_by_result: dict[str, int]
    dead_hidden: int
    dead_by_result: dict[str, int]
    dead_hidden_by_result: dict[str, int]
    dead_passed_by_source: dict[str, int]
    dead_in_payment: int
    living: int
    living_by_result: dict[str, int]
    living_paused: int
    living_doubted_dead: int
    silent_permille: int
    custody: int
    custody_told: int
    custody_found: int
    custody_passed: int
    sentence_outside: int
    sentence_outside_doubtful: int
    duplicates: int
    duplicates_told: int
    duplicates_found: int
    missing: int
    missing_told: int
    missing_found: int
    not_in_results: int


def score_world(*, world: Path, results: Path, as_of: date | None = None) -> Score:
    """Compare results (CSV or Parquet, as `yizheng results export` writes them) with a world's truth.

    Things that happen after `as_of` (by default the world's last day) do not count. Raises Refused.
    """
    try:
        manifest = json.loads((world / "manifest.json").read_text("utf-8"))
        truth = _read(world / "truth" / "people.csv")
    except (OSError, ValueError) as error:
        raise Refused(Why.WORLD_MISSING, folder=world) from error
    people = _read(results)
    missing = [name for name in COLUMNS if name not in people.column_names]
    if missing:
        raise Refused(Why.RESULTS_COLUMN_MISSING, file=results, missing=tuple(missing))
    day = as_of or date.fromisoformat(manifest["as_of"])
    at = pc.index_in(people.column("id_number"), truth.column("id_number").combine_chunks())
    table = pa.table({name: people.column(name) for name in COLUMNS})
    for name in truth.column_names[1:]:
        table = table.append_column(name, truth.column(name).take(at))
    known = pc.count_distinct(at).as_py()
    return _count(table, day.isoformat(), absent=truth.num_rows - known)


def _read(path: Path) -> pa.Table:
    """All columns as text."""
    try:
        if path.suffix == ".parquet":
            table = pq.read_table(path)
        else:
            names = _header(path)
            options = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
            table = pyarrow.csv.read_csv(path, convert_options=options)
    except (OSError, pa.ArrowInvalid) as error:
        raise Refused(Why.RESULTS_NOT_READ, file=path) from error
    return pa.table({name: table.column(name).cast(pa.string()) for name in table.column_names})


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig") as lines:
        return [name.strip('"\r\n') for name in next(lines, "").split(",")]


def _count(table: pa.Table, day: str, *, absent: int) -> Score:
    def told(people: pa.Table) -> pa.Table:
        return people.filter(_until(people, "told_on", day))

    is_dead = _until(table, "died_on", day)
    dead, living = table.filter(is_dead), table.filter(pc.invert(is_dead))
    hidden = dead.filter(pc.equal(dead.column("death_hidden"), "1"))
    inside = living.filter(pc.and_(_until(living, "custody_from", day), _is(living, "custody_kind", "收监")))
    outside = living.filter(
        pc.and_(_until(living, "custody_from", day), pc.invert(_is(living, "custody_kind", "收监")))
    )
    double = living.filter(pc.greater(pc.fill_null(pc.utf8_length(living.column("duplicate_region")), 0), 0))
    lost = living.filter(_until(living, "missing_from", day))
    by_result = _by(living, "result")
    return Score(
        as_of=date.fromisoformat(day),
        roster=table.num_rows,
        dead=dead.num_rows,
        dead_told=told(dead).num_rows,
        dead_told_by_result=_by(told(dead), "result"),
        dead_hidden=hidden.num_rows,
        dead_by_result=_by(dead, "result"),
        dead_hidden_by_result=_by(hidden, "result"),
        dead_passed_by_source=_by(dead.filter(_is(dead, "result", "passed")), "source"),
        dead_in_payment=dead.num_rows
        - _paused(dead)
        - dead.filter(_in(dead, "pay_state", ("3", "ended"))).num_rows,
        living=living.num_rows,
        living_by_result=by_result,
        living_paused=_paused(living),
        living_doubted_dead=_doubted(living, "death_"),
        silent_permille=1000 * by_result.get("passed", 0) // max(living.num_rows, 1),
        custody=inside.num_rows,
        custody_told=told(inside).num_rows,
        custody_found=_doubted(inside, "custody_reported"),
        custody_passed=_by(inside, "result").get("passed", 0),
        sentence_outside=outside.num_rows,
        sentence_outside_doubtful=_doubted(outside, "custody_reported"),
        duplicates=double.num_rows,
        duplicates_told=told(double).num_rows,
        duplicates_found=_doubted(double, "duplicate_reported"),
        missing=lost.num_rows,
        missing_told=told(lost).num_rows,
        missing_found=_doubted(lost, "missing_reported"),
        not_in_results=absent,
    )


def _is(table: pa.Table, column: str, word: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(table.column(column), word), False)


def _in(table: pa.Table, column: str, words: tuple[str, ...]) -> pa.ChunkedArray:
    return pc.fill_null(pc.is_in(table.column(column), pa.array(words)), False)


def _until(table: pa.Table, column: str, day: str) -> pa.ChunkedArray:
    """Where a day is known and not later than `day`. ISO days compare as text."""
    value = pc.fill_null(table.column(column), "")
    return pc.and_(pc.not_equal(value, ""), pc.less_equal(value, day))


def _by(table: pa.Table, column: str) -> dict[str, int]:
    counts = pc.value_counts(pc.fill_null(table.column(column), "")).to_pylist()
    return {one["values"]: one["counts"] for one in sorted(counts, key=lambda one: str(one["values"]))}


def _doubted(table: pa.Table, reason: str) -> int:
    doubted = table.filter(_is(table, "result", "doubtful"))
    named: int = pc.sum(pc.match_substring(pc.fill_null(doubted.column("reasons"), ""), reason)).as_py() or 0
    return named


def _paused(table: pa.Table) -> int:
    paused: int = table.filter(_in(table, "pay_state", _PAUSED)).num_rows
    return paused
