"""Results and reasons in plain words, Chinese first: the same sentences on every screen, letter and command.

Nothing here blames anybody: a doubt is something that we look into, not something that the person did.
"""

from dataclasses import dataclass

from yizheng.rooms.certification.data import Reason, Result


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and in English."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The text in a language, `zh...` or anything else for English."""
        return self.zh if language.startswith("zh") else self.en


RESULTS: dict[Result, Words] = {
    Result.PASSED: Words("已通过", "certified"),
    Result.DOUBTFUL: Words("正在核实", "being checked"),
    Result.DUE: Words("需认证", "due"),
    Result.NOT_DUE: Words("未到期", "not due yet"),
    Result.EXEMPT: Words("免认证", "exempt"),
    Result.FAILED: Words("资料待补正", "record to be mended"),
}

REASONS: dict[Reason, Words] = {
    Reason.STRONG_LIFE_EVENT: Words(
        "其他部门的记录表明本人健在，一条可靠的记录就够了",
        "another department's record shows that the person is alive; one reliable record is enough",
    ),
    Reason.POINTS_REACHED: Words(
        "几个不同部门的记录合在一起，足以表明本人健在",
        "records of several departments together are enough to show that the person is alive",
    ),
    Reason.EARLIER_CERTIFICATION: Words("上一次认证仍在有效期内", "the last certification still holds"),
    Reason.FIRST_CYCLE: Words(
        "刚开始领取待遇，第一个认证周期还没有到期", "the first cycle after the start still runs"
    ),
    Reason.DUE_SOON: Words(
        "没有找到能证明本人健在的新记录，认证快到期了",
        "no new record that proves life was found, and the due date is near",
    ),
    Reason.OVERDUE: Words(
        "没有找到能证明本人健在的新记录，认证已经到期",
        "no new record that proves life was found, and the due date has passed",
    ),
    Reason.DEATH_REPORTED: Words(
        "有部门报告本人去世，需要工作人员核实", "a department reports a death; a person has to check it"
    ),
    Reason.DEATH_CONTRADICTED: Words(
        "有部门报告本人去世，但之后又有本人活动的记录，两者矛盾，需要工作人员核实",
        "a department reports a death, but life is recorded after it; a person has to find out which is right",
    ),
    Reason.CUSTODY_REPORTED: Words(
        "有部门报告本人正在服刑，需要工作人员核实",
        "a sentence in custody is reported; a person has to check it",
    ),
    Reason.MISSING_REPORTED: Words(
        "有部门报告本人失踪，需要工作人员核实", "the person is reported missing; a person has to check it"
    ),
    Reason.DUPLICATE_REPORTED: Words(
        "全国比对发现在别处也领取待遇，需要工作人员核实",
        "a second benefit elsewhere is reported; a person has to check it",
    ),
    Reason.ABROAD_REPORTED: Words(
        "最近的记录表明人在境外，可以通过领事馆或“中国领事”办理",
        "the last record says abroad; a consulate can certify",
    ),
    Reason.NOT_SUBJECT: Words(
        "按政策，这项待遇不需要认证", "the policy asks no certification for this benefit"
    ),
    Reason.BENEFIT_ENDED: Words("这项待遇已经终止", "the benefit has ended"),
    Reason.NO_POLICY: Words(
        "没有找到适用的认证政策，请业务人员补写政策",
        "no policy holds for this benefit; somebody has to write one",
    ),
    Reason.BAD_RECORD: Words(
        "登记资料有误（起始年月、金额或出生日期），请更正后再比对",
        "the record cannot be true (start month, amount or birth date); it has to be corrected first",
    ),
}

CHANNELS: dict[str, Words] = {
    "window": Words("窗口", "at a window"),
    "visit": Words("上门", "by a visit at home"),
    "other_agency": Words("其他机构", "at another agency"),
    "case": Words("工作人员核对", "by staff, in a case"),
    "face_web": Words("网上刷脸", "by face, from home"),
}
"""Where a person certified besides comparison."""

STRENGTHS = {
    "strong": Words("强", "strong"),
    "medium": Words("中", "medium"),
    "weak": Words("弱", "weak"),
}

POLARITIES = {
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
