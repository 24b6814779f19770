"""Finding a person and the person's file (个人档案). Every file that is opened is a look in the ledger."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from yizheng import wiring
from yizheng.doors import told
from yizheng.doors.staff.gate import (
    PURPOSE,
    PURPOSES,
    page,
    record_list,
    record_look,
    staff,
    staff_names,
    staff_page,
)
from yizheng.doors.words import word
from yizheng.flows.runs.explanation import Explanation, explain
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import access, casework, certification, insight, people, privacy
from yizheng.rooms.access.data import Permission
from yizheng.rooms.certification.data import Result
from yizheng.rooms.insight.data import TimelineEvent

MOST = 50
TONES = {
    Result.PASSED: "good",
    Result.NOT_DUE: "good",
    Result.EXEMPT: "plain",
    Result.DUE: "care",
    Result.DOUBTFUL: "bad",
    Result.FAILED: "care",
}


@staff_page(Permission.FIND_PERSON, methods=("GET", "POST"))
def find(request: HttpRequest) -> HttpResponse:
    """Find people by identity number or name. What is looked for travels in the body, never in an address."""
    wanted, rows, limited = "", [], False
    if request.method == "POST":
        wanted = request.POST.get("wanted", "").strip()[:64]
        purpose = request.POST.get("purpose", "")
        request.session[PURPOSE] = purpose if purpose in PURPOSES else PURPOSES[0]
        found = _search(wanted)
        if len(found) == 1:
            record_look(request, found[0], what="find")
        elif found:
            record_list(request, "find", len(found))
        limited = len(found) == MOST
        rows = _found_rows(found)
    context = {
        "wanted": wanted,
        "searched": request.method == "POST",
        "rows": rows,
        "limited": limited,
        "purposes": [(purpose, word("purpose", purpose)) for purpose in PURPOSES],
        "purpose": request.session.get(PURPOSE, PURPOSES[0]),
    }
    return page(request, "people.html", context, place="people")


@staff_page(Permission.SEE_PERSON)
def person(request: HttpRequest, pno: int) -> HttpResponse:
    """The whole file of one person: who, benefit, standing and how it came about, everything that happened."""
    known = Pno(pno)
    if not insight.queries.exists(known):
        raise Http404
    record_look(request, known, what="file")
    agency, today = wiring.agency(), wiring.clock().now().date()
    file = insight.queries.person_file(known, today=today)
    standing = certification.queries.find_standing_today(known, policies=agency.policies, today=today)
    explained = _explained(known)
    context = {
        "person": file,
        "region": agency.regions.get(file.region, file.region),
        **_pay(known, today),
        "standing": standing,
        "as_of": insight.queries.standing_day(otherwise=today),
        "standing_tone": TONES[standing.result] if standing else "plain",
        "kind_name": _kind_name(standing) if standing else "",
        "case": casework.queries.case_of_person(known),
        "lines": _sentences(explained),
        "winners": [line for line in (explained.evidence if explained else ()) if line.won or line.decided],
        "rules_version": explained.rules_version if explained else "",
        "timeline": _timeline(known, explained),
        "looks": _looks(known) if access.queries.can(staff(request), Permission.SEE_LOOKS) else None,
        "purpose": request.session.get(PURPOSE, PURPOSES[0]),
    }
    return page(request, "person.html", context, place="people")


def _pay(pno: Pno, today: date) -> dict[str, object]:
    pay = insight.queries.pay_now(pno, today=today)
    groups = [group.name.lower() for group in pay.benefit.groups if group.name] if pay.benefit else []
    return {"benefit": pay.benefit, "groups": groups, "pay_state": pay.state}


def _looks(pno: Pno) -> list[dict[str, object]]:
    """Who looked at this person's data, with the names that an auditor knows people by."""
    names = staff_names()
    return [
        {
            "at": look.at,
            "who": names.get(look.actor, word("role", look.actor)),
            "role": look.role,
            "purpose": look.purpose,
            "what": told.looked_at(look.what),
        }
        for look in privacy.queries.looks_at(pno)
    ]


def _timeline(pno: Pno, explained: Explanation | None) -> list[told.Told]:
    """What happened, and the evidence that was found, newest first."""
    events = [
        told.for_staff(event, url=_address(event))
        for event in insight.queries.timeline(pno, store=wiring.store())
    ]
    events += [told.for_evidence(line) for line in (explained.evidence if explained else ())]
    return sorted(events, key=lambda event: event.day, reverse=True)


def _search(wanted: str) -> list[Pno]:
    by_number = people.queries.find_by_number(wanted)
    if by_number is not None:
        return [by_number]
    return people.queries.find_by_name(wanted, limit=MOST) if wanted else []


def _found_rows(found: list[Pno]) -> list[dict[str, object]]:
    agency, today = wiring.agency(), wiring.clock().now().date()
    regions = agency.regions
    rows = []
    for pno, listed in insight.queries.listed(found).items():
        standing = certification.queries.find_standing_today(pno, policies=agency.policies, today=today)
        rows.append(
            {
                "pno": pno,
                "name": listed.name,
                "number": listed.number,
                "sex": listed.sex,
                "birth_year": listed.birth_year,
                "region": regions.get(listed.region, listed.region),
                "result": standing.result if standing else None,
            }
        )
    return rows


def _explained(pno: Pno) -> Explanation | None:
    """The newest result with its evidence; None where no run's archive knows the person."""
    agency = wiring.agency()
    try:
        return explain(
            pno=pno,
            as_of=date.max,
            policies=agency.policies,
            rules=agency.evidence_rules,
            sources=agency.sources,
            store=wiring.store(),
        )
    except Refused:
        return None


def _sentences(explained: Explanation | None) -> list[str]:
    language = get_language() or "zh-hans"
    return [sentence.in_(language) for sentence in explained.sentences] if explained else []


def _kind_name(standing: certification.queries.StandingRecord) -> str:
    """What decided: the kind of evidence, or the channel of a pass that came since."""
    if standing.channel:
        return word("channel", standing.channel)
    for kind in wiring.agency().evidence_rules.kinds:
        if kind.no == standing.kind_no:
            return kind.name
    return ""


def _address(event: TimelineEvent) -> str:
    return reverse("staff:case", args=[event.number]) if event.kind == "case" else ""
