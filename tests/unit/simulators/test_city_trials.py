"""A kind of record alone as a rule: who passes, who was dead, and whom it confirms, counted by hand."""

from datetime import date

import numpy as np
import pytest

from worlds import places
from yizheng.kernel.time import day_number
from yizheng.simulators.city.city import found
from yizheng.simulators.city.strength import Witness
from yizheng.simulators.city.trials import Trial, rules_tried, tried
from yizheng.simulators.city.worldfile import CityWorld
from yizheng.simulators.world.plan import NEVER

LAST = date(2026, 10, 31)


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


@pytest.fixture(scope="module")
def witness() -> Witness:
    """Four people whose cards were used: one lives, one died unheard of, one's death was told, one was seen long ago."""
    fates = found(CityWorld(format=1, name="four", about="four"), people=200, months=3, places=places()).fates
    fates.died[:], fates.told_on[:] = NEVER, NEVER
    fates.died[1], fates.died[2] = day("2026-05-10"), day("2026-05-10")
    fates.told_on[2] = day("2026-06-08")
    made = Witness(fates=fates, people=4, first=0, last=day_number(LAST))
    used = {
        0: ("2026-03-01", "2026-03-20", "2026-05-02", "2026-10-20"),
        1: ("2026-04-20", "2026-05-20"),
        2: ("2026-03-20", "2026-05-20"),
        3: ("2025-06-01", "2025-09-05"),
    }
    pairs = [(who, day(text)) for who, days in used.items() for text in days]
    who, days = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
    made.heard["outpatient_card"] = [(who, days)]
    return made


def test_one_day_passes_a_month_and_what_is_not_known_yet_is_left_out(witness: Witness) -> None:
    # 0: March and May (October is told in November); 1: April, known in May when dead, and May; 2: March; 3: twice
    assert tried(witness, "outpatient_card", days=1) == Trial(passes=7, dead=2, confirmed=1, living=2)


def test_two_days_count_from_the_older(witness: Witness) -> None:
    # 0: March, and May by the day in March; 1: May by the day in April, dead; 2: told in time; 3: of last September
    assert tried(witness, "outpatient_card", days=2) == Trial(passes=4, dead=1, confirmed=1, living=2)


def test_table_has_a_row_for_each_number_of_days_and_none_for_kinds_without_records(witness: Witness) -> None:
    rows = rules_tried({"four": witness})
    assert [(row["kind"], row["days"], row["dead"]) for row in rows] == [
        ("outpatient_card", 1, 2),
        ("outpatient_card", 2, 1),
    ]
    assert rows[1]["dead_share"] == 0.25
    assert rows[1]["confirms"] == 0.5
