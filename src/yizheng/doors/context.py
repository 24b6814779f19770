"""What a page shows, as a frozen value: one class a page, with a field for everything that its template names.

`draw` also collects what is wrong with the forms of the page, for the summary at its top and for its title.
"""

from dataclasses import dataclass, fields

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yizheng.doors.forms import Filled


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a page shows. Python refuses a subclass that is a dataclass and is not frozen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty(Context):
    """A page that shows nothing but its template."""


def draw(
    request: HttpRequest, template: str, context: Context, *, status: int = 200, **around: object
) -> HttpResponse:
    """A page of its template. `around` is what the web itself adds, such as its menu."""
    shown = {field.name: getattr(context, field.name) for field in fields(context)}
    errors = [line for value in shown.values() if isinstance(value, Filled) for line in value.errors]
    return render(request, template, {**around, **shown, "errors": errors}, status=status)
