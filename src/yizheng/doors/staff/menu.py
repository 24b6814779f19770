"""The menu of the staff web, as a tag: pages of errors show it as well as the others. Loaded into every template."""

from dataclasses import dataclass

from django import template
from django.db import DatabaseError
from django.http import HttpRequest
from django.template.context import RequestContext
from django.urls import reverse

from yizheng.doors.staff.gate import MENU, staff
from yizheng.rooms import access

register = template.Library()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the menu."""

    url: str
    label: str
    here: bool


@register.simple_tag(takes_context=True)
def staff_menu(context: RequestContext) -> list[Entry]:
    """The entries that the role of whoever is signed in may use; none for a visitor."""
    request: HttpRequest | None = context.get("request")
    try:
        if request is None or not request.user.is_authenticated:
            return []
        who, place = staff(request), context.get("place", "")
        return [
            Entry(url=reverse(f"staff:{name}"), label=str(label), here=name == place)
            for name, label, permission in MENU
            if access.queries.can(who, permission)
        ]
    except DatabaseError:  # the page that says so must still be drawn
        return []
