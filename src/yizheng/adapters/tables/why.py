"""Why a delivered table cannot be read (表格文件), and what is told of one that can. The words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a file that should hold a table."""

    FILE_EMPTY = "tables:file_empty"
    FILE_MISSING = "tables:file_missing"
    IS_A_FOLDER = "tables:is_a_folder"
    IS_A_LINK = "tables:is_a_link"
    NAME_NOT_TEXT = "tables:name_not_text"
    NOT_READABLE = "tables:not_readable"
    NO_COLUMN_NAMES = "tables:no_column_names"
    COLUMN_TWICE = "tables:column_twice"
    COLUMN_NOT_PLAIN = "tables:column_not_plain"
    NO_TABLE = "tables:no_table"
    TABLE_TOO_LARGE = "tables:table_too_large"
    CELL_FAR_OUT = "tables:cell_far_out"
    SECOND_SHEET = "tables:second_sheet"
    WORKBOOK_LOCKED = "tables:workbook_locked"
    WORKBOOK_EMPTY = "tables:workbook_empty"
    WORKBOOK_DAMAGED = "tables:workbook_damaged"
    NOT_TEXT = "tables:not_text"
    NEITHER_UTF8_NOR_GB18030 = "tables:neither_utf8_nor_gb18030"
    TABLE_DAMAGED = "tables:table_damaged"
    TABLE_RAGGED = "tables:table_ragged"
    ONE_LONG_LINE = "tables:one_long_line"
    LINE_TOO_LONG = "tables:line_too_long"
    TOO_MANY_COLUMNS = "tables:too_many_columns"
    TABLE_CUT_OFF = "tables:table_cut_off"


class Finding(Code):
    """What is told of a folder's files and of a table that is read."""

    JUNK = "tables:junk"
    STILL_GROWING = "tables:still_growing"
    TITLE_ROWS = "tables:title_rows"
    REPEATED_HEADERS = "tables:repeated_headers"
    TOTAL_ROWS = "tables:total_rows"
    REMARK_ROWS = "tables:remark_rows"
    HIDDEN_ROWS = "tables:hidden_rows"
    STRUCK_ROWS = "tables:struck_rows"
    HIDDEN_COLUMNS = "tables:hidden_columns"
    HIDDEN_UNKNOWN = "tables:hidden_unknown"
    MERGED_CELLS = "tables:merged_cells"
    OTHER_SHEETS = "tables:other_sheets"
    LINES_INSIDE_CELLS = "tables:lines_inside_cells"
