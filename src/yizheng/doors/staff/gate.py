"""The gate of the staff web: signed in, not idle for too long, and with the permission that the page needs.

Rules that always hold: every view of this web goes through `staff_page` (a test walks all addresses); a look at a
person's data is recorded before the data is read; a page that a role may not use answers 403 and is not linked to.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import wraps
from typing import Protocol, cast

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yizheng import wiring
from yizheng.flows.person_is_looked_at import look
from yizheng.kernel.ids import Pno
from yizheng.rooms.access.data import Permission
from yizheng.rooms.access.queries import accounts, can

IDLE = timedelta(minutes=30)
SEEN = "staff_seen"
PURPOSE = "purpose"
NOBODY = Pno(-1)
PURPOSES = ("answer", "service", "case", "audit")
MENU = (
    ("dashboard", _("总览"), Permission.SEE_DASHBOARD),
    ("cases", _("疑点核查"), Permission.SEE_CASES),
    ("links", _("关联核对"), Permission.SEE_LINKS),
    ("people", _("找人"), Permission.FIND_PERSON),
    ("pauses", _("暂停名单"), Permission.SEE_PAUSE_LIST),
    ("pay", _("发放计划"), Permission.SEE_PAY_RUN),
    ("sources", _("数据源"), Permission.SEE_SOURCES),
    ("ledger", _("存证账本"), Permission.SEE_LEDGER),
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


def staff_page(permission: Permission, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Only for staff whose role holds the permission; others are asked to sign in, or refused."""

    def guard(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated or _is_idle(request):
                return _sign_in_first(request)
            if not can(staff(request), permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return cast("View", guarded)

    return guard


def staff(request: HttpRequest) -> Staff:
    """The member of staff who asks."""
    return cast("Staff", request.user)


def record_look(request: HttpRequest, pno: Pno, *, what: str, purpose: str = "") -> None:
    """Record that this member of staff looks at a person's data. Call it before anything is read."""
    who = staff(request)
    look(
        pno=pno,
        actor=who.username,
        role=who.role,
        purpose=purpose or request.session.get(PURPOSE, PURPOSES[0]),
        what=what,
        clock=wiring.clock(),
    )


def record_list(request: HttpRequest, what: str, people: int) -> None:
    """Record that a list of people was shown, masked: one look for the list, at nobody in particular."""
    if people:
        record_look(request, NOBODY, what=f"list:{what}:{people}")


def page(
    request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200, place: str = ""
) -> HttpResponse:
    """A page of the staff web with its menu; `place` is the menu's entry that the page belongs to."""
    who = staff(request)
    menu = [
        {"url": reverse(f"staff:{name}"), "label": label, "here": name == place}
        for name, label, permission in MENU
        if request.user.is_authenticated and can(who, permission)
    ]
    return render(request, f"staff/{template}", {**context, "menu": menu}, status=status)


def staff_names() -> dict[str, str]:
    """User names and the names that colleagues know them by."""
    return {account.username: account.display_name for account in accounts()}


def number_of(text: str | None, *, otherwise: int = 1) -> int:
    """A positive number from an address; `otherwise` where there is none."""
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 10 else otherwise


def _is_idle(request: HttpRequest) -> bool:
    """Whether nothing was asked for half an hour; notes this moment when not."""
    now = wiring.clock().now()
    seen = request.session.get(SEEN)
    if seen and now - datetime.fromisoformat(seen) > IDLE:
        logout(request)
        return True
    request.session[SEEN] = now.isoformat()
    return False


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    wanted = request.get_full_path() if request.method == "GET" else reverse("staff:dashboard")
    return redirect(f"{reverse('staff:login')}?{urlencode({'next': wanted})}")
