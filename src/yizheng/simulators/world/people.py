"""Everybody the feeds can speak of: the roster first, then pensioners already removed, then people never on it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from yizheng.kernel.time import day_number
from yizheng.simulators.world import rates
from yizheng.simulators.world.names import draw_names
from yizheng.simulators.world.numbers import Ints, Texts, identity_numbers
from yizheng.simulators.world.plan import Place, Plan

Flags = npt.NDArray[np.bool_]

# What a benefit is: scheme, type, share of the roster, youngest age, share of women.
BENEFITS: tuple[tuple[str, str, float, int, float], ...] = (
    ("170", "resident", 0.520, 60, 0.53),
    ("110", "retirement", 0.350, 50, 0.52),
    ("120", "retirement", 0.098, 55, 0.44),
    ("110", "survivor", 0.018, 52, 0.78),
    ("120", "survivor", 0.003, 55, 0.75),
    ("410", "injury", 0.008, 50, 0.15),
    ("410", "survivor", 0.003, 50, 0.80),
)
# Ages: from, to (not included), weight.
AGES = (
    (50, 55, 9), (55, 60, 15), (60, 65, 22), (65, 70, 21), (70, 75, 16), (75, 80, 10),
    (80, 85, 6.2), (85, 90, 3.4), (90, 95, 1.3), (95, 100, 0.3), (100, 109, 0.06),
)  # fmt: skip
YEAR = 365.2425


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Columns over everybody. The first `roster` of them are on the roster, in its order; then come `removed`."""

    roster: int
    removed: int
    ids: Texts
    names: pa.Array
    dotted: Flags
    sexes: npt.NDArray[np.int8]
    births: Ints
    places: npt.NDArray[np.int8]
    rural: Flags
    benefits: npt.NDArray[np.int8]
    ages: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)


def draw_population(plan: Plan, places: tuple[Place, ...]) -> Population:
    """Draw them all, with numbers that nobody shares."""
    rng = plan.rng("people")
    removed = round(plan.people * rates.DEATHS_A_YEAR * max(plan.months - 2, 1) / 12)
    others = round(plan.people * rates.OTHERS)
    total = plan.people + removed + others
    benefits = rng.choice(len(BENEFITS), total, p=[row[2] for row in BENEFITS]).astype(np.int8)
    ages = _ages(rng, benefits)
    ages[plan.people + removed :] = rng.uniform(18, 96, others)
    ages[plan.people : plan.people + removed] = np.minimum(
        ages[plan.people : plan.people + removed] + rng.exponential(9, removed), 107
    )
    women = rng.random(total) < np.array([row[4] for row in BENEFITS])[benefits]
    # Only women workers draw a retirement pension before 60 here.
    women |= (ages < 60) & (benefits == 1)
    sexes = np.where(women, 2, 1).astype(np.int8)
    births = (day_number(plan.as_of) - ages * YEAR).astype(np.int32)
    names, dotted = draw_names(plan.rng("names"), sexes)
    weights = np.linspace(1.0, 2.2, len(places))
    return Population(
        roster=plan.people,
        removed=removed,
        ids=identity_numbers(plan.rng("numbers"), births, sexes, places),
        names=names,
        dotted=dotted,
        sexes=sexes,
        births=births,
        places=rng.choice(len(places), total, p=weights / weights.sum()).astype(np.int8),
        rural=rng.random(total) < np.where(benefits == 0, 0.75, 0.15),
        benefits=benefits,
        ages=ages.astype(np.float32),
    )


def _ages(rng: np.random.Generator, benefits: npt.NDArray[np.int8]) -> npt.NDArray[np.float64]:
    """Exact ages of 50 to 108 years, nobody younger than the benefit allows."""
    youngest = np.array([row[3] for row in BENEFITS])
    ages = np.empty(len(benefits))
    for benefit, floor in enumerate(youngest):
        mine = np.flatnonzero(benefits == benefit)
        low = np.array([max(row[0], floor) for row in AGES], dtype=float)
        high = np.array([row[1] for row in AGES], dtype=float)
        weight = np.array([row[2] for row in AGES]) * np.maximum(high - low, 0)
        band = rng.choice(len(AGES), len(mine), p=weight / weight.sum())
        ages[mine] = low[band] + rng.random(len(mine)) * (high[band] - low[band])
    return np.clip(ages, None, 108.9)
