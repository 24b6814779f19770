"""How a citizen or helper signs in: password, app, passkeys, recovery codes, and where they are signed in now.

Rules that always hold: what is changed here is one's own; before a change something is shown again, and something strong
where there is something strong; every change is weighed, where what was just shown counts, and ends all other sessions.
The pages show no number and no phone.
"""

import time
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yizheng import wiring
from yizheng.doors import identity, proofs
from yizheng.doors.citizen.views.pages import page
from yizheng.doors.citizen.weighing import asked_more
from yizheng.doors.web import safe_next
from yizheng.doors.words import refusal_in
from yizheng.flows.signing_in import (
    citizen_signs_in,
    factors_are_kept,
    factors_are_proved,
    qr_signs_in,
    sessions_are_kept,
)
from yizheng.kernel.errors import Misused, Refused
from yizheng.rooms import access, people
from yizheng.rooms.access.data import CITIZEN, HELPER, Session
from yizheng.rooms.risk.data import Act

HOME = "citizen:security"
OwnView = Callable[[HttpRequest, Session], HttpResponse]
View = Callable[..., HttpResponse]


def own_page(*, methods: tuple[str, ...] = ("GET",), changes: bool = False) -> Callable[[OwnView], View]:
    """Only for a signed-in citizen or helper; with `changes`, only when something was shown a moment ago."""

    def guard(view: OwnView) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            session = identity.session_of(request)
            if session is None or session.role not in (CITIZEN, HELPER):
                return redirect("citizen:start")
            if changes and not factors_are_kept.may_change(session, clock=wiring.clock()):
                return redirect(f"/me/security/confirm/?next={request.path}")
            more = _weighed(request, session) if changes and request.method == "POST" else None
            return more or view(request, session)

        return guarded

    return guard


@own_page()
def security(request: HttpRequest, session: Session) -> HttpResponse:
    """What there is, each on a page of its own."""
    context = {"factors": access.queries.factors_of(session.holder), "helper": session.role == HELPER}
    return page(request, "security.html", context)


@own_page(methods=("GET", "POST"))
def confirm(request: HttpRequest, session: Session) -> HttpResponse:
    """Show again that it is you: by the app or a recovery code where there is one, else by a code to the phone."""
    factors = access.queries.factors_of(session.holder)
    onward = safe_next(request, "/me/security/")
    context: dict[str, object] = {"strong": factors.strong, "app": factors.app_key, "next": onward}
    if factors.passkeys:
        context |= {"origin": wiring.passkey_place().origin}
    if request.method == "POST":
        started = time.monotonic()
        done, context["note"], context["error"] = _confirmed(request, session)
        if done:
            return redirect(onward)
        keep = context["error"] and not context["note"]
        if keep:
            proofs.keep_pace(started)
    if factors.passkeys:
        context["options"] = proofs.ask_passkey(request, factors.passkeys)
    return page(request, "security_confirm.html", context, status=400 if context.get("error") else 200)


@own_page(methods=("GET", "POST"), changes=True)
def password(request: HttpRequest, session: Session) -> HttpResponse:
    """Set, change or give up a password."""
    error = ""
    if request.method == "POST":
        try:
            _change_password(request, session)
        except Misused as misused:
            error = str(misused)
        else:
            return redirect(HOME)
    context = {"error": error, "factors": access.queries.factors_of(session.holder)}
    return page(request, "security_password.html", context, status=400 if error else 200)


@own_page(methods=("GET", "POST"), changes=True)
def app(request: HttpRequest, session: Session) -> HttpResponse:
    """Connect an authenticator app, or give it up."""
    clock, error = wiring.clock(), ""
    if request.method == "POST":
        step = request.POST.get("step", "")
        if step == "end":
            factors_are_kept.end_app_key(session, clock=clock)
            return redirect(HOME)
        if step == "begin":
            factors_are_kept.begin_app_key(session, clock=clock)
            return redirect("citizen:security-app")
        if factors_are_kept.confirm_app_key(session, request.POST.get("code", "").strip(), clock=clock):
            return redirect(HOME)
        error = _("动态码不对。请等应用里换一个新的再填。")
    secret = access.queries.unconfirmed_app_secret(session.holder)
    context = {
        "error": error,
        "factors": access.queries.factors_of(session.holder),
        "secret": proofs.in_groups(secret) if secret else "",
        "picture": proofs.app_picture(secret, name=_("养老认证")) if secret else "",
    }
    return page(request, "security_app.html", context, status=400 if error else 200)


@own_page(methods=("GET", "POST"), changes=True)
def passkeys(request: HttpRequest, session: Session) -> HttpResponse:
    """Add a passkey, or remove one."""
    error = ""
    if request.method == "POST":
        try:
            if remove := request.POST.get("remove", ""):
                number = int(remove) if remove.isdecimal() else 0
                factors_are_kept.end_passkey(session, number, clock=wiring.clock())
            else:
                proofs.keep_new_passkey(request, session)
        except factors_are_kept.ShowAgain:
            raise
        except Refused as refusal:
            error = refusal_in(refusal)
        else:
            return redirect("citizen:security-passkeys")
    context = {
        "error": error,
        "passkeys": access.queries.passkeys_of(session.holder),
        "options": proofs.ask_new_passkey(request, session, name=_("养老认证")),
        "origin": wiring.passkey_place().origin,
    }
    return page(request, "security_passkeys.html", context, status=400 if error else 200)


@own_page(methods=("GET", "POST"), changes=True)
def recovery(request: HttpRequest, session: Session) -> HttpResponse:
    """Make a list of recovery codes, shown once."""
    codes: list[str] = []
    if request.method == "POST":
        codes = factors_are_kept.make_recovery_list(session, clock=wiring.clock())
    context: dict[str, object] = {
        "codes": codes,
        "left": access.queries.factors_of(session.holder).recovery_codes_left,
    }
    return page(request, "security_recovery.html", context)


@own_page(methods=("GET", "POST"))
def sessions(request: HttpRequest, session: Session) -> HttpResponse:
    """Where one is signed in; end one of them, or all others."""
    if request.method == "POST":
        if request.POST.get("end") == "others":
            sessions_are_kept.end_others(session, clock=wiring.clock())
        elif (number := request.POST.get("end", "")).isdecimal():
            sessions_are_kept.end_one(session, int(number), clock=wiring.clock())
        return redirect("citizen:security-sessions")
    return page(request, "security_sessions.html", {"sessions": proofs.sessions_shown(request)})


@own_page(methods=("GET", "POST"))
def phone_code(request: HttpRequest, session: Session) -> HttpResponse:
    """A code on this phone that lets a machine in once; a new one with every press."""
    text = qr_signs_in.show(session, clock=wiring.clock()) if request.method == "POST" else ""
    context: dict[str, object] = {"picture": proofs.picture(text) if text else ""}
    return page(request, "security_qr.html", context)


def _weighed(request: HttpRequest, session: Session) -> HttpResponse | None:
    """A change is weighed each time, after the page's own question; the page that asks for more, if any."""
    who = identity.on_citizens_web(request)
    return (
        asked_more(request, who, session.holder.pno, Act.CHANGE_FACTOR) if who else redirect("citizen:start")
    )


def _change_password(request: HttpRequest, session: Session) -> None:
    """Set or give up the password. Raises Misused for one that cannot be."""
    clock, given = wiring.clock(), request.POST.get("password", "")
    if request.POST.get("step") == "end":
        factors_are_kept.end_password(session, clock=clock)
    elif given != request.POST.get("again", ""):
        raise Misused(_("两次填的不一样，请再填一次。"))
    else:
        factors_are_kept.set_password(session, given, known=_known(session), clock=clock)


def _confirmed(request: HttpRequest, session: Session) -> tuple[bool, str, str]:
    """Whether it was shown again, and a note or an error for the page."""
    clock, typed = wiring.clock(), str(session.holder)
    if request.POST.get("step") == "send":
        citizen_signs_in.send_code(
            holder=session.holder,
            request=identity.request_index(request),
            clock=clock,
            post=wiring.post(),
        )
        return False, _("验证码发到登记的手机上了。"), ""
    given = "".join(request.POST.get("code", "").split())
    if request.POST.get("answer"):
        proof = proofs.passkey_answer(request, expected=session.holder)
    elif request.POST.get("step") == "phone":
        proof = citizen_signs_in.check_code(
            holder=session.holder,
            code=given,
            request=identity.request_index(request),
            typed=typed,
            clock=clock,
        )
    elif len(given) == 6:
        proof = factors_are_proved.by_app_code(session.holder, given, typed=typed, clock=clock)
    else:
        proof, _kind = factors_are_proved.by_recovery_code(session.holder, given, typed=typed, clock=clock)
    if proof.factor is None:
        return False, "", proofs.locked_words(proof) or _("没有确认上，请核对后再试一次。")
    sessions_are_kept.strengthen(session, factors=[proof.factor], clock=clock)
    return True, "", ""


def _known(session: Session) -> tuple[str, ...]:
    """Words about the holder that a password must not live by; opened for this check alone."""
    if session.holder.pno is not None:
        found = people.queries.identity(session.holder.pno)
        return found.number, found.number[6:14], found.name, people.queries.contact(session.holder.pno).phone
    account = access.queries.account_of(session.holder.key)
    return (access.queries.helper_phone(session.holder.key) or "", account.display_name if account else "")
