"""States kept up by layers: whatever comes and goes, they are what an evaluation of everything would say."""

from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yizheng.rooms.comparison import states
from yizheng.rooms.comparison.data import KindWeight
from yizheng.rooms.comparison.engine import Engine
from yizheng.rooms.comparison.layout import (
    NOBODY,
    Rows,
    by_bucket,
    encoded,
    in_order,
    packed,
    people_of,
    read,
)

AS_OF = 20_700
WEIGHTS = [
    KindWeight(no=1, polarity="alive", points=100, weak=False, owner=1, source=1, valid_days=60),
    KindWeight(no=2, polarity="alive", points=50, weak=False, owner=2, source=2, valid_days=90),
    KindWeight(no=3, polarity="alive", points=50, weak=False, owner=3, source=3, valid_days=365),
    KindWeight(no=4, polarity="death", points=0, weak=False, owner=4, source=4, valid_days=36_500),
    KindWeight(no=5, polarity="custody", points=0, weak=False, owner=5, source=5, valid_days=30),
]
ENGINE = Engine(weights=WEIGHTS, threshold=100, weak_cap=40)

events = st.lists(
    st.tuples(st.integers(0, 7), st.integers(1, 6), st.integers(AS_OF - 120, AS_OF + 40)), max_size=25
)
steps = st.lists(st.tuples(events, st.sets(st.integers(0, 40), max_size=3), st.integers(0, 25)), max_size=6)


def rows_of(found: list[tuple[int, int, int, int]]) -> Rows:
    if not found:
        return NOBODY
    pno, kind, day, number = (np.array(column, np.int64) for column in zip(*found, strict=True))
    return in_order((pno.astype(np.int32), packed(day, kind, number)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_states_by_layers_are_what_an_evaluation_of_everything_says(
    tmp_path: Path, steps: list[tuple[list[tuple[int, int, int]], set[int], int]]
) -> None:
    there: list[tuple[int, int, int, int]] = []
    layers: list[str] = []
    numbers, as_of = 0, AS_OF
    for step, (arrived, withdrawn, days) in enumerate(steps):
        as_of += days
        came = [(pno, kind, day, numbers + place) for place, (pno, kind, day) in enumerate(arrived)]
        numbers += len(came)
        went = [row for row in there if row[3] in withdrawn]
        there = [row for row in there if row[3] not in withdrawn] + came
        known = states.Layers(layers)
        concerned = {row[0] for row in came + went} | set(known.run_out(as_of=as_of).tolist())
        people = np.array(sorted(concerned), np.int32)
        after = states.judged(ENGINE, rows_of(there), people=people, as_of=as_of)
        layers.append(str(tmp_path / f"{step}.arrow"))
        Path(layers[-1]).write_bytes(states.encoded(after))
        whole = states.everybody(ENGINE, rows_of(there), as_of=as_of)
        folded = states.Layers(layers).folded()
        for name in states.COLUMNS:
            assert folded[name].tolist() == whole[name].tolist(), name


def test_changes_say_who_gained_and_who_lost() -> None:
    before = states.judged(
        ENGINE, rows_of([(1, 1, AS_OF - 5, 1), (2, 4, AS_OF - 5, 2), (3, 1, AS_OF - 5, 3)]),
        people=np.array([1, 2, 3], np.int32), as_of=AS_OF,
    )  # fmt: skip
    after = states.judged(
        ENGINE, rows_of([(1, 4, AS_OF - 2, 4), (2, 4, AS_OF - 5, 2), (3, 1, AS_OF - 1, 5)]),
        people=np.array([1, 2, 3], np.int32), as_of=AS_OF,
    )  # fmt: skip
    assert states.changes(before, after).to_pylist() == [{"pno": 1, "gained": 0b10, "lost": 0b01}]


def test_person_whom_no_layer_knows_has_a_state_of_nothing() -> None:
    found = states.Layers([]).one(77)
    assert found["pno"] == 77
    assert not any(found[name] for name in states.TOLD.values())


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    found=st.lists(st.tuples(st.integers(0, 3 << 18), st.integers(1, 5), st.integers(1, 60_000)), max_size=40)
)
def test_rows_written_by_bucket_are_read_back_in_order(
    tmp_path: Path, found: list[tuple[int, int, int]]
) -> None:
    rows = [(pno, kind, day, number) for number, (pno, kind, day) in enumerate(found)]
    if not rows:
        return
    pno, kind, day, number = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    back: list[tuple[int, int]] = []
    for bucket, part in by_bucket((pno.astype(np.int32), packed(day, kind, number))):
        file = tmp_path / f"{bucket}.parquet"
        file.write_bytes(encoded(part))
        back += zip(*(column.tolist() for column in read([str(file)])), strict=True)
    keys = packed(day, kind, number).tolist()
    assert back == sorted(zip(pno.tolist(), keys, strict=True))


@settings(max_examples=100, deadline=None)
@given(
    roster=st.sets(st.integers(10**16, 10**16 + 40), min_size=1, max_size=30),
    wanted=st.lists(st.integers(10**16, 10**16 + 40), max_size=60),
)
def test_people_are_found_by_number_whichever_side_is_filed(roster: set[int], wanted: list[int]) -> None:
    numbers = np.array(sorted(roster), np.int64)
    people = np.arange(len(numbers), dtype=np.int32)[::-1].copy()
    by_number = dict(zip(numbers.tolist(), people.tolist(), strict=True))
    found = people_of(np.array(wanted, np.int64), roster=(numbers, people))
    assert found.tolist() == [by_number.get(number, -1) for number in wanted]
