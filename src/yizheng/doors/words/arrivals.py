"""The words of arrivals: rosters and departments' files that cannot be taken in."""

from yizheng.doors.words.base import Words
from yizheng.flows.arrivals.why import Why
from yizheng.kernel.errors import Code

REFUSALS: dict[Code, Words] = {
    Why.NO_ROSTER: Words(
        "名册里还没有人。请先导入名册：yizheng roster import 文件名。",
        "a roster was expected, but nobody is on it. Import one: yizheng roster import FILE.",
    ),
    Why.FROM_ANOTHER_SOURCE: Words(
        "{file}：同样的内容已经在 {day} 作为 {known} 的数据导入过，不能再作为 {source} 的导入。请核对它是哪个来源的。",
        "{file}: a new file of {source} was expected, but the same content was imported as one of"
        " {known} on {day}. Check which source it comes from.",
    ),
    Why.NAMED_FOR_ANOTHER_SOURCE: Words(
        "{file}：要导入的是 {source} 的数据，文件名却是 {bears} 的。请用 --source {bears} 导入，或者改文件名。",
        "{file}: a file of {source} was expected, but the name says {bears}."
        " Import it with --source {bears}, or rename it.",
    ),
    Why.TOO_MANY_AT_ONCE: Words(
        "{file}：同时导入的文件太多。请把这一个再导入一次。",
        "{file}: too many files were imported at the same moment. Import this one again.",
    ),
    Why.ROWS_NOT_AS_DECLARED: Words(
        "{file}：{where} 写明有 {declared} 行，文件里有 {came} 行，没有导入。请让对方核对后重新报送完整的文件。",
        "{file}: {declared} rows were expected, as {where} declares, but {came} came. Nothing was imported. Ask the"
        " sender for the whole file.",
    ),
    Why.AMOUNT_NOT_AS_DECLARED: Words(
        "{file}：{where} 写明金额合计 {declared} 元，文件里合计 {came} 元，没有导入。请让对方核对后重新报送。",
        "{file}: amounts of {declared} yuan in all were expected, as {where} declares, but {came} yuan came. Nothing was"
        " imported. Ask the sender to check and to deliver again.",
    ),
    Why.NO_LONGER_THAN_BEFORE: Words(
        "{file}：{period} 已经有一个内容大体相同的文件 {before}（{known} 行），这个有 {rows} 行，没有更多，先不导入。"
        "请问清对方；如果它代替前一个，请加 --replaces 再导入。",
        "{file}: more rows than {before} were expected, which is of {period} too, says nearly the same and has {known}"
        " rows, but {rows} came. It waits. Ask the sender; where it takes the other's place, import it with --replaces.",
    ),
    Why.SUPERSEDES: Words(
        "代替同期（{period}）的 {before}：那个文件独有的记录不再生效。",
        "it supersedes {before} of {period}: what stands in that file alone is not in force any more",
    ),
    Why.ROSTER_FROM_THE_FUTURE: Words(
        "{file}：送达日期应不晚于今天（{today}），写的是 {day}。请核对文件名里的日期，或者用 --delivered-on 写明。",
        "{file}: a day of delivery not after today ({today}) was expected, but {day} came."
        " Check the day in the file's name, or say --delivered-on.",
    ),
    Why.ROSTERS_AT_ONCE: Words(
        "{file}：同时有别的名册在导入。请把这一个再导入一次。",
        "{file}: other rosters were imported at the same moment. Import this one again.",
    ),
    Why.FEED_COLUMNS_MISSING: Words(
        "{file}：{name}（{source}）的文件缺少这些列：{missing}；认得的有 {known} 列，认不得的有 {others} 列。"
        "请打开文件核对来源，或者把列名加到 sources/{source}.yaml。",
        "{file}: a file of {name} ({source}) with the columns {missing} was expected, but they are missing: {known} of"
        " its columns are known, {others} are not. Open it and check the source, or add the name to"
        " sources/{source}.yaml.",
    ),
    Why.ROSTER_COLUMNS_MISSING: Words(
        "{file}：名册缺少这些列：{missing}；认得的有 {known} 列，认不得的有 {others} 列。"
        "请打开文件核对是不是名册，或者把列名加到 roster.yaml。",
        "{file}: a roster with the columns {missing} was expected, but they are missing: {known} of its columns are"
        " known, {others} are not. Open it and check that it is the roster, or add the names to roster.yaml.",
    ),
    Why.DAY_IN_NAME_WRONG: Words(
        "{file}：文件名里的送达日期 {came} 不是一个日期。请改文件名，或者用 --delivered-on 写明。",
        "{file}: the day of delivery was expected in the name, but {came} is no day."
        " Rename the file, or say --delivered-on.",
    ),
    Why.NUMBERS_CUT: Words(
        "{file}：{rows} 行里有 {cut} 个号码以 000 结尾或写成 E+17，多半是用 Excel 打开过、号码被截成了 15 位，"
        "所以整个文件没有导入。请从原来的系统重新导出，号码列设为“文本”，不要用 Excel 打开后再存。",
        "{file}: identity numbers were expected, but {cut} of {rows} rows end in 000 or are written E+17. A"
        " spreadsheet has very likely cut them to fifteen digits, so nothing was imported. Export the file again with"
        " the numbers as text, and do not open and save it in Excel.",
    ),
    Why.NUMBERS_MOVED: Words(
        "{file}：名册上的 {named} 人里，有 {moved} 个号码下面的姓名和生日都换成了别人，多半是列错了位，"
        "所以整个文件没有导入。请打开文件核对姓名和号码是否同一行，再从核心系统重新导出。",
        "{file}: of {named} people on the roster {moved} numbers now bear another name and birthday. Very likely a column"
        " is shifted, so nothing was imported. Open the file, check that names and numbers stand in their own rows, and"
        " export it again.",
    ),
    Why.DELIVERY_GONE: Words(
        "{file}：这一批数据应该在用，却找不到了。请把文件再导入一次。",
        "{file}: the delivery was expected in force, but it is not there. Import the file again.",
    ),
    Why.PREFIX_TOO_SHORT: Words(
        "批号至少要写前 {least} 位，写的是“{came}”。批号见 yizheng feed health。",
        "at least the first {least} characters of a batch id were expected, as `yizheng feed health`"
        " shows it, but '{came}' came.",
    ),
    Why.NO_DELIVERY_BEGINS: Words(
        "没有批号以 {prefix} 开头的在用数据。请用 yizheng feed health 查看。",
        "one delivery in force whose batch id begins with {prefix} was expected, but none does:"
        " look at `yizheng feed health`.",
    ),
    Why.MANY_DELIVERIES_BEGIN: Words(
        "有 {count} 批在用数据的批号以 {prefix} 开头。请多写几位。",
        "one delivery in force whose batch id begins with {prefix} was expected, but {count} do:"
        " give more characters.",
    ),
}
