"""What may be known about evidence (证据): sources, their rhythm, how their files are read, and what each kind proves.

All of this is an agency's data (`agencies/<name>/sources/*.yaml`, `evidence.yaml`), not code. The values refuse to be
wrong when they are made, so nobody downstream has to check them again.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from yizheng.kernel.errors import Refused
from yizheng.kernel.told import Told
from yizheng.rooms.evidence.errors_file import Action as Action
from yizheng.rooms.evidence.errors_file import ErrorLine as ErrorLine
from yizheng.rooms.evidence.errors_file import Expected as Expected
from yizheng.rooms.evidence.lines import NO_ROWS as NO_ROWS
from yizheng.rooms.evidence.links import LINK_LIFE as LINK_LIFE
from yizheng.rooms.evidence.links import UNDECIDED as UNDECIDED
from yizheng.rooms.evidence.links import Candidate as Candidate
from yizheng.rooms.evidence.links import LinkRecord as LinkRecord
from yizheng.rooms.evidence.links import LinkState as LinkState
from yizheng.rooms.evidence.why import Why

MOST_REFUSED_PERCENT = 20
"""A delivery with more refused rows than this is ill, where its source says nothing else."""

UNLISTED = "kind_unknown"
"""The note of a delivery with rows that report nothing a rule of the source knows: how many."""

AMENDED = "amended"
"""The note of a delivery that holds rows put right by their department: how many."""

SAME_CONTENT_AGAIN = "same_content_again"
"""The note of a delivery whose content came again under another name: how often."""


class Polarity(StrEnum):
    """What an event speaks for. Everything but ALIVE and NOTHING is a lead (线索): it can only raise a doubt."""

    ALIVE = "alive"
    DEATH = "death"
    CUSTODY = "custody"
    MISSING = "missing"
    DUPLICATE = "duplicate"
    ABROAD = "abroad"
    NOTHING = "nothing"


class Strength(StrEnum):
    """How hard it is for somebody else to bring the event about in the person's name."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class Rhythm(StrEnum):
    """How often a source delivers."""

    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceKind:
    """One kind of event from one source and what it is worth (证据规则).

    `no` (1..255) is packed into winning keys and is never reused. `points` count toward the threshold of
    `EvidenceRules`. `valid_days` is how long after the event it still speaks; left out, life evidence speaks for a
    year and a lead until a person has set it aside.
    """

    no: int
    key: str
    name: str
    source: str
    polarity: Polarity
    strength: Strength = Strength.STRONG
    points: int = 0
    valid_days: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.no <= 255:
            raise Refused(Why.KIND_NO_OUT_OF_RANGE, kind=self.key, no=self.no)
        if self.polarity is Polarity.ALIVE and self.points <= 0:
            raise Refused(Why.LIFE_WITHOUT_POINTS, kind=self.key)
        if self.polarity is not Polarity.ALIVE and self.points:
            raise Refused(Why.POINTS_BUT_NO_LIFE, kind=self.key)

    @property
    def is_lead(self) -> bool:
        """Whether it speaks against a benefit: a lead can only raise a doubt."""
        return self.polarity not in (Polarity.ALIVE, Polarity.NOTHING)

    @property
    def holds_days(self) -> int:
        """How many days after the event the evidence still speaks."""
        if self.valid_days is not None:
            return self.valid_days
        return 365 if self.polarity is Polarity.ALIVE else 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRules:
    """The rule set: a person passes when independent life evidence reaches `threshold` points.

    Kinds of one owner count once (the best of them). Weak kinds together count `weak_cap` at the most, which lies
    below the threshold: they never add up to a pass alone.
    """

    version: str
    threshold: int
    weak_cap: int
    kinds: tuple[EvidenceKind, ...]

    def __post_init__(self) -> None:
        if self.weak_cap >= self.threshold:
            raise Refused(Why.WEAK_CAP_TOO_HIGH, weak_cap=self.weak_cap, threshold=self.threshold)
        numbers = [kind.no for kind in self.kinds]
        if len(set(numbers)) != len(numbers):
            raise Refused(Why.KIND_NO_TWICE, numbers=sorted({no for no in numbers if numbers.count(no) > 1}))

    def kind(self, no: int) -> EvidenceKind:
        """The kind with this number. Raises KeyError."""
        for kind in self.kinds:
            if kind.no == no:
                return kind
        raise KeyError(no)


class CellKind(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    ID_NUMBER = "id_number"
    NAME = "name"
    DATE = "date"
    MONTH = "month"
    YUAN = "yuan"
    CODE = "code"
    REGION = "region"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How one field is found in a delivered table: any of `names` as header; `kind` says how it is read."""

    names: tuple[str, ...]
    kind: str = "text"
    required: bool = False

    KINDS = tuple(kind.value for kind in CellKind)

    def __post_init__(self) -> None:
        if self.kind not in Column.KINDS:
            raise Refused(Why.COLUMN_KIND_UNKNOWN, kind=self.kind, known=Column.KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """Which kind of event a row reports: the first rule whose condition holds decides.

    `column` empty means always. `values` are compared after trimming; any word of `contains` is enough wherever it stands
    in the cell, blanks aside: for what people type freely (死亡（院内）). `day` names the column with the day of the
    event. A row that no rule knows proves nothing.
    """

    kind: str
    day: str
    column: str = ""
    values: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """When a source is due to deliver, and how much: what makes its silence noticeable.

    The delivery for a period is expected by day `due_day` of the month after it; `patience_days` later the source is
    silent. `per_thousand` bounds the rows of one delivery per 1,000 people on the roster.
    """

    every: Rhythm = Rhythm.MONTH
    due_day: int = 10
    patience_days: int = 15
    per_thousand: tuple[float, float] = (0.0, 1_000_000.0)
    refused_percent: int = MOST_REFUSED_PERCENT
    """A delivery with more refused rows than this is ill."""
    unlisted_percent: int = 10
    """So is one with more rows than this whose codes no rule of the source lists: its department has new codes. Our own
    choice: what the rules list covers all rows of a source but a few."""
    hidden_percent: int = 10
    """So is one with more rows than this that its workbook hides or strikes through: nobody knows what was meant."""
    linked_percent: int = 50
    """So is one that links less than this part of what the source's deliveries usually link."""
    fewest_linked: int = 64
    """So many rows are expected to be linked at least before fewer say anything: half of 64 lies four standard
    deviations below, so that chance makes one sound delivery in thirty thousand ill. Deaths are a handful a month."""
    cut_percent: int = 1
    """A file with more numbers than this that a spreadsheet has cut is stopped: of true ones 1 in 1,100 ends so."""
    same_percent: int = 90
    """Files of a period are versions of one where so many of the smaller one's rows stand in the other: a department
    corrects a few in between. Files of two counties share none. Our own choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One department's feed (数据源): who answers for it, on what basis, how it looks, when it is due.

    `no` (1..62) is a bit of a 64-bit integer that says who ever spoke of a person; it is never reused.
    """

    key: str
    no: int
    name: str
    owner: str
    legal_basis: str
    purpose: str
    expectation: Expectation
    columns: dict[str, Column]
    kinds: tuple[KindRule, ...]
    file_name: str = r"_(?P<period>\d{4}-\d{2}|\d{4}Q[1-4])_(?P<delivered>\d{4}-\d{2}-\d{2})\."
    notes: str = ""
    control_files: tuple[str, ...] = ()
    """Names of files beside a delivery that hold its control totals; `{file}` and `{stem}` stand for its own name."""

    def __post_init__(self) -> None:
        if not 1 <= self.no <= 62:
            raise Refused(Why.SOURCE_NO_OUT_OF_RANGE, source=self.key, no=self.no)
        if "id_number" not in self.columns:
            raise Refused(Why.SOURCE_WITHOUT_NUMBER, source=self.key)
        for rule in self.kinds:
            missing = {name for name in (rule.day, rule.column) if name} - set(self.columns)
            if missing:
                raise Refused(
                    Why.KIND_WITHOUT_COLUMNS, source=self.key, kind=rule.kind, columns=sorted(missing)
                )
        try:
            re.compile(self.file_name)
        except re.error as error:
            raise Refused(Why.FILE_NAME_NO_PATTERN, source=self.key, problem=str(error)) from None


class Health(StrEnum):
    """How a source is doing on a day (数据源状态). Anything but WELL proves nothing by its absence."""

    WELL = "well"
    LATE = "late"
    SILENT = "silent"
    ILL = "ill"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """A source's state on a day, with the facts behind it: its newest delivery, and who vouched for it by then."""

    source: str
    health: Health
    reason: Told
    last_period: str = ""
    last_delivered_on: date | None = None
    rows: int = 0
    accepted: int = 0
    refused: int = 0
    last_batch_id: str = ""
    vouched_at: datetime | None = None
    vouched_by: str = ""
    vouch_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a delivered file. `rows` = `accepted` + `refused`; `repaired` are part of `accepted`.

    `lines` tells of every physical line: `all` is the sum of the others (`lines.lines_of`). `told` says what was found
    beside the rows, and where; a file that is known already says it no more.
    """

    batch_id: str
    source: str
    file_name: str
    rows: int
    accepted: int
    repaired: int
    refused: int
    matched: int
    already_known: bool = False
    errors_file: str = ""
    notes: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    control: dict[str, int] = field(default_factory=dict)
    """The control totals that held: `rows`, `fen`. Empty: the sender declared none."""
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """A delivered file of a source, as it was registered (数据批次), and who vouched for it, when and why.

    `roster` is the position of the newest roster that its rows were linked to, `unlinked` the sealed files of the rows
    that reached nobody, with their hashes.
    """

    batch_id: str
    source: str
    file_name: str
    period: str
    delivered_on: date
    first_evidence_no: int
    rows: int
    accepted: int
    repaired: int
    refused: int
    matched: int
    kinds: dict[str, int]
    notes: dict[str, int]
    files: dict[str, str]
    errors_file: str
    imported_at: datetime
    imported_by: str
    roster: int = -1
    unlinked: dict[str, str] = field(default_factory=dict)
    vouched_at: datetime | None = None
    vouched_by: str = ""
    vouch_reason: str = ""

    @property
    def is_amendment(self) -> bool:
        """Whether it holds rows (更正) that its department put right after it was asked about them."""
        return bool(self.notes.get(AMENDED))


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row as the department delivered it: which file, which row of it (as Excel shows it), which cells."""

    source: str
    batch_id: str
    file_name: str
    row: int
    cells: dict[str, str]


class RulingKind(StrEnum):
    """What a person can rule on a row of evidence: it is right, or it is wrong and goes back to its source."""

    CONFIRMED = "confirmed"
    SET_ASIDE = "set_aside"
