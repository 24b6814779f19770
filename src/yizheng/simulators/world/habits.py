"""How often each person meets each department: the cumulated yearly pace from which a period's events are drawn."""

import numpy as np
import numpy.typing as npt

from yizheng.simulators.world import rates
from yizheng.simulators.world.life import Fates
from yizheng.simulators.world.people import Population
from yizheng.simulators.world.plan import NEVER, Plan

Floats = npt.NDArray[np.float64]


def draw_habits(plan: Plan, people: Population, fates: Fates) -> dict[str, Floats]:
    """By source, the running total of everybody's yearly pace. People whom nobody sees keep a thirtieth of theirs."""
    rng = plan.rng("habits")
    travels, ails = rng.gamma(0.6, 1 / 0.6, len(people)), rng.gamma(1.1, 1 / 1.1, len(people))
    young = np.clip((88 - people.ages) / 25, 0.05, 1.2)
    old = np.clip((people.ages - 45) / 25, 0.4, 2.0)
    even = np.ones(len(people))
    shapes = {
        "immigration": travels * young + 6.0 * (fates.abroad_since != NEVER),
        "railway": travels * young,
        "aviation": travels * young * np.where(people.rural, 0.3, 1.0),
        "medical_inpatient": ails * old,
        "medical_outpatient": ails * old,
        "family_doctor": old,
        "police_counter": even,
        "bank_card": even,
        "other_region": travels,
    }
    seen = np.where(fates.unseen, 1 / 30, 1.0)
    return {source: _paced(people, shape * seen, rates.YEARLY[source]) for source, shape in shapes.items()}


def _paced(people: Population, shape: Floats, yearly: float) -> Floats:
    """Scale so that the roster has `yearly` events a head, and the people who were never on it their share of rows."""
    pace = shape * (yearly / shape[: people.roster].mean())
    others = pace[people.roster + people.removed :]
    share = rates.ROWS_OF_OTHERS / (1 - rates.ROWS_OF_OTHERS)
    others *= yearly * people.roster * share / others.sum()
    return np.cumsum(pace)
