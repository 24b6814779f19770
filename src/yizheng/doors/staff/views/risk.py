"""Alerts (预警): who acts for many, acts with several things out of the ordinary, and what staff found when they looked.

The list says reasons in words, never points, and nobody's number or phone: names are masked. A look is noted by a
supervisor; it changes how much those signals of that actor count, and nothing else.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yizheng import wiring
from yizheng.doors.staff.gate import page, record_list, staff, staff_names, staff_page
from yizheng.doors.words import refusal_in, word
from yizheng.flows.signing_in import risk_is_looked_at
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import access, insight, mandates, privacy, risk
from yizheng.rooms.access.data import Permission
from yizheng.rooms.mandates.data import MandateState
from yizheng.rooms.risk.data import AlertView, Verdict

SHOWN = 50
LOOKED = 20


@staff_page(Permission.SEE_ALERTS)
def alerts(request: HttpRequest) -> HttpResponse:
    """What waits to be looked at, the oldest first, and what was looked at lately."""
    return _page(request)


@staff_page(Permission.LOOK_AT_ALERT, methods=("POST",))
def looked_at(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Note what was found."""
    verdict, note = request.POST.get("verdict", ""), request.POST.get("note", "")
    if verdict not in set(Verdict):
        return _page(request, given=(alert_id, note), error=_("请选一个核看结论。"))
    try:
        risk_is_looked_at.look(
            wiring.hands(staff(request)),
            alert_id=alert_id,
            verdict=Verdict(verdict),
            note=note,
            table=wiring.agency().risk,
        )
    except Refused as refusal:
        return _page(request, given=(alert_id, note), error=refusal_in(refusal))
    messages.success(request, _("已记下核看结论。"))
    return redirect("staff:alerts")


def _page(request: HttpRequest, *, given: tuple[int, str] = (0, ""), error: str = "") -> HttpResponse:
    waiting, looked = (
        risk.queries.alerts(waiting=True, limit=SHOWN),
        risk.queries.alerts(waiting=False, limit=LOOKED),
    )
    named = {
        number for one in (*waiting, *looked) for number in (one.pno, one.actor_pno) if number is not None
    }
    people = insight.queries.listed([Pno(number) for number in sorted(named)])
    record_list(request, "alerts", len(named))
    names = {int(pno): person.name for pno, person in people.items()}
    context = {
        "waiting": [_row(one, names) for one in waiting],
        "looked": [_row(one, names) for one in looked],
        "total": risk.queries.alerts_waiting(),
        "verdicts": [(verdict.value, word("verdict", verdict)) for verdict in Verdict],
        "may_look": access.queries.can(staff(request), Permission.LOOK_AT_ALERT),
        "staff_names": staff_names(),
        "given": given,
        "error": error,
        "holds": wiring.agency().risk.look_holds_days,
    }
    return page(request, "risk.html", context, place="alerts", status=400 if error else 200)


def _row(one: AlertView, names: dict[int, str]) -> dict[str, object]:
    """An alert for the list: who acts (masked), for whom, why."""
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
    return {
        "alert": one,
        "actor": actor,
        "kind": word("helper_kind", mandates.queries.kind_of(one.account_id))
        if one.account_id is not None
        else "",
        "in_force": in_force,
        "about": "" if same or one.pno is None else names.get(one.pno, "—"),
        "pno": one.pno,
    }
