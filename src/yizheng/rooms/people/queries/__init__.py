"""Reads of people for screens and flows. What is sealed is opened here and nowhere else."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import connection

from yizheng.kernel.ids import Pno
from yizheng.kernel.portions import portions
from yizheng.kernel.store import Store
from yizheng.kernel.time import from_day_number
from yizheng.rooms import privacy
from yizheng.rooms.ledger.data import WitnessedTable, WitnessedTree
from yizheng.rooms.people import rules
from yizheng.rooms.people.columns import COUNTS
from yizheng.rooms.people.columns import PersonColumns as PersonColumns
from yizheng.rooms.people.columns import people_known as people_known
from yizheng.rooms.people.columns import person_columns as person_columns
from yizheng.rooms.people.columns import region_columns as region_columns
from yizheng.rooms.people.data import (
    Contact,
    Identity,
    Lately,
    LifeEventKind,
    LifeFact,
    OtherNumber,
    PersonFacts,
    RosterRecord,
)
from yizheng.rooms.people.models import LifeEvent, Person, PersonVersion, RosterDelivery
from yizheng.rooms.people.queries.identities import NUMBERS as NUMBERS
from yizheng.rooms.people.queries.identities import QUESTIONS as QUESTIONS
from yizheng.rooms.people.queries.identities import ROWS as ROWS
from yizheng.rooms.people.queries.identities import answered_rows as answered_rows
from yizheng.rooms.people.queries.identities import asked_as_new as asked_as_new
from yizheng.rooms.people.queries.identities import brought_by as brought_by
from yizheng.rooms.people.queries.identities import holders as holders
from yizheng.rooms.people.queries.identities import joined as joined
from yizheng.rooms.people.queries.identities import numbers_of as numbers_of
from yizheng.rooms.people.queries.identities import open_questions as open_questions
from yizheng.rooms.people.queries.identities import pairs_asked as pairs_asked
from yizheng.rooms.people.queries.identities import questions_of as questions_of
from yizheng.rooms.people.queries.identities import row_that_waits as row_that_waits

RECENT = 8
CHUNK = 20_000
TABLE = "people_personversion"
"""The place that identity and contact are sealed for, with the person number as row key."""

LINK_SCHEMA = pa.schema(
    [
        ("pno", pa.int32()),
        ("id17", pa.int64()),
        ("name_key", pa.string()),
        ("person_digest", pa.uint64()),
        ("benefit_digest", pa.uint64()),
        ("told_state", pa.int8()),
        ("given_month", pa.int32()),
        ("given_reason", pa.string()),
        ("birth_day", pa.int32()),
        ("account_key", pa.uint64()),
        ("phone_key", pa.uint64()),
        ("came", pa.int32()),
    ]
)
"""What the roster's link files hold: the keys of comparison, and what each person's newest row said in short.

The keys of account and phone are digests to compare by, 0 where the row gave none, null in files of versions before.
`came` is the person who came with the number, where that is known to be somebody else than who has it.
Month and reason are those that rows gave while they told this state; null where none did. Files of versions before hold a
month that was worked out instead, under another name: it is not read, so of their people both are null.
"""

_SAID = ("person_digest", "benefit_digest")

ROSTERS = WitnessedTable(
    "people_rosterdelivery",
    "batch_id",
    (
        "position",
        "file_name",
        "delivered_on",
        "rows",
        "accepted",
        "repaired",
        "refused",
        "notes",
        "errors_file",
        "imported_at",
        "imported_by",
    ),
)
LIFE_EVENTS = WitnessedTable(
    "people_lifeevent", "id", ("pno", "kind", "true_from", "known_since", "known_by", "case_id")
)


is_filler = rules.is_filler
name_key = rules.name_key
normalise_number = rules.normalise_number
parse_day = rules.parse_day
parse_fen = rules.parse_fen
parse_yes = rules.parse_yes
plain_number = rules.plain_number


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables whose every row has an entry in the ledger."""
    return (ROSTERS, LIFE_EVENTS, QUESTIONS, NUMBERS)


def witnessed_trees() -> tuple[WitnessedTree, ...]:
    """The rows of bulk trees: the people of each roster."""
    return (WitnessedTree(TABLE, rows_told),)


# --- the roster as a whole ---


def roster_size() -> int:
    """How many people there are; their numbers run from 0 to one below."""
    last = Person.objects.order_by("-pno").values_list("pno", flat=True).first()
    return 0 if last is None else last + 1


def rosters() -> list[RosterRecord]:
    """Every delivered roster, in order of arrival."""
    return [_roster(found) for found in RosterDelivery.objects.order_by("position")]


def find_roster(batch_id: str) -> RosterRecord | None:
    """The roster with this content, if it was imported."""
    found = RosterDelivery.objects.filter(batch_id=batch_id).first()
    return _roster(found) if found else None


def roster_batches(*, as_of: date) -> list[str]:
    """The rosters that were delivered by a day, in order of arrival."""
    found = RosterDelivery.objects.filter(delivered_on__lte=as_of).order_by("position")
    return list(found.values_list("batch_id", flat=True))


def link_name(batch_id: str) -> str:
    """The name, inside the store, of a roster's sealed link file."""
    return f"link/{batch_id}.sealed"


def people_told_after(day: date) -> list[int]:
    """The people of whom a row of a later day is there, sorted: an older row about them is not in force."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT pno FROM people_personversion WHERE true_from > %s AND {COUNTS} ORDER BY pno",  # noqa: S608
            [day.isoformat()],
        )
        return [pno for (pno,) in cursor.fetchall()]


def link_table_as_of(store: Store, day: date) -> pa.Table:
    """As `link_table`, with what rosters up to a day said in short: null where they said nothing of a person."""
    everybody = link_table(store)
    past = _newest_rows(_link_rows(store, [one for one in rosters() if one.delivered_on <= day]))
    said = everybody.drop_columns(list(_SAID)).join(past.select(["pno", *_SAID]), "pno")
    return said.select(LINK_SCHEMA.names).cast(LINK_SCHEMA).sort_by("pno")


def link_table(store: Store, *, after: int = -1) -> pa.Table:
    """The keys of comparison of everybody on the roster, one row a number (LINK_SCHEMA). Personal data in clear.

    With `after` just of those of whom a roster behind that position said something new. Raises Refused where a link
    file is missing, SealBroken where it was altered.
    """
    return _with_births(_newest_rows(_link_rows(store, rosters()[after + 1 :])))


def _link_rows(store: Store, records: Sequence[RosterRecord]) -> pa.Table:
    """The last row of each number in these rosters' link files, by person number: later rosters supersede earlier ones.

    The files are read from the newest back, and of an earlier one only what no later one has: a monthly roster has
    nearly everybody, so that memory holds everybody once and not once a month.
    """
    parts: list[pa.Table] = []
    for record in reversed(records):
        data = io.BytesIO(
            privacy.queries.open_file(store.read(link_name(record.batch_id)), f"link:{record.batch_id}")
        )
        fresh = _not_in(parts, pq.read_table(data, columns=["id17"])["id17"])
        if pc.any(fresh).as_py():
            parts.append(pq.read_table(data, schema=LINK_SCHEMA).filter(fresh))
    if len(parts) > 1:
        return pa.concat_tables(parts).combine_chunks().sort_by("pno")
    return parts[0] if parts else LINK_SCHEMA.empty_table()


def _not_in(parts: Sequence[pa.Table], numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    """Which of the numbers none of these rows has."""
    known = pa.chunked_array([chunk for part in parts for chunk in part["id17"].chunks], numbers.type)
    return pc.invert(pc.is_in(numbers, value_set=known))


def _newest_rows(table: pa.Table) -> pa.Table:
    """The last row of each number, of whoever has it now.

    Whoever has several numbers has a row for each. Of a number that has come to somebody else since, nothing is known as
    told, so that the next roster tells all of it anew; where two people exchanged theirs, each row bears who has it now.
    """
    given, elsewhere = holders(), pc.any(pc.not_equal(table["came"], table["pno"])).as_py()
    return _as_held(table, given).sort_by("pno") if given or elsewhere else table


def _as_held(last: pa.Table, given: Mapping[int, int]) -> pa.Table:
    """The rows with whoever has the number: `given` says who has it instead of the one who came with it."""
    came = pc.coalesce(last["came"], last["pno"]).to_numpy()
    holds = came.copy()
    for place in np.flatnonzero(np.isin(came, list(given))).tolist():
        holds[place] = given[int(came[place])]
    is_moved = holds != last["pno"].to_numpy()
    having, rows = set(given.values()), []
    for place in np.flatnonzero(is_moved).tolist():
        (row,) = last.slice(place, 1).to_pylist()
        row |= {"pno": int(holds[place]), "came": int(came[place])}
        row |= {"person_digest": None, "benefit_digest": None}
        if int(came[place]) in having:
            (own,) = last.slice(int(np.flatnonzero(came == holds[place])[0]), 1).to_pylist()
            row |= {key: own[key] for key in ("name_key", "birth_day", "account_key", "phone_key")}
        rows.append(row)
    stays = last.filter(pa.array(~is_moved))
    return pa.concat_tables([stays, pa.Table.from_pylist(rows, LINK_SCHEMA)]) if rows else last


def _with_births(table: pa.Table) -> pa.Table:
    """The birth days that files of versions before do not hold, from the people themselves."""
    place = table.schema.get_field_index("birth_day")
    if not table["birth_day"].null_count:
        return table
    born = person_columns(first=0, last=roster_size() - 1)
    known = pa.array(born.birth_day[np.searchsorted(born.pno, table["pno"].to_numpy())], pa.int32())
    return table.set_column(place, table.schema.field(place), pc.coalesce(table["birth_day"], known))


# --- one person, or some ---


def find_by_number(number: str) -> Pno | None:
    """The person who has, or had, this identity number in any of its forms, if there is one."""
    normalised = rules.normalise_number(number, today=date.max)
    if normalised is None:
        return None
    found = Person.objects.filter(number_index=privacy.queries.blind("number", normalised)).values_list(
        "pno", flat=True
    )
    pno = next(iter(found), None)
    return None if pno is None else Pno(holders().get(pno, pno))


def find_by_name(name: str, *, limit: int = 100) -> list[Pno]:
    """People who have or had exactly this name, by person number."""
    index = privacy.queries.blind("name", rules.name_key(name))
    found = PersonVersion.objects.filter(name_index=index).order_by("pno").values_list("pno", flat=True)
    now = joined()
    return list(dict.fromkeys(Pno(now.get(pno, pno)) for pno in found.distinct()[:limit]))


def identity(pno: Pno) -> Identity:
    """Number and name of a person. Raises LookupError where there is no such person."""
    found = identities([pno])
    if pno not in found:
        raise LookupError(f"a person number below {roster_size()} was expected, but {pno} came")
    return found[pno]


def identities(pnos: Iterable[int]) -> dict[Pno, Identity]:
    """Number and name of many people; those who do not exist are left out."""
    opener = privacy.queries.opener(TABLE, "identity")
    found: dict[Pno, Identity] = {}
    for version in _newest_versions(pnos):
        number, name = json.loads(opener.open(version.pno, bytes(version.identity_sealed)))
        found[Pno(version.pno)] = Identity(number=number, name=name)
    return found


def contact(pno: Pno) -> Contact:
    """Phone, account and address of a person. Raises LookupError where there is no such person."""
    found = contacts([pno])
    if pno not in found:
        raise LookupError(f"a person number below {roster_size()} was expected, but {pno} came")
    return found[pno]


def contacts(pnos: Iterable[int]) -> dict[Pno, Contact]:
    """Phone, account and address of many people; those who do not exist are left out."""
    opener = privacy.queries.opener(TABLE, "contact")
    found: dict[Pno, Contact] = {}
    for version in _newest_versions(pnos):
        phone, account, address = json.loads(opener.open(version.pno, bytes(version.contact_sealed)))
        found[Pno(version.pno)] = Contact(phone=phone, account=account, address=address)
    return found


def person(pno: Pno) -> PersonFacts | None:
    """What is known of a person without opening anything sealed; None where there is no such person."""
    return persons([pno]).get(pno)


def persons(pnos: Iterable[int]) -> dict[Pno, PersonFacts]:
    """What is known of many people without opening anything sealed; those who do not exist are left out."""
    wanted = list(pnos)
    born: dict[int, tuple[int, int]] = {}
    for some in portions(wanted):
        rows = Person.objects.filter(pno__in=some).values_list("pno", "sex", "birth_day")
        born |= {pno: (sex, birth_day) for pno, sex, birth_day in rows}
    return {
        Pno(version.pno): PersonFacts(
            pno=Pno(version.pno),
            sex=born[version.pno][0],
            birth_day=from_day_number(born[version.pno][1]),
            region=version.region,
            true_from=version.true_from,
            known_since=version.known_since,
        )
        for version in _newest_versions(wanted)
    }


def all_identities() -> Iterator[tuple[Pno, Identity]]:
    """Number and name of everybody, by person number: for exports. Memory stays flat."""
    opener = privacy.queries.opener(TABLE, "identity")
    with connection.cursor() as cursor:
        for first in range(0, roster_size(), CHUNK):
            cursor.execute(
                f"SELECT pno, identity_sealed FROM people_personversion WHERE pno BETWEEN %s AND %s AND {COUNTS}"  # noqa: S608
                " ORDER BY pno, true_from, id",
                [first, first + CHUNK - 1],
            )
            newest = {pno: sealed for pno, sealed in cursor.fetchall()}  # noqa: C416 (the last one of a person counts)
            for pno, sealed in newest.items():
                number, name = json.loads(opener.open(pno, bytes(sealed)))
                yield Pno(pno), Identity(number=number, name=name)


def life_events(pno: Pno) -> list[LifeFact]:
    """What was confirmed of a person's life, in order of becoming known."""
    return [
        LifeFact(
            pno=Pno(event.pno),
            kind=event.kind,
            true_from=event.true_from,
            known_since=event.known_since,
            known_by=event.known_by,
            case_id=event.case_id,
        )
        for event in LifeEvent.objects.filter(pno=pno).order_by("known_since", "id")
    ]


def custodies_in_force() -> list[LifeFact]:
    """The newest custody of everybody whose custody stands, by person number."""
    ever = LifeEvent.objects.filter(kind=LifeEventKind.CUSTODY.value).order_by("pno")
    found = ever.values_list("pno", flat=True).distinct()
    facts = (loss_in_force(Pno(pno), LifeEventKind.CUSTODY) for pno in found)
    return [fact for fact in facts if fact is not None]


def loss_in_force(pno: Pno, kind: LifeEventKind) -> LifeFact | None:
    """The newest recorded loss of a kind, where the loss still stands; else None."""
    facts = life_events(pno)
    if kind not in rules.losses_in_force(facts):
        return None
    return [fact for fact in facts if fact.kind == kind][-1]


def losses_in_force(pno: Pno, *, overruled_at: datetime | None = None) -> frozenset[LifeEventKind]:
    """The recorded losses that still stand. Those known before `overruled_at` do not: a decision found otherwise then."""
    known = (fact for fact in life_events(pno) if overruled_at is None or fact.known_since > overruled_at)
    return rules.losses_in_force(known)


def lately(pno: Pno, *, since: datetime) -> Lately | None:
    """Birth day, phone and what changed of phone and account since a moment: what weighing asks, in two questions.

    A change is one from one number to another; a number where none was known before is none. None where there is no such
    person.
    """
    born = Person.objects.filter(pno=pno).values_list("birth_day", flat=True).first()
    columns = ("known_since", "contact_sealed")
    rows = list(
        PersonVersion.objects.filter(pno=pno).order_by("-true_from", "-id").values_list(*columns)[:RECENT]
    )
    if born is None or not rows:
        return None
    opener = privacy.queries.opener(TABLE, "contact")
    newest = [number for number, (known, _sealed) in enumerate(rows) if known >= since]
    contents = [json.loads(opener.open(pno, bytes(sealed))) for _known, sealed in rows[: len(newest) + 1]]
    phone = account = None
    for number, (new, old) in enumerate(pairwise(contents)):
        known = rows[number][0]
        if phone is None and new[0] and old[0] and new[0] != old[0]:
            phone = known
        if account is None and new[1] and old[1] and new[1] != old[1]:
            account = known
    return Lately(
        birth_day=from_day_number(born), phone=contents[0][0], phone_changed=phone, account_changed=account
    )


def deaths_known(pnos: Iterable[int]) -> dict[int, datetime]:
    """When a death was last confirmed, for those of these people of whom one was."""
    found: dict[int, datetime] = {}
    for some in portions(pnos):
        events = LifeEvent.objects.filter(pno__in=some, kind=LifeEventKind.DEATH.value).order_by(
            "known_since"
        )
        found |= dict(events.values_list("pno", "known_since"))
    return found


def newest_version(pno: Pno, *, known_before: datetime | None = None) -> PersonVersion | None:
    """The newest version of a person, or the newest that was known before a moment; None where there is none."""
    found = PersonVersion.objects.filter(pno=pno)
    if known_before is not None:
        found = found.filter(known_since__lt=known_before)
    return found.order_by("true_from", "id").last()


def opened(version: PersonVersion) -> tuple[Identity, Contact]:
    """What a version says, in clear."""
    number, name = json.loads(
        privacy.queries.opener(TABLE, "identity").open(version.pno, bytes(version.identity_sealed))
    )
    phone, account, address = json.loads(
        privacy.queries.opener(TABLE, "contact").open(version.pno, bytes(version.contact_sealed))
    )
    return Identity(number=number, name=name), Contact(phone=phone, account=account, address=address)


def other_numbers(pno: Pno) -> list[OtherNumber]:
    """The numbers that find a person besides the one that they are known by now, the oldest first. In clear."""
    given = holders()
    found: dict[str, date] = {}
    for held in (one for one in numbers_of(pno) if one.over_since is None):
        before = newest_version(pno, known_before=held.known_since)
        if before is not None and pno not in given:
            found.setdefault(opened(before)[0].number, held.true_from)
        found.setdefault(identity(held.from_pno).number, held.true_from)
    found.pop(identity(pno).number, None)
    return [OtherNumber(number=number, since=since) for number, since in found.items()]


def _newest_versions(pnos: Iterable[int]) -> Iterator[PersonVersion]:
    for some in portions(pnos):
        newest = {
            row.pno: row for row in PersonVersion.objects.filter(pno__in=some).order_by("true_from", "id")
        }
        yield from (newest[pno] for pno in sorted(newest))


def _roster(found: RosterDelivery) -> RosterRecord:
    return RosterRecord(
        batch_id=found.batch_id,
        position=found.position,
        file_name=found.file_name,
        delivered_on=found.delivered_on,
        rows=found.rows,
        accepted=found.accepted,
        repaired=found.repaired,
        refused=found.refused,
        notes=found.notes,
        errors_file=found.errors_file,
        imported_at=found.imported_at,
        imported_by=found.imported_by,
    )


# --- the ledger's rows ---


_ROWS = f"""
    SELECT v.pno, v.name_index, v.identity_sealed, v.contact_sealed, v.region, v.true_from,
           p.number_index, p.sex, p.birth_day
    FROM people_personversion AS v
    LEFT JOIN people_person AS p ON p.pno = v.pno AND p.roster = v.roster
    WHERE v.roster = %s AND v.{COUNTS} ORDER BY v.id
"""  # noqa: S608 (statements of our own)


def person_row(row: Sequence[Any]) -> bytes:
    """The bytes of a person's row in the tree of its roster, from the columns of `_ROWS`: joined by `|`, bytes as hex.

    The last three are those of a person whom this roster brought, and None for one whom an earlier roster brought.
    """
    pno, name, identity_sealed, contact_sealed, region, true_from, number, sex, birth_day = row
    known = f"{pno}|{name.hex()}|{identity_sealed.hex()}|{contact_sealed.hex()}|{region}|{true_from}"
    return (known if number is None else f"{known}|{number.hex()}|{sex}|{birth_day}").encode()


def rows_told(subject: str) -> Iterator[bytes]:
    """The canonical rows of what a roster, or a case, told of people: a mark that hides them does not verify."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [int(subject.partition(":")[2])])
        while chunk := cursor.fetchmany(CHUNK):
            yield from map(person_row, chunk)
