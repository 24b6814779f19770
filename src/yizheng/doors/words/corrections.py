"""The words of corrections: hand-outs to departments and their answers."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.corrections.why import Finding, Why

REFUSALS: dict[Code, Words] = {
    Why.RECIPIENT_LENGTH: Words(
        "请写明文件交给谁（单位和人），1 到 {most} 个字，现在是 {came} 个字。",
        "whom the file goes to was expected in 1 to {most} characters, but {came} came. Name the office and the person.",
    ),
    Why.NAME_ENDING: Words(
        "文件名要以 .xlsx 或 .csv 结尾，现在是“{came}”。请改文件名。",
        "a name that ends in .xlsx or .csv was expected, but it ends in {came}.",
    ),
    Why.NOTHING_TO_HAND_OUT: Words(
        "{name}（{source}）没有还没交出过的待更正记录，没有写文件。要连等答复的一起再交，请加 --again。",
        "rows of {name} ({source}) to correct were expected, but there is none that was not handed"
        " out before. Nothing was written. Ask for those that wait for an answer too (--again).",
    ),
    Why.HANDED_OUT_AT_ONCE: Words(
        "同时有人在交出 {source} 的记录，没有写文件。请再办一次。",
        "somebody else handed out rows of {source} at the same moment. Nothing was written; do it again.",
    ),
    Why.COLUMNS_MISSING: Words(
        "{file}：更正清单要有这些列：{columns}；缺少：{missing}。请把交出去的那份文件填好送回。",
        "{file}: a file of rows to correct with the columns {columns} was expected, but"
        " {missing} is missing. Send back the file that was handed out, filled in.",
    ),
    Why.TOO_MANY_ROWS: Words(
        "{file}：最多 {most} 行，超过了。请分几份送。",
        "{file}: at most {most} rows were expected, but more came. Send it in parts.",
    ),
    Why.NEVER_HANDED_OUT: Words(
        "{file}：没有一个核对编号是交出过的。请把交出去的那份文件填好送回。",
        "{file}: answers about rows of one source were expected, but none of the references was ever handed"
        " out. Send back the file that was handed out, filled in.",
    ),
    Why.SOURCES_MIXED: Words(
        "{file}：一份文件只能答复一个来源的记录，这份混有：{sources}。请把交出去的那份文件填好送回。",
        "{file}: answers about rows of one source were expected, but it mixes {sources}."
        " Send back the file that was handed out, filled in.",
    ),
    Why.SOURCE_GONE: Words(
        "{file}：来源 {source} 已经不在本机构的来源里。请把它的文件补上。",
        "{file}: the source {source} was expected among the agency's, but it is gone. Add its file.",
    ),
    Why.DELIVERY_GONE: Words(
        "交出过的记录，原来那批数据应该在用，却有一批找不到了。请查看数据来源。",
        "a delivery in force was expected behind every row that was handed out, but one is gone.",
    ),
    Finding.REF_UNKNOWN: Words("这个核对编号没有交出过", "this reference was never handed out (unknown)"),
    Finding.REF_TWICE: Words("同一核对编号出现两次", "the same reference stands twice"),
    Finding.ANSWERED_BEFORE: Words("已由{by}答复过", "answered before by {by}"),
    Finding.NO_ANSWER: Words(
        "“答复”应为：正确、更正或撤回", "not an answer: 正确, 更正 or 撤回 was expected"
    ),
    Finding.NO_NAME: Words("没有写“答复人”", "no name of who answers"),
    Finding.NOTHING_CORRECTED: Words(
        "答复是“更正”，但“更正：…”各列都空着", "nothing corrected: every column of corrections is empty"
    ),
    Finding.CELL_EXPECTED: Words("“{column}”应为{kind}", "{column}: {kind} was expected"),
    Finding.STILL_UNUSABLE: Words("更正后还是不能用：{columns}", "still unusable: {columns}"),
}

CELL_KINDS: dict[str, Words] = {
    "id_number": Words(
        "18位公民身份号码（校验位正确）或15位旧号码", "an identity number of 18 or 15 digits that checks"
    ),
    "name": Words("姓名，不超过50个字", "a name of at most 50 characters"),
    "date": Words(
        "实际存在的日期，如 2026-10-31，且不晚于送达日期", "a day such as 2026-10-31, not after the delivery"
    ),
    "month": Words("年月，如 2026-10", "a month such as 2026-10"),
    "yuan": Words("金额（元），如 3120.50", "an amount in yuan such as 3120.50"),
    "region": Words("本市的行政区划代码，6、9或12位", "a region code of the city, 6, 9 or 12 digits"),
    "code": Words("数据字典里的代码", "a code of the data dictionary"),
    "text": Words("文字", "text"),
}
"""What a cell of each kind holds."""
