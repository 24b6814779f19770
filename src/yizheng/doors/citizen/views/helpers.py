"""The beneficiary's page "谁能帮我办": who may act for me; name somebody in three small steps, answer, change, end.

Rules that always hold: only the beneficiary's own session comes here, never a helper's; one thing at a time; ending takes
one press and no reason; names and phones of helpers are shown masked, and none of them waits in a session.
"""

from collections.abc import Callable
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yizheng import wiring
from yizheng.doors.citizen.views.pages import citizen_page, page
from yizheng.doors.citizen.weighing import asked_more
from yizheng.doors.identity import on_citizens_web
from yizheng.doors.words import refusal_in, word
from yizheng.flows.helpers import (
    mandates_agree,
    mandates_ask,
    mandates_change,
    mandates_decline,
    mandates_end,
    mandates_told,
)
from yizheng.flows.helpers.mandates_ask import Wish
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, add_months
from yizheng.rooms import access, mandates, privacy
from yizheng.rooms.mandates.data import Mandate, MandateState, Scope, Side
from yizheng.rooms.risk.data import Act

DRAFT = "helper_draft"
MONTHS = (3, 12, 36)
USUAL_MONTHS = 12
SHOWN = 4
PAST_SHOWN = 5


@citizen_page("helpers")
def helpers(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Who may act for me now, who waits for an answer, and who could before."""
    request.session.pop(DRAFT, None)
    found = [_shown(one) for one in mandates.queries.of_person(pno)]
    lasting = [one for one in found if one["open"]]
    whole = request.GET.get("all") == "1"
    context = {
        "lasting": lasting if whole else lasting[:SHOWN],
        "hidden": 0 if whole else max(0, len(lasting) - SHOWN),
        "past": [one for one in found if not one["open"]][:PAST_SHOWN],
        "said": _said(request.GET.get("said", "")),
    }
    return page(request, "helpers.html", context)


@citizen_page("helpers", methods=("GET", "POST"))
def helper_of_mine(request: HttpRequest, pno: Pno, mandate_id: int) -> HttpResponse:
    """One of them: what they may do, until when; answer, change or end it, at once."""
    found = mandates.queries.find(mandate_id)
    if found is None or found.pno != pno:
        return redirect("citizen:helpers")
    error = ""
    if request.method == "POST":
        step = request.POST.get("step", "")
        if step == "change":
            request.session[DRAFT] = {"change": mandate_id, "scopes": sorted(found.scopes)}
            return redirect("citizen:helper-what")
        more = _weighed(request, pno) if step == "agree" else None
        if more is not None:
            return more
        try:
            _STEPS[step](mandate_id, pno)
        except (Refused, KeyError) as refusal:
            error = refusal_in(refusal) if isinstance(refusal, Refused) else _("请再点一次。")
        else:
            return _told(step)
        found = mandates.queries.find(mandate_id) or found
    return page(
        request, "helper_of_mine.html", {"one": _shown(found), "error": error}, status=400 if error else 200
    )


@citizen_page("helpers", methods=("GET", "POST"))
def what(request: HttpRequest, pno: Pno) -> HttpResponse:
    """First step: what somebody may do for me."""
    del pno
    draft = dict(request.session.get(DRAFT, {"scopes": [Scope.VIEW, Scope.CERTIFY]}))
    error = ""
    if request.method == "POST":
        draft["scopes"] = [scope.value for scope in Scope if scope in request.POST.getlist("scope")]
        if draft["scopes"]:
            request.session[DRAFT] = draft
            return redirect("citizen:helper-until")
        error = _("请至少选一件要帮您办的事。")
    context = {
        "error": error,
        "choices": [(scope.value, word("mandate_scope", scope), scope in draft["scopes"]) for scope in Scope],
    }
    return page(request, "helper_what.html", context, status=400 if error else 200)


@citizen_page("helpers", methods=("GET", "POST"))
def until(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Second step: until when. For a change it is the last one."""
    draft = request.session.get(DRAFT)
    if not draft or not draft.get("scopes"):
        return redirect("citizen:helper-what")
    error = ""
    if request.method == "POST":
        chosen = request.POST.get("months", "")
        months = int(chosen) if chosen in {str(one) for one in MONTHS} else USUAL_MONTHS
        request.session[DRAFT] = {**draft, "months": months}
        if "change" not in draft:
            return redirect("citizen:helper-who")
        more = _weighed(request, pno)
        if more is not None:
            return more
        try:
            mandates_change.by_beneficiary(
                mandate_id=int(draft["change"]),
                pno=pno,
                scopes=frozenset(Scope(code) for code in draft["scopes"]),
                until_day=add_months(_today(), months),
                rules=wiring.agency().mandates,
                clock=wiring.clock(),
            )
        except Refused as refusal:
            error = refusal_in(refusal)
        else:
            return _told("changed")
    choices = [(one, add_months(_today(), one) - timedelta(days=1), one == USUAL_MONTHS) for one in MONTHS]
    context = {"choices": choices, "error": error, "last": "change" in draft}
    return page(request, "helper_until.html", context, status=400 if error else 200)


@citizen_page("helpers", methods=("GET", "POST"))
def who(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Third step: who it is. They get a text and have to agree."""
    draft = request.session.get(DRAFT)
    if not draft or "months" not in draft or "change" in draft:
        return redirect("citizen:helper-what")
    given = {name: request.POST.get(name, "").strip()[:40] for name in ("name", "phone")}
    error = ""
    if request.method == "POST":
        more = _weighed(request, pno)
        if more is not None:
            return more
        wish = Wish(
            phone=given["phone"],
            name=given["name"],
            scopes=frozenset(Scope(code) for code in draft["scopes"]),
            from_day=_today(),
            until_day=add_months(_today(), int(draft["months"])),
        )
        try:
            mandates_ask.by_beneficiary(
                pno=pno, wish=wish, rules=wiring.agency().mandates, clock=wiring.clock()
            )
        except Refused as refusal:
            error = refusal_in(refusal)
        else:
            return _told("asked")
    field = "name" if not given["name"] else "phone"
    context = {**given, "error": error, "field": field}
    return page(request, "helper_who.html", context, status=400 if error else 200)


_STEPS: dict[str, Callable[[int, Pno], object]] = {
    "end": lambda number, pno: mandates_end.by_beneficiary(mandate_id=number, pno=pno, clock=wiring.clock()),
    "agree": lambda number, pno: mandates_agree.by_beneficiary(
        mandate_id=number, pno=pno, clock=wiring.clock()
    ),
    "decline": lambda number, pno: mandates_decline.by_beneficiary(
        mandate_id=number, pno=pno, clock=wiring.clock()
    ),
}


def _told(step: str) -> HttpResponse:
    """Both sides get their texts now; back to the list."""
    mandates_told.deliver(clock=wiring.clock(), post=wiring.post())
    return redirect(f"/me/helpers/?said={step}")


def _weighed(request: HttpRequest, pno: Pno) -> HttpResponse | None:
    """Naming a helper is weighed each time; the page that asks for more, where more is asked."""
    asks = on_citizens_web(request)
    return asked_more(request, asks, pno, Act.NAME_HELPER) if asks else redirect("citizen:start")


def _shown(mandate: Mandate) -> dict[str, object]:
    """A mandate as the beneficiary reads it: the helper masked."""
    account = access.queries.account_of(mandate.helper_id)
    phone = access.queries.helper_phone(mandate.helper_id) if account else None
    waits = mandate.state is MandateState.ASKED
    return {
        "number": mandate.mandate_id,
        "name": privacy.queries.mask_name(account.display_name) if account else "—",
        "phone": privacy.queries.mask_phone(phone) if phone else "",
        "scopes": [word("mandate_scope", scope) for scope in Scope if scope in mandate.scopes],
        "from_day": mandate.from_day,
        "last_day": mandate.until_day - timedelta(days=1),
        "state": mandate.state,
        "open": waits or mandate.state is MandateState.IN_FORCE,
        "waits_for_me": waits and mandate.asked_by is Side.HELPER,
        "waits_for_them": waits and mandate.asked_by is Side.BENEFICIARY,
        "ended_at": mandate.ended_at,
    }


def _said(step: str) -> str:
    """What was just done, in words."""
    words = {
        "asked": _("短信已经发给对方，对方同意后就生效。"),
        "agree": _("好了，现在起可以帮您办。"),
        "decline": _("好的，没有让对方帮您办。"),
        "changed": _("改好了，双方都会收到短信。"),
        "end": _("已经结束，对方现在起看不到、办不了您的事。"),
    }
    return words.get(step, "")


def _today() -> date:
    return wiring.clock().now().astimezone(CHINA).date()
