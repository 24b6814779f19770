"""The words of steps (步骤), by the life that has them. The words of states stand with the other codes."""

from yizheng.doors.words.base import Words

STEPS: dict[str, dict[str, Words]] = {
    "case": {
        "propose": Words("提出结论", "propose an outcome"),
        "agree": Words("同意", "agree"),
        "agree_to_check_on": Words("同意继续核查", "agree to check on"),
        "disagree": Words("退回再查", "send back"),
        "withdraw": Words("来源撤销", "withdrawn by its source"),
    },
    "capture": {
        "pass": Words("通过", "pass"),
        "to_person": Words("转人工核对", "hand over to a person"),
        "to_other_way": Words("换别的办法", "offer another way"),
        "replace": Words("重新拍摄", "begin again"),
        "expire": Words("过期", "expire"),
    },
    "link": {
        "suspect": Words("列为疑似", "suspect"),
        "ask": Words("请人核对", "ask a person"),
        "rank_below": Words("排在后面", "rank below"),
        "confirm": Words("确认是本人", "confirm"),
        "reject": Words("确认不是本人", "reject"),
        "give_way": Words("让给别人", "give way"),
        "come_forward": Words("重新待核对", "come forward"),
    },
    "row": {
        "hand_out": Words("交回更正", "hand out"),
        "answer": Words("登记答复", "take the answer"),
        "take_over": Words("按答复处理", "take over"),
    },
    "pay": {
        "pause_by_list": Words("按名单暂停", "pause by list"),
        "pause_by_case": Words("按核查结论暂停", "pause by case"),
        "resume_by_pass": Words("认证后恢复", "resume after a certification"),
        "resume_by_case": Words("按核查结论恢复", "resume by case"),
        "pause_for_another_reason": Words("改变暂停原因", "pause for another reason"),
        "end": Words("终止", "end"),
        "reinstate": Words("恢复已终止的待遇", "reinstate"),
    },
    "roster_hold": {
        "hold": Words("留待批准", "hold"),
        "release": Words("批准变更", "release"),
        "reject": Words("不予变更", "reject"),
    },
    "run": {
        "finish": Words("做完", "finish"),
        "abandon": Words("收尾", "abandon"),
        "take_up": Words("接着做", "take up again"),
    },
    "held_pay": {
        "hold": Words("留待核准", "hold"),
        "release": Words("核准", "release"),
        "reject": Words("不予核准", "reject"),
    },
    "list": {
        "draw_up": Words("生成名单", "draw up"),
        "release": Words("批准名单", "release"),
    },
    "message": {
        "claim": Words("取走发送", "claim"),
        "lease_ran_out": Words("重新取走", "claim again"),
        "accepted": Words("已交出", "accept"),
        "try_later": Words("稍后再发", "try later"),
        "give_up": Words("不再发送", "give up"),
        "reported_delivered": Words("回报已送达", "report delivered"),
        "reported_lost": Words("回报未送达", "report lost"),
    },
    "mandate": {
        "agree": Words("同意", "agree"),
        "decline": Words("不同意", "decline"),
        "take_back": Words("收回请求", "take back"),
        "death": Words("本人去世", "death"),
        "lapse": Words("到期", "lapse"),
        "end": Words("结束", "end"),
        "change": Words("更改", "change"),
    },
}

LIFE: dict[str, Words] = {
    "not_begun": Words("还没有", "not begun"),
    "nothing": Words("没有", "nothing"),
}
"""A thing that does not exist yet, and a state that nothing leads out of."""
