"""Doubts (疑点核查): the worklist, a case with its evidence side by side, proposing an outcome and confirming it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.case_words import kind_word, loss_word, outcome_word, state_word
from yizheng.doors.context import Context
from yizheng.doors.forms import Wrong
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.case_parts import (
    ClockShown,
    StepShown,
    clocks_shown,
    kind_of,
    loss_field,
    outcome_field,
    steps_shown,
    work_shown,
)
from yizheng.doors.staff.consequence import consequences
from yizheng.doors.staff.gate import number_of, page, record_look, staff, staff_names, staff_page
from yizheng.doors.staff.panels import PanelShown, leads_of, lifes_of, page_of, panels_of
from yizheng.doors.staff.pay_told import PayTold, pay_told
from yizheng.doors.staff.views.pages import Paging, PersonRow, paging, rows_of
from yizheng.doors.staff.views.people import REVEAL, Contact, contact_shown, explained_of
from yizheng.doors.words import word
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.runs.explanation import EvidenceLine, Explanation
from yizheng.kernel.errors import Refused
from yizheng.rooms import access, casework, evidence, insight, privacy
from yizheng.rooms.access.data import Permission
from yizheng.rooms.casework.data import CaseState, CaseView, Kind, Worklist
from yizheng.rooms.certification.data import Result
from yizheng.rooms.entitlements.data import BenefitFacts
from yizheng.rooms.insight.data import PersonFile

CHOSEN = "worklist"
"""Where the session keeps how the worklist was filtered, so that a case leads back to it and on to the next."""
FILTERS = ("state", "kind", "region")
DAY = forms.optional(
    forms.Day(
        "outcome_day",
        gettext_lazy("日期"),
        hint=gettext_lazy("见到本人的那天，或事情发生的那天。取自线索的不用填。"),
        own={Wrong.MISSING: gettext_lazy("请填日期，或选一条线索取它的日期。")},
    )
)
DIFFERS = forms.Tick(
    "differs", gettext_lazy("日期和报来的线索都不一样，我已核实，依据写在理由里"), required=False
)
REASON = forms.Text(
    "reason",
    gettext_lazy("理由"),
    hint=gettext_lazy("怎么核查的，看到了什么。复核的人和以后的审计都看这一段。"),
    most=500,
    rows=4,
    own={Wrong.MISSING: gettext_lazy("请写明理由：怎么核查的，看到了什么。")},
)
VERSION = forms.Whole("version", hidden=True, fresh=True)
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
class CaseRow:
    """A case in the worklist: why in a few words, with the source that says so."""

    case: CaseView
    person: PersonRow[CaseView]
    why: str
    state: str
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistShown(Context):
    """The cases that wait, by state, reason and region."""

    rows: Sequence[CaseRow]
    chosen: Mapping[str, str]
    states: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    regions: Sequence[tuple[str, str]]
    paging: Paging


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown(Context):
    """One case: why it is doubtful, what its kind shows, and what may be done now."""

    case: CaseView
    overdue: bool
    person: PersonFile
    masked: str
    region: str
    benefit: BenefitFacts | None
    pay: PayTold
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
    may_propose: bool
    may_confirm: bool
    may_reveal: bool
    contact: Contact | None
    waiting: str
    list_query: str
    next_case: int | None


@staff_page(Permission.SEE_CASES)
def worklist(request: HttpRequest) -> HttpResponse:
    """The cases that wait, the nearest deadline first, by state, reason and region."""
    chosen = _known_filters({name: request.GET.get(name, "") for name in FILTERS})
    found = _cases(chosen, number_of(request.GET.get("page")))
    request.session[CHOSEN] = {**chosen, "page": str(found.page)}
    context = WorklistShown(
        rows=_rows(request, found),
        chosen=chosen,
        states=[(state.value, word("case_state", state)) for state in CaseState],
        kinds=[(code, kind_word(code)) for code in wiring.agency().case_rules.kinds],
        regions=sorted(wiring.agency().regions.items()),
        paging=paging(found, chosen),
    )
    return page(request, "cases.html", context, place="cases")


@staff_page(Permission.SEE_CASES)
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: why it is doubtful, leads and life evidence side by side, and what may be done now."""
    found, who, agency = _known(case_id), staff(request), wiring.agency()
    record_look(request, found.pno, purpose="case", what=f"case:{found.case_id}")
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
        propose=forms.shown(request, _propose_form(kind, explained), version),
        confirm=forms.shown(request, CONFIRM, version),
        reveal=REVEAL.empty({"case": found.case_id}),
        has_losses=bool(kind.losses),
        may_propose=_may_propose(request, found),
        may_confirm=_may_confirm(request, found),
        may_reveal=access.queries.can(who, Permission.SEE_CONTACT),
        contact=contact_shown(request, found.pno),
        waiting=_waiting(found, who.username),
        list_query=_list_query(request),
        next_case=_next_case(request, found),
    )
    return page(request, "case.html", context, place="cases")


@staff_page(Permission.PROPOSE_OUTCOME, form="staff:case")
def propose(request: HttpRequest, case_id: int) -> HttpResponse:
    """Propose how the case ends; a second person confirms."""
    found = _known(case_id)
    explained = explained_of(found.pno)
    kind = kind_of(found)
    form = _propose_form(kind, explained)
    filled = _checked(form.read(request), kind, leads_of(explained))
    if not filled.good:
        return forms.back(request, filled, "staff:case", case_id=case_id)
    try:
        doubt_is_resolved.propose(
            wiring.hands(staff(request)),
            case_id=case_id,
            outcome=filled.value(outcome_field(kind)),
            loss=filled.get(loss_field(kind), None) or "",
            reason=filled.value(REASON),
            outcome_day=_day_of(filled, leads_of(explained)),
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


# --- the worklist ---


def _known_filters(chosen: Mapping[str, str]) -> dict[str, str]:
    """The filters that mean something; others are dropped."""
    known = {
        "state": {state.value for state in CaseState},
        "kind": set(wiring.agency().case_rules.kinds),
        "region": set(wiring.agency().regions),
    }
    return {name: chosen.get(name, "") if chosen.get(name, "") in known[name] else "" for name in FILTERS}


def _cases(chosen: Mapping[str, str], wanted: int) -> Worklist:
    return insight.queries.worklist(
        state=chosen["state"],
        kind=chosen["kind"],
        region=chosen["region"],
        page=wanted,
    )


def _rows(request: HttpRequest, found: Worklist) -> list[CaseRow]:
    today = wiring.clock().now().date()
    names = {one.key: one.name for one in wiring.agency().sources}
    sources = evidence.queries.sources_of(lead for case in found.cases for lead in case.leads)
    return [
        CaseRow(
            case=person.item,
            person=person,
            why=_short(person.item, sources, names),
            state=state_word(person.item.kind, person.item.state),
            overdue=person.item.is_overdue(today),
        )
        for person in rows_of(request, "cases", found.cases, purpose="case")
    ]


def _short(case: CaseView, sources: Mapping[int, str], names: Mapping[str, str]) -> str:
    """Why, in a few words: 死亡线索 · 民政火化."""
    reasons = [word("case_reason", reason) for reason in case.reasons]
    said = {names.get(sources[lead], sources[lead]) for lead in case.leads if lead in sources}
    return " · ".join(["；".join(reasons), *sorted(said)])


def _list_query(request: HttpRequest) -> str:
    """The worklist as it was last seen in this session, for the way back."""
    chosen: dict[str, str] = request.session.get(CHOSEN, {})
    return urlencode(
        {name: value for name, value in chosen.items() if value and (name, value) != ("page", "1")}
    )


def _next_case(request: HttpRequest, found: CaseView) -> int | None:
    """The next case of the worklist as it was filtered that this member of staff can do something about."""
    kept: dict[str, str] = request.session.get(CHOSEN, {})
    chosen = _known_filters(kept)
    cases = _cases(chosen, number_of(kept.get("page"))).cases
    place = next((at for at, one in enumerate(cases) if one.case_id == found.case_id), -1)
    behind = [*cases[place + 1 :], *cases[: max(0, place)]]
    waiting = [one for one in behind if _may_propose(request, one) or _may_confirm(request, one)]
    return waiting[0].case_id if waiting else None


# --- one case ---


def _known(case_id: int) -> CaseView:
    try:
        return casework.queries.get_case(case_id)
    except Refused as missing:
        raise Http404 from missing


def _propose_form(kind: Kind, explained: Explanation | None) -> forms.Form:
    """The form of a proposal: how cases of the kind may end, and the leads on file that its day may be taken from."""
    return forms.Form(
        "case-propose",
        outcome_field(kind),
        *([loss_field(kind)] if kind.losses else []),
        _lead_field(leads_of(explained)),
        DAY,
        DIFFERS,
        REASON,
        VERSION,
    )


def _lead_field(leads: Sequence[EvidenceLine]) -> forms.Field[int | None]:
    by_number = {line.evidence_no: line for line in leads}
    return forms.optional(
        forms.Choice(
            "lead",
            gettext_lazy("日期取自线索"),
            tuple(by_number),
            hint=gettext_lazy("按登记的日期认定时选；以别的日期为准，在右边另填。"),
            words=lambda number: _lead_words(by_number[int(str(number))]),
            listed=True,
        )
    )


def _lead_words(line: EvidenceLine) -> str:
    return f"{line.day.isoformat()} · {line.name(' · ')}"


def _day_of(filled: forms.Filled, leads: Sequence[EvidenceLine]) -> date | None:
    """The day that was typed; where none was, that of the chosen lead."""
    typed: date | None = filled.get(DAY, None)
    if typed is not None:
        return typed
    chosen: int | None = filled.get(_lead_field(leads), None)
    return next((line.day for line in leads if line.evidence_no == chosen), None)


def _checked(filled: forms.Filled, kind: Kind, leads: Sequence[EvidenceLine]) -> forms.Filled:
    """What only several fields together can show: a loss without its kind, a day that no register has."""
    chosen: str | None = filled.get(outcome_field(kind), None)
    loss: str | None = filled.get(loss_field(kind), None)
    terms, day = kind.outcomes.get(chosen or ""), _day_of(filled, leads)
    if terms is not None and terms.losses and loss is None:
        filled = filled.wrong(gettext_lazy("结论是“确认丧失”，请选丧失的类别。"), loss_field(kind))
    if terms is not None and not terms.losses and loss is not None:
        filled = filled.wrong(
            gettext_lazy("丧失的类别只在结论是“确认丧失”时选，请改选“—”。"), loss_field(kind)
        )
    if terms is not None and terms.needs_day and day is None and "outcome_day" not in filled.faults:
        filled = filled.faulty(DAY, Wrong.MISSING)
    registered = sorted({line.day for line in leads if not line.set_aside})
    is_loss = terms is not None and bool(terms.losses)
    against_all = is_loss and day is not None and registered and day not in registered
    if against_all and not filled.get(DIFFERS, False):
        days = "、".join(one.isoformat() for one in registered)
        told = forms.told(
            gettext_lazy("您填的日期是 %(day)s，报来的线索是 %(days)s。请再核对；核实无误就勾选下面这一项。"),
            {"day": day.isoformat() if day else "", "days": days},
        )
        filled = filled.wrong(told, DIFFERS)
    return filled


def _may_propose(request: HttpRequest, found: CaseView) -> bool:
    may = access.queries.can(staff(request), Permission.PROPOSE_OUTCOME)
    return may and casework.queries.can_propose(found, kind_of(found))


def _may_confirm(request: HttpRequest, found: CaseView) -> bool:
    who = staff(request)
    may = access.queries.can(who, Permission.CONFIRM_OUTCOME)
    return may and casework.queries.can_confirm(found, kind_of(found), actor=who.username)


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
