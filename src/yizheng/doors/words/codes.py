"""The words that screens use for codes: one table a kind, Chinese as the source language.

Words speak to a person and never blame. A code without words is a mistake that a test finds; at run time the code
itself is shown, so that no page fails for want of a word.
"""

from collections.abc import Mapping
from enum import Enum
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yizheng.doors.words import (
    access,
    biometrics,
    casework,
    certification,
    comparison,
    corrections,
    insight,
    notices,
    passes,
    payments,
    steps,
)
from yizheng.doors.words.base import Words

_PAY_STATES = {"1": _("正常发放"), "2": _("暂停发放"), "3": _("终止发放")}

WORDS: Mapping[str, Mapping[str, Words | str | Promise]] = {
    "result": certification.RESULTS,
    "silence": certification.SILENCE,
    "silence_means": certification.SILENCE_MEANS,
    "capture_state": passes.CAPTURE_STATES,
    "picture_wrong": passes.PICTURE_WRONG,
    "liveness_reason": biometrics.LIVENESS_REASONS,
    "device_fault": biometrics.DEVICE_FAULTS,
    "says": certification.SAYS,
    "won": certification.WON,
    "link_method": comparison.METHODS,
    "reason": {**certification.REASONS, **casework.CASE_REASONS},
    "case_reason": {
        "death_reported": _("死亡线索"),
        "death_contradicted": _("死亡线索，之后有活动"),
        "custody_reported": _("服刑线索"),
        "missing_reported": _("失踪线索"),
        "duplicate_reported": _("重复领取线索"),
        "abroad_reported": _("出国定居线索"),
        "sentence_over": _("刑期届满，可能已释放"),
        "visit_needed": _("逾期未认证，待上门"),
        "roster_stopped": _("名册报停，待核实"),
        "same_person_asked": _("号码像是变更过"),
        "number_moved": _("号码下换了人"),
        "joined_wrongly": _("合并可能有误"),
        "face_review": _("刷脸没认准"),
        "person_asks": _("本人要求核对"),
        "voice_call": _("声音待回拨"),
        "same_face": _("面孔相似"),
    },
    "head": insight.HEADS,
    "life": steps.LIFE,
    **{f"{life}_step": words for life, words in steps.STEPS.items()},
    "pay_state": _PAY_STATES,
    "decided_in": {
        "case": _("疑点核查"),
        "run": _("认证通过"),
        "pause_list": _("暂停名单"),
        "roster": _("名册"),
    },
    "roster_says": {"0": _("名册里没有"), **_PAY_STATES},
    "pay_reason": {
        "1200": _("其他原因暂停"),
        "1201": _("未按期认证"),
        "1202": _("收监服刑"),
        "1203": _("失踪"),
        "1206": _("银行账号有误"),
        "1207": _("联系地址有误"),
        "1299": _("其他原因暂停"),
        "1301": _("认证通过，恢复发放"),
        "1302": _("刑满释放，恢复发放"),
        "1303": _("重新出现，恢复发放"),
        "1304": _("监外执行或假释，恢复发放"),
        "1399": _("其他原因恢复发放"),
        "1401": _("死亡"),
        "1402": _("出国定居"),
        "1403": _("港澳台定居"),
        "1406": _("迁往外地"),
        "1407": _("重复领取"),
        "1499": _("其他原因终止"),
    },
    "pay_why": payments.PAY_WHY,
    "benefit_type": {
        "retirement": _("退休养老金"),
        "resident": _("城乡居民养老金"),
        "survivor": _("遗属待遇"),
        "injury": _("工伤长期待遇"),
    },
    "scheme": {
        "110": _("企业职工基本养老保险"),
        "120": _("机关事业单位养老保险"),
        "170": _("城乡居民养老保险"),
        "410": _("工伤保险"),
    },
    "group": {
        "very_old": _("高龄"),
        "disabled": _("残疾"),
        "seriously_ill": _("重病"),
        "alone": _("独居"),
        "away": _("异地"),
        "abroad": _("境外"),
    },
    "sex": {"1": _("男"), "2": _("女")},
    "picture_fault": {
        "no_face": _("没有看到脸，请正对镜头再拍"),
        "many_faces": _("不止一个人，请单独拍"),
        "far": _("脸太小，请走近一点再拍"),
        "near": _("脸太大，请离远一点再拍"),
        "off_centre": _("脸不在中间，请对正再拍"),
        "dark": _("光线太暗，请到亮处再拍"),
        "bright": _("光线太亮，请避开强光再拍"),
        "turned": _("脸没有转正，请看着镜头再拍"),
        "covered": _("脸被挡住了，请拿开口罩、墨镜或头发再拍"),
        "blurred": _("照片模糊，请拿稳、擦净镜头再拍"),
        "unreadable": _("打不开这张照片，请换一张 JPEG 或 PNG"),
    },
    "enrol_source": {
        "service_point": _("在服务点拍的"),
        "id_photo": _("身份证上的照片"),
        "authority": _("公安部门的证件照"),
        "home_visit": _("上门时拍的"),
    },
    "enrol_end": {
        "pictures": _("这几张照片都不能用，请按下面说的重拍。"),
        "not_alike": _("这几张照片不像同一个人，请核对后重新选。"),
        "unlike_stored": _("和以前登记的不太像。请看过身份证件原件，勾上“已看过”再登记一次。"),
        "no_photo": _("对方没有这个人的照片，请在服务点拍。"),
        "not_matched": _("对方查不到这个姓名和号码，请核对资料。"),
        "unavailable": _("对方暂时没有答复，请过一会儿再试，或在服务点拍。"),
    },
    "revoke_reason": {
        "withdrawn": _("本人撤回"),
        "replaced": _("换了新的"),
        "ended": _("待遇结束"),
        "mistaken": _("登记有误"),
        "engine_changed": _("换了引擎"),
    },
    "case_state": casework.CASE_STATES,
    "message_error": notices.ERRORS,
    "hold": {
        "special_group": _("特殊群体，先上门核实"),
        "source_ill": _("数据源异常，没有记录不能说明问题"),
        "open_doubt": _("还有一件疑点没有办结"),
        "notice_missing": _("还没有发出最后一次提醒"),
        "notice_too_late": _("最后一次提醒还没有满规定天数"),
        "notice_undelivered": _("最后一次提醒没有送达"),
        "no_phone": _("没有可用的联系电话"),
        "certified_since": _("拟定之后已通过认证"),
        "not_in_payment": _("已不在正常发放状态"),
    },
    "health": {
        "well": _("正常"),
        "late": _("迟到"),
        "silent": _("中断"),
        "ill": _("异常"),
    },
    "grade": {
        "good": _("良好"),
        "watch": _("需留意"),
        "poor": _("差"),
        "unknown": _("样本太少，暂无法判断"),
    },
    "check": {
        "completeness": _("完整"),
        "timeliness": _("及时"),
        "freshness": _("时效"),
        "volume": _("数量"),
        "repeats": _("重复"),
        "contradictions": _("矛盾"),
        "ruled_wrong": _("核查有误"),
    },
    "problem": {
        "cut_off": _("整行读不出"),
        "unusable_cell": _("有格不能用"),
        "no_number": _("没有号码"),
        "life_after_death": _("死亡之后还有活动"),
        "life_in_custody": _("服刑期间还有活动"),
        "life_after_missing": _("失踪之后还有活动"),
        "death_days_differ": _("死亡日期不一致"),
        "found_wrong": _("核查有误"),
        "came_again": _("已核查有误，又报来"),
    },
    "cell_kind": corrections.CELL_KINDS,
    "row_state": {
        "handed_out": _("已交回，待答复"),
        "answered": _("已答复，待处理"),
        "taken_over": _("已处理"),
    },
    "answer": {
        "confirmed_right": _("正确"),
        "corrected": _("更正"),
        "withdrawn": _("撤回"),
    },
    "link_state": {
        "suspected": _("疑似本人"),
        "waiting": _("待核对"),
        "elsewhere": _("另有所属"),
        "confirmed": _("确认是本人"),
        "rejected": _("确认不是本人"),
    },
    "link_field": comparison.FIELDS,
    "agreement": {
        "same": _("一致"),
        "similar": _("相近"),
        "differs": _("不一致"),
        "missing": _("没有"),
    },
    "polarity": {
        "alive": _("健在"),
        "death": _("死亡线索"),
        "custody": _("服刑线索"),
        "missing": _("失踪线索"),
        "duplicate": _("重复领取线索"),
        "abroad": _("出国定居线索"),
        "nothing": _("不作证据"),
    },
    "strength": certification.STRENGTHS,
    "cannot": {
        "no_see": _("看不见，或者看不清屏幕"),
        "no_hear": _("听不见声音"),
        "no_turn": _("头转不动"),
        "no_blink": _("眨眼不方便"),
        "no_mouth": _("张嘴不方便"),
    },
    "mode": {"standard": _("普通版"), "elder": _("长辈版")},
    "role": access.ROLES,
    "permission": access.PERMISSIONS,
    "mandate_scope": {
        "view": _("看认证情况"),
        "certify": _("帮我认证"),
        "notices": _("收我的提醒"),
    },
    "mandate_scope_helper": {
        "view": _("看认证情况"),
        "certify": _("帮助认证"),
        "notices": _("收取提醒"),
    },
    "mandate_state": {
        "asked": _("等答复"),
        "in_force": _("有效"),
        "declined": _("没有同意"),
        "ended": _("已结束"),
    },
    "helper_kind": {
        "family": _("亲友"),
        "community": _("社区工作人员"),
        "entrusted": _("委托机构"),
    },
    "alert_kind": {
        "helper_for_many": _("一人替多人办"),
        "high_risk": _("异常较多"),
    },
    "verdict": {
        "harmless": _("没有问题"),
        "abuse": _("确有滥用"),
    },
    "run_state": {
        "running": Words("进行中", "in progress"),
        "abandoned": Words("没有做完", "unfinished"),
        "done": Words("已完成", "finished"),
    },
    "message_state": {
        "queued": _("待发送"),
        "leased": _("发送中"),
        "sent": _("已发送"),
        "delivered": _("已送达"),
        "dead": _("无法送达"),
    },
    "template": {
        "login_code": _("登录验证码"),
        "recovery_slip": _("补办登录通知"),
        "factor_changed": _("登录方式改动通知"),
        "reminder_first": _("第一次提醒"),
        "reminder_second": _("第二次提醒"),
        "reminder_overdue": _("到期后提醒"),
        "reminder_final": _("最后一次提醒"),
        "paused": _("暂停发放通知"),
        "passed_resumed": _("认证通过并恢复发放通知"),
        "resumed": _("恢复发放通知"),
        "pay_made_up": _("补发差额通知"),
        "pay_made_up_ended": _("停发后补发差额通知"),
        "pay_lowered": _("多发核定通知"),
        "paused_custody": _("服刑暂停通知"),
        "paused_missing": _("失踪暂停通知"),
        "ended_death": _("去世后停发通知"),
        "ended_duplicate": _("重复领取停发通知"),
        "case_closed_eligible": _("核对完毕通知"),
        "case_must_act": _("请本人认证通知"),
        "passed_face": _("刷脸认证通过通知"),
        "mandate_asked": _("请人代办的确认"),
        "mandate_asked_helper": _("请代办人答复"),
        "mandate_wished": _("有人想帮您办"),
        "mandate_begun": _("代办开始通知"),
        "mandate_begun_helper": _("代办开始通知（代办人）"),
        "mandate_changed": _("代办改动通知"),
        "mandate_changed_helper": _("代办改动通知（代办人）"),
        "mandate_declined": _("代办没有生效通知"),
        "mandate_declined_helper": _("代办没有生效通知（代办人）"),
        "mandate_ended": _("代办结束通知"),
        "mandate_ended_helper": _("代办结束通知（代办人）"),
    },
    "channel": passes.CHANNELS
    | {
        "sms": _("短信"),
        "helper_sms": _("短信（代办人）"),
        "comparison": _("数据比对"),
        "roster": _("名册记载"),
        "console": _("控制台"),
        "file": _("文件"),
    },
    "pay_kind": {
        "same": _("不变"),
        "new": _("新增"),
        "changed": _("金额变动"),
        "resumed": _("恢复"),
        "stopped": _("停发"),
        "heirs": _("补发给继承人"),
        "owed": _("补发停发前月份"),
        "asked": _("暂不发，待核对"),
    },
    "roster_hold_state": {
        "held": _("待批准"),
        "released": _("已批准"),
        "rejected": _("不予变更"),
    },
    "held_pay_state": {
        "waiting": _("待核准"),
        "released": _("已核准"),
        "rejected": _("不予核准"),
    },
    "held_pay_why": {
        "many_months": _("应补发的月份超过规定"),
        "lowered": _("已发月份的金额后来调低"),
    },
    "list_state": {"drawn": _("待审批"), "released": _("已批准")},
    "purpose": {
        "case": _("办理疑点核查"),
        "answer": _("答复本人咨询"),
        "service": _("办理业务"),
        "audit": _("稽核审计"),
        "self-service": _("本人查询"),
        "acting": _("代办"),
        "release": _("审批暂停名单"),
        "pay": _("核对发放计划"),
        "alert": _("核看预警"),
    },
    "looked_at": {
        "file": _("个人档案"),
        "link": _("关联核对"),
        "find": _("查找结果"),
        "list": _("名单"),
        "me": _("我的认证"),
        "why": _("结果怎么来的"),
        "history": _("以前的记录"),
        "looks": _("谁看过我的信息"),
        "ways": _("怎么认证"),
        "helpers": _("谁能帮我办"),
        "face": _("刷脸认证"),
        "capture": _("刷脸的照片"),
        "voice": _("声音认证"),
        "sound": _("听声音认证的录音"),
        "faces": _("相似的面孔"),
        "contact": _("电话和地址"),
        "recovery": _("补办登录"),
    },
    "sound_fault": {
        "no_speech": _("没有听到说话，请靠近手机再读一遍"),
        "short": _("读得太短了，请把数字都读出来"),
        "quiet": _("声音太小了，请靠近手机大声一点"),
        "loud": _("声音太大了，请离手机远一点"),
        "narrow": _("声音发闷，请不要用蓝牙耳机，直接对着手机读"),
        "unreadable": _("录音打不开，请再录一遍"),
    },
    "voice_match": {
        "same": _("机器认为是同一个声音"),
        "unsure": _("机器没有听准"),
        "different": _("机器认为不像同一个声音（感冒、电话、房间都会这样）"),
        "not_compared": _("没有登记过声音，无从比对"),
    },
    "digits_read": {
        "right": _("数字读对了"),
        "wrong": _("数字和要求的不一样"),
        "not_known": _("数字要请您自己听"),
    },
    "voice_source": {
        "self": _("本人在自己手机上登记，没有工作人员在场"),
        "service_point": _("在服务网点登记，有工作人员在场"),
        "home_visit": _("上门登记，有工作人员在场"),
        "": _("没有登记"),
    },
    "face_strength": {"very_alike": _("非常相似"), "alike": _("相似")},
    "face_agrees": {
        "account": _("银行账号"),
        "phone": _("电话"),
        "address": _("地址"),
        "name": _("姓名"),
        "birth_day": _("出生日期"),
        "birth_year": _("出生年份"),
        "sex": _("性别"),
    },
    "life_event": {
        "death": _("死亡"),
        "missing": _("失踪"),
        "custody": _("收监服刑"),
        "release": _("刑满释放"),
        "found": _("重新出现"),
    },
    "error_page": {
        "missing": _("没有这个页面"),
        "forbidden": _("您的岗位不能看这一页"),
        "expired": _("页面停留太久"),
        "failed": _("系统出了点问题"),
        "slowed": _("试的人太多"),
        "away": _("系统暂时不能用"),
        "outcome_unknown": _("不知道刚才有没有办成"),
    },
    "error_help": {
        "missing": _("网址可能输错了，或者页面已经搬走。请回首页重新找。"),
        "forbidden": _("需要的话，请联系有这项权限的同事办理。不要借用别人的账号。"),
        "expired": _("请重新填写一次。"),
        "away": _("刚才什么都没有改动，您的待遇不受影响。请过一会儿再试。"),
        "outcome_unknown": _(
            "系统断了一下，刚才那一步可能已经办成，也可能没有。请先看一看结果，再决定要不要重新办。"
        ),
        "failed": _("您的信息没有丢。请过一会儿再试，还是不行请找人工。"),
        "slowed": _(
            "从这个网络来试的人太多，请等半分钟再试。也可以用通行密钥或社保卡登录，打电话，或者到窗口办。"
        ),
    },
}


def word(kind: str, code: object) -> str:
    """The words of that kind for a code; the code itself where there are none."""
    key = getattr(code, "value", code)
    if kind == "result" and hasattr(code, "word"):
        key = code.word
    found = WORDS[kind].get(str(key), key)
    return found.in_(get_language() or "zh-hans") if isinstance(found, Words) else str(found)


@cache
def kinds() -> Mapping[type[Enum], str]:
    """The kind of words for each enum of codes, so that a refusal's facts are said as screens say them.

    The values of the rooms are imported here: most commands tell none of them, and start sooner.
    """
    from yizheng.rooms.access.data import Permission, RoleCode  # noqa: PLC0415
    from yizheng.rooms.certification.data import Reason, Result  # noqa: PLC0415
    from yizheng.rooms.corrections.data import RowState  # noqa: PLC0415
    from yizheng.rooms.entitlements.data import HeldState, PayState  # noqa: PLC0415
    from yizheng.rooms.evidence.data import CellKind, LinkState  # noqa: PLC0415
    from yizheng.rooms.notices.data import Hindrance  # noqa: PLC0415
    from yizheng.rooms.passes.data import CaptureState  # noqa: PLC0415
    from yizheng.rooms.payments.data import HoldReason, PauseListState, WaitsFor, WaitState  # noqa: PLC0415

    return {
        CaptureState: "capture_state",
        Result: "result",
        Reason: "reason",
        LinkState: "link_state",
        Permission: "permission",
        RoleCode: "role",
        CellKind: "cell_kind",
        RowState: "row_state",
        PayState: "pay_state",
        HeldState: "roster_hold_state",
        WaitState: "held_pay_state",
        WaitsFor: "held_pay_why",
        PauseListState: "list_state",
        HoldReason: "hold",
        Hindrance: "message_error",
    }
