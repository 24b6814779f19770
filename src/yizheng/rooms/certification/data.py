"""What may be known about certification (资格认证): policies, results and reasons, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from yizheng.kernel.errors import Refused
from yizheng.kernel.life import Life, Move, State, Turn
from yizheng.kernel.told import Told
from yizheng.rooms.certification.silence import Ask as Ask
from yizheng.rooms.certification.silence import AskedPerson as AskedPerson
from yizheng.rooms.certification.silence import Figure as Figure
from yizheng.rooms.certification.silence import Proof as Proof
from yizheng.rooms.certification.silence import Silence as Silence
from yizheng.rooms.certification.silence import silence_of as silence_of
from yizheng.rooms.certification.silence import year_before as year_before
from yizheng.rooms.certification.why import Why
from yizheng.rooms.evidence.data import EvidenceRules, Source


class Result(IntEnum):
    """What a run says of a person: exactly one of these. The number is what columns hold."""

    PASSED = 1
    DOUBTFUL = 2
    DUE = 3
    NOT_DUE = 4
    EXEMPT = 5
    FAILED = 6

    @property
    def word(self) -> str:
        """The word in exports: `passed`, `not_due` ..."""
        return self.name.lower()


class RunState(StrEnum):
    """Where a run is. Only a finished one decides anything."""

    RUNNING = "running"
    ABANDONED = "abandoned"
    DONE = "done"


RUN_LIFE = Life(
    name="run",
    states=(
        State(code=RunState.RUNNING, owner=Turn.MACHINE),
        State(code=RunState.ABANDONED, owner=Turn.MACHINE),
        State(code=RunState.DONE, owner=Turn.NOBODY, final=True),
    ),
    moves=(
        Move(state=RunState.RUNNING, step="finish", to=RunState.DONE),
        Move(state=RunState.RUNNING, step="abandon", to=RunState.ABANDONED),
        Move(state=RunState.ABANDONED, step="take_up", to=RunState.RUNNING),
        Move(state=RunState.ABANDONED, step="finish", to=RunState.DONE),
    ),
)
"""The life of a run. The next run closes those that broke off; one that it overtook on another machine may still
finish, and the same inputs take an abandoned one up again."""


class Reason(StrEnum):
    """Why. Stable codes: they are in result files, in the ledger and in exports."""

    STRONG_LIFE_EVENT = "strong_life_event"
    POINTS_REACHED = "points_reached"
    EARLIER_CERTIFICATION = "earlier_certification"
    FIRST_CYCLE = "first_cycle"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DEATH_REPORTED = "death_reported"
    DEATH_CONTRADICTED = "death_contradicted"
    CUSTODY_REPORTED = "custody_reported"
    MISSING_REPORTED = "missing_reported"
    DUPLICATE_REPORTED = "duplicate_reported"
    ABROAD_REPORTED = "abroad_reported"
    NOT_SUBJECT = "not_subject"
    NUMBER_JOINED = "number_joined"
    BENEFIT_ENDED = "benefit_ended"
    NO_POLICY = "no_policy"
    BAD_RECORD = "bad_record"


class Unit(StrEnum):
    """How a cycle counts (周期口径)."""

    MONTH_END = "month_end"
    DAY = "day"
    CALENDAR = "calendar"
    WINDOW = "window"


class Anchor(StrEnum):
    """From where the first cycle counts."""

    START_MONTH = "start_month"
    YEAR_START = "year_start"


class AskAfter(StrEnum):
    """What a reminder waits for besides its day (何时可以催办)."""

    CALENDAR = "calendar"
    """Nothing: its day has come."""
    DELIVERIES = "deliveries"
    """The deliveries about the month that the certification was due in: until then nobody knows what data say."""


SHORTEST_ASK_WAIT, LONGEST_ASK_WAIT = 31, 90
"""Bounds of `Policy.ask_wait_days`: deliveries about a month come in the month after it; three months are a quarter of a
cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the reminder ladder (提醒): so many days before the due date (negative: after), on a channel."""

    days_before: int
    template: str
    channel: str = "sms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """How long a certification holds. `length_months` is at most 12 (national ceiling).

    `windows` are the yearly deadlines (month, day) of a fixed-window cycle; `max_gap_months` caps the gap between two
    certifications where the place says so; `first_after_months` delays the first cycle.
    """

    unit: Unit
    length_months: int = 12
    anchor: Anchor = Anchor.START_MONTH
    first_after_months: int = 0
    windows: tuple[tuple[int, int], ...] = ()
    max_gap_months: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.length_months <= 12:
            raise Refused(Why.CYCLE_LENGTH, months=self.length_months)
        if (self.unit is Unit.WINDOW) != bool(self.windows):
            raise Refused(Why.WINDOWS_AND_UNIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who certifies how often, who is reminded when, and when a pause may be proposed, as a business user wrote it.

    Matches a benefit whose region starts with `region`, whose scheme and type are listed (empty: any) and that carries
    `group` (empty: any), on days from `from_day` until before `until_day`. The most specific match holds.

    `ask_after` says what reminders wait for. Where they wait for deliveries, they do so for `ask_wait_days` after the due
    day at the most: a source that is down postpones nothing for ever.
    """

    key: str
    name: str
    legal_basis: str
    from_day: date
    until_day: date | None = None
    region: str = ""
    schemes: tuple[str, ...] = ()
    benefit_types: tuple[str, ...] = ()
    group: str = ""
    subject: bool = True
    cycle: Cycle
    ladder: tuple[Step, ...] = ()
    grace_days: int = 0
    pause: str = "next_month"
    pause_month: int = 0
    notice_days: int = 15
    ask_after: AskAfter = AskAfter.CALENDAR
    ask_wait_days: int = 60

    def __post_init__(self) -> None:
        if not SHORTEST_ASK_WAIT <= self.ask_wait_days <= LONGEST_ASK_WAIT:
            raise Refused(
                Why.ASK_WAIT, days=self.ask_wait_days, least=SHORTEST_ASK_WAIT, most=LONGEST_ASK_WAIT
            )

    @property
    def waits_for_deliveries(self) -> bool:
        """Whether nobody is asked before data about the due month could be seen."""
        return self.ask_after is AskAfter.DELIVERIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """What an agency judges by: its policies, its evidence rules, and the sources that it hears."""

    policies: tuple[Policy, ...]
    rules: EvidenceRules
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """What a run judges by: policies, evidence rules, and the sources whose absence proves nothing.

    `heard_until`: the last day of which every monthly source of life has told, as days since 1970; 0 where none has.
    """

    policies: tuple[Policy, ...]
    rules: EvidenceRules
    silent_sources: int
    heard_until: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCounts:
    """What a run counted. `results` holds every result by its word and sums to `roster`; `frozen` are reminders held
    back because a source is silent; `passed_by_source` says what proved the silent passes. `silence` is None of a run
    that only looked back, and of those before the figures were counted."""

    roster: int
    results: dict[str, int]
    passed_by_source: dict[str, int]
    frozen: int
    cases_opened: int = 0
    notices_queued: int = 0
    resumed: int = 0
    silence: Silence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """A finished run: its counts and hashes, which sources were not well and why, how much was found done already."""

    run_id: str
    as_of: date
    counts: RunCounts
    unwell_sources: Mapping[str, Told | str]
    inputs_hash: str
    results_hash: str
    resumed_parts: int = 0
