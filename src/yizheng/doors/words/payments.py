"""The words of payments: pause lists, pay runs, and why pay is as it is."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.payments.why import Why

REFUSALS: dict[Code, Words] = {
    Why.NO_LIST: Words(
        "{month}还没有暂停名单。请先拟定：yizheng pause-list draw --month … --as-of …。",
        "there is no pause list for {month}. Draw it up: yizheng pause-list draw --month {month} --as-of YYYY-MM-DD.",
    ),
    Why.LIST_NOT_AS_DRAWN: Words(
        "{month}的暂停名单和拟定时不一样了，或者是旧版本拟定的。没有暂停任何人。请重新拟定再下达；如果名单拟定后被改动过，"
        "请运行 `yizheng ledger verify` 查明。",
        "the pause list of {month} is not as it was drawn up, or an earlier version drew it. Nobody was paused."
        " Draw it up again, then release it; `yizheng ledger verify` names the rows that were changed.",
    ),
    Why.LIST_VANISHED: Words(
        "{month}的暂停名单不见了。请查看存证。",
        "the pause list of {month} vanished. Look into the ledger.",
    ),
    Why.LIST_NOT_TO_COME: Words(
        "现在只能拟定{to_come}的名单，不能拟定{month}的。请拟定{to_come}的，或者先运行{to_come}的发放计划。",
        "a list for {to_come}, the payroll month to come, was expected, but {month} came."
        " Draw that month's up, or run the pay of {to_come} first.",
    ),
    Why.MONTH_RUN_ALREADY: Words(
        "{month}的待遇已经发放或已经算好，不能再从这个月起暂停。下一份名单是{to_come}的。",
        "the pay of {month} has been run or was paid, so nobody can be paused from then on."
        " The next list is for {to_come}.",
    ),
    Why.NO_CERTIFICATION: Words(
        "还没有做过截至{as_of}的比对。请先运行：yizheng certify --as-of YYYY-MM-DD。",
        "a finished certification run as of {as_of} was expected, but there is none."
        " Run it first: yizheng certify --as-of {as_of}.",
    ),
    Why.CERTIFICATION_OF_ANOTHER_DAY: Words(
        "最近一次比对截至{newest}，不是{as_of}。请先运行：yizheng certify --as-of YYYY-MM-DD。",
        "a finished certification run as of {as_of} was expected, but the newest is as of {newest}."
        " Run it first: yizheng certify --as-of {as_of}.",
    ),
    Why.NOBODY_IN_PAYMENT: Words(
        "名册里没有正在发放的人，没有可发的，也没有上月总额可以接。请先导入名册。",
        "nobody on the roster is in payment, so there is nothing to pay and no total to start from."
        " Import a roster first.",
    ),
    Why.MONTH_AFTER_RUN: Words(
        "最近一次发放计划是{last}，下一次应是{to_come}，不能是{month}。请按月份顺序运行。",
        "the last pay run is {last}, so the pay run to come is {to_come}, but {month} came. Run the months in order.",
    ),
    Why.MONTH_AFTER_ROSTER: Words(
        "名册写明已发放至{last}，下一次应是{to_come}，不能是{month}。请按月份顺序运行。",
        "the roster is paid through {last}, so the pay run to come is {to_come}, but {month} came."
        " Run the months in order.",
    ),
    Why.SAME_DIFFERS: Words(
        "总额对不上：上月 {previous} 元减去停发 {stopped} 元应是 {expected} 元，延续的人合计却是 {same} 元。"
        "没有写入发放计划，请查是否有人从名册里消失。",
        "the control total does not reconcile: last month {previous} yuan less stopped {stopped} yuan is {expected},"
        " but the people who stay add up to {same}."
        " No pay run was written; look for people who vanished from the roster.",
    ),
    Why.TOTAL_DIFFERS: Words(
        "总额对不上：应是 {expected} 元，各人合计却是 {total} 元。没有写入发放计划，请保留文件并查明原因。",
        "the control total does not reconcile: {expected} yuan were expected and the instructions add up to {total}."
        " No pay run was written; keep the files and have the run examined.",
    ),
    Why.HELD_PAY_UNKNOWN: Words(
        "没有第 {held} 号待核发放。请在待核发放里查看编号。",
        "there is no held sum {held}. `yizheng pay-run held` lists them.",
    ),
    Why.HELD_PAY_REASON: Words(
        "请写明理由：核对了什么，问了谁。",
        "a reason was expected: what you looked at, and whom you asked.",
    ),
    Why.DIFFERENCE_PAID: Words(
        "{month}发放时补发差额 {amount} 元：名册后来写明{months}的待遇应是更高的数额。",
        "With the pay of {month} a difference of {amount} yuan was paid:"
        " a roster told a higher amount for {months} later.",
    ),
    Why.LOWERED_FOUND: Words(
        "{first}至{last}多发 {amount} 元：名册后来写明的数额较低，主管已核准（{reason}）。没有扣回，追回另行决定。",
        "For {first} to {last} {amount} yuan too much was paid: a roster told a lower amount later, and a supervisor"
        " found it so ({reason}). Nothing was taken back; recovering it is a decision of its own.",
    ),
    Why.NO_RUN: Words(
        "{month}还没有发放计划。请先运行：yizheng pay-run --month YYYY-MM。",
        "there is no pay run for {month}. Run it: yizheng pay-run --month {month}.",
    ),
    Why.INSTRUCTIONS_CHANGED: Words(
        "{month}的发放文件不是当时写下的那一份（哈希不同）。发放之前，请先从备份恢复这个文件。",
        "the instructions of {month} are not the ones that the run wrote (their hash differs)."
        " Restore the file from the backup before anything is paid from it.",
    ),
}

PAY_WHY: dict[str, Words] = {
    "same": Words("与上月相同", "as last month"),
    "new": Words("本月起新增发放", "new from this month on"),
    "new_with_arrears": Words("新增发放，补发起始月以来的待遇", "new, with the months since the start"),
    "new_paid_through_unknown": Words(
        "新增发放；名册没有写明发放至何月，以前月份须人工核定",
        "new; the roster does not say until when it was paid, a person decides about earlier months",
    ),
    "amount_changed": Words("月待遇金额调整", "the monthly amount changed"),
    "resumed_with_arrears": Words(
        "恢复发放，暂停期间按当月标准补发", "resumed, with the paused months at their own amounts"
    ),
    "resumed_without_arrears": Words(
        "恢复发放，按规定或待人工核定，暂停期间不在本次补发",
        "resumed; the paused months are not paid now, by the rules or until a person decides",
    ),
    "paused": Words("暂停发放", "paused"),
    "ended": Words("终止发放", "ended"),
    "heirs": Words(
        "已终止；去世当月及以前应发未发的月份补发给继承人",
        "ended; the months up to the month of death that were not paid go to the heirs",
    ),
    "new_arrears_wait": Words(
        "新增发放；应补发的月份超过规定，待主管核准",
        "new; the owed months are many and wait for a supervisor",
    ),
    "resumed_arrears_wait": Words(
        "恢复发放；应补发的月份超过规定，待主管核准",
        "resumed; the owed months are many and wait for a supervisor",
    ),
    "with_more": Words(
        "补发以前月份的差额，或主管核准的月份",
        "with the difference for earlier months, or months that a supervisor released",
    ),
    "owed": Words(
        "已停发；停发以前应发未发的月份补发给本人",
        "stopped; the months before the stop that nobody has paid go to the person",
    ),
    "asked": Words(
        "正在核对是不是名册里原来的人，结论出来前不发；确认是两个人的，等待的月份一并补发",
        "it is asked whether this is somebody the roster had before; paid with all months once it is answered",
    ),
}
"""Why an instruction is as it is, by the word of `Explanation`."""
