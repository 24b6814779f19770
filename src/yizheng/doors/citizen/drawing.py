"""How a page of the citizens' web is drawn."""

from django.http import HttpRequest, HttpResponse

from yizheng.doors.context import Context, Empty, draw
from yizheng.doors.identity import signed_in

NOTHING = Empty()


def page(
    request: HttpRequest, template: str, context: Context = NOTHING, *, status: int = 200
) -> HttpResponse:
    """A page of the citizens' web."""
    return draw(
        request, f"citizen/{template}", context, status=status, citizen=signed_in(request) is not None
    )
