"""Reads of whose number is whose: the questions that rosters raised, and what people said of them."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from yizheng.kernel.ids import Pno
from yizheng.kernel.portions import portions
from yizheng.rooms import privacy
from yizheng.rooms.ledger.data import WitnessedTable
from yizheng.rooms.people.data import Answer, Contact, Identity, NumberHeld, Question, QuestionKind, Sign
from yizheng.rooms.people.models import IdentityQuestion, Person, PersonNumber

QUESTIONS = WitnessedTable(
    "people_identityquestion",
    "id",
    (
        "pno",
        "other",
        "kind",
        "signs",
        "roster",
        "told",
        "asked_at",
        "asked_by",
        "answer",
        "answered_at",
        "answered_by",
        "case_id",
    ),
)
NUMBERS = WitnessedTable(
    "people_personnumber",
    "id",
    (
        "pno",
        "from_pno",
        "true_from",
        "known_since",
        "known_by",
        "case_id",
        "over_since",
        "over_by",
        "over_case",
    ),
)
ROWS = "people_identityquestion"
"""The place that rows which wait are sealed for, with the person number as row key."""


def open_questions(kind: QuestionKind | None = None) -> list[Question]:
    """What nobody has answered, in the order of asking."""
    found = IdentityQuestion.objects.filter(answer="")
    return questions_in((found.filter(kind=kind.value) if kind else found).order_by("id"))


def asked_as_new() -> frozenset[int]:
    """Everybody of whom it is asked whether they are somebody the roster had before: their pay waits."""
    found = IdentityQuestion.objects.filter(answer="", kind=QuestionKind.SAME_PERSON.value)
    return frozenset(found.values_list("pno", flat=True))


def questions_of(pno: int) -> list[Question]:
    """Every question about a person, also as the other one, in the order of asking."""
    return questions_in(IdentityQuestion.objects.filter(Q(pno=pno) | Q(other=pno)).order_by("id"))


def pairs_asked(pnos: Iterable[int]) -> frozenset[tuple[int, int]]:
    """The pairs (person, other) that were asked about whether they are one person, for these people."""
    found: set[tuple[int, int]] = set()
    for some in portions(pnos):
        rows = IdentityQuestion.objects.filter(pno__in=some, kind=QuestionKind.SAME_PERSON.value)
        found |= {(pno, other) for pno, other in rows.values_list("pno", "other") if other is not None}
    return frozenset(found)


def answered_rows() -> dict[bytes, Answer | None]:
    """What was said of rows under whose number somebody else appeared, by their blind index; None: nobody has yet."""
    rows = IdentityQuestion.objects.exclude(told="").order_by("id").values_list("told", "answer")
    return {bytes.fromhex(told): Answer(answer) if answer else None for told, answer in rows}


def row_that_waits(question_id: int) -> tuple[Identity, Contact] | None:
    """What the row of a question said: number and name, phone, account and address. None where it has none."""
    found = IdentityQuestion.objects.filter(pk=question_id).first()
    if found is None or found.row_sealed is None:
        return None
    opened = privacy.queries.opener(ROWS, "row").open(found.pno, bytes(found.row_sealed))
    (number, name), (phone, account, address) = json.loads(opened)
    return Identity(number=number, name=name), Contact(phone=phone, account=account, address=address)


def holders(*, known_before: datetime | None = None) -> dict[int, int]:
    """Who has the number that a person came with, where it is somebody else: two people said so, and nobody took it
    back; of what was known before a moment, or now."""
    rows = PersonNumber.objects.filter(over_since=None)
    if known_before is not None:
        holds = Q(over_since=None) | Q(over_since__gte=known_before)
        rows = PersonNumber.objects.filter(holds, known_since__lt=known_before)
    given = dict(rows.order_by("id").values_list("from_pno", "pno"))
    return {came: _last(came, given) for came in given}


def _last(came: int, given: dict[int, int]) -> int:
    """Whoever has it in the end: a file that was joined to another may be joined to a third."""
    holder, seen = given[came], {came}
    while holder in given and holder not in seen and given[holder] not in seen:
        seen.add(holder)
        holder = given[holder]
    return holder


def joined(*, known_before: datetime | None = None) -> dict[int, int]:
    """The files that are another's, and whose: their number is that one's, and they have no other. As in `holders`."""
    given = holders(known_before=known_before)
    having = set(given.values())
    return {came: holder for came, holder in given.items() if came not in having}


def numbers_of(pno: int) -> list[NumberHeld]:
    """Every number that a person had besides the one they came with, also those taken back, the oldest first."""
    return [held_of(one) for one in PersonNumber.objects.filter(pno=pno).order_by("id")]


def held_of(row: PersonNumber) -> NumberHeld:
    """A row as a value."""
    return NumberHeld(
        pno=Pno(row.pno),
        from_pno=Pno(row.from_pno),
        true_from=row.true_from,
        known_since=row.known_since,
        known_by=row.known_by,
        case_id=row.case_id,
        over_since=row.over_since,
    )


def brought_by(roster: int) -> list[int]:
    """The people whom the roster at a position brought, by person number."""
    return list(Person.objects.filter(roster=roster).order_by("pno").values_list("pno", flat=True))


def questions_in(rows: Iterable[IdentityQuestion]) -> list[Question]:
    """Rows as values."""
    return [
        Question(
            question_id=one.pk,
            pno=Pno(one.pno),
            other=None if one.other is None else Pno(one.other),
            kind=QuestionKind(one.kind),
            signs=tuple(Sign(sign) for sign in one.signs),
            roster=one.roster,
            asked_at=one.asked_at,
            answer=Answer(one.answer) if one.answer else None,
            answered_at=one.answered_at,
            answered_by=one.answered_by,
            answered_in=one.case_id,
        )
        for one in rows
    ]
