"""Two people have said whose a number is (身份核对生效): what follows for the files. Part of `doubt_is_resolved`.

* The same person: the number that came new is one more of the person who was there before. Everything stays on the file
  that they had, pay, evidence, mandates and faces; either number finds it, and what the roster says of the new one goes
  there.
* Two people: nothing but the end of the question. The months that waited are paid by the next run.
* The roster is wrong, or right: what was said holds for the same row in later files.
* Two people had each other's number: the numbers change places, and nothing else does.

Taking a joining back (`parted`) gives the number back to the file that it came with, and both files what they were
before. Nothing is overwritten: numbers are held from a day on, and what is known of a person gets a further version.
"""

from dataclasses import replace
from datetime import date, datetime

from yizheng.flows.house.tree_is_kept import keep_tree
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms import entitlements, people
from yizheng.rooms.decisions.data import Decision
from yizheng.rooms.people.data import Answer, Question


def carry_out(hands: Hands, decision: Decision, said: Answer, *, at: datetime) -> tuple[Pno, ...]:
    """Carry the answer out, inside the transaction that confirms it. Gives whose file is a file of its own again.

    Raises Refused where nothing of the kind is asked any more, or nothing was joined.
    """
    case_id = decision.case_id or 0
    if said is Answer.PARTED:
        return _part(hands, decision.pno, case_id=case_id, at=at)
    answered = people.actions.answer(decision.pno, said, case_id=case_id, actor=hands.username, at=at)
    if said is Answer.SAME:
        for one in answered:
            _join(hands, one, case_id=case_id, at=at)
    if said is Answer.EXCHANGED:
        _exchange(hands, answered[0], case_id=case_id, at=at)
    return ()


def _join(hands: Hands, asked: Question, *, case_id: int, at: datetime) -> None:
    """The new number is one more of the person who was there before, with the name and contacts that came with it."""
    before = _other(asked)
    _give(hands, before, asked.pno, case_id=case_id, at=at)
    people.actions.tell_as(before, asked.pno, case_id=case_id, true_from=_day(at), at=at)
    _keep_told(hands, case_id, at=at)


def _exchange(hands: Hands, asked: Question, *, case_id: int, at: datetime) -> None:
    """Each of the two gets the number that the other came with."""
    one, other = asked.pno, _other(asked)
    numbers = {pno: people.queries.identity(pno).number for pno in (one, other)}
    for pno, theirs in ((one, other), (other, one)):
        _give(hands, pno, theirs, case_id=case_id, at=at)
        identity = replace(people.queries.identity(pno), number=numbers[theirs])
        people.actions.tell_as(pno, pno, case_id=case_id, true_from=_day(at), at=at, identity=identity)
    _keep_told(hands, case_id, at=at)


def _part(hands: Hands, pno: Pno, *, case_id: int, at: datetime) -> tuple[Pno, ...]:
    """Give back what was joined last: each file has its own number again, and what was known of it before."""
    holding = [one for one in people.queries.numbers_of(pno) if one.over_since is None]
    if not holding:
        raise Refused(people.Why.NOTHING_JOINED)
    last = holding[-1]
    taken = people.actions.take_numbers_back(last.case_id, over_case=case_id, actor=hands.username, at=at)
    for held in {one.pno: one for one in taken}.values():
        people.actions.tell_as(
            held.pno, held.pno, case_id=case_id, true_from=_day(at), at=at, known_before=held.known_since
        )
        tree = entitlements.actions.tell_again(
            held.pno,
            case_id=case_id,
            true_from=_day(at),
            known_before=held.known_since,
            at=at,
            actor=hands.username,
        )
        if tree is not None:
            keep_tree(hands.store, tree)
    _keep_told(hands, case_id, at=at)
    holders = {one.pno for one in taken}
    return tuple(one.from_pno for one in taken if one.from_pno not in holders)


def _give(hands: Hands, pno: Pno, from_pno: Pno, *, case_id: int, at: datetime) -> None:
    people.actions.give_number(
        pno, from_pno=from_pno, true_from=_day(at), case_id=case_id, actor=hands.username, at=at
    )


def _keep_told(hands: Hands, case_id: int, *, at: datetime) -> None:
    keep_tree(hands.store, people.actions.commit_told(case_id, actor=hands.username, at=at))


def _other(asked: Question) -> Pno:
    if asked.other is None:
        raise Refused(people.Why.NOBODY_TO_JOIN)
    return asked.other


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()
