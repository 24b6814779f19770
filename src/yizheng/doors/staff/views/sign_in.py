"""Signing in and out. Wrong names and wrong passwords look the same; too many tries lock the name for a while.

Whoever has enrolled a second factor shows it on the next page; a passkey alone is two factors and lets in by itself.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yizheng import wiring
from yizheng.doors import forms, identity, proofs
from yizheng.doors.context import Context
from yizheng.doors.pacing import paced
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.gate import page
from yizheng.doors.web import NEXT, safe_next
from yizheng.flows.signing_in import staff_signs_in
from yizheng.flows.signing_in.factors_are_proved import Proof
from yizheng.kernel.errors import Refused
from yizheng.rooms import access
from yizheng.rooms.access.data import HELPER, PENDING_FOR, Account, Factor, Holder

PENDING, ONWARD = "staff_password_passed", "staff_next"
USERNAME = forms.Text("username", _("账号"), most=64, autocomplete="username")
PASSWORD = forms.Secret("password", _("密码"), autocomplete="current-password")
LOGIN = forms.Form("staff-login", USERNAME, PASSWORD, NEXT)
APP_CODE = forms.Text("code", _("动态码或恢复码"), most=40, secret=True, autocomplete="one-time-code")
RECOVERY_CODE = forms.Text("code", _("恢复码"), most=40, secret=True, autocomplete="one-time-code")
PASSKEY = forms.Form("staff-passkey", NEXT)
_NOT_KNOWN = _("通行密钥没有认出来，请再试一次或用密码登录。")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginShown(Context):
    """The sign-in page; in a demo it shows the demo accounts."""

    form: forms.Filled
    next: str
    demo_accounts: Sequence[Mapping[str, str]]
    asks_two: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofShown(Context):
    """A page that asks for a passkey, a code, or either."""

    form: forms.Filled
    options: str
    origin: str
    next: str = ""


@require_http_methods(["GET", "POST"])
@paced
def login(request: HttpRequest) -> HttpResponse:
    """The sign-in page."""
    if request.method == "POST":
        return _signed_in(request)
    context = LoginShown(
        form=forms.shown(request, LOGIN, {"next": safe_next(request, "")}),
        next=safe_next(request, ""),
        demo_accounts=wiring.agency().demo_accounts if settings.YIZHENG.demo else (),
        asks_two=wiring.two_factors_asked(),
    )
    return page(request, "login.html", context)


@require_http_methods(["GET", "POST"])
@paced
def second(request: HttpRequest) -> HttpResponse:
    """The second factor: the app's code, a recovery code, or a passkey."""
    account = _pending(request)
    if account is None:
        return redirect("staff:login")
    holder = Holder.account(account.account_id)
    factors = access.queries.factors_of(holder)
    code = APP_CODE if factors.app_key else RECOVERY_CODE
    form = forms.Form("staff-second", code)
    if request.method == "POST":
        filled = form.read(request)
        if not filled.good and not proofs.has_signed(request):
            return forms.back(request, filled, "staff:login-second")
        try:
            proof = _second_proof(request, account, filled.get(code, ""))
        except Refused as refusal:
            return forms.back(request, filled.wrong(told_of(refusal), code), "staff:login-second")
        if proof is None:
            return forms.back(request, filled.wrong(_NOT_KNOWN), "staff:login-second")
        return _enter(request, account, {Factor.PASSWORD, proof}, request.session.get(ONWARD, ""))
    context = ProofShown(
        form=forms.shown(request, form),
        options=proofs.ask_passkey(request, factors.passkeys) if factors.passkeys else "",
        origin=wiring.passkey_place().origin,
    )
    return page(request, "login_second.html", context)


@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey alone, without a name typed."""
    if request.method == "POST":
        account = _account_of(proofs.passkey_answer(request))
        if account is not None:
            return _enter(request, account, {Factor.PASSKEY}, safe_next(request, ""))
        return forms.back(
            request,
            PASSKEY.read(request).wrong(_NOT_KNOWN),
            "staff:login-passkey",
            query={"next": safe_next(request, "")},
        )
    context = ProofShown(
        form=forms.shown(request, PASSKEY),
        options=proofs.ask_passkey(request),
        origin=wiring.passkey_place().origin,
        next=safe_next(request, ""),
    )
    return page(request, "login_passkey.html", context)


@require_http_methods(["GET", "POST"])
def logout(request: HttpRequest) -> HttpResponse:
    """End the session and go back to the sign-in page. A GET ends nothing: another site could send one."""
    if request.method == "POST":
        identity.end(request)
    return redirect("staff:login")


def _signed_in(request: HttpRequest) -> HttpResponse:
    """Name and password: on to the pages, to the second factor, or back to the form."""
    filled, started, onward = LOGIN.read(request), time.monotonic(), safe_next(request, "")
    if not filled.good:
        return forms.back(request, filled, "staff:login", query={"next": onward})
    try:
        account = staff_signs_in.check_password(
            proofs.asked(request, filled.value(USERNAME)), filled.value(PASSWORD), clock=wiring.clock()
        )
    except Refused as refusal:
        proofs.keep_pace(started)
        told = filled.wrong(told_of(refusal), USERNAME)
        return forms.back(request, told, "staff:login", query={"next": onward})
    if not staff_signs_in.needs_second(account):
        return _enter(request, account, {Factor.PASSWORD}, onward)
    request.session.flush()
    request.session[PENDING] = [account.account_id, wiring.clock().now().isoformat()]
    request.session[ONWARD] = onward
    return redirect("staff:login-second")


def _enter(request: HttpRequest, account: Account, factors: set[Factor], onward: str) -> HttpResponse:
    identity.start_staff(request, account.account_id, role=account.role, factors=factors)
    return redirect(onward or reverse("staff:dashboard"))


def _pending(request: HttpRequest) -> Account | None:
    """Whose password was shown in this browser a short while ago, and who may still sign in."""
    kept = request.session.get(PENDING)
    if not kept or wiring.clock().now() - datetime.fromisoformat(kept[1]) >= PENDING_FOR:
        return None
    account = access.queries.account_of(int(kept[0]))
    return account if account and account.is_active else None


def _second_proof(request: HttpRequest, account: Account, code: str) -> Factor | None:
    """The second factor that was shown; None for a passkey that is not known. Raises Refused."""
    if proofs.has_signed(request):
        proof = proofs.passkey_answer(request, expected=Holder.account(account.account_id))
    else:
        asked = proofs.asked(request, account.username)
        proof = staff_signs_in.check_second(account, code, asked=asked, clock=wiring.clock())
    staff_signs_in.check_open(proof)
    return proof.factor


def _account_of(proof: Proof) -> Account | None:
    """The open account of staff that a proof is of."""
    if proof.holder is None or proof.holder.account_id is None:
        return None
    account = access.queries.account_of(proof.holder.account_id)
    return account if account and account.is_active and account.role != HELPER else None
