"""The words of certification: results and reasons, the same on every screen, letter and command.

Nothing here blames anybody: a doubt is something that we look into, not something that the person did.
"""

from django.utils.translation import gettext

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.certification.data import Figure
from yizheng.rooms.certification.why import Why

REFUSALS: dict[Code, Words] = {
    Why.FUTURE_DAY: Words(
        "{as_of}还没有到，最多到今天（{today}）。请换一个日期。",
        "a day up to today ({today}) was expected, but {as_of} has not come yet. Ask for a day that has.",
    ),
    Why.NO_ROSTER: Words(
        "到{as_of}为止没有名册。请导入名册（yizheng roster import FILE），或换一个晚一点的日期。",
        "a roster delivered by {as_of} was expected, but there is none. Import one (yizheng roster import"
        " FILE), or ask for a later day.",
    ),
    Why.RUN_NOT_FINISHED: Words(
        "没有做完的比对“{run}”。请先运行 yizheng certify。",
        "a finished run was expected, but '{run}' is none. Run `yizheng certify` first.",
    ),
    Why.RESULTS_NOT_THE_ROSTER: Words(
        "应当有 {expected} 人的结果，实际有 {came} 人，这次比对没有生效。名册上有人没有在发的待遇：请重新导入"
        "名册。",
        "results for {expected} people were expected, but {came} came. The run was not taken into force; some"
        " people on the roster have no benefit in payment: import the roster again.",
    ),
    Why.RESULTS_NOT_AS_WITNESSED: Words(
        "上一次比对的结果文件 {file} 不见了，或者被改动过，和存证不符，这次比对没有进行。请运行 `yizheng ledger verify`"
        " 查明，从备份取回这个文件。",
        "the results of the run before, {file}, are gone or not as they were witnessed: nothing was concluded from"
        " them. Run `yizheng ledger verify`, and take the file back from a backup.",
    ),
    Why.PERSON_NOT_IN_A_RUN: Words(
        "到{as_of}为止的比对里没有这个人。请先运行 yizheng certify --as-of DATE，或换一个晚一点的日期。",
        "a run up to {as_of} that knows this person was expected, but there is none. Run `yizheng certify"
        " --as-of DATE` first, or ask for a later day.",
    ),
    Why.OUT_NAME: Words(
        "导出文件名应当以 .csv 或 .parquet 结尾，给的是 {name}。",
        "a name that ends in .csv or .parquet was expected, but {name} came.",
    ),
    Why.NO_RUN: Words(
        "到{as_of}为止没有比对。请运行 yizheng certify --as-of {day}。",
        "a run up to {as_of} was expected, but there is none. Run `yizheng certify --as-of {day}`.",
    ),
    Why.ROSTER_NOT_IN_RUN: Words(
        "名册上有人不在这次比对里。请重新运行 yizheng certify。",
        "everybody on the roster was expected in the run. Run `yizheng certify` again.",
    ),
    Why.NO_STATES: Words(
        "还没有比对过，没有每个人的状态。请运行 yizheng compare。",
        "states of everybody were expected, but there are none yet. Run `yizheng compare`.",
    ),
    Why.NO_SILENCE: Words(
        "还没有静默程度的数字：从这个版本起，每次比对都会算。请运行 yizheng certify。",
        "figures of silence were expected, but no run has counted them: runs of this version do. Run `yizheng"
        " certify`.",
    ),
    Why.RESULT_AS_OF: Words(
        "截至{day}的结果：{result}。",
        "As of {day}: {result}.",
    ),
    Why.REASON_IS: Words(
        "原因：{reason}。",
        "Reason: {reason}.",
    ),
    Why.DECIDED_BY: Words(
        "起决定作用的记录：{source}，{kind}，{day}（{owner}提供）。",
        "The record that decided: {source}, {kind}, {day} (from {owner}).",
    ),
    Why.DECIDED_BY_SOURCE: Words(
        "起决定作用的记录：{source}，{day}（{owner}提供）。",
        "The record that decided: {source}, {day} (from {owner}).",
    ),
    Why.RECORDS_FOUND: Words(
        "一共比对到{found}条记录，其中{alive}条在有效期内、能表明健在。",
        "{found} records were found, {alive} of them valid and speaking for life.",
    ),
    Why.POLICY_APPLIES: Words(
        "适用政策：{name}（{basis}）。",
        "Policy: {name} ({basis}).",
    ),
    Why.HOLDS_UNTIL: Words(
        "认证有效期到{day}。",
        "Due by {day}.",
    ),
    Why.SOURCE_AWAY: Words(
        "有部门的数据暂时没有送到，没有记录不能说明任何问题，因此先不提醒、也不会暂停。",
        "A department's data is missing at present. Its absence proves nothing: no reminder, no pause.",
    ),
    Why.CERTIFIED_LAST: Words(
        "最近一次本人认证：{channel}，{day}。",
        "The person certified last: {channel}, on {day}.",
    ),
    Why.CAME_AFTER: Words(
        "这次认证在结果算出之后，有效期因此到{day}；下一次比对会写进结果。",
        "It came after this result and makes it hold until {day}; the next run will say so.",
    ),
    Why.CYCLE_LENGTH: Words(
        "认证周期应当是 1 到 12 个月，写的是 {months} 个月。",
        "a cycle of 1 to 12 months was expected, not {months}.",
    ),
    Why.ASK_WAIT: Words(
        "ask_wait_days 应当是 {least} 到 {most} 天，写的是 {days} 天。",
        "ask_wait_days of {least} to {most} days was expected, not {days}.",
    ),
    Why.WINDOWS_AND_UNIT: Words(
        "windows 只用于 unit 是 window 的周期，至少写一个。",
        "windows belong to the unit 'window', and it needs at least one.",
    ),
    Why.RUN_IN_PROGRESS: Words(
        "比对“{run}”（截至{as_of}，{since}开始）正在进行，还没有做完。如果它已经中断，再运行一次 yizheng certify"
        " 会接着做或者把它收尾。",
        "run {run} as of {as_of}, begun on {since}, is in progress. Where it broke off, the next `yizheng certify`"
        " goes on with it or closes it.",
    ),
    Why.RUN_UNFINISHED: Words(
        "比对“{run}”（截至{as_of}，{since}开始）没有做完，没有生效，已由后来的比对收尾。",
        "run {run} as of {as_of}, begun on {since}, was left unfinished: nothing of it is in force, and a later run"
        " closed it.",
    ),
    Why.RUN_BEGUN_BEFORE: Words(
        "比对“{run}”（截至{as_of}，{since}开始）是以前的版本开始的，没有做完，也没有自己的存证；下一次 yizheng"
        " certify 会把它收尾。",
        "run {run} as of {as_of}, begun on {since} by a version before that gave a begun run no entry, is not"
        " finished. The next `yizheng certify` closes it.",
    ),
}

SILENCE: dict[str, Words] = {
    "confirmable": Words("数据可确认率", "Confirmable by data"),
    "where_data_allow": Words("数据够用时的静默率", "Renewed silently where data allow"),
    "never_asked": Words("一年内没有被催过", "Never asked in the year"),
    "asks_a_year": Words("每人每年被催次数", "Asks a person and year"),
}
"""The four figures of silence; what they count and do not says docs/reference/silence.md."""

SILENCE_MEANS: dict[str, Words] = {
    "confirmable": Words(
        "近12个月有数据证明健在的人，占应认证的人。不管有没有先催过本人。",
        "Of all who must certify, those whom data of the last 12 months prove alive, asked or not.",
    ),
    "where_data_allow": Words(
        "数据能证明健在的人里，没有催本人就续上的。数据没有提到的人不算在内。",
        "Of those whom data could confirm, those renewed before anybody asked. Whom no data reached is left out.",
    ),
    "never_asked": Words(
        "近12个月一条催办都没有收到的人，占应认证的人。也包括本人自己来办的。",
        "Of all who must certify, those who got no request in 12 months. Who came of their own accord is among them.",
    ),
    "asks_a_year": Words(
        "近12个月发出的催办条数，除以应认证的人。一个人催三次算三次。",
        "Requests sent in 12 months for each person who must certify. Three to one person count three.",
    ),
}


def figure_text(figure: Figure, value: float | None) -> str:
    """A figure as people read it; in words where nobody, or too short a time, was observed."""
    if value is None:
        return gettext("记录还不够，暂不计算")
    return f"{value:.2f}" if figure is Figure.ASKS_A_YEAR else f"{value:.1%}"


RESULTS: dict[str, Words] = {
    "passed": Words("已通过", "certified"),
    "doubtful": Words("正在核实", "being checked"),
    "due": Words("需认证", "due"),
    "not_due": Words("未到期", "not due yet"),
    "exempt": Words("免认证", "exempt"),
    "failed": Words("资料待补正", "record to be mended"),
}

REASONS: dict[str, Words] = {
    "strong_life_event": Words(
        "其他部门的记录表明本人健在，一条可靠的记录就够了",
        "another department's record shows that the person is alive; one reliable record is enough",
    ),
    "points_reached": Words(
        "几个不同部门的记录合在一起，足以表明本人健在",
        "records of several departments together are enough to show that the person is alive",
    ),
    "earlier_certification": Words("上一次认证仍在有效期内", "the last certification still holds"),
    "first_cycle": Words(
        "刚开始领取待遇，第一个认证周期还没有到期", "the first cycle after the start still runs"
    ),
    "due_soon": Words(
        "没有找到能证明本人健在的新记录，认证快到期了",
        "no new record that proves life was found, and the due date is near",
    ),
    "overdue": Words(
        "没有找到能证明本人健在的新记录，认证已经到期",
        "no new record that proves life was found, and the due date has passed",
    ),
    "death_reported": Words(
        "有部门报告本人去世，需要工作人员核实", "a department reports a death; a person has to check it"
    ),
    "death_contradicted": Words(
        "有部门报告本人去世，但之后又有本人活动的记录，两者矛盾，需要工作人员核实",
        "a department reports a death, but life is recorded after it; a person has to find out which is right",
    ),
    "custody_reported": Words(
        "有部门报告本人正在服刑，需要工作人员核实",
        "a sentence in custody is reported; a person has to check it",
    ),
    "missing_reported": Words(
        "有部门报告本人失踪，需要工作人员核实", "the person is reported missing; a person has to check it"
    ),
    "duplicate_reported": Words(
        "全国比对发现在别处也领取待遇，需要工作人员核实",
        "a second benefit elsewhere is reported; a person has to check it",
    ),
    "abroad_reported": Words(
        "最近的记录表明人在境外，可以通过领事馆或“中国领事”办理",
        "the last record says abroad; a consulate can certify",
    ),
    "not_subject": Words("按政策，这项待遇不需要认证", "the policy asks no certification for this benefit"),
    "number_joined": Words(
        "这个号码已核对为另一人的号码，按那个人的档案认证",
        "the number was found to be one more of somebody else, whose file is certified",
    ),
    "benefit_ended": Words("这项待遇已经终止", "the benefit has ended"),
    "no_policy": Words(
        "没有找到适用的认证政策，请业务人员补写政策",
        "no policy holds for this benefit; somebody has to write one",
    ),
    "bad_record": Words(
        "登记资料有误（起始年月、金额或出生日期），请更正后再比对",
        "the record cannot be true (start month, amount or birth date); it has to be corrected first",
    ),
}

STRENGTHS: dict[str, Words] = {
    "strong": Words("强", "strong"),
    "medium": Words("中", "medium"),
    "weak": Words("弱", "weak"),
}

SAYS: dict[str, Words] = {
    "alive": Words("表明健在", "speaks for life"),
    "death": Words("报告死亡", "reports a death"),
    "custody": Words("报告服刑", "reports custody"),
    "missing": Words("报告失踪", "reports missing"),
    "duplicate": Words("报告重复领取", "reports a second benefit"),
    "abroad": Words("表明在境外", "says abroad"),
    "nothing": Words("与资格无关", "says nothing about entitlement"),
}

WON: dict[str, Words] = {
    "proof": Words("采用为健在依据", "the proof of life stands with it"),
    "death": Words("采用为死亡线索", "the lead of death"),
    "custody": Words("采用为服刑线索", "the lead of custody"),
    "missing": Words("采用为失踪线索", "the lead of absence"),
    "duplicate": Words("采用为重复领取线索", "the lead of a second benefit"),
}
"""What a row won among all rows about the person."""
