"""The words of casework: refusals, the states and steps that every kind may have, and what the product notes in a case.

Kinds, their outcomes, clocks and own states have their words in the agency's files (`yizheng.doors.case_words`).
"""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.casework.why import Why

REFUSALS: dict[Code, Words] = {
    Why.CASE_UNKNOWN: Words(
        "没有第 {case_id} 号疑点。请在疑点清单里找。",
        "the case {case_id} does not exist. Look it up in the worklist.",
    ),
    Why.KIND_UNKNOWN: Words(
        "没有“{came}”这一类疑点，有的是：{kinds}。请在 cases 文件夹里补上，或者改名。",
        "the kind {came} is unknown; known are {kinds}. Add its file to cases/ or correct the name.",
    ),
    Why.REASONS_UNKNOWN: Words(
        "没有一类疑点收这些原因：{reasons}。请写进 cases 文件夹里的一类。",
        "no kind of case takes the reasons {reasons}. Add them to a kind in cases/.",
    ),
    Why.KIND_NOT_BY_HAND: Words(
        "“{kind}”这一类由系统立案，不能手工立案。请选别的类型。",
        "cases of the kind {kind} are opened by the product, not by hand. Choose another kind.",
    ),
    Why.KIND_OPEN: Words(
        "这一类已经有一件没有办结（第 {case_id} 号）。请在那一件里办。",
        "a case of this kind is open already (number {case_id}). Work on that one.",
    ),
    Why.CHANGED_SINCE: Words(
        "您看的时候是第 {expected} 版，现在是第 {came} 版：别人刚办过。请刷新后再决定。",
        "the case was at version {expected} when you read it and is at {came} now: somebody else worked on it. Read it"
        " again and decide then.",
    ),
    Why.REASON_MISSING: Words(
        "请写明理由：怎么核查的，看到了什么。",
        "an outcome needs a reason in words, and none came. Write what you found and how.",
    ),
    Why.NOTE_MISSING: Words(
        "退回时请写明还缺什么。",
        "sending a case back needs a reason in words, and none came. Write what is missing.",
    ),
    Why.OUTCOME_UNKNOWN: Words(
        "这一类疑点没有“{came}”这个结论，有的是：{outcomes}。请重新选。",
        "outcome: one of {outcomes} was expected, but {came} came. Correct it.",
    ),
    Why.LOSS_NOT_FITTING: Words(
        "丧失的类别和结论对不上。“确认丧失”要选一类（{losses}），别的结论不选。",
        "a confirmed loss (确认丧失) names its kind ({losses}), and no other outcome does. Choose the kind of loss, or"
        " another outcome.",
    ),
    Why.DAY_MISSING: Words(
        "这个结论要填日期：见到本人的那天，或者事情发生的那天。",
        "this outcome needs a day (when the person was seen alive, or when the loss happened), and none came. Give the"
        " day.",
    ),
    Why.DAY_IN_FUTURE: Words(
        "日期 {day} 在今天（{today}）之后。请改正。",
        "the day of the outcome lies in the future ({day}; today is {today}). Correct it.",
    ),
    Why.SECOND_PERSON_NEEDED: Words(
        "结论是同一个账号提出的，要由另一位同事复核。请交给同事。",
        "the outcome was proposed by the same account, and a second person must confirm it. Leave it to a colleague.",
    ),
    Why.NOTHING_PROPOSED: Words(
        "这件疑点还没有提出结论，不能复核。请先提出结论。",
        "the case has no proposed outcome to confirm. Propose one first.",
    ),
    Why.CELL_NOT_NUMBER: Words(
        "{column} 要填数字。请从 yizheng cases export 的清单里取。",
        "{column}: a number was expected. Take it from `yizheng cases export`.",
    ),
    Why.CELL_NOT_DAY: Words(
        "{column} 要写成 2026-10-31 这样。请改正。",
        "{column}: a day was expected as YYYY-MM-DD. Correct it.",
    ),
    Why.CELL_NOT_YES_OR_NO: Words(
        "{column} 填 yes 或 no。请改正。",
        "{column}: yes or no was expected. Correct it.",
    ),
}

CASE_STATES: dict[str, Words] = {
    "open": Words("待核查", "to be looked into"),
    "checking": Words("继续核查", "being looked into again"),
    "proposed": Words("待复核", "to be confirmed"),
    "closed": Words("已办结", "closed"),
}

CASE_REASONS: dict[str, Words] = {
    "person_asks": Words("本人到场，要求重新核对", "the person came and asked to look again"),
    "voice_call": Words("本人念了数字，等回拨", "the person read digits aloud, a call is due"),
    "same_face": Words("与别人面孔相似，请人看", "a face like another's, a person looks"),
    "roster_stopped": Words(
        "名册报来停发，这里没有人决定过，请核实原因",
        "the roster stopped the pay, nobody here decided it: why?",
    ),
    "same_person_asked": Words(
        "名册新增的这个人，像是名册里不再出现的另一个人：号码变更过吗？",
        "the roster brings somebody like a person whom it does not name any more: was a number corrected?",
    ),
    "number_moved": Words(
        "名册上这个号码下面换了姓名和生日：是更正，还是号码弄错了？",
        "under this number the roster names somebody else: was it corrected, or is the number wrong?",
    ),
    "joined_wrongly": Words(
        "两份档案曾被认定是同一个人，有人说是两个人",
        "two files were taken for one person, and somebody says they are two",
    ),
    "sentence_over": Words("刑期届满，可能已释放", "the term of the sentence has passed"),
    "visit_needed": Words("逾期未认证，先上门核实", "overdue, to be visited first"),
    "face_review": Words("刷脸没有认准，请人工核对", "the face was not surely recognised, a person looks"),
}
"""The reasons of cases that no run raises."""

NOTES: dict[str, Words] = {
    "clock_reminded": Words(
        "“{clock}”将于 {due} 到期，请抓紧办理。", "“{clock}” ends on {due}: please go on with it."
    ),
    "clock_lapsed": Words(
        "“{clock}”已于 {due} 到期，按规定转下一步。", "“{clock}” ended on {due}: the case moved on."
    ),
    "clock_escalated": Words(
        "“{clock}”已于 {due} 到期，已报{post}。", "“{clock}” ended on {due}: told to the {post}."
    ),
    "leads_withdrawn": Words(
        "报来线索的单位撤销了 {withdrawn} 条线索，还剩 {left} 条。撤销的不再采用，也不说明本人有问题。",
        "The department took {withdrawn} of the leads back; {left} remain. What was taken back counts no more,"
        " and against nobody.",
    ),
    "decision_lost_its_lead": Words(
        "第 {case} 号疑点的结论所依据的线索，报来的单位撤销了。发放暂不变动，请重新核实。",
        "The department took back a lead that the decision of case {case} rested on. Pay stays as it is:"
        " please look again.",
    ),
    "face_same": Words("本人已在网上刷脸认证通过。", "The person certified by face online meanwhile."),
    "face_unsure": Words(
        "本人在网上刷脸，机器没有认准，请人工核对。",
        "The person certified by face online and the machine could not tell: please look.",
    ),
    "face_in_doubt": Words(
        "本人在网上刷脸，与留存照片一致、动作完成。有待核实的信息，机器不作结论，请尽快见面或视频。",
        "The person certified by face online: like the stored picture, the steps done. Something is reported, so the"
        " machine decides nothing: please meet or call by video soon.",
    ),
    "face_needs_person": Words(
        "本人在网上刷脸，与留存照片一致、动作完成；因本次环境异常，请人工再确认。",
        "The person certified by face online: like the stored picture, the steps done. The circumstances were unusual:"
        " please confirm.",
    ),
    "face_photo_only": Words(
        "本人交来一张照片，没有活体检测，请人工核对。",
        "The person sent a photo without a proof of life: please look.",
    ),
    "voice_call_back": Words(
        "本人念了随机数字，声音与登记的相符。请打登记的电话回拨，核对后再办。声音相符本身不能通过认证。",
        "The person read digits aloud, and the voice is like the enrolled one. Call back on the number on file; a voice"
        " alone certifies nobody.",
    ),
    "voice_call_back_unsure": Words(
        "本人念了随机数字，机器没有听准。这不说明任何问题，请打登记的电话回拨核对。",
        "The person read digits aloud, and the machine could not tell. That means nothing: call back on the number on"
        " file.",
    ),
    "voice_not_enrolled": Words(
        "本人念了随机数字，没有登记过声音，无从比对。请打登记的电话回拨核对。",
        "The person read digits aloud and has no voice enrolled. Call back on the number on file.",
    ),
    "also_alike": Words(
        "查到与本人面孔相似的其他参保人，请一并核对。相似不是证据。",
        "Other people with a face like this one were found: please look at them too. Likeness is no evidence.",
    ),
}
"""What the product notes in a case's history."""

ANOTHER_CASE = Words("（本案另有原因，一并核对。）", " (This case has another reason as well.)")
CHECKS = Words("检查要点：{checks}。", " To look at: {checks}.")
