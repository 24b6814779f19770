"""A made roster and made evidence on disk, of any size, in flat memory; equal parameters give equal data.

The roster (`roster.parquet`) has one row a person: pno, id17 (the identity number without its check digit), region,
birth_day, pay_state, last_certified. The evidence (`raw/*.parquet`) is what departments deliver, unresolved: id17,
kind, day, ev_no. A little more than half of its rows are about people on the roster; the kinds are those of the demo
agency, and leads are rare. The data is kept and used again as long as the parameters are the same.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
AS_OF = 20_757
"""31 October 2026, in days since 1970."""

VERSION = 1
FILE_ROWS = 5_000_000
CHUNK = 500_000
HIT = 0.53
"""The share of rows that is about somebody on the roster."""

OTHERS = 6
"""How many people there are outside the roster for each one on it."""

SET_ASIDE = 1_000

BYTES_A_ROW = 14
BYTES_A_PERSON = 14
"""Measured on the files that this writes."""

_REGIONS, _DAYS, _SERIALS = 240, 18_000, 999
_PLACES = _REGIONS * _DAYS * _SERIALS
_STEP, _START = 2_654_435_761, 97_531

SHARES = {
    1: 1.5, 2: 1.5, 3: 12, 4: 3, 5: 3, 6: 1, 7: 5, 8: 0.06, 9: 16, 10: 24, 11: 4, 12: 7, 13: 3, 14: 6, 15: 5, 16: 1,
    17: 5.5, 18: 0.3, 19: 0.02, 20: 0.05, 21: 0.3, 22: 0.25, 23: 0.03, 24: 0.02, 25: 0.01, 26: 0.1,
}  # fmt: skip
"""Of a hundred rows, how many are of each kind (the numbers of agencies/demo/evidence.yaml)."""


@dataclass(frozen=True, kw_only=True)
class Data:
    """Made data on disk."""

    folder: Path
    people: int
    rows: int
    weights: list[dict[str, Any]]
    threshold: int
    weak_cap: int

    @property
    def roster(self) -> Path:
        """The roster's one file."""
        return self.folder / "roster.parquet"

    @property
    def evidence(self) -> list[Path]:
        """The files of evidence, in the order of delivery."""
        return sorted((self.folder / "raw").glob("*.parquet"))

    @property
    def set_aside(self) -> list[int]:
        """Evidence that people have set aside: a few rows, spread evenly."""
        step = max(1, self.rows // SET_ASIDE)
        return list(range(step // 2, self.rows, step))[:SET_ASIDE]


def bytes_needed(people: int, rows: int) -> int:
    """Roughly what the made data takes on disk."""
    return people * BYTES_A_PERSON + rows * BYTES_A_ROW


def make(folder: Path, *, people: int, rows: int, seed: int = 1) -> Data:
    """Make the data, or find it made. Written beside its place and renamed, so half of it never counts as all."""
    weights, threshold, weak_cap = demo_rules()
    wanted = {"version": VERSION, "people": people, "rows": rows, "seed": seed, "weights": weights}
    place = folder / f"{people}x{rows}-{seed}"
    stamp = place / "made.json"
    data = Data(
        folder=place, people=people, rows=rows, weights=weights, threshold=threshold, weak_cap=weak_cap
    )
    if stamp.exists() and json.loads(stamp.read_text(encoding="utf-8")) == wanted:
        return data
    if people * (OTHERS + 1) > _PLACES:
        raise SystemExit(f"At most {_PLACES // (OTHERS + 1)} people can be made, not {people}.")
    shutil.rmtree(place, ignore_errors=True)
    (place / "raw").mkdir(parents=True)
    _write(
        place / "roster.parquet", _roster(people, seed), dictionary=["region", "pay_state", "last_certified"]
    )
    for number, first in enumerate(range(0, rows, FILE_ROWS)):
        last = min(rows, first + FILE_ROWS)
        _write(
            place / "raw" / f"{number:04d}.parquet",
            _evidence(first, last, people=people, seed=seed),
            dictionary=["kind", "day"],
        )
    stamp.write_text(json.dumps(wanted), encoding="utf-8")
    return data


def make_increment(data: Data, rows: int, *, seed: int = 2) -> Path:
    """One more day's delivery: rows of yesterday and today, numbered on from the rest. People as in the rest."""
    path = data.folder / f"increment-{rows}.parquet"
    if not path.exists():
        beside = path.with_suffix(".writing")
        chunks = _evidence(data.rows, data.rows + rows, people=data.people, seed=seed, days=2, ahead=0)
        _write(beside, chunks, dictionary=["kind", "day"])
        beside.replace(path)
    return path


def demo_rules() -> tuple[list[dict[str, Any]], int, int]:
    """The demo agency's kinds as the engine counts them, the threshold and the cap of weak ones."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizheng.settings")
    from yizheng.adapters.agency_files.agency import load_agency  # noqa: PLC0415 (only the maker needs it)
    from yizheng.rooms.comparison.weights import weights_of  # noqa: PLC0415

    agency = load_agency(ROOT / "agencies" / "demo")
    rules = agency.evidence_rules
    return [asdict(one) for one in weights_of(rules, agency.sources)], rules.threshold, rules.weak_cap


def id17(person: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of a person, on the roster or not: all different, and in no order."""
    place = (person * _STEP + _START) % _PLACES
    region, rest = np.divmod(place, _DAYS * _SERIALS)
    day, serial = np.divmod(rest, _SERIALS)
    born = np.datetime64("1925-01-01", "D") + day
    year = born.astype("datetime64[Y]").astype(np.int64) + 1970
    month = born.astype("datetime64[M]").astype(np.int64) % 12 + 1
    of_month = (born - born.astype("datetime64[M]")).astype(np.int64) + 1
    code = 440_000 + region // 20 * 100 + region % 20 + 1
    return (((code * 10_000 + year) * 100 + month) * 100 + of_month) * 1_000 + serial + 1


def _roster(people: int, seed: int) -> Iterator[pa.Table]:
    for first in range(0, people, CHUNK):
        chance = np.random.default_rng([seed, 1, first])
        pno = np.arange(first, min(people, first + CHUNK), dtype=np.int64)
        number = id17(pno)
        yield pa.table(
            {
                "pno": pa.array(pno, pa.int32()),
                "id17": pa.array(number, pa.int64()),
                "region": pa.array(number // 10**11, pa.int32()),
                "pay_state": pa.array(np.where(chance.random(len(pno)) < 0.97, 1, 2), pa.int8()),
                "last_certified": pa.array(AS_OF - chance.integers(0, 500, len(pno)), pa.int32()).cast(
                    pa.date32()
                ),
            }
        )


def _evidence(
    first: int, last: int, *, people: int, seed: int, days: int = 430, ahead: int = 5
) -> Iterator[pa.Table]:
    numbers = np.fromiter(SHARES, np.uint8)
    shares = np.fromiter(SHARES.values(), np.float64)
    edges = np.cumsum(shares / shares.sum())
    for start in range(first, last, CHUNK):
        size = min(last, start + CHUNK) - start
        chance = np.random.default_rng([seed, 2, start])
        hit = chance.random(size) < HIT
        person = np.where(
            hit, chance.integers(0, people, size), chance.integers(people, people * (OTHERS + 1), size)
        )
        kind = numbers[np.minimum(np.searchsorted(edges, chance.random(size)), len(numbers) - 1)]
        day = AS_OF + ahead - chance.integers(0, days + ahead, size)
        yield pa.table(
            {
                "id17": pa.array(id17(person), pa.int64()),
                "kind": pa.array(kind, pa.uint8()),
                "day": pa.array(day, pa.int32()).cast(pa.date32()),
                "ev_no": pa.array(np.arange(start, start + size), pa.int64()),
            }
        )


def _write(path: Path, tables: Iterator[pa.Table], *, dictionary: list[str]) -> None:
    """Parquet as departments' tools write it: snappy, dictionaries where values repeat."""
    writer = None
    for table in tables:
        if writer is None:
            writer = pq.ParquetWriter(path, table.schema, compression="snappy", use_dictionary=dictionary)
        writer.write_table(table, row_group_size=CHUNK)
    if writer is None:
        raise SystemExit("At least one person and one row were expected.")
    writer.close()


if __name__ == "__main__":
    make(Path(sys.argv[1]), people=int(sys.argv[2]), rows=int(sys.argv[3]))
    if int(sys.argv[4]):
        found = make(Path(sys.argv[1]), people=int(sys.argv[2]), rows=int(sys.argv[3]))
        make_increment(found, int(sys.argv[4]))
