"""Signing in and out again. How long an answer takes does not say whether a number exists, nor does what it says.

The first way is number and code from the phone; a family helper has a page of their own and types a mobile number. The
others (password and app, passkey, slip of a service point, code on a phone) stand one press away in `other_ways`, and
lead to the same session.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yizheng import wiring
from yizheng.doors import forms, identity, proofs, texts
from yizheng.doors.citizen.views.entering import (
    ASKED,
    HELPERS_HOME,
    TYPED,
    WANTED,
    enter,
    home_of,
    number_typed,
    passed_password,
    remember,
    send_code,
    wanted,
)
from yizheng.doors.citizen.views.pages import answers_only, page
from yizheng.doors.context import Context
from yizheng.doors.forms import Filled, Wrong
from yizheng.doors.pacing import paced
from yizheng.doors.proofs import keep_pace
from yizheng.doors.tries import tries_words
from yizheng.flows.signing_in import citizen_signs_in
from yizheng.rooms.access.data import CODE_LIVES, Factor

__all__ = ["HELPERS_HOME", "again", "code", "start"]

BETWEEN_CODES = timedelta(minutes=1)
NUMBER = forms.IdentityNumber(
    "number",
    gettext_lazy("身份证号码"),
    hint=gettext_lazy("本人身份证上的 18 位号码，最后一位可能是 X。"),
    own={
        Wrong.MISSING: gettext_lazy("请先填身份证号码。"),
        Wrong.NOT_AN_IDENTITY_NUMBER: gettext_lazy("请填 18 位身份证号码。"),
    },
)
PHONE = forms.Phone(
    "phone",
    gettext_lazy("您自己的手机号"),
    hint=gettext_lazy("老人请您帮忙时填的那个号码，11 位。"),
    own={Wrong.MISSING: gettext_lazy("请先填手机号。")},
)
CODE = forms.Code(
    "code",
    gettext_lazy("验证码"),
    hint=gettext_lazy("短信里的 6 位数字。不要告诉别人。"),
    autocomplete="one-time-code",
    own=dict.fromkeys((Wrong.MISSING, Wrong.NOT_A_CODE), gettext_lazy("请填短信里的 6 位数字。")),
)
START = forms.Form("start", NUMBER)
FAMILY = forms.Form("family", PHONE)
CODE_FORM = forms.Form("code", CODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartShown(Context):
    """The first page."""

    form: Filled


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeShown(Context):
    """The page of the code. `number` is what was typed, in groups; it is shown back whether anybody has it or not."""

    form: Filled
    errors_title: str
    number: str
    is_helper: bool
    by_phone: bool
    note: str


@require_http_methods(["GET", "POST"])
@paced
def start(request: HttpRequest) -> HttpResponse:
    """The first page: the identity number, and a code is sent to the phone on record."""
    if request.method != "POST":
        return home_of(request) or page(request, "start.html", StartShown(form=forms.shown(request, START)))
    filled = START.read(request, today=wiring.clock().now().date())
    if not filled.good:
        return forms.back(request, filled, "citizen:start")
    return _ask_for_a_code(request, filled.value(NUMBER))


@require_http_methods(["GET", "POST"])
@paced
def family(request: HttpRequest) -> HttpResponse:
    """The first page of who helps somebody of the family: their own mobile number."""
    if request.method != "POST":
        return home_of(request) or page(request, "family.html", StartShown(form=forms.shown(request, FAMILY)))
    filled = FAMILY.read(request)
    if not filled.good:
        return forms.back(request, filled, "citizen:family")
    return _ask_for_a_code(request, filled.value(PHONE))


def _ask_for_a_code(request: HttpRequest, number: str) -> HttpResponse:
    started = time.monotonic()
    holder = citizen_signs_in.request_code(
        typed=number,
        request=identity.request_index(request),
        language=request.LANGUAGE_CODE,
        clock=wiring.clock(),
        post=wiring.post(),
    )
    remember(request, holder, number)
    keep_pace(started)
    return redirect("citizen:code")


@require_http_methods(["GET", "POST"])
@paced
def code(request: HttpRequest) -> HttpResponse:
    """The second page: the code from the phone."""
    if WANTED not in request.session:
        return redirect("citizen:start")
    if request.method != "POST":
        return page(request, "code.html", _code_shown(request))
    started = time.monotonic()
    filled = CODE_FORM.read(request)
    if not filled.good:
        return forms.back(request, filled, "citizen:code")
    proof = citizen_signs_in.check_code(
        holder=wanted(request),
        code=filled.value(CODE),
        request=identity.request_index(request),
        asked=proofs.asked(request, request.session[TYPED]),
        clock=wiring.clock(),
    )
    if proof.holder is not None:
        passed = passed_password(request, proof.holder)
        return enter(request, proof.holder, {Factor.SMS_CODE} | ({Factor.PASSWORD} if passed else set()))
    keep_pace(started)
    words = tries_words(proof, wrong=_("验证码不对"))
    if not (proof.closed or proof.locked_until) and _is_old(request):
        words = _("验证码已过期，请点“再发一次”。")
    locked = "1" if proof.closed or proof.locked_until is not None else ""
    return forms.back(request, filled.wrong(words, CODE), "citizen:code", query={"locked": locked})


def _code_shown(request: HttpRequest) -> CodeShown:
    number = number_typed(request)
    return CodeShown(
        form=forms.shown(request, CODE_FORM),
        errors_title=_("暂时不能登录") if request.GET.get("locked") else "",
        number=proofs.in_groups(number),
        is_helper=len(number) == 11,
        by_phone=texts.reach_phones(),
        note=_NOTES.get(request.GET.get("said", ""), lambda: "")(),
    )


_NOTES = {
    "wait": lambda: _("刚刚发过，请等一分钟再点。"),
    "sent": lambda: _("又发了一次，请看手机。"),
}


def _is_old(request: HttpRequest) -> bool:
    """Whether a code that was sent when this browser asked last has run out, for a number that nobody has as well."""
    asked = request.session.get(ASKED)
    return asked is not None and wiring.clock().now() - datetime.fromisoformat(asked) >= CODE_LIVES


@answers_only("citizen:code")
@paced
def again(request: HttpRequest) -> HttpResponse:
    """Send another code, if the last one is old enough."""
    asked = request.session.get(ASKED)
    if WANTED not in request.session or asked is None:
        return redirect("citizen:start")
    started, now = time.monotonic(), wiring.clock().now()
    if now - datetime.fromisoformat(asked) < BETWEEN_CODES:
        return forms.elsewhere("citizen:code", query={"said": "wait"})
    send_code(request)
    request.session[ASKED] = now.isoformat()
    keep_pace(started)
    return forms.elsewhere("citizen:code", query={"said": "sent"})


@answers_only("citizen:start")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; nothing of it stays."""
    identity.end(request)
    return redirect("citizen:start")
