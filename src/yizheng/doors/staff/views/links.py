"""Uncertain links (关联核对): the queue, and one link with both records side by side. Every look is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.context import Context
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.gate import number_of, page, record_look, staff, staff_names, staff_page
from yizheng.doors.staff.views.pages import Paging, PersonRow, paging, rows_of
from yizheng.doors.words import word
from yizheng.flows.sources import link_is_reviewed
from yizheng.flows.sources.link_sides import FieldSides, LinkSides, sides
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import from_day_number
from yizheng.rooms import access, casework, evidence, privacy
from yizheng.rooms.access.data import Permission
from yizheng.rooms.casework.data import CaseView
from yizheng.rooms.evidence.data import UNDECIDED, LinkRecord, LinkState

MASKS = {"number": privacy.queries.mask_number, "name": privacy.queries.mask_name}


REASON = forms.Text(
    "reason",
    gettext_lazy("理由"),
    hint=gettext_lazy("比对了什么，问过谁。不要写姓名和号码。"),
    most=300,
    rows=3,
)
SAME = forms.Choice("same", gettext_lazy("是不是同一个人"), ("yes", "no"))
DECIDE = forms.Form("link", REASON, SAME)


@dataclass(frozen=True, slots=True)
class About:
    """A link as an item of a list about people."""

    link: LinkRecord

    @property
    def pno(self) -> Pno:
        return Pno(self.link.pno)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A link in the queue."""

    link: LinkRecord
    person: PersonRow[About]
    kind: str
    day: date
    percent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueShown(Context):
    """The links that wait for a clerk, or those in a state."""

    rows: Sequence[LinkRow]
    chosen: Mapping[str, str]
    states: Sequence[tuple[str, str, int]]
    paging: Paging


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One field of both records, with the characters marked that differ."""

    side: FieldSides
    theirs: SafeString
    ours: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkShown(Context):
    """One link: what the department wrote, whom we have, and what may be decided."""

    link: LinkRecord
    sides: LinkSides
    fields: Sequence[FieldRow]
    cells: Mapping[str, str]
    in_full: bool
    day: date
    percent: str
    case: CaseView | None
    names: Mapping[str, str]
    form: forms.Filled
    is_open: bool
    may_decide: bool


@staff_page(Permission.SEE_LINKS)
def queue(request: HttpRequest) -> HttpResponse:
    """The links that wait for a clerk, the likeliest first; or those in a state."""
    chosen = {"state": request.GET.get("state", "")}
    state = LinkState(chosen["state"]) if chosen["state"] in set(LinkState) else None
    found = evidence.queries.link_queue(state=state, page=number_of(request.GET.get("page")))
    kinds = {kind.no: kind for kind in wiring.agency().evidence_rules.kinds}
    people = rows_of(request, "links", [About(link) for link in found.links], purpose="case")
    rows = [
        LinkRow(
            link=link,
            person=row,
            kind=kinds[link.kind_no].name if link.kind_no in kinds else "",
            day=from_day_number(link.day),
            percent=_percent(link),
        )
        for row, link in zip(people, found.links, strict=True)
    ]
    context = QueueShown(
        rows=rows,
        chosen=chosen,
        states=[(one.value, word("link_state", one), found.counts[one.value]) for one in LinkState],
        paging=paging(found, chosen),
    )
    return page(request, "links.html", context, place="links")


@staff_page(Permission.SEE_LINKS)
def link(request: HttpRequest, link_id: int) -> HttpResponse:
    """One link: what the department wrote, whom we have, field by field, and what may be decided."""
    found = _found(link_id)
    record_look(request, Pno(found.pno), what=f"link:{found.link_id}", purpose="case")
    agency, who = wiring.agency(), staff(request)
    kind = agency.evidence_rules.kind(found.kind_no)
    shown = sides(found, kind=kind, source=agency.source(kind.source), store=wiring.store())
    may_decide = access.queries.can(who, Permission.DECIDE_LINK)
    in_full = may_decide or access.queries.can(who, Permission.CONFIRM_OUTCOME)
    context = LinkShown(
        link=found,
        sides=shown,
        fields=_fields(shown, in_full=in_full),
        cells=shown.raw.cells if in_full else {},
        in_full=in_full,
        day=from_day_number(found.day),
        percent=_percent(found),
        case=casework.queries.case_of_person(found.pno),
        names=staff_names(),
        form=forms.shown(request, DECIDE),
        is_open=found.state in UNDECIDED,
        may_decide=found.state in UNDECIDED and may_decide,
    )
    return page(request, "link.html", context, place="links")


@staff_page(Permission.DECIDE_LINK, form="staff:link")
def decide(request: HttpRequest, link_id: int) -> HttpResponse:
    """Confirm that the row is about this person, or that it is not."""
    filled = DECIDE.read(request)
    if not filled.good:
        return forms.back(request, filled, "staff:link", link_id=link_id)
    is_same = filled.value(SAME) == "yes"
    say = link_is_reviewed.confirm if is_same else link_is_reviewed.reject
    try:
        say(wiring.hands(staff(request)), link_id=link_id, reason=filled.value(REASON))
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal)), "staff:link", link_id=link_id)
    messages.success(
        request,
        _("已确认是本人，下一次比对就按这条记录判断。")
        if is_same
        else _("已确认不是本人，这条记录不再算到这个人头上。"),
    )
    return redirect("staff:link", link_id=link_id)


def _fields(shown: LinkSides, *, in_full: bool) -> list[FieldRow]:
    """The fields as the page shows them; number and name masked for roles that do not compare."""
    regions = wiring.agency().regions
    rows = []
    for one in shown.fields:
        mask = MASKS.get(one.field)
        theirs, ours = one.theirs, one.ours
        if mask and not in_full:
            theirs, ours = mask(theirs) if theirs else "", mask(ours) if ours else ""
        if one.field == "region":
            theirs, ours = regions.get(theirs, theirs), regions.get(ours, ours)
        rows.append(FieldRow(side=one, theirs=_marked(theirs, ours), ours=_marked(ours, theirs)))
    return rows


def _marked(text: str, other: str) -> SafeString:
    """A text with the characters marked that differ from another of the same length: where the slip is."""
    if not text or len(text) != len(other):
        return format_html("{}", text)
    parts = (
        format_html("<mark>{}</mark>" if mine != theirs else "{}", mine)
        for mine, theirs in zip(text, other, strict=True)
    )
    return format_html_join("", "{}", ((part,) for part in parts))


def _found(link_id: int) -> LinkRecord:
    try:
        return evidence.queries.get_link(link_id)
    except Refused as missing:
        raise Http404 from missing


def _percent(link: LinkRecord) -> str:
    """The probability for a reader: never rounded up to certainty."""
    return "> 99.99%" if link.probability > 0.9999 else f"{link.probability:.2%}"
