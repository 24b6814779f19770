"""Who is signed in, on any door: the one place that knows what a session holds.

Rules that always hold: a session names an account or a person, never a number; the person whose pages are shown is the
one signed in or one for whom a mandate was checked in this very request; signing in makes a new session.
"""

from datetime import datetime

from django.http import HttpRequest

from yizheng.kernel.ids import Pno
from yizheng.rooms.access.data import Factor, SignedIn

CITIZEN, SINCE, FACTORS = "citizen", "citizen_since", "citizen_factors"
DAY_SECONDS = 24 * 3600


def start_citizen(
    request: HttpRequest, pno: Pno, *, at: datetime, factors: tuple[Factor, ...] = (Factor.SMS_CODE,)
) -> None:
    """Begin a citizen's session: nothing of what was there before stays."""
    request.session.flush()
    request.session[CITIZEN] = pno
    request.session[SINCE] = at.isoformat()
    request.session[FACTORS] = [factor.value for factor in factors]
    request.session.set_expiry(DAY_SECONDS)


def signed_in(request: HttpRequest) -> SignedIn | None:
    """Who this request comes from; None for a visitor."""
    pno = request.session.get(CITIZEN)
    if pno is None:
        return None
    return SignedIn(
        pno=Pno(pno),
        factors=frozenset(Factor(value) for value in request.session.get(FACTORS, ())),
        since=datetime.fromisoformat(request.session[SINCE]),
    )


def person_shown(request: HttpRequest) -> Pno | None:
    """The beneficiary whose pages this request may see: the one signed in, or the one acted for; None for a visitor."""
    who = signed_in(request)
    return who.pno if who else None


def end(request: HttpRequest) -> None:
    """End the session; nothing of it stays."""
    request.session.flush()
