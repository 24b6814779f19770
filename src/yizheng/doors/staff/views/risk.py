"""Alerts (预警): who acts for many, acts with several things out of the ordinary, and what staff found when they looked.

The list says reasons in words, never points, and nobody's number or phone: names are masked. A look is noted by a
supervisor; it changes how much those signals of that actor count, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.context import Context
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.gate import page, record_list, staff, staff_names, staff_page
from yizheng.doors.words import word
from yizheng.flows.signing_in import risk_is_looked_at
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import access, insight, mandates, privacy, risk
from yizheng.rooms.access.data import Permission
from yizheng.rooms.mandates.data import MandateState
from yizheng.rooms.risk.data import AlertView, Verdict

SHOWN = 50
LOOKED = 20
VERDICT = forms.Choice(
    "verdict", gettext_lazy("核看结论"), tuple(Verdict), words=lambda one: word("verdict", one)
)
NOTE = forms.Text("note", gettext_lazy("核看情况"), most=300, rows=2, required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """An alert for the list: who acts (masked), for whom, why; the form, for who may note a look."""

    alert: AlertView
    actor: str
    kind: str
    in_force: int
    about: str
    pno: Pno | None
    form: forms.Filled | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsShown(Context):
    """What waits to be looked at, and what was looked at lately."""

    waiting: Sequence[AlertRow]
    looked: Sequence[AlertRow]
    total: int
    staff_names: Mapping[str, str]
    form: forms.Filled
    holds: int


@staff_page(Permission.SEE_ALERTS)
def alerts(request: HttpRequest) -> HttpResponse:
    """What waits to be looked at, the oldest first, and what was looked at lately."""
    waiting, looked = (
        risk.queries.alerts(waiting=True, limit=SHOWN),
        risk.queries.alerts(waiting=False, limit=LOOKED),
    )
    named = {
        number for one in (*waiting, *looked) for number in (one.pno, one.actor_pno) if number is not None
    }
    people = insight.queries.listed([Pno(number) for number in sorted(named)])
    record_list(request, "alerts", len(named), purpose="alert")
    names = {int(pno): person.name for pno, person in people.items()}
    forms_of = {one.alert_id: forms.shown(request, _form(one.alert_id)) for one in waiting}
    failed = next((form for form in forms_of.values() if not form.good), forms.Form("alerts").empty())
    may_look = access.queries.can(staff(request), Permission.LOOK_AT_ALERT)
    context = AlertsShown(
        waiting=[_row(one, names, forms_of[one.alert_id] if may_look else None) for one in waiting],
        looked=[_row(one, names, None) for one in looked],
        total=risk.queries.alerts_waiting(),
        staff_names=staff_names(),
        form=failed,
        holds=wiring.agency().risk.look_holds_days,
    )
    return page(request, "risk.html", context, place="alerts")


@staff_page(Permission.LOOK_AT_ALERT, form="staff:alerts")
def looked_at(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Note what was found."""
    filled = _form(alert_id).read(request)
    if not filled.good:
        return forms.back(request, filled, "staff:alerts")
    try:
        risk_is_looked_at.look(
            wiring.hands(staff(request)),
            alert_id=alert_id,
            verdict=filled.value(VERDICT),
            note=filled.value(NOTE),
            table=wiring.agency().risk,
        )
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal), NOTE), "staff:alerts")
    messages.success(request, _("已记下核看结论。"))
    return redirect("staff:alerts")


def _form(alert_id: int) -> forms.Form:
    """The form of one alert: the page holds one for each."""
    return forms.Form(f"alert-{alert_id}", VERDICT, NOTE, prefix=f"a{alert_id}-")


def _row(one: AlertView, names: dict[int, str], form: forms.Filled | None) -> AlertRow:
    account = access.queries.account_of(one.account_id) if one.account_id is not None else None
    in_force = 0
    if one.account_id is not None:
        found = mandates.queries.of_helper(one.account_id)
        in_force = sum(mandate.state is MandateState.IN_FORCE for mandate in found)
    shared = {"device": _("同一台设备"), "phone": _("同一个手机号")}.get(one.actor_kind, "—")
    if account is not None:
        actor = privacy.queries.mask_name(account.display_name)
    else:
        actor = names.get(one.actor_pno, "—") if one.actor_pno is not None else shared
    same = one.actor_pno is not None and one.actor_pno == one.pno
    return AlertRow(
        alert=one,
        actor=actor,
        kind=word("helper_kind", mandates.queries.kind_of(one.account_id))
        if one.account_id is not None
        else "",
        in_force=in_force,
        about="" if same or one.pno is None else names.get(one.pno, "—"),
        pno=Pno(one.pno) if one.pno is not None else None,
        form=form,
    )
