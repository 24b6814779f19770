"""The tree of the ledger: RFC 6962 (and RFC 9162) hashes, proofs and their verification, and commitments to rows.

Rules that always hold: a leaf is hashed behind the byte 0, a node behind the byte 1, so that neither can pass for the
other; the left part of a tree is the largest power of two below its size; a verifier trusts nothing but the roots that
it is given, and answers no to every proof of another length than the one that must come.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum

from yizheng.rooms.ledger.data import RowTree

HASH = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

_AS_THEY_ARE = frozenset({str, int, bool, type(None)})
_ENCODE = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
).encode

NodeAt = Callable[[int, int], bytes]
"""Gives the hash of a complete subtree: `level` 0 is a leaf, `position` counts from the left."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


# --- commitments -------------------------------------------------------------------------------------------------


def canonical_value(value: object) -> object:
    """The one form of a column's value: moments as ISO text in UTC, days as ISO text, bytes as hex; no floats."""
    if type(value) in _AS_THEY_ARE:
        return value
    match value:
        case Enum():
            form = canonical_value(value.value)
        case float():
            raise TypeError("a float has no exact text: use integers (fen, days, parts per thousand)")
        case datetime():
            if value.tzinfo is None:
                raise ValueError(
                    "a moment with its zone was expected in a witnessed row, but one without came"
                )
            form = value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            form = value.isoformat()
        case bytes() | bytearray() | memoryview():
            form = bytes(value).hex()
        case Mapping():
            # Asking for the type here, before the call, halves the time of a ledger of a million entries.
            form = {
                str(key): inner if type(inner) in _AS_THEY_ARE else canonical_value(inner)
                for key, inner in value.items()
            }
        case list() | tuple():
            form = [canonical_value(inner) for inner in value]
        case _:
            form = value
    return form


def canonical_text(value: object) -> str:
    """The one JSON text of a value: the text of `kernel.digest.canonical_json`, several times as fast."""
    return _ENCODE(canonical_value(value))


def commit_row(key: bytes, table: str, row_key: str, row: Mapping[str, object]) -> bytes:
    """The keyed commitment (HMAC-SHA-256) to a row: 32 bytes that say nothing to anybody without the key."""
    return hmac.digest(key, canonical_text([table, row_key, row]).encode(), "sha256")


def entry_leaf(
    *,
    index: int,
    kind: str,
    actor: str,
    at: datetime,
    subject: str,
    commitment: bytes,
    detail: Mapping[str, object],
) -> bytes:
    """The leaf's hash of an entry: every column of it takes part."""
    text = _ENCODE(
        {
            "format": 1,
            "index": index,
            "kind": kind,
            "actor": actor,
            "at": canonical_value(at),
            "subject": subject,
            "commitment": commitment.hex(),
            "detail": canonical_value(detail) if detail else {},
        }
    )
    return leaf_hash(text.encode())


# --- trees in bulk -----------------------------------------------------------------------------------------------


def row_leaves(key: bytes, rows: Iterable[bytes]) -> bytes:
    """The leaf hashes of a bulk tree, 32 bytes a row: SHA-256(0 | BLAKE2b-256(key, row)). About a microsecond a row."""
    fresh = hashlib.blake2b(key=key, digest_size=HASH).copy
    sha256 = hashlib.sha256
    leaves: list[bytes] = []
    keep = leaves.append
    for row in rows:
        keyed = fresh()
        keyed.update(row)
        keep(sha256(b"\x00" + keyed.digest()).digest())
    return b"".join(leaves)


def tree_levels(leaves: bytes) -> list[bytes]:
    """Every level of the tree from the leaves up to the root; the odd hash at the right moves up as it is.

    Moving up gives the same root as RFC 6962's splitting at the largest power of two.
    """
    sha256 = hashlib.sha256
    level = leaves
    levels = [level]
    while len(level) > HASH:
        pairs = len(level) // (2 * HASH) * (2 * HASH)
        above = [sha256(b"\x01" + level[at : at + 64]).digest() for at in range(0, pairs, 64)]
        level = b"".join(above) + level[pairs:]
        levels.append(level)
    return levels


def tree_root(leaves: bytes) -> bytes:
    """The root over concatenated leaf hashes."""
    return tree_levels(leaves)[-1] if leaves else EMPTY_ROOT


def row_tree(key: bytes, rows: Iterable[bytes]) -> RowTree:
    """The bulk tree over rows given as canonical bytes, in their order."""
    leaves = row_leaves(key, rows)
    return RowTree(root=tree_root(leaves), leaves=leaves)


PORTION = 1 << 17
"""Rows of a part of a tree that is hashed by itself: a power of two, so that its root is a node of the whole tree."""


def joined(parts: Sequence[RowTree]) -> RowTree:
    """The tree whose parts these are, in order: PORTION rows in each but the last."""
    root = tree_root(b"".join(part.root for part in parts))
    return RowTree(root=root, leaves=b"".join(part.leaves for part in parts))


def tree_proof(leaves: bytes, index: int) -> list[bytes]:
    """The inclusion proof of row `index` in a bulk tree. Raises IndexError where there is no such row."""
    if not 0 <= index < len(leaves) // HASH:
        raise IndexError(f"a row from 0 to {len(leaves) // HASH - 1} was expected, but {index} came")
    proof = []
    for level in tree_levels(leaves)[:-1]:
        beside = (index ^ 1) * HASH
        if beside < len(level):
            proof.append(level[beside : beside + HASH])
        index >>= 1
    return proof


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes given one by one."""
    return tree_root(b"".join(hashes))


# --- a growing tree ----------------------------------------------------------------------------------------------


def frontier_coordinates(size: int) -> list[tuple[int, int]]:
    """The complete subtrees that a tree of this size consists of, left to right, as (level, position)."""
    found = []
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def grow(frontier: list[bytes], size: int, leaf: bytes) -> list[tuple[int, int, bytes]]:
    """Add a leaf to the frontier of a tree of `size` leaves, in place; gives the nodes above it that became complete."""
    made = []
    level, position, top = 0, size, leaf
    while position & 1:
        top = node_hash(frontier.pop(), top)
        level, position = level + 1, position >> 1
        made.append((level, position, top))
    frontier.append(top)
    return made


def root_of_frontier(frontier: Sequence[bytes]) -> bytes:
    """The root of the tree whose complete subtrees these are, left to right."""
    if not frontier:
        return EMPTY_ROOT
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = node_hash(left, root)
    return root


# --- proofs ------------------------------------------------------------------------------------------------------


def range_root(start: int, end: int, node_at: NodeAt) -> bytes:
    """The hash over leaves `start` to `end`, where `start` is a multiple of the range's power of two."""
    count = end - start
    if count == 0:
        return EMPTY_ROOT
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node_at(level, start >> level)
    split = start + _left(count)
    return node_hash(range_root(start, split, node_at), range_root(split, end, node_at))


def inclusion_proof(index: int, size: int, node_at: NodeAt) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves (RFC 6962, 2.1.1), leaf end first."""
    if not 0 <= index < size:
        raise IndexError(f"an index from 0 to {size - 1} was expected, but {index} came")
    proof = []
    start, end = 0, size
    while end - start > 1:
        split = start + _left(end - start)
        if index < split:
            proof.append(range_root(split, end, node_at))
            end = split
        else:
            proof.append(range_root(start, split, node_at))
            start = split
    return proof[::-1]


def consistency_proof(old: int, new: int, node_at: NodeAt) -> list[bytes]:
    """The proof that the first `old` leaves of the tree of `new` leaves are the old tree (RFC 6962, 2.1.2)."""
    if not 0 < old <= new:
        raise IndexError(f"a size from 1 to {new} was expected, but {old} came")
    proof = []
    start, end, whole = 0, new, True
    while old < end:
        split = start + _left(end - start)
        if old <= split:
            proof.append(range_root(split, end, node_at))
            end = split
        else:
            proof.append(range_root(start, split, node_at))
            start, whole = split, False
    if not whole:
        proof.append(range_root(start, end, node_at))
    return proof[::-1]


def verify_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `leaf` is shown to stand at `index` of the tree of `size` leaves with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != HASH or any(len(part) != HASH for part in proof):
        return False
    node, last, current = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = node_hash(part, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, part)
        node, last = node >> 1, last >> 1
    return last == 0 and hmac.compare_digest(current, root)


def verify_consistency(
    *, old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether the proof shows that the tree of `new` leaves only grew out of the tree of `old` (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new or any(len(part) != HASH for part in proof):
        return False
    if old == new:
        return not proof and hmac.compare_digest(old_root, new_root)
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not proof or not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(part, first), node_hash(part, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, part)
        node, last = node >> 1, last >> 1
    return last == 0 and hmac.compare_digest(first, old_root) and hmac.compare_digest(second, new_root)


def _left(count: int) -> int:
    """The largest power of two below `count` (which is at least 2)."""
    return 1 << (count - 1).bit_length() - 1
