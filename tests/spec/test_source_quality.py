"""How good a source's data is: complete, in time, as much as ever, no copies, no contradictions. Unknown is an answer."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from yizheng.kernel.time import CHINA, day_number
from yizheng.rooms.calendar import rules as calendar
from yizheng.rooms.calendar.data import WorkCalendar
from yizheng.rooms.evidence import rules
from yizheng.rooms.evidence.data import (
    AMENDED,
    Column,
    DeliveryRecord,
    EvidenceKind,
    EvidenceRules,
    Expectation,
    Health,
    KindRule,
    Polarity,
    Rhythm,
    Source,
    Strength,
)
from yizheng.rooms.quality import contradictions, grades
from yizheng.rooms.quality.contradictions import KindColumns, ResolvedRows
from yizheng.rooms.quality.data import (
    CellCounts,
    Check,
    Compared,
    FieldCells,
    Grade,
    Problem,
    QualityRules,
)
from yizheng.rooms.quality.grades import worst

GOOD, WATCH, POOR, UNKNOWN = Grade.GOOD, Grade.WATCH, Grade.POOR, Grade.UNKNOWN
ROSTER = 100_000
NOTHING = QualityRules()
LAW_ALONE = WorkCalendar()


def source(every: Rhythm = Rhythm.MONTH, *, required: bool = True, key: str = "railway") -> Source:
    """Due by the 10th, silent 15 days later; 1 to 20 rows a thousand people."""
    return Source(
        key=key,
        no=2,
        name="铁路",
        owner="国铁",
        legal_basis="经办条例第八条",
        purpose="核实",
        expectation=Expectation(every=every, due_day=10, patience_days=15, per_thousand=(1, 20)),
        columns={
            "id_number": Column(names=("证件号码",), kind="id_number", required=required),
            "day": Column(names=("乘车日期",), kind="date"),
        },
        kinds=(KindRule(kind="railway_entered", day="day"),),
    )


def came(period: str, day: str, rows: int = 500, **changes: Any) -> DeliveryRecord:
    facts: dict[str, Any] = {"accepted": rows, "refused": 0, "source": "railway", "notes": {}} | changes
    return DeliveryRecord(
        batch_id=period + day,
        file_name="f.csv",
        period=period,
        delivered_on=date.fromisoformat(day),
        first_evidence_no=1,
        rows=rows,
        repaired=0,
        matched=0,
        kinds={},
        files={},
        errors_file="",
        imported_at=datetime(2026, 1, 1, tzinfo=CHINA),
        imported_by="test",
        **facts,
    )


def months(*rows: int, first: int = 1, year: int = 2026) -> list[DeliveryRecord]:
    """Monthly deliveries from January on, each on the 5th of the month after."""
    made = []
    for place, number in enumerate(rows, first):
        month, delivered = (place - 1) % 12 + 1, place % 12 + 1
        years = (year + (place - 1) // 12, year + place // 12)
        made.append(came(f"{years[0]}-{month:02d}", f"{years[1]}-{delivered:02d}-05", number))
    return made


def measured(
    deliveries: list[DeliveryRecord], as_of: str, of: Source | None = None, **given: Any
) -> dict[Check, Grade]:
    of = of or source()
    day = date.fromisoformat(as_of)
    known = given.pop("rules", NOTHING)
    periods = grades.periods_of(of, deliveries, as_of=day, roster_size=ROSTER, rules=known)
    facts: dict[str, Any] = {"cells": (), "compared": Compared(), "ruled": (0, 0)} | given
    found = grades.quality_of(of, as_of=day, periods=periods, **facts)
    assert all(finding.said for finding in found.findings)
    return {finding.check: finding.grade for finding in found.findings}


# --- volume: what its own past lets be expected ---


@pytest.mark.parametrize(
    ("rows", "grade"),
    [
        ((500,), UNKNOWN),  # nothing to compare with
        ((500, 510, 490, 505, 495, 500), UNKNOWN),  # five earlier periods are too few
        ((500, 510, 490, 505, 495, 500, 500), GOOD),
        ((500, 510, 490, 505, 495, 500, 250), WATCH),  # half of what always came
        ((500, 510, 490, 505, 495, 500, 1000), WATCH),  # twice as much
        ((500, 510, 490, 505, 495, 500, 60), POOR),  # beyond what was agreed on
        ((500, 510, 490, 505, 495, 500, 9000), POOR),
        ((500, 510, 490, 505, 495, 500, 0), POOR),
        ((500, 9000, 490, 505, 495, 500, 500), WATCH),  # one old outlier moves nothing, and is told
        ((60,), POOR),  # what was agreed on needs no past
    ],
)
def test_volume_against_the_own_past(rows: tuple[int, ...], grade: Grade) -> None:
    assert measured(months(*rows), "2026-12-31")[Check.VOLUME] is grade


def test_outlier_does_not_move_what_is_expected() -> None:
    periods = grades.periods_of(
        source(),
        months(500, 1900, 490, 505, 495, 500, 500),
        as_of=date(2026, 8, 6),
        roster_size=ROSTER,
        rules=NOTHING,
    )
    newest = periods[-1]
    assert newest.expected is not None
    assert 450 <= newest.expected <= 550


def test_short_month_of_an_office_is_expected_to_be_short() -> None:
    """February 2026 has 16 working days: 20 rows a working day are 320 rows, not 440."""
    usual = [
        20 * calendar.working_days(LAW_ALONE, *grades.bounds_of(f"2025-{month:02d}"))
        for month in range(7, 13)
    ]
    january = 20 * calendar.working_days(LAW_ALONE, *grades.bounds_of("2026-01"))
    deliveries = months(*usual, january, 320, first=7, year=2025)

    def grade(**known: Any) -> Grade:
        return measured(deliveries, "2026-03-06", rules=QualityRules(**known))[Check.VOLUME]

    assert grade(working_day_sources=("railway",)) is GOOD
    periods = grades.periods_of(
        source(),
        deliveries,
        as_of=date(2026, 3, 6),
        roster_size=ROSTER,
        rules=QualityRules(working_day_sources=("railway",)),
    )
    assert periods[-1].expected == 320


def test_band_is_wider_where_the_spring_festival_falls() -> None:
    past = months(500, 500, 500, 500, 500, 500, first=8, year=2025)

    def band(period: str, day: str) -> int:
        periods = grades.periods_of(
            source(),
            [*past, came(period, day)],
            as_of=date.fromisoformat(day),
            roster_size=ROSTER,
            rules=NOTHING,
        )
        found = periods[-1]
        assert found.least is not None
        assert found.most is not None
        return found.most - found.least

    assert band("2026-02", "2026-03-05") > 2 * band("2026-03", "2026-04-05")


def test_several_files_of_a_period_count_together_and_amendments_not_at_all() -> None:
    halves = [came("2026-07", "2026-08-05", 250), came("2026-07", "2026-08-07", 250)]
    amended = came("2026-07", "2026-08-20", 3, notes={AMENDED: 3})
    found = measured([*months(500, 505, 495, 500, 500, 500), *halves, amended], "2026-08-25")
    assert found[Check.VOLUME] is GOOD


# --- timeliness ---


@pytest.mark.parametrize(
    ("days", "as_of", "grade"),
    [
        ({}, "2026-10-31", UNKNOWN),
        ({"2026-07": "2026-08-05", "2026-08": "2026-09-05", "2026-09": "2026-10-05"}, "2026-10-31", GOOD),
        ({"2026-09": "2026-10-05"}, "2026-10-06", UNKNOWN),  # nothing was due yet
        # the 10th of October 2026 is a Saturday: Monday the 12th is in time
        ({"2026-09": "2026-10-12"}, "2026-10-31", GOOD),
        ({"2026-07": "2026-08-05", "2026-08": "2026-09-05", "2026-09": "2026-10-13"}, "2026-10-31", WATCH),
        ({"2026-07": "2026-08-05", "2026-08": "2026-09-05"}, "2026-10-11", GOOD),  # due on Monday
        ({"2026-07": "2026-08-05", "2026-08": "2026-09-05"}, "2026-10-14", WATCH),  # late, patience holds
        ({"2026-07": "2026-08-05", "2026-08": "2026-09-05"}, "2026-10-31", POOR),  # silent
        ({"2026-07": "2026-08-05", "2026-09": "2026-10-05"}, "2026-10-31", POOR),  # one never came
        ({"2026-08": "2026-09-25", "2026-09": "2026-10-25"}, "2026-10-31", POOR),  # always late
    ],
)
def test_timeliness_by_working_days(days: dict[str, str], as_of: str, grade: Grade) -> None:
    deliveries = [came(period, day) for period, day in days.items()]
    assert measured(deliveries, as_of)[Check.TIMELINESS] is grade


def test_quarterly_source_is_due_by_quarters() -> None:
    of = source(Rhythm.QUARTER)
    deliveries = [came("2026Q1", "2026-04-08"), came("2026Q3", "2026-10-08")]
    periods = grades.periods_of(of, deliveries, as_of=date(2026, 10, 31), roster_size=ROSTER, rules=NOTHING)
    assert [(one.period, one.came is not None) for one in periods] == [
        ("2026Q1", True),
        ("2026Q2", False),
        ("2026Q3", True),
    ]


# --- completeness, copies, rulings ---


@pytest.mark.parametrize(
    ("rows", "refused", "no_number", "required", "grade"),
    [
        (500, 5, 0, True, GOOD),
        (500, 20, 0, True, WATCH),
        (500, 120, 0, True, POOR),
        (500, 0, 30, False, WATCH),  # accepted, but nobody can be found by them
        (500, 30, 30, True, WATCH),  # the same rows, refused: not counted twice
        (10, 3, 0, True, UNKNOWN),  # a share of ten rows says nothing
        (100, 4, 0, True, GOOD),  # four rows are chance, whatever share they are
    ],
)
def test_completeness(rows: int, refused: int, no_number: int, required: bool, grade: Grade) -> None:
    cells = CellCounts(
        rows=rows,
        fields=(FieldCells(header="证件号码", field="id_number", cells=rows, empty=no_number),),
        no_number=tuple(range(2, 2 + no_number)),
        no_number_in_all=no_number,
    )
    delivery = came("2026-09", "2026-10-05", rows, refused=refused)
    found = measured([delivery], "2026-10-31", source(required=required), cells=(cells,))
    assert found[Check.COMPLETENESS] is grade


@pytest.mark.parametrize(
    ("compared", "again", "grade"),
    [
        (Compared(rows=0), 0, UNKNOWN),
        (Compared(rows=500, copies=3), 0, GOOD),
        (Compared(rows=500, copies=60), 0, WATCH),
        (Compared(rows=500, copies=400), 0, POOR),
        (Compared(rows=500), 1, WATCH),  # the file of last month under this month's name
    ],
)
def test_repeats(compared: Compared, again: int, grade: Grade) -> None:
    found = measured(months(500), "2026-02-06", compared=compared, same_content_again=again)
    assert found[Check.REPEATS] is grade


@pytest.mark.parametrize(
    ("wrong", "ruled", "grade"),
    [(0, 0, UNKNOWN), (4, 4, UNKNOWN), (0, 5, GOOD), (1, 5, GOOD), (2, 5, WATCH), (3, 5, POOR)],
)
def test_rows_that_people_found_wrong(wrong: int, ruled: int, grade: Grade) -> None:
    assert measured(months(500), "2026-02-06", ruled=(wrong, ruled))[Check.RULED_WRONG] is grade


@pytest.mark.parametrize(
    ("compared", "grade"),
    [
        (Compared(), UNKNOWN),
        (Compared(rows=5000), GOOD),
        (Compared(rows=5000, contradicted={"life_after_death": 5}), GOOD),
        (Compared(rows=5000, contradicted={"life_after_death": 10}), WATCH),
        (Compared(rows=5000, contradicted={"life_after_death": 200}), POOR),
        (Compared(rows=100, leads=100, contradicted={"life_after_death": 1}), GOOD),
        (Compared(rows=100, leads=100, contradicted={"life_after_death": 4}), WATCH),
        (Compared(rows=100, leads=100, contradicted={"life_after_death": 20}), POOR),
        (Compared(rows=100, leads=100, by_weak=40), GOOD),  # cards are swiped by relatives
        (Compared(rows=100, leads=100, deaths_due=80, deaths_waiting=80), GOOD),  # silence proves nothing
    ],
)
def test_contradictions_grade(compared: Compared, grade: Grade) -> None:
    assert measured(months(500), "2026-02-06", compared=compared)[Check.CONTRADICTIONS] is grade


@pytest.mark.parametrize(
    ("grades", "grade"),
    [
        ((), UNKNOWN),
        ((UNKNOWN, UNKNOWN), UNKNOWN),
        ((UNKNOWN, GOOD), GOOD),
        ((GOOD, WATCH, UNKNOWN), WATCH),
        ((GOOD, POOR, WATCH), POOR),
    ],
)
def test_source_is_as_good_as_its_worst_known_finding(grades: tuple[Grade, ...], grade: Grade) -> None:
    assert worst(grades) is grade


# --- contradictions: who is asked about which row ---

OWNERS = {"police": "公安", "hospital": "医院", "train": "铁路", "bank": "银行", "clinic": "医院"}
KINDS = {
    "died": (1, "police", Polarity.DEATH, Strength.STRONG),
    "certified": (2, "hospital", Polarity.DEATH, Strength.STRONG),
    "train": (3, "train", Polarity.ALIVE, Strength.STRONG),
    "bank": (4, "bank", Polarity.ALIVE, Strength.MEDIUM),
    "ticket": (5, "train", Polarity.ALIVE, Strength.WEAK),
    "visit": (6, "clinic", Polarity.ALIVE, Strength.MEDIUM),
    "prison": (7, "police", Polarity.CUSTODY, Strength.STRONG),
    "missing": (8, "police", Polarity.MISSING, Strength.MEDIUM),
}
SOURCES = [replace(source(key=key), no=no, owner=owner) for no, (key, owner) in enumerate(OWNERS.items(), 1)]
EVIDENCE = EvidenceRules(
    version="test",
    threshold=100,
    weak_cap=40,
    kinds=tuple(
        EvidenceKind(
            no=no,
            key=key,
            name=key,
            source=of,
            polarity=polarity,
            strength=strength,
            points=50 if polarity is Polarity.ALIVE else 0,
        )
        for key, (no, of, polarity, strength) in KINDS.items()
    ),
)
START = date(2026, 3, 1)


def asked(*rows: tuple[str, int]) -> set[tuple[str, int, Problem]]:
    """What is asked about one person's rows, given as kinds and days after the 1st of March."""
    table = ResolvedRows(
        np.zeros(len(rows), np.int32),
        np.array([day_number(START + timedelta(days=day)) for _, day in rows], np.int32),
        np.array([KINDS[kind][0] for kind, _ in rows], np.uint8),
        np.arange(1, len(rows) + 1, dtype=np.int64),
        np.zeros(len(rows), np.int32),
    )
    kinds = KindColumns.of(EVIDENCE, SOURCES)
    found = contradictions.contradictions_in(
        table, kinds, as_of=day_number(date(2026, 12, 31)), register=0, register_days=90
    )
    counted = sum(number for problems in found.contradicted.values() for number in problems.values())
    assert counted == len(found.rows)
    return {(*rows[number - 1], problem) for number, _, problem in found.rows}


AFTER, INSIDE = Problem.LIFE_AFTER_DEATH, Problem.LIFE_IN_CUSTODY


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), set()),
        ((("died", 0),), set()),
        ((("died", 0), ("train", -5)), set()),  # alive before
        ((("died", 0), ("train", 1)), set()),  # a night lies between two registers
        ((("died", 0), ("train", 2)), {("died", 0, AFTER), ("train", 2, AFTER)}),  # one against one
        ((("died", 0), ("train", 9), ("bank", 20)), {("died", 0, AFTER)}),  # two against one
        # two owners tell of the death, one of life
        ((("died", 0), ("certified", 0), ("bank", 20)), {("bank", 20, AFTER)}),
        # a source cannot be contradicted by its own rows
        ((("died", 0), ("prison", 5)), set()),
        # two sources of one owner can: the owner's registers disagree
        ((("certified", 0), ("visit", 9)), {("certified", 0, AFTER), ("visit", 9, AFTER)}),
        ((("died", 0), ("ticket", 9)), set()),  # anybody may buy a ticket
        ((("prison", 0), ("train", 30)), {("prison", 0, INSIDE), ("train", 30, INSIDE)}),
        ((("prison", 0), ("train", 181)), set()),  # free again, as far as one can know
        (
            (("missing", 0), ("train", 30)),
            {("missing", 0, Problem.LIFE_AFTER_MISSING), ("train", 30, Problem.LIFE_AFTER_MISSING)},
        ),
        ((("died", 0), ("certified", 20)), set()),  # days apart: a register may be slow
        (
            (("died", 0), ("certified", 60)),
            {("died", 0, Problem.DEATH_DAYS_DIFFER), ("certified", 60, Problem.DEATH_DAYS_DIFFER)},
        ),
        ((("died", 0), ("died", 60)), set()),  # one source twice: an amended day
        ((("died", 290), ("train", 400)), set()),  # a day that has not come does not exist
    ],
)
def test_who_is_asked_about_a_contradiction(
    rows: tuple[tuple[str, int], ...], expected: set[tuple[str, int, Problem]]
) -> None:
    assert asked(*rows) == expected


def test_deaths_that_the_register_does_not_know_are_counted_and_nobody_is_asked() -> None:
    def rows(*kinds: str) -> ResolvedRows:
        day = day_number(START)
        return ResolvedRows(
            np.arange(len(kinds), dtype=np.int32) // 2,
            np.full(len(kinds), day, np.int32),
            np.array([KINDS[kind][0] for kind in kinds], np.uint8),
            np.arange(1, len(kinds) + 1, dtype=np.int64),
            np.zeros(len(kinds), np.int32),
        )

    def found(days: int) -> tuple[dict[int, int], dict[int, int], int]:
        # person 0: certified and registered; person 1: certified alone
        told = contradictions.contradictions_in(
            rows("certified", "died", "certified"),
            KindColumns.of(EVIDENCE, SOURCES),
            as_of=day_number(START) + days,
            register=0,
            register_days=90,
        )
        return told.deaths_due, told.deaths_waiting, len(told.rows)

    assert found(89) == ({}, {}, 0)
    assert found(90) == ({1: 2}, {1: 1}, 0)


# --- an amendment is no delivery ---


def test_amendment_neither_makes_a_source_ill_nor_heals_it() -> None:
    amended = came("2026-09", "2026-10-20", 2, notes={AMENDED: 2})
    well, ill = came("2026-09", "2026-10-05"), came("2026-09", "2026-10-05", 50)

    def health(*deliveries: DeliveryRecord) -> Health:
        state = rules.health_of(source(), deliveries, as_of=date(2026, 10, 31), roster_size=ROSTER)
        return state.health

    assert (health(well), health(well, amended)) == (Health.WELL, Health.WELL)
    assert (health(ill), health(ill, amended)) == (Health.ILL, Health.ILL)
    assert health(amended) is Health.SILENT
    assert not rules.ill_deliveries(source(), [amended], as_of=date(2026, 10, 31), roster_size=ROSTER)
    assert rules.ill_deliveries(source(), [ill], as_of=date(2026, 10, 31), roster_size=ROSTER)
