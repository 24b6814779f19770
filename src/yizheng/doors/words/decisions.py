"""The words of decisions: why one is not carried out."""

from yizheng.doors.words.base import Words
from yizheng.kernel.errors import Code
from yizheng.rooms.decisions.why import Why

REFUSALS: dict[Code, Words] = {
    Why.LIKENESS_ALONE: Words(
        "停发要有记录为依据，而这件疑点只有面孔相似，相似不能作为证据。请先向掌握情况的单位调取记录，收到后会另立一件，"
        "在那一件上办理。本件请选别的核查结果，比如“无法确认”。",
        "a loss that stops pay needs a record, but all that this case holds is that a face is like another's"
        " (面孔相似), and likeness is no evidence. Obtain a record first from the office that holds one: it opens a"
        " case of its own, on which the loss can be decided. Close this case with another outcome, such as"
        " cannot be confirmed (无法确认).",
    ),
    Why.DAY_BEFORE_BIRTH: Words(
        "日期是 {day}，早于本人的出生日期 {born}。请核对年份，改正后再提交。",
        "{day} came, which is before the person was born ({born}). Look at the year, and correct it.",
    ),
    Why.DEATH_BEFORE_BENEFIT: Words(
        "死亡日期是 {day}，可是待遇从 {benefit_from} 才开始发。请核对死亡证明上的日期；"
        "如果是待遇起始年月错了，请先在名册里更正。",
        "a death on {day} came, but the benefit began only on {benefit_from}. Look at the day on the certificate;"
        " where the beginning of the benefit is wrong, have the roster corrected first.",
    ),
    Why.RELEASE_BEFORE_CUSTODY: Words(
        "释放日期是 {day}，早于收监日期 {custody_from}。请核对释放证明。",
        "a release on {day} came, which is before the custody began ({custody_from}). Look at the paper of the release.",
    ),
    Why.DEATH_BEFORE_SEEN: Words(
        "死亡日期是 {day}，可是 {seen} 本人到场认证过。请核对死亡日期和那次认证：如果那次到场的不是本人，请写明并转稽核，"
        "不要改日期。",
        "a death on {day} came, but the person was seen by an agency on {seen}. Look at both: where somebody else"
        " was seen that day, tell the auditors; do not change the day.",
    ),
    Why.LEADS_UNSURE: Words(
        "停发要有确属本人的线索，而本件的线索都是按相近关联上的，还没有人确认。请先到“关联核对”核对第 {links} 条，"
        "确认或者否认以后再办；已经否认的，请选别的核查结果。",
        "a loss that stops pay needs a lead that is surely about this person, but those of this case were linked by"
        " likeness, and nobody has confirmed it. Compare both records under uncertain links (关联核对), number"
        " {links}, and confirm or reject there first; then decide the case. Where it was rejected, the case"
        " has another outcome.",
    ),
}
