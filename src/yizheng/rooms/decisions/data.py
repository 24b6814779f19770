"""Decisions (决定) and their effects: who decided what about whom, what it rests on, and what it brings about.

A `Decision` without the people whom it takes is no value: it cannot be built. Cases, runs and released
pause lists make decisions; `flows/decisions/decision_takes_effect.py` alone carries them out. An effect says what is to
happen and carries no names, amounts or clocks. Kinds of cases name effects in their files, so a new outcome needs no
code; a new effect does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms.decisions.why import Why
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.payments.data import PauseEnds
from yizheng.rooms.people.data import Answer, LifeEventKind


@dataclass(frozen=True, slots=True)
class CountsAsPass:
    """The person counts as certified on the outcome day."""


@dataclass(frozen=True, slots=True)
class RecordsLifeEvent:
    """A fact of the person's life is recorded, true from the outcome day: `death`, `custody`, `missing`."""

    kind: str


@dataclass(frozen=True, slots=True)
class RulesOnLeads:
    """The leads are ruled on: `confirmed`, or `set_aside` so that no later run counts them."""

    ruling: str


@dataclass(frozen=True, slots=True)
class MovesPay:
    """Pay is paused or ended, with a reason of AAE160. `ends`: what that means for a pause that stands already."""

    to: PayState
    reason: str
    ends: PauseEnds

    def __post_init__(self) -> None:
        if self.to is PayState.IN_PAYMENT:
            raise ValueError("paused (2) or ended (3) was expected: pay comes again by ResumesPay")


@dataclass(frozen=True, slots=True)
class ResumesPay:
    """A pause ends, or an ended benefit comes back, with the months that are owed."""


@dataclass(frozen=True, slots=True)
class SendsLetter:
    """The person gets a letter of this template."""

    template: str


@dataclass(frozen=True, slots=True)
class KeepsOpen:
    """The case goes on: nothing else happens."""


@dataclass(frozen=True, slots=True)
class AnswersIdentity:
    """The open question about the person and a number is answered: `same`, `different`, `row_wrong` and so on.

    `same`: the person goes on as the other one; the record of the new number ends, and is paid as one with it.
    """

    answer: Answer


Effect = (
    CountsAsPass
    | RecordsLifeEvent
    | RulesOnLeads
    | MovesPay
    | ResumesPay
    | SendsLetter
    | KeepsOpen
    | AnswersIdentity
)
Effects = tuple[Effect, ...]

E = TypeVar(
    "E",
    CountsAsPass,
    RecordsLifeEvent,
    RulesOnLeads,
    MovesPay,
    ResumesPay,
    SendsLetter,
    KeepsOpen,
    AnswersIdentity,
)


def find_effect(effects: Iterable[Effect], kind: type[E]) -> E | None:
    """The effect of that kind, or None. A decision has each kind once at the most (`check_effects`)."""
    return next((effect for effect in effects if isinstance(effect, kind)), None)


def check_effects(effects: Iterable[Effect]) -> None:
    """Raises ValueError for effects that contradict each other: one kind twice, or pay that stops and comes again."""
    kinds = [type(effect) for effect in effects]
    twice = sorted({kind.__name__ for kind in kinds if kinds.count(kind) > 1})
    if twice:
        raise ValueError(f"each effect was expected once, but {', '.join(twice)} stands twice")
    if KeepsOpen in kinds and len(kinds) > 1:
        raise ValueError("KeepsOpen stands alone: a case that goes on has no other effect")
    if MovesPay in kinds and not {ResumesPay, CountsAsPass}.isdisjoint(kinds):
        raise ValueError("an outcome that stops pay neither resumes it nor counts as a pass")


class Origin(StrEnum):
    """What made a decision: two people on a case, a run over everybody, a supervisor who released a pause list."""

    CASE = "case"
    RUN = "run"
    PAUSE_LIST = "pause_list"


PEOPLE_NEEDED = {Origin.CASE: 2, Origin.PAUSE_LIST: 1, Origin.RUN: 0}
"""How many different people stand behind a decision that does more than tell somebody something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision about one person.

    `number` names the case, run or month within its origin. `on` is the day that it speaks of (a death, a sighting).
    `by` are the people behind it, who proposed first; empty for a machine. `rests_on` are the rows of evidence, `reasons`
    the codes for which the matter was looked into. Raises ValueError where the people that it takes are missing.
    """

    origin: Origin
    number: str
    pno: Pno
    on: date
    by: tuple[str, ...] = ()
    rests_on: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()
    effects: Effects

    def __post_init__(self) -> None:
        check_effects(self.effects)
        if self.origin is Origin.RUN and find_effect(self.effects, MovesPay) is not None:
            raise ValueError(f"a {self.origin} stops nobody's pay: a machine may pass and doubt, no more")
        if self.origin is not Origin.CASE and find_effect(self.effects, AnswersIdentity) is not None:
            raise ValueError("two people on a case say whose number it is, and nobody else")
        if all(isinstance(effect, SendsLetter) for effect in self.effects):
            return
        people, needed = len({name for name in self.by if name}), PEOPLE_NEEDED[self.origin]
        if people < needed:
            raise ValueError(f"{needed} different people were expected behind {self.code}, and {people} came")

    @property
    def code(self) -> str:
        """The name by which steps of pay and the ledger know it: `case:12`, `pause_list:2026-12`."""
        return f"{self.origin}:{self.number}"

    @property
    def case_id(self) -> int | None:
        """The case that it was made on, if it was."""
        return int(self.number) if self.origin is Origin.CASE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeDays:
    """The order of a life as far as it is known: birth, the first day of the benefit, the last day on which an agency saw
    the person, the first day of a custody that stands. None where nobody knows: what is unknown contradicts nothing.
    """

    born: date | None
    benefit_from: date | None
    seen: date | None
    custody_from: date | None = None

    def check(self, day: date, effects: Effects) -> None:
        """Refuse the day of an outcome that contradicts what is known, and name the fact. Raises Refused."""
        if self.born is not None and day < self.born:
            raise Refused(Why.DAY_BEFORE_BIRTH, day=day, born=self.born)
        fact = find_effect(effects, RecordsLifeEvent)
        if fact is None:
            return
        if fact.kind == LifeEventKind.RELEASE and self.custody_from is not None and day < self.custody_from:
            raise Refused(Why.RELEASE_BEFORE_CUSTODY, day=day, custody_from=self.custody_from)
        if fact.kind != LifeEventKind.DEATH:
            return
        if self.benefit_from is not None and day < self.benefit_from:
            raise Refused(Why.DEATH_BEFORE_BENEFIT, day=day, benefit_from=self.benefit_from)
        if self.seen is not None and day < self.seen:
            raise Refused(Why.DEATH_BEFORE_SEEN, day=day, seen=self.seen)
