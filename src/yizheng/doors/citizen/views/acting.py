"""The helper's pages (代办): whom I may act for, begin and stop acting, answer a request, ask to help somebody.

Rules that always hold: acting is a mandate's number in the session and is checked in every request; the beneficiary's
name is masked until a mandate is in force; what a helper asks about somebody is answered alike, whoever that is.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yizheng import wiring
from yizheng.doors import identity
from yizheng.doors.citizen.views.pages import page
from yizheng.doors.proofs import keep_pace
from yizheng.doors.words import refusal_in, word
from yizheng.flows.helpers import mandates_agree, mandates_ask, mandates_decline, mandates_end, mandates_told
from yizheng.kernel.errors import Refused
from yizheng.rooms import access, insight, mandates, privacy
from yizheng.rooms.access.data import Account
from yizheng.rooms.mandates.data import Mandate, MandateState, Scope, Side

HelperView = Callable[..., HttpResponse]


def helper_page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[HelperView], HelperView]:
    """Only for a signed-in helper; the view gets the account."""

    def guard(view: HelperView) -> HelperView:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            who = identity.on_citizens_web(request)
            account = (
                access.queries.account_of(who.account_id) if who and who.account_id is not None else None
            )
            if account is None:
                return redirect("citizen:start")
            return view(request, account, *args, **kwargs)

        return guarded

    return guard


@helper_page()
def mine(request: HttpRequest, account: Account) -> HttpResponse:
    """Whom I may act for, who asks me, and whom I asked."""
    found = [_shown(one) for one in mandates.queries.of_helper(account.account_id)]
    context = {
        "people": [one for one in found if one["now"]],
        "asked": [one for one in found if one["waits_for_me"]],
        "waiting": [one for one in found if one["waits_for_them"]],
        "over": request.GET.get("over") == "1",
        "said": _said(request.GET.get("said", "")),
    }
    return page(request, "helper_mine.html", context)


@helper_page(methods=("POST",))
def act(request: HttpRequest, account: Account, mandate_id: int) -> HttpResponse:
    """Begin to act for somebody."""
    mandate = mandates.queries.find(mandate_id)
    if mandate is None or mandate.helper_id != account.account_id:
        return redirect("citizen:helper")
    identity.start_acting(request, mandate_id)
    if identity.acting_for(request) is None:
        identity.stop_acting(request)
        return redirect("/helper/?over=1")
    return redirect("citizen:me" if Scope.VIEW in mandate.scopes else "citizen:face")


@helper_page(methods=("POST",))
def stop(request: HttpRequest, account: Account) -> HttpResponse:
    """Stop acting for anybody."""
    del account
    identity.stop_acting(request)
    return redirect("citizen:helper")


@helper_page(methods=("GET", "POST"))
def one(request: HttpRequest, account: Account, mandate_id: int) -> HttpResponse:
    """One person: answer their request, or end helping them."""
    found = mandates.queries.find(mandate_id)
    if found is None or found.helper_id != account.account_id:
        return redirect("citizen:helper")
    error = ""
    if request.method == "POST":
        step = request.POST.get("step", "")
        try:
            _take(step, found, account, name=request.POST.get("name", "")[:60])
        except Refused as refusal:
            error = refusal_in(refusal)
        else:
            mandates_told.deliver(clock=wiring.clock(), post=wiring.post())
            return redirect(f"/helper/?said={step}")
        found = mandates.queries.find(mandate_id) or found
    context = {"one": _shown(found), "error": error}
    return page(request, "helper_one.html", context, status=400 if error else 200)


@helper_page(methods=("GET", "POST"))
def ask(request: HttpRequest, account: Account) -> HttpResponse:
    """Ask to help somebody, who has to agree. The answer is the same whoever that is, and takes as long.

    The text is left to the worker of the outbox: how long a gateway takes would say that there is somebody.
    """
    number, name = request.POST.get("number", "").strip()[:24], request.POST.get("name", "").strip()[:60]
    error = "" if request.method != "POST" or (number and name) else _("请填老人的身份证号码和姓名。")
    if request.method == "POST" and not error:
        started = time.monotonic()
        try:
            mandates_ask.by_helper(
                account=account,
                number=number,
                name=name,
                wish_scopes=frozenset({Scope.VIEW, Scope.CERTIFY}),
                rules=wiring.agency().mandates,
                clock=wiring.clock(),
            )
        except Refused as refusal:
            error = refusal_in(refusal)
        keep_pace(started)
        if not error:
            return redirect("/helper/?said=wished")
    context = {"error": error, "number": number, "name": name}
    return page(request, "helper_ask.html", context, status=400 if error else 200)


def _take(step: str, mandate: Mandate, account: Account, *, name: str) -> None:
    number, clock = mandate.mandate_id, wiring.clock()
    if step == "agree":
        mandates_agree.by_helper(mandate_id=number, account=account, name=name, clock=clock)
    elif step == "decline":
        mandates_decline.by_helper(mandate_id=number, account=account, clock=clock)
    elif step == "end":
        mandates_end.by_helper(mandate_id=number, account=account, clock=clock)
    else:
        raise Refused("请再点一次。")


def _shown(mandate: Mandate) -> dict[str, object]:
    """A mandate as the helper reads it: the beneficiary in full only while it is in force."""
    waits = mandate.state is MandateState.ASKED
    today = wiring.clock().now().date()
    now = any(
        mandates.queries.in_force(mandate.helper_id, mandate.pno, scope, on=today) is not None
        for scope in mandate.scopes
    )
    name = insight.queries.name_of(mandate.pno)
    return {
        "number": mandate.mandate_id,
        "name": name if now else privacy.queries.mask_name(name),
        "scopes": [word("mandate_scope_helper", scope) for scope in Scope if scope in mandate.scopes],
        "last_day": mandate.until_day - timedelta(days=1),
        "from_day": mandate.from_day,
        "state": mandate.state,
        "now": now,
        "later": mandate.state is MandateState.IN_FORCE and mandate.from_day > today,
        "waits_for_me": waits and mandate.asked_by is Side.BENEFICIARY,
        "waits_for_them": waits and mandate.asked_by is Side.HELPER,
    }


def _said(step: str) -> str:
    words = {
        "agree": _("好了，现在可以帮忙办了。"),
        "decline": _("好的，不用您做什么了。"),
        "end": _("已经结束，谢谢您一直以来的帮助。"),
        "wished": _("如果号码和姓名对得上，老人已经收到短信，本人同意后就能办。"),
    }
    return words.get(step, "")
