"""The same rules on every engine: compiled kernel, DuckDB, polars and Spark give equal states and equal verdicts.

Worlds are small and contrary: kinds with any owner, source and validity, days at the edge of being seen or valid, caps,
rows set aside, kinds that nobody knows. The polars implementation was written apart from the others.
"""

import random
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hands import hands_of
from worlds import AGENCY, small_world
from yizheng import wiring
from yizheng.adapters.agency_files.agency import Agency, load_agency
from yizheng.adapters.spark import states as on_spark
from yizheng.adapters.spark.session import open_session
from yizheng.adapters.store.local import LocalStore
from yizheng.adapters.tables.reading import read_table
from yizheng.flows.arrivals import feed_arrives, roster_arrives
from yizheng.flows.runs.certification_inputs import engine_for, gather, judge_people
from yizheng.kernel.time import FixedClock
from yizheng.rooms.comparison import layout
from yizheng.rooms.comparison.data import BUCKET_BITS, HOLDS_UNTIL, STATE_COLUMNS, KindWeight
from yizheng.rooms.comparison.engine import Engine
from yizheng.rooms.comparison.weights import weights_of
from yizheng.simulators.world.make import Manifest

sys.path.append(str(Path(__file__).parents[2] / "bench"))
from peers import plain_polars

AS_OF = 20_700
POLARITIES = ("alive", "alive", "alive", "death", "custody", "missing", "duplicate", "abroad", "nothing")
Row = tuple[int, int, int, int]  # person, kind, day, evidence number
States = list[tuple[int, ...]]


@dataclass(frozen=True)
class World:
    """Rules and rows: all that a state depends on."""

    weights: tuple[KindWeight, ...]
    rows: tuple[Row, ...]
    threshold: int
    weak_cap: int
    set_aside: tuple[int, ...]


def made(chance: random.Random, *, people: int, rows: int) -> World:
    """A world out of chance. Days lie close to the edges: of the day asked about, and of each kind's validity."""
    weights = []
    for no in range(1, chance.randrange(2, 12)):
        polarity = chance.choice(POLARITIES)
        points = chance.choice((15, 40, 50, 60, 100, 130)) if polarity == "alive" else 0
        weights.append(
            KindWeight(
                no=no if chance.random() < 0.9 else 255 - no,
                polarity=polarity,
                points=points,
                weak=polarity == "alive" and chance.random() < 0.4,
                owner=chance.randrange(4),
                source=chance.choice((0, 1, 2, 30, 62)),
                valid_days=chance.choice((0, 1, 30, 365, 36_500)),
            )
        )
    chosen = sorted(chance.sample(range(1 << BUCKET_BITS), people))
    told = []
    for number in range(rows):
        kind = chance.choice(weights)
        edge = AS_OF - chance.choice((0, kind.valid_days, chance.randrange(400)))
        day = max(0, min(65_535, edge + chance.choice((-1, 0, 0, 1))))
        no = kind.no if chance.random() < 0.97 else 200
        told.append(
            (chance.choice(chosen), no, day, number if chance.random() < 0.95 else 2**38 - 1 - number)
        )
    threshold = chance.choice((50, 100, 150))
    gone = [row[3] for row in told if chance.random() < 0.05]
    return World(
        weights=tuple(weights),
        rows=tuple(told),
        threshold=threshold,
        weak_cap=chance.choice((0, 40, threshold - 1)),
        set_aside=(*gone, 7_000_000),
    )


def columns(rows: Sequence[Row]) -> tuple[np.ndarray, ...]:
    return tuple(np.array(rows, np.int64).reshape(-1, 4).T)


def lean(rows: Sequence[Row]) -> layout.Rows:
    """Rows as the store holds them."""
    if not rows:
        return layout.NOBODY
    pno, kind, day, number = columns(rows)
    return layout.in_order((pno.astype(np.int32), layout.packed(day, kind, number)))


def told(table: pa.Table) -> States:
    """States to compare: all columns, as integers, by person."""
    return sorted(zip(*(table.column(name).to_pylist() for name in STATE_COLUMNS), strict=True))


def by_kernel(world: World) -> States:
    engine = Engine(
        weights=world.weights,
        threshold=world.threshold,
        weak_cap=world.weak_cap,
        set_aside=world.set_aside,
    )
    found = engine.states(lean(world.rows), as_of=AS_OF).drop_columns([HOLDS_UNTIL])
    return [state for state in told(found) if state[-1]]  # somebody may be there for what will be known later


def by_duckdb(world: World) -> States:
    """The SQL file itself, over the rows in the order in which they came."""
    pno, kind, day, number = columns(world.rows)
    evidence = {"pno": pa.array(pno, pa.int32()), "key": pa.array(layout.packed(day, kind, number))}
    parameters = {"as_of": AS_OF, "threshold": world.threshold, "weak_cap": world.weak_cap}
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("evidence", pa.table(evidence))
        connection.register("weight", pa.Table.from_pylist([asdict(one) for one in world.weights]))
        connection.register("set_aside", pa.table({"ev_no": pa.array(world.set_aside, pa.int64())}))
        found = connection.sql(on_spark.RULES.read_text(encoding="utf-8"), params=parameters)
        return told(found.to_arrow_table())


def by_polars(world: World) -> States:
    pno, kind, day, number = columns(world.rows)
    rows = pl.LazyFrame(
        {"pno": pno, "kind": kind, "day": day, "ev_no": number},
        schema={"pno": pl.Int32, "kind": pl.UInt8, "day": pl.Int32, "ev_no": pl.Int64},
    )
    return told(
        plain_polars.states(
            rows,
            weights=[asdict(one) for one in world.weights],
            as_of=AS_OF,
            threshold=world.threshold,
            weak_cap=world.weak_cap,
            set_aside=world.set_aside,
        )
        .collect()
        .to_arrow()
    )


worlds = st.builds(
    lambda seed, people, rows: made(random.Random(seed), people=people, rows=rows),
    seed=st.integers(0, 2**32),
    people=st.integers(1, 6),
    rows=st.integers(0, 60),
)
relaxed = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@relaxed
@given(world=worlds)
def test_kernel_duckdb_and_polars_agree(world: World) -> None:
    expected = by_kernel(world)
    assert by_duckdb(world) == expected
    assert by_polars(world) == expected


@settings(relaxed, max_examples=25)
@given(world=worlds, seed=st.integers(0, 1000))
def test_order_and_repetition_change_nothing_on_any_engine(world: World, seed: int) -> None:
    again = random.Random(seed).sample(world.rows, len(world.rows) // 2)
    mixed = random.Random(seed).sample([*world.rows, *again], len(world.rows) + len(again))
    other = replace(world, rows=tuple(mixed))
    expected = by_kernel(world)
    assert by_kernel(other) == expected
    assert by_duckdb(other) == expected
    assert by_polars(other) == expected


# -- Spark, for those who have a cluster: it starts a Java machine, so its tests are among the long ones ----------------


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator["on_spark.SparkSession"]:
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    session = open_session(work=tmp_path_factory.mktemp("spark"), memory="1g")
    yield session
    session.stop()


def in_buckets(world: World, folder: Path, chance: random.Random) -> dict[int, list[str]]:
    """The world's rows in files: one bucket as it came, one shuffled, split into batches, and one of them twice."""
    rows = list(world.rows)
    shuffled = chance.sample(rows, len(rows))
    third = len(rows) // 3
    batches = {0: [rows], 1: [shuffled[:third], shuffled[third:], shuffled[:third]]}
    files: dict[int, list[str]] = {}
    for bucket, parts in batches.items():
        moved = [[(pno + (bucket << BUCKET_BITS), *rest) for pno, *rest in part] for part in parts]
        for number, part in enumerate(moved):
            path = folder / f"bucket={bucket:03d}" / f"{number}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(layout.encoded(lean(part)))
            files.setdefault(bucket, []).append(str(path))
    return files


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_spark_agrees_with_the_kernel(seed: int, spark: "on_spark.SparkSession", tmp_path: Path) -> None:
    chance = random.Random(seed)
    world = made(chance, people=40, rows=600)
    expected = by_kernel(world)
    assert len(expected) > 20
    out = str(tmp_path / "out")
    arguments = {
        "weights": world.weights,
        "as_of": AS_OF,
        "threshold": world.threshold,
        "weak_cap": world.weak_cap,
        "set_aside": world.set_aside,
        "out": out,
    }
    files = in_buckets(world, tmp_path / "evidence", chance)
    assert on_spark.evaluate(spark, files, **arguments) == [0, 1]
    assert told(on_spark.read_states(Path(out), 0)) == expected
    second = told(on_spark.read_states(Path(out), 1))
    assert [(pno - (1 << BUCKET_BITS), *rest) for pno, *rest in second] == expected
    assert on_spark.evaluate(spark, files, **arguments) == []


@pytest.mark.long
def test_spark_leaves_out_what_the_kernel_leaves_out(spark: "on_spark.SparkSession", tmp_path: Path) -> None:
    world = made(random.Random(11), people=40, rows=600)
    rules = {"weights": world.weights, "threshold": world.threshold, "weak_cap": world.weak_cap}
    left_out = [(100, 250), (300, 300)]
    path = tmp_path / "a.parquet"
    path.write_bytes(layout.encoded(lean(world.rows)))
    on_spark.evaluate(
        spark, {0: [str(path)]}, **rules, as_of=AS_OF, left_out=left_out, out=str(tmp_path / "out")
    )
    engine = Engine(**rules, left_out=left_out)
    expected = told(engine.evaluate(files=[str(path)], as_of=AS_OF))
    assert told(on_spark.read_states(tmp_path / "out", 0)) == expected
    assert expected != told(Engine(**rules).evaluate(files=[str(path)], as_of=AS_OF))
    assert pq.read_schema(next((tmp_path / "out").rglob("*.parquet"))).names == list(STATE_COLUMNS)


@pytest.mark.long
def test_spark_takes_a_resolved_fact_whole_like_the_kernel(
    spark: "on_spark.SparkSession", tmp_path: Path
) -> None:
    world = made(random.Random(11), people=40, rows=600)
    rules = {"weights": world.weights, "threshold": world.threshold, "weak_cap": world.weak_cap}
    # The next cumulative file says every fact again, under numbers of its own; every third row was resolved.
    again = tuple(
        (pno, kind, day, number + 100_000) for pno, kind, day, number in world.rows if number < 1_000
    )
    resolved = [number for *_, number in world.rows if number < 1_000][::3]
    path = tmp_path / "a.parquet"
    path.write_bytes(layout.encoded(lean(world.rows + again)))
    out = tmp_path / "out"
    arguments = {"as_of": AS_OF, "left_out": [(1, 3)], "resolved": resolved, "out": str(out)}
    on_spark.evaluate(spark, {0: [str(path)]}, **rules, **arguments)
    expected = told(
        Engine(**rules, left_out=[(1, 3)], resolved=resolved).evaluate(files=[str(path)], as_of=AS_OF)
    )
    assert told(on_spark.read_states(out, 0)) == expected
    rows_alone = Engine(**rules, left_out=[(1, 3)], set_aside=resolved)
    assert expected != told(rows_alone.evaluate(files=[str(path)], as_of=AS_OF))


class SparkEngine:
    """Stands where the engine stands in a run, and has Spark judge."""

    def __init__(self, spark: "on_spark.SparkSession", rules: dict[str, Any], out: Path) -> None:
        self._spark, self._rules, self._out = spark, rules, out

    def evaluate(self, *, files: Sequence[str], as_of: int, pno: int | None = None) -> pa.Table:
        assert pno is None
        on_spark.evaluate(self._spark, {0: files}, **self._rules, as_of=as_of, out=str(self._out))
        return on_spark.read_states(self._out, 0)


@pytest.mark.long
@pytest.mark.django_db
def test_the_same_city_gets_the_same_verdicts_from_spark(
    spark: "on_spark.SparkSession", tmp_path: Path
) -> None:
    agency, store = load_agency(AGENCY), LocalStore(tmp_path / "store")
    take_in(small_world(tmp_path / "world", people=400, months=3), tmp_path / "world", agency, store)
    inputs = gather(
        as_of=date(2026, 10, 31),
        rulebook=agency.rulebook,
    )
    rules = {
        "weights": weights_of(agency.evidence_rules, agency.sources),
        "threshold": agency.evidence_rules.threshold,
        "weak_cap": agency.evidence_rules.weak_cap,
        "set_aside": inputs.set_aside,
        "resolved": inputs.resolved,
    }
    last = (1 << BUCKET_BITS) - 1
    expected = judge_people(inputs, first=0, last=last, engine=engine_for(inputs), store=store)
    other = cast("Engine", SparkEngine(spark, rules, tmp_path / "out"))
    assert judge_people(inputs, first=0, last=last, engine=other, store=store).equals(expected)
    assert len(expected) == 400
    assert len(set(expected.column("result").to_pylist())) > 3
    assert sum(key != 0 for key in expected.column("death_key").to_pylist()) > 0


def take_in(manifest: Manifest, world: Path, agency: Agency, store: LocalStore) -> None:
    """Import a made city's roster and its feeds."""
    told = manifest["roster"]
    hands = hands_of(clock=FixedClock.on(date(2026, 11, 5)), store=store)
    roster_arrives.import_roster(
        hands,
        file=world / told["path"],
        delivered_on=date.fromisoformat(told["delivered_on"]),
        terms=wiring.roster_terms(agency),
        read_table=read_table,
    )
    with feed_arrives.roster_opened(store) as linker:
        for feed in manifest["feeds"]:
            feed_arrives.import_feed(
                hands,
                file=world / feed["path"],
                source=agency.source(feed["source"]),
                rules=agency.evidence_rules,
                delivered_on=None,
                linker=linker,
                read_table=read_table,
            )
