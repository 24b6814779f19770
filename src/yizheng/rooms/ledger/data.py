"""What may be known about the ledger (存证账本): entries, trees over many rows, what is witnessed, what was found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from yizheng.kernel.told import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry to be appended: `kind` is `room:thing:happened`, `subject` the `table:key` that it is about.

    `row` holds the witnessed columns of that row; without it the entry commits to no row. `detail` is for facts that
    anybody may read: counts, hashes, codes; never personal data.
    """

    kind: str
    actor: str
    at: datetime
    subject: str
    row: Mapping[str, object] | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """An entry as it stands in the ledger. `commitment` is empty when the entry commits to nothing."""

    index: int
    kind: str
    actor: str
    at: datetime
    subject: str
    commitment: bytes
    detail: dict[str, object]
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class RowTree:
    """A tree over many rows that enters the ledger as one entry; `leaves` are its 32-byte leaf hashes on end."""

    root: bytes
    leaves: bytes

    @property
    def rows(self) -> int:
        """How many rows it commits to."""
        return len(self.leaves) // 32


WitnessedRow = Mapping[str, object]


def _nothing(_: WitnessedRow) -> dict[str, object]:
    return {}


def _never(_: WitnessedRow) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierForm:
    """The form in which a version before witnessed the rows of a table, told from the rows of today.

    Old entries are never written again, so a row that nobody touched since must fit its old form for ever. `columns`
    are those that the old entries commit to. `told` gives, from a row of today, the old value of each column that was
    renamed or rewritten since. `later` gives, from a row in its old form, what the migration put into every column of
    today that the old form does not hold as it is: without it a change of such a column would go unnoticed. Both are
    pure. The names of the columns are part of a commitment, so no form passes for another.
    """

    columns: tuple[str, ...]
    told: Callable[[WitnessedRow], WitnessedRow] = _nothing
    later: Callable[[WitnessedRow], WitnessedRow] = _nothing

    def row_of(self, row: WitnessedRow) -> dict[str, object]:
        """The row in this form, from the row of today."""
        told = self.told(row)
        return {column: told[column] if column in told else row[column] for column in self.columns}


@dataclass(frozen=True, slots=True)
class WitnessedTable:
    """A table whose every row must have an entry, and the columns of it that the entry commits to.

    `table` is its name in the ledger, for ever. Where the rows moved to a table of another name, `stands_in` says so.
    `earlier` lists the forms of versions before, the newest first. `may_lack` says of a row without an entry that a
    version before began such rows without one: only of rows that decide nothing.
    """

    table: str
    key_column: str
    columns: tuple[str, ...]
    earlier: tuple[EarlierForm, ...] = field(default=(), kw_only=True)
    stands_in: str = field(default="", kw_only=True)
    may_lack: Callable[[WitnessedRow], bool] = field(default=_never, kw_only=True)

    @property
    def place(self) -> str:
        """The name of the database's table that holds the rows today."""
        return self.stands_in or self.table

    def subject(self, key: object) -> str:
        """The subject of the entry about the row with this key."""
        return f"{self.table}:{key}"

    def row_of(self, record: object) -> dict[str, object]:
        """The witnessed columns of a record (anything with attributes of those names)."""
        return {column: getattr(record, column) for column in self.columns}


@dataclass(frozen=True, slots=True)
class WitnessedTree:
    """Where the rows of bulk trees come from: `rows(subject)` gives their canonical bytes, in the tree's order.

    `prefix` is what their subjects start with, before the colon. The first column of a row, up to `|`, is its key.
    `kept` gives the leaves of a tree that are not kept in the store; `strays` the keys of rows that must stand in some
    tree and stand in none. Where there are many small trees, `together` gives subject and rows of all in one read, each
    to be read before the next: there are no rows where it does not name a subject.
    """

    prefix: str
    rows: Callable[[str], Iterable[bytes]]
    kept: Callable[[str], bytes] | None = None
    strays: Callable[[], Iterable[str]] = tuple
    together: Callable[[], Iterable[tuple[str, Iterable[bytes]]]] | None = None


class FaultKind(StrEnum):
    """What can be wrong with a ledger or with what it witnesses."""

    ENTRY_MISSING = "entry_missing"
    ENTRY_CHANGED = "entry_changed"
    NODE_CHANGED = "node_changed"
    ROOT_DIFFERS = "root_differs"
    ROW_MISSING = "row_missing"
    ROW_CHANGED = "row_changed"
    ROW_UNWITNESSED = "row_unwitnessed"
    TREE_ROW_CHANGED = "tree_row_changed"
    TREE_ROW_MISSING = "tree_row_missing"
    TREE_ROW_UNWITNESSED = "tree_row_unwitnessed"
    TREE_CHANGED = "tree_changed"
    FILE_CHANGED = "file_changed"
    FILE_MISSING = "file_missing"
    UNKNOWN_SUBJECT = "unknown_subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedFile:
    """A file of the store whose SHA-256 (hex) stands in a witnessed row or entry: `table` and `key` say in which."""

    name: str
    digest: str
    table: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is not as it was witnessed: which table (or list), which key, which entry; `told` for a reader."""

    kind: FaultKind
    table: str
    key: str
    entry: int | None
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What verifying found. `root` is recomputed from the entries as they are now; `checked_rows` counts all rows.

    At most `MOST_FAULTS` faults are listed; `faults_found` counts them all. `unfinished` tells what was under way or
    was left so: no fault.
    """

    size: int
    root: str
    checked_rows: int
    faults: tuple[Fault, ...]
    faults_found: int
    unfinished: tuple[Told, ...] = ()

    @property
    def verified(self) -> bool:
        """True when nothing at all is wrong."""
        return self.faults_found == 0


MOST_FAULTS = 1000
"""So many faults are listed one by one; a ledger with more has other worries than the list."""

TREE_ROWS = "tree_rows"
"""The word in an entry's detail that marks a tree: how many rows it commits to."""


@dataclass(frozen=True, slots=True)
class NotedRoot:
    """A size of the ledger and its root, as somebody wrote them down at that time."""

    size: int
    root: bytes


def leaves_name(root: bytes) -> str:
    """The name in the store under which the leaves of the bulk tree with this root are kept."""
    return f"ledger/trees/{root.hex()}.leaves"
