"""What screens show of several rooms at once (总览与档案), as values: the board, lists of people, a person's timeline."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from yizheng.kernel.ids import Pno
from yizheng.rooms.certification.data import Result
from yizheng.rooms.entitlements.data import BenefitFacts, PayState
from yizheng.rooms.insight.home import Head as Head
from yizheng.rooms.insight.home import HomeState as HomeState
from yizheng.rooms.ledger.data import LedgerEntry
from yizheng.rooms.payments.data import PayReport


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPart:
    """One result of the newest run and its piece of a bar that is 1,000 wide."""

    key: str
    count: int
    x: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The dashboard's numbers. `silent` counts everybody who has nothing to do now: passed, not due and exempt. It is no
    measure of silence, since people's own acts are in it: that is `certification.data.Silence`."""

    roster: int
    passed: int
    silent: int
    parts: tuple[BoardPart, ...]
    cases: dict[str, int]
    cases_overdue: int
    notices: dict[str, int]
    pay: PayReport | None
    ledger_size: int
    ledger_root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """A person in a list: masked, and never more than is needed to pick the right one. `region` is a code."""

    pno: Pno
    name: str
    number: str
    sex: int
    birth_year: int
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFile:
    """Who a person is, in full, for the person's own file. Phone and account stay masked."""

    pno: Pno
    name: str
    number: str
    sex: int
    age: int
    birth_day: date
    region: str
    phone: str
    account: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayNow:
    """How a person is paid: the pay state, why it is not in payment, and the benefits."""

    state: PayState
    reason: str
    benefits: tuple[BenefitFacts, ...]

    @property
    def benefit(self) -> BenefitFacts | None:
        """The benefit in force."""
        return self.benefits[-1] if self.benefits else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Somebody of a demo's world who stands at a result."""

    result: Result
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """One thing that happened to a person's case, pay or certification, as codes and facts; doors put it into words.

    `kind` is result, pass, pay, arrears, held_pay, case, notice, life or benefit; `code` is the room's own word for it.
    Events are sorted by `day`, newest first; `at` is the moment where one is known.
    """

    kind: str
    day: date
    code: str
    at: datetime | None = None
    who: str = ""
    number: int = 0
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryProof:
    """An entry of the ledger with its inclusion proof in the tree of `size` entries; `holds` was just recomputed."""

    entry: LedgerEntry
    path: tuple[bytes, ...]
    root: bytes
    size: int
    holds: bool


@dataclass(frozen=True, slots=True)
class PageOf:
    """Which page of a long list is shown."""

    page: int
    pages: int
    total: int

    @classmethod
    def cut(cls, total: int, page: int, size: int) -> Self:
        """The page nearest to the wanted one."""
        pages = max(1, -(-total // size))
        return cls(min(max(1, page), pages), pages, total)
