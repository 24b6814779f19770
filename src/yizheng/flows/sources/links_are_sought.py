"""People are sought for rows that could not be linked on arrival (补充关联): exactly where a roster brought them since,
and by likeness for leads.

A delivery at a time, and each row once:

1. Rows that arrived before their person are linked now, by the same number and name (every kind of event). They become
   a further lean file of their delivery.
2. Leads that still have nobody go through the finder. A candidate that is as good as sure and stands alone becomes a
   suspicion: evidence, so that the next run raises a doubt, and never more. The others wait for a clerk.
3. In one transaction: the search, its links, and their entries in the ledger.

Life evidence is never linked by likeness: a guess must certify nobody. What a person decided is not asked again. Killed
at any moment, the same command goes on with the deliveries that are left.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import IntegrityError, transaction

from yizheng.flows.house.full_disk import full_disk_is_refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.store import Store
from yizheng.rooms import evidence, ledger, people
from yizheng.rooms.comparison import layout
from yizheng.rooms.comparison.data import EVIDENCE_MASK
from yizheng.rooms.comparison.kernel import Ints
from yizheng.rooms.comparison.linkage import LEADS, LINKED, people_to_find, relink
from yizheng.rooms.comparison.tail.data import FIELDS, RECORDS, SUSPICION, WORTH_A_LOOK, Model
from yizheng.rooms.comparison.tail.finder import Finder
from yizheng.rooms.evidence.data import Candidate, DeliveryRecord, LinkRecord, LinkState

AT_ONCE = 200_000
"""Leads that go through the finder together: memory stays flat however many wait."""


class FindsPeople(Protocol):
    """What looks for the people of records: the finder of the hard tail."""

    def find(self, records: pa.Table) -> pa.Table:
        """Candidates of a table of RECORDS."""
        ...

    def close(self) -> None:
        """Give the memory back."""
        ...


FinderOf = Callable[[pa.Table, Model], FindsPeople]


@dataclass(slots=True, kw_only=True)
class SearchReport:
    """What a search brought: deliveries looked at, rows linked exactly, leads looked at, links by what became of them."""

    model_id: str
    deliveries: int = 0
    linked: int = 0
    leads: int = 0
    suspected: int = 0
    waiting: int = 0


@dataclass(slots=True, kw_only=True)
class _Due:
    """A delivery that is to be searched, and what was found so far. Keys of `leads` are evidence numbers."""

    delivery: DeliveryRecord
    searched_upto: int
    has_leads: bool
    files: dict[str, str] = field(default_factory=dict)
    linked: int = 0
    theirs: list[int] = field(default_factory=list)
    """Rows with uncertain links that were linked exactly now."""
    leads: dict[int, tuple[int, int]] = field(default_factory=dict)
    records: pa.Table = field(default_factory=RECORDS.empty_table)
    before: dict[int, list[LinkRecord]] = field(default_factory=dict)


def finder_of(people_table: pa.Table, model: Model) -> FindsPeople:
    """The product's own finder."""
    return Finder(people_table, model=model)


def seek(hands: Hands, *, model: Model, finder: FinderOf | None = None) -> SearchReport:
    """Search for everybody whose rows wait. Doing it twice finds nothing twice. Raises Refused on a full disk."""
    report, roster = SearchReport(model_id=model.id), len(people.queries.rosters()) - 1
    due = _due(roster, model)
    with full_disk_is_refused("links"):
        if any(one.has_leads for one in due):
            hands.store.write(evidence.queries.model_file(model.id), model.to_json().encode())
        searcher = _Searcher(model, hands.store, finder or finder_of)
        try:
            for some in searcher.together(due, roster):
                candidates = searcher.candidates(some)
                for one in some:
                    _finish(hands, one, candidates, roster, model, report)
                    hands.progress("links", report.deliveries, len(due))
        finally:
            searcher.close()
    return report


def _due(roster: int, model: Model) -> list[_Due]:
    """The deliveries with rows that wait and were not searched against this roster with this model yet."""
    found = []
    for delivery in evidence.queries.deliveries(as_of=date.max):
        if not delivery.unlinked:
            continue
        made = evidence.queries.searched(delivery.batch_id)
        upto = max([delivery.roster, *(one.roster for one in made)])
        has_leads = any("/leads-" in name for name in delivery.unlinked)
        is_new = has_leads and not any((one.roster, one.model_id) == (roster, model.id) for one in made)
        if upto < roster or is_new:
            found.append(_Due(delivery=delivery, searched_upto=upto, has_leads=has_leads))
    return found


class _Searcher:
    """Opens what is needed once: newcomers of a roster, the finder over everybody."""

    def __init__(self, model: Model, store: Store, finder: FinderOf) -> None:
        self._model, self._store, self._finder_of = model, store, finder
        self._newcomers: dict[int, pa.Table] = {}
        self._ruled = evidence.queries.ruled()
        self._finder: FindsPeople | None = None

    def close(self) -> None:
        if self._finder is not None:
            self._finder.close()

    def together(self, due: Sequence[_Due], roster: int) -> Iterator[list[_Due]]:
        """Deliveries linked exactly, their leads read, and so many at a time as the finder may take."""
        some: list[_Due] = []
        for one in due:
            one.before = evidence.queries.links_into(one.delivery)
            taken = self._link_exactly(one, roster)
            if one.has_leads:
                self._read_leads(one, taken)
            some.append(one)
            if sum(len(other.leads) for other in some) >= AT_ONCE:
                yield some
                some = []
        if some:
            yield some

    def candidates(self, some: Sequence[_Due]) -> Mapping[int, list[dict[str, Any]]]:
        """The finder's rows by evidence number."""
        records = pa.concat_tables([RECORDS.empty_table(), *(one.records for one in some)])
        if not records.num_rows:
            return {}
        found: dict[int, dict[int, dict[str, Any]]] = {}
        for row in self._open_finder().find(records).to_pylist():
            if row["probability"] < WORTH_A_LOOK:
                continue
            theirs = found.setdefault(row["record"], {})
            before = theirs.get(row["pno"])  # whoever has two numbers is found by either
            if before is None or before["weight"] < row["weight"]:
                theirs[row["pno"]] = row
        return {record: list(theirs.values()) for record, theirs in found.items()}

    def _open_finder(self) -> FindsPeople:
        if self._finder is None:
            everybody = people_to_find(
                people.queries.link_table(self._store), people.queries.region_columns()
            )
            self._finder = self._finder_of(everybody, self._model)
        return self._finder

    def _link_exactly(self, one: _Due, roster: int) -> Ints:
        """Link the rows whose person came since; gives the places of all rows that were linked after arrival."""
        first = one.delivery.first_evidence_no
        taken = _linked_later(one.delivery, self._store)
        if one.searched_upto >= roster:
            return taken
        newcomers = self._people_after(one.searched_upto)
        if not newcomers.num_rows:
            return taken
        decided = [row - first for row, links in one.before.items() if _is_confirmed(links)]
        not_again = np.concatenate([taken, np.array(decided, np.int64)])
        parts = [
            relink(strangers, newcomers, taken=not_again)
            for strangers in evidence.queries.unlinked_rows(one.delivery, "strangers", self._store)
        ]
        linked = pa.concat_tables([LINKED.empty_table(), *parts])
        one.files = _write_lean(one.delivery, linked, roster, self._store)
        places = linked["index"].to_numpy()
        one.linked = len(places)
        rows = np.array(sorted(one.before), np.int64)
        one.theirs = rows[np.isin(rows - first, places)].tolist()
        return np.concatenate([taken, places])

    def _people_after(self, position: int) -> pa.Table:
        if position not in self._newcomers:
            self._newcomers[position] = people.queries.link_table(self._store, after=position)
        return self._newcomers[position]

    def _read_leads(self, one: _Due, taken: Ints) -> None:
        """The leads that still have nobody: not linked, not confirmed by a person, not ruled on."""
        first = one.delivery.first_evidence_no
        rows = pa.concat_tables(
            [LEADS.empty_table(), *evidence.queries.unlinked_rows(one.delivery, "leads", self._store)]
        )
        is_taken = np.isin(rows["index"].to_numpy(), taken).tolist()
        waits = [
            not linked
            and first + index not in self._ruled
            and not _is_confirmed(one.before.get(first + index, []))
            for index, linked in zip(rows["index"].to_pylist(), is_taken, strict=True)
        ]
        rows = rows.filter(pa.array(waits, pa.bool_()))
        record = pa.array(rows["index"].to_numpy() + first, pa.int64())
        told = zip(record.to_pylist(), rows["kind"].to_pylist(), rows["day"].to_pylist(), strict=True)
        one.leads = {evidence_no: (kind, day) for evidence_no, kind, day in told}
        one.records = rows.append_column("record", record).select(RECORDS.names).cast(RECORDS)


def _linked_later(delivery: DeliveryRecord, store: Store) -> Ints:
    """The places of the delivery's rows that earlier searches linked."""
    found = [np.zeros(0, np.int64)]
    for search in evidence.queries.searched(delivery.batch_id):
        for name in search.files:
            keys = pq.read_table(store.path(name).__fspath__(), columns=["key"])["key"].to_numpy()
            found.append((keys & EVIDENCE_MASK) - delivery.first_evidence_no)
    return np.concatenate(found)


def _write_lean(delivery: DeliveryRecord, linked: pa.Table, roster: int, store: Store) -> dict[str, str]:
    """Write rows that were linked later as lean files of their own; returns each file's SHA-256 by its name."""
    pno, kind, day, index = (linked.column(name).to_numpy() for name in LINKED.names)
    batch, files = evidence.queries.relinked_batch(delivery.batch_id, roster), {}
    for bucket, rows in layout.by_bucket((pno, layout.packed(day, kind, index + delivery.first_evidence_no))):
        data = layout.encoded(rows).to_pybytes()
        name = evidence.queries.lean_file(batch, bucket)
        store.write(name, data)
        files[name] = hashlib.sha256(data).hexdigest()
    return files


def _finish(
    hands: Hands,
    one: _Due,
    candidates: Mapping[int, list[dict[str, Any]]],
    roster: int,
    model: Model,
    report: SearchReport,
) -> None:
    """Write one delivery's search down, all of it or nothing. Where another command was faster, its word stands."""
    found = [
        link for row, told in one.leads.items() for link in _of_row(row, told, candidates.get(row, []), one)
    ]
    try:
        with transaction.atomic(), ledger.actions.appended_last():
            evidence.actions.finish_search(
                batch_id=one.delivery.batch_id,
                roster=roster,
                model_id=model.id if one.has_leads else "",
                files=one.files,
                linked=one.linked,
                no_more=one.theirs,
                found=found,
                actor=hands.username,
                at=hands.now(),
            )
    except IntegrityError:
        return
    states = [state for _, state in found]
    report.deliveries += 1
    report.linked += one.linked
    report.leads += len(one.leads)
    report.suspected += states.count(LinkState.SUSPECTED)
    report.waiting += states.count(LinkState.WAITING)


def _of_row(
    evidence_no: int, told: tuple[int, int], rows: Sequence[Mapping[str, Any]], one: _Due
) -> Iterator[tuple[Candidate, LinkState]]:
    """What becomes of a row's candidates. Pairs that are known stay as they are; a row has one suspicion at the most."""
    kind_no, day = told
    before = {link.pno: link for link in one.before.get(evidence_no, [])}
    rejected = {pno for pno, link in before.items() if link.state is LinkState.REJECTED}
    is_suspected = any(link.state is LinkState.SUSPECTED for link in before.values())
    candidates = [_candidate(row, kind_no, day) for row in rows if row["pno"] not in rejected]
    for candidate, state in evidence.queries.ranked(candidates, suspicion=SUSPICION):
        if candidate.pno not in before:
            again = state is LinkState.SUSPECTED and is_suspected
            yield candidate, LinkState.WAITING if again else state


def _candidate(row: Mapping[str, Any], kind_no: int, day: int) -> Candidate:
    return Candidate(
        evidence_no=row["record"],
        pno=row["pno"],
        kind_no=kind_no,
        day=day,
        method=row["method"],
        probability=row["probability"],
        weight=row["weight"],
        weights={name: row[f"mw_{name}"] for name in FIELDS},
        levels={name: row[f"level_{name}"] for name in FIELDS},
        model_id=row["model_id"],
    )


def _is_confirmed(links: Sequence[LinkRecord]) -> bool:
    return any(link.state is LinkState.CONFIRMED for link in links)
