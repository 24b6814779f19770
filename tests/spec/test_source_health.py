"""How a source is doing on a day: well, late, silent or ill. Anything but well proves nothing by its absence."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from yizheng.kernel.time import CHINA, Month
from yizheng.rooms.evidence.data import (
    Column,
    DeliveryRecord,
    Expectation,
    Health,
    KindRule,
    Rhythm,
    Source,
)
from yizheng.rooms.evidence.rules import health_of, ill_deliveries
from yizheng.rooms.evidence.why import Why

ROSTER = 100_000


def source(every: Rhythm = Rhythm.MONTH) -> Source:
    """Due by the 10th, silent 15 days later; 1 to 20 rows a thousand people."""
    return Source(
        key="railway",
        no=2,
        name="铁路",
        owner="国铁",
        legal_basis="经办条例第八条",
        purpose="核实",
        expectation=Expectation(every=every, due_day=10, patience_days=15, per_thousand=(1, 20)),
        columns={"id_number": Column(names=("证件号码",)), "day": Column(names=("乘车日期",), kind="date")},
        kinds=(KindRule(kind="railway_entered", day="day"),),
    )


def came(period: str, day: str, **changes: Any) -> DeliveryRecord:
    facts: dict[str, Any] = {
        "rows": 500,
        "accepted": 500,
        "refused": 0,
        "matched": 0,
        "notes": {},
        "source": "railway",
    } | changes
    return DeliveryRecord(
        batch_id=period + day,
        file_name="f.csv",
        period=period,
        delivered_on=date.fromisoformat(day),
        first_evidence_no=1,
        repaired=0,
        kinds={},
        files={},
        errors_file="",
        imported_at=datetime(2026, 1, 1, tzinfo=CHINA),
        imported_by="test",
        **facts,
    )


BEFORE = [came("2026-07", "2026-08-05"), came("2026-08", "2026-09-05")]
SEPTEMBER = came("2026-09", "2026-10-05")


@pytest.mark.parametrize(
    ("deliveries", "as_of", "health"),
    [
        ([], "2026-10-31", Health.SILENT),  # nothing ever came
        ([*BEFORE, SEPTEMBER], "2026-10-31", Health.WELL),
        (BEFORE, "2026-10-09", Health.WELL),  # September is not due yet
        (BEFORE, "2026-10-11", Health.LATE),  # due on the 10th
        (BEFORE, "2026-10-25", Health.LATE),  # the last day of patience
        (BEFORE, "2026-10-26", Health.SILENT),
        ([*BEFORE, came("2026-09", "2026-10-28")], "2026-10-31", Health.WELL),  # late, but it came
        ([*BEFORE, came("2026-09", "2026-10-28")], "2026-10-26", Health.SILENT),  # on that day it had not
        ([*BEFORE, came("2026-09", "2026-10-05", rows=60)], "2026-10-31", Health.ILL),  # far too few
        ([*BEFORE, came("2026-09", "2026-10-05", rows=90_000)], "2026-10-31", Health.ILL),  # far too many
        ([*BEFORE, came("2026-09", "2026-10-05", refused=200)], "2026-10-31", Health.ILL),  # 40 % refused
        ([*BEFORE, came("2026-09", "2026-10-05", refused=50)], "2026-10-31", Health.WELL),
        ([*BEFORE, came("2026-09", "2026-10-05", source="aviation")], "2026-10-31", Health.SILENT),
    ],
)
def test_health_of_a_monthly_source(deliveries: list[DeliveryRecord], as_of: str, health: Health) -> None:
    state = health_of(source(), deliveries, as_of=date.fromisoformat(as_of), roster_size=ROSTER)
    assert state.health is health, state.reason
    assert state.reason


@pytest.mark.parametrize(
    ("deliveries", "as_of", "health"),
    [
        (["2026Q1", "2026Q2"], "2026-09-30", Health.WELL),
        (["2026Q1", "2026Q2"], "2026-10-09", Health.WELL),
        (["2026Q1", "2026Q2"], "2026-10-12", Health.LATE),
        (["2026Q1", "2026Q2"], "2026-10-31", Health.SILENT),
        (["2026Q1", "2026Q2", "2026Q3"], "2026-12-31", Health.WELL),
    ],
)
def test_health_of_a_quarterly_source(deliveries: list[str], as_of: str, health: Health) -> None:
    days = {"2026Q1": "2026-04-08", "2026Q2": "2026-07-08", "2026Q3": "2026-10-08"}
    known = [came(period, days[period]) for period in deliveries]
    state = health_of(source(Rhythm.QUARTER), known, as_of=date.fromisoformat(as_of), roster_size=ROSTER)
    assert state.health is health, state.reason


# --- an ill delivery leaves a hole ---

JUNE = came("2026-06", "2026-07-05")
FEW = came("2026-08", "2026-09-05", rows=60)
VOUCHED = {"vouched_at": datetime(2026, 9, 8, tzinfo=CHINA), "vouched_by": "li.na"}


@pytest.mark.parametrize(
    ("deliveries", "health", "reason"),
    [
        ([BEFORE[0], FEW, SEPTEMBER], Health.ILL, Why.PERIODS_ILL),  # a good one after it fills no hole
        ([BEFORE[0], FEW, came("2026-08", "2026-09-20"), SEPTEMBER], Health.WELL, Why.ALL_WELL),  # sent again
        ([BEFORE[0], replace(FEW, **VOUCHED), SEPTEMBER], Health.WELL, Why.ALL_WELL),  # looked at
        (
            [came("2025-09", "2025-10-05", rows=60), JUNE, *BEFORE, SEPTEMBER],
            Health.WELL,
            Why.ALL_WELL,
        ),
        (
            [came("2025-10", "2025-11-05", rows=60), JUNE, *BEFORE, SEPTEMBER],
            Health.ILL,
            Why.PERIODS_ILL,
        ),
        (
            [BEFORE[0], came("2026-08", "2026-09-01", rows=60, notes={"amended": 60}), BEFORE[1], SEPTEMBER],
            Health.WELL,
            Why.ALL_WELL,
        ),
    ],
)
def test_period_of_which_nothing_sound_came_is_a_hole_for_a_year(
    deliveries: list[DeliveryRecord], health: Health, reason: Why
) -> None:
    state = health_of(source(), deliveries, as_of=date(2026, 10, 31), roster_size=ROSTER)
    assert (state.health, state.reason.what) == (health, reason)


# --- what is in the rows ---


def delivered(*facts: dict[str, Any]) -> list[DeliveryRecord]:
    """A delivery for each of the months up to September."""
    months = [Month(2026, 10).plus(-len(facts) + at) for at in range(len(facts))]
    return [
        came(str(month), f"{month.plus(1)}-05", **told) for month, told in zip(months, facts, strict=True)
    ]


@pytest.mark.parametrize(
    ("deliveries", "reason"),
    [
        (
            delivered({"matched": 250}, {"matched": 260}, {"matched": 240}, {"matched": 110}),
            Why.TOO_FEW_LINKED,
        ),
        (delivered({"matched": 250}, {"matched": 260}, {"matched": 240}, {"matched": 130}), Why.ALL_WELL),
        (delivered({"matched": 250}, {"matched": 260}, {"matched": 0}), Why.ALL_WELL),  # two say nothing yet
        # a register of deaths links few, and now and then by chance far fewer
        (delivered({"matched": 60}, {"matched": 62}, {"matched": 58}, {"matched": 5}), Why.ALL_WELL),
        (delivered({"notes": {"kind_unknown": 50}}), Why.ALL_WELL),
        (delivered({"notes": {"kind_unknown": 51}}), Why.TOO_MANY_UNLISTED),
    ],
)
def test_what_is_in_the_rows_makes_a_delivery_ill_too(deliveries: list[DeliveryRecord], reason: Why) -> None:
    state = health_of(source(), deliveries, as_of=date(2026, 10, 31), roster_size=ROSTER)
    assert state.reason.what is reason
    assert (state.health is Health.WELL) == (reason is Why.ALL_WELL)
    ill = ill_deliveries(source(), deliveries, as_of=date(2026, 10, 31), roster_size=ROSTER)
    assert set(ill) == ({deliveries[-1].batch_id} if reason is not Why.ALL_WELL else set())


SOUND = [came(f"2026-0{month}", f"2026-0{month + 1}-08", matched=400) for month in (5, 6, 7)]


@pytest.mark.parametrize(
    ("facts", "reason", "mark", "value"),
    [
        ({"notes": {"hidden_rows": 40, "struck_rows": 30}}, Why.TOO_MANY_HIDDEN, "hidden_percent", 20),
        ({"refused": 110, "accepted": 390}, Why.TOO_MANY_REFUSED, "refused_percent", 25),
        ({"notes": {"kind_unknown": 60}}, Why.TOO_MANY_UNLISTED, "unlisted_percent", 15),
        ({"matched": 150}, Why.TOO_FEW_LINKED, "linked_percent", 25),
        ({"matched": 150}, Why.TOO_FEW_LINKED, "fewest_linked", 1_000),
    ],
)
def test_marks_of_a_sources_health_are_its_own(
    facts: dict[str, Any], reason: Why, mark: str, value: int
) -> None:
    """The usual mark makes the delivery ill, the source's own one does not."""
    newest = came("2026-09", "2026-10-08", **({"matched": 400} | facts))
    for own, expected in ((source(), [reason]), (_with(mark, value), [])):
        ill = ill_deliveries(own, [*SOUND, newest], as_of=date(2026, 10, 31), roster_size=ROSTER)
        assert [told.what for told in ill.values()] == expected


def _with(mark: str, value: int) -> Source:
    usual = source()
    return replace(usual, expectation=replace(usual.expectation, **{mark: value}))  # type: ignore[arg-type]
