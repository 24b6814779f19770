"""The words of tables: why a delivered file cannot be read."""

from yizheng.adapters.tables.why import Finding, Why
from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code

REFUSALS: dict[Code, Words] = {
    Why.FILE_EMPTY: Words(
        "{file} 是空文件。请向报送单位重新要一份。",
        "{file}: a table was expected, but the file is empty. Ask for it again.",
    ),
    Why.FILE_MISSING: Words(
        "没有找到文件 {file}。请核对文件名。",
        "{file}: a file was expected there, but there is none. Correct the name.",
    ),
    Why.IS_A_FOLDER: Words(
        "{file} 是一个文件夹。请写明文件名。",
        "{file}: a file was expected there, but it is a folder. Name the file.",
    ),
    Why.NAME_NOT_TEXT: Words(
        "{file}：文件名（或所在文件夹的名字）里有控制字符，或者不是 UTF-8 文字，没有导入。请改名后重新导入。",
        "{file}: a name of text was expected, but control characters or bytes that are no UTF-8 came (shown escaped)."
        " Rename the file, or the folder it lies in, and import again.",
    ),
    Why.IS_A_LINK: Words(
        "{file} 是一个链接，不跟着去读。请把文件本身放进文件夹。",
        "{file}: a file was expected, but it is a link, and links are not followed. Put the file itself there.",
    ),
    Finding.JUNK: Words(
        "{file} 是系统留下的文件，已跳过。",
        "{file}: left there by a system, passed over.",
    ),
    Finding.TITLE_ROWS: Words(
        "列名上面有 {count} 行标题，没有当作数据。",
        "{count} title lines above the column names, taken for no data.",
    ),
    Finding.REPEATED_HEADERS: Words(
        "第 {rows} 行又是列名，没有当作数据。",
        "the column names stand again in rows {rows}, taken for no data.",
    ),
    Finding.TOTAL_ROWS: Words(
        "第 {rows} 行是合计，没有当作数据。",
        "totals in rows {rows}, taken for no data.",
    ),
    Finding.REMARK_ROWS: Words(
        "第 {rows} 行是表外说明，没有当作数据。",
        "remarks in rows {rows}, taken for no data.",
    ),
    Finding.HIDDEN_ROWS: Words(
        "有 {count} 行在 Excel 里被隐藏或筛掉（第 {rows} 行），没有采用。请问报送单位：要采用就加 --with-hidden-rows 再"
        "导入一次，或者请他们取消隐藏后重送。",
        "{count} rows are hidden or filtered away in Excel (rows {rows}) and not used. Ask the department: to take"
        " them, import the file again with --with-hidden-rows, or have it sent again without the filter.",
    ),
    Finding.STRUCK_ROWS: Words(
        "有 {count} 行画了删除线（第 {rows} 行），没有采用。请问报送单位：要采用就加 --with-hidden-rows 再导入一次。",
        "{count} rows are struck through (rows {rows}) and not used. Ask the department: to take them, import the"
        " file again with --with-hidden-rows.",
    ),
    Finding.HIDDEN_COLUMNS: Words(
        "有 {count} 列被隐藏，照样读了。",
        "{count} columns are hidden; they were read all the same.",
    ),
    Finding.HIDDEN_UNKNOWN: Words(
        "这种工作簿看不出有没有隐藏或画了删除线的行，都照样读了。请另存为“Excel 工作簿（.xlsx）”后再送，才能核对。",
        "whether this kind of workbook hides or strikes through rows cannot be told; all were read. Have it saved as"
        " 'Excel Workbook (.xlsx)' and sent again to be sure.",
    ),
    Finding.MERGED_CELLS: Words(
        "第 {rows} 行起有合并的单元格，只有第一格有内容。请取消合并、逐行填写后重送。",
        "merged cells from rows {rows} on: only the first cell of each has a content. Have them split and filled row"
        " by row.",
    ),
    Finding.OTHER_SHEETS: Words(
        "另外还有 {count} 张有内容的工作表，没有读。如果里面也有数据，请另存为单独的文件送。",
        "{count} more sheets have contents and were not read. If they hold data too, have them sent as files.",
    ),
    Finding.LINES_INSIDE_CELLS: Words(
        "有 {count} 行是格内换行，算在所在的那一行里。",
        "{count} lines are line breaks inside cells and belong to their rows.",
    ),
    Finding.STILL_GROWING: Words(
        "{file} 还在写入，这次没有导入。请等写完再导入一次。",
        "{file}: still being written, left for later. Import the folder again when it is whole.",
    ),
    Why.NOT_READABLE: Words(
        "没有权限读取 {file}。请给运行程序的用户读取权限。",
        "{file}: the file may not be read. Give this user the right to read it.",
    ),
    Why.NO_COLUMN_NAMES: Words(
        "{file} 里没有找到列名：数据的上面一行应当是列名。请补上列名。",
        "{file}: column names were expected in the row above the data, but there are none. Add them.",
    ),
    Why.COLUMN_TWICE: Words(
        "{file} 里，{columns} 列的列名相同。请删掉或改名。",
        "{file}: every column was expected to have a name of its own, but the columns {columns} share names."
        " Remove or rename some of them.",
    ),
    Why.COLUMN_NOT_PLAIN: Words(
        "{file} 的“{column}”列类型是 {kind}，读不了。请存成文本、数字或日期。",
        "{file}: columns of plain values were expected, but '{column}' is {kind}. Write it as text, number or"
        " date.",
    ),
    Why.NO_TABLE: Words(
        "{file} 不是表格，而是 {format} 文件。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”或“CSV UTF-8”后再"
        "送。",
        "{file}: a table was expected, but it is a {format} file. Open it in Excel or WPS, and save it as 'Excel"
        " Workbook (.xlsx)' or 'CSV UTF-8'.",
    ),
    Why.TABLE_TOO_LARGE: Words(
        "{file} 展开以后太大，或者读得太久，没有读。请只留下需要的行和列，另存为“CSV UTF-8”后再送。",
        "{file}: a table of a size that can be read was expected, but unpacked it is too large or takes too long."
        " Keep the rows and columns that are needed, and save it as 'CSV UTF-8'.",
    ),
    Why.CELL_FAR_OUT: Words(
        "{file} 在第 {most} 列以外很远的地方还有内容。请只复制有数据的区域到新工作簿，另存后再送。",
        "{file}: a table of at most {most} columns was expected, but a cell far to the right of them is filled."
        " Copy the area with the data into a new workbook and save that.",
    ),
    Why.SECOND_SHEET: Words(
        "{file} 有两张工作表都是同样列名的数据，只能读一张。请把所有行放在一张工作表里，或者分成几个文件送。",
        "{file}: one sheet of data was expected, but a second one has the same column names. Put all rows into one"
        " sheet, or send a file for each.",
    ),
    Why.WORKBOOK_LOCKED: Words(
        "{file} 加了密码。请用 Excel 打开，不加密码另存后再送。",
        "{file}: a workbook without a password was expected, but it is locked. Open it in Excel and save it again"
        " without one.",
    ),
    Why.WORKBOOK_EMPTY: Words(
        "{file} 里没有内容，第一行应当是列名，下面是数据。请向报送单位重新要一份。",
        "{file}: column names in the first row and rows below were expected, but the workbook is empty. Ask"
        " the department for the file again.",
    ),
    Why.WORKBOOK_DAMAGED: Words(
        "{file} 打不开：不是完好的 Excel 文件，或者加了密码。请用 Excel 打开后不加密码另存，或向报送单位重新"
        "要一份。",
        "{file}: an Excel workbook was expected, but the file is damaged or locked with a password. Open it"
        " in Excel and save it again without a password, or ask the department for it anew.",
    ),
    Why.NOT_TEXT: Words(
        "{file} 不是文本表格。请另存为 CSV 或 XLSX。",
        "{file}: a table was expected, but the file is not text. Save it as CSV or XLSX again.",
    ),
    Why.NEITHER_UTF8_NOR_GB18030: Words(
        "{file} 应当是 UTF-8 或 GB18030 编码，第 {byte} 个字节两种都不是。请另存为 CSV UTF-8，或向报送单位重"
        "新要一份。",
        "{file}: text in UTF-8 or GB18030 was expected, but byte {byte} is in neither. Save the file as CSV"
        " UTF-8 again, or ask the department for it anew.",
    ),
    Why.TABLE_DAMAGED: Words(
        "{file} 应当是 Parquet 文件，已经损坏。请向报送单位重新要一份。",
        "{file}: a Parquet file was expected, but it is damaged. Ask the department for it anew.",
    ),
    Why.TABLE_RAGGED: Words(
        "{file} 读不成表格：有一格的引号没有合上，或者有一行断了；从第 {row} 行起，格数不对。请从原来的系统重"
        "新导出。",
        "{file}: a table was expected, but it cannot be read as one: a cell is not closed by its quotation"
        " mark, or a row is cut off. Rows with another number of cells start at row {row}. Save the file"
        " again from its source.",
    ),
    Why.TABLE_CUT_OFF: Words(
        "{file} 读不成表格：从第 {line} 行起，有一格的引号没有合上，或者有一行断了。请从原来的系统重新导出。",
        "{file}: a table was expected, but it cannot be read as one: from line {line} on a cell is not closed"
        " by its quotation mark, or a row is cut off. Save the file again from its source.",
    ),
    Why.ONE_LONG_LINE: Words(
        "{file} 的第一行没有尽头，不是一行一人的表格。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”或"
        "“CSV UTF-8”后再送。",
        "{file}: a table with a row a line was expected, but its first line does not end. Open it in Excel or"
        " WPS, and save it as 'Excel Workbook (.xlsx)' or 'CSV UTF-8'.",
    ),
    Why.LINE_TOO_LONG: Words(
        "{file} 的第 {line} 行超过 {most} MB，读不了：换行可能丢了。请从原来的系统重新导出，一人一行。",
        "{file}: a row a line was expected, but line {line} is longer than {most} MB: line ends may have been lost."
        " Save the file again from its source.",
    ),
    Why.TOO_MANY_COLUMNS: Words(
        "{file} 有 {came} 列，最多读 {most} 列。请只留下需要的列再送。",
        "{file}: a table of at most {most} columns was expected, but it has {came}. Keep the columns that are"
        " needed.",
    ),
}
