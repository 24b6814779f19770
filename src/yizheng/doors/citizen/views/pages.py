"""What every page of the citizens' web shares: the guard of a person's pages, and how a page is drawn.

Rules that always hold: no page but the camera's needs a script; a page about a person is shown only in a session that
may see that person; every look is recorded, the person's own too and a helper's under the helper's name; a helper
reaches what `HELPERS_MAY` lists and nothing else; a number that nobody has gets the same pages as one that somebody has.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yizheng import wiring
from yizheng.doors import forms, identity
from yizheng.doors.citizen.drawing import page
from yizheng.doors.citizen.weighing import watched
from yizheng.flows.house.person_is_looked_at import look
from yizheng.kernel.hands import NamedActor
from yizheng.kernel.ids import Pno
from yizheng.rooms import access
from yizheng.rooms.access.data import SignedIn
from yizheng.rooms.mandates.data import Scope

__all__ = ["HELPERS_MAY", "ONESELF", "SELF", "answers_only", "citizen_page", "not_acting", "page"]

SELF = "self"
ONESELF = NamedActor(SELF, role=SELF)
"""The beneficiary, who acts in person."""
HELPERS_MAY: dict[str, Scope] = {
    "me": Scope.VIEW,
    "why": Scope.VIEW,
    "history": Scope.VIEW,
    "ways": Scope.VIEW,
    "face": Scope.CERTIFY,
    "face_able": Scope.CERTIFY,
}
"""What a helper may reach for a beneficiary, and the scope it needs. Phone, bank account, consent, sign-in and mandates
are not here and never will be: a page that this table does not name is the beneficiary's own."""

View = Callable[..., HttpResponse]


def answers_only(form: str) -> Callable[[View], View]:
    """An address that only takes answers: whoever opens it (a tab that was restored) is led to the page of the form."""

    def guard(view: View) -> View:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            return forms.to_form(form, kwargs, request.GET.urlencode())

        return guarded

    return guard


def citizen_page(what: str, *, methods: tuple[str, ...] = ("GET",), form: str = "") -> Callable[[View], View]:
    """Only in a citizen's session, or a helper's who acts; the view gets the person shown. The look is recorded first.

    With `form` the address only takes answers, and that is the page of their form.
    """
    if form:
        return lambda view: answers_only(form)(citizen_page(what, methods=("POST",))(view))

    def guard(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            who, acting = identity.on_citizens_web(request), identity.acting_for(request)
            if who is None:
                return redirect("citizen:start")
            pno = acting.pno if acting else who.pno
            if pno is None:
                return not_acting(request)
            if acting and HELPERS_MAY.get(what) not in acting.scopes:
                return page(request, "own_only.html", status=403)
            _record(who, pno, what)
            return watched(request, who, pno, what) or view(request, pno, *args, **kwargs)

        return guarded

    return guard


def not_acting(request: HttpRequest) -> HttpResponse:
    """Back to the list of whom one may act for; with a word, where somebody was acted for and it is over."""
    if identity.is_acting(request):
        identity.stop_acting(request)
        return redirect(f"{reverse('citizen:helper')}?over=1")
    return redirect("citizen:helper")


def _record(who: SignedIn, pno: Pno, what: str) -> None:
    """The look, under the name of whoever looks: the beneficiary, or the helper's account."""
    helper = access.queries.account_of(who.account_id) if who.account_id is not None else None
    look(
        wiring.hands(helper or ONESELF),
        pno=pno,
        purpose="acting" if helper else "self-service",
        what=what,
    )
