"""What every way of signing in to the citizens' web shares: what a browser's session remembers between two pages, and
how a session begins. What was typed is kept sealed; whom it means is kept, and no page says whether it means anybody.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from yizheng import wiring
from yizheng.doors import forms, identity, proofs
from yizheng.doors.circumstances import carry_typing
from yizheng.doors.web import LANGUAGE_COOKIE
from yizheng.flows.signing_in import citizen_signs_in
from yizheng.flows.telling import language_is_chosen
from yizheng.rooms import access
from yizheng.rooms.access.data import HELPER, PENDING_FOR, Factor, Holder, Way

WANTED, TYPED, ASKED, SHOWN = "wanted", "typed", "asked", "typed_shown"
PASSED = "password_passed"
NUMBER = "number_typed"
HELPERS_HOME = "/helper/"


def remember(request: HttpRequest, holder: Holder | None, number: str) -> None:
    """Keep whom the number means for the next page, under a new session key; the number itself is kept sealed."""
    index = request.session.get(identity.REQUEST)
    request.session.cycle_key()
    if index:
        request.session[identity.REQUEST] = index
    request.session[WANTED] = str(holder) if holder else ""
    request.session[TYPED] = proofs.typed_name(number)
    request.session[ASKED] = wiring.clock().now().isoformat()
    request.session[SHOWN] = forms.keep(request, NUMBER, number)
    request.session.pop(PASSED, None)


def number_typed(request: HttpRequest) -> str:
    """What was typed on the page before, to be shown back; empty where it waited too long."""
    return str(forms.kept(request, NUMBER, request.session.get(SHOWN, "")) or "")


def wanted(request: HttpRequest) -> Holder | None:
    """Whom the number of the page before means; None where it is nobody's."""
    kept = request.session.get(WANTED)
    return Holder.parse(kept) if kept else None


def remember_password(request: HttpRequest, holder: Holder | None) -> None:
    """Keep for a short while whose password was shown in this browser."""
    request.session[PASSED] = [str(holder), wiring.clock().now().isoformat()] if holder else None


def passed_password(request: HttpRequest, holder: Holder) -> bool:
    """Whether this holder's password was shown in this browser a short while ago."""
    kept = request.session.get(PASSED)
    if not kept or kept[0] != str(holder):
        return False
    return wiring.clock().now() - datetime.fromisoformat(kept[1]) < PENDING_FOR


def send_code(request: HttpRequest) -> None:
    """A code to the phone of whom the number means; nothing where it means nobody."""
    holder = wanted(request)
    if holder is not None:
        citizen_signs_in.send_code(
            holder=holder,
            request=identity.request_index(request),
            language=request.LANGUAGE_CODE,
            clock=wiring.clock(),
            post=wiring.post(),
        )


def enter(
    request: HttpRequest, holder: Holder, factors: set[Factor], *, way: Way = Way.CITIZENS_WEB, to: str = ""
) -> HttpResponse:
    """Begin the session and go where this person starts."""
    identity.start_holder(request, holder, factors=factors, way=way)
    carry_typing(request)
    if LANGUAGE_COOKIE in request.COOKIES:  # chosen before signing in, on this device
        language_is_chosen.choose(holder, request.LANGUAGE_CODE, clock=wiring.clock())
    return redirect(to or ("citizen:me" if holder.pno is not None else HELPERS_HOME))


def home_of(request: HttpRequest) -> HttpResponse | None:
    """Where somebody belongs who is signed in here already."""
    who = identity.on_citizens_web(request)
    if who is None:
        return None
    return redirect("citizen:me" if who.pno is not None else HELPERS_HOME)


def is_of_citizens_web(holder: Holder) -> bool:
    """Whether the holder belongs here: staff have a web of their own, with rules of its own."""
    if holder.account_id is None:
        return True
    account = access.queries.account_of(holder.account_id)
    return account is not None and account.is_active and account.role == HELPER
