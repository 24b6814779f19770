"""What confirming a proposed outcome brings about, in words: read from the same functions that carry it out."""

from datetime import datetime

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from yizheng.doors.tags import day as day_text
from yizheng.doors.tags import month as month_text
from yizheng.doors.words import word
from yizheng.flows.decisions.decision_takes_effect import Foreseen, foresee
from yizheng.kernel.money import yuan_text
from yizheng.kernel.time import Month
from yizheng.rooms import casework
from yizheng.rooms.casework.data import CaseView, Kind
from yizheng.rooms.decisions.data import (
    AnswersIdentity,
    CountsAsPass,
    KeepsOpen,
    RulesOnLeads,
    SendsLetter,
    find_effect,
)
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.people.data import Answer


def consequences(case: CaseView, kind: Kind, *, at: datetime) -> list[str]:
    """The lines, pay first; none where nothing is proposed."""
    effects = casework.queries.effects_if_confirmed(case, kind)
    if effects is None:
        return []
    if find_effect(effects, KeepsOpen):
        return [_("继续核查，重新计算办理期限，养老金不变。")]
    said = find_effect(effects, AnswersIdentity)
    if said is not None:
        return [str(line) for line in _IDENTITY[said.answer]]
    foreseen = foresee(case.pno, effects, on=case.outcome_day or at.date(), at=at)
    lines = [_pay(foreseen)]
    if find_effect(effects, CountsAsPass):
        lines.append(_("算作已通过认证，日期 %(day)s。") % {"day": day_text(case.outcome_day or at.date())})
    ruling = find_effect(effects, RulesOnLeads)
    if ruling and ruling.ruling == "set_aside" and case.leads:
        lines.append(_("报来的信息不再采用。"))
    letter = find_effect(effects, SendsLetter)
    if letter:
        lines.append(_("发给本人或家人：%(letter)s。") % {"letter": word("template", letter.template)})
    return lines


_IDENTITY = {
    Answer.SAME: (
        gettext_lazy("两份档案并为一份，记在原来的档案下；新号码、旧号码都能查到。"),
        gettext_lazy("养老金照原来的发，只发一份；新号码那份档案不再发放。"),
    ),
    Answer.DIFFERENT: (gettext_lazy("两份档案照旧分开；新增的人从下次发放起领取，等待的月份一并补发。"),),
    Answer.ROW_WRONG: (gettext_lazy("名册这一行不采用，以后再报同样的内容也不采用；养老金不变。"),),
    Answer.ROW_RIGHT: (gettext_lazy("下一次名册到达时，姓名、生日等按名册更新；养老金不变。"),),
    Answer.EXCHANGED: (gettext_lazy("两个人的号码对调，马上生效；档案、账号、养老金各归各人，不变。"),),
    Answer.PARTED: (
        gettext_lazy("最近一次并过来的号码还给原来的档案，两份档案各自恢复。"),
        gettext_lazy("分出来的人从下次发放起领取，等待的月份一并补发。"),
    ),
}
"""What an answer brings about."""


def _pay(foreseen: Foreseen) -> str:
    change = foreseen.change
    if change is None:
        return _("养老金不变。")
    month = month_text(change.effective_month)
    if change.to_state is PayState.IN_PAYMENT:
        if change.arrears_due:
            return _("自%(month)s起恢复发放，停发的月份一并补发。") % {"month": month}
        return _("自%(month)s起恢复发放。") % {"month": month}
    stops = (_("自%(month)s起停发") if change.to_state is PayState.ENDED else _("自%(month)s起暂停发放")) % {
        "month": month
    }
    if not foreseen.overpaid_from:
        return _("%(stops)s。") % {"stops": stops}
    return _("%(stops)s，%(range)s已多发%(count)s个月 %(yuan)s元（追回另行决定）。") % {
        "stops": stops,
        "range": _range(foreseen.overpaid_from, change.effective_month.plus(-1)),
        "count": foreseen.overpaid_months,
        "yuan": yuan_text(foreseen.overpaid_fen),
    }


def _range(first: Month, last: Month) -> str:
    """Months as people say them: 9至11月; with their years where they differ; one month alone."""
    if first == last:
        return month_text(first)
    if get_language() == "en":
        return f"{month_text(first)} to {month_text(last)}"
    if first.year == last.year:
        return f"{first.month}至{last.month}月"
    return f"{month_text(first)}至{month_text(last)}"
