"""The gate of the staff web: signed in, in a session that lasts, by as many factors as the role asks for, and allowed.

Rules that always hold: every view of this web goes through `staff_page` (a test walks all addresses); a session ends
after 12 hours, after half an hour without a word, with its account, and when its owner ends it; a look at a person's data
is recorded before the data is read; a page that a role may not use answers 403 and is not linked to.
"""

from collections.abc import Callable
from functools import wraps
from typing import Protocol, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yizheng import wiring
from yizheng.doors import forms, identity
from yizheng.doors.context import Context, draw
from yizheng.flows.house.person_is_looked_at import look
from yizheng.kernel.ids import Pno
from yizheng.rooms import access
from yizheng.rooms.access.data import Permission, Session

NOBODY = Pno(-1)
PURPOSES = ("answer", "service", "case", "audit")
"""What a clerk may say a look is for. None is proposed: whoever looks says why, and the person reads it."""
MENU = (
    ("dashboard", _("总览"), Permission.SEE_DASHBOARD),
    ("cases", _("疑点核查"), Permission.SEE_CASES),
    ("links", _("关联核对"), Permission.SEE_LINKS),
    ("people", _("找人"), Permission.FIND_PERSON),
    ("pauses", _("暂停名单"), Permission.SEE_PAUSE_LIST),
    ("alerts", _("预警"), Permission.SEE_ALERTS),
    ("pay", _("发放计划"), Permission.SEE_PAY_RUN),
    ("sources", _("数据源"), Permission.SEE_SOURCES),
    ("faces", _("人脸库"), Permission.SEE_VAULT),
    ("ledger", _("存证"), Permission.SEE_LEDGER),
)


class Staff(Protocol):
    """A signed-in member of staff, as views use one."""

    @property
    def username(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def display_name(self) -> str: ...


View = Callable[..., HttpResponse]


def staff_page(
    permission: Permission | None, *, methods: tuple[str, ...] = ("GET",), form: str = ""
) -> Callable[[View], View]:
    """Only for staff whose role holds the permission; others are asked to sign in, or refused.

    None is for the pages about the own sign-in: for every member of staff, also before a second factor is enrolled.
    `form` names the page whose form is answered here: the address takes answers only, and leads a GET (a restored tab, a
    reload) back to that page.
    """
    taken = ("GET", "POST") if form else methods

    def guard(view: View) -> View:
        @require_http_methods(list(taken))
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            session = session_of_staff(request)
            if session is None:
                return _sign_in_first(request)
            if permission is not None:
                if lacks_a_factor(session):
                    return redirect("staff:security")
                if not access.queries.can(staff(request), permission):
                    raise PermissionDenied
            if form and request.method == "GET":
                return forms.to_form(form, kwargs)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return cast("View", guarded)

    return guard


def session_of_staff(request: HttpRequest) -> Session | None:
    """The session of the member of staff who asks, while it lasts; None for everybody else."""
    session = identity.session_of(request)
    if session is None or not request.user.is_authenticated:
        return None
    return session if session.holder.account_id == request.user.pk else None


def lacks_a_factor(session: Session) -> bool:
    """Whether the role asks for two factors, the installation holds to it, and the session has fewer."""
    role = access.queries.find_role(session.role)
    asked = role is not None and role.two_factors and wiring.two_factors_asked()
    return asked and not access.queries.is_two_factors(session.factors)


def staff(request: HttpRequest) -> Staff:
    """The member of staff who asks."""
    return cast("Staff", request.user)


def record_look(request: HttpRequest, pno: Pno, *, what: str, purpose: str) -> None:
    """Record that this member of staff looks at a person's data, and what for. Call it before anything is read."""
    who = staff(request)
    look(wiring.hands(who), pno=pno, purpose=purpose, what=what)


def record_list(request: HttpRequest, what: str, people: int, *, purpose: str) -> None:
    """Record that a list of people was shown, masked: one look for the list, at nobody in particular."""
    if people:
        record_look(request, NOBODY, what=f"list:{what}:{people}", purpose=purpose)


def page(request: HttpRequest, template: str, context: Context, *, place: str = "") -> HttpResponse:
    """A page of the staff web; `place` is the menu's entry that the page belongs to."""
    return draw(request, f"staff/{template}", context, place=place)


def staff_names() -> dict[str, str]:
    """User names and the names that colleagues know them by."""
    return {account.username: account.display_name for account in access.queries.accounts()}


def number_of(text: str | None, *, otherwise: int = 1) -> int:
    """A positive number from an address; `otherwise` where there is none."""
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 10 else otherwise


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    wanted = request.get_full_path() if request.method == "GET" else reverse("staff:dashboard")
    return redirect(f"{reverse('staff:login')}?{urlencode({'next': wanted})}")
