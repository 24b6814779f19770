"""The only writes of the ledger: entries are appended, in the caller's transaction, and nothing is ever changed.

Two that append at once must stand in line, since both would take the same index: on SQLite the transaction itself is
the line (BEGIN IMMEDIATE), on PostgreSQL an advisory lock that the transaction holds to its end. So a flow with much to
write appends last (`appended_last`): what is slow happens before anybody has to wait for the line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection

from yizheng.rooms.bulk import insert_rows
from yizheng.rooms.ledger import rules
from yizheng.rooms.ledger.data import TREE_ROWS, NewEntry, RowTree
from yizheng.rooms.ledger.models import Entry, Node
from yizheng.rooms.ledger.ports import COMMITMENT_KEY, CommitmentKey
from yizheng.rooms.ledger.queries import frontier, size

_ENTRY_COLUMNS = ("index", "kind", "actor", "at", "subject", "commitment", "detail", "leaf_hash")
_NODE_COLUMNS = ("level", "position", "hash")
_KIND = re.compile(r"[a-z_]+:[a-z_]+:[a-z_]+")
_IDENTITY_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_LOCK = 0x6C656467  # "ledg": any number that no other part of the product locks
_WAITING: ContextVar[list[tuple[NewEntry, bytes]] | None] = ContextVar("entries that wait", default=None)


@contextmanager
def appended_last() -> Iterator[None]:
    """Let entries wait, and append them together as the last act: in one `with` behind the flow's transaction.

    The line of the ledger is entered only then, so that a run over everybody stops no counter while it counts. What fails
    inside leaves no entry. Inside another one it joins that one.
    """
    outer = _WAITING.get()
    waiting = [] if outer is None else outer
    before = len(waiting)
    mark = _WAITING.set(waiting)
    try:
        yield
    except BaseException:
        del waiting[before:]
        raise
    finally:
        _WAITING.reset(mark)
    if outer is None:
        _append(waiting)


def append(
    *,
    kind: str,
    actor: str,
    at: datetime,
    subject: str,
    row: Mapping[str, object] | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append one entry. Must be called inside a transaction, the one that writes the row."""
    append_many([NewEntry(kind=kind, actor=actor, at=at, subject=subject, row=row, detail=detail or {})])


def append_tree(
    *,
    kind: str,
    actor: str,
    at: datetime,
    subject: str,
    tree: RowTree,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append one entry that commits to a tree over many rows; the flow keeps `tree.leaves` in the store."""
    entry = NewEntry(
        kind=kind, actor=actor, at=at, subject=subject, detail={**(detail or {}), TREE_ROWS: tree.rows}
    )
    _append_or_wait([(entry, tree.root)])


def append_many(entries: Iterable[NewEntry]) -> None:
    """Append entries in their order."""
    key = _keys().commitment_key()
    _append_or_wait((entry, _commitment(key, entry)) for entry in entries)


def row_tree(rows: Iterable[bytes]) -> RowTree:
    """The tree over rows given as canonical bytes, under this installation's key: what `append_tree` takes."""
    return rules.row_tree(_keys().commitment_key(), rows)


def row_leaves(rows: Iterable[bytes]) -> bytes:
    """The leaf hashes of a part of the rows, for a tree that is made in parts: it is `tree_over` all of them."""
    return rules.row_leaves(_keys().commitment_key(), rows)


def tree_over(leaves: bytes) -> RowTree:
    """The tree over leaf hashes given on end."""
    return RowTree(root=rules.tree_root(leaves), leaves=leaves)


def _append_or_wait(entries: Iterable[tuple[NewEntry, bytes]]) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("the ledger is appended to inside the transaction that writes what it witnesses")
    waiting = _WAITING.get()
    if waiting is None:
        _append(entries)
        return
    for entry, commitment in entries:
        _check(entry, rules.canonical_text(entry.detail))
        waiting.append((entry, commitment))


def _append(entries: Iterable[tuple[NewEntry, bytes]]) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    index = size()
    edge = frontier(index)
    rows: list[tuple[object, ...]] = []
    nodes: list[tuple[object, ...]] = []
    moment = connection.ops.adapt_datetimefield_value
    for entry, commitment in entries:
        leaf = rules.entry_leaf(
            index=index,
            kind=entry.kind,
            actor=entry.actor,
            at=entry.at,
            subject=entry.subject,
            commitment=commitment,
            detail=entry.detail,
        )
        text = rules.canonical_text(entry.detail)
        _check(entry, text)
        nodes.extend(rules.grow(edge, index, leaf))
        rows.append((index, entry.kind, entry.actor, moment(entry.at), entry.subject, commitment, text, leaf))
        index += 1
    insert_rows(Entry, _ENTRY_COLUMNS, rows)
    insert_rows(Node, _NODE_COLUMNS, nodes)


def _commitment(key: bytes, entry: NewEntry) -> bytes:
    if entry.row is None:
        return b""
    table, _, row_key = entry.subject.partition(":")
    return rules.commit_row(key, table, row_key, entry.row)


def _check(entry: NewEntry, detail: str) -> None:
    """Mistakes of the caller, caught before they stand in the ledger for ever."""
    if not _KIND.fullmatch(entry.kind):
        raise ValueError(f"an entry's kind is expected as room:thing:happened, but {entry.kind!r} came")
    if ":" not in entry.subject:
        raise ValueError(f"an entry's subject is expected as table:key, but {entry.subject!r} came")
    if _IDENTITY_NUMBER.search(f"{entry.actor} {entry.subject} {detail}"):
        raise ValueError(f"something like an identity number was about to enter the ledger ({entry.kind})")


def _keys() -> CommitmentKey:
    return COMMITMENT_KEY.get()
