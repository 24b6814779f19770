"""What a file is opened for (查看事由): read from the way that led to it, or asked. Nothing is supposed.

The record of looks is shown to the person. A file opened from a case was opened to work on the case, one found by a
search for what the clerk said there; whoever comes by another way is asked before anything is read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.forms import Wrong
from yizheng.doors.staff.gate import PURPOSES, number_of
from yizheng.doors.words import word
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import casework

FOUND = "people-found"
LOOKING = "looking"
HOLDS = timedelta(minutes=30)
WAYS = {
    "link": "case",
    "faces": "case",
    "pauses": "release",
    "pay": "pay",
    "rosters": "pay",
    "alerts": "alert",
}
"""Pages that lead to a file, and what it is opened for from there."""
PURPOSE = forms.Choice(
    "purpose",
    _("查看事由"),
    PURPOSES,
    words=lambda one: word("purpose", one),
    own={Wrong.NOT_CHOSEN: _("请选查看事由。本人能看到谁为什么看了自己的档案。")},
)
WHY = forms.Form("purpose", PURPOSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search and what it found: kept under a token, so that Back from a file leads to it again."""

    wanted: str
    purpose: str
    pnos: tuple[int, ...]


def find_search(request: HttpRequest) -> Search | None:
    """The search that the address names, while it is kept."""
    found = forms.kept(request, FOUND, request.GET.get("found", ""))
    return (
        Search(wanted=found["wanted"], purpose=found["purpose"], pnos=tuple(found["pnos"])) if found else None
    )


def purpose_of(request: HttpRequest, pno: Pno) -> str | None:
    """What this file is opened for; None where the way does not say and nobody said it for this person a while ago."""
    told = _told_by_the_way(request, pno)
    if told:
        remember(request, pno, told)
        return told
    kept = request.session.get(LOOKING)
    if not kept or kept[0] != pno or wiring.clock().now() - datetime.fromisoformat(kept[2]) > HOLDS:
        return None
    return str(kept[1])


def remember(request: HttpRequest, pno: Pno, purpose: str) -> None:
    """Keep what this person's data is looked at for, while the clerk goes about the person's pages."""
    request.session[LOOKING] = [pno, purpose, wiring.clock().now().isoformat()]


def _told_by_the_way(request: HttpRequest, pno: Pno) -> str:
    search = find_search(request)
    if search is not None and pno in search.pnos:
        return search.purpose
    case_id = number_of(request.GET.get("case"), otherwise=0)
    if case_id:
        try:
            return "case" if casework.queries.get_case(case_id).pno == pno else ""
        except Refused:
            return ""
    return WAYS.get(request.GET.get("from", ""), "")
