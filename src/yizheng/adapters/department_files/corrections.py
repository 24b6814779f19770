"""The file of rows to correct (更正清单) that goes to a department and comes back: XLSX for people, CSV for programs.

A department sees its own cells alone, each under `原：` and the name that it gave the column. It answers in `答复` and,
for a correction, under `更正：` and that name, only where something changes. Nothing that a spreadsheet would run leaves
here as it came. The columns are a contract (docs/reference/correction-files.md).
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import xlsxwriter

from yizheng.kernel.cells import SafeWriter, read_cell, safe_cell
from yizheng.kernel.errors import Refused
from yizheng.rooms.corrections.data import Answer, AnswerRow, Asked, RowToSend
from yizheng.rooms.corrections.why import Why
from yizheng.rooms.evidence.ports import ROW, DeliveredTable
from yizheng.rooms.quality.data import Problem

REF, FILE, ROW_NO, WRONG, EXPECTED, ANSWER, BY = (
    "核对编号",
    "来源文件",
    "原行号",
    "问题",
    "应为",
    "答复",
    "答复人",
)
THEIRS, CORRECTED = "原：", "更正："
_WIDTHS = {REF: 17, FILE: 24, ROW_NO: 8, WRONG: 40, EXPECTED: 30, ANSWER: 10, BY: 12}

ANSWER_WORDS: Mapping[str, Answer] = {
    "正确": Answer.CONFIRMED_RIGHT,
    "更正": Answer.CORRECTED,
    "撤回": Answer.WITHDRAWN,
    "confirmed_right": Answer.CONFIRMED_RIGHT,
    "corrected": Answer.CORRECTED,
    "withdrawn": Answer.WITHDRAWN,
}
"""What may stand in the answer's cell. The Chinese words are for people, the codes for programs."""

WHAT_IS_WRONG: Mapping[Problem, str] = {
    Problem.CUT_OFF: "这一行的列数不对，读不出来",
    Problem.UNUSABLE_CELL: "这一格不能用",
    Problem.NO_NUMBER: "没有号码，找不到人",
    Problem.LIFE_AFTER_DEATH: "与其他信息矛盾：同一个人，有的记录说已去世，有的记录说之后还有活动",
    Problem.LIFE_IN_CUSTODY: "与其他信息矛盾：同一个人，有的记录说在服刑，有的记录说同期在外活动",
    Problem.LIFE_AFTER_MISSING: "与其他信息矛盾：同一个人，有的记录说失踪，有的记录说之后还有活动",
    Problem.DEATH_DAYS_DIFFER: "与其他信息矛盾：同一个人的死亡日期相差一个月以上",
    Problem.FOUND_WRONG: "经工作人员核查，这条记录有误",
    Problem.CAME_AGAIN: "经工作人员核查有误的记录，又报来了",
}
"""What is wrong, in words that tell nothing which another department delivered."""

WHAT_IS_EXPECTED: Mapping[Problem, str] = {
    Problem.CUT_OFF: "每一格都在自己的列里",
    Problem.NO_NUMBER: "18位公民身份号码",
    Problem.LIFE_AFTER_DEATH: "请核对号码、姓名和日期是否属于同一个人",
    Problem.LIFE_IN_CUSTODY: "请核对号码、姓名和日期，以及是否已不在监内",
    Problem.LIFE_AFTER_MISSING: "请核对号码和姓名，以及是否已经找到",
    Problem.DEATH_DAYS_DIFFER: "请核对死亡日期",
    Problem.FOUND_WRONG: "请更正或撤回",
    Problem.CAME_AGAIN: "请更正或撤回，以后不要再报",
}

HOW_TO_ANSWER = (
    "请在“答复”里填：正确（记录没有错）、更正（在“更正：…”的列里只填要改的内容）、撤回（这条记录作废）。"
    "并在“答复人”里填您的姓名。不要改动“编号”。"
)


class CorrectionFile:
    """`corrections.ports.CorrectionFiles`."""

    def their_columns(self, rows: Sequence[RowToSend]) -> list[str]:
        """The department's own columns, in the order in which they first came."""
        return list(dict.fromkeys(header for row in rows for header in row.cells))

    def as_bytes(self, rows: Sequence[RowToSend], suffix: str, *, made_at: datetime) -> bytes:
        """The whole file; `suffix` is `.xlsx` or `.csv`."""
        theirs = self.their_columns(rows)
        columns = [REF, FILE, ROW_NO, *(THEIRS + header for header in theirs), WRONG, EXPECTED, ANSWER]
        columns += [*(CORRECTED + header for header in theirs), BY]
        cells = [_cells(row, theirs) for row in rows]
        return _xlsx(columns, cells, made_at) if suffix == ".xlsx" else _csv(columns, cells)

    def answers(self, table: DeliveredTable, name: str) -> Iterator[AnswerRow]:
        """The rows of a file that came back. Raises Refused where it is another file than the one that went out."""
        missing = [column for column in (REF, ANSWER, BY) if column not in table.headers]
        if missing:
            raise Refused(Why.COLUMNS_MISSING, file=name, columns=(REF, ANSWER, BY), missing=tuple(missing))
        for batch in table.batches():
            for row in batch.to_pylist():
                number = int(row.pop(ROW))
                yield _answer(number, {column: str(value or "") for column, value in row.items()})


def _answer(number: int, cells: Mapping[str, str]) -> AnswerRow:
    word = cells[ANSWER].strip()
    return AnswerRow(
        number=number,
        ref=cells[REF].strip().upper(),
        is_empty=not word,
        answer=ANSWER_WORDS.get(word),
        by=cells[BY].strip(),
        new_cells={
            column.removeprefix(CORRECTED): read_cell(value)
            for column, value in cells.items()
            if column.startswith(CORRECTED) and value
        },
    )


def _cells(row: RowToSend, theirs: Sequence[str]) -> list[str]:
    own = [safe_cell(row.cells.get(header, "")) for header in theirs]
    asked = [safe_cell(text) for text in in_words(row.asked)]
    return [row.ref, safe_cell(row.file_name), str(row.row), *own, *asked, "", *[""] * len(theirs), ""]


def in_words(asked: Sequence[Asked]) -> tuple[str, str]:
    """What is wrong with a row and what is expected, each as one text."""
    wrong = [
        f"{one.column}：{WHAT_IS_WRONG[Problem(one.problem)]}"
        if one.column
        else WHAT_IS_WRONG[Problem(one.problem)]
        for one in asked
    ]
    expected = [one.expected or WHAT_IS_EXPECTED.get(Problem(one.problem), "") for one in asked]
    return "；".join(dict.fromkeys(wrong)), "；".join(dict.fromkeys(text for text in expected if text))


def _csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = SafeWriter(out, for_people=True)
    writer.row(columns)
    writer.rows(rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(columns: Sequence[str], rows: Sequence[Sequence[str]], made_at: datetime) -> bytes:
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True})
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    sheet = book.add_worksheet("待更正")
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    to_fill = book.add_format({"num_format": "@", "bg_color": "#FFF8DC", "border": 1, "valign": "top"})
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DCE6F1", "border": 1})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, safe_cell(column), head)
        sheet.set_column(place, place, _WIDTHS.get(column, 20))
        fills = column in (ANSWER, BY) or column.startswith(CORRECTED)
        for number, row in enumerate(rows, 1):
            sheet.write_string(number, place, row[place], to_fill if fills else text)
    answer = columns.index(ANSWER)
    choices = {"validate": "list", "source": ["正确", "更正", "撤回"]}
    sheet.data_validation(1, answer, max(len(rows), 1), answer, choices)
    sheet.freeze_panes(1, 1)
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 0, 100)
    notes.write_string(0, 0, HOW_TO_ANSWER, text)
    book.close()
    return sink.getvalue()
