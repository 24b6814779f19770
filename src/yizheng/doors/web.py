"""What every page of both webs shares: response headers, the chosen language, elder mode, and the pages of errors.

Rules that always hold: no page loads anything from another host, runs an inline script or uses an inline style; every
citizen's page but the camera's and the microphone's works without a script; a page may talk to the server from a
script, use a device or run compiled code only where its view says so; nobody's browser keeps a page that shows
personal data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.context import Context, draw
from yizheng.doors.identity import acting_for, session_of
from yizheng.doors.outage import AWAY, LOST, ask_nothing_more, outage_now
from yizheng.doors.words import refusal_in
from yizheng.flows.telling import language_is_chosen
from yizheng.kernel.errors import Refused
from yizheng.kernel.text import is_plain, only_plain
from yizheng.rooms import insight
from yizheng.rooms.access.data import CITIZEN, HELPER

MODE_COOKIE = "mode"
LANGUAGE_COOKIE = "language"
SOUND_COOKIE = "sound"
EXPIRED = "expired"
"""In the address of a page to which a form led back whose protection no longer fitted."""
NEXT = forms.Text("next", required=False, most=500, hidden=True)
ONWARD = forms.Form("next", NEXT)
YEAR_SECONDS = 365 * 24 * 3600
LOCKED = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "script-src": "'self'",
    "connect-src": "'none'",
}
"""What every page is held to: Content-Security-Policy, by directive."""
CITIZENS = LOCKED | {"media-src": "'self'", "worker-src": "'self'", "manifest-src": "'self'"}
"""The citizens' pages: besides, prompts that are read aloud, and the copy of looks and letters that a phone keeps."""
DEVICES = ("camera", "microphone", "geolocation", "payment", "usb", "interest-cohort")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedShown(Context):
    """A refusal that no form was there to show."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorShown(Context):
    """A page of an error, by the code of its words."""

    what: str


class Device(StrEnum):
    """A device of the phone that a page may ask its holder for."""

    CAMERA = "camera"
    MICROPHONE = "microphone"


WITH_DEVICE = CITIZENS | {
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "worker-src": "'self' blob:",
    "connect-src": "'self'",
}
"""A page that uses a device: it shows what the device takes, and its script sends that to the server, nowhere else."""
WITH_GUIDANCE = WITH_DEVICE | {"script-src": "'self' 'wasm-unsafe-eval'"}
"""The camera's page: besides, the compiled face finder that says "come closer". It decides nothing."""


def policy(directives: dict[str, str]) -> str:
    """Directives as the header says them."""
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def permissions(*allowed: Device) -> str:
    """The header that closes every device but the allowed ones, and those to every other site."""
    return ", ".join(f"{device}=({'self' if device in allowed else ''})" for device in DEVICES)


GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponse]


def uses(*devices: Device) -> Callable[[View], View]:
    """Let the page of a view use devices, and its script talk to the server: `@uses(Device.CAMERA)`."""
    directives = WITH_GUIDANCE if Device.CAMERA in devices else WITH_DEVICE

    def opened(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Content-Security-Policy", policy(directives))
            response.headers.setdefault("Permissions-Policy", permissions(*devices))
            return response

        return answered

    return opened


class ChosenLanguage:
    """Chinese unless the person chose English: the browser's own preference does not decide for an elder."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


class HeadLikeGet:
    """Answers HEAD as it would GET; the server leaves the body out. Who watches a service asks so, and no GET of ours
    changes anything but the record of looks.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        try:
            return self.get_response(request)
        finally:
            request.method = "HEAD"


class PlainAddresses:
    """Knows no address with a control character or half a character in it: nothing has such a name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = (request.path, *request.GET, *(one for _, many in request.GET.lists() for one in many))
        if all(map(is_plain, given)):
            return self.get_response(request)
        request.GET = QueryDict()
        request.path = request.path_info = only_plain(request.path)
        return error_page(request, "missing", 404)


class SecurityHeaders:
    """Sets the headers that the rules above need, and turns a refusal into a page with its one sentence."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        directives = LOCKED if request.path.startswith("/staff/") else CITIZENS
        response.headers.setdefault("Content-Security-Policy", policy(directives))
        response.headers.setdefault("Permissions-Policy", permissions())
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        staff = request.path.startswith("/staff/")
        template = "staff/refused.html" if staff else "citizen/refused.html"
        return draw(request, template, RefusedShown(why=refusal_in(exception)), status=409)


def page_context(request: HttpRequest) -> dict[str, object]:
    """What every template may use: the agency, the mode, the language and where the reader is."""
    agency = wiring.agency()
    language = translation.get_language() or settings.LANGUAGE_CODE
    english = language == "en"
    return {
        "agency_name": agency.name_en if english else agency.name,
        "agency_phone": agency.phone,
        "agency_tel": "".join(letter for letter in agency.phone if letter.isdecimal() or letter == "+"),
        "mode": "elder" if is_elder(request) else "standard",
        "sound": request.COOKIES.get(SOUND_COOKIE) != "off",
        "language": language,
        "html_language": "en" if english else "zh-CN",
        "other_mode": "standard" if is_elder(request) else "elder",
        "expired": request.GET.get(EXPIRED) == "1",
        "demo": settings.YIZHENG.demo,
        "demo_day": wiring.clock().now().date() if settings.YIZHENG.demo and wiring.demo_shift() else None,
        "here": urlencode({"next": request.path if request.method != "GET" else request.get_full_path()}),
        "acting": SimpleLazyObject(lambda: _acted_for(request)),
    }


def _acted_for(request: HttpRequest) -> str:
    """The name of the person whom the reader acts for at this moment, for the banner; empty for everybody else."""
    try:
        mandate = acting_for(request) if hasattr(request, "session") else None
        return insight.queries.name_of(mandate.pno) if mandate else ""
    except DatabaseError:  # the page that says so must still be drawn
        return ""


def is_elder(request: HttpRequest) -> bool:
    """Whether the reader chose the elder mode (长辈版), which the browser remembers."""
    return request.COOKIES.get(MODE_COOKIE) == "elder"


@require_GET
def choose_mode(request: HttpRequest, mode: str) -> HttpResponse:
    """Remember the standard or the elder mode (长辈版) for a year and go back to the page."""
    return _remember(request, MODE_COOKIE, mode)


@require_GET
def choose_language(request: HttpRequest, language: str) -> HttpResponse:
    """Remember the language for a year and go back to the page; a citizen's or helper's texts follow it."""
    session = session_of(request)
    if session is not None and session.role in (CITIZEN, HELPER):
        language_is_chosen.choose(session.holder, language, clock=wiring.clock())
    return _remember(request, LANGUAGE_COOKIE, language)


@require_GET
def choose_sound(request: HttpRequest, sound: str) -> HttpResponse:
    """Remember for a year whether the camera's page says its instructions aloud, and go back to the page."""
    return _remember(request, SOUND_COOKIE, sound)


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """The page to go on to: `next` where it is one of ours, else `otherwise`."""
    wanted = ONWARD.read(request).get(NEXT, "") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if ours and wanted.startswith("/") else otherwise


def _remember(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    response = HttpResponseRedirect(safe_next(request, "/"))
    response.set_cookie(
        cookie, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=settings.YIZHENG.https
    )
    return response


def page_missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in plain words, in the look of the web that was asked."""
    del exception
    return error_page(request, "missing", 404)


def page_forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 in plain words."""
    del exception
    return error_page(request, "forbidden", 403)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose protection no longer fits (it was open for too long, or came from elsewhere): back to a fresh one.

    What a script sent is answered with 403: it knows what to say.
    """
    del reason
    if "text/html" not in request.headers.get("Accept", ""):
        return error_page(request, "expired", 403)
    query = request.GET.copy()
    query[EXPIRED] = "1"
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")


def page_failed(request: HttpRequest) -> HttpResponse:
    """500 in plain words, or 503 where the database does not answer; the cause is in the server's log. Neither reads
    anything from the database.
    """
    outage = outage_now()
    ask_nothing_more(request)
    if not outage:
        return error_page(request, "failed", 500)
    unknown = outage == LOST and request.method not in ("GET", "HEAD")
    response = error_page(request, "outcome_unknown" if unknown else "away", 503)
    response.headers["Retry-After"] = "10"
    setattr(response, AWAY, outage)
    return response


def error_page(request: HttpRequest, what: str, status: int) -> HttpResponse:
    """The page of an error, by the code of its words, in the look of the web that was asked."""
    staff = request.path.startswith("/staff/")
    template = "staff/error.html" if staff else "citizen/error.html"
    if status < 500:
        return draw(request, template, ErrorShown(what=what), status=status)
    return draw(request, template, ErrorShown(what=what), status=status, acting="", messages=())
