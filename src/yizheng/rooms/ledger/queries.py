"""Reads of the ledger: its size and root, entries, proofs, and everything that verifying it reads."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, models
from django.db.models import Max

from yizheng.kernel.errors import Refused
from yizheng.kernel.portions import portions
from yizheng.rooms.ledger import rules, verifying
from yizheng.rooms.ledger.data import (
    Fault,
    LedgerEntry,
    NotedRoot,
    RowTree,
    WitnessedTable,
    WitnessedTree,
    leaves_name,
)
from yizheng.rooms.ledger.models import Entry, Node
from yizheng.rooms.ledger.ports import COMMITMENT_KEY, TreeStore

verify_inclusion = rules.verify_inclusion

CHUNK = 5000


def size() -> int:
    """How many entries there are."""
    last: int | None = Entry.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def root(at_size: int | None = None) -> bytes:
    """The root of the tree, now or when it had `at_size` entries."""
    return rules.root_of_frontier(frontier(size() if at_size is None else at_size))


def frontier(at_size: int) -> list[bytes]:
    """The hashes of the complete subtrees of the tree of this size, left to right."""
    return [_node_at(level, position) for level, position in rules.frontier_coordinates(at_size)]


def find_entry(index: int) -> LedgerEntry | None:
    """The entry with this index, if there is one."""
    return next((_entry(found) for found in Entry.objects.filter(index=index)), None)


def entry(index: int) -> LedgerEntry:
    """The entry with this index. Raises LookupError."""
    found = find_entry(index)
    if found is None:
        raise LookupError(f"an index from 0 to {size() - 1} was expected, but {index} came")
    return found


def entries(start: int = 0, end: int | None = None) -> Iterator[LedgerEntry]:
    """The entries from `start` to before `end`, in order."""
    found = Entry.objects.filter(index__gte=start).order_by("index")
    if end is not None:
        found = found.filter(index__lt=end)
    columns = ("index", "kind", "actor", "at", "subject", "commitment", "detail", "leaf_hash")
    for index, kind, actor, at, subject, commitment, detail, leaf in found.values_list(*columns).iterator(
        CHUNK
    ):
        yield LedgerEntry(
            index=index,
            kind=kind,
            actor=actor,
            at=at,
            subject=subject,
            commitment=bytes(commitment),
            detail=detail,
            leaf_hash=bytes(leaf),
        )


def entries_of(subject: str) -> list[LedgerEntry]:
    """All that happened to one thing, in order."""
    return [_entry(found) for found in Entry.objects.filter(subject=subject).order_by("index")]


def last_of(subjects: Sequence[str], *, kind: str) -> dict[str, int]:
    """The index of the newest entry of a kind about each of these subjects; those without one are left out."""
    found: dict[str, int] = {}
    for some in portions(subjects):
        rows = Entry.objects.filter(subject__in=some, kind=kind).order_by("index")
        found |= dict(rows.values_list("subject", "index"))
    return found


def newest(limit: int, *, subject: str = "", kind: str = "", before: int | None = None) -> list[LedgerEntry]:
    """The newest entries, newest first: about one subject, of one kind or its first words, below an index."""
    found = Entry.objects.order_by("-index")
    if subject:
        found = found.filter(subject=subject)
    if kind:
        found = found.filter(models.Q(kind=kind) | models.Q(kind__startswith=f"{kind}:"))
    if before is not None:
        found = found.filter(index__lt=before)
    return [_entry(one) for one in found[:limit]]


def inclusion(index: int, at_size: int) -> list[bytes]:
    """The proof that entry `index` stands in the tree of `at_size` entries. Raises IndexError."""
    return rules.inclusion_proof(index, at_size, _node_at)


def consistency(old: int, new: int) -> list[bytes]:
    """The proof that the tree of `old` entries only grew to that of `new`. Raises IndexError."""
    return rules.consistency_proof(old, new, _node_at)


def nodes() -> Iterator[tuple[int, int, bytes]]:
    """Every stored node above the leaves: level, position, hash."""
    found = Node.objects.order_by("level", "position").values_list("level", "position", "hash")
    for level, position, digest in found.iterator(chunk_size=CHUNK):
        yield level, position, bytes(digest)


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside is as of one moment, and nobody who writes has to wait for it."""
    if connection.in_atomic_block:
        yield
        return
    snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ" if connection.vendor == "postgresql" else "BEGIN"
    with connection.cursor() as cursor:
        cursor.execute(snapshot)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def read_entries() -> verifying.EntriesChecked:
    """Every entry with its leaf recomputed: where all verifying starts."""
    return verifying.read_entries(entries())


def check_hashes(read: verifying.EntriesChecked, noted: NotedRoot | None) -> Iterator[Fault]:
    """Every stored hash above the leaves, and the root that was noted earlier."""
    yield from verifying.check_nodes(bytes(read.stored), nodes())
    if noted is not None:
        yield from verifying.check_noted_root(bytes(read.leaves), noted.size, noted.root)


def check_everything_is_known(
    read: verifying.EntriesChecked, witnessed: Sequence[WitnessedTable], trees: Sequence[WitnessedTree]
) -> Iterator[Fault]:
    """A fault for each table or kind of tree that entries witness and nobody gives the rows of."""
    tables, prefixes = {one.table for one in witnessed}, {one.prefix for one in trees}
    for table, rows in read.rows.items():
        if table not in tables:
            yield verifying.unknown_subject(table, min(rows.values())[0])
    for subject, (entry_index, _, _) in read.trees.items():
        if subject.partition(":")[0] not in prefixes:
            yield verifying.unknown_subject(subject, entry_index)


def count_rows(witnessed: WitnessedTable) -> int:
    """How many rows a witnessed table has now."""
    return _records(witnessed).count()


def check_table(read: verifying.EntriesChecked, witnessed: WitnessedTable) -> Iterator[Fault]:
    """Every row of a witnessed table, as it is now, against the newest entry about it."""
    columns = (witnessed.key_column, *witnessed.columns)
    rows = (
        (str(key), dict(zip(witnessed.columns, values, strict=True)))
        for key, *values in _records(witnessed).values_list(*columns).iterator(chunk_size=CHUNK)
    )
    return verifying.check_rows(_key(), witnessed, read.rows.get(witnessed.table, {}), rows)


check_files = verifying.check_files
PORTION, joined = rules.PORTION, rules.joined


def mark_of(name: str, content: bytes) -> str:
    """A keyed mark of a file that can be made again from witnessed ones: who has no keys can forge no such file."""
    told = name.encode() + b"\0" + hashlib.sha256(content).digest()
    return hmac.new(_key(), told, hashlib.sha256).hexdigest()


def rows_in_trees(read: verifying.EntriesChecked) -> int:
    """How many rows the entries say that bulk trees have."""
    return sum(rows for _, _, rows in read.trees.values() if isinstance(rows, int))


def rows_of_trees(
    read: verifying.EntriesChecked, trees: Sequence[WitnessedTree]
) -> Iterator[tuple[str, WitnessedTree, Iterable[bytes]]]:
    """Every subject of a bulk tree with its rows as they are now, and of those without an entry too.

    Rows must be read before the next subject is.
    """
    named: dict[str, list[str]] = {}
    for subject in read.trees:
        named.setdefault(subject.partition(":")[0], []).append(subject)
    for source in trees:
        left = dict.fromkeys(named.get(source.prefix, ()))
        for subject, rows in source.together() if source.together is not None else ():
            left.pop(subject, None)
            yield subject, source, rows
        for subject in left:
            yield subject, source, _rows_when_asked(source, subject)


def _rows_when_asked(source: WitnessedTree, subject: str) -> Iterator[bytes]:
    """The rows of a subject, so that what cannot be read fails where rows are read."""
    if source.together is None:
        yield from source.rows(subject)


def check_tree(
    read: verifying.EntriesChecked,
    subject: str,
    source: WitnessedTree,
    rows: Iterable[bytes],
    store: TreeStore,
    keep: Callable[[Iterable[Fault]], None],
    *,
    tree_of: Callable[[Iterable[bytes]], RowTree],
) -> int:
    """Check the newest bulk tree of a subject against its rows as they are now, and give how many rows there are.

    `tree_of` makes a tree of rows, as `actions.row_tree` does. Where the roots differ, the leaves that were kept with the
    entry tell which rows it is.
    """
    if subject not in read.trees:
        keep(verifying.unwitnessed(source.prefix, _row_key(row)) for row in rows)
        return 0
    index, root_then, _ = read.trees[subject]
    try:
        now = tree_of(rows)
        if now.root != root_then:
            keep(_tree_faults(subject, index, root_then, now.leaves, source, store))
    except (Refused, OSError, LookupError) as error:
        keep([verifying.not_read(subject, index, error=error)])
        return 0
    return now.rows


def _row_key(row: bytes) -> str:
    return row.split(b"|", 1)[0].decode(errors="replace")


def check_strays(trees: Sequence[WitnessedTree]) -> Iterator[Fault]:
    """Every row that must stand in a bulk tree and stands in none."""
    for source in trees:
        for key in source.strays():
            yield verifying.unwitnessed(source.prefix, key)


def _tree_faults(
    subject: str, index: int, root_then: bytes, leaves: bytes, source: WitnessedTree, store: TreeStore
) -> Iterator[Fault]:
    name = leaves_name(root_then)
    in_store = store.read(name) if source.kept is None and store.exists(name) else b""
    kept = source.kept(subject) if source.kept is not None else in_store
    if len(kept) % rules.HASH or rules.tree_root(kept) != root_then:
        yield verifying.rows_differ(subject, index, file=name)
        return
    yield from verifying.compare_tree(subject, index, kept=kept, leaves=leaves, rows=source.rows(subject))


def _records(witnessed: WitnessedTable) -> "models.QuerySet[models.Model]":
    model = next(found for found in apps.get_models() if found._meta.db_table == witnessed.place)  # noqa: SLF001
    return model._default_manager.all()  # noqa: SLF001


def _key() -> bytes:
    keys = COMMITMENT_KEY.get()
    return keys.commitment_key()


def _node_at(level: int, position: int) -> bytes:
    if level == 0:
        sql, keys = "SELECT leaf_hash FROM ledger_entry WHERE %s = 0 AND {} = %s", "index"
    else:
        sql, keys = "SELECT hash FROM ledger_node WHERE level = %s AND {} = %s", "position"
    with connection.cursor() as cursor:
        cursor.execute(sql.format(connection.ops.quote_name(keys)), [level, position])
        found = cursor.fetchone()
    if found is None:
        raise LookupError(
            f"the ledger has no hash at level {level}, position {position}: entries are missing;"
            " run `yizheng ledger verify`"
        )
    return bytes(found[0])


def _entry(found: Entry) -> LedgerEntry:
    return LedgerEntry(
        index=found.index,
        kind=found.kind,
        actor=found.actor,
        at=found.at,
        subject=found.subject,
        commitment=bytes(found.commitment),
        detail=found.detail,
        leaf_hash=bytes(found.leaf_hash),
    )
