"""The words of the kernel's refusals, which every room may raise."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.kernel.why import Why

REFUSALS: dict[Code, Words] = {
    Why.STEP_NOT_ALLOWED: Words(
        "现在的状态是“{state}”，不能办“{step}”（能办的：{allowed}），可能已经有人办过。请刷新后再看。",
        "The state is “{state}”, where “{step}” is not possible; possible is: {allowed}. Look at it again.",
    ),
}
