"""Where sources contradict each other (来源矛盾): over resolved rows as columns, a bucket of people at a time. Pure.

A contradiction is told of rows, never of people, and changes nobody's result: the decision table has its own say. Two
sources contradict each other where one tells of a death (or of custody, or of somebody missing) and the other of firm
life evidence after it. Weak evidence contradicts nothing: a card may be swiped, a ticket bought, by anybody.

Whoever stands alone is asked. Where at least as many owners tell of life as of the lead, the lead is asked about; where
at least as many tell of the lead, the life evidence; where it is one against one, both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from yizheng.rooms.evidence.data import EvidenceRules, Polarity, Source, Strength
from yizheng.rooms.quality.data import Problem

Ints = NDArray[np.integer]
Flags = NDArray[np.bool_]

GRACE_DAYS = 1
"""Life evidence of the day after is none against a death: a night lies between two registers."""
CUSTODY_DAYS = 180
"""So long after the day of custody nobody boards a train: the shortest time that most sentences leave inside."""
DEATH_DAYS_APART = 31
"""Days of death that lie further apart than this cannot both be right; a cremation follows within weeks."""
MOST_ROWS = 100_000
"""So many rows of a bucket are listed at the most; all are counted."""

_SAID = 20
"""Bits of a delivery's place below what a row says, so that one sort of integers puts copies side by side."""
_PERSON = (1 << 18) - 1
"""A bucket's people are told apart by these bits of their number."""

_LEADS = (
    (Polarity.DEATH, Problem.LIFE_AFTER_DEATH, GRACE_DAYS, 100_000),
    (Polarity.CUSTODY, Problem.LIFE_IN_CUSTODY, GRACE_DAYS, CUSTODY_DAYS),
    (Polarity.MISSING, Problem.LIFE_AFTER_MISSING, GRACE_DAYS, 100_000),
)


@dataclass(frozen=True, slots=True)
class ResolvedRows:
    """Resolved rows of a bucket: person, day (days since 1970), kind, evidence number, place of their delivery."""

    pno: Ints
    day: Ints
    kind: Ints
    evidence_no: Ints
    delivery: Ints

    def __len__(self) -> int:
        return len(self.pno)

    def where(self, flags: Flags) -> "ResolvedRows":
        """The rows that are marked."""
        return ResolvedRows(
            self.pno[flags],
            self.day[flags],
            self.kind[flags],
            self.evidence_no[flags],
            self.delivery[flags],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KindColumns:
    """The kinds of evidence by their number, as columns. Number 0 is nobody's."""

    source: Ints
    owner: Ints
    firm: Flags
    weak: Flags
    polarity: Mapping[Polarity, Flags]

    @classmethod
    def of(cls, rules: EvidenceRules, sources: Sequence[Source]) -> "KindColumns":
        """The kinds of a rule set; sources are numbered by their place, owners by the first source that they have."""
        places = {source.key: place for place, source in enumerate(sources)}
        owners = {source.key: source.owner for source in sources}
        first = {owner: place for place, owner in reversed(list(enumerate(owners.values())))}
        source, owner = np.full(256, -1, np.int64), np.full(256, -1, np.int64)
        firm, weak = np.zeros(256, np.bool_), np.zeros(256, np.bool_)
        polarity = {one: np.zeros(256, np.bool_) for one in Polarity}
        for kind in rules.kinds:
            if kind.source not in places:
                continue
            source[kind.no], owner[kind.no] = places[kind.source], first[owners[kind.source]]
            polarity[kind.polarity][kind.no] = True
            alive = kind.polarity is Polarity.ALIVE
            weak[kind.no] = alive and kind.strength is Strength.WEAK
            firm[kind.no] = alive and kind.strength is not Strength.WEAK
        return cls(source=source, owner=owner, firm=firm, weak=weak, polarity=polarity)


@dataclass(slots=True)
class Contradictions:
    """What a bucket gave, by source: how many rows, which rows, and what the register does not know."""

    contradicted: dict[int, dict[Problem, int]] = field(default_factory=dict)
    rows: list[tuple[int, int, Problem]] = field(default_factory=list)
    by_weak: dict[int, int] = field(default_factory=dict)
    deaths_due: dict[int, int] = field(default_factory=dict)
    deaths_waiting: dict[int, int] = field(default_factory=dict)

    def note(self, rows: ResolvedRows, problem: Problem, kinds: KindColumns) -> None:
        """Write rows down as contradicted: evidence number, person, problem."""
        for place, number in _counts(kinds.source[rows.kind]):
            mine = self.contradicted.setdefault(place, {})
            mine[problem] = mine.get(problem, 0) + number
        room = MOST_ROWS - len(self.rows)
        pairs = zip(rows.evidence_no[:room].tolist(), rows.pno[:room].tolist(), strict=True)
        self.rows.extend((evidence_no, pno, problem) for evidence_no, pno in pairs)


def contradictions_in(
    rows: ResolvedRows, kinds: KindColumns, *, as_of: int, register: int, register_days: int
) -> Contradictions:
    """Every contradiction of a bucket. `register` is the place of the register of deaths, -1 where there is none."""
    found = Contradictions()
    spoken = np.logical_or.reduce([kinds.polarity[polarity] for polarity, *_ in _LEADS])
    about = np.unique(rows.pno[spoken[rows.kind]])
    mine = rows.where(np.isin(rows.pno, about) & (rows.day <= as_of))
    for polarity, problem, least, most in _LEADS:
        _against_life(found, mine, kinds, polarity, problem, least, most)
    _death_days(found, mine, kinds)
    if register >= 0:
        _register(found, mine, kinds, as_of=as_of, register=register, days=register_days)
    return found


def _against_life(
    found: Contradictions,
    rows: ResolvedRows,
    kinds: KindColumns,
    polarity: Polarity,
    problem: Problem,
    least: int,
    most: int,
) -> None:
    leads = rows.where(kinds.polarity[polarity][rows.kind])
    firm, weak = rows.where(kinds.firm[rows.kind]), rows.where(kinds.weak[rows.kind])
    lead, life = _pairs(leads, firm, kinds, least, most)
    if polarity is Polarity.DEATH:
        alone, _ = _pairs(leads, weak, kinds, least, most)
        only_weak = np.setdiff1d(alone, lead)
        for place, number in _counts(kinds.source[leads.kind[only_weak]]):
            found.by_weak[place] = found.by_weak.get(place, 0) + number
    if not len(lead):
        return
    against = _owners_by_person(leads, np.unique(lead), kinds)
    living = _owners_by_person(firm, np.unique(life), kinds)
    asked = [
        at for at in np.unique(lead).tolist() if living[int(leads.pno[at])] >= against[int(leads.pno[at])]
    ]
    found.note(leads.where(_marked(len(leads), asked)), problem, kinds)
    asked = [at for at in np.unique(life).tolist() if against[int(firm.pno[at])] >= living[int(firm.pno[at])]]
    found.note(firm.where(_marked(len(firm), asked)), problem, kinds)


def _pairs(
    leads: ResolvedRows, life: ResolvedRows, kinds: KindColumns, least: int, most: int
) -> tuple[Ints, Ints]:
    """Places of leads and of life evidence of another source that lie between `least` and `most` days after them."""
    order = np.argsort(life.pno, kind="stable")
    start = np.searchsorted(life.pno[order], leads.pno, "left")
    length = np.searchsorted(life.pno[order], leads.pno, "right") - start
    lead = np.repeat(np.arange(len(leads)), length)
    before = np.repeat(np.cumsum(length) - length, length)
    at = order[np.repeat(start, length) + np.arange(len(lead)) - before]
    after = life.day[at] - leads.day[lead]
    fits = (after > least) & (after <= most)
    fits &= kinds.source[life.kind[at]] != kinds.source[leads.kind[lead]]
    return lead[fits], at[fits]


def _owners_by_person(rows: ResolvedRows, places: Ints, kinds: KindColumns) -> dict[int, int]:
    """How many owners speak of each person in the rows at these places."""
    said = {(int(rows.pno[at]), int(kinds.owner[rows.kind[at]])) for at in places.tolist()}
    number: dict[int, int] = {}
    for pno, _ in said:
        number[pno] = number.get(pno, 0) + 1
    return number


def _death_days(found: Contradictions, rows: ResolvedRows, kinds: KindColumns) -> None:
    """Deaths of one person whose days lie too far apart, as two sources tell them: both are asked."""
    deaths = rows.where(kinds.polarity[Polarity.DEATH][rows.kind])
    order = np.lexsort((deaths.day, deaths.pno))
    deaths = _taken(deaths, order)
    marked = np.zeros(len(deaths), np.bool_)
    for start, end in _runs(deaths.pno):
        several = len(set(kinds.source[deaths.kind[start:end]].tolist())) > 1
        marked[start:end] = several and deaths.day[end - 1] - deaths.day[start] > DEATH_DAYS_APART
    found.note(deaths.where(marked), Problem.DEATH_DAYS_DIFFER, kinds)


def _register(
    found: Contradictions, rows: ResolvedRows, kinds: KindColumns, *, as_of: int, register: int, days: int
) -> None:
    """Deaths that the register had time to learn of, and those of them that it does not know."""
    deaths = rows.where(kinds.polarity[Polarity.DEATH][rows.kind])
    place = kinds.source[deaths.kind]
    known = np.unique(deaths.pno[place == register])
    due = (place != register) & (deaths.day + days <= as_of)
    waiting = due & ~np.isin(deaths.pno, known)
    for total, flags in ((found.deaths_due, due), (found.deaths_waiting, waiting)):
        for one, number in _counts(place[flags]):
            total[one] = total.get(one, 0) + number


def copies_in(rows: ResolvedRows) -> int:
    """How many rows of one source and bucket say what an earlier delivery said: the same person, kind and day."""
    person = (rows.pno.astype(np.int64) & _PERSON) << (_SAID + 24)
    packed = np.sort(
        person
        | rows.day.astype(np.int64) << (_SAID + 8)
        | rows.kind.astype(np.int64) << _SAID
        | rows.delivery
    )
    said, whose = packed >> _SAID, packed & ((1 << _SAID) - 1)
    first = np.ones(len(said), np.bool_)
    first[1:] = said[1:] != said[:-1]
    began = np.maximum.accumulate(np.where(first, np.arange(len(said)), 0))
    return int((whose != whose[began]).sum())


def _taken(rows: ResolvedRows, order: Ints) -> ResolvedRows:
    return ResolvedRows(
        rows.pno[order], rows.day[order], rows.kind[order], rows.evidence_no[order], rows.delivery[order]
    )


def _runs(values: Ints) -> list[tuple[int, int]]:
    """Where runs of equal values begin and end."""
    edges = np.flatnonzero(np.diff(values)) + 1
    starts = [0, *edges.tolist()] if len(values) else []
    return list(zip(starts, [*edges.tolist(), len(values)], strict=True)) if starts else []


def _marked(length: int, places: Sequence[int]) -> Flags:
    flags = np.zeros(length, np.bool_)
    flags[list(places)] = True
    return flags


def _counts(values: Ints) -> list[tuple[int, int]]:
    found, numbers = np.unique(values, return_counts=True)
    return list(zip(found.tolist(), numbers.tolist(), strict=True))
