"""The effects of decisions (决定的效果): each is one small value, and a decision carries a tuple of them.

An effect says what is to happen and carries no names, amounts or clocks. `flows/decisions/decision_takes_effect.py`
carries it out. Kinds of cases name effects in their files, so a new outcome needs no code; a new effect does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.payments.data import PauseEnds


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


Effect = CountsAsPass | RecordsLifeEvent | RulesOnLeads | MovesPay | ResumesPay | SendsLetter | KeepsOpen
Effects = tuple[Effect, ...]

E = TypeVar("E", CountsAsPass, RecordsLifeEvent, RulesOnLeads, MovesPay, ResumesPay, SendsLetter, KeepsOpen)


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
