"""The engine against a plain reading of the rules: generated evidence, equal answers."""

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yizheng.rooms.comparison.data import HOLDS_UNTIL, Key, KindWeight
from yizheng.rooms.comparison.engine import Engine
from yizheng.rooms.comparison.layout import NOBODY, Rows, in_order, packed

AS_OF = 20_700
THRESHOLD = 100
WEAK_CAP = 40


def kind(
    no: int, polarity: str, points: int = 0, *, weak: bool = False, owner: int = 0, valid: int = 365
) -> KindWeight:
    return KindWeight(
        no=no, polarity=polarity, points=points, weak=weak, owner=owner, source=no, valid_days=valid
    )


WEIGHTS = [
    kind(1, "alive", 100, owner=1),
    kind(2, "alive", 50, owner=1),
    kind(3, "alive", 50, owner=2),
    kind(4, "alive", 50, owner=3, valid=90),
    kind(5, "alive", 15, weak=True, owner=4),
    kind(6, "alive", 15, weak=True, owner=5),
    kind(7, "alive", 15, weak=True, owner=6),
    kind(8, "alive", 60, weak=True, owner=7),
    kind(9, "death", valid=36_500),
    kind(10, "death", valid=30),
    kind(11, "custody", valid=36_500),
    kind(12, "nothing"),
]
BY_NO = {weight.no: weight for weight in WEIGHTS}

Row = tuple[int, int, int]  # kind, day, evidence number


def plain(rows: list[Row], set_aside: set[int]) -> dict[str, int]:
    """What the rules say of one person's rows, read one by one: slow, and simple enough to be believed."""
    rows = [row for row in rows if row[1] <= AS_OF and row[2] not in set_aside]
    keys = {row: Key(row[1], row[0], row[2]).pack() for row in rows}

    def valid(row: Row) -> bool:
        return row[1] + BY_NO[row[0]].valid_days >= AS_OF

    alive = [row for row in rows if BY_NO[row[0]].polarity == "alive"]
    deaths = [keys[row] for row in rows if BY_NO[row[0]].polarity == "death" and valid(row)]
    custody = [keys[row] for row in rows if BY_NO[row[0]].polarity == "custody" and valid(row)]
    return {
        "proof_key": proof([row for row in alive if valid(row)], keys),
        "latest_key": max((keys[row] for row in alive), default=0),
        "death_key": min(deaths, default=0),
        "custody_key": max(custody, default=0),
    }


def proof(rows: list[Row], keys: dict[Row, int]) -> int:
    """The newest event such that it and everything newer carry the threshold, each owner counted by its best kind."""
    newest: dict[int, Row] = {}
    for row in rows:
        if row[0] not in newest or keys[row] > keys[newest[row[0]]]:
            newest[row[0]] = row
    firm = soft = 0
    best: dict[int, int] = {}
    for row in sorted(newest.values(), key=lambda row: -keys[row]):
        weight = BY_NO[row[0]]
        gain = max(0, weight.points - best.get(weight.owner, 0))
        best[weight.owner] = max(best.get(weight.owner, 0), weight.points)
        if weight.weak:
            soft += gain
        else:
            firm += gain
        if firm and firm + min(soft, WEAK_CAP) >= THRESHOLD:
            return keys[row]
    return 0


def engine(set_aside: set[int] | None = None) -> Engine:
    return Engine(weights=WEIGHTS, threshold=THRESHOLD, weak_cap=WEAK_CAP, set_aside=sorted(set_aside or ()))


def written(folder: Path, name: str, rows: list[tuple[int, int, int, int]]) -> str:
    """Rows (person, kind, day, number) as a file, in the order they come."""
    table = pa.table(
        {
            "pno": pa.array([row[0] for row in rows], pa.int32()),
            "key": pa.array([Key(day, kind, number).pack() for _, kind, day, number in rows], pa.int64()),
        }
    )
    path = folder / name
    pq.write_table(table, path)
    return str(path)


worlds = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 12), st.integers(AS_OF - 400, AS_OF + 5)), max_size=60
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=worlds, dropped=st.sets(st.integers(0, 59), max_size=5))
def test_evaluate_agrees_with_plain_reading(
    tmp_path: Path, events: list[tuple[int, int, int]], dropped: set[int]
) -> None:
    rows = [(pno, kind_no, day, number) for number, (pno, kind_no, day) in enumerate(events)]
    run = engine(dropped)
    found = {
        row["pno"]: row
        for row in run.evaluate(files=[written(tmp_path, "e.parquet", rows)], as_of=AS_OF).to_pylist()
    }
    for pno in {row[0] for row in rows}:
        expected = plain([row[1:] for row in rows if row[0] == pno], dropped)
        answer = found.get(pno, dict.fromkeys(expected, 0))
        assert {name: answer[name] for name in expected} == expected


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=worlds, again=worlds, resolved=st.sets(st.integers(0, 59), max_size=5))
def test_evaluate_resolved_fact_is_gone_however_often_it_is_delivered(
    tmp_path: Path, events: list[tuple[int, int, int]], again: list[tuple[int, int, int]], resolved: set[int]
) -> None:
    """The same file comes a second time, with other rows behind: what was resolved in the first stays resolved."""
    first = [(pno, kind_no, day, number) for number, (pno, kind_no, day) in enumerate(events)]
    told = [*events, *again]
    second = [(pno, kind_no, day, 100 + number) for number, (pno, kind_no, day) in enumerate(told)]
    facts = {row[:3] for row in first if row[3] in resolved}
    run = Engine(weights=WEIGHTS, threshold=THRESHOLD, weak_cap=WEAK_CAP, resolved=sorted(resolved))
    files = [written(tmp_path, "first.parquet", first), written(tmp_path, "second.parquet", second)]
    found = {row["pno"]: row for row in run.evaluate(files=files, as_of=AS_OF).to_pylist()}
    for pno in {row[0] for row in second}:
        left = [row[1:] for row in (*first, *second) if row[0] == pno and row[:3] not in facts]
        expected = plain(left, set())
        answer = found.get(pno, dict.fromkeys(expected, 0))
        assert {name: answer[name] for name in expected} == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=worlds, seed=st.integers(0, 1000))
def test_evaluate_order_of_feeds_splitting_and_repetition_change_nothing(
    tmp_path: Path, events: list[tuple[int, int, int]], seed: int
) -> None:
    rows = [(pno, kind_no, day, number) for number, (pno, kind_no, day) in enumerate(events)]
    shuffled = random.Random(seed).sample(rows, len(rows))
    half = len(rows) // 2
    whole = written(tmp_path, "whole.parquet", rows)
    parts = [written(tmp_path, "a.parquet", shuffled[half:]), written(tmp_path, "b.parquet", shuffled[:half])]
    run = engine()
    once = run.evaluate(files=[whole], as_of=AS_OF)
    assert run.evaluate(files=parts, as_of=AS_OF).equals(once)
    assert run.evaluate(files=[whole, *parts], as_of=AS_OF).equals(once)


# situation, rows (kind, days ago), days ago of the proof (None: not proven)
POINTS = [
    ("one strong event", [(1, 40)], 40),
    ("one medium event is not enough", [(2, 40)], None),
    ("two media of different owners, proven for the older day", [(2, 40), (3, 10)], 40),
    ("two media of one owner are one witness", [(2, 40), (1, 60)], 60),
    ("a medium outside its validity", [(2, 40), (4, 100)], None),
    ("weak ones never add up alone", [(5, 1), (6, 2), (7, 3), (8, 4)], None),
    ("a medium and weak ones up to their cap", [(3, 10), (5, 1), (6, 2), (7, 3)], None),
    ("strong long ago and weak today: proven for the strong one's day", [(1, 300), (5, 1)], 300),
    ("a strong event too old", [(1, 366)], None),
    ("a strong event on the last valid day", [(1, 365)], 365),
    ("a strong event tomorrow is not seen", [(1, -1)], None),
    ("no evidence at all", [], None),
]


@pytest.mark.parametrize(("situation", "rows", "days_ago"), POINTS, ids=[row[0] for row in POINTS])
def test_evaluate_points(
    tmp_path: Path, situation: str, rows: list[tuple[int, int]], days_ago: int | None
) -> None:
    events = [(0, kind_no, AS_OF - ago, number) for number, (kind_no, ago) in enumerate(rows)]
    run = engine()
    found = run.evaluate(files=[written(tmp_path, "e.parquet", events)], as_of=AS_OF).to_pylist()
    proof_day = Key.unpack(found[0]["proof_key"]).day if found and found[0]["proof_key"] else None
    assert proof_day == (None if days_ago is None else AS_OF - days_ago)


def test_evaluate_no_files_gives_an_empty_table() -> None:
    run = engine()
    assert run.evaluate(files=[], as_of=AS_OF).num_rows == 0


def test_key_packs_and_unpacks_at_its_limits() -> None:
    for key in (Key(0, 0, 0), Key(65_535, 255, 2**38 - 1), Key(20_000, 7, 123)):
        assert Key.unpack(key.pack()) == key


@settings(max_examples=80, deadline=None)
@given(events=worlds)
def test_states_stand_as_long_as_they_say(events: list[tuple[int, int, int]]) -> None:
    rows = in_memory([(pno, kind_no, day, number) for number, (pno, kind_no, day) in enumerate(events)])
    run = engine()
    now = run.states(rows, as_of=AS_OF)
    for days in (1, 5, 30, 90, 300):
        later = {row["pno"]: row for row in run.states(rows, as_of=AS_OF + days).to_pylist()}
        for row in now.to_pylist():
            if row[HOLDS_UNTIL] >= AS_OF + days:
                assert {**later[row["pno"]], HOLDS_UNTIL: 0} == {**row, HOLDS_UNTIL: 0}


@settings(max_examples=60, deadline=None)
@given(
    events=worlds,
    first=st.integers(0, 59),
    last=st.integers(0, 59),
    others=st.sets(st.integers(0, 59), max_size=4),
)
def test_rows_left_out_do_not_exist(
    events: list[tuple[int, int, int]], first: int, last: int, others: set[int]
) -> None:
    rows = [(pno, kind_no, day, number) for number, (pno, kind_no, day) in enumerate(events)]
    without = Engine(
        weights=WEIGHTS,
        threshold=THRESHOLD,
        weak_cap=WEAK_CAP,
        set_aside=sorted(others),
        left_out=[(first, last)] if first <= last else [],
    )
    kept = [row for row in rows if row[3] not in others and not first <= row[3] <= last]
    assert without.states(in_memory(rows), as_of=AS_OF).equals(engine().states(in_memory(kept), as_of=AS_OF))


def in_memory(rows: list[tuple[int, int, int, int]]) -> Rows:
    """Rows (person, kind, day, number) as the engine holds them."""
    if not rows:
        return NOBODY
    pno, kinds, days, numbers = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    return in_order((pno.astype(np.int32), packed(days, kinds, numbers)))
