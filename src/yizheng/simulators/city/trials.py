"""What a rule would cost: one kind of record alone, on one day or on two, taken as proof of life, held against the truth.

A trial certifies as the product would: a record is known at the end of the month after its own, the certification counts
from the older of two days, and where a register has told of a death by then nobody is certified. It counts the passes,
how many were of dead people, and whom the rule would confirm at the end. It runs no product.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from yizheng.kernel.time import Month, day_number, from_day_number
from yizheng.simulators.city.numbers import share_of, wilson
from yizheng.simulators.city.strength import KINDS, Witness

YEAR = 365
"""How long a record speaks, and how far apart two days of a rule may lie."""
DAYS = (1, 2)
"""On how many different days a rule wants to see somebody."""


@dataclass(slots=True)
class Trial:
    """What a rule did in a world: its passes, those of dead people, and the living whom it confirms at the end."""

    passes: int = 0
    dead: int = 0
    confirmed: int = 0
    living: int = 0


def rules_tried(witnesses: Mapping[str, Witness]) -> list[dict[str, Any]]:
    """Every kind alone, by one day and by two, over all worlds together; kinds without a record are left out."""
    kinds = [kind for _, names in KINDS.values() for kind in dict.fromkeys(names.values())]
    return [
        _row(kind, days, [tried(one, kind, days=days) for one in witnesses.values()])
        for kind in kinds
        if any(len(one.rows(kind)[0]) for one in witnesses.values())
        for days in DAYS
    ]


def tried(witness: Witness, kind: str, *, days: int) -> Trial:
    """One kind alone as a rule, in one world."""
    died, told = witness.fates.died, witness.fates.told_on
    found = Trial(living=int((died[: witness.people] > witness.last).sum()))
    for who, seen in _days_by_person(witness, kind).items():
        proofs = {
            known: older
            for older, newer in zip(seen, seen[days - 1 :], strict=False)
            if newer - older <= YEAR and (known := _known_on(newer)) <= min(witness.last, told[who] - 1)
        }
        found.passes += len(proofs)
        found.dead += sum(int(died[who] <= known) for known in proofs)
        newest = max(proofs.values(), default=0)
        found.confirmed += int(died[who] > witness.last and newest > witness.last - YEAR)
    return found


def _days_by_person(witness: Witness, kind: str) -> dict[int, list[int]]:
    """On which different days each person was seen, the oldest first."""
    who, day = witness.rows(kind)
    found: dict[int, list[int]] = {}
    for person, seen in zip(*np.unique(np.stack([who, day]), axis=1).tolist(), strict=True):
        found.setdefault(person, []).append(seen)
    return found


def _known_on(day: int) -> int:
    """The month's end at which a record of a day is known: deliveries come in the month after. Of a month's records the
    newest decides, so they are one pass."""
    return day_number(Month.of(from_day_number(day)).plus(1).last())


def _row(kind: str, days: int, trials: Sequence[Trial]) -> dict[str, Any]:
    passes, dead = sum(one.passes for one in trials), sum(one.dead for one in trials)
    low, high = wilson(dead, passes)
    confirmed, living = sum(one.confirmed for one in trials), sum(one.living for one in trials)
    return {
        "kind": kind,
        "days": days,
        "confirms": share_of(confirmed, living),
        "passes": passes,
        "dead": dead,
        "dead_share": share_of(dead, passes),
        "low": round(low, 6),
        "high": round(high, 6),
    }
