"""A department's file arrives (数据到达): from the delivered file to evidence in force.

1. Open it, whatever format it has, and know it by the hash of its content: what is known already changes nothing.
2. Read it a portion at a time: every row is accepted, repaired with a note, or refused into the errors file; the rows as
   they came are kept, sealed; rows about people on the roster are linked, those that reach nobody kept aside, sealed, for
   `links_are_sought`. So is a lead whose number cannot be used, though it is refused: it may be about somebody here.
3. Register the delivery: its rows get their evidence numbers. Write the resolved rows, then take it into force, with its
   entry in the ledger. Killed in between, the same command goes on where it stopped.
"""

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import IntegrityError, transaction

from yizheng.flows.arrivals.bad_numbers import CutNumbers, note_numbers, number_expected
from yizheng.flows.arrivals.control_totals import ControlTotals
from yizheng.flows.arrivals.same_period import SamePeriod, compare
from yizheng.flows.arrivals.why import Why
from yizheng.flows.house.full_disk import full_disk_is_refused
from yizheng.flows.house.whole_again import whole_again
from yizheng.kernel.digest import canonical_json, sha256_hex
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.store import Store
from yizheng.kernel.told import told
from yizheng.rooms import evidence, ledger, people, privacy
from yizheng.rooms.comparison import layout
from yizheng.rooms.comparison.linkage import INDEX, LINKED, Fault, Linker, Reading
from yizheng.rooms.evidence.data import ErrorLine, EvidenceRules, Expected, ImportReport, Source
from yizheng.rooms.evidence.ports import DeliveredTable, TableReader

_ATTEMPTS = 5
PORTION = 4 * evidence.queries.RAW_PART
"""Rows read at a time: memory stays flat however large the file is."""


@dataclass(slots=True)
class _Read:
    """What a file gave, summed over its portions."""

    rows: int = 0
    refused: int = 0
    repaired: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    linked: list[pa.Table] = field(default_factory=list)
    control: dict[str, int] = field(default_factory=dict)
    unlinked: dict[str, str] = field(default_factory=dict)
    """The sealed files of rows that reached nobody, with their hashes."""


@contextmanager
def roster_opened(store: Store) -> Iterator[Linker]:
    """The people on the roster, held ready to link many deliveries to. Raises Refused when nobody is on it."""
    if not people.queries.roster_size():
        raise Refused(Why.NO_ROSTER)
    newest = len(people.queries.rosters()) - 1
    linker = Linker(people.queries.link_table(store), roster=newest)
    try:
        yield linker
    finally:
        linker.close()


def import_feed(
    hands: Hands,
    *,
    file: Path,
    source: Source,
    rules: EvidenceRules,
    delivered_on: date | None,
    read_table: TableReader,
    linker: Linker,
    notes: Mapping[str, int] | None = None,
    replaces: bool = False,
) -> ImportReport:
    """Import one delivered file. `delivered_on` None: from the file's name, else today. Raises Refused.

    `linker` comes from `roster_opened`, once for many files. `notes` are kept with the delivery's own. `replaces`: a
    person says that the file takes the place of an earlier, longer one of its period.
    """
    table = read_table(file)
    day, period = dates_of(source, file, delivered_on, today=hands.now().date())
    batch_id = batch_of(table, source, period)
    if _is_known(batch_id, source, file):
        return _came_again(hands, batch_id, file)
    _check_name(source, rules, file)
    headers = headers_of(source, table, file)
    same = SamePeriod()
    earlier = [] if notes else evidence.queries.of_period(source.key, period, but=batch_id)
    if earlier:
        again = read_table(file).batches()
        same = compare(
            again,
            headers,
            file=file.name,
            source=source,
            earlier=earlier,
            store=hands.store,
            replaces=replaces,
        )
    if same.repeats:
        return _came_again(hands, same.repeats.batch_id, file)
    with full_disk_is_refused(file.name):
        read = _read(hands, table, file, batch_id, headers, source, rules, day, linker)
        read.notes |= dict(notes or {})
        errors = _write_errors(table, batch_id, file, source, headers, read, hands.store)
        first = _received(
            batch_id=batch_id,
            source=source.key,
            file_name=file.name[:200],
            period=period,
            delivered_on=day,
            counts=_counts(read),
            errors_file=errors,
            actor=hands.username,
            at=hands.now(),
        )
        files = _write_resolved(batch_id, read, first, hands.store)
        with transaction.atomic(), ledger.actions.appended_last():
            evidence.actions.accept(
                batch_id=batch_id,
                files=files,
                actor=hands.username,
                at=hands.now(),
                roster=linker.roster,
                unlinked=read.unlinked,
            )
            for one in same.supersedes:
                evidence.actions.supersede(
                    batch_id=one.batch_id, by=batch_id, actor=hands.username, at=hands.now()
                )
    said = (told(Why.SUPERSEDES, before=one.file_name, period=one.period) for one in same.supersedes)
    return replace(_report(batch_id, file, hands.store), told=(*table.told, *said), control=read.control)


def _came_again(hands: Hands, batch_id: str, file: Path) -> ImportReport:
    with transaction.atomic(), ledger.actions.appended_last():
        evidence.actions.came_again(
            batch_id=batch_id, file_name=file.name[:200], actor=hands.username, at=hands.now()
        )
    return _report(batch_id, file, hands.store, already_known=True)


def batch_of(table: DeliveredTable, source: Source, period: str) -> str:
    """What a delivery is known by: the hash of its content.

    A file of column names alone (零报告, nothing to report) looks the same every month: of the second on, source and
    period take part.
    """
    known = evidence.queries.find_delivery(table.content_hash)
    if known is None or known.rows or (known.source, known.period) == (source.key, period):
        return table.content_hash
    return sha256_hex(canonical_json([table.content_hash, source.key, period]))


def _is_known(batch_id: str, source: Source, file: Path) -> bool:
    """Whether this content is in force. Raises Refused where it is, as another source's."""
    known = evidence.queries.find_delivery(batch_id)
    if known is not None and known.source != source.key:
        raise Refused(
            Why.FROM_ANOTHER_SOURCE,
            file=file.name,
            source=source.key,
            known=known.source,
            day=known.delivered_on,
        )
    return known is not None


def _check_name(source: Source, rules: EvidenceRules, file: Path) -> None:
    """Refuse a file that bears another source's name: its columns may fit all the same."""
    named = re.search(source.file_name, file.name)
    bears = file.name[: named.start()] if named else ""
    if bears != source.key and bears in {kind.source for kind in rules.kinds}:
        raise Refused(Why.NAMED_FOR_ANOTHER_SOURCE, file=file.name, source=source.key, bears=bears)


@whole_again
def _received(**facts: Any) -> int:
    """Register the delivery; of two that take the same evidence numbers at once, the second takes the next ones."""
    for _ in range(_ATTEMPTS):
        try:
            with transaction.atomic(), ledger.actions.appended_last():
                return evidence.actions.receive(**facts)
        except IntegrityError:
            continue
    raise Refused(Why.TOO_MANY_AT_ONCE, file=facts["file_name"])


def headers_of(source: Source, table: DeliveredTable, file: Path) -> dict[str, str]:
    """The header of each of the source's fields that the file has. Raises Refused where a needed one is missing."""
    found, missing = evidence.queries.find_headers(source.columns, table.headers)
    if missing:
        raise Refused(
            Why.FEED_COLUMNS_MISSING,
            file=file.name,
            name=source.name,
            source=source.key,
            missing=tuple(missing),
            known=len(found),
            others=len(table.headers) - len(found),
        )
    return found


def dates_of(source: Source, file: Path, delivered_on: date | None, *, today: date) -> tuple[date, str]:
    """The day a file was delivered on and the period it is about: from its name, or what the caller says."""
    named = re.search(source.file_name, file.name)
    parts = named.groupdict() if named else {}
    day = delivered_on
    if day is None and parts.get("delivered"):
        try:
            day = date.fromisoformat(parts["delivered"])
        except ValueError as error:
            raise Refused(Why.DAY_IN_NAME_WRONG, file=file.name, came=parts["delivered"]) from error
    day = day or today
    return day, parts.get("period") or f"{day:%Y-%m}"


def _read(
    hands: Hands,
    table: DeliveredTable,
    file: Path,
    batch_id: str,
    headers: dict[str, str],
    source: Source,
    rules: EvidenceRules,
    delivered_on: date,
    linker: Linker,
) -> _Read:
    """Read the file through: keep its rows sealed, link them, and remember what could not be used."""
    read = _Read()
    most = source.expectation.cut_percent
    cut = CutNumbers(file.name, headers.get("id_number", ""), most_percent=most)
    totals = ControlTotals(file.name, source.columns, headers)
    with ThreadPoolExecutor(1) as keeper:
        kept: list[Future[None]] = []
        aside: list[Future[dict[str, str]]] = []
        for portion in _portions(table):
            cut.check(portion)
            totals.add(portion)
            kept.append(keeper.submit(_keep_raw, batch_id, source, portion, read.rows, hands.store))
            found = _link(
                read, portion, linker, source=source, rules=rules, headers=headers, delivered_on=delivered_on
            )
            aside.append(keeper.submit(_keep_unlinked, batch_id, len(aside), found, hands.store))
            hands.progress(source.name, read.rows, read.rows)
        for done in kept:
            done.result()
        for names in aside:
            read.unlinked |= names.result()
    _account(read, table, file)
    read.control = totals.check(table, rows=read.rows, control_files=source.control_files)
    return read


def _account(read: _Read, table: DeliveredTable, file: Path) -> None:
    """Count the lines that gave no row: those that cannot be read are refused. Raises Refused where the sum is wrong."""
    ragged = sum(one.lines for one in table.ragged)
    read.rows += ragged
    read.refused += ragged
    read.notes |= {"ragged": ragged} if ragged else {}
    read.notes |= table.notes
    evidence.queries.check_lines(file=file.name, in_file=table.lines, rows=read.rows, notes=table.notes)


def _link(
    read: _Read,
    portion: pa.Table,
    linker: Linker,
    *,
    source: Source,
    rules: EvidenceRules,
    headers: dict[str, str],
    delivered_on: date,
) -> Reading:
    """Link a portion's rows, and add what it gave."""
    numbered = portion.append_column(INDEX, pa.array(range(read.rows, read.rows + len(portion)), pa.int64()))
    found = linker.read(numbered, source=source, rules=rules, headers=headers, delivered_on=delivered_on)
    read.rows += found.rows
    read.refused += found.refused
    read.repaired += found.repaired
    read.faults += found.faults
    read.linked.append(found.linked)
    for total, part in ((read.kinds, found.kinds), (read.notes, found.notes)):
        for word, number in part.items():
            total[word] = total.get(word, 0) + number
    if found.leads.num_rows:
        read.notes["leads_kept"] = read.notes.get("leads_kept", 0) + found.leads.num_rows
    return found


def _portions(table: DeliveredTable) -> Iterator[pa.Table]:
    """The rows in portions of PORTION, whatever sizes the reader gives."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in table.batches():
        waiting.append(batch)
        rows += batch.num_rows
        while rows >= PORTION:
            together = pa.Table.from_batches(waiting)
            yield together.slice(0, PORTION)
            waiting = together.slice(PORTION).to_batches()
            rows -= PORTION
    if rows:
        yield pa.Table.from_batches(waiting)


def _keep_raw(batch_id: str, source: Source, portion: pa.Table, first: int, store: Store) -> None:
    """Write the rows as they came, sealed, in parts small enough to open for one row."""
    for start in range(0, len(portion), evidence.queries.RAW_PART):
        part = (first + start) // evidence.queries.RAW_PART
        sink = pa.BufferOutputStream()
        pq.write_table(portion.slice(start, evidence.queries.RAW_PART), sink, compression="zstd")
        sealed = privacy.actions.seal_file(
            sink.getvalue().to_pybytes(), evidence.queries.raw_context(batch_id, part)
        )
        store.write(evidence.queries.raw_part(source.key, batch_id, part), sealed)


def _keep_unlinked(batch_id: str, part: int, found: Reading, store: Store) -> dict[str, str]:
    """Write the rows of a portion that reached nobody, sealed; returns each file's SHA-256 by its name."""
    files = {}
    for what, rows in (("strangers", found.strangers), ("leads", found.leads)):
        if not rows.num_rows:
            continue
        name = evidence.queries.unlinked_file(batch_id, what, part, secrets.token_hex(4))
        sink = pa.BufferOutputStream()
        pq.write_table(rows, sink, compression="zstd")
        sealed = privacy.actions.seal_file(
            sink.getvalue().to_pybytes(), evidence.queries.unlinked_context(name)
        )
        store.write(name, sealed)
        files[name] = hashlib.sha256(sealed).hexdigest()
    return files


def _write_errors(
    table: DeliveredTable,
    batch_id: str,
    file: Path,
    source: Source,
    headers: dict[str, str],
    read: _Read,
    store: Store,
) -> str:
    """Write the errors file, if anything was refused; returns its name inside the store."""
    lines = [
        ErrorLine(
            row=fault.row,
            column=headers.get(fault.field, fault.field),
            expected=number_expected(fault.came)
            if fault.field == "id_number"
            else Expected(source.columns[fault.field].kind),
            came=fault.came,
        )
        for fault in read.faults
    ]
    lines += [ragged.as_error for ragged in table.ragged]
    note_numbers(read.notes, lines)
    if not lines:
        return ""
    name = f"errors/{batch_id[:12]}-{file.stem[:80]}.csv"
    store.write(name, table.errors_file(lines))
    return name


def _counts(read: _Read) -> evidence.actions.Counts:
    return evidence.actions.Counts(
        rows=read.rows,
        accepted=read.rows - read.refused,
        repaired=read.repaired,
        refused=read.refused,
        matched=sum(part.num_rows for part in read.linked),
        kinds=read.kinds,
        notes=read.notes,
    )


def _report(batch_id: str, file: Path, store: Store, *, already_known: bool = False) -> ImportReport:
    record = evidence.queries.find_delivery(batch_id)
    if record is None:
        raise Refused(Why.DELIVERY_GONE, file=file.name)
    return ImportReport(
        batch_id=batch_id,
        source=record.source,
        file_name=file.name,
        rows=record.rows,
        accepted=record.accepted,
        repaired=record.repaired,
        refused=record.refused,
        matched=record.matched,
        already_known=already_known,
        errors_file=store.path(record.errors_file).__fspath__() if record.errors_file else "",
        notes=record.notes,
        lines=evidence.queries.lines_of(
            accepted=record.accepted, repaired=record.repaired, refused=record.refused, notes=record.notes
        ),
    )


def _write_resolved(batch_id: str, read: _Read, first: int, store: Store) -> dict[str, str]:
    """Write the linked rows, a file a bucket of people; returns each file's SHA-256 by its name."""
    linked = pa.concat_tables(read.linked) if read.linked else LINKED.empty_table()
    pno, kind, day, index = (linked.column(name).to_numpy() for name in LINKED.names)
    files = {}
    for bucket, rows in layout.by_bucket((pno, layout.packed(day, kind, index + first))):
        data = layout.encoded(rows).to_pybytes()
        name = evidence.queries.lean_file(batch_id, bucket)
        store.write(name, data)
        files[name] = hashlib.sha256(data).hexdigest()
    return files
