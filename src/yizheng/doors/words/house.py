"""The words of the house: files that come in and go out, and the home."""

from yizheng.doors.words.base import Words
from yizheng.flows.house.why import Why
from yizheng.kernel.errors import Code

REFUSALS: dict[Code, Words] = {
    Why.CELL_NOT_TEXT: Words(
        "{column} 一格里有看不见的控制字符。请删掉这一格重新输入，再导入一次。",
        "{column}: text was expected, but control characters came. Clear the cell, type it again and import again.",
    ),
    Why.DISK_FULL: Words(
        "{what}：磁盘满了，什么也没有登记。请腾出一些空间，再执行同一条命令。",
        "{what}: room on the disk was expected, but it is full. Nothing was registered: free some room and run"
        " the same command again.",
    ),
    Why.NO_FOLDER: Words(
        "写不了 {out}：文件夹 {folder} 不存在。请先建好，或者换一个地方。",
        "{out} cannot be written: the folder {folder} was expected, but it does not exist."
        " Make it, or name another place.",
    ),
    Why.IS_FOLDER: Words(
        "写不了 {out}：这是一个文件夹。请写上文件名。",
        "{out} cannot be written: a file's name was expected, but it is a folder. Name a file.",
    ),
    Why.FULL_WHILE_WRITING: Words(
        "写不了 {out}：磁盘满了。请腾出一些空间，再执行同一条命令。",
        "{out} cannot be written: the disk is full. Free some room and run the same command again.",
    ),
    Why.FORBIDDEN: Words(
        "写不了 {out}：系统不允许。请换一个地方，或者申请那里的写入权限。",
        "{out} cannot be written: the system forbids it. Name another place, or ask for the right to write there.",
    ),
    Why.SYSTEM_REFUSES: Words(
        "写不了 {out}：系统提示“{said}”。请换一个地方。",
        "{out} cannot be written: the system says: {said}. Name another place.",
    ),
    Why.COLUMNS_MISSING: Words(
        "{file}：应有这些列：{columns}；缺少：{missing}。请把列名写在第一行。",
        "{file}: the columns {columns} were expected, but {missing} is not there."
        " Put the column names into the first row.",
    ),
    Why.HOME_OF_NO_SIMULATED_DAY: Words(
        "设了 YIZHENG_TODAY，但目录 {home} 不是给模拟日期用的。请去掉 YIZHENG_TODAY，或者设着它在一个新目录里运行"
        " `yizheng init`。",
        "a home made for a simulated day was expected, since YIZHENG_TODAY is set, but {home}"
        " is none. Take YIZHENG_TODAY away, or run `yizheng init` with it in a new home.",
    ),
}
