"""Who is signed in, on any door: the one place that knows what a session holds.

Rules that always hold: a session names an account or a person, never a number; the person whose pages are shown is the
one signed in or one for whom a mandate was checked in this very request; signing in makes a new session; a device is
known by a random cookie of our own, and everybody else sees its keyed index only.
"""

import secrets
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from yizheng.kernel.ids import Pno
from yizheng.rooms.access.data import CITIZEN as CITIZEN_ROLE
from yizheng.rooms.access.data import HELPER as HELPER_ROLE
from yizheng.rooms.access.data import Factor, SignedIn
from yizheng.rooms.privacy.queries import blind

CITIZEN, HELPER, SINCE, FACTORS = "citizen", "helper", "citizen_since", "citizen_factors"
DAY_SECONDS = 24 * 3600
DEVICE_COOKIE = "device"
DEVICE_SECONDS = 400 * DAY_SECONDS
_DEVICE_LENGTH = 43
_FRESH = "_yizheng_new_device"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def start_citizen(
    request: HttpRequest, pno: Pno, *, at: datetime, factors: tuple[Factor, ...] = (Factor.SMS_CODE,)
) -> None:
    """Begin a citizen's session: nothing of what was there before stays."""
    _start(request, CITIZEN, int(pno), at=at, factors=factors)


def start_helper(
    request: HttpRequest, account_id: int, *, at: datetime, factors: tuple[Factor, ...] = (Factor.SMS_CODE,)
) -> None:
    """Begin a family helper's session: nothing of what was there before stays."""
    _start(request, HELPER, account_id, at=at, factors=factors)


def signed_in(request: HttpRequest) -> SignedIn | None:
    """Who this request comes from; None for a visitor. Of a helper `account_id` is set and `role` is `helper`."""
    pno, account_id = request.session.get(CITIZEN), request.session.get(HELPER)
    if pno is None and account_id is None:
        return None
    return SignedIn(
        pno=None if pno is None else Pno(pno),
        account_id=account_id,
        role=CITIZEN_ROLE if account_id is None else HELPER_ROLE,
        factors=frozenset(Factor(value) for value in request.session.get(FACTORS, ())),
        since=datetime.fromisoformat(request.session[SINCE]),
        device=device_index(request),
    )


def person_shown(request: HttpRequest) -> Pno | None:
    """The beneficiary whose pages this request may see: the one signed in, or the one acted for; None for a visitor."""
    who = signed_in(request)
    return who.pno if who else None


def end(request: HttpRequest) -> None:
    """End the session; nothing of it stays."""
    request.session.flush()


def device_index(request: HttpRequest) -> bytes:
    """The keyed index (16 bytes) of the device that asks, by its long-lived first-party cookie.

    A device without one gets a new cookie with the answer to this request (`KnownDevice`), and is known by it from now.
    """
    cookie = request.COOKIES.get(DEVICE_COOKIE, "")
    if len(cookie) != _DEVICE_LENGTH:
        cookie = getattr(request, _FRESH, "") or secrets.token_urlsafe(32)
        setattr(request, _FRESH, cookie)
    return blind("device", cookie)


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


def _start(request: HttpRequest, kind: str, key: int, *, at: datetime, factors: tuple[Factor, ...]) -> None:
    request.session.flush()
    request.session[kind] = key
    request.session[SINCE] = at.isoformat()
    request.session[FACTORS] = [factor.value for factor in factors]
    request.session.set_expiry(DAY_SECONDS)
