"""Acts of citizens and helpers are weighed at their pages, and when more is asked for, it is asked kindly.

Nobody is told a score. A page about one's own data is weighed once a session, and again when device or place change
inside it; every sensitive act each time. The pages that certify are never held up here.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from yizheng import wiring
from yizheng.doors import circumstances, identity
from yizheng.doors.citizen.drawing import page
from yizheng.doors.context import Context
from yizheng.flows.signing_in import risk_is_weighed
from yizheng.kernel.ids import Pno
from yizheng.rooms import access
from yizheng.rooms.access.data import Holder, SignedIn
from yizheng.rooms.risk.data import Act, Asked

WEIGHED = "weighed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreShown(Context):
    """The page that asks for more: whether it can be shown here, where to go on, and whether certifying stays open."""

    can_confirm: bool
    onward: str
    may_certify: bool


WATCHED = frozenset({"me", "why", "history", "looks", "helpers"})
"""The pages whose sight is weighed as `Act.VIEW`. Those that certify are weighed as certifying, by their own flow."""


def asked_more(
    request: HttpRequest, who: SignedIn, pno: Pno | None, act: Act, *, onward: str = ""
) -> HttpResponse | None:
    """The page that asks for more, where the act asks for more than this session has shown; None where it may go on.

    `pno` is the person it is done for; None for what helpers do for themselves. `onward` is the page to come back to
    once more was shown, where it is not this one.
    """
    weighing = risk_is_weighed.weigh(
        who=who,
        pno=pno,
        act=act,
        seen=circumstances.seen(request),
        clock=wiring.clock(),
        table=wiring.agency().risk,
    )
    request.session.pop(circumstances.TYPING, None)
    return None if weighing.met else _more(request, who, act, weighing.asked, onward or request.path)


def watched(request: HttpRequest, who: SignedIn, pno: Pno, what: str) -> HttpResponse | None:
    """The same for a look at a person's page: weighed once for a device, a place and a person of the session."""
    if what not in WATCHED:
        return None
    mark = _mark(request, who, pno)
    if request.session.get(WEIGHED) == mark:
        return None
    more = asked_more(request, who, pno, Act.VIEW)
    if more is None:
        request.session[WEIGHED] = mark
    return more


def asked_more_to_begin(request: HttpRequest, who: SignedIn, pno: Pno, act: Act) -> HttpResponse | None:
    """The same for an act of several steps: weighed as it begins, and when device, place or factors change inside it."""
    if has_begun(request, who, pno, act):
        return None
    more = asked_more(request, who, pno, act)
    if more is None:
        request.session[f"{WEIGHED}_{act.value}"] = _mark(request, who, pno)
    return more


def has_begun(request: HttpRequest, who: SignedIn, pno: Pno, act: Act) -> bool:
    """Whether such an act was weighed in this session as things are now, and may go on."""
    begun: object = request.session.get(f"{WEIGHED}_{act.value}")
    return begun == _mark(request, who, pno)


def _mark(request: HttpRequest, who: SignedIn, pno: Pno) -> str:
    now = circumstances.seen(request)
    return f"{now.device.hex()}:{now.place}:{pno}:{','.join(sorted(who.factors))}"


def _more(request: HttpRequest, who: SignedIn, act: Act, asked: Asked, onward: str) -> HttpResponse:
    holder = Holder.person(who.pno) if who.pno is not None else Holder.account(who.account_id or 0)
    online = asked in (Asked.SECOND_FACTOR, Asked.STRONG_FACTOR)
    can_confirm = online and bool(access.queries.factors_of(holder).strong)
    may_certify = who.pno is not None and act is not Act.ENROL and not identity.is_acting(request)
    shown = MoreShown(can_confirm=can_confirm, onward=onward, may_certify=may_certify)
    return page(request, "more_asked.html", shown, status=403)
