"""The other ways in: password and app, passkey, the slip of a service point, and the code that a signed-in phone shows.

What comes next is the same for everybody, whether what was typed fits or not, and takes as long.
"""

import time
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from yizheng import wiring
from yizheng.doors import forms, proofs
from yizheng.doors.citizen.views.entering import (
    TYPED,
    WANTED,
    enter,
    home_of,
    is_of_citizens_web,
    passed_password,
    remember,
    remember_password,
    send_code,
    wanted,
)
from yizheng.doors.citizen.views.pages import answers_only, page
from yizheng.doors.context import Context
from yizheng.doors.forms import Filled, Wrong
from yizheng.doors.pacing import paced
from yizheng.doors.proofs import keep_pace
from yizheng.doors.tries import tries_words
from yizheng.flows.signing_in import citizen_signs_in, factors_are_proved, qr_signs_in
from yizheng.flows.signing_in.factors_are_proved import Proof
from yizheng.rooms.access.data import Factor, Way

NUMBER = forms.NumberOrPhone(
    "number",
    gettext_lazy("身份证号码"),
    hint=gettext_lazy("帮家人办的，填您自己的手机号。"),
    autocomplete="username",
    own={
        Wrong.MISSING: gettext_lazy("请先填身份证号码。"),
        Wrong.NOT_AN_IDENTITY_NUMBER: gettext_lazy("请填 18 位身份证号码。"),
    },
)
PASSWORD = forms.Secret("password", gettext_lazy("密码"), autocomplete="current-password", required=False)
SECOND = forms.Text(
    "code",
    gettext_lazy("动态码"),
    hint=gettext_lazy("验证器应用里的 6 位数字，或者一个恢复码。"),
    autocomplete="one-time-code",
    most=40,
    secret=True,
)
SLIP = forms.Text(
    "code",
    gettext_lazy("恢复码"),
    hint=gettext_lazy("服务点单子上的 10 位数字，或您自己留的一个。"),
    most=40,
    secret=True,
)
TICKET = forms.Text(
    "ticket",
    gettext_lazy("扫到的码"),
    hint=gettext_lazy("先点一下这里，再扫码。"),
    most=64,
    secret=True,
)
PASSWORD_FORM = forms.Form("enter-password", NUMBER, PASSWORD)
SECOND_FORM = forms.Form("enter-second", SECOND)
SLIP_FORM = forms.Form("enter-slip", NUMBER, SLIP)
QR_FORM = forms.Form("enter-qr", TICKET)
PASSKEY_FORM = forms.Form("enter-passkey")


@dataclass(frozen=True, slots=True, kw_only=True)
class WayShown(Context):
    """A page with one form."""

    form: Filled
    errors_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyShown(Context):
    """The page of a passkey: what the browser is asked to sign, and the address that the key is good at."""

    form: Filled
    options: str
    origin: str
    next: str = ""


def _shown(request: HttpRequest, template: str, form: forms.Form) -> HttpResponse:
    title = _("暂时不能登录") if request.GET.get("locked") else ""
    return page(request, template, WayShown(form=forms.shown(request, form), errors_title=title))


def _back(request: HttpRequest, filled: Filled, proof: Proof, to: str, *, wrong: str) -> HttpResponse:
    """Back to the form, with what did not fit and how many tries are left."""
    locked = "1" if proof.closed or proof.locked_until is not None else ""
    return forms.back(request, filled.wrong(tries_words(proof, wrong=wrong)), to, query={"locked": locked})


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """The other ways in, each on a page of its own."""
    return home_of(request) or page(request, "enter.html")


@require_http_methods(["GET", "POST"])
@paced
def password(request: HttpRequest) -> HttpResponse:
    """Number and password; what comes next is the same for everybody, whether they fit or not."""
    if request.method != "POST":
        return home_of(request) or _shown(request, "enter_password.html", PASSWORD_FORM)
    started = time.monotonic()
    filled = PASSWORD_FORM.read(request, today=wiring.clock().now().date())
    if not filled.good:
        return forms.back(request, filled, "citizen:enter-password")
    number = filled.value(NUMBER)
    holder = citizen_signs_in.find_holder(number)
    proof = factors_are_proved.by_password(
        holder,
        filled.value(PASSWORD),
        asked=proofs.asked(request, proofs.typed_name(number)),
        clock=wiring.clock(),
    )
    remember(request, holder, number)
    remember_password(request, proof.holder)
    keep_pace(started)
    return redirect("citizen:enter-second")


@require_http_methods(["GET", "POST"])
@paced
def second(request: HttpRequest) -> HttpResponse:
    """The app's code after the password; only here is it told whether both fit."""
    if WANTED not in request.session:
        return redirect("citizen:enter-password")
    if request.method != "POST":
        return _shown(request, "enter_second.html", SECOND_FORM)
    started, holder = time.monotonic(), wanted(request)
    filled = SECOND_FORM.read(request)
    if not filled.good:
        return forms.back(request, filled, "citizen:enter-second")
    given = "".join(filled.value(SECOND).split())
    asked, clock = proofs.asked(request, request.session[TYPED]), wiring.clock()
    if len(given) == 6:
        proof = factors_are_proved.by_app_code(holder, given, asked=asked, clock=clock)
    else:
        proof, _kind = factors_are_proved.by_recovery_code(holder, given, asked=asked, clock=clock)
    if proof.holder is not None and proof.factor is not None and passed_password(request, proof.holder):
        return enter(request, proof.holder, {Factor.PASSWORD, proof.factor})
    keep_pace(started)
    return _back(request, filled, proof, "citizen:enter-second", wrong=_("号码、密码或动态码有一样不对"))


@answers_only("citizen:enter-second")
@paced
def second_by_phone(request: HttpRequest) -> HttpResponse:
    """A code to the phone instead of the app's, after the password."""
    if WANTED not in request.session:
        return redirect("citizen:enter-password")
    started = time.monotonic()
    send_code(request)
    keep_pace(started)
    return redirect("citizen:code")


@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey: needs a script; without one the page names the other ways."""
    if request.method != "POST":
        shown = PasskeyShown(
            form=forms.shown(request, PASSKEY_FORM),
            options=proofs.ask_passkey(request),
            origin=wiring.passkey_place().origin,
        )
        return home_of(request) or page(request, "enter_passkey.html", shown)
    filled = PASSKEY_FORM.read(request)
    proof = proofs.passkey_answer(request)
    if proof.holder is not None and is_of_citizens_web(proof.holder):
        return enter(request, proof.holder, {Factor.PASSKEY})
    words = proofs.locked_words(proof) or _("这把通行密钥没有认出来，请再试一次，或者用其他登录方式。")
    return forms.back(request, filled.wrong(words), "citizen:enter-passkey")


@require_http_methods(["GET", "POST"])
@paced
def slip(request: HttpRequest) -> HttpResponse:
    """The number, and the code of a service point's slip or of one's own list."""
    if request.method != "POST":
        return home_of(request) or _shown(request, "enter_slip.html", SLIP_FORM)
    started = time.monotonic()
    filled = SLIP_FORM.read(request, today=wiring.clock().now().date())
    if not filled.good:
        return forms.back(request, filled, "citizen:enter-slip")
    number = filled.value(NUMBER)
    proof, _kind = factors_are_proved.by_recovery_code(
        citizen_signs_in.find_holder(number),
        filled.value(SLIP),
        asked=proofs.asked(request, proofs.typed_name(number)),
        clock=wiring.clock(),
    )
    if proof.holder is not None:
        return enter(request, proof.holder, {Factor.RECOVERY}, to="citizen:security")
    keep_pace(started)
    return _back(
        request, filled, proof, "citizen:enter-slip", wrong=_("号码或恢复码不对，或者恢复码已经用过了")
    )


@require_http_methods(["GET", "POST"])
@paced
def by_phone_code(request: HttpRequest) -> HttpResponse:
    """The code that a signed-in phone shows, read by this machine's scanner or typed in."""
    if request.method != "POST":
        return home_of(request) or _shown(request, "enter_qr.html", QR_FORM)
    started = time.monotonic()
    filled = QR_FORM.read(request)
    if not filled.good:
        return forms.back(request, filled, "citizen:enter-qr")
    found = qr_signs_in.let_in(filled.value(TICKET), clock=wiring.clock())
    if found is not None and is_of_citizens_web(found.holder):
        return enter(request, found.holder, set(found.factors), way=Way.KIOSK_QR)
    keep_pace(started)
    words = _("这个码用过了或者过期了。请在手机上换一张新的再扫。")
    return forms.back(request, filled.wrong(words, TICKET), "citizen:enter-qr")
