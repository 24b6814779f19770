"""A roster arrives (花名册到达): from the agency's file to people and benefits that everything else can count on.

1. Open it, whatever format it has, and know it by the hash of its content: what is known already changes nothing.
2. Read it a portion at a time; refuse what cannot stand into the errors file; give new people the next numbers.
3. Seal names, numbers and contacts, outside of any transaction. Write the link file and the trees' leaves.
4. Write all rows in portions that do not count yet (`roster_portions`): who else writes waits for a short one.
5. In one transaction: the roster, pay states and all entries in the ledger; from then on what it tells counts.

Somebody on the roster already gets a further version or benefit only where the file says something new; nobody is
removed for not being in a file. A pay state follows the file only where the file itself has changed since the roster
before, and never against a decision of the product (`roster_pay`). Who may be somebody the roster has dropped, and a
number under which somebody else appears, are questions for two people (`roster_identities`, `roster_moved`). A file
that was delivered before the newest roster changes nothing in force: its new people are taken in, and its facts stand
with their own day behind what is newer. Killed at any moment, the same command starts over.
"""

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import IntegrityError, transaction

from yizheng.flows.arrivals import roster_identities, roster_moved, roster_pay, roster_sealing
from yizheng.flows.arrivals.bad_numbers import CutNumbers, note_numbers
from yizheng.flows.arrivals.control_totals import ControlTotals
from yizheng.flows.arrivals.roster_late import Late
from yizheng.flows.arrivals.roster_pay import Heard
from yizheng.flows.arrivals.roster_portions import OvertakenError, check_place, write_portions
from yizheng.flows.arrivals.roster_reading import Portion, RosterReader, headers_of
from yizheng.flows.arrivals.roster_sealing import Sealed
from yizheng.flows.arrivals.roster_terms import RosterTerms
from yizheng.flows.arrivals.why import Why
from yizheng.flows.house.full_disk import full_disk_is_refused
from yizheng.flows.house.processors import processors
from yizheng.flows.house.tree_is_kept import keep_tree
from yizheng.flows.house.whole_again import whole_again
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.store import Store
from yizheng.kernel.time import CHINA
from yizheng.rooms import casework, entitlements, evidence, ledger, people, privacy
from yizheng.rooms.casework.data import CaseRules, Known, NewCase
from yizheng.rooms.entitlements.data import DISTRICT, ROSTER
from yizheng.rooms.evidence.data import ErrorLine, ImportReport
from yizheng.rooms.evidence.ports import DeliveredTable, TableReader
from yizheng.rooms.ledger.data import RowTree
from yizheng.rooms.people.data import Answer, NewQuestion, QuestionKind, RosterRecord

_ATTEMPTS = 3
PORTION = 131_072
"""Rows read at a time."""
WAITING = 4
"""Portions that may wait for being sealed: memory stays flat however large the file is."""


@dataclass(slots=True)
class _Read:
    """What a file gave, summed over its portions. `parts` hold sealed values and numbers, nothing in clear."""

    first_pno: int
    rows: int = 0
    refused: int = 0
    repaired: int = 0
    known: int = 0
    fresh: int = 0
    notes: dict[str, int] = field(default_factory=dict)
    errors: list[ErrorLine] = field(default_factory=list)
    link: list[pa.Table] = field(default_factory=list)
    parts: list[Sealed] = field(default_factory=list)
    told: list[pa.Table] = field(default_factory=list)
    late: Late | None = None
    named: Counter[str] = field(default_factory=Counter)
    seen: list[pa.ChunkedArray] = field(default_factory=list)
    """The known people whom the file names, by district and by person number."""
    answered: Mapping[bytes, Answer | None] = field(default_factory=people.queries.answered_rows)
    """What people said of rows under whose number somebody else appeared."""
    questions: list[NewQuestion] = field(default_factory=list)
    asked_about: int = 0

    missing: Sequence[int] = ()
    """The people whom the file does not name."""

    def unnamed(self) -> list[int]:
        """The people whom the file does not name, without files that are another's by now."""
        named = [*(part.to_numpy() for part in self.seen), np.array(list(people.queries.joined()), np.int64)]
        unnamed: list[int] = np.setdiff1d(np.arange(self.first_pno), np.concatenate(named)).tolist()
        return unnamed


def import_roster(
    hands: Hands,
    *,
    file: Path,
    delivered_on: date,
    terms: RosterTerms,
    read_table: TableReader,
) -> ImportReport:
    """Import one roster. Raises Refused where it cannot be used; nothing is changed then.

    Importing a file twice changes nothing and says so.
    """
    _check_has_come(hands, file, delivered_on)
    for _ in range(_ATTEMPTS):
        table = read_table(file)
        known = people.queries.find_roster(table.content_hash)
        if known is not None:
            return _report(known, hands.store, already_known=True)
        try:
            with full_disk_is_refused(file.name):
                return _import(hands, table, file, delivered_on, terms)
        except (OvertakenError, IntegrityError):
            continue
    raise Refused(Why.ROSTERS_AT_ONCE, file=file.name)


def _check_has_come(hands: Hands, file: Path, day: date) -> None:
    """Refuse a roster of a day that has not come: it would be the newest for as long as the slip is wide."""
    today = hands.now().astimezone(CHINA).date()
    if day > today:
        raise Refused(Why.ROSTER_FROM_THE_FUTURE, file=file.name, day=day, today=today)


def _import(
    hands: Hands,
    table: DeliveredTable,
    file: Path,
    delivered_on: date,
    terms: RosterTerms,
) -> ImportReport:
    headers = headers_of(terms.columns, table.headers, file.name)
    before = people.queries.rosters()
    late = Late.of(delivered_on) if any(one.delivered_on > delivered_on for one in before) else None
    read = _Read(first_pno=people.queries.roster_size(), late=late)
    store, watched = hands.store, roster_pay.watched_people()
    known = people.queries.link_table_as_of(store, delivered_on) if late else people.queries.link_table(store)
    reader = RosterReader(
        known=known,
        headers=headers,
        columns=terms.columns,
        delivered_on=delivered_on,
        region=terms.region,
    )
    cut = CutNumbers(file.name, headers["id_number"])
    totals = ControlTotals(file.name, terms.columns, headers)
    with closing(reader), processors(worth=file.stat().st_size >= roster_sealing.WORTH_A_PROCESS) as pool:
        waiting: list[Future[Sealed]] = []
        for portion in _portions(table):
            cut.check(portion)
            totals.add(portion)
            kept = _numbered(read, reader.read(portion), watched)
            waiting.append(pool.submit(roster_sealing.seal, kept, delivered_on))
            if len(waiting) > WAITING:
                read.parts.append(waiting.pop(0).result())
            hands.progress("roster", read.rows, read.rows)
        read.parts += [sealed.result() for sealed in waiting]
    _ask(read, known, file, roster=len(before))
    rows = read.rows + sum(one.lines for one in table.ragged)
    evidence.queries.check_lines(file=file.name, in_file=table.lines, rows=rows, notes=table.notes)
    control = totals.check(table, rows=rows)
    record = RosterRecord(
        batch_id=table.content_hash,
        position=len(before),
        file_name=file.name[:200],
        delivered_on=delivered_on,
        rows=rows,
        accepted=read.rows - read.refused,
        repaired=read.repaired,
        refused=read.refused + rows - read.rows,
        notes=_notes(read, table),
        errors_file=_write_errors(table, file, read, hands.store),
        imported_at=hands.now(),
        imported_by=hands.username,
    )
    _write_link(record, read, hands.store)
    report = _report(_write_and_register(hands, record, read, terms), hands.store)
    return replace(report, told=tuple(table.told), control=control)


def _portions(table: DeliveredTable) -> Iterator[pa.Table]:
    """The rows in portions of at least PORTION."""
    waiting: list[pa.RecordBatch] = []
    for batch in table.batches():
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= PORTION:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


def _numbered(read: _Read, portion: Portion, watched: pa.Array) -> pa.Table:
    """Give new people the next numbers, count, and keep the rows that bring something new."""
    accepted = portion.accepted
    place = pc.subtract(pc.cumulative_sum(pc.cast(accepted["is_new"], pa.int64())), 1)
    new_pno = pc.add(place, read.first_pno + read.fresh)
    pno = pc.if_else(accepted["is_new"], new_pno, accepted["known_pno"].cast(pa.int64()))
    came = pc.if_else(accepted["is_new"], new_pno, accepted["known_came"].cast(pa.int64()))
    accepted = accepted.append_column("pno", pno).append_column("came", came)
    accepted, moved = roster_moved.withheld(accepted, read.answered)
    read.questions += moved
    read.asked_about += _count(accepted, "is_asked")
    if read.late:
        accepted = read.late.kept(accepted)
    fresh = _count(accepted, "is_new")
    read.rows += portion.rows
    read.refused += portion.refused
    read.repaired += portion.repaired
    read.fresh += fresh
    read.known += accepted.num_rows - fresh
    known = accepted.filter(pc.invert(accepted["is_new"]))
    read.seen.append(known["pno"])
    districts = pc.value_counts(pc.utf8_slice_codeunits(known["region"], 0, DISTRICT))
    read.named.update({one["values"]: one["counts"] for one in districts.to_pylist()})
    read.errors += portion.errors
    for note, number in portion.notes.items():
        read.notes[note] = read.notes.get(note, 0) + number
    heard = accepted.filter(accepted["is_new"] if read.late else pc.invert(accepted["is_asked"]))
    read.told.append(roster_pay.worth_a_look(heard, watched))
    kept = accepted.filter(
        pc.or_(pc.or_(accepted["person_changed"], accepted["benefit_changed"]), accepted["told_differently"])
    )
    link = kept.filter(kept["is_new"]) if read.late else kept
    read.link.append(link.select(people.queries.LINK_SCHEMA.names).cast(people.queries.LINK_SCHEMA))
    return kept


def _ask(read: _Read, known: pa.Table, file: Path, *, roster: int) -> None:
    """What the file asks about people and numbers, now that all of it is read."""
    roster_moved.check_few(read.questions, named=read.known, file=file.name)
    read.missing = () if read.late else read.unnamed()
    link = pa.concat_tables(read.link) if read.link else people.queries.LINK_SCHEMA.empty_table()
    read.questions += roster_identities.asked(
        known,
        link.filter(pc.greater_equal(link["pno"], read.first_pno)),
        missing=read.missing,
        roster=roster,
    )


def _notes(read: _Read, table: DeliveredTable) -> dict[str, int]:
    more = {
        **table.notes,
        "ragged": sum(one.lines for one in table.ragged),
        "new_people": read.fresh,
        "people_changed": sum(_count(part.rows, "person_changed") for part in read.parts) - read.fresh,
        "benefits_changed": sum(_count(part.rows, "benefit_changed") for part in read.parts) - read.fresh,
        "not_in_this_file": len(read.missing),
        "older_than_newest": read.known if read.late else 0,
        "number_moved": read.asked_about,
        "asked_as_new": sum(one.kind is QuestionKind.SAME_PERSON for one in read.questions),
    }
    note_numbers(more, read.errors)
    return _counted(read.notes | more)


def _count(part: pa.Table, column: str) -> int:
    return pc.sum(part[column]).as_py() or 0


def _write_errors(table: DeliveredTable, file: Path, read: _Read, store: Store) -> str:
    """Write the errors file, if there is anything to say; returns its name inside the store."""
    lines = read.errors + [ragged.as_error for ragged in table.ragged]
    if not lines:
        return ""
    name = f"errors/{table.content_hash[:12]}-{file.stem[:80]}.csv"
    store.write(name, table.errors_file(lines))
    return name


def _write_link(record: RosterRecord, read: _Read, store: Store) -> None:
    link = pa.concat_tables(read.link) if read.link else people.queries.LINK_SCHEMA.empty_table()
    sink = io.BytesIO()
    pq.write_table(link.sort_by("pno"), sink, compression="zstd")
    store.write(
        people.queries.link_name(record.batch_id),
        privacy.actions.seal_file(sink.getvalue(), f"link:{record.batch_id}"),
    )


def _write_and_register(hands: Hands, record: RosterRecord, read: _Read, terms: RosterTerms) -> RosterRecord:
    """The trees, the rows in portions, then the rest. Gives the record with what came of pay."""
    people_tree = ledger.actions.tree_over(b"".join(part.person_leaves for part in read.parts))
    benefit_tree = ledger.actions.tree_over(b"".join(part.benefit_leaves for part in read.parts))
    for tree in (people_tree, benefit_tree):
        keep_tree(hands.store, tree)
    token = write_portions(hands, record, read.parts, first_pno=read.first_pno)
    return _register(hands, record, read, terms, (people_tree, benefit_tree), token)


@whole_again
def _register(
    hands: Hands,
    record: RosterRecord,
    read: _Read,
    terms: RosterTerms,
    trees: tuple[RowTree, RowTree],
    token: str,
) -> RosterRecord:
    """All of the roster comes to count, at once. `trees` are over its people and its benefits."""
    roster, day, actor, at = record.position, record.delivered_on, record.imported_by, record.imported_at
    people_tree, benefit_tree = trees
    with transaction.atomic(), ledger.actions.appended_last():
        check_place(roster, read.first_pno, token)
        heard = roster_pay.hear(
            read.told,
            named=read.named,
            limits=terms.limits,
            decision=f"{ROSTER}:{record.batch_id[:12]}",
            delivered_on=day,
            at=at,
        )
        record = replace(record, notes=_counted(record.notes | heard.notes()))
        people.actions.accept_roster(record, tree=people_tree)
        entitlements.actions.commit_benefits(roster=roster, tree=benefit_tree, actor=actor, at=at)
        entitlements.actions.change_pay_states(heard.steps, actor=actor, at=at)
        _set_aside(hands, record, read, heard, terms.case_rules)
    return record


def _set_aside(hands: Hands, record: RosterRecord, read: _Read, heard: Heard, case_rules: CaseRules) -> None:
    """What a roster does not change by itself: held for a supervisor, asked about, or said beside what we say."""
    roster, actor, at = record.position, record.imported_by, record.imported_at
    for tree in entitlements.actions.drop_steps(heard.dropped, roster=roster, actor=actor, at=at):
        keep_tree(hands.store, tree)
    for new in heard.held:
        tree = entitlements.actions.hold_steps(
            new, roster=roster, batch_id=record.batch_id, actor=actor, at=at
        )
        keep_tree(hands.store, tree)
    people.actions.ask(read.questions, roster=roster, actor=actor, at=at)
    stopped = [NewCase(pno=Pno(pno), leads=(), kind=Known.ROSTER_STOP) for pno in heard.questions]
    casework.actions.open_cases(
        stopped + roster_moved.cases_of(read.questions),
        case_rules=case_rules,
        run_id="",
        as_of=at.astimezone(CHINA).date(),
        at=at,
        actor=actor,
    )
    if read.late is None:
        said = heard.said_otherwise(unnamed=read.missing)
        entitlements.actions.record_sayings(said, roster=roster, day=record.delivered_on)


def _counted(notes: Mapping[str, int]) -> dict[str, int]:
    """The notes that count somebody, by name."""
    return dict(sorted((note, number) for note, number in notes.items() if number))


def _report(record: RosterRecord, store: Store, *, already_known: bool = False) -> ImportReport:
    return ImportReport(
        batch_id=record.batch_id,
        source="roster",
        file_name=record.file_name,
        rows=record.rows,
        accepted=record.accepted,
        repaired=record.repaired,
        refused=record.refused,
        matched=record.accepted - record.notes.get("new_people", 0),
        already_known=already_known,
        errors_file=store.path(record.errors_file).__fspath__() if record.errors_file else "",
        notes=record.notes,
        lines=evidence.queries.lines_of(
            accepted=record.accepted, repaired=record.repaired, refused=record.refused, notes=record.notes
        ),
    )


def delivered_in_name(file: Path) -> date | None:
    """The day of delivery in a file's name (`roster_2026-10-05.csv`); None where there is none."""
    for part in reversed(file.stem.replace(".", "_").split("_")):
        try:
            return date.fromisoformat(part)
        except ValueError:
            continue
    return None
