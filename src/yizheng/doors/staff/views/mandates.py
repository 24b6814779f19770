"""A person's helpers at the window (窗口代办): see them, write one down with the person there, agree for them, end one.

The clerk has checked the person's card. Whoever records for a person who is not there breaks the rules of the house: the
person gets a text at once, and the ledger has the clerk's name.
"""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yizheng import wiring
from yizheng.doors.staff.gate import page, record_look, staff, staff_page
from yizheng.doors.words import refusal_in, word
from yizheng.flows.helpers import mandates_agree, mandates_ask, mandates_end, mandates_told
from yizheng.flows.helpers.mandates_ask import Wish
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms import access, insight, mandates, privacy
from yizheng.rooms.access.data import Permission
from yizheng.rooms.mandates.data import Mandate, MandateState, Scope, Side

GIVEN = ("name", "phone", "from_day", "last_day", "both")


@staff_page(Permission.SEE_MANDATES, methods=("GET", "POST"))
def helpers(request: HttpRequest, pno: int) -> HttpResponse:
    """The helpers of one person, and what a clerk may do about them."""
    known = Pno(pno)
    if not insight.queries.exists(known):
        raise Http404
    record_look(request, known, what="helpers")
    error = ""
    if request.method == "POST":
        if not access.queries.can(staff(request), Permission.RECORD_MANDATE):
            raise PermissionDenied
        try:
            _take(request, known)
        except Refused as refusal:
            error = refusal_in(refusal)
        else:
            mandates_told.deliver(known, clock=wiring.clock(), post=wiring.post())
            messages.success(request, _("办好了，双方会收到短信。"))
            return redirect("staff:mandates", pno=pno)
    return _page(request, known, error)


def _page(request: HttpRequest, pno: Pno, error: str) -> HttpResponse:
    today = _today()
    given = {name: request.POST.get(name, "") for name in GIVEN}
    rules = wiring.agency().mandates
    context = {
        "pno": pno,
        "name": insight.queries.name_of(pno),
        "rows": [_row(one) for one in mandates.queries.of_person(pno)],
        "scopes": [
            (
                scope.value,
                word("mandate_scope_helper", scope),
                not error or scope in request.POST.getlist("scope"),
            )
            for scope in Scope
        ],
        "given": given
        | {
            "from_day": given["from_day"] or today.isoformat(),
            "last_day": given["last_day"] or (today + timedelta(days=rules.usual_days - 1)).isoformat(),
        },
        "may_record": access.queries.can(staff(request), Permission.RECORD_MANDATE),
        "error": error,
    }
    return page(request, "mandates.html", context, place="people", status=400 if error else 200)


def _take(request: HttpRequest, pno: Pno) -> None:
    """What the clerk asked for. Raises Refused."""
    step, number = request.POST.get("step", ""), request.POST.get("mandate", "")
    if step == "record":
        mandates_ask.at_window(
            wiring.hands(staff(request)),
            pno=pno,
            wish=_wish(request),
            both_present=request.POST.get("both") == "yes",
            rules=wiring.agency().mandates,
        )
    elif step in ("agree", "end") and number.isdecimal():
        act = mandates_agree.at_window if step == "agree" else mandates_end.at_window
        act(wiring.hands(staff(request)), mandate_id=int(number), pno=pno)
    else:
        raise Misused(_("请再点一次。"))


def _wish(request: HttpRequest) -> Wish:
    try:
        first = date.fromisoformat(request.POST.get("from_day", ""))
        last = date.fromisoformat(request.POST.get("last_day", ""))
    except ValueError:
        raise Misused(_("请按 2026-11-01 这样填开始和结束的日子。")) from None
    return Wish(
        phone=request.POST.get("phone", "")[:20],
        name=request.POST.get("name", "")[:40],
        scopes=frozenset(scope for scope in Scope if scope in request.POST.getlist("scope")),
        from_day=first,
        until_day=last + timedelta(days=1),
    )


def _row(one: Mandate) -> dict[str, object]:
    account = access.queries.account_of(one.helper_id)
    phone = access.queries.helper_phone(one.helper_id) if account else None
    waits = one.state is MandateState.ASKED
    return {
        "number": one.mandate_id,
        "name": privacy.queries.mask_name(account.display_name) if account else "—",
        "phone": privacy.queries.mask_phone(phone) if phone else "",
        "kind": word("helper_kind", mandates.queries.kind_of(one.helper_id)),
        "scopes": [word("mandate_scope_helper", scope) for scope in Scope if scope in one.scopes],
        "from_day": one.from_day,
        "last_day": one.until_day - timedelta(days=1),
        "state": one.state,
        "may_agree": waits and one.asked_by is Side.HELPER,
        "may_end": waits or one.state is MandateState.IN_FORCE,
    }


def _today() -> date:
    return wiring.clock().now().astimezone(CHINA).date()
