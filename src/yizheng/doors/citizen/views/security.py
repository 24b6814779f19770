"""How a citizen or helper signs in: password, app, passkeys, recovery codes, and where they are signed in now.

Rules that always hold: what is changed here is one's own; before a change something is shown again, and something strong
where there is something strong; every change is weighed, where what was just shown counts, and ends all other sessions.
The pages show no number and no phone.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yizheng import wiring
from yizheng.doors import forms, identity, proofs, texts
from yizheng.doors.citizen.views.pages import page
from yizheng.doors.citizen.weighing import asked_more
from yizheng.doors.context import Context
from yizheng.doors.forms import Filled
from yizheng.doors.refusals import told_of
from yizheng.doors.tries import tries_words
from yizheng.doors.web import safe_next
from yizheng.flows.signing_in import (
    citizen_signs_in,
    factors_are_kept,
    factors_are_proved,
    qr_signs_in,
    sessions_are_kept,
)
from yizheng.flows.signing_in.factors_are_proved import Proof
from yizheng.kernel.errors import Misused, Refused
from yizheng.rooms import access, people
from yizheng.rooms.access.data import CITIZEN, HELPER, Factors, Passkey, Session
from yizheng.rooms.risk.data import Act

HOME = "citizen:security"
SESSIONS_SHOWN = 4
OwnView = Callable[[HttpRequest, Session], HttpResponse]
View = Callable[..., HttpResponse]
CODES = "codes"
TICKET = "ticket"
NOTE = "note"
"""In addresses: the tokens under which a new list of codes or a code for a machine waits to be shown once; a note."""

NEW_PASSWORD = forms.Secret(
    "password",
    gettext_lazy("新密码"),
    hint=gettext_lazy("至少 12 位，可以用字母、数字和符号，不要用生日、电话。"),
    autocomplete="new-password",
    required=False,
)
AGAIN = forms.Secret("again", gettext_lazy("再填一遍"), autocomplete="new-password", required=False)
STEP = forms.Text("step", required=False, most=12, hidden=True)
APP_CODE = forms.Code("code", gettext_lazy("动态码"), autocomplete="one-time-code", required=False)
PHONE_CODE = forms.Code(
    "code",
    gettext_lazy("验证码"),
    hint=gettext_lazy("短信里的 6 位数字。不要告诉别人。"),
    autocomplete="one-time-code",
    required=False,
)
STRONG_CODE = forms.Text(
    "code",
    gettext_lazy("动态码"),
    hint=gettext_lazy("验证器应用里的 6 位数字，或者一个恢复码。"),
    autocomplete="one-time-code",
    most=40,
    secret=True,
    required=False,
)
LIST_CODE = forms.Text(
    "code",
    gettext_lazy("恢复码"),
    hint=gettext_lazy("服务点单子上的 10 位数字，或您自己留的一个。"),
    most=40,
    secret=True,
    required=False,
)
ANSWER = forms.Secret("answer", required=False, most=20_000)
REMOVE = forms.Whole("remove", required=False)
END = forms.Text("end", required=False, most=20)
PASSWORD_FORM = forms.Form("password", NEW_PASSWORD, AGAIN, STEP)
APP_FORM = forms.Form("app", APP_CODE, STEP)
CONFIRM_BY_PHONE = forms.Form("confirm", PHONE_CODE, STEP, ANSWER)
CONFIRM_BY_APP = forms.Form("confirm", STRONG_CODE, STEP, ANSWER)
CONFIRM_BY_LIST = forms.Form("confirm", LIST_CODE, STEP, ANSWER)
PASSKEYS_FORM = forms.Form("passkeys", REMOVE)
SESSIONS_FORM = forms.Form("sessions", END)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityShown(Context):
    """What there is, and whether a helper reads it."""

    factors: Factors
    helper: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmShown(Context):
    """The page that asks to show it again. `asks`: a code is awaited; `options`: what a passkey is asked to sign."""

    form: Filled
    errors_title: str
    strong: bool
    asks: bool
    note: str
    options: str
    origin: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordShown(Context):
    """The page of the password."""

    form: Filled
    factors: Factors


@dataclass(frozen=True, slots=True, kw_only=True)
class AppShown(Context):
    """The page of the authenticator app; with `secret`, in groups, while one is being connected."""

    form: Filled
    factors: Factors
    secret: str
    picture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeysShown(Context):
    """The passkeys there are, and what the browser is asked to make."""

    form: Filled
    passkeys: tuple[Passkey, ...]
    options: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryShown(Context):
    """A new list of recovery codes, shown once, or how many are left of the one there is."""

    codes: tuple[str, ...]
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsShown(Context):
    """Where one is signed in: the newest few, and whether there are others than this one."""

    sessions: tuple[proofs.SessionShown, ...]
    has_others: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneCodeShown(Context):
    """The code that lets a machine in, as a picture; empty before one was asked for."""

    picture: str


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
    shown = SecurityShown(factors=access.queries.factors_of(session.holder), helper=session.role == HELPER)
    return page(request, "security.html", shown)


@own_page(methods=("GET", "POST"))
def confirm(request: HttpRequest, session: Session) -> HttpResponse:
    """Show again that it is you: by the app or a recovery code where there is one, else by a code to the phone."""
    factors = access.queries.factors_of(session.holder)
    form = _confirm_form(factors)
    if request.method != "POST":
        return page(request, "security_confirm.html", _confirm_shown(request, factors, form))
    started = time.monotonic()
    filled = form.read(request)
    onward = safe_next(request, "/me/security/")
    if filled.get(STEP, "") == "send":
        _send_code(request, session)
        return forms.elsewhere("citizen:security-confirm", query={"next": onward, NOTE: "sent"})
    proof = _shown_again(request, session, filled)
    if proof.factor is not None:
        sessions_are_kept.strengthen(session, factors=[proof.factor], clock=wiring.clock())
        return redirect(onward)
    proofs.keep_pace(started)
    words = tries_words(proof, wrong=_("没有确认上")) if filled.good else ""
    return forms.back(
        request,
        filled.wrong(words) if words else filled,
        "citizen:security-confirm",
        query={"next": onward, "locked": "1" if proof.closed or proof.locked_until else ""},
    )


def _confirm_form(factors: Factors) -> forms.Form:
    if factors.app_key:
        return CONFIRM_BY_APP
    return CONFIRM_BY_LIST if factors.strong else CONFIRM_BY_PHONE


def _confirm_shown(request: HttpRequest, factors: Factors, form: forms.Form) -> ConfirmShown:
    filled = forms.shown(request, form)
    sent = request.GET.get(NOTE) == "sent"
    by_phone = _("验证码发到登记的手机上了。") if texts.reach_phones() else _("请工作人员把验证码告诉您。")
    return ConfirmShown(
        form=filled,
        errors_title=_("暂时不能登录") if request.GET.get("locked") else "",
        strong=bool(factors.strong),
        asks=bool(factors.strong) or sent or bool(filled.errors),
        note=by_phone if sent else "",
        options=proofs.ask_passkey(request, factors.passkeys) if factors.passkeys else "",
        origin=wiring.passkey_place().origin,
        next=safe_next(request, "/me/security/"),
    )


def _send_code(request: HttpRequest, session: Session) -> None:
    citizen_signs_in.send_code(
        holder=session.holder,
        request=identity.request_index(request),
        language=request.LANGUAGE_CODE,
        clock=wiring.clock(),
        post=wiring.post(),
    )


def _shown_again(request: HttpRequest, session: Session, filled: Filled) -> Proof:
    """What was shown: by the passkey, the code from the phone, the app's, or a recovery code."""
    clock, holder = wiring.clock(), session.holder
    asked = proofs.asked(request, str(holder))
    if filled.get(ANSWER, ""):
        return proofs.passkey_answer(request, expected=holder)
    if not filled.good:
        return Proof()
    if filled.form is CONFIRM_BY_PHONE:
        return citizen_signs_in.check_code(
            holder=holder,
            code=filled.value(PHONE_CODE) or "",
            request=identity.request_index(request),
            asked=asked,
            clock=clock,
        )
    given = "".join(filled.value(STRONG_CODE).split())
    if len(given) == 6:
        return factors_are_proved.by_app_code(holder, given, asked=asked, clock=clock)
    proof, _kind = factors_are_proved.by_recovery_code(holder, given, asked=asked, clock=clock)
    return proof


@own_page(methods=("GET", "POST"), changes=True)
def password(request: HttpRequest, session: Session) -> HttpResponse:
    """Set, change or give up a password."""
    if request.method != "POST":
        shown = PasswordShown(
            form=forms.shown(request, PASSWORD_FORM), factors=access.queries.factors_of(session.holder)
        )
        return page(request, "security_password.html", shown)
    filled, clock = PASSWORD_FORM.read(request), wiring.clock()
    if filled.get(STEP, "") == "end":
        factors_are_kept.end_password(session, clock=clock)
        return redirect(HOME)
    if not filled.good:
        return forms.back(request, filled, "citizen:security-password")
    given = filled.value(NEW_PASSWORD)
    if given != filled.value(AGAIN):
        words = gettext_lazy("两次填的不一样，请再填一次。")
        return forms.back(request, filled.wrong(words, AGAIN), "citizen:security-password")
    try:
        factors_are_kept.set_password(session, given, known=_known(session), clock=clock)
    except Misused as misused:
        return forms.back(request, filled.wrong(told_of(misused), NEW_PASSWORD), "citizen:security-password")
    return redirect(HOME)


@own_page(methods=("GET", "POST"), changes=True)
def app(request: HttpRequest, session: Session) -> HttpResponse:
    """Connect an authenticator app, or give it up."""
    if request.method != "POST":
        return page(request, "security_app.html", _app_shown(request, session))
    filled, clock = APP_FORM.read(request), wiring.clock()
    step = filled.get(STEP, "")
    if step == "end":
        factors_are_kept.end_app_key(session, clock=clock)
        return redirect(HOME)
    if step == "begin":
        factors_are_kept.begin_app_key(session, clock=clock)
        return redirect("citizen:security-app")
    if not filled.good:
        return forms.back(request, filled, "citizen:security-app")
    if factors_are_kept.confirm_app_key(session, filled.value(APP_CODE) or "", clock=clock):
        return redirect(HOME)
    words = gettext_lazy("动态码不对。请等应用里换一个新的再填。")
    return forms.back(request, filled.wrong(words, APP_CODE), "citizen:security-app")


def _app_shown(request: HttpRequest, session: Session) -> AppShown:
    secret = access.queries.unconfirmed_app_secret(session.holder)
    return AppShown(
        form=forms.shown(request, APP_FORM),
        factors=access.queries.factors_of(session.holder),
        secret=proofs.in_groups(secret) if secret else "",
        picture=proofs.app_picture(secret, name=_("养老认证")) if secret else "",
    )


@own_page(methods=("GET", "POST"), changes=True)
def passkeys(request: HttpRequest, session: Session) -> HttpResponse:
    """Add a passkey, or remove one."""
    if request.method != "POST":
        shown = PasskeysShown(
            form=forms.shown(request, PASSKEYS_FORM),
            passkeys=tuple(access.queries.passkeys_of(session.holder)),
            options=proofs.ask_new_passkey(request, session, name=_("养老认证")),
            origin=wiring.passkey_place().origin,
        )
        return page(request, "security_passkeys.html", shown)
    filled = PASSKEYS_FORM.read(request)
    number = filled.get(REMOVE, 0)
    try:
        if number:
            factors_are_kept.end_passkey(session, number, clock=wiring.clock())
        else:
            proofs.keep_new_passkey(request, session)
    except factors_are_kept.ShowAgain:
        raise
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal)), "citizen:security-passkeys")
    return redirect("citizen:security-passkeys")


@own_page(methods=("GET", "POST"), changes=True)
def recovery(request: HttpRequest, session: Session) -> HttpResponse:
    """Make a list of recovery codes, shown once."""
    if request.method == "POST":
        codes = factors_are_kept.make_recovery_list(session, clock=wiring.clock())
        return forms.elsewhere("citizen:security-codes", query={CODES: forms.keep(request, CODES, codes)})
    shown = RecoveryShown(
        codes=tuple(forms.kept(request, CODES, request.GET.get(CODES, ""), once=True) or ()),
        left=access.queries.factors_of(session.holder).recovery_codes_left,
    )
    return page(request, "security_recovery.html", shown)


@own_page(methods=("GET", "POST"))
def sessions(request: HttpRequest, session: Session) -> HttpResponse:
    """Where one is signed in; end one of them, or all others."""
    if request.method == "POST":
        end = SESSIONS_FORM.read(request).get(END, "")
        if end == "others":
            sessions_are_kept.end_others(session, clock=wiring.clock())
        elif end.isdecimal():
            sessions_are_kept.end_one(session, int(end), clock=wiring.clock())
        return redirect("citizen:security-sessions")
    found = proofs.sessions_shown(request)
    shown = SessionsShown(sessions=tuple(found[:SESSIONS_SHOWN]), has_others=len(found) > 1)
    return page(request, "security_sessions.html", shown)


@own_page(methods=("GET", "POST"))
def phone_code(request: HttpRequest, session: Session) -> HttpResponse:
    """A code on this phone that lets a machine in once; a new one with every press, shown for as long as it is good."""
    if request.method == "POST":
        ticket = qr_signs_in.show(session, clock=wiring.clock())
        return forms.elsewhere("citizen:security-qr", query={TICKET: forms.keep(request, TICKET, ticket)})
    ticket = str(forms.kept(request, TICKET, request.GET.get(TICKET, ""), once=True) or "")
    return page(request, "security_qr.html", PhoneCodeShown(picture=proofs.picture(ticket) if ticket else ""))


def _weighed(request: HttpRequest, session: Session) -> HttpResponse | None:
    """A change is weighed each time, after the page's own question; the page that asks for more, if any."""
    who = identity.on_citizens_web(request)
    return (
        asked_more(request, who, session.holder.pno, Act.CHANGE_FACTOR) if who else redirect("citizen:start")
    )


def _known(session: Session) -> tuple[str, ...]:
    """Words about the holder that a password must not live by; opened for this check alone."""
    if session.holder.pno is not None:
        found = people.queries.identity(session.holder.pno)
        return found.number, found.number[6:14], found.name, people.queries.contact(session.holder.pno).phone
    account = access.queries.account_of(session.holder.key)
    return (access.queries.helper_phone(session.holder.key) or "", account.display_name if account else "")
