"""A doubt (疑点核查): the case with its evidence side by side, proposing an outcome and confirming it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.case_words import kind_word, loss_word, outcome_word, state_word
from yizheng.doors.context import Context
from yizheng.doors.forms import Wrong
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.case_parts import (
    VERSION,
    ClockShown,
    StepShown,
    clocks_shown,
    kind_of,
    loss_field,
    may_confirm,
    may_propose,
    outcome_field,
    steps_shown,
    work_shown,
)
from yizheng.doors.staff.consequence import consequences
from yizheng.doors.staff.file_told import Line, pay_told
from yizheng.doors.staff.gate import page, record_look, staff, staff_names, staff_page
from yizheng.doors.staff.identity_panel import others_in
from yizheng.doors.staff.panels import PanelShown, leads_of, lifes_of, page_of, panels_of
from yizheng.doors.staff.proposals import REASON, checked, day_of, propose_form
from yizheng.doors.staff.views.people import REVEAL, Contact, contact_shown, explained_of
from yizheng.doors.staff.views.worklist import list_query, next_case
from yizheng.doors.words import word
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.runs.explanation import Explanation
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import access, casework, insight, privacy
from yizheng.rooms.access.data import Permission
from yizheng.rooms.casework.data import CaseState, CaseView
from yizheng.rooms.certification.data import Result
from yizheng.rooms.entitlements.data import BenefitFacts
from yizheng.rooms.insight.data import PersonFile

NOTE = forms.Text(
    "note",
    gettext_lazy("意见"),
    hint=gettext_lazy("退回时必须写明还缺什么。"),
    most=500,
    rows=3,
    required=False,
    own={Wrong.MISSING: gettext_lazy("退回时请写明还缺什么。")},
)
AGREE = forms.Choice("agree", gettext_lazy("复核"), ("yes", "no"))
CONFIRM = forms.Form("case-confirm", NOTE, AGREE, VERSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown(Context):
    """One case: why it is doubtful, what its kind shows, and what may be done now."""

    case: CaseView
    overdue: bool
    person: PersonFile
    masked: str
    region: str
    benefit: BenefitFacts | None
    pay: Line
    why: Sequence[str]
    panels: Sequence[PanelShown]
    consequences: Sequence[str]
    kind: str
    state: str
    outcome: str
    loss: str
    clocks: Sequence[ClockShown]
    work: forms.Filled | None
    steps: Sequence[StepShown]
    names: Mapping[str, str]
    propose: forms.Filled
    confirm: forms.Filled
    reveal: forms.Filled
    has_losses: bool
    asks_day: bool
    may_propose: bool
    may_confirm: bool
    may_reveal: bool
    contact: Contact | None
    waiting: str
    list_query: str
    next_case: int | None


@staff_page(Permission.SEE_CASES)
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: why it is doubtful, leads and life evidence side by side, and what may be done now."""
    found, who, agency = _known(case_id), staff(request), wiring.agency()
    for pno in (found.pno, *sorted(others_in(found))):
        record_look(request, Pno(pno), purpose="case", what=f"case:{found.case_id}")
    now = wiring.clock().now()
    today, explained = now.date(), explained_of(found.pno)
    person, kind = insight.queries.person_file(found.pno, today=today), kind_of(found)
    version = {"version": found.version}
    context = CaseShown(
        case=found,
        kind=kind_word(found.kind),
        state=state_word(found.kind, found.state),
        outcome=outcome_word(found.kind, found.outcome) if found.outcome else "",
        loss=loss_word(found.kind, found.loss) if found.loss else "",
        overdue=found.is_overdue(today),
        person=person,
        masked=privacy.queries.mask_name(person.name),
        region=agency.regions.get(person.region, person.region),
        benefit=insight.queries.pay_now(found.pno, today=today).benefit,
        pay=pay_told(found.pno, today=today),
        why=_why(found, explained),
        panels=panels_of(page_of(found, explained), kind.panels),
        consequences=consequences(found, kind, at=now),
        clocks=clocks_shown(found, today),
        work=work_shown(request, found),
        steps=steps_shown(found),
        names=staff_names(),
        propose=forms.shown(request, propose_form(kind, explained), version),
        confirm=forms.shown(request, CONFIRM, version),
        reveal=REVEAL.empty({"case": found.case_id}),
        has_losses=bool(kind.losses),
        asks_day=any(terms.needs_day for terms in kind.outcomes.values()),
        may_propose=may_propose(request, found),
        may_confirm=may_confirm(request, found),
        may_reveal=access.queries.can(who, Permission.SEE_CONTACT),
        contact=contact_shown(request, found.pno),
        waiting=_waiting(found, who.username),
        list_query=list_query(request),
        next_case=next_case(request, found),
    )
    return page(request, "case.html", context, place="cases")


@staff_page(Permission.PROPOSE_OUTCOME, form="staff:case")
def propose(request: HttpRequest, case_id: int) -> HttpResponse:
    """Propose how the case ends; a second person confirms."""
    found = _known(case_id)
    explained = explained_of(found.pno)
    kind = kind_of(found)
    form = propose_form(kind, explained)
    filled = checked(form.read(request), kind, leads_of(explained))
    if not filled.good:
        return forms.back(request, filled, "staff:case", case_id=case_id)
    try:
        doubt_is_resolved.propose(
            wiring.hands(staff(request)),
            case_id=case_id,
            outcome=filled.value(outcome_field(kind)),
            loss=filled.get(loss_field(kind), None) or "",
            reason=filled.value(REASON),
            outcome_day=day_of(filled, leads_of(explained)),
            expected_version=filled.value(VERSION),
            case_rules=wiring.agency().case_rules,
        )
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal)), "staff:case", case_id=case_id)
    sent = _("结论已提交，等另一位同事复核。") if kind.second_review else _("结论已记下，疑点办结。")
    messages.success(request, sent)
    return redirect("staff:case", case_id=case_id)


@staff_page(Permission.CONFIRM_OUTCOME, form="staff:case")
def confirm(request: HttpRequest, case_id: int) -> HttpResponse:
    """Confirm the proposed outcome, which takes effect at once, or send it back."""
    filled = CONFIRM.read(request)
    agree = filled.get(AGREE, "no") == "yes"
    if filled.good and not agree and not filled.value(NOTE):
        filled = filled.faulty(NOTE, Wrong.MISSING)
    if not filled.good:
        return forms.back(request, filled, "staff:case", case_id=case_id)
    try:
        done = doubt_is_resolved.confirm(
            wiring.hands(staff(request)),
            case_id=case_id,
            agree=agree,
            note=filled.value(NOTE),
            expected_version=filled.value(VERSION),
            case_rules=wiring.agency().case_rules,
        )
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal)), "staff:case", case_id=case_id)
    if agree:
        pay = pay_told(done.pno, today=wiring.clock().now().date())
        messages.success(request, _("已同意，结论生效。发放：%(pay)s。") % {"pay": pay.text})
    else:
        messages.success(request, _("已退回，请经办人再查。"))
    return redirect("staff:case", case_id=case_id)


def _known(case_id: int) -> CaseView:
    try:
        return casework.queries.get_case(case_id)
    except Refused as missing:
        raise Http404 from missing


def _why(found: CaseView, explained: Explanation | None) -> list[str]:
    """Why the case is doubtful, in words: its reasons, and what the archive says where the two differ in time."""
    lines = [word("reason", reason) for reason in found.reasons]
    leads, life = leads_of(explained), lifes_of(explained)
    if leads and life:
        lead, newest = leads[0], max(line.day for line in life)
        if newest > lead.day:
            days = (newest - lead.day).days
            lines.append(_("线索日期之后 %(days)s 天，还有本人活动的记录，两边对不上。") % {"days": days})
        else:
            lines.append(_("线索日期之后，没有再查到本人活动的记录。"))
    opened_by_a_lead = bool(found.leads) and not found.is_closed
    if explained and opened_by_a_lead and explained.standing.result is not Result.DOUBTFUL:
        lines.append(_("最近一次计算的结果已经不是“正在核实”，办结前请再看一眼。"))
    return lines


def _waiting(found: CaseView, username: str) -> str:
    """Why there is nothing to press: whose turn it is."""
    if found.is_closed:
        return ""
    if found.state == CaseState.PROPOSED:
        mine = found.proposed_by == username
        return _("结论是您提出的，要由另一位同事复核。") if mine else _("正在等复核岗复核。")
    return _("正在等认证岗核查。")
