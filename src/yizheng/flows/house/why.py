"""Why the house says no (文件进出、安装目录): the codes of these refusals. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a place that is written to, with a small table that staff bring, or with the home."""

    DISK_FULL = "house:disk_full"
    NO_FOLDER = "house:no_folder"
    IS_FOLDER = "house:is_folder"
    FULL_WHILE_WRITING = "house:full_while_writing"
    FORBIDDEN = "house:forbidden"
    SYSTEM_REFUSES = "house:system_refuses"
    CELL_NOT_TEXT = "house:cell_not_text"
    COLUMNS_MISSING = "house:columns_missing"
    HOME_OF_NO_SIMULATED_DAY = "house:home_of_no_simulated_day"
