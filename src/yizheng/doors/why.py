"""Why a door itself says no, before or after a story: the codes of these refusals. Their words stand in `words/doors`."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with how a command was called, or with the home that it works in."""

    SIGN_IN_AGAIN = "doors:sign_in_again"
    PASSWORD_WITHOUT_TERMINAL = "doors:password_without_terminal"
    COMMAND_ALONE = "doors:command_alone"
    MONTH_MISSING = "doors:month_missing"
    NOBODY_HAS_NUMBER = "doors:nobody_has_number"

    ARGUMENT_NOT_TEXT = "doors:argument_not_text"
    FILE_MISSING = "doors:file_missing"
    FOLDER_EMPTY = "doors:folder_empty"
    FILE_OF_NO_SOURCE = "doors:file_of_no_source"
    FILES_REFUSED = "doors:files_refused"
    ROWS_NOT_USED = "doors:rows_not_used"
    ROWS_NOT_ENROLLED = "doors:rows_not_enrolled"

    TREE_SIZE_WRONG = "doors:tree_size_wrong"
    ENTRY_NOT_NAMED = "doors:entry_not_named"
    ENTRY_BEYOND = "doors:entry_beyond"
    NO_ENTRY_ABOUT = "doors:no_entry_about"

    HOME_NOT_WRITABLE = "doors:home_not_writable"
    WRITTEN_MEANWHILE = "doors:written_meanwhile"
    DATABASE_NOT_READY = "doors:database_not_ready"
    DATABASE_REFUSES = "doors:database_refuses"
    HOME_NEWER = "doors:home_newer"
    HOME_OLDER = "doors:home_older"
    HOME_WITHOUT_DATABASE = "doors:home_without_database"
    LEDGER_BROKEN = "doors:ledger_broken"
    UPGRADE_NOT_VERIFIED = "doors:upgrade_not_verified"
    UPGRADE_NOT_VERIFIED_COPY_KEPT = "doors:upgrade_not_verified_copy_kept"

    DEMO_HOME_TAKEN = "doors:demo_home_taken"
    DEMO_DATABASE_TAKEN = "doors:demo_database_taken"
    DEMO_OF_OTHER_SIZE = "doors:demo_of_other_size"
    DEMO_IN_OTHER_DATABASE = "doors:demo_in_other_database"
