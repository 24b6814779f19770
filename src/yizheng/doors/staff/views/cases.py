"""Doubts (疑点核查): the worklist, a case with its evidence side by side, proposing an outcome and confirming it."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yizheng import wiring
from yizheng.doors.staff.gate import number_of, page, record_look, staff, staff_names, staff_page
from yizheng.doors.staff.views.pages import listing, rows_of
from yizheng.doors.words import WORDS, refusal_in, word
from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.runs.explanation import EvidenceLine, Explanation, explain
from yizheng.kernel.errors import Refused
from yizheng.rooms import access, biometrics, casework, corrections, insight, passes
from yizheng.rooms.access.data import Permission
from yizheng.rooms.casework.data import CaseState, CaseView, Loss, Outcome
from yizheng.rooms.certification.data import Reason, Result

SHOWN_LIFE = 6
LEADS = (
    Reason.DEATH_REPORTED,
    Reason.DEATH_CONTRADICTED,
    Reason.CUSTODY_REPORTED,
    Reason.MISSING_REPORTED,
    Reason.DUPLICATE_REPORTED,
    Reason.ABROAD_REPORTED,
)


@staff_page(Permission.SEE_CASES)
def worklist(request: HttpRequest) -> HttpResponse:
    """The cases that wait, the nearest deadline first, by state, reason and region."""
    chosen = {name: request.GET.get(name, "") for name in ("state", "reason", "region")}
    agency = wiring.agency()
    state = CaseState(chosen["state"]) if chosen["state"] in {state.value for state in CaseState} else None
    reason = chosen["reason"] if chosen["reason"] in WORDS["reason"] else ""
    region = chosen["region"] if chosen["region"] in agency.regions else ""
    found = insight.queries.worklist(
        state=state, reason=reason, region=region, page=number_of(request.GET.get("page"))
    )
    today = wiring.clock().now().date()
    rows = [
        {**row, "case": case, "overdue": case.is_overdue(today)}
        for row, case in zip(rows_of(request, "cases", found.cases), found.cases, strict=True)
    ]
    context = {
        "rows": rows,
        "chosen": chosen,
        "states": [(state.value, word("case_state", state)) for state in CaseState],
        "reasons": [(reason, word("reason", reason)) for reason in LEADS],
        "regions": sorted(agency.regions.items()),
        **listing(found, chosen),
    }
    return page(request, "cases.html", context, place="cases")


@staff_page(Permission.SEE_CASES)
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: why it is doubtful, leads and life evidence side by side, and what may be done now."""
    return _case_page(request, casework.queries.get_case(case_id), given={})


@staff_page(Permission.PROPOSE_OUTCOME, methods=("POST",))
def propose(request: HttpRequest, case_id: int) -> HttpResponse:
    """Propose how the case ends; a second person confirms."""
    given = {name: request.POST.get(name, "") for name in ("outcome", "loss", "outcome_day", "reason")}
    try:
        doubt_is_resolved.propose(
            wiring.hands(staff(request)),
            case_id=case_id,
            outcome=_outcome(given["outcome"]),
            loss=Loss(given["loss"]) if given["loss"] in {loss.value for loss in Loss} else None,
            reason=given["reason"],
            outcome_day=_day(given["outcome_day"]),
            expected_version=number_of(request.POST.get("version"), otherwise=0),
        )
    except Refused as refusal:
        return _case_page(request, casework.queries.get_case(case_id), given=given, error=refusal_in(refusal))
    messages.success(request, _("结论已提交，等另一位同事复核。"))
    return redirect("staff:case", case_id=case_id)


@staff_page(Permission.CONFIRM_OUTCOME, methods=("POST",))
def confirm(request: HttpRequest, case_id: int) -> HttpResponse:
    """Confirm the proposed outcome, which takes effect at once, or send it back."""
    agree = request.POST.get("agree") == "yes"
    given = {"note": request.POST.get("note", "")}
    try:
        doubt_is_resolved.confirm(
            wiring.hands(staff(request)),
            case_id=case_id,
            agree=agree,
            note=given["note"],
            expected_version=number_of(request.POST.get("version"), otherwise=0),
        )
    except Refused as refusal:
        return _case_page(request, casework.queries.get_case(case_id), given=given, error=refusal_in(refusal))
    messages.success(request, _("已同意，结论生效。") if agree else _("已退回，请经办人再查。"))
    return redirect("staff:case", case_id=case_id)


def _case_page(
    request: HttpRequest, found: CaseView, *, given: dict[str, str], error: str = ""
) -> HttpResponse:
    who, agency = staff(request), wiring.agency()
    record_look(request, found.pno, purpose="case", what=f"case:{found.case_id}")
    today = wiring.clock().now().date()
    explained = _explained(found)
    leads, life = _sides(explained, found)
    person = insight.queries.person_file(found.pno, today=today)
    pay = insight.queries.pay_now(found.pno, today=today)
    may_propose = access.queries.can(who, Permission.PROPOSE_OUTCOME) and casework.queries.can_propose(found)
    may_confirm = access.queries.can(who, Permission.CONFIRM_OUTCOME) and casework.queries.can_confirm(
        found, actor=who.username
    )
    context = {
        "case": found,
        "overdue": found.is_overdue(today),
        "person": person,
        "region": agency.regions.get(person.region, person.region),
        "benefit": pay.benefit,
        "pay_state": pay.state,
        "why": _why(found, explained),
        "leads": leads,
        "lifes": life[:SHOWN_LIFE],
        "more_lifes": max(0, len(life) - SHOWN_LIFE),
        "asked": corrections.queries.by_evidence(found.leads),
        "has_faces": bool(biometrics.queries.alike_faces(case_id=found.case_id)),
        "has_captures": bool(passes.queries.captures_of_case(found.case_id)),
        "has_voice": bool(biometrics.queries.answers(case_id=found.case_id)),
        "source_names": {one.key: one.name for one in agency.sources},
        "steps": casework.queries.steps(found.case_id),
        "names": staff_names(),
        "given": given,
        "error": error,
        "may_propose": may_propose,
        "may_confirm": may_confirm,
        "waiting": _waiting(found, who.username),
        "rules_version": explained.rules_version if explained else "",
        "outcomes": [(one.value, word("outcome", one), word("outcome_hint", one)) for one in Outcome],
        "losses": [(loss.value, word("loss", loss)) for loss in Loss],
    }
    return page(request, "case.html", context, status=409 if error else 200, place="cases")


def _explained(found: CaseView) -> Explanation | None:
    """The person's result with all its evidence; None where no run's archive knows the person."""
    agency = wiring.agency()
    try:
        return explain(
            pno=found.pno,
            as_of=date.max,
            policies=agency.policies,
            rules=agency.evidence_rules,
            sources=agency.sources,
            store=wiring.store(),
        )
    except Refused:
        return None


def _sides(explained: Explanation | None, found: CaseView) -> tuple[list[EvidenceLine], list[EvidenceLine]]:
    lines = explained.evidence if explained else ()
    life = [line for line in lines if line.points]
    leads = [line for line in lines if not line.points and line.evidence_no in found.leads]
    return leads, life


def _why(found: CaseView, explained: Explanation | None) -> list[str]:
    """Why the case is doubtful, in words: its reasons, and what the archive says where the two differ in time."""
    lines = [word("reason", reason) for reason in found.reasons]
    leads, life = _sides(explained, found)
    if leads and life:
        lead, newest = leads[0], max(line.day for line in life)
        if newest > lead.day:
            days = (newest - lead.day).days
            lines.append(_("线索日期之后 %(days)s 天，还有本人活动的记录，两边对不上。") % {"days": days})
        else:
            lines.append(_("线索日期之后，没有再查到本人活动的记录。"))
    if explained and explained.standing.result is not Result.DOUBTFUL and found.state is not CaseState.CLOSED:
        lines.append(_("最近一次计算的结果已经不是“正在核实”，办结前请再看一眼。"))
    return lines


def _waiting(found: CaseView, username: str) -> str:
    """Why there is nothing to press: whose turn it is."""
    if found.state is CaseState.CLOSED:
        return ""
    if found.state is CaseState.PROPOSED:
        mine = found.proposed_by == username
        return _("结论是您提出的，要由另一位同事复核。") if mine else _("正在等复核岗复核。")
    return _("正在等认证岗核查。")


def _outcome(text: str) -> Outcome:
    if text not in {one.value for one in Outcome}:
        raise Refused(_("请选一个核查结论。"))
    return Outcome(text)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_("日期要写成 2026-10-31 这样。")) from None
