"""Why the house says no to files (文件进出): the codes of these refusals. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a place that is written to, or with a small table that staff bring."""

    DISK_FULL = "house:disk_full"
    NO_FOLDER = "house:no_folder"
    IS_FOLDER = "house:is_folder"
    FULL_WHILE_WRITING = "house:full_while_writing"
    FORBIDDEN = "house:forbidden"
    SYSTEM_REFUSES = "house:system_refuses"
    COLUMNS_MISSING = "house:columns_missing"
