"""The ways between a form and its answer: back to the page with what was typed, or on to the next page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch
from django.utils.http import urlencode

from yizheng.doors.forms.filled import Filled, Form, from_kept
from yizheng.doors.forms.kept import keep, kept

RETURNED = "form"
SUMMARY = "errors"
"""The id of the summary: a fragment leads the focus to it, without a script."""


def back(
    request: HttpRequest,
    filled: Filled,
    to: str,
    *args: Any,
    query: Mapping[str, str] | None = None,
    **kwargs: Any,
) -> HttpResponse:
    """Back to the page of the form (a view's name, or a path), with what was typed and what is wrong with it."""
    token = keep(request, _kind(filled.form), filled.as_kept())
    said = urlencode({**{name: one for name, one in (query or {}).items() if one}, RETURNED: token})
    return HttpResponseRedirect(f"{resolve_url(to, *args, **kwargs)}?{said}#{SUMMARY}")


def elsewhere(to: str, *args: Any, query: Mapping[str, str] | None = None, **kwargs: Any) -> HttpResponse:
    """On to a page, with what its address should say."""
    said = urlencode({name: one for name, one in (query or {}).items() if one})
    return HttpResponseRedirect(f"{resolve_url(to, *args, **kwargs)}{'?' if said else ''}{said}")


def shown(request: HttpRequest, form: Form, initial: Mapping[str, object] | None = None) -> Filled:
    """The form as the page draws it: as it was sent back where the address says so, else empty with its proposals."""
    token = request.GET.get(RETURNED, "")
    waited = kept(request, _kind(form), token) if token else None
    proposed = form.empty(initial)
    return proposed if waited is None else from_kept(form, waited, token, proposed)


def to_form(to: str, kwargs: Mapping[str, Any], query: str = "") -> HttpResponse:
    """Where a GET to an address that only takes answers belongs: the page of its form, with what the address asked."""
    try:
        found = resolve_url(to, **kwargs)
    except NoReverseMatch:
        found = resolve_url(to)
    return HttpResponseRedirect(f"{found}{'?' if query else ''}{query}")


def _kind(form: Form) -> str:
    return f"form:{form.name}"
