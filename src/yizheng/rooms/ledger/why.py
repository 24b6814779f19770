"""What the ledger finds when it is verified (存证核验): the codes of its findings. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Finding(Code):
    """What is not as it was witnessed."""

    ENTRY_CHANGED = "ledger:entry_changed"
    ENTRY_GONE = "ledger:entry_gone"
    ENTRIES_GONE = "ledger:entries_gone"
    HASH_DIFFERS = "ledger:hash_differs"
    HASHES_GONE = "ledger:hashes_gone"
    ROOT_DIFFERS = "ledger:root_differs"
    ROW_UNWITNESSED = "ledger:row_unwitnessed"
    ROW_CHANGED = "ledger:row_changed"
    ROW_NOT_AS_MIGRATED = "ledger:row_not_as_migrated"
    ROW_GONE = "ledger:row_gone"
    TREE_ROW_UNWITNESSED = "ledger:tree_row_unwitnessed"
    TREE_ROW_CHANGED = "ledger:tree_row_changed"
    TREE_ROW_GONE = "ledger:tree_row_gone"
    TREE_FIRST_ROW_GONE = "ledger:tree_first_row_gone"
    TREE_ORDER_DIFFERS = "ledger:tree_order_differs"
    TREE_ROWS_DIFFER = "ledger:tree_rows_differ"
    TREE_NOT_READ = "ledger:tree_not_read"
    FILE_GONE = "ledger:file_gone"
    FILE_CHANGED = "ledger:file_changed"
    NOT_GIVEN = "ledger:not_given"
