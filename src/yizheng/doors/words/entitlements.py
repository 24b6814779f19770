"""The words of entitlements: what a roster changes of many people at once, and why deciding it is refused."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.entitlements.why import Why

REFUSALS: dict[Code, Words] = {
    Why.HOLD_UNKNOWN: Words(
        "没有第 {hold} 号名册变更。请用 yizheng roster held 查看。",
        "a change of a roster that waits was expected, but there is no number {hold}: look at `yizheng roster held`.",
    ),
    Why.HELD_STEPS_CHANGED: Words(
        "第 {hold} 号名册变更里的人和存证不符，没有批准。请运行 `yizheng ledger verify` 查明，可以驳回后重新导入名册。",
        "the people of change {hold} are not those that the roster told: it was not released. Run"
        " `yizheng ledger verify`; reject it and import the roster again.",
    ),
    Why.REASON_MISSING: Words(
        "请写明理由：问了谁，核对了什么。",
        "a reason in words was expected, and none came. Write whom you asked and what you looked at.",
    ),
}
