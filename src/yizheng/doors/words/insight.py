"""The words of insight for staff: what a person's home page is headed by, where neither the result nor pay says it."""

from yizheng.doors.words.base import Words

HEADS: dict[str, Words] = {
    "with_staff": Words("本人已提交，待核对", "sent by the person, to be looked at"),
    "asked_again": Words("本人要求重新核对", "asked to look again"),
    "under_review": Words("正在核实", "being checked"),
    "cleared": Words("已核实，没有问题", "checked, nothing wrong"),
    "resuming": Words("将恢复发放", "pay will resume"),
}

PAUSE_PLANNED = Words("已列入{month}暂停名单，待审批", "on the pause list of {month}, not released yet")
