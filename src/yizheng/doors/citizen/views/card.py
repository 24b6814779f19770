"""A card reader of a demo: one chooses a simulated card and what goes wrong with it, and signs in by it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yizheng import wiring
from yizheng.doors import identity
from yizheng.doors.citizen.views.pages import page
from yizheng.flows.signing_in import card_signs_in
from yizheng.flows.signing_in.passkey_proves import new_challenge
from yizheng.rooms import insight
from yizheng.rooms.access.data import Factor, Way
from yizheng.simulators.devices.card_reader import Fault


@require_http_methods(["GET", "POST"])
def demo_card(request: HttpRequest) -> HttpResponse:
    """Put a simulated card into the simulated reader. Exists in a demo only."""
    if not settings.YIZHENG.demo:
        raise Http404
    error = ""
    if request.method == "POST":
        reader = wiring.demo_card_reader(
            request.POST.get("number", ""), fault=request.POST.get("fault", Fault.NONE)
        )
        clock = wiring.clock()
        found = card_signs_in.sign_in(
            reader,
            challenge=new_challenge(),
            asked_at=clock.now(),
            issuers=wiring.card_issuers(),
            clock=clock,
        )
        if found.proof.holder is not None:
            identity.start_holder(request, found.proof.holder, factors=[Factor.CARD], way=Way.KIOSK_CARD)
            return redirect("citizen:me")
        error = trouble_words(found.trouble)
    context = {"examples": insight.queries.examples(), "faults": _faults(), "error": error}
    return page(request, "demo_card.html", context, status=400 if error else 200)


def trouble_words(trouble: str) -> str:
    """What to do about a card that did not let in; it never says whose fault it is."""
    return {
        "no_card": _("请把身份证或社保卡放到读卡的地方。"),
        "unreadable": _("卡没有读出来。请擦一擦再放一次，或者换一张卡。"),
        "removed": _("卡拿得早了一点。请放好，等提示再拿。"),
        "no_answer": _("卡读得太慢。请再放一次，或者换一张卡。"),
        "expired": _("这张卡过了有效期。请换一张，或者到窗口办。"),
        "not_yet_valid": _("这张卡还没有到生效的日子。请换一张。"),
        "nobody": _("名册里没有这个号码。请换一张卡，或者找人工。"),
        "locked": _("试的次数多了，请过一会儿再试，或者找人工。"),
    }.get(trouble, _("这张卡没有认出来。请换一张卡，或者找人工。"))


def _faults() -> list[tuple[str, str]]:
    return [
        (Fault.NONE, _("没有毛病")),
        (Fault.UNREADABLE, _("读不出来")),
        (Fault.REMOVED, _("拿得太早")),
        (Fault.EXPIRED, _("过了有效期")),
        (Fault.CLONED, _("复制的卡")),
        (Fault.SLOW, _("读得慢")),
    ]
