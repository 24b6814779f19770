"""The errors file (错误清单) as departments read it: CSV with a byte order mark and CRLF, so Excel opens it as it is.

A cell that Excel would take for a formula gets a quote in front.
"""

import io
from collections.abc import Iterable

from yizheng.kernel.cells import SafeWriter
from yizheng.rooms.evidence.data import Action, ErrorLine, Expected

COLUMNS = ("row 行号", "column 列名", "expected 应为", "came 实际", "action 怎么办")

EXPECTED = {
    Expected.ID_NUMBER: "18位公民身份号码（校验位正确）或15位旧号码",
    Expected.NAME: "姓名，不超过50个字",
    Expected.DATE: "实际存在的公历日期，年份四位，如 2026-10-31，且不晚于送达日期（不收两位年份、民国年、农历）",
    Expected.MONTH: "年月，如 2026-10",
    Expected.MONTH_DELIVERED: "年月，如 2026-10，且不晚于送达的月份",
    Expected.MONTH_SOON: "年月，如 2026-10，且不晚于送达后一年",
    Expected.YUAN: "金额（元），如 3120.50 或 3,120.50（不收“万元”，小数点不能写成逗号）",
    Expected.REGION: "本市的行政区划代码，6、9或12位",
    Expected.CODE: "数据字典里的代码",
    Expected.TEXT: "文字",
    Expected.SEX: "男、女、1 或 2",
    Expected.SCHEME: "110、120、170 或 410",
    Expected.BENEFIT_TYPE: "退休养老金、城乡居民养老金、遗属待遇或工伤长期待遇",
    Expected.PAY_STATE: "1（正常发放）、2（暂停）或 3（终止）",
    Expected.PHONE: "手机号码（11位）或带区号的固定电话",
    Expected.GROUPS: "高龄、残疾、重病、独居、异地、境外，用、隔开",
    Expected.NO_FILLER: "本人真实的公民身份号码（这是占位号码）",
    Expected.ONE_PERSON: "一个号码只属于一个人（文件里这个号码下有三个以上姓名）",
    Expected.ONCE: "每个号码只出现一次（第 {number} 行已有此号码）",
    Expected.CELLS: "{number} 列",
    Expected.ONE_LINE: "一行数据占一行；多出来的引号把几行并进了一格，请删掉引号或格内换行",
}
_CAME = {Expected.CELLS: "{} 列", Expected.ONE_LINE: "文件的第 {} 行"}
"""How what came is put where it is no cell but a number."""
ACTIONS = {
    Action.SEND_ROW_AGAIN: "请更正后重新送达这一行",
    Action.CORRECT_CELL: "该行已接收，此项未采用；请核对后更正",
}


def errors_csv(lines: Iterable[ErrorLine]) -> bytes:
    """The whole file, lines in the order of the rows."""
    out = io.StringIO(newline="")
    writer = SafeWriter(out)
    writer.row(COLUMNS)
    for line in sorted(lines, key=lambda line: (line.row, line.column)):
        expected = EXPECTED[line.expected].format(number=line.number)
        came = _CAME.get(line.expected, "{}").format(line.came)
        writer.row([line.row, line.column, expected, came, ACTIONS[line.action]])
    return out.getvalue().encode("utf-8-sig")
