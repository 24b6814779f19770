"""The simulated phone of a demo."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yizheng import wiring
from yizheng.doors.citizen.views.pages import page
from yizheng.doors.context import Context
from yizheng.rooms import insight
from yizheng.rooms.insight.data import Example


class PhoneText(Protocol):
    """A text as a simulated phone shows it."""

    @property
    def phone(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneShown(Context):
    """What the simulated phones received last, and numbers to try."""

    messages: tuple[PhoneText, ...]
    examples: tuple[Example, ...]


@require_GET
def demo_phone(request: HttpRequest) -> HttpResponse:
    """What the simulated phone received. Exists in a demo only."""
    if not settings.YIZHENG.demo:
        raise Http404
    shown = PhoneShown(
        messages=tuple(wiring.demo_messages(limit=4)), examples=tuple(insight.queries.examples())
    )
    return page(request, "demo_phone.html", shown)
