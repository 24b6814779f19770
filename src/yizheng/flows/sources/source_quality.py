"""The quality of every source is measured (数据质量报告): counted, compared, graded, written down.

1. The cells of each delivery are counted once, from its rows as they came; the counts are kept, since neither changes.
2. The resolved rows are read a bucket of people at a time: what came before, how old it was, who contradicts whom.
3. `rooms/quality` grades what was counted. The report holds counts alone; its hash enters the ledger.

Nothing of this is read where people are judged: data of bad quality never counts against anybody.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import msgspec
import numpy as np
from django.db import transaction

from yizheng.flows.sources.delivered_cells import cells_of
from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.hands import Hands
from yizheng.kernel.progress import Progress, quiet
from yizheng.kernel.store import Store
from yizheng.kernel.time import CHINA, day_number
from yizheng.rooms import evidence, ledger, people, quality
from yizheng.rooms.certification.data import Rulebook
from yizheng.rooms.comparison import layout
from yizheng.rooms.comparison.data import BUCKET_BITS, DAY_SHIFT, EVIDENCE_MASK, KIND_MASK, KIND_SHIFT
from yizheng.rooms.evidence.data import (
    SAME_CONTENT_AGAIN,
    DeliveryRecord,
    Polarity,
    RulingKind,
    Source,
)
from yizheng.rooms.quality.data import (
    Compared,
    Problem,
    QualityReport,
    QualityRules,
    SourceQuality,
)

NEWEST = "quality/newest.json"
_LONGEST_LAG = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradicted:
    """A row that other sources contradict: its delivery, its number, its person, and what is wrong."""

    delivery: DeliveryRecord
    evidence_no: int
    pno: int
    problem: Problem


def measure(
    hands: Hands,
    *,
    as_of: date,
    rulebook: Rulebook,
    rules: QualityRules,
) -> QualityReport:
    """Measure every source as of a day, keep the report, and give it. Measured again it is measured anew."""
    deliveries = _known(evidence.queries.deliveries(as_of=as_of), rulebook.sources)
    compared, _ = compare(
        deliveries,
        as_of=as_of,
        rulebook=rulebook,
        rules=rules,
        store=hands.store,
        progress=hands.progress,
    )
    rulings = {
        number: word for number, (word, _) in evidence.queries.rulings_with_people(as_of=as_of).items()
    }
    made = []
    for place, source in enumerate(rulebook.sources):
        mine = [one for one in deliveries if one.source == source.key]
        made.append(
            _measured(
                source, mine, compared[source.key], rulings, as_of=as_of, rules=rules, store=hands.store
            )
        )
        hands.progress("cells", place + 1, len(rulebook.sources))
    report = QualityReport(as_of=as_of, measured_at=hands.now().isoformat(), sources=tuple(made))
    _keep(hands, report)
    return report


def find_newest(store: Store) -> QualityReport | None:
    """The report that was measured last; None where there is none yet, or one of an older version in other words."""
    if not store.exists(NEWEST):
        return None
    try:
        return msgspec.json.decode(store.read(NEWEST), type=QualityReport)
    except msgspec.ValidationError:
        return None


def _measured(
    source: Source,
    mine: Sequence[DeliveryRecord],
    compared: Compared,
    rulings: Mapping[int, RulingKind],
    *,
    as_of: date,
    rules: QualityRules,
    store: Store,
) -> SourceQuality:
    usual = [one for one in mine if not one.is_amendment]
    periods = quality.queries.periods_of(
        source, usual, as_of=as_of, roster_size=people.queries.people_known(as_of=as_of), rules=rules
    )
    shown = {one.period for one in periods[-quality.queries.PAST_USED - 1 :]}
    cells = [cells_of(one, source, store) for one in usual if one.period in shown]
    words = [word for number, word in rulings.items() if _delivery_of(number, mine) is not None]
    return quality.queries.quality_of(
        source,
        as_of=as_of,
        periods=periods,
        cells=cells,
        compared=compared,
        ruled=(words.count(RulingKind.SET_ASIDE), len(words)),
        same_content_again=sum(one.notes.get(SAME_CONTENT_AGAIN, 0) for one in usual),
    )


def _keep(hands: Hands, report: QualityReport) -> None:
    data = msgspec.json.format(msgspec.json.encode(report), indent=1)
    hands.store.write(f"quality/{report.as_of}.json", data)
    hands.store.write(NEWEST, data)
    with transaction.atomic(), ledger.actions.appended_last():
        ledger.actions.append(
            kind="evidence:quality:measured",
            actor=hands.username,
            at=hands.now(),
            subject=f"evidence_quality:{report.as_of}",
            detail={"sha256": sha256_hex(data), "sources": len(report.sources)},
        )


def _known(deliveries: Sequence[DeliveryRecord], sources: Sequence[Source]) -> list[DeliveryRecord]:
    """Deliveries of today's sources, in the order of their evidence numbers."""
    keys = {source.key for source in sources}
    return sorted((one for one in deliveries if one.source in keys), key=lambda one: one.first_evidence_no)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), CHINA)


def _delivery_of(evidence_no: int, deliveries: Sequence[DeliveryRecord]) -> DeliveryRecord | None:
    """The delivery that holds a row, of deliveries in the order of their numbers."""
    place = bisect_right(deliveries, evidence_no, key=lambda one: one.first_evidence_no) - 1
    if place < 0:
        return None
    found = deliveries[place]
    return found if evidence_no < found.first_evidence_no + found.rows else None


@dataclass(slots=True)
class _Tally:
    """What is summed of one source over the buckets."""

    rows: int = 0
    leads: int = 0
    copies: int = 0
    by_weak: int = 0
    deaths_due: int = 0
    deaths_waiting: int = 0
    contradicted: dict[str, int] = field(default_factory=dict)
    lags: np.ndarray = field(default_factory=lambda: np.zeros(_LONGEST_LAG, np.int64))

    def compared(self) -> Compared:
        rows = int(self.lags.sum())
        return Compared(
            rows=self.rows,
            leads=self.leads,
            contradicted=dict(sorted(self.contradicted.items())),
            by_weak=self.by_weak,
            deaths_due=self.deaths_due,
            deaths_waiting=self.deaths_waiting,
            copies=self.copies,
            median_lag_days=int(np.searchsorted(self.lags.cumsum(), (rows + 1) // 2)) if rows else None,
        )


def compare(
    deliveries: Sequence[DeliveryRecord],
    *,
    as_of: date,
    rulebook: Rulebook,
    rules: QualityRules,
    store: Store,
    progress: Progress = quiet,
) -> tuple[dict[str, Compared], list[Contradicted]]:
    """What comparing all resolved rows gave, by source, and the rows that are contradicted. Memory: one bucket."""
    sources = rulebook.sources
    deliveries = _known(deliveries, sources)
    kinds = quality.queries.KindColumns.of(rulebook.rules, sources)
    tallies = [_Tally() for _ in sources]
    places = {source.key: place for place, source in enumerate(sources)}
    aside = np.array(sorted(evidence.queries.set_aside(known_before=_end_of(as_of))), np.int64)
    resolved = np.array(sorted(evidence.queries.resolved(known_before=_end_of(as_of))), np.int64)
    rows_found: list[tuple[int, int, Problem]] = []
    names = _lean_names(deliveries)
    buckets = range((max(people.queries.roster_size(), 1) - 1 >> BUCKET_BITS) + 1)
    delivered = np.array([day_number(one.delivered_on) for one in deliveries], np.int32)
    for bucket in buckets:
        everything = _bucket(names, bucket, store)
        rows = everything.where(~np.isin(everything.evidence_no, aside)) if len(aside) else everything
        _tally(rows, tallies, kinds, delivered)
        found = quality.queries.contradictions_in(
            rows,
            kinds,
            as_of=day_number(as_of),
            register=places.get(rules.death_register, -1),
            register_days=rules.register_days,
        )
        again = _came_again(everything, rows, resolved)
        for place, number in Counter(kinds.source[again.kind].tolist()).items():
            found.contradicted.setdefault(place, {})[Problem.CAME_AGAIN] = number
        _add(found, tallies)
        rows_found += found.rows
        told_of = zip(again.evidence_no.tolist(), again.pno.tolist(), strict=True)
        rows_found += [(number, pno, Problem.CAME_AGAIN) for number, pno in told_of]
        progress("compare", bucket + 1, len(buckets))
    by_source = {source.key: tallies[place].compared() for place, source in enumerate(sources)}
    return by_source, _told(rows_found, deliveries)


def _lean_names(deliveries: Sequence[DeliveryRecord]) -> list[list[str]]:
    """What the lean files of each delivery bear in place of the batch id: its own, and those linked to later rosters.

    Uncertain links are left out: a guess contradicts nobody.
    """
    later: dict[str, list[str]] = {}
    for batch_id, name in evidence.queries.relinked(len(people.queries.rosters())):
        later.setdefault(batch_id, []).append(name)
    return [[one.batch_id, *later.get(one.batch_id, [])] for one in deliveries]


def _bucket(names: Sequence[Sequence[str]], bucket: int, store: Store) -> quality.queries.ResolvedRows:
    """The resolved rows of a bucket, each with the place of its delivery."""
    pnos, keys, places = [], [], []
    for place, mine in enumerate(names):
        pno, key = layout.read(evidence.queries.lean_files(mine, bucket=bucket, store=store))
        pnos.append(pno)
        keys.append(key)
        places.append(np.full(len(pno), place, np.int32))
    if not pnos:
        nothing = np.zeros(0, np.int64)
        return quality.queries.ResolvedRows(nothing, nothing, nothing, nothing, nothing)
    key = np.concatenate(keys)
    return quality.queries.ResolvedRows(
        np.concatenate(pnos),
        (key >> DAY_SHIFT).astype(np.int32),
        (key >> KIND_SHIFT & KIND_MASK).astype(np.uint8),
        key & EVIDENCE_MASK,
        np.concatenate(places),
    )


def _came_again(
    everything: quality.queries.ResolvedRows, rows: quality.queries.ResolvedRows, resolved: np.ndarray
) -> quality.queries.ResolvedRows:
    """The `rows` in force that say what people had set aside in a case: the same person, kind and day, in a later row.

    They open no case, so nobody in this house sees them: their department has to.
    """
    mine = everything.where(np.isin(everything.evidence_no, resolved))
    first: dict[tuple[int, int, int], int] = {}
    for fact, number in zip(_facts(mine), mine.evidence_no.tolist(), strict=True):
        first[fact] = min(number, first.get(fact, number))
    near = rows.where(np.isin(rows.pno, mine.pno))
    numbers = near.evidence_no.tolist()
    again = [fact in first and first[fact] < no for fact, no in zip(_facts(near), numbers, strict=True)]
    return near.where(np.array(again, bool))


def _facts(rows: quality.queries.ResolvedRows) -> Iterator[tuple[int, int, int]]:
    """Person, kind and day of each row: what people rule on."""
    return zip(rows.pno.tolist(), rows.kind.tolist(), rows.day.tolist(), strict=True)


def _tally(
    rows: quality.queries.ResolvedRows,
    tallies: Sequence[_Tally],
    kinds: quality.queries.KindColumns,
    delivered: np.ndarray,
) -> None:
    source = kinds.source[rows.kind]
    leads = ~(kinds.polarity[Polarity.ALIVE] | kinds.polarity[Polarity.NOTHING])
    for place, tally in enumerate(tallies):
        mine = rows.where(source == place)
        if not len(mine):
            continue
        tally.rows += len(mine)
        tally.leads += int(leads[mine.kind].sum())
        lag = np.clip(delivered[mine.delivery] - mine.day, 0, _LONGEST_LAG - 1)
        tally.lags += np.bincount(lag, minlength=_LONGEST_LAG)
        tally.copies += quality.queries.copies_in(mine)


def _add(found: quality.queries.Contradictions, tallies: Sequence[_Tally]) -> None:
    for place, problems in found.contradicted.items():
        mine = tallies[place].contradicted
        for problem, number in problems.items():
            mine[problem.value] = mine.get(problem.value, 0) + number
    for place, tally in enumerate(tallies):
        tally.by_weak += found.by_weak.get(place, 0)
        tally.deaths_due += found.deaths_due.get(place, 0)
        tally.deaths_waiting += found.deaths_waiting.get(place, 0)


def _told(
    rows: Sequence[tuple[int, int, Problem]], deliveries: Sequence[DeliveryRecord]
) -> list[Contradicted]:
    made = []
    for evidence_no, pno, problem in rows:
        delivery = _delivery_of(evidence_no, deliveries)
        if delivery is not None:
            made.append(Contradicted(delivery=delivery, evidence_no=evidence_no, pno=pno, problem=problem))
    return made
