"""The same face is sought under two numbers (同一面孔查找): a list for a person to read, in a case, and nothing else.

1. An index is built in memory from the vault, opened lot by lot: of people alone who agreed to words that name this
   search. Who agreed to comparison with their own picture, and to no more, is neither sought nor found.
2. The templates that no search has looked for yet are sought in it, a portion at a time. What is found is joined with
   what else the two people share (account, phone, address, name, birth, sex).
3. What is worth a question becomes a pair in a case, in one transaction with its portion. A pair that was asked about
   once is never asked about again, whatever came of it; killed at any moment, the next search goes on behind the last
   portion that was finished.

A hit is likeness: two strangers of a million are alike to any engine. It proves nothing, changes nobody's result, pay or
access, and nobody is told of it but the clerk who reads the case (`tests/architecture/test_alike_faces_only_ask.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms import biometrics, casework, people
from yizheng.rooms.biometrics.data import NAMES_SEARCH, Modality
from yizheng.rooms.biometrics.search import (
    DEFAULT,
    Agrees,
    Nearest,
    NewAlike,
    SearchRules,
    in_order,
    nearest,
    pair_of,
    worth_asking,
)
from yizheng.rooms.casework.data import CaseRules, Known, NewCase, Noted
from yizheng.rooms.people.data import Contact, Identity, PersonFacts

PORTION = 500
"""Templates that are sought together: what a killed search repeats at the most."""
SPARE = 4
"""A person may have several templates: so many times the list's length is asked of the index."""

Numbers = NDArray[np.int64]
Vectors = NDArray[np.float32]


class Index(Protocol):
    """What is searched: templates with the numbers of their people, the nearest of which it gives."""

    def __len__(self) -> int: ...

    def add(self, pnos: Numbers, vectors: Vectors) -> None:
        """Add templates, a row each."""
        ...

    def search(self, probes: Vectors, top: int) -> tuple[Vectors, Numbers]:
        """The likeness and the person of the nearest templates of each probe; -1 where there are no more."""
        ...


@dataclass(slots=True, kw_only=True)
class SoughtReport:
    """What a search did: templates in the index, sought among them, pairs kept, cases opened, pairs asked before."""

    against: int = 0
    sought: int = 0
    pairs: int = 0
    cases: int = 0
    known: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is joined to a list: opened once a portion, for the people in it."""

    facts: Mapping[Pno, PersonFacts]
    identities: Mapping[Pno, Identity]
    contacts: Mapping[Pno, Contact]


def seek(
    hands: Hands,
    *,
    index: Index,
    engine: str,
    case_rules: CaseRules,
    rules: SearchRules = DEFAULT,
    most: int | None = None,
) -> SoughtReport:
    """Seek the faces that were enrolled since the last search; `most` of them at the most, the oldest first.

    `engine` is the code of the engine that made the templates: others fit nothing of them. The index comes empty.
    Raises SealBroken, and Refused where the vault's key is not here.
    """
    for _, pnos, vectors in _lots(engine):
        index.add(pnos, vectors)
        hands.progress("index", len(index), len(index))
    report = SoughtReport(against=len(index))
    for upto, pnos, vectors in _portions(engine, most):
        _seek_portion(hands, index, engine, upto, pnos, vectors, rules, report, case_rules)
        hands.progress("search", report.sought, report.sought)
    after = biometrics.queries.searched_upto(engine)
    report.left = sum(len(ids) for ids, _, _ in _lots(engine, after=after))
    return report


def _lots(engine: str, *, after: int = 0, lot: int = 20_000) -> Iterator[tuple[Numbers, Numbers, Vectors]]:
    """The templates of people who agreed to being sought, in lots; of nobody else one is opened."""
    return biometrics.queries.template_lots(
        Modality.FACE, engine=engine, after=after, lot=lot, texts=NAMES_SEARCH
    )


def _portions(engine: str, most: int | None) -> Iterator[tuple[int, Numbers, Vectors]]:
    """The templates that are due, a portion at a time: the last one's number, their people, and they."""
    left = most
    while left is None or left > 0:
        portion = PORTION if left is None else min(PORTION, left)
        found = next(_lots(engine, after=biometrics.queries.searched_upto(engine), lot=portion), None)
        if found is None:
            return
        ids, pnos, vectors = found
        yield int(ids[-1]), pnos, vectors
        left = None if left is None else left - len(ids)


def _seek_portion(
    hands: Hands,
    index: Index,
    engine: str,
    upto: int,
    pnos: Numbers,
    vectors: Vectors,
    rules: SearchRules,
    report: SoughtReport,
    case_rules: CaseRules,
) -> None:
    """Seek a portion, and keep what came of it in one transaction."""
    likeness, found = index.search(vectors, rules.top * SPARE)
    lists: dict[Pno, tuple[Nearest, ...]] = {}
    for pno in sorted({int(pno) for pno in pnos}):
        mine = pnos == pno
        hits = nearest(Pno(pno), found[mine].ravel().tolist(), likeness[mine].ravel().tolist(), rules)
        if hits:
            lists[Pno(pno)] = hits
    questions = _questions(lists, rules)
    asked = biometrics.queries.asked_pairs(pair_of(one.pno, one.other) for one in questions)
    report.known += sum(pair_of(one.pno, one.other) in asked for one in questions)
    fresh = {pair_of(one.pno, one.other): one for one in reversed(questions)}
    by_person: dict[Pno, list[NewAlike]] = {}
    for pair, one in fresh.items():
        if pair not in asked:
            by_person.setdefault(one.pno, []).append(one)
    at = hands.now()
    with transaction.atomic():
        for pno, pairs in sorted(by_person.items()):
            case, is_new = casework.actions.open_case(
                NewCase(pno=pno, leads=(), kind=Known.SAME_FACE),
                case_rules=case_rules,
                as_of=at.astimezone(CHINA).date(),
                at=at,
                actor=hands.username,
            )
            in_list = sorted(pairs, key=lambda one: one.place)
            biometrics.actions.keep_alike(
                in_list, case_id=case.case_id, engine=engine, actor=hands.username, at=at
            )
            if not is_new:
                casework.actions.note_on(case.case_id, Noted(ALSO_ALIKE), actor=hands.username, at=at)
            report.cases += is_new
            report.pairs += len(pairs)
        biometrics.actions.keep_search(
            engine=engine,
            upto=upto,
            sought=len(pnos),
            against=len(index),
            pairs=sum(len(pairs) for pairs in by_person.values()),
            actor=hands.username,
            at=at,
        )
    report.sought += len(pnos)


ALSO_ALIKE = "also_alike"
"""What a case that is open for another reason is told."""


def _questions(lists: Mapping[Pno, tuple[Nearest, ...]], rules: SearchRules) -> list[NewAlike]:
    """What of the lists is worth a person's question, joined with what else agrees."""
    everybody = {*lists, *(one.pno for hits in lists.values() for one in hits)}
    if not everybody:
        return []
    known = _Known(
        facts=people.queries.persons(everybody),
        identities=people.queries.identities(everybody),
        contacts=people.queries.contacts(everybody),
    )
    found = []
    for pno, hits in lists.items():
        for hit in hits:
            agrees = _agrees(pno, hit.pno, known)
            strength = worth_asking(hit, agrees, rules)
            if strength is not None:
                found.append(
                    NewAlike(
                        pno=pno, other=hit.pno, place=hit.place, strength=strength, agrees=in_order(agrees)
                    )
                )
    return found


def _agrees(one: Pno, other: Pno, known: _Known) -> frozenset[Agrees]:
    """What two people share. What is not known of one of them agrees with nothing."""
    found = set()
    if one in known.facts and other in known.facts:
        mine, theirs = known.facts[one], known.facts[other]
        found |= {Agrees.SEX} if mine.sex == theirs.sex else set()
        found |= {Agrees.BIRTH_YEAR} if mine.birth_day.year == theirs.birth_day.year else set()
        found |= {Agrees.BIRTH_DAY} if mine.birth_day == theirs.birth_day else set()
    if one in known.identities and other in known.identities:
        names = [people.queries.name_key(known.identities[pno].name) for pno in (one, other)]
        found |= {Agrees.NAME} if names[0] and names[0] == names[1] else set()
    if one in known.contacts and other in known.contacts:
        me, them = known.contacts[one], known.contacts[other]
        for agrees, ours, others in (
            (Agrees.ACCOUNT, me.account, them.account),
            (Agrees.PHONE, me.phone, them.phone),
            (Agrees.ADDRESS, me.address, them.address),
        ):
            found |= {agrees} if ours and ours == others else set()
    return frozenset(found)
