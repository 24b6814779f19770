"""Who is signed in, on any door: the one place that knows what a browser's session holds.

Rules that always hold: whoever is signed in stands in the table of sessions (`rooms/access`), and is asked there in every
request, so that a session that was ended anywhere is over here; the person whose pages are shown is the one signed in or
one for whom a mandate was checked in this very request; signing in makes a new session with a new key; a device is known
by a random cookie of our own, and everybody else sees its keyed index only.
"""

import secrets
from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth import login as start_django_session
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import rotate_token

from yizheng import wiring
from yizheng.flows.signing_in import sessions_are_kept
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms import access, mandates, privacy
from yizheng.rooms.access.data import CITIZEN, HELPER, Factor, Holder, Session, SignedIn, Way
from yizheng.rooms.mandates.data import Mandate

MARK, REQUEST = "signed_in", "request_id"
ACTING = "acting_for"
BACKEND = "django.contrib.auth.backends.ModelBackend"
DAY_SECONDS = 24 * 3600
DEVICE_COOKIE = "device"
DEVICE_SECONDS = 400 * DAY_SECONDS
_DEVICE_LENGTH = 43
_FRESH, _FOUND, _ACTED = "_yizheng_new_device", "_yizheng_session", "_yizheng_mandate"
_ARRIVED = "_yizheng_arrived"
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def start_citizen(
    request: HttpRequest,
    pno: Pno,
    *,
    factors: Iterable[Factor] = (Factor.SMS_CODE,),
    way: Way = Way.CITIZENS_WEB,
) -> None:
    """Begin a citizen's session: nothing of what was there before stays."""
    _start(request, Holder.person(pno), role=CITIZEN, factors=factors, way=way)


def start_helper(
    request: HttpRequest,
    account_id: int,
    *,
    factors: Iterable[Factor] = (Factor.SMS_CODE,),
    way: Way = Way.CITIZENS_WEB,
) -> None:
    """Begin a family helper's session: nothing of what was there before stays."""
    _start(request, Holder.account(account_id), role=HELPER, factors=factors, way=way)


def start_holder(
    request: HttpRequest, holder: Holder, *, factors: Iterable[Factor], way: Way = Way.CITIZENS_WEB
) -> None:
    """Begin the session of a citizen or a helper, whichever the holder is."""
    if holder.pno is not None:
        start_citizen(request, holder.pno, factors=factors, way=way)
    else:
        start_helper(request, holder.key, factors=factors, way=way)


def start_staff(request: HttpRequest, account_id: int, *, role: str, factors: Iterable[Factor]) -> None:
    """Begin the session of a member of staff: nothing of what was there before stays."""
    request.session.flush()
    start_django_session(request, ModelBackend().get_user(account_id), backend=BACKEND)
    _keep(request, Holder.account(account_id), role=role, factors=factors, way=Way.STAFF_WEB)


def keep_after_password(request: HttpRequest) -> None:
    """Keep this session of staff after its owner changed the password; Django ends every other one by itself."""
    user = ModelBackend().get_user(request.user.pk)
    if user is not None:
        request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()


def session_of(request: HttpRequest) -> Session | None:
    """The session of whoever asks, while it lasts; None for a visitor. A session that is over leaves nothing behind."""
    known: Session | None = getattr(request, _FOUND, None)
    if known is None and request.session.get(MARK) and request.session.session_key:
        known = sessions_are_kept.find(
            access.queries.session_index(request.session.session_key), clock=wiring.clock()
        )
        if known is None:
            request.session.flush()
        setattr(request, _FOUND, known)
    return known


def signed_in(request: HttpRequest) -> SignedIn | None:
    """Who this request comes from, citizen, helper (`role` is `helper`) or staff; None for a visitor."""
    session = session_of(request)
    if session is None:
        return None
    return SignedIn(
        pno=session.holder.pno,
        account_id=session.holder.account_id,
        role=session.role,
        factors=session.factors,
        since=session.begun_at,
        device=session.device,
    )


def arrived(request: HttpRequest) -> Holder | None:
    """Who began a session in this very request; None where nobody did."""
    holder: Holder | None = getattr(request, _ARRIVED, None)
    return holder


def on_citizens_web(request: HttpRequest) -> SignedIn | None:
    """The citizen or helper who asks; None for a visitor and for staff, who have a web of their own."""
    who = signed_in(request)
    return who if who and who.role in (CITIZEN, HELPER) else None


def person_shown(request: HttpRequest) -> Pno | None:
    """The beneficiary whose pages this request may see: the one signed in, or the one acted for; None for a visitor.

    What a helper may do for the one acted for is the caller's to check (`citizen_page`, or the flow by its scope).
    """
    who, acting = on_citizens_web(request), acting_for(request)
    return acting.pno if acting else (who.pno if who else None)


def start_acting(request: HttpRequest, mandate_id: int) -> None:
    """Act under a mandate from now on; whether it is in force is asked in every request."""
    request.session[ACTING] = mandate_id


def stop_acting(request: HttpRequest) -> None:
    """Act for nobody any more."""
    request.session.pop(ACTING, None)


def is_acting(request: HttpRequest) -> bool:
    """Whether this session says that it acts for somebody, in force or not."""
    return ACTING in request.session


def acting_for(request: HttpRequest) -> Mandate | None:
    """The mandate under which the signed-in helper acts, if it is in force at this moment; None otherwise."""
    number, who = request.session.get(ACTING), on_citizens_web(request)
    if number is None or who is None or who.account_id is None:
        return None
    asked: tuple[int, Mandate | None] | None = getattr(request, _ACTED, None)
    if asked is None or asked[0] != number:
        today = wiring.clock().now().astimezone(CHINA).date()
        asked = number, mandates.queries.still_in_force(number, who.account_id, on=today)
        setattr(request, _ACTED, asked)
    return asked[1]


def end(request: HttpRequest) -> None:
    """End the session; nothing of it stays."""
    session = session_of(request)
    if session is not None:
        sessions_are_kept.end(session, by="signed_out", clock=wiring.clock())
    forget(request)


def forget(request: HttpRequest) -> None:
    """Forget what was known of this request's session."""
    setattr(request, _FOUND, None)
    request.session.flush()


def request_index(request: HttpRequest) -> bytes:
    """The keyed index (16 bytes) of this browser's visit: what a code is asked for in, it is good in."""
    name = request.session.get(REQUEST)
    if not name:
        name = request.session[REQUEST] = secrets.token_urlsafe(24)
    return privacy.queries.blind("request", str(name))


def device_index(request: HttpRequest) -> bytes:
    """The keyed index (16 bytes) of the device that asks, by its long-lived first-party cookie.

    A device without one gets a new cookie with the answer to this request (`KnownDevice`), and is known by it from now.
    """
    cookie = request.COOKIES.get(DEVICE_COOKIE, "")
    if len(cookie) != _DEVICE_LENGTH:
        cookie = getattr(request, _FRESH, "") or secrets.token_urlsafe(32)
        setattr(request, _FRESH, cookie)
    return privacy.queries.blind("device", cookie)


def device_name(request: HttpRequest) -> str:
    """What a list of sessions calls the device that asks: its browser and system in a word each, and no more."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return " · ".join(word for word in (browser, system) if word)


class KnownDevice:
    """Gives a device whose index was asked for, and which had none, its cookie: a random name, good for 400 days."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        fresh = getattr(request, _FRESH, "")
        if fresh:
            response.set_cookie(
                DEVICE_COOKIE,
                fresh,
                max_age=DEVICE_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=settings.YIZHENG.https,
            )
        return response


def _start(request: HttpRequest, holder: Holder, *, role: str, factors: Iterable[Factor], way: Way) -> None:
    request.session.flush()
    request.session.set_expiry(DAY_SECONDS)
    rotate_token(request)
    _keep(request, holder, role=role, factors=factors, way=way)


def _keep(request: HttpRequest, holder: Holder, *, role: str, factors: Iterable[Factor], way: Way) -> None:
    request.session[MARK] = True
    request.session.save()
    session = sessions_are_kept.begin(
        access.queries.session_index(str(request.session.session_key)),
        holder=holder,
        role=role,
        way=way,
        factors=factors,
        device=device_index(request),
        device_name=device_name(request),
        clock=wiring.clock(),
    )
    setattr(request, _FOUND, session)
    setattr(request, _ARRIVED, holder)
