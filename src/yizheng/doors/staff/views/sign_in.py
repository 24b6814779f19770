"""Signing in and out. Wrong names and wrong passwords look the same; too many tries lock the name for a while.

Whoever has enrolled a second factor shows it on the next page; a passkey alone is two factors and lets in by itself.
"""

import time
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from yizheng import wiring
from yizheng.doors import identity, proofs
from yizheng.doors.staff.gate import page
from yizheng.doors.web import safe_next
from yizheng.doors.words import refusal_in
from yizheng.flows.signing_in import staff_signs_in
from yizheng.flows.signing_in.factors_are_proved import Proof
from yizheng.kernel.errors import Refused
from yizheng.rooms import access
from yizheng.rooms.access.data import HELPER, PENDING_FOR, Account, Factor, Holder

PENDING, NEXT = "staff_password_passed", "staff_next"


@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The sign-in page; in a demo it shows the demo accounts."""
    error, username, started = "", "", time.monotonic()
    if request.method == "POST":
        username = request.POST.get("username", "").strip()[:64]
        try:
            account = staff_signs_in.check_password(
                username=username, password=request.POST.get("password", "")[:128], clock=wiring.clock()
            )
        except Refused as refusal:
            error = refusal_in(refusal)
            proofs.keep_pace(started)
        else:
            if not staff_signs_in.needs_second(account):
                return _enter(request, account, {Factor.PASSWORD}, safe_next(request, ""))
            onward = safe_next(request, "")
            request.session.flush()
            request.session[PENDING] = [account.account_id, wiring.clock().now().isoformat()]
            request.session[NEXT] = onward
            return redirect("staff:login-second")
    context = {
        "error": error,
        "username": username,
        "next": safe_next(request, ""),
        "demo_accounts": wiring.agency().demo_accounts if settings.YIZHENG.demo else (),
        "asks_two": wiring.two_factors_asked(),
    }
    return page(request, "login.html", context, status=401 if error else 200)


@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The second factor: the app's code, a recovery code, or a passkey."""
    account = _pending(request)
    if account is None:
        return redirect("staff:login")
    holder, error = Holder.account(account.account_id), ""
    if request.method == "POST":
        try:
            proof = _second_proof(request, account, holder)
        except Refused as refusal:
            error = refusal_in(refusal)
        else:
            return _enter(request, account, {Factor.PASSWORD, proof}, request.session.get(NEXT, ""))
    factors = access.queries.factors_of(holder)
    context = {
        "error": error,
        "app": factors.app_key,
        "options": proofs.ask_passkey(request, factors.passkeys) if factors.passkeys else "",
        "origin": wiring.passkey_place().origin,
    }
    return page(request, "login_second.html", context, status=401 if error else 200)


@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey alone, without a name typed."""
    error = ""
    if request.method == "POST":
        account = _account_of(proofs.passkey_answer(request))
        if account is not None:
            return _enter(request, account, {Factor.PASSKEY}, safe_next(request, ""))
        error = _NOT_KNOWN
    context = {
        "error": error,
        "options": proofs.ask_passkey(request),
        "origin": wiring.passkey_place().origin,
        "next": safe_next(request, ""),
    }
    return page(request, "login_passkey.html", context, status=401 if error else 200)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session and go back to the sign-in page."""
    identity.end(request)
    return redirect("staff:login")


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


def _second_proof(request: HttpRequest, account: Account, holder: Holder) -> Factor:
    """The second factor that was shown. Raises Refused."""
    if not request.POST.get("answer"):
        proof = staff_signs_in.check_second(account, request.POST.get("code", "")[:40], clock=wiring.clock())
    else:
        proof = proofs.passkey_answer(request, expected=holder)
    if proof.locked_until is not None:
        raise staff_signs_in.locked(proof.locked_until)
    if proof.factor is None:
        raise Refused(_NOT_KNOWN)
    return proof.factor


def _account_of(proof: Proof) -> Account | None:
    """The open account of staff that a proof is of."""
    if proof.holder is None or proof.holder.account_id is None:
        return None
    account = access.queries.account_of(proof.holder.account_id)
    return account if account and account.is_active and account.role != HELPER else None


_NOT_KNOWN = "通行密钥没有认出来，请再试一次或用密码登录。The passkey was not recognised: try again, or use the password."
