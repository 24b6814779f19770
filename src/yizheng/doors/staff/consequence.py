"""What confirming a proposed outcome brings about, in words: read from the same functions that carry it out."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yizheng.doors.tags import day as day_text
from yizheng.doors.tags import month as month_text
from yizheng.doors.words import word
from yizheng.flows.decisions.decision_takes_effect import Foreseen, foresee
from yizheng.kernel.money import yuan_text
from yizheng.kernel.time import Month
from yizheng.rooms import casework
from yizheng.rooms.casework.data import CaseView, Kind
from yizheng.rooms.decisions.data import CountsAsPass, KeepsOpen, RulesOnLeads, SendsLetter, find_effect
from yizheng.rooms.entitlements.data import PayState


def consequences(case: CaseView, kind: Kind, *, at: datetime) -> list[str]:
    """The lines, pay first; none where nothing is proposed."""
    effects = casework.queries.effects_if_confirmed(case, kind)
    if effects is None:
        return []
    if find_effect(effects, KeepsOpen):
        return [_("继续核查，重新计算办理期限，养老金不变。")]
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
