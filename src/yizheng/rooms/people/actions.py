"""The only writes of people. Each leaves its entry in the ledger, in the transaction of the flow that calls it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import repeat

from django.db import connection

from yizheng.kernel.ids import Pno
from yizheng.rooms import ledger
from yizheng.rooms.bulk import insert_rows
from yizheng.rooms.ledger.data import RowTree
from yizheng.rooms.people.data import LifeEventKind, RosterRecord
from yizheng.rooms.people.models import LifeEvent, Person, PersonVersion, RosterDelivery
from yizheng.rooms.people.queries import LIFE_EVENTS, ROSTERS, TABLE

_PERSON = ("pno", "number_index", "sex", "birth_day", "roster", "known_since")
_VERSION = (
    "pno",
    "true_from",
    "known_since",
    "name_index",
    "identity_sealed",
    "contact_sealed",
    "region",
    "roster",
)


def accept_roster(record: RosterRecord, *, tree: RowTree) -> None:
    """Register a roster and commit to its people as one tree. Raises IntegrityError where its position is taken."""
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
