"""The same face under two numbers (同一面孔): which of the faces found are worth a person's question. Pure.

Rules that always hold: likeness is a question and never an answer; two strangers of a million look alike to any engine
(docs/reference/search-figures.md), so a hit is a line in a list that a person reads beside other facts, and it leads to a
case and to nothing else. Nobody outside a comparison sees a score: a place in the list and a word are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms.biometrics.why import Why


class Strength(StrEnum):
    """How alike two faces are, in a word (相似程度)."""

    VERY_ALIKE = "very_alike"
    ALIKE = "alike"


class Agrees(StrEnum):
    """What else is the same of two people (相同信息), the most telling first."""

    ACCOUNT = "account"
    PHONE = "phone"
    ADDRESS = "address"
    NAME = "name"
    BIRTH_DAY = "birth_day"
    BIRTH_YEAR = "birth_year"
    SEX = "sex"


TELLING = frozenset({Agrees.ACCOUNT, Agrees.PHONE, Agrees.ADDRESS, Agrees.NAME, Agrees.BIRTH_DAY})
"""What strangers rarely share. Sex and year of birth they share often: these are shown and weigh nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRules:
    """From which likeness on a found face is looked at (`alike`), and from which it is asked about by itself (`very`).

    Between the two it is asked about only where something telling agrees too: at 0.50 a search of a million finds about
    ten strangers, and no office can look at those. Cosines, -1 to 1. `top` is the length of a list.
    """

    alike: float = 0.50
    very: float = 0.60
    top: int = 20

    def __post_init__(self) -> None:
        if not 0 < self.alike <= self.very < 1 or not 1 <= self.top <= 100:
            raise Refused(Why.SEARCH_RULES_ORDER, alike=str(self.alike), very=str(self.very), top=self.top)


DEFAULT = SearchRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """A person whose face is like the one that was sought, with the place in the list (1 is the most alike)."""

    pno: Pno
    place: int
    likeness: float = field(repr=False)


def nearest(
    own: Pno, pnos: Sequence[int], likeness: Sequence[float], rules: SearchRules = DEFAULT
) -> tuple[Nearest, ...]:
    """The list for one person, from everything that a search of that person's templates found, in any order.

    A person counts once, with the best of several templates; the one who was sought, and places that a search left
    empty (below 0), not at all.
    """
    best: dict[int, float] = {}
    for pno, score in zip(pnos, likeness, strict=True):
        if pno >= 0 and pno != own and score >= rules.alike:
            best[pno] = max(score, best.get(pno, score))
    ranked = sorted(best.items(), key=lambda one: (-one[1], one[0]))[: rules.top]
    return tuple(
        Nearest(pno=Pno(pno), place=place, likeness=score)
        for place, (pno, score) in enumerate(ranked, start=1)
    )


def worth_asking(found: Nearest, agrees: frozenset[Agrees], rules: SearchRules = DEFAULT) -> Strength | None:
    """Whether a person is asked about this pair, and in which word; None where it would be one of many strangers."""
    if found.likeness >= rules.very:
        return Strength.VERY_ALIKE
    return Strength.ALIKE if agrees & TELLING else None


def pair_of(one: int, other: int) -> str:
    """The name of a pair, the same from both sides."""
    return f"{min(one, other)}:{max(one, other)}"


def in_order(agrees: frozenset[Agrees]) -> tuple[Agrees, ...]:
    """What agrees, the most telling first."""
    return tuple(one for one in Agrees if one in agrees)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlike:
    """Two people whose faces are alike, to be asked about: `pno` was sought, `other` found at this place of the list."""

    pno: Pno
    other: Pno
    place: int
    strength: Strength
    agrees: tuple[Agrees, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two people whose faces are alike, as a case shows them."""

    alike_id: int
    pno: Pno
    other: Pno
    case_id: int
    place: int
    strength: Strength
    agrees: tuple[Agrees, ...]
    found_at: datetime
