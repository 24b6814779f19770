"""Signing in and out again. How long an answer takes does not say whether a number exists, nor does what it says.

The first way is number and code from the phone; a family helper types a mobile number instead. The others (password and
app, passkey, slip of a service point, code on a phone) stand one press away, and lead to the same session.
"""

import re
import time
import unicodedata
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yizheng import wiring
from yizheng.doors import identity, proofs
from yizheng.doors.circumstances import carry_typing
from yizheng.doors.citizen.views.pages import page
from yizheng.doors.proofs import PACE_SECONDS, keep_pace, locked_words
from yizheng.flows.signing_in import citizen_signs_in, factors_are_proved, qr_signs_in
from yizheng.rooms import access
from yizheng.rooms.access.data import HELPER, PENDING_FOR, Factor, Holder, Way

__all__ = ["PACE_SECONDS", "again", "code", "start"]

WANTED, TYPED, ASKED = "wanted", "typed", "asked"
PASSED = "password_passed"
HELPERS_HOME = "/helper/"
BETWEEN_CODES = timedelta(minutes=1)
_NUMBER = re.compile(r"\d{15}|\d{17}[\dX]")


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The first page: the identity number (or a helper's mobile number), and a code is sent to the phone on record."""
    if request.method != "POST":
        return _home(request) or page(request, "start.html", {})
    started = time.monotonic()
    number = request.POST.get("number", "").strip()
    if error := _number_error(number):
        return page(request, "start.html", {"error": error, "number": number[:24]}, status=400)
    index = identity.request_index(request)
    holder = citizen_signs_in.request_code(
        typed=number, request=index, clock=wiring.clock(), post=wiring.post()
    )
    _remember(request, holder, number)
    keep_pace(started)
    return redirect("citizen:code")


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second page: the code from the phone."""
    if WANTED not in request.session:
        return redirect("citizen:start")
    if request.method != "POST":
        return page(request, "code.html", {})
    started = time.monotonic()
    given = "".join(letter for letter in request.POST.get("code", "") if not letter.isspace())
    if len(given) != 6 or not given.isdecimal():
        return page(request, "code.html", {"error": _("请填短信里的 6 位数字。")}, status=400)
    proof = citizen_signs_in.check_code(
        holder=_wanted(request),
        code=given,
        request=identity.request_index(request),
        typed=request.session[TYPED],
        clock=wiring.clock(),
    )
    if proof.holder is not None:
        passed = _passed(request, proof.holder)
        return _enter(request, proof.holder, {Factor.SMS_CODE} | ({Factor.PASSWORD} if passed else set()))
    keep_pace(started)
    error = locked_words(proof) or _("验证码不对或者过期了。请再看一眼短信，或者点“再发一次”。")
    return page(request, "code.html", {"error": error}, status=400)


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send another code, if the last one is old enough."""
    asked = request.session.get(ASKED)
    if WANTED not in request.session or asked is None:
        return redirect("citizen:start")
    started, now = time.monotonic(), wiring.clock().now()
    if now - datetime.fromisoformat(asked) < BETWEEN_CODES:
        return page(request, "code.html", {"note": _("刚刚发过，请等一分钟再点。")})
    _send_code(request)
    request.session[ASKED] = now.isoformat()
    keep_pace(started)
    return page(request, "code.html", {"note": _("又发了一次，请看手机。")})


@require_GET
def other_ways(request: HttpRequest) -> HttpResponse:
    """The other ways in."""
    return _home(request) or page(request, "enter.html", {})


@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Number and password; what comes next is the same for everybody, whether they fit or not."""
    if request.method != "POST":
        return _home(request) or page(request, "enter_password.html", {})
    started = time.monotonic()
    number = request.POST.get("number", "").strip()
    if error := _number_error(number):
        return page(request, "enter_password.html", {"error": error, "number": number[:24]}, status=400)
    holder = citizen_signs_in.find_holder(number)
    typed = proofs.typed_name(number)
    proof = factors_are_proved.by_password(
        holder, request.POST.get("password", ""), typed=typed, clock=wiring.clock()
    )
    _remember(request, holder, number)
    request.session[PASSED] = [str(proof.holder), wiring.clock().now().isoformat()] if proof.holder else None
    keep_pace(started)
    return redirect("citizen:enter-second")


@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The app's code after the password; only here is it told whether both fit."""
    if WANTED not in request.session:
        return redirect("citizen:enter-password")
    if request.method != "POST":
        return page(request, "enter_second.html", {})
    started, holder = time.monotonic(), _wanted(request)
    given = "".join(request.POST.get("code", "").split())
    typed, clock = request.session[TYPED], wiring.clock()
    if len(given) == 6:
        proof = factors_are_proved.by_app_code(holder, given, typed=typed, clock=clock)
    else:
        proof, _kind = factors_are_proved.by_recovery_code(holder, given, typed=typed, clock=clock)
    if proof.holder is not None and proof.factor is not None and _passed(request, proof.holder):
        return _enter(request, proof.holder, {Factor.PASSWORD, proof.factor})
    keep_pace(started)
    error = locked_words(proof) or _("号码、密码或动态码有一样不对，请从头再试一次。")
    return page(request, "enter_second.html", {"error": error}, status=400)


@require_POST
def second_by_phone(request: HttpRequest) -> HttpResponse:
    """A code to the phone instead of the app's, after the password."""
    if WANTED not in request.session:
        return redirect("citizen:enter-password")
    started = time.monotonic()
    _send_code(request)
    keep_pace(started)
    return redirect("citizen:code")


@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey: needs a script; without one the page names the other ways."""
    if request.method != "POST":
        return _home(request) or _passkey_page(request)
    proof = proofs.passkey_answer(request)
    if proof.holder is not None and _is_of_citizens_web(proof.holder):
        return _enter(request, proof.holder, {Factor.PASSKEY})
    error = locked_words(proof) or _("这把通行密钥没有认出来，请再试一次，或者换别的办法。")
    return _passkey_page(request, error=error, status=400)


@require_http_methods(["GET", "POST"])
def slip(request: HttpRequest) -> HttpResponse:
    """The number, and the code of a service point's slip or of one's own list."""
    if request.method != "POST":
        return _home(request) or page(request, "enter_slip.html", {})
    started = time.monotonic()
    number = request.POST.get("number", "").strip()
    error = _number_error(number)
    if not error:
        holder = citizen_signs_in.find_holder(number)
        proof, _kind = factors_are_proved.by_recovery_code(
            holder,
            request.POST.get("code", "")[:40],
            typed=proofs.typed_name(number),
            clock=wiring.clock(),
        )
        if proof.holder is not None:
            return _enter(request, proof.holder, {Factor.RECOVERY}, to="citizen:security")
        error = locked_words(proof) or _("号码或恢复码不对，或者已经用过了。请核对，或再到服务点办一次。")
    keep_pace(started)
    return page(request, "enter_slip.html", {"error": error, "number": number[:24]}, status=400)


@require_http_methods(["GET", "POST"])
def by_phone_code(request: HttpRequest) -> HttpResponse:
    """The code that a signed-in phone shows, read by this machine's scanner or typed in."""
    if request.method != "POST":
        return _home(request) or page(request, "enter_qr.html", {})
    started = time.monotonic()
    found = qr_signs_in.let_in(request.POST.get("ticket", "").strip(), clock=wiring.clock())
    if found is not None and _is_of_citizens_web(found.holder):
        return _enter(request, found.holder, set(found.factors), way=Way.KIOSK_QR)
    keep_pace(started)
    error = _("这个码用过了或者过期了。请在手机上换一张新的再扫。")
    return page(request, "enter_qr.html", {"error": error}, status=400)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; nothing of it stays."""
    identity.end(request)
    return redirect("citizen:start")


def _enter(
    request: HttpRequest, holder: Holder, factors: set[Factor], *, way: Way = Way.CITIZENS_WEB, to: str = ""
) -> HttpResponse:
    """Begin the session and go where this person starts."""
    identity.start_holder(request, holder, factors=factors, way=way)
    carry_typing(request)
    return redirect(to or ("citizen:me" if holder.pno is not None else HELPERS_HOME))


def _home(request: HttpRequest) -> HttpResponse | None:
    """Where somebody belongs who is signed in here already."""
    who = identity.on_citizens_web(request)
    if who is None:
        return None
    return redirect("citizen:me" if who.pno is not None else HELPERS_HOME)


def _is_of_citizens_web(holder: Holder) -> bool:
    """Whether the holder belongs here: staff have a web of their own, with rules of its own."""
    if holder.account_id is None:
        return True
    account = access.queries.account_of(holder.account_id)
    return account is not None and account.is_active and account.role == HELPER


def _remember(request: HttpRequest, holder: Holder | None, number: str) -> None:
    """Keep whom the number means for the next page; the number itself is not kept."""
    index = request.session.get(identity.REQUEST)
    request.session.cycle_key()
    if index:
        request.session[identity.REQUEST] = index
    request.session[WANTED] = str(holder) if holder else ""
    request.session[TYPED] = proofs.typed_name(number)
    request.session[ASKED] = wiring.clock().now().isoformat()
    request.session.pop(PASSED, None)


def _send_code(request: HttpRequest) -> None:
    """A code to the phone of whom the number means; nothing where it means nobody."""
    holder = _wanted(request)
    if holder is not None:
        citizen_signs_in.send_code(
            holder=holder,
            request=identity.request_index(request),
            clock=wiring.clock(),
            post=wiring.post(),
        )


def _wanted(request: HttpRequest) -> Holder | None:
    wanted = request.session.get(WANTED)
    return Holder.parse(wanted) if wanted else None


def _passed(request: HttpRequest, holder: Holder) -> bool:
    """Whether this holder's password was shown in this browser a short while ago."""
    kept = request.session.get(PASSED)
    if not kept or kept[0] != str(holder):
        return False
    return wiring.clock().now() - datetime.fromisoformat(kept[1]) < PENDING_FOR


def _passkey_page(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, object] = {
        "options": proofs.ask_passkey(request),
        "origin": wiring.passkey_place().origin,
        "error": error,
    }
    return page(request, "enter_passkey.html", context, status=status)


def _number_error(text: str) -> str:
    """What to tell somebody whose number has the form of none; nothing when it may be one."""
    if not text:
        return _("请先填身份证号码。")
    return "" if _is_number(text) or access.queries.normalise_phone(text) else _("请填 18 位身份证号码。")


def _is_number(text: str) -> bool:
    """Whether a text has the form of an identity number; blanks and full-width digits are nobody's mistake."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return bool(_NUMBER.fullmatch("".join(letter for letter in plain if not letter.isspace())))
