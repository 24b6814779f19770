"""The words of notices: letters that cannot be filled."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.notices.why import Why

REFUSALS: dict[Code, Words] = {
    Why.LETTER_HAS_HOLE: Words(
        "这封通知要用到 {missing}，但没有给出（给出的有：{came}）。请改通知文本，或者补上这一项再发。",
        "the letter needs {missing} and the message brought {came}."
        " Correct the letter or queue the message with that fact.",
    ),
}
