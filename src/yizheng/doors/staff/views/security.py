"""How a member of staff signs in, on one page; and the slip by which a clerk helps somebody else back in.

Rules that always hold: what is changed is one's own; before a change something is shown again, and something strong where
there is something strong; every change is weighed, where what was just shown counts, and ends all other sessions.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yizheng import wiring
from yizheng.doors import circumstances, identity, proofs
from yizheng.doors.staff.gate import lacks_a_factor, page, session_of_staff, staff, staff_page
from yizheng.doors.words import refusal_in
from yizheng.flows.signing_in import (
    factors_are_kept,
    factors_are_proved,
    recovery_at_a_service_point,
    risk_is_weighed,
    sessions_are_kept,
)
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Clock
from yizheng.rooms import access
from yizheng.rooms.access.data import Factor, Permission, Session
from yizheng.rooms.risk.data import Act, Asked

UNWEIGHED = frozenset({"end", "end-others"})
"""Steps that change no factor: ending one's sessions is never held up."""


@staff_page(None, methods=("GET", "POST"))
def security(request: HttpRequest) -> HttpResponse:
    """Password, app, passkeys, recovery codes and sessions of whoever asks."""
    session = _own(request)
    codes: list[str] = []
    if request.method == "POST":
        clock, step = wiring.clock(), request.POST.get("step", "")
        more = _weighed(request, session) if step not in UNWEIGHED else None
        if more is not None:
            return more
        try:
            codes = _STEPS[step](request, session, clock)
        except factors_are_kept.ShowAgain:
            return redirect("staff:security-confirm")
        except (Refused, KeyError) as refusal:
            messages.error(
                request, refusal_in(refusal) if isinstance(refusal, Refused) else _("请再试一次。")
            )
            return redirect("staff:security")
        if not codes:
            return redirect("staff:security")
    return page(request, "security.html", _shown(request, session) | {"codes": codes})


@staff_page(None, methods=("GET", "POST"))
def confirm(request: HttpRequest) -> HttpResponse:
    """Sign in again in full before anything is changed: the password, and the second factor where there is one."""
    session, error = _own(request), ""
    factors = access.queries.factors_of(session.holder)
    if request.method == "POST":
        shown = _shown_again(request, session)
        if shown:
            sessions_are_kept.strengthen(session, factors=shown, clock=wiring.clock())
            return redirect("staff:security")
        error = _("没有确认上，请核对后再试一次。")
    context = {
        "error": error,
        "app": factors.app_key,
        "strong": bool(factors.strong),
        "options": proofs.ask_passkey(request, factors.passkeys) if factors.passkeys else "",
        "origin": wiring.passkey_place().origin,
    }
    return page(request, "security_confirm.html", context, status=401 if error else 200)


@staff_page(Permission.ISSUE_RECOVERY, methods=("GET", "POST"))
def recovery(request: HttpRequest) -> HttpResponse:
    """The slip for somebody who stands at the window with their card."""
    code = error = ""
    if request.method == "POST":
        try:
            code = recovery_at_a_service_point.issue(
                wiring.hands(staff(request)),
                typed=request.POST.get("number", "").strip(),
                card_checked=request.POST.get("card") == "checked",
                post=wiring.post(),
            )
        except Refused as refusal:
            error = refusal_in(refusal)
    context = {"code": f"{code[:5]} {code[5:]}" if code else "", "error": error}
    return page(request, "recovery.html", context, status=409 if error else 200)


def _own(request: HttpRequest) -> Session:
    session = session_of_staff(request)
    if session is None:  # the gate has just seen one
        raise Refused("请重新登录。Sign in again.")
    return session


def _weighed(request: HttpRequest, session: Session) -> HttpResponse | None:
    """A change is weighed each time, once the page's own question was answered; where to go when more is asked."""
    who = identity.signed_in(request)
    if who is None or not factors_are_kept.may_change(session, clock=wiring.clock()):
        return None  # the step itself asks to be shown again first
    weighing = risk_is_weighed.weigh(
        who=who,
        pno=None,
        act=Act.CHANGE_FACTOR,
        seen=circumstances.seen(request),
        clock=wiring.clock(),
        table=wiring.agency().risk,
    )
    if weighing.met:
        return None
    online = weighing.asked is not Asked.PERSON and bool(access.queries.factors_of(session.holder).strong)
    if online:
        messages.info(
            request, _("这次和平时有点不一样，请用通行密钥或动态码再确认一次，没有的找系统管理员。")
        )
        return redirect("staff:security-confirm")
    messages.error(request, _("这次和平时有点不一样，登录方式先没有改。请找系统管理员当面核对，再改。"))
    return redirect("staff:security")


def _shown(request: HttpRequest, session: Session) -> dict[str, object]:
    factors = access.queries.factors_of(session.holder)
    may = factors_are_kept.may_change(session, clock=wiring.clock())
    secret = access.queries.unconfirmed_app_secret(session.holder) if may else None
    role, name = access.queries.find_role(session.role), staff(request).username
    return {
        "factors": factors,
        "may_change": may,
        "sessions": proofs.sessions_shown(request),
        "secret": proofs.in_groups(secret) if secret else "",
        "picture": proofs.app_picture(secret, name=name) if secret else "",
        "options": proofs.ask_new_passkey(request, session, name=name) if may else "",
        "origin": wiring.passkey_place().origin,
        "lacks": lacks_a_factor(session),
        "would_lack": bool(
            role and role.two_factors and not wiring.two_factors_asked() and not factors.strong
        ),
    }


def _shown_again(request: HttpRequest, session: Session) -> set[Factor]:
    """The factors that were shown again; none where any of them did not fit."""
    clock, typed = wiring.clock(), staff(request).username
    if request.POST.get("answer"):
        proof = proofs.passkey_answer(request, expected=session.holder)
        return {proof.factor} if proof.factor else set()
    proof = factors_are_proved.by_password(
        session.holder, request.POST.get("password", "")[:128], typed=typed, clock=clock
    )
    if proof.factor is None:
        return set()
    if not access.queries.factors_of(session.holder).strong:
        return {proof.factor}
    given = "".join(request.POST.get("code", "").split())
    if len(given) == 6:
        more = factors_are_proved.by_app_code(session.holder, given, typed=typed, clock=clock)
    else:
        more, _kind = factors_are_proved.by_recovery_code(session.holder, given, typed=typed, clock=clock)
    return {proof.factor, more.factor} if more.factor else set()


def _password(request: HttpRequest, session: Session, clock: Clock) -> list[str]:
    given = request.POST.get("password", "")
    if given != request.POST.get("again", ""):
        raise Refused(_("两次填的不一样，请再填一次。"))
    factors_are_kept.set_password(session, given, known=(), clock=clock)
    identity.keep_after_password(request)
    messages.success(request, _("密码改好了，别处的登录都已退出。"))
    return []


def _app(request: HttpRequest, session: Session, clock: Clock) -> list[str]:
    del request
    factors_are_kept.begin_app_key(session, clock=clock)
    return []


def _app_code(request: HttpRequest, session: Session, clock: Clock) -> list[str]:
    if not factors_are_kept.confirm_app_key(session, request.POST.get("code", "").strip(), clock=clock):
        raise Refused(_("动态码不对。请等应用里换一个新的再填。"))
    messages.success(request, _("动态码设好了，以后登录要填。"))
    return []


def _app_end(request: HttpRequest, session: Session, clock: Clock) -> list[str]:
    del request
    factors_are_kept.end_app_key(session, clock=clock)
    return []


def _passkey(request: HttpRequest, session: Session, clock: Clock) -> list[str]:
    del clock
    proofs.keep_new_passkey(request, session)
    messages.success(request, _("通行密钥登记好了。"))
    return []


def _passkey_end(request: HttpRequest, session: Session, clock: Clock) -> list[str]:
    number = request.POST.get("passkey", "")
    factors_are_kept.end_passkey(session, int(number) if number.isdecimal() else 0, clock=clock)
    return []


def _codes(request: HttpRequest, session: Session, clock: Clock) -> list[str]:
    del request
    return factors_are_kept.make_recovery_list(session, clock=clock)


def _end(request: HttpRequest, session: Session, clock: Clock) -> list[str]:
    number = request.POST.get("session", "")
    sessions_are_kept.end_one(session, int(number) if number.isdecimal() else 0, clock=clock)
    return []


def _end_others(request: HttpRequest, session: Session, clock: Clock) -> list[str]:
    del request
    sessions_are_kept.end_others(session, clock=clock)
    return []


_STEPS: dict[str, Callable[[HttpRequest, Session, Clock], list[str]]] = {
    "password": _password,
    "app": _app,
    "app-code": _app_code,
    "app-end": _app_end,
    "passkey": _passkey,
    "passkey-end": _passkey_end,
    "codes": _codes,
    "end": _end,
    "end-others": _end_others,
}
