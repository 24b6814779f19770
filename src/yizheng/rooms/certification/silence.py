"""How silent certification is (静默程度): four figures of the last year, each with one definition. Pure.

What each counts and does not is written for people in docs/reference/silence.md. Counted are people who must certify and
of whom nobody reports a death. A proof is a life event that data brought and that reached the points of the rules; a
person's own act at a window or at home is none. An ask is a message that asks the person to certify.

A person who was asked in the year is held against what data said about the cycle that was due: where a proof of a day in
the twelve months up to the end of the month it was due in became known only after the ask, data could have confirmed the
person, and the ask came first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from yizheng.kernel.time import Month

YEAR_DAYS = 365
"""How far the figures look back: the longest cycle of certification."""

FEWEST_DAYS = 90
"""Of fewer days nobody can tell how often people are asked in a year: a first run asks whoever was late before it."""


class Figure(StrEnum):
    """The four figures. Stable codes: they are keys of the JSON that commands print."""

    CONFIRMABLE = "confirmable"
    WHERE_DATA_ALLOW = "where_data_allow"
    NEVER_ASKED = "never_asked"
    ASKS_A_YEAR = "asks_a_year"


@dataclass(frozen=True, slots=True)
class Ask:
    """A message that asked a person to certify: when, and by which due day."""

    on: date
    due: date


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof of life by data: the day of the event, and the day that a run first knew of it."""

    on: date
    known_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPerson:
    """Somebody who was asked in the year: the asks, what data proved, and whether data prove the person alive now."""

    asks: tuple[Ask, ...]
    proofs: tuple[Proof, ...] = ()
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The counts behind the four figures, and the figures; a figure of nobody, or of too short a time, is None.

    `people` must certify; `confirmed` of them have a proof by data of the last twelve months; `asked` were asked in the
    year, `asks` times together; `silent` were not asked and are confirmed; `asked_first` were asked although data about
    the cycle could confirm them. `days` of the year have been lived through since the first run.
    """

    people: int
    confirmed: int
    asked: int
    asks: int
    silent: int
    asked_first: int
    days: int

    @property
    def confirmable(self) -> float | None:
        """Of all who must certify, the share whom data of the last twelve months prove alive: the cities' figure."""
        return _share(self.confirmed, self.people)

    @property
    def where_data_allow(self) -> float | None:
        """Of those whom data could confirm in the year, the share renewed before anybody asked them."""
        return _share(self.silent, self.silent + self.asked_first)

    @property
    def never_asked(self) -> float | None:
        """Of all who must certify, the share who were not asked in the year."""
        return _share(self.people - self.asked, self.people)

    @property
    def asks_a_year(self) -> float | None:
        """Messages that ask, a person and year."""
        if self.days < FEWEST_DAYS or not self.people:
            return None
        return round(self.asks / self.people * YEAR_DAYS / self.days, 4)

    @property
    def figures(self) -> dict[Figure, float | None]:
        """All four, in the order in which they are read."""
        return {
            Figure.CONFIRMABLE: self.confirmable,
            Figure.WHERE_DATA_ALLOW: self.where_data_allow,
            Figure.NEVER_ASKED: self.never_asked,
            Figure.ASKS_A_YEAR: self.asks_a_year,
        }


def silence_of(
    asked: Iterable[AskedPerson], *, as_of: date, first_run: date, unasked: int, unasked_confirmed: int
) -> Silence:
    """The figures as of a day. `asked` are the people who were asked in the year, `unasked` counts all the others who
    must certify, `unasked_confirmed` those of them whom data of the year prove alive."""
    people = list(asked)
    return Silence(
        people=unasked + len(people),
        confirmed=unasked_confirmed + sum(one.is_confirmed for one in people),
        asked=len(people),
        asks=sum(len(one.asks) for one in people),
        silent=unasked_confirmed,
        asked_first=sum(_was_asked_first(one) for one in people),
        days=min(YEAR_DAYS, (as_of - first_run).days),
    )


def year_before(as_of: date) -> date:
    """The day that the year of the figures begins after."""
    return as_of - timedelta(days=YEAR_DAYS)


def _was_asked_first(person: AskedPerson) -> bool:
    return any(_could_have_waited(ask, proof) for ask in person.asks for proof in person.proofs)


def _could_have_waited(ask: Ask, proof: Proof) -> bool:
    """Whether data held a proof for the cycle that was due, and it became known after the person was asked.

    Whoever was due more than a year before the ask (a first run finds such people) is held against the year before it.
    """
    end = ask.due if ask.due > year_before(ask.on) else ask.on
    return proof.known_on > ask.on and year_before(end) < proof.on <= Month.of(end).last()


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
