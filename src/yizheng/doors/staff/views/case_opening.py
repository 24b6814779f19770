"""Opening a case by hand from a person's file, and taking the steps of work of its kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.case_words import in_language, kind_word
from yizheng.doors.context import Context
from yizheng.doors.forms import Wrong
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.case_parts import VERSION, WORK_NOTE, kind_of, step_field, work_form
from yizheng.doors.staff.gate import page, record_look, staff, staff_page
from yizheng.flows.cases import case_is_opened, case_is_worked
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import casework, insight
from yizheng.rooms.access.data import Permission
from yizheng.rooms.casework.data import CaseView, Kind
from yizheng.rooms.insight.data import PersonFile

REASON = forms.Text(
    "reason",
    gettext_lazy("立案理由"),
    hint=gettext_lazy("从哪里知道的，要核实什么。"),
    most=500,
    rows=3,
    own={Wrong.MISSING: gettext_lazy("请写明为什么立案。")},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningShown(Context):
    """The kinds of cases that people may open for a person."""

    person: PersonFile
    kinds: Sequence[tuple[str, str]]
    form: forms.Filled


@staff_page(Permission.OPEN_CASE)
def opening(request: HttpRequest, pno: int) -> HttpResponse:
    """Which kind of case to open for a person, and why."""
    person = _person(pno)
    record_look(request, person, purpose="case", what="file")
    context = OpeningShown(
        person=insight.queries.person_file(person, today=wiring.clock().now().date()),
        kinds=[(kind.code, in_language(kind.words)) for kind in _kinds()],
        form=forms.shown(request, _form()),
    )
    return page(request, "case_open.html", context, place="cases")


@staff_page(Permission.OPEN_CASE, form="staff:case-opening")
def open_case(request: HttpRequest, pno: int) -> HttpResponse:
    """Open it. A person has one open case of a kind."""
    person, filled = _person(pno), _form().read(request)
    if not filled.good:
        return forms.back(request, filled, "staff:case-opening", pno=pno)
    try:
        opened = case_is_opened.open_by_hand(
            wiring.hands(staff(request)),
            pno=person,
            kind=filled.value(_kind_field()),
            reason=filled.value(REASON),
            case_rules=wiring.agency().case_rules,
        )
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal)), "staff:case-opening", pno=pno)
    messages.success(request, _("已立案：%(kind)s。") % {"kind": kind_word(opened.kind)})
    return redirect("staff:case", case_id=opened.case_id)


@staff_page(Permission.PROPOSE_OUTCOME, form="staff:case")
def work(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take a step of work: it moves the case and decides nothing."""
    case = _case(case_id)
    form = work_form(request, case)
    if form is None:
        messages.error(request, _("这件疑点现在没有要办的步骤，可能已经有人办过。"))
        return redirect("staff:case", case_id=case_id)
    filled = form.read(request)
    if not filled.good:
        return forms.back(request, filled, "staff:case", case_id=case_id)
    try:
        case_is_worked.take_step(
            wiring.hands(staff(request)),
            case_id=case_id,
            step=filled.value(step_field(kind_of(case), ())),
            note=filled.value(WORK_NOTE),
            expected_version=filled.value(VERSION),
            case_rules=wiring.agency().case_rules,
        )
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal)), "staff:case", case_id=case_id)
    messages.success(request, _("已记下这一步。"))
    return redirect("staff:case", case_id=case_id)


def _case(case_id: int) -> CaseView:
    try:
        return casework.queries.get_case(case_id)
    except Refused as missing:
        raise Http404 from missing


def _kinds() -> Sequence[Kind]:
    return wiring.agency().case_rules.by_hand()


def _kind_field() -> forms.Choice[str]:
    return forms.Choice(
        "kind",
        gettext_lazy("疑点类型"),
        tuple(kind.code for kind in _kinds()),
        words=lambda one: kind_word(str(one)),
        own={Wrong.NOT_CHOSEN: gettext_lazy("请选一类疑点。")},
    )


def _form() -> forms.Form:
    return forms.Form("case-open", _kind_field(), REASON)


def _person(pno: int) -> Pno:
    if not insight.queries.exists(Pno(pno)):
        raise Http404
    return Pno(pno)
