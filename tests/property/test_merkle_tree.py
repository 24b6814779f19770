"""The tree against RFC 6962's own recursive definition, and its proofs against everything that they must refuse."""

from hypothesis import assume, given
from hypothesis import strategies as st

from yizheng.rooms.ledger import rules
from yizheng.rooms.ledger.data import RowTree

LEAVES = st.lists(st.binary(max_size=8).map(rules.leaf_hash), min_size=1, max_size=70)


def mth(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if not hashes:
        return rules.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return rules.node_hash(mth(hashes[:split]), mth(hashes[split:]))


def node_at(hashes: list[bytes]):
    return lambda level, position: mth(hashes[position << level : (position + 1) << level])


@given(LEAVES)
def test_bulk_root_and_growing_root_are_the_definition(hashes: list[bytes]) -> None:
    frontier: list[bytes] = []
    for size, leaf in enumerate(hashes):
        for level, position, made in rules.grow(frontier, size, leaf):
            assert made == node_at(hashes)(level, position)
    assert rules.root_of(hashes) == rules.root_of_frontier(frontier) == mth(hashes)
    coordinates = rules.frontier_coordinates(len(hashes))
    assert [node_at(hashes)(*coordinate) for coordinate in coordinates] == frontier


@given(LEAVES, st.integers(0, 5))
def test_parts_of_a_power_of_two_join_to_the_whole_tree(hashes: list[bytes], power: int) -> None:
    portion = 1 << power
    parts = [hashes[at : at + portion] for at in range(0, len(hashes), portion)]
    joined = rules.joined([RowTree(root=mth(part), leaves=b"".join(part)) for part in parts])
    assert (joined.root, joined.leaves) == (mth(hashes), b"".join(hashes))


@given(LEAVES, st.data())
def test_inclusion_proof_verifies_and_any_change_is_refused(hashes: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(hashes) - 1))
    proof = rules.inclusion_proof(index, len(hashes), node_at(hashes))
    assert proof == rules.tree_proof(b"".join(hashes), index)
    right = {"index": index, "size": len(hashes), "leaf": hashes[index], "proof": proof, "root": mth(hashes)}
    assert rules.verify_inclusion(**right)  # type: ignore[arg-type]
    other = bytes(32)
    wrongs: list[dict[str, object]] = [
        {"leaf": other},
        {"root": other},
        {"proof": [*proof, other]},
        {"proof": [part[:31] for part in proof]} if proof else {"leaf": b""},
        {"proof": proof[:-1]} if proof else {"index": 1},
        {"index": len(hashes)},
        {"index": -1},
    ]
    for wrong in wrongs:
        assert not rules.verify_inclusion(**{**right, **wrong})  # type: ignore[arg-type]


@given(LEAVES, st.data())
def test_consistency_proof_verifies_and_a_rewritten_past_is_refused(
    hashes: list[bytes], data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, len(hashes)))
    proof = rules.consistency_proof(old, len(hashes), node_at(hashes))
    right = {
        "old": old,
        "new": len(hashes),
        "proof": proof,
        "old_root": mth(hashes[:old]),
        "new_root": mth(hashes),
    }
    assert rules.verify_consistency(**right)  # type: ignore[arg-type]
    changed = data.draw(st.integers(0, old - 1))
    past = [*hashes[:changed], rules.leaf_hash(b"another past"), *hashes[changed + 1 : old]]
    assume(past != hashes[:old])
    assert not rules.verify_consistency(**{**right, "old_root": mth(past)})  # type: ignore[arg-type]
    assert not rules.verify_consistency(**{**right, "proof": [*proof, bytes(32)]})  # type: ignore[arg-type]
    assert not rules.verify_consistency(**{**right, "new_root": bytes(32)})  # type: ignore[arg-type]


@given(st.lists(st.binary(max_size=20), max_size=40), st.binary(min_size=32, max_size=32))
def test_row_leaves_say_nothing_without_the_key(rows: list[bytes], key: bytes) -> None:
    leaves = rules.row_leaves(key, rows)
    assert len(leaves) == 32 * len(rows)
    other = rules.row_leaves(bytes(reversed(key)) if key != key[::-1] else bytes(31) + b"x", rows)
    assert not rows or leaves != other
