"""A bulk tree is kept (批量存证叶子): its leaves lie in the store, so that each of its rows has a proof."""

from yizheng.kernel.store import Store
from yizheng.rooms.ledger.data import RowTree, leaves_name


def keep_tree(store: Store, tree: RowTree) -> None:
    """Keep a tree's leaves. Raises Refused on a full disk."""
    store.write(leaves_name(tree.root), tree.leaves)
