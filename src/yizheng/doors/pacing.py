"""The guard of every page on which a number, a code or a password is tried: `@paced`. It answers 429 where the place is
slowed, in words that name other ways. Passkeys and cards cannot be guessed and have no such guard.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from yizheng import wiring
from yizheng.doors import identity
from yizheng.doors.circumstances import address_of
from yizheng.doors.web import error_page
from yizheng.flows.signing_in import pace_is_kept
from yizheng.flows.signing_in.pace_is_kept import Asker
from yizheng.kernel.errors import Refused

View = Callable[..., HttpResponse]


def paced(view: View) -> View:
    """Count what is posted to this page, and who gets in by it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        asker = Asker(address=address_of(request), device=identity.device_index(request))
        clock = wiring.clock()
        try:
            pace_is_kept.count_try(asker, rules=wiring.agency().sign_in, clock=clock)
        except Refused as refusal:
            response = error_page(request, "slowed", 429)
            response.headers["Retry-After"] = str(refusal.facts["seconds"])
            return response
        response = view(request, *args, **kwargs)
        arrived = identity.arrived(request)
        if arrived is not None:
            pace_is_kept.got_in(asker, arrived, clock=clock)
        return response

    return guarded
