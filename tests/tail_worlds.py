"""People and records for the tests of the hard tail: written by hand, or made small by the bench's generator."""

import sys
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa

from yizheng.rooms.comparison.tail.data import PEOPLE, RECORDS
from yizheng.rooms.people.rules import check_digit

BENCH = Path(__file__).parents[1] / "bench"


def number(region: str, born: str, serial: int) -> str:
    """A valid number."""
    first = f"{region}{born.replace('-', '')}{serial:03d}"
    return first + check_digit(first)


def people(*rows: tuple[str, str, str, str]) -> pa.Table:
    """PEOPLE from (number, name, birth, region), numbered from 0."""
    return pa.Table.from_pylist(
        [
            {
                "pno": pno,
                "number": told,
                "name": name,
                "sex": 2 - int(told[16]) % 2,
                "birth": date.fromisoformat(birth),
                "region": region,
            }
            for pno, (told, name, birth, region) in enumerate(rows)
        ],
        schema=PEOPLE,
    )


def records(*rows: dict[str, object]) -> pa.Table:
    """RECORDS from what is told of each; `record` counts from 0 unless it is told."""
    return pa.Table.from_pylist([{"record": at, **row} for at, row in enumerate(rows)], schema=RECORDS)


@cache
def made(size: int, seed: int):
    """A world of the bench: `size` people, a fifth as many records."""
    if str(BENCH) not in sys.path:
        sys.path.append(str(BENCH))
    from tail_parts import world  # noqa: PLC0415 (not a package of the product)

    return world.make(people=size, records=size // 5, seed=seed)
