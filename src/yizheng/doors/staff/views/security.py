"""How a member of staff signs in, on one page; and the slip by which a clerk helps somebody else back in.

Rules that always hold: what is changed is one's own; before a change something is shown again, and something strong where
there is something strong; every change is weighed, where what was just shown counts, and ends all other sessions.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import circumstances, forms, identity, proofs
from yizheng.doors.context import Context
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.gate import lacks_a_factor, page, session_of_staff, staff, staff_page
from yizheng.doors.why import Why
from yizheng.flows.signing_in import (
    factors_are_kept,
    factors_are_proved,
    risk_is_weighed,
    sessions_are_kept,
)
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Clock
from yizheng.rooms import access
from yizheng.rooms.access.data import Factor, Factors, Session
from yizheng.rooms.risk.data import Act, Asked

UNWEIGHED = frozenset({"end", "end-others"})
"""Steps that change no factor: ending one's sessions is never held up."""
CODES = "recovery-list"
PASSWORD = forms.Secret("password", gettext_lazy("密码"), autocomplete="current-password")
NEW = forms.Secret(
    "password",
    gettext_lazy("新密码"),
    hint=gettext_lazy("至少 12 位，可以用字母、数字和符号，不要用生日、电话。"),
    autocomplete="new-password",
)
AGAIN = forms.Secret("again", gettext_lazy("再填一遍"), autocomplete="new-password")
NEW_PASSWORD = forms.Form("staff-new-password", NEW, AGAIN)
APP_CODE = forms.Code("code", gettext_lazy("动态码"), autocomplete="one-time-code")
NEW_APP = forms.Form("staff-new-app", APP_CODE, prefix="app-")
ANY_CODE = forms.Text(
    "code", gettext_lazy("动态码或恢复码"), most=40, secret=True, autocomplete="one-time-code"
)
SHOW_AGAIN = forms.Form("staff-show-again", PASSWORD)
SHOW_BOTH = forms.Form("staff-show-both", PASSWORD, ANY_CODE)
KEY = forms.optional(forms.Whole("passkey"))
ENDED = forms.optional(forms.Whole("session"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityShown(Context):
    """How whoever asks signs in. `codes` are a new list of recovery codes, shown this once."""

    factors: Factors
    may_change: bool
    sessions: list[proofs.SessionShown]
    secret: str
    picture: str
    options: str
    origin: str
    lacks: bool
    would_lack: bool
    codes: list[str]
    step: forms.Filled
    new_password: forms.Filled
    new_app: forms.Filled


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmShown(Context):
    """The page that asks to be shown again who one is."""

    form: forms.Filled
    strong: bool
    options: str
    origin: str


@staff_page(None, methods=("GET", "POST"))
def security(request: HttpRequest) -> HttpResponse:
    """Password, app, passkeys, recovery codes and sessions of whoever asks."""
    session = _own(request)
    if request.method != "POST":
        return page(request, "security.html", _shown(request, session))
    step = STEPPED.read(request).get(STEP, "")
    more = _weighed(request, session) if step not in UNWEIGHED else None
    if more is not None:
        return more
    try:
        answer = _STEPS[step](request, session, wiring.clock()) if step in _STEPS else None
    except factors_are_kept.ShowAgain:
        return redirect("staff:security-confirm")
    except Refused as refusal:
        return forms.back(request, STEPPED.read(request).wrong(told_of(refusal)), "staff:security")
    return answer or redirect("staff:security")


@staff_page(None, methods=("GET", "POST"))
def confirm(request: HttpRequest) -> HttpResponse:
    """Sign in again in full before anything is changed: the password, and the second factor where there is one."""
    session = _own(request)
    factors = access.queries.factors_of(session.holder)
    form = SHOW_BOTH if factors.strong else SHOW_AGAIN
    if request.method == "POST":
        filled = form.read(request)
        if not filled.good and not proofs.has_signed(request):
            return forms.back(request, filled, "staff:security-confirm")
        proven = _shown_again(request, session, filled)
        if not proven:
            told = filled.wrong(gettext_lazy("没有确认上，请核对后再试一次。"))
            return forms.back(request, told, "staff:security-confirm")
        sessions_are_kept.strengthen(session, factors=proven, clock=wiring.clock())
        return redirect("staff:security")
    context = ConfirmShown(
        form=forms.shown(request, form),
        strong=bool(factors.strong),
        options=proofs.ask_passkey(request, factors.passkeys) if factors.passkeys else "",
        origin=wiring.passkey_place().origin,
    )
    return page(request, "security_confirm.html", context)


def _own(request: HttpRequest) -> Session:
    session = session_of_staff(request)
    if session is None:  # the gate has just seen one
        raise Refused(Why.SIGN_IN_AGAIN)
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


def _shown(request: HttpRequest, session: Session) -> SecurityShown:
    factors = access.queries.factors_of(session.holder)
    may = factors_are_kept.may_change(session, clock=wiring.clock())
    secret = access.queries.unconfirmed_app_secret(session.holder) if may else None
    role, name = access.queries.find_role(session.role), staff(request).username
    return SecurityShown(
        factors=factors,
        may_change=may,
        sessions=proofs.sessions_shown(request),
        secret=proofs.in_groups(secret) if secret else "",
        picture=proofs.app_picture(secret, name=name) if secret else "",
        options=proofs.ask_new_passkey(request, session, name=name) if may else "",
        origin=wiring.passkey_place().origin,
        lacks=lacks_a_factor(session),
        would_lack=bool(role and role.two_factors and not wiring.two_factors_asked() and not factors.strong),
        codes=forms.kept(request, CODES, request.GET.get("codes", ""), once=True) or [],
        step=forms.shown(request, STEPPED),
        new_password=forms.shown(request, NEW_PASSWORD),
        new_app=forms.shown(request, NEW_APP),
    )


def _shown_again(request: HttpRequest, session: Session, filled: forms.Filled) -> set[Factor]:
    """The factors that were shown again; none where any of them did not fit."""
    clock, asked = wiring.clock(), proofs.asked(request, staff(request).username)
    if proofs.has_signed(request):
        proof = proofs.passkey_answer(request, expected=session.holder)
        return {proof.factor} if proof.factor else set()
    proof = factors_are_proved.by_password(session.holder, filled.value(PASSWORD), asked=asked, clock=clock)
    if proof.factor is None:
        return set()
    if not access.queries.factors_of(session.holder).strong:
        return {proof.factor}
    given = "".join(filled.value(ANY_CODE).split())
    if len(given) == 6:
        more = factors_are_proved.by_app_code(session.holder, given, asked=asked, clock=clock)
    else:
        more, _kind = factors_are_proved.by_recovery_code(session.holder, given, asked=asked, clock=clock)
    return {proof.factor, more.factor} if more.factor else set()


def _password(request: HttpRequest, session: Session, clock: Clock) -> HttpResponse | None:
    filled = NEW_PASSWORD.read(request)
    if filled.good and filled.value(NEW) != filled.value(AGAIN):
        filled = filled.wrong(gettext_lazy("两次填的不一样，请再填一次。"), AGAIN)
    if filled.good:
        try:
            factors_are_kept.set_password(session, filled.value(NEW), known=(), clock=clock)
        except factors_are_kept.ShowAgain:
            raise
        except Refused as refusal:
            filled = filled.wrong(told_of(refusal), NEW)
    if not filled.good:
        return forms.back(request, filled, "staff:security")
    identity.keep_after_password(request)
    messages.success(request, _("密码改好了，别处的登录都已退出。"))
    return None


def _app(request: HttpRequest, session: Session, clock: Clock) -> HttpResponse | None:
    del request
    factors_are_kept.begin_app_key(session, clock=clock)
    return None


def _app_code(request: HttpRequest, session: Session, clock: Clock) -> HttpResponse | None:
    filled = NEW_APP.read(request)
    if filled.good and not factors_are_kept.confirm_app_key(session, filled.value(APP_CODE), clock=clock):
        filled = filled.wrong(gettext_lazy("动态码不对。请等应用里换一个新的再填。"), APP_CODE)
    if not filled.good:
        return forms.back(request, filled, "staff:security")
    messages.success(request, _("动态码设好了，以后登录要填。"))
    return None


def _app_end(request: HttpRequest, session: Session, clock: Clock) -> HttpResponse | None:
    del request
    factors_are_kept.end_app_key(session, clock=clock)
    return None


def _passkey(request: HttpRequest, session: Session, clock: Clock) -> HttpResponse | None:
    del clock
    proofs.keep_new_passkey(request, session)
    messages.success(request, _("通行密钥登记好了。"))
    return None


def _passkey_end(request: HttpRequest, session: Session, clock: Clock) -> HttpResponse | None:
    number = STEPPED.read(request).get(KEY, None)
    factors_are_kept.end_passkey(session, number or 0, clock=clock)
    return None


def _codes(request: HttpRequest, session: Session, clock: Clock) -> HttpResponse | None:
    codes = factors_are_kept.make_recovery_list(session, clock=clock)
    return forms.elsewhere("staff:security", query={"codes": forms.keep(request, CODES, codes)})


def _end(request: HttpRequest, session: Session, clock: Clock) -> HttpResponse | None:
    number = STEPPED.read(request).get(ENDED, None)
    sessions_are_kept.end_one(session, number or 0, clock=clock)
    return None


def _end_others(request: HttpRequest, session: Session, clock: Clock) -> HttpResponse | None:
    del request
    sessions_are_kept.end_others(session, clock=clock)
    return None


_STEPS: dict[str, Callable[[HttpRequest, Session, Clock], HttpResponse | None]] = {
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
STEP = forms.Choice("step", gettext_lazy("操作"), tuple(_STEPS))
STEPPED = forms.Form("staff-security", STEP, KEY, ENDED)
