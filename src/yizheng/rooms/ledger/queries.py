"""Reads of the ledger: its size and root, entries, proofs, and the rows that it witnesses."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from django.db.models import Max

from yizheng.rooms.ledger import rules
from yizheng.rooms.ledger.data import LedgerEntry, WitnessedTable
from yizheng.rooms.ledger.models import Entry, Node

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
    for one in found.iterator(chunk_size=CHUNK):
        yield _entry(one)


def entries_of(subject: str) -> list[LedgerEntry]:
    """All that happened to one thing, in order."""
    return [_entry(found) for found in Entry.objects.filter(subject=subject).order_by("index")]


def newest(limit: int) -> list[LedgerEntry]:
    """The newest entries, newest first."""
    return [_entry(found) for found in Entry.objects.order_by("-index")[:limit]]


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


def table_rows(witnessed: WitnessedTable) -> Iterator[tuple[str, dict[str, object]]]:
    """Every row of a witnessed table as it is now: its key and its witnessed columns."""
    model = next(found for found in apps.get_models() if found._meta.db_table == witnessed.table)  # noqa: SLF001
    columns = (witnessed.key_column, *witnessed.columns)
    for key, *values in model._default_manager.values_list(*columns).iterator(chunk_size=CHUNK):  # noqa: SLF001
        yield str(key), dict(zip(witnessed.columns, values, strict=True))


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
