"""What is said and asked about a row to correct, its reference, and its steps (校核纠错). Pure."""

import base64
from collections.abc import Mapping

from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.errors import Misused
from yizheng.rooms.corrections.data import Answer, Asked
from yizheng.rooms.corrections.why import Why
from yizheng.rooms.evidence.quality_data import Problem

LONGEST_NAME = 40
ANSWER_WORDS: Mapping[str, Answer] = {
    "正确": Answer.CONFIRMED_RIGHT,
    "更正": Answer.CORRECTED,
    "撤回": Answer.WITHDRAWN,
    "confirmed_right": Answer.CONFIRMED_RIGHT,
    "corrected": Answer.CORRECTED,
    "withdrawn": Answer.WITHDRAWN,
}
"""What may stand in the answer's cell. The Chinese words are for people, the codes for programs."""

WRONG: Mapping[Problem, str] = {
    Problem.CUT_OFF: "这一行的列数不对，读不出来",
    Problem.UNUSABLE_CELL: "这一格不能用",
    Problem.NO_NUMBER: "没有号码，找不到人",
    Problem.LIFE_AFTER_DEATH: "与其他信息矛盾：同一个人，有的记录说已去世，有的记录说之后还有活动",
    Problem.LIFE_IN_CUSTODY: "与其他信息矛盾：同一个人，有的记录说在服刑，有的记录说同期在外活动",
    Problem.LIFE_AFTER_MISSING: "与其他信息矛盾：同一个人，有的记录说失踪，有的记录说之后还有活动",
    Problem.DEATH_DAYS_DIFFER: "与其他信息矛盾：同一个人的死亡日期相差一个月以上",
    Problem.FOUND_WRONG: "经工作人员核查，这条记录有误",
}
"""What is wrong, in words that tell nothing which another department delivered."""

EXPECTED: Mapping[Problem, str] = {
    Problem.CUT_OFF: "每一格都在自己的列里",
    Problem.NO_NUMBER: "18位公民身份号码",
    Problem.LIFE_AFTER_DEATH: "请核对号码、姓名和日期是否属于同一个人",
    Problem.LIFE_IN_CUSTODY: "请核对号码、姓名和日期，以及是否已不在监内",
    Problem.LIFE_AFTER_MISSING: "请核对号码和姓名，以及是否已经找到",
    Problem.DEATH_DAYS_DIFFER: "请核对死亡日期",
    Problem.FOUND_WRONG: "请更正或撤回",
}

HOW_TO_ANSWER = (
    "请在“答复”里填：正确（记录没有错）、更正（在“更正：…”的列里只填要改的内容）、撤回（这条记录作废）。"
    "并在“答复人”里填您的姓名。不要改动“编号”。"
)


def reference(source: str, batch_id: str, row: int) -> str:
    """The reference of a row, which its department answers by: twelve letters and digits that name nobody."""
    digest = bytes.fromhex(sha256_hex(f"{source}|{batch_id}|{row}".encode()))
    text = base64.b32encode(digest).decode()[:12]
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def in_words(asked: tuple[Asked, ...]) -> tuple[str, str]:
    """What is wrong with a row and what is expected, each as one text."""
    wrong = [
        f"{one.column}：{WRONG[Problem(one.problem)]}" if one.column else WRONG[Problem(one.problem)]
        for one in asked
    ]
    expected = [one.expected or EXPECTED.get(Problem(one.problem), "") for one in asked]
    return "；".join(dict.fromkeys(wrong)), "；".join(dict.fromkeys(text for text in expected if text))


def check_recipient(recipient: str) -> None:
    """Raises Misused where a hand-out names nobody that it goes to."""
    if not 1 <= len(recipient.strip()) <= LONGEST_NAME:
        raise Misused(Why.RECIPIENT_LENGTH, most=LONGEST_NAME, came=len(recipient.strip()))
