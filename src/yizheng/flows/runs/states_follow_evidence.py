"""Everybody's state follows the evidence (每日增量比对): what came, went, was ruled on or ran out since the last time.

1. Gather what counts on the day, as a certification run does, and open the book of the last time: which files and which
   rulings the states were made from.
2. Bucket by bucket, find the people whom a difference concerns, judge just those again from all their evidence, and write
   their new states as a layer. Where there is no book, or the rules changed, that is everybody.
3. Write who gained or lost a proof or a lead, and last the book. Until the book is written the old states stand, so a
   process that is killed has changed nothing.

The states decide nothing: they say today what the next run will see, and answer for one person at once.
"""

from dataclasses import dataclass, field
from datetime import date

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yizheng.flows.runs.certification_inputs import Inputs, engine_for, evidence_names, gather
from yizheng.flows.runs.evidence_settles import files_of
from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.store import Store
from yizheng.kernel.time import day_number
from yizheng.rooms import certification
from yizheng.rooms.certification.data import Rulebook
from yizheng.rooms.comparison import layout, states
from yizheng.rooms.comparison.data import BUCKET_BITS, EVIDENCE_MASK
from yizheng.rooms.comparison.engine import Engine
from yizheng.rooms.comparison.layout import Rows
from yizheng.rooms.comparison.states import State

BOOK = "states/book.json"
MOST_LAYERS = 8
"""Layers of a bucket before they are folded into one: a look-up opens every layer."""


class BucketBook(msgspec.Struct, frozen=True, kw_only=True):
    """What the states of one bucket were made from, and where they are."""

    files: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """What all states were made from: the day, the rules, the rulings, and the files of each bucket."""

    as_of: date
    rules: str
    set_aside: tuple[int, ...]
    buckets: tuple[BucketBook, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowReport:
    """What following found: `judged` people anew, of whom `changed` gained or lost something, by what it is."""

    as_of: date
    judged: int
    changed: int
    gained: dict[str, int]
    lost: dict[str, int]
    changes_file: str


@dataclass(slots=True)
class _Told:
    """Sums over the buckets."""

    judged: int = 0
    changes: list[pa.Table] = field(default_factory=list)


def follow(hands: Hands, *, as_of: date, rulebook: Rulebook) -> FollowReport:
    """Bring everybody's state up to a day. Done again, it finds nothing to do. Raises Refused without a roster."""
    inputs = gather(as_of=as_of, rulebook=rulebook)
    old = book = _book(hands.store)
    if book is not None and (book.rules != inputs.hashes["rules"] or book.as_of > as_of):
        book = None
    engine, told = engine_for(inputs), _Told()
    buckets = []
    for bucket in inputs.buckets:
        before = book.buckets[bucket] if book and bucket < len(book.buckets) else None
        ruled = set(inputs.set_aside).symmetric_difference(book.set_aside if book else ())
        buckets.append(_follow_bucket(inputs, bucket, before, ruled, engine, hands.store, told))
        hands.progress("compare", min(inputs.roster, (bucket + 1) << BUCKET_BITS), inputs.roster)
    changes = pa.concat_tables(told.changes) if told.changes else states.CHANGES.empty_table()
    changes_file = _write_changes(changes, as_of, hands.store)
    kept = Book(as_of=as_of, rules=inputs.hashes["rules"], set_aside=inputs.set_aside, buckets=tuple(buckets))
    hands.store.write(BOOK, msgspec.json.encode(kept))
    for layer in _layers_of(old) - _layers_of(kept):
        hands.store.discard(layer)
    return FollowReport(
        as_of=as_of,
        judged=told.judged,
        changed=len(changes),
        gained=_by_word(changes, "gained"),
        lost=_by_word(changes, "lost"),
        changes_file=changes_file,
    )


def state_of(pno: int, store: Store) -> tuple[date, dict[str, int]]:
    """One person's state, and the day it is as of. Raises Refused where the states were never made."""
    book = _book(store)
    bucket = pno >> BUCKET_BITS
    if book is None or bucket >= len(book.buckets):
        raise Refused(certification.Why.NO_STATES)
    return book.as_of, _layers(book.buckets[bucket], store).one(pno)


def _follow_bucket(
    inputs: Inputs,
    bucket: int,
    before: BucketBook | None,
    ruled: set[int],
    engine: Engine,
    store: Store,
    told: _Told,
) -> BucketBook:
    """Judge again the people of one bucket whom something concerns; returns what the book says of it now."""
    names = tuple(sorted(evidence_names(inputs, bucket=bucket, store=store)))
    files = files_of(names, bucket=bucket, store=store)
    as_of = day_number(inputs.as_of)
    if before is None:
        after = states.everybody(engine, layout.read(files), as_of=as_of)
        nobody = states.Layers([]).of(after["pno"].astype(np.int32))
        told.judged += len(after["pno"])
        told.changes.append(states.changes(nobody, after))
        return BucketBook(files=names, layers=(_write_layer(bucket, after, store),))
    layers = _layers(before, store)
    rows = layout.read(files) if ruled or names != before.files else None
    differing = [store.path(name).__fspath__() for name in set(names).symmetric_difference(before.files)]
    people = _concerned(layout.read(differing), rows, ruled, layers, as_of=as_of)
    if not len(people):
        return BucketBook(files=names, layers=before.layers)
    after = states.judged(engine, rows or layout.read(files), people=people, as_of=as_of)
    told.judged += len(people)
    told.changes.append(states.changes(layers.of(people), after))
    grown = (*before.layers, _write_layer(bucket, after, store))
    if len(grown) > MOST_LAYERS:
        whole = _layers(BucketBook(layers=grown), store).folded()
        grown = (_write_layer(bucket, whole, store),)
    return BucketBook(files=names, layers=grown)


def _concerned(
    differing: Rows, rows: Rows | None, ruled: set[int], layers: states.Layers, *, as_of: int
) -> np.ndarray:
    """The people whom a difference concerns, in order: by a row that came or went, a ruling, or the passing of time."""
    people = [np.unique(differing[0]), layers.run_out(as_of=as_of)]
    if rows is not None and ruled:
        numbers = np.array(sorted(ruled), np.int64)
        people.append(rows[0][np.isin(rows[1] & EVIDENCE_MASK, numbers)])
    return np.unique(np.concatenate(people)).astype(np.int32)


def _layers_of(book: Book | None) -> set[str]:
    return {name for bucket in book.buckets for name in bucket.layers} if book else set()


def _layers(book: BucketBook, store: Store) -> states.Layers:
    return states.Layers([store.path(name).__fspath__() for name in book.layers])


def _write_layer(bucket: int, state: State, store: Store) -> str:
    """Write a layer under a name that its content gives: the same states are the same file."""
    data = states.encoded(state).to_pybytes()
    name = f"states/bucket={bucket:03d}/{sha256_hex(data)[:16]}.arrow"
    if not store.exists(name):
        store.write(name, data)
    return name


def _write_changes(changes: pa.Table, as_of: date, store: Store) -> str:
    """Write who gained or lost something; nothing, where nobody did."""
    if not len(changes):
        return ""
    sink = pa.BufferOutputStream()
    pq.write_table(changes, sink, compression="zstd")
    data = sink.getvalue().to_pybytes()
    name = f"states/changes/{as_of}-{sha256_hex(data)[:12]}.parquet"
    store.write(name, data)
    return name


def _book(store: Store) -> Book | None:
    return msgspec.json.decode(store.read(BOOK), type=Book) if store.exists(BOOK) else None


def _by_word(changes: pa.Table, column: str) -> dict[str, int]:
    """How many gained (or lost) what."""
    bits = changes.column(column).to_numpy()
    return {word: int(np.count_nonzero(bits >> place & 1)) for place, word in enumerate(states.TOLD)}
