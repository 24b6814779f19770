"""Finding what is no longer as it was witnessed: pure checks over entries, rows and leaves that say which.

What this can show alone: any change of an entry, a hash or a row that was not carried through the whole tree. Whoever
rewrites the entire ledger is found by a root noted earlier (`check_noted_root`), which is why roots are handed out.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from yizheng.kernel.told import Told, told
from yizheng.rooms.ledger.data import (
    TREE_ROWS,
    EarlierForm,
    Fault,
    FaultKind,
    LedgerEntry,
    WitnessedFile,
    WitnessedRow,
    WitnessedTable,
)
from yizheng.rooms.ledger.ports import TreeStore
from yizheng.rooms.ledger.rules import (
    EMPTY_ROOT,
    HASH,
    canonical_text,
    commit_row,
    entry_leaf,
    node_hash,
    tree_root,
)
from yizheng.rooms.ledger.why import Finding

MOST_MISSING = 100_000
_NO_OLD_FORM = (AttributeError, LookupError, TypeError, ValueError)
_ENTRIES = "ledger_entry"


@dataclass(slots=True)
class EntriesChecked:
    """What reading the entries gave: leaves as they must be and as they are stored; what each subject's newest says."""

    leaves: bytearray = field(default_factory=bytearray)
    stored: bytearray = field(default_factory=bytearray)
    faults: list[Fault] = field(default_factory=list)
    rows: dict[str, dict[str, tuple[int, bytes]]] = field(default_factory=dict)
    trees: dict[str, tuple[int, bytes, object]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many leaves there are, missing ones counted."""
        return len(self.leaves) // HASH

    @property
    def root(self) -> bytes:
        """The root over the entries as they are now."""
        return tree_root(bytes(self.leaves)) if self.leaves else EMPTY_ROOT


def read_entries(entries: Iterable[LedgerEntry]) -> EntriesChecked:
    """Recompute every leaf from its entry, in order, and remember what each subject's newest entry commits to."""
    read = EntriesChecked()
    for entry in entries:
        gap = entry.index - read.size
        if gap:
            read.faults.append(_missing_entries(read.size, entry.index - 1))
            if gap > MOST_MISSING:
                break
            read.leaves += bytes(HASH * gap)
            read.stored += bytes(HASH * gap)
        leaf = entry_leaf(
            index=entry.index,
            kind=entry.kind,
            actor=entry.actor,
            at=entry.at,
            subject=entry.subject,
            commitment=entry.commitment,
            detail=entry.detail,
        )
        if leaf != entry.leaf_hash:
            what = told(Finding.ENTRY_CHANGED, entry=_no(entry.index), kind=entry.kind, subject=entry.subject)
            read.faults.append(_fault(FaultKind.ENTRY_CHANGED, _ENTRIES, entry.index, entry.index, what))
        read.leaves += leaf
        read.stored += entry.leaf_hash
        _remember(read, entry)
    return read


def _remember(read: EntriesChecked, entry: LedgerEntry) -> None:
    if TREE_ROWS in entry.detail:
        read.trees[entry.subject] = (entry.index, entry.commitment, entry.detail[TREE_ROWS])
    elif entry.commitment:
        table, _, key = entry.subject.partition(":")
        read.rows.setdefault(table, {})[key] = (entry.index, entry.commitment)


def check_nodes(stored_leaves: bytes, nodes: Iterable[tuple[int, int, bytes]]) -> Iterator[Fault]:
    """Every stored hash above the leaves against the two below it; `nodes` come by level, then position."""
    size = len(stored_leaves) // HASH
    below, level = stored_leaves, bytearray()
    at_level, expected = 1, size >> 1
    for node_level, position, stored in nodes:
        while node_level > at_level:
            yield from _missing_nodes(at_level, len(level) // HASH, expected)
            below, level = bytes(level), bytearray()
            at_level, expected = at_level + 1, size >> at_level + 1
        first, last = position << node_level, ((position + 1) << node_level) - 1
        if position >= expected:
            yield _missing_entries(max(first, size), last)
            continue
        yield from _missing_nodes(at_level, len(level) // HASH, position)
        level += bytes(HASH * (position - len(level) // HASH))
        level += stored
        children = below[2 * position * HASH : 2 * (position + 1) * HASH]
        if node_hash(children[:HASH], children[HASH:]) != stored:
            what = told(Finding.HASH_DIFFERS, first=_no(first), last=_no(last))
            yield _fault(FaultKind.NODE_CHANGED, "ledger_node", f"{node_level},{position}", first, what)
    while expected:
        yield from _missing_nodes(at_level, len(level) // HASH, expected)
        level = bytearray()
        at_level, expected = at_level + 1, size >> at_level + 1


def check_noted_root(leaves: bytes, size: int, root: bytes) -> Iterator[Fault]:
    """The root over the first `size` entries against one that was noted when the ledger had that size."""
    if size * HASH > len(leaves):
        yield _missing_entries(len(leaves) // HASH, size - 1)
    elif tree_root(leaves[: size * HASH]) != root:
        what = told(Finding.ROOT_DIFFERS, size=_no(size))
        yield _fault(FaultKind.ROOT_DIFFERS, _ENTRIES, "", None, what)


def check_rows(
    key: bytes,
    witnessed: WitnessedTable,
    commitments: Mapping[str, tuple[int, bytes]],
    rows: Iterable[tuple[str, Mapping[str, object]]],
) -> Iterator[Fault]:
    """Every row of a table against the newest entry about it: rows changed, rows without entry, entries without row."""
    table = witnessed.table
    unseen = dict(commitments)
    for row_key, row in rows:
        entry, commitment = unseen.pop(row_key, (None, b""))
        if entry is None:
            if not witnessed.may_lack(row):
                yield unwitnessed(table, row_key)
        elif commit_row(key, table, row_key, row) != commitment:
            wrong = _wrong_by_earlier_forms(key, witnessed, row_key, row, commitment)
            if wrong is not None:
                yield _fault(
                    FaultKind.ROW_CHANGED, table, row_key, entry, _changed(table, row_key, entry, wrong)
                )
    for row_key, (entry, _) in unseen.items():
        what = told(Finding.ROW_GONE, table=table, row=row_key, entry=_no(entry))
        yield _fault(FaultKind.ROW_MISSING, table, row_key, entry, what)


def unwitnessed(table: str, row: str) -> Fault:
    """A row that no entry speaks of."""
    what = told(Finding.ROW_UNWITNESSED, table=table, row=row)
    return _fault(FaultKind.ROW_UNWITNESSED, table, row, None, what)


def _changed(table: str, row: str, entry: int, wrong: tuple[str, ...]) -> Told:
    if wrong:
        return told(Finding.ROW_NOT_AS_MIGRATED, table=table, row=row, entry=_no(entry), columns=wrong)
    return told(Finding.ROW_CHANGED, table=table, row=row, entry=_no(entry))


def _wrong_by_earlier_forms(
    key: bytes, witnessed: WitnessedTable, row_key: str, row: WitnessedRow, commitment: bytes
) -> tuple[str, ...] | None:
    """None for a row that a version before witnessed and that is still so; else the columns that no migration wrote."""
    for form in witnessed.earlier:
        try:
            old = form.row_of(row)
        except _NO_OLD_FORM:
            continue  # today's row was changed into something that no older row can have become
        if commit_row(key, witnessed.table, row_key, old) == commitment:
            expected = _row_after_migration(witnessed, form, old)
            wrong = tuple(name for name in witnessed.columns if not _same(row[name], expected[name]))
            return wrong or None
    return ()


def _row_after_migration(witnessed: WitnessedTable, form: EarlierForm, old: WitnessedRow) -> WitnessedRow:
    """What a row of this old form became. Raises ValueError where the form leaves a column of today open."""
    later = form.later(old)
    expected = {**old, **later}
    open_ = [name for name in witnessed.columns if name not in expected]
    if open_:
        raise ValueError(
            f"an older form of {witnessed.table} says nothing of {', '.join(open_)}: give it `later`"
        )
    return expected


def _same(value: object, other: object) -> bool:
    return canonical_text(value) == canonical_text(other)


def compare_tree(
    subject: str, entry: int, *, kept: bytes, leaves: bytes, rows: Iterable[bytes]
) -> Iterator[Fault]:
    """Which rows of a bulk tree differ: the `kept` leaves as witnessed against the `leaves` of the rows now."""
    old, new = _chunks(kept), _chunks(leaves)
    gone, come = set(old) - set(new), set(new) - set(old)
    keys = [row.split(b"|", 1)[0].decode(errors="replace") for row in rows]
    here, moved = 0, False
    for number, leaf in enumerate(old):
        while here < len(new) and new[here] in come and leaf not in gone:
            yield _put_in(subject, keys[here], entry)
            here += 1
        present = here < len(new)
        if leaf in gone and present and new[here] in come:
            what = told(Finding.TREE_ROW_CHANGED, subject=subject, row=keys[here], entry=_no(entry))
            yield _fault(FaultKind.TREE_ROW_CHANGED, subject, keys[here], entry, what)
        elif leaf in gone:
            what = _row_gone(subject, number, entry, keys[here - 1] if here else None)
            yield _fault(FaultKind.TREE_ROW_MISSING, subject, f"#{number}", entry, what)
            continue
        elif present and new[here] != leaf:
            moved = True
        here += 1
    for place in range(here, len(new)):
        yield _put_in(subject, keys[place], entry)
    if moved:
        yield tree_fault(subject, entry, told(Finding.TREE_ORDER_DIFFERS, subject=subject, entry=_no(entry)))


def _put_in(subject: str, row: str, entry: int) -> Fault:
    what = told(Finding.TREE_ROW_UNWITNESSED, subject=subject, row=row, entry=_no(entry))
    return _fault(FaultKind.TREE_ROW_UNWITNESSED, subject, row, entry, what)


def _row_gone(subject: str, number: int, entry: int, after: str | None) -> Told:
    if after is None:
        return told(Finding.TREE_FIRST_ROW_GONE, subject=subject, number=_no(number), entry=_no(entry))
    return told(Finding.TREE_ROW_GONE, subject=subject, number=_no(number), entry=_no(entry), after=after)


def tree_fault(subject: str, entry: int, what: Told) -> Fault:
    """A bulk tree that differs as a whole."""
    return _fault(FaultKind.TREE_CHANGED, subject, "", entry, what)


def rows_differ(subject: str, entry: int, *, file: str) -> Fault:
    """A bulk tree that differs, where nobody can say any more in which rows."""
    return tree_fault(
        subject, entry, told(Finding.TREE_ROWS_DIFFER, subject=subject, entry=_no(entry), file=file)
    )


def not_read(subject: str, entry: int, *, error: object) -> Fault:
    """A bulk tree whose rows cannot be read now."""
    return tree_fault(
        subject, entry, told(Finding.TREE_NOT_READ, subject=subject, entry=_no(entry), error=error)
    )


def check_files(files: Iterable[WitnessedFile], store: TreeStore) -> Iterator[Fault]:
    """Every file whose hash was witnessed, as it is now."""
    for file in files:
        if not store.exists(file.name):
            gone = told(Finding.FILE_GONE, table=file.table, row=file.key, file=file.name)
            yield _fault(FaultKind.FILE_MISSING, file.table, file.key, None, gone)
        elif hashlib.sha256(store.read(file.name)).hexdigest() != file.digest:
            changed = told(Finding.FILE_CHANGED, table=file.table, row=file.key, file=file.name)
            yield _fault(FaultKind.FILE_CHANGED, file.table, file.key, None, changed)


def unknown_subject(table: str, entry: int) -> Fault:
    """Something was witnessed that nobody gives the rows of, so it cannot be said to be unchanged."""
    return _fault(
        FaultKind.UNKNOWN_SUBJECT, table, "", entry, told(Finding.NOT_GIVEN, table=table, entry=_no(entry))
    )


def _missing_nodes(level: int, start: int, end: int) -> Iterator[Fault]:
    if start < end:
        first = start << level
        what = told(Finding.HASHES_GONE, count=end - start, level=level, first=_no(first))
        yield _fault(FaultKind.NODE_CHANGED, "ledger_node", f"{level},{start}", first, what)


def _missing_entries(first: int, last: int) -> Fault:
    if first == last:
        what = told(Finding.ENTRY_GONE, entry=_no(first))
    else:
        what = told(Finding.ENTRIES_GONE, first=_no(first), last=_no(last))
    return _fault(FaultKind.ENTRY_MISSING, _ENTRIES, first, first, what)


def _fault(kind: FaultKind, table: str, key: object, entry: int | None, what: Told) -> Fault:
    return Fault(kind=kind, table=table, key=str(key), entry=entry, told=what)


def _no(number: int) -> str:
    """The number of an entry or row, which names it: no grouping of digits."""
    return str(number)


def _chunks(leaves: bytes) -> list[bytes]:
    return [leaves[at : at + HASH] for at in range(0, len(leaves), HASH)]
