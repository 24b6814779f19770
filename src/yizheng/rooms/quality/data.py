"""What may be known about the quality of a source (数据质量): what was counted, what is judged, what is told of it.

Unknown is an answer everywhere here. None of it is read where people are judged: a source of bad quality never counts
against anybody, only its health (`rules.health_of`) decides whether its silence may be concluded from.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from yizheng.kernel.told import Told
from yizheng.rooms.calendar.data import WorkCalendar


class Grade(StrEnum):
    """How good something is (质量等级). UNKNOWN: too little has come to tell."""

    GOOD = "good"
    WATCH = "watch"
    POOR = "poor"
    UNKNOWN = "unknown"


WORST_FIRST = (Grade.POOR, Grade.WATCH, Grade.GOOD)


class Check(StrEnum):
    """What is looked at (质量指标)."""

    COMPLETENESS = "completeness"
    TIMELINESS = "timeliness"
    FRESHNESS = "freshness"
    VOLUME = "volume"
    REPEATS = "repeats"
    CONTRADICTIONS = "contradictions"
    RULED_WRONG = "ruled_wrong"


class Problem(StrEnum):
    """What is wrong with a delivered row, as its department is told (问题)."""

    CUT_OFF = "cut_off"
    UNUSABLE_CELL = "unusable_cell"
    NO_NUMBER = "no_number"
    LIFE_AFTER_DEATH = "life_after_death"
    LIFE_IN_CUSTODY = "life_in_custody"
    LIFE_AFTER_MISSING = "life_after_missing"
    DEATH_DAYS_DIFFER = "death_days_differ"
    FOUND_WRONG = "found_wrong"
    CAME_AGAIN = "came_again"
    """People had set the fact aside in a case, and a later row says it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRules:
    """What an agency knows of its departments (`quality.yaml`).

    `working_day_sources`: sources whose rows arise in offices, so that a month with few working days has few rows.
    `death_register`: the source that every death reaches in the end, within `register_days` of the day of death.
    `calendar`: when offices are open, from the agency's `calendar.yaml`; it does not stand in `quality.yaml`.
    """

    working_day_sources: tuple[str, ...] = ()
    death_register: str = ""
    register_days: int = 90
    calendar: WorkCalendar = WorkCalendar()  # noqa: RUF009 (frozen)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCells:
    """The cells of one column over the deliveries looked at: how many, how many empty, how many not usable."""

    header: str
    field: str = ""
    cells: int = 0
    empty: int = 0
    unusable: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCounts:
    """What was counted in one delivery's rows as they came. `no_number`: rows (as Excel shows them) without a number."""

    rows: int
    fields: tuple[FieldCells, ...] = ()
    no_number: tuple[int, ...] = ()
    no_number_in_all: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRows:
    """One period of a source: when it was due, when it first came (None: never), and how many rows it held.

    `least`, `expected` and `most` are None where too little has come to expect anything. `declared` are the bounds of
    the source's own file. `copies`: rows that an earlier delivery held already.
    """

    period: str
    due: date
    came: date | None = None
    rows: int = 0
    refused: int = 0
    linked: int = 0
    copies: int = 0
    least: int | None = None
    expected: int | None = None
    most: int | None = None
    declared: tuple[int, int] = (0, 0)
    grade: Grade = Grade.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What comparing a source's linked rows with all other sources gave, in rows.

    `contradicted`: by problem. `by_weak`: leads after which only somebody else may have acted (a card, a ticket): no
    contradiction. `deaths_waiting` of `deaths_due`: deaths that the register does not know after `register_days`.
    """

    rows: int = 0
    leads: int = 0
    contradicted: dict[str, int] = field(default_factory=dict)
    by_weak: int = 0
    deaths_due: int = 0
    deaths_waiting: int = 0
    copies: int = 0
    median_lag_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found: `counted` of `of`, its grade, and what is told of it, each a part of one sentence."""

    check: Check
    grade: Grade
    counted: int
    of: int
    said: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceQuality:
    """A source's quality as of a day: the worst of its known findings, what they are, and what they rest on."""

    source: str
    as_of: date
    grade: Grade
    findings: tuple[Finding, ...]
    fields: tuple[FieldCells, ...] = ()
    periods: tuple[PeriodRows, ...] = ()
    compared: Compared = Compared()
    same_content_again: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """The quality of all sources as of a day (数据质量报告). Holds counts alone, nobody's data."""

    as_of: date
    measured_at: str
    sources: tuple[SourceQuality, ...]

    def find(self, source: str) -> SourceQuality | None:
        """The source's own part; None where the source came later than the report."""
        return next((one for one in self.sources if one.source == source), None)
