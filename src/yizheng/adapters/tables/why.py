"""Why a delivered table cannot be read (表格文件): the codes of its refusals. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a file that should hold a table."""

    FILE_EMPTY = "tables:file_empty"
    FILE_MISSING = "tables:file_missing"
    IS_A_FOLDER = "tables:is_a_folder"
    NOT_READABLE = "tables:not_readable"
    NO_COLUMN_NAMES = "tables:no_column_names"
    COLUMN_TWICE = "tables:column_twice"
    COLUMN_NOT_PLAIN = "tables:column_not_plain"
    WORKBOOK_EMPTY = "tables:workbook_empty"
    WORKBOOK_DAMAGED = "tables:workbook_damaged"
    NOT_TEXT = "tables:not_text"
    NEITHER_UTF8_NOR_GB18030 = "tables:neither_utf8_nor_gb18030"
    TABLE_DAMAGED = "tables:table_damaged"
    TABLE_RAGGED = "tables:table_ragged"
    ONE_LONG_LINE = "tables:one_long_line"
    TOO_MANY_COLUMNS = "tables:too_many_columns"
    TABLE_CUT_OFF = "tables:table_cut_off"
