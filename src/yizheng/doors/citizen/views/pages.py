"""What every page of the citizens' web shares: the guard of a person's pages, and how a page is drawn.

Rules that always hold: no page but the camera's needs a script; a page about a person is shown only in a session that
may see that person; every look is recorded, the person's own too; a number that nobody has gets the same pages as one
that somebody has.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from yizheng import wiring
from yizheng.doors.identity import person_shown, signed_in
from yizheng.flows.person_is_looked_at import look
from yizheng.kernel.ids import Pno

SELF = "self"

View = Callable[..., HttpResponse]


def citizen_page(what: str, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Only in a citizen's session; the view gets the number of the person shown. The look is recorded first."""

    def guard(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            pno = person_shown(request)
            if pno is None:
                return redirect("citizen:start")
            look(pno=pno, actor=SELF, role=SELF, purpose="self-service", what=what, clock=wiring.clock())
            return view(request, Pno(pno), *args, **kwargs)

        return guarded

    return guard


def page(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """A page of the citizens' web."""
    citizen = signed_in(request) is not None
    return render(request, f"citizen/{template}", {**context, "citizen": citizen}, status=status)
