"""Ways to evaluate one bucket of sorted evidence, beside each other: what the choice of the compiled loop rests on.

    ./run bench kernels [--people 262144] [--rows 1400000] [--repeat 5] [--json]

All read the same lean file and must give the same states. Processor seconds of reading and evaluating one bucket.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from peers import made, plain_polars

from yizheng.rooms.comparison import kernel, layout
from yizheng.rooms.comparison.data import EVIDENCE_MASK, KIND_MASK, KIND_SHIFT, STATE_COLUMNS, KindWeight
from yizheng.rooms.comparison.engine import Engine

THRESHOLD, WEAK_CAP = 100, 40
RULES = resources.files("yizheng.rooms.comparison") / "sql" / "person_state.sql"


def compiled_loop(file: str, weights: list[dict[str, Any]]) -> pa.Table:
    """One pass over the sorted rows, compiled: the way that was chosen."""
    engine = Engine(weights=[KindWeight(**one) for one in weights], threshold=THRESHOLD, weak_cap=WEAK_CAP)
    return engine.evaluate(files=[file], as_of=made.AS_OF)


def duckdb_sql(file: str, weights: list[dict[str, Any]]) -> pa.Table:
    """The definition in SQL over the same file: hash tables and windows."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        connection.register("weight", pa.Table.from_pylist(weights))
        connection.execute("create table set_aside (ev_no bigint)")
        connection.execute(f"create view evidence as select pno, key from read_parquet('{file}')")  # noqa: S608
        values = {"as_of": made.AS_OF, "threshold": THRESHOLD, "weak_cap": WEAK_CAP}
        return connection.sql(RULES.read_text(encoding="utf-8"), params=values).to_arrow_table()


def polars_stream(file: str, weights: list[dict[str, Any]]) -> pa.Table:
    """The same rules as an independent plan of Polars, streamed."""
    key = pl.col("key")
    rows = pl.scan_parquet(file).select(
        "pno",
        kind=(key // 2**38 % 256).cast(pl.UInt8),
        day=(key // 2**46).cast(pl.Int32),
        ev_no=key % 2**38,
    )
    found = plain_polars.states(
        rows, weights=weights, as_of=made.AS_OF, threshold=THRESHOLD, weak_cap=WEAK_CAP, set_aside=[]
    )
    return found.collect(engine="streaming").sort("pno").to_arrow()


def numpy_by_rank(file: str, weights: list[dict[str, Any]]) -> pa.Table:
    """NumPy without a compiler: everybody's newest row, then everybody's second newest, until all are decided.

    Rare kinds are taken out first and reduced by `reduceat`.
    """
    pno, key = layout.read([file])
    rule = _columns(weights)
    kind = key >> KIND_SHIFT & KIND_MASK
    polarity, day = rule["polarity"][kind], key >> 46
    there = (polarity != kernel.UNKNOWN) & (day <= made.AS_OF)
    pno, key, kind, polarity, day = (column[there] for column in (pno, key, kind, polarity, day))
    starts = np.flatnonzero(np.r_[True, pno[1:] != pno[:-1]])
    people = len(starts)
    person = np.cumsum(np.r_[False, pno[1:] != pno[:-1]])
    state = np.zeros((people, 8), np.int64)
    state[:, kernel.SEEN] = np.bitwise_or.reduceat(rule["source_bit"][kind], starts)
    alive = polarity == kernel.ALIVE
    state[:, kernel.LATEST] = np.maximum.reduceat(np.where(alive, key, 0), starts)
    valid = day + rule["valid_days"][kind] >= made.AS_OF
    for what in range(kernel.DEATH, kernel.NOTHING):
        rare = np.flatnonzero(valid & (polarity == what))
        if what == kernel.DEATH:
            rare = rare[
                ::-1
            ]  # the last that is written stands: of deaths the first, of the others the newest
        state[person[rare], what] = key[rare]
    points = _proofs(key[alive & valid], kind[alive & valid], person[alive & valid], state, rule)
    columns = [pno[starts], state[:, kernel.PROOF], points, *(state[:, place] for place in range(1, 8))]
    return pa.table([pa.array(np.ascontiguousarray(column)) for column in columns], names=list(STATE_COLUMNS))


def _proofs(
    key: np.ndarray, kind: np.ndarray, person: np.ndarray, state: np.ndarray, rule: np.ndarray
) -> np.ndarray:
    """Fill in the proofs; returns the points."""
    firm, soft = np.zeros(len(state), np.int64), np.zeros(len(state), np.int64)
    best = np.zeros((len(state), rule["owner"].max() + 1), np.int64)
    starts = np.flatnonzero(np.r_[True, person[1:] != person[:-1]]) if len(person) else np.zeros(0, np.int64)
    place = np.r_[starts[1:], len(person)] - 1
    while len(starts):
        who, owner = person[place], rule["owner"][kind[place]]
        worth = rule["points"][kind[place]]
        gain = np.maximum(0, worth - best[who, owner])
        best[who, owner] += gain
        weak = rule["weak"][kind[place]] == 1
        firm[who] += np.where(weak, 0, gain)
        soft[who] += np.where(weak, gain, 0)
        proven = (firm[who] > 0) & (firm[who] + np.minimum(soft[who], WEAK_CAP) >= THRESHOLD)
        state[who[proven], kernel.PROOF] = key[place[proven]]
        place = place - 1
        more = ~proven & (place >= starts)
        starts, place = starts[more], place[more]
    return (firm + np.minimum(soft, WEAK_CAP)).astype(np.int32)


def _columns(weights: list[dict[str, Any]]) -> np.ndarray:
    rules = Engine(weights=[KindWeight(**one) for one in weights], threshold=THRESHOLD, weak_cap=WEAK_CAP)
    return rules._rules  # noqa: SLF001 (the same columns, for the same question)


WAYS: dict[str, Callable[[str, list[dict[str, Any]]], pa.Table]] = {
    "compiled loop": compiled_loop,
    "numpy by rank": numpy_by_rank,
    "polars streaming": polars_stream,
    "duckdb sql": duckdb_sql,
}


def main() -> None:
    """Make a bucket, take turns, and say what each way took."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--people", type=int, default=1 << 18)
    words.add_argument("--rows", type=int, default=1_400_000)
    words.add_argument("--repeat", type=int, default=5)
    words.add_argument("--json", action="store_true")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file, weights = _bucket(Path(folder), asked.people, asked.rows)
        answers = {name: _sorted(way(file, weights)) for name, way in WAYS.items()}
        taken: dict[str, list[float]] = {name: [] for name in WAYS}
        for _ in range(asked.repeat):
            for name, way in WAYS.items():
                before = sum(os.times()[:2])
                way(file, weights)
                taken[name].append(sum(os.times()[:2]) - before)
    equal = len({answer.num_rows for answer in answers.values()}) == 1 and all(
        answer.equals(answers["compiled loop"]) for answer in answers.values()
    )
    rows = [{"way": name, "cpu_s": round(median(found), 3)} for name, found in taken.items()]
    if asked.json:
        sys.stdout.write(json.dumps({"rows": rows, "equal_results": equal}) + "\n")
        return
    for row in rows:
        sys.stdout.write(f"{row['way']:18} {row['cpu_s']:8.3f} CPU-s\n")
    sys.stdout.write(f"equal results: {equal}\n")


def _bucket(folder: Path, people: int, rows: int) -> tuple[str, list[dict[str, Any]]]:
    """One bucket of made evidence as a lean file, and the weights of its kinds."""
    data = made.make(folder, people=people, rows=rows)
    raw = pa.concat_tables([pq.read_table(file) for file in data.evidence])
    roster = pq.read_table(data.roster, columns=["id17", "pno"])
    found = layout.people_of(
        raw.column("id17").to_numpy(),
        roster=(roster.column("id17").to_numpy(), roster.column("pno").to_numpy()),
    )
    known = found >= 0
    day = raw.column("day").cast(pa.int32()).to_numpy()
    keys = layout.packed(day, raw.column("kind").to_numpy(), raw.column("ev_no").to_numpy() & EVIDENCE_MASK)
    file = folder / "bucket.parquet"
    file.write_bytes(layout.encoded(layout.in_order((found[known], keys[known]))))
    return str(file), data.weights


def _sorted(table: pa.Table) -> pa.Table:
    wide = table.cast(pa.schema([(name, pa.int64()) for name in STATE_COLUMNS]))
    return wide.sort_by("pno").combine_chunks()


if __name__ == "__main__":
    main()
