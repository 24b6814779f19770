"""Signing in with number and code, and out again. How long an answer takes does not say whether a number exists."""

import re
import time
import unicodedata
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yizheng import wiring
from yizheng.doors.citizen.views.pages import page
from yizheng.doors.identity import end, signed_in, start_citizen
from yizheng.flows import citizen_signs_in
from yizheng.kernel.ids import Pno

WANTED, ASKED = "citizen_wanted", "citizen_asked"
NOBODY = -1
BETWEEN_CODES = timedelta(minutes=1)
PACE_SECONDS = 0.3
_NUMBER = re.compile(r"\d{15}|\d{17}[\dX]")


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The first page: the identity number, and a code is sent to the phone on record."""
    if request.method != "POST":
        return redirect("citizen:me") if signed_in(request) else page(request, "start.html", {})
    started = time.monotonic()
    number = request.POST.get("number", "").strip()
    if not _is_number(number):
        error = _("请填 18 位身份证号码。") if number else _("请先填身份证号码。")
        return page(request, "start.html", {"error": error, "number": number[:24]}, status=400)
    pno = citizen_signs_in.request_code(number=number, clock=wiring.clock(), post=_post())
    request.session.cycle_key()
    request.session[WANTED] = NOBODY if pno is None else pno
    request.session[ASKED] = wiring.clock().now().isoformat()
    _keep_pace(started)
    return redirect("citizen:code")


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second page: the code from the phone."""
    wanted = request.session.get(WANTED)
    if wanted is None:
        return redirect("citizen:start")
    if request.method != "POST":
        return page(request, "code.html", {})
    started = time.monotonic()
    given = "".join(letter for letter in request.POST.get("code", "") if not letter.isspace())
    if len(given) != 6 or not given.isdecimal():
        error = _("请填短信里的 6 位数字。")
    elif wanted == NOBODY or not citizen_signs_in.check_code(
        pno=Pno(wanted), code=given, clock=wiring.clock()
    ):
        _keep_pace(started)
        error = _("验证码不对或者过期了。请再看一眼短信，或者点“再发一次”。")
    else:
        start_citizen(request, Pno(wanted), at=wiring.clock().now())
        return redirect("citizen:me")
    return page(request, "code.html", {"error": error}, status=400)


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send another code, if the last one is old enough."""
    wanted, asked = request.session.get(WANTED), request.session.get(ASKED)
    if wanted is None or asked is None:
        return redirect("citizen:start")
    started, now = time.monotonic(), wiring.clock().now()
    if now - datetime.fromisoformat(asked) < BETWEEN_CODES:
        return page(request, "code.html", {"note": _("刚刚发过，请等一分钟再点。")})
    if wanted != NOBODY:
        citizen_signs_in.send_code(pno=Pno(wanted), clock=wiring.clock(), post=_post())
    request.session[ASKED] = now.isoformat()
    _keep_pace(started)
    return page(request, "code.html", {"note": _("又发了一次，请看手机。")})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; nothing of it stays."""
    end(request)
    return redirect("citizen:start")


def _is_number(text: str) -> bool:
    """Whether a text has the form of an identity number; blanks and full-width digits are nobody's mistake."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return bool(_NUMBER.fullmatch("".join(letter for letter in plain if not letter.isspace())))


def _keep_pace(started: float) -> None:
    """Answer no sooner than `PACE_SECONDS` after the start: how long it takes must not say whether a number exists."""
    time.sleep(max(0.0, PACE_SECONDS - (time.monotonic() - started)))


def _post() -> citizen_signs_in.Post:
    return citizen_signs_in.Post(
        channels=wiring.message_channels(), letters=wiring.agency().letters, facts=wiring.letter_facts()
    )
