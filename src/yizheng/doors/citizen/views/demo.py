"""The simulated phone of a demo."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yizheng import wiring
from yizheng.doors.citizen.views.pages import page
from yizheng.rooms import insight


@require_GET
def demo_phone(request: HttpRequest) -> HttpResponse:
    """What the simulated phone received. Exists in a demo only."""
    if not settings.YIZHENG.demo:
        raise Http404
    context = {"messages": wiring.demo_messages(limit=4), "examples": insight.queries.examples()}
    return page(request, "demo_phone.html", context)
