"""A card reader of a demo: one chooses a simulated card and what goes wrong with it, and signs in by it."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yizheng import wiring
from yizheng.doors import forms, identity
from yizheng.doors.citizen.views.pages import page
from yizheng.doors.context import Context
from yizheng.doors.forms import Filled
from yizheng.flows.signing_in import card_signs_in
from yizheng.flows.signing_in.passkey_proves import new_challenge
from yizheng.rooms import insight
from yizheng.rooms.access.data import Factor, Way

_FAULTS = {
    "none": lambda: _("没有毛病"),
    "unreadable": lambda: _("读不出来"),
    "removed": lambda: _("拿得太早"),
    "expired": lambda: _("过了有效期"),
    "cloned": lambda: _("复制的卡"),
    "slow": lambda: _("读得慢"),
}
NUMBER = forms.Text("number", gettext_lazy("谁的卡"), most=24)
FAULT = forms.Choice(
    "fault",
    gettext_lazy("卡的毛病"),
    among=tuple(_FAULTS),
    words=lambda fault: _FAULTS[str(fault)](),
    listed=True,
)
CARD_FORM = forms.Form("demo-card", NUMBER, FAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardShown(Context):
    """The simulated reader: a card by its number, and what goes wrong with it."""

    form: Filled


@require_http_methods(["GET", "POST"])
def demo_card(request: HttpRequest) -> HttpResponse:
    """Put a simulated card into the simulated reader. Exists in a demo only."""
    if not settings.YIZHENG.demo:
        raise Http404
    if request.method != "POST":
        first = next((example.number for example in insight.queries.examples()), "")
        shown = forms.shown(request, CARD_FORM, {"number": first, "fault": "none"})
        return page(request, "demo_card.html", CardShown(form=shown))
    filled, clock = CARD_FORM.read(request), wiring.clock()
    if not filled.good:
        return forms.back(request, filled, "citizen:demo-card")
    found = card_signs_in.sign_in(
        wiring.demo_card_reader(filled.value(NUMBER), fault=filled.value(FAULT)),
        challenge=new_challenge(),
        asked_at=clock.now(),
        issuers=wiring.card_issuers(),
        clock=clock,
    )
    if found.proof.holder is not None:
        identity.start_holder(request, found.proof.holder, factors=[Factor.CARD], way=Way.KIOSK_CARD)
        return redirect("citizen:me")
    return forms.back(request, filled.wrong(trouble_words(found.trouble), NUMBER), "citizen:demo-card")


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
