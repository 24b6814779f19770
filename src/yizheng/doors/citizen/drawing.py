"""How a page of the citizens' web is drawn."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yizheng.doors.identity import signed_in


def page(
    request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """A page of the citizens' web."""
    citizen = signed_in(request) is not None
    return render(request, f"citizen/{template}", {**context, "citizen": citizen}, status=status)
