"""The words of the ledger: what verifying finds."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.ledger.why import Finding

REFUSALS: dict[Code, Words] = {
    Finding.ENTRY_CHANGED: Words(
        "第 {entry} 条（{kind}，{subject}）在写入之后被改动过。",
        "entry {entry} ({kind}, {subject}) was changed after it was appended",
    ),
    Finding.ENTRY_GONE: Words("第 {entry} 条不见了。", "entry {entry} is gone"),
    Finding.ENTRIES_GONE: Words("第 {first} 至 {last} 条不见了。", "entries {first} to {last} are gone"),
    Finding.HASH_DIFFERS: Words(
        "第 {first} 至 {last} 条上的哈希对不上：其中一条或哈希本身被改动过。",
        "the hash over entries {first} to {last} does not fit: one of them, or the hash, was changed",
    ),
    Finding.HASHES_GONE: Words(
        "第 {level} 层有 {count} 个哈希不见了，第一个在第 {first} 条之上。",
        "{count} hashes at level {level} of the ledger are gone, the first over entry {first}",
    ),
    Finding.ROOT_DIFFERS: Words(
        "前 {size} 条算出的根与当时记下的不同：存证被整体重写过。",
        "the first {size} entries do not give the root that was noted: the ledger was rewritten",
    ),
    Finding.ROW_UNWITNESSED: Words(
        "{table} 的第 {row} 行没有存证：是绕过系统放进去的。",
        "row {row} of {table} has no entry in the ledger: it was put in beside the product",
    ),
    Finding.ROW_CHANGED: Words(
        "{table} 的第 {row} 行在第 {entry} 条存证之后被改动过。",
        "row {row} of {table} was changed after entry {entry} witnessed it",
    ),
    Finding.ROW_NOT_AS_MIGRATED: Words(
        "{table} 的第 {row} 行在第 {entry} 条存证之后被改动过：{columns} 不是升级时写入的值。",
        "row {row} of {table} was changed after entry {entry} witnessed it: {columns} is not what the migration wrote",
    ),
    Finding.ROW_GONE: Words(
        "{table} 的第 {row} 行不见了，它有第 {entry} 条存证。",
        "row {row} of {table}, witnessed by entry {entry}, is gone",
    ),
    Finding.TREE_ROW_UNWITNESSED: Words(
        "{subject} 的 {row} 不在第 {entry} 条存证里：是后来放进去的。",
        "row {row} of {subject} is not in the tree that entry {entry} witnessed: it was put in",
    ),
    Finding.TREE_ROW_CHANGED: Words(
        "{subject} 的 {row} 在第 {entry} 条存证之后被改动过。",
        "row {row} of {subject} was changed after entry {entry} witnessed it",
    ),
    Finding.TREE_ROW_GONE: Words(
        "{subject} 的第 {number} 行（{after} 之后）不见了，它有第 {entry} 条存证。",
        "row number {number} of {subject} (after row {after}), witnessed by entry {entry}, is gone",
    ),
    Finding.TREE_FIRST_ROW_GONE: Words(
        "{subject} 的第 {number} 行（最前面的）不见了，它有第 {entry} 条存证。",
        "row number {number} of {subject} (the first), witnessed by entry {entry}, is gone",
    ),
    Finding.TREE_ORDER_DIFFERS: Words(
        "{subject} 各行的次序与第 {entry} 条存证不同。",
        "the rows of {subject} are in another order than entry {entry} witnessed",
    ),
    Finding.TREE_ROWS_DIFFER: Words(
        "{subject} 在第 {entry} 条存证之后被改动过；{file} 不见了或也被改动，说不出是哪几行。",
        "rows of {subject} were changed after entry {entry} witnessed them; which ones cannot be said any more,"
        " because {file} is missing or was changed too",
    ),
    Finding.TREE_NOT_READ: Words(
        "{subject}（第 {entry} 条存证）的数据读不出来：{error}。",
        "the rows of {subject} (entry {entry}) cannot be read: {error}",
    ),
    Finding.FILE_GONE: Words(
        "{table} 的 {row} 说有文件 {file}，但文件不见了。请从备份取回。",
        "{table} {row} names the file {file}, which is gone: take it back from a backup",
    ),
    Finding.FILE_CHANGED: Words(
        "文件 {file} 被改动过，和 {table} 的 {row} 存证时不一样。请从备份取回，并查明是谁改的。",
        "the file {file} was changed: it is not the one that {table} {row} witnessed. Take it back from a backup,"
        " and find out who changed it",
    ),
    Finding.NOT_GIVEN: Words(
        "第 {entry} 条是 {table} 的存证，但系统里没有任何部分给出它的数据，无法核验。",
        "entry {entry} witnesses {table}, but no part of the product gives its rows: it cannot be verified",
    ),
}
