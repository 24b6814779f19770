"""The only writes of people. Each leaves its entry in the ledger, in the transaction of the flow that calls it."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import repeat

from django.db import connection

from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import ledger, privacy
from yizheng.rooms.bulk import delete_newest, insert_rows
from yizheng.rooms.ledger.data import NewEntry, RowTree
from yizheng.rooms.people.data import (
    ANSWERED_BY,
    Answer,
    Identity,
    LifeEventKind,
    NewQuestion,
    NumberHeld,
    Question,
    RosterRecord,
)
from yizheng.rooms.people.models import (
    IdentityQuestion,
    IncomingPeople,
    LifeEvent,
    Person,
    PersonNumber,
    PersonVersion,
    RosterDelivery,
)
from yizheng.rooms.people.queries import (
    LIFE_EVENTS,
    NUMBERS,
    QUESTIONS,
    ROSTERS,
    ROWS,
    TABLE,
    name_key,
    newest_version,
    opened,
    rows_told,
)
from yizheng.rooms.people.queries.identities import held_of, questions_in
from yizheng.rooms.people.why import Why

TOLD_OF_PERSON = ("pno", "number_index", "sex", "birth_day")
TOLD_OF_VERSION = ("pno", "name_index", "identity_sealed", "contact_sealed", "region")
"""The columns that a roster tells, in the order in which `add_people` and `add_versions` take them."""
_PERSON = (*TOLD_OF_PERSON, "roster", "known_since")
_VERSION = ("pno", "true_from", "known_since", *TOLD_OF_VERSION[1:], "roster")


def begin_people(*, roster: int, token: str) -> None:
    """Mark a roster whose people come in portions: none counts before `accept_roster`. Takes over another's mark."""
    IncomingPeople.objects.update_or_create(roster=roster, defaults={"token": token})


def holds_mark(*, roster: int, token: str) -> bool:
    """Whether the mark is still this import's. Whoever asks in a transaction keeps it to the end of that."""
    mark = IncomingPeople.objects.select_for_update().filter(roster=roster, token=token)
    return mark.first() is not None


def drop_incoming(*, roster: int, most: int) -> int:
    """Delete rows that an import left that did not come to its end, `most` of each table at a time; gives how many."""
    marked = IncomingPeople.objects.filter(roster=roster).values("roster")
    return sum(
        delete_newest(table.written.filter(roster__in=marked), most=most) for table in (PersonVersion, Person)
    )


def accept_roster(record: RosterRecord, *, tree: RowTree) -> None:
    """Register a roster, let its people count, and commit to them as one tree.

    Raises IntegrityError where its position is taken.
    """
    IncomingPeople.objects.filter(roster=record.position).delete()
    row = RosterDelivery(
        batch_id=record.batch_id,
        position=record.position,
        file_name=record.file_name,
        delivered_on=record.delivered_on,
        rows=record.rows,
        accepted=record.accepted,
        repaired=record.repaired,
        refused=record.refused,
        notes=record.notes,
        errors_file=record.errors_file,
        imported_at=record.imported_at,
        imported_by=record.imported_by,
    )
    row.save(force_insert=True)
    ledger.actions.append(
        kind="people:roster:accepted",
        actor=record.imported_by,
        at=record.imported_at,
        subject=ROSTERS.subject(record.batch_id),
        row=ROSTERS.row_of(row),
        detail={"rows": record.rows, "accepted": record.accepted, "refused": record.refused},
    )
    ledger.actions.append_tree(
        kind="people:roster:committed",
        actor=record.imported_by,
        at=record.imported_at,
        subject=f"{TABLE}:{record.position}",
        tree=tree,
    )


def add_people(columns: Sequence[Iterable[object]], *, roster: int, at: datetime) -> int:
    """Add people: columns of pno, number index, sex, birth day. The roster's tree is their entry in the ledger."""
    moment = connection.ops.adapt_datetimefield_value(at)
    return insert_rows(Person, _PERSON, zip(*columns, repeat(roster), repeat(moment), strict=False))


def add_versions(columns: Sequence[Iterable[object]], *, roster: int, true_from: date, at: datetime) -> int:
    """Add what is known from a day on: columns of pno, name index, identity, contact (both sealed), region."""
    moment = connection.ops.adapt_datetimefield_value(at)
    day = connection.ops.adapt_datefield_value(true_from)
    pno, *rest = columns
    rows = zip(pno, repeat(day), repeat(moment), *rest, repeat(roster), strict=False)
    return insert_rows(PersonVersion, _VERSION, rows)


def record_life_event(
    *, pno: Pno, kind: LifeEventKind | str, true_from: date, case_id: int | None, actor: str, at: datetime
) -> int:
    """Record a confirmed fact about a life and give the row's number. Raises ValueError for an unknown kind."""
    event = LifeEvent.objects.create(
        pno=pno,
        kind=LifeEventKind(kind).value,
        true_from=true_from,
        known_since=at,
        known_by=actor,
        case_id=case_id,
    )
    ledger.actions.append(
        kind="people:life:confirmed",
        actor=actor,
        at=at,
        subject=LIFE_EVENTS.subject(event.pk),
        row=LIFE_EVENTS.row_of(event),
    )
    return int(event.pk)


# --- whose number is it ---


def ask(new: Iterable[NewQuestion], *, roster: int, actor: str, at: datetime) -> int:
    """Write down what a roster asks about people and numbers, and give how many questions. The flow opens their cases."""
    seal = privacy.actions.sealer(ROWS, "row").seal
    made = [
        IdentityQuestion(
            pno=one.pno,
            other=one.other,
            kind=one.kind.value,
            signs=[sign.value for sign in one.signs],
            roster=roster,
            told=one.told.hex(),
            row_sealed=seal(one.pno, "[{}, {}]".format(*one.row)) if one.row else None,
            asked_at=at,
            asked_by=actor,
        )
        for one in new
    ]
    IdentityQuestion.objects.bulk_create(made, batch_size=500)
    _witness_questions(made, kind="people:identity:asked", actor=actor, at=at)
    return len(made)


def answer(pno: Pno, said: Answer, *, case_id: int, actor: str, at: datetime) -> list[Question]:
    """Write down what two people said of the open questions about a person, and give them.

    Where two people's numbers were swapped each is asked about as the other: both questions are answered together. Raises
    Refused where nothing of the kind is open any more.
    """
    open_ones = IdentityQuestion.objects.select_for_update().filter(kind=ANSWERED_BY[said], answer="")
    own = list(open_ones.filter(pno=pno).order_by("id"))
    others = [one.other for one in own if one.other is not None]
    found = own + list(open_ones.filter(pno__in=others, other=pno).order_by("id"))
    if not found:
        raise Refused(Why.NOTHING_ASKED)
    for one in found:
        one.answer, one.answered_at, one.answered_by, one.case_id = said.value, at, actor, case_id
        one.save()
    _witness_questions(found, kind="people:identity:answered", actor=actor, at=at)
    return questions_in(found)


def give_number(pno: Pno, *, from_pno: Pno, true_from: date, case_id: int, actor: str, at: datetime) -> None:
    """From now on the number that `from_pno` came with is this person's, besides those that they had."""
    row = PersonNumber.objects.create(
        pno=pno, from_pno=from_pno, true_from=true_from, known_since=at, known_by=actor, case_id=case_id
    )
    _witness_number(row, kind="people:number:given", actor=actor, at=at)


def take_numbers_back(case: int, *, over_case: int, actor: str, at: datetime) -> list[NumberHeld]:
    """Take back every number that was given on a case, and give them as they held."""
    rows = list(PersonNumber.objects.select_for_update().filter(case_id=case, over_since=None).order_by("id"))
    for row in rows:
        row.over_since, row.over_by, row.over_case = at, actor, over_case
        row.save()
        _witness_number(row, kind="people:number:taken_back", actor=actor, at=at)
    return [held_of(row) for row in rows]


def tell_as(
    pno: Pno,
    like: Pno,
    *,
    case_id: int,
    true_from: date,
    at: datetime,
    identity: Identity | None = None,
    known_before: datetime | None = None,
) -> None:
    """From a day on a person is known as `like` is: a version of its own, by a case, sealed anew.

    `identity` instead of what is known; with `known_before` what was known earlier. `commit_told` enters it in the
    ledger.
    """
    version = newest_version(like, known_before=known_before)
    if version is None:
        return
    known, contact = opened(version)
    told = identity or known
    columns: list[Iterable[object]] = [
        [pno],
        privacy.queries.blind_many("name", [name_key(told.name)]),
        privacy.actions.sealer(TABLE, "identity").seal_many([pno], [_json(told.number, told.name)]),
        privacy.actions.sealer(TABLE, "contact").seal_many(
            [pno], [_json(contact.phone, contact.account, contact.address)]
        ),
        [version.region],
    ]
    add_versions(columns, roster=-case_id, true_from=true_from, at=at)


def commit_told(case_id: int, *, actor: str, at: datetime) -> RowTree:
    """Enter in the ledger what a case told of people, as one tree, which the flow keeps."""
    subject = f"{TABLE}:{-case_id}"
    tree = ledger.actions.row_tree(rows_told(subject))
    ledger.actions.append_tree(kind="people:versions:told", actor=actor, at=at, subject=subject, tree=tree)
    return tree


def _json(*values: str) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def _witness_number(row: PersonNumber, *, kind: str, actor: str, at: datetime) -> None:
    ledger.actions.append(
        kind=kind, actor=actor, at=at, subject=NUMBERS.subject(row.pk), row=NUMBERS.row_of(row)
    )


def _witness_questions(rows: Sequence[IdentityQuestion], *, kind: str, actor: str, at: datetime) -> None:
    ledger.actions.append_many(
        NewEntry(
            kind=kind,
            actor=actor,
            at=at,
            subject=QUESTIONS.subject(row.pk),
            row=QUESTIONS.row_of(row),
            detail={"kind": row.kind, "answer": row.answer},
        )
        for row in rows
    )
