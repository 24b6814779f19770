"""Finding a person and the person's file (个人档案). Every file that is opened is a look in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yizheng import wiring
from yizheng.doors import forms, told
from yizheng.doors.context import Context
from yizheng.doors.staff.file_told import Line, file_told
from yizheng.doors.staff.gate import page, record_list, record_look, staff, staff_names, staff_page
from yizheng.doors.staff.purposes import FOUND, PURPOSE, WHY, find_search, purpose_of, remember
from yizheng.doors.words import told_in, word
from yizheng.flows.runs.explanation import EvidenceLine, Explanation, explain
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import access, casework, certification, insight, people, privacy
from yizheng.rooms.access.data import Permission
from yizheng.rooms.casework.data import CaseView
from yizheng.rooms.certification.data import Result
from yizheng.rooms.certification.queries import StandingRecord
from yizheng.rooms.entitlements.data import BenefitFacts
from yizheng.rooms.insight.data import PersonFile, TimelineEvent
from yizheng.rooms.people.data import OtherNumber

MOST = 50
CONTACT = "contact"
WANTED = forms.Text(
    "wanted",
    _("身份证号码或姓名"),
    hint=_("号码要完整，姓名要和名册上一样。"),
    most=64,
    autocomplete="off",
)
FIND = forms.Form("people", WANTED, PURPOSE)
CASE = forms.optional(forms.Whole("case", hidden=True))
REVEAL = forms.Form("contact", CASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """One person who was found, masked."""

    pno: Pno
    name: str
    number: str
    sex: int
    birth_year: int
    region: str
    result: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleShown(Context):
    """The form of the search; what was found, under the token of the address."""

    form: forms.Filled
    found: str
    rows: Sequence[FoundRow] | None
    limited: bool
    recovers: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How a person is reached, in full: shown after a press, which is a look of its own."""

    phone: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Who looked at a person's data, with the name that an auditor knows them by."""

    at: datetime
    who: str
    role: str
    purpose: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown(Context):
    """The whole file of one person."""

    person: PersonFile
    numbers: Sequence[OtherNumber]
    masked: str
    region: str
    benefit: BenefitFacts | None
    groups: Sequence[str]
    head: Sequence[Line]
    standing: StandingRecord | None
    as_of: date
    kind_name: str
    cases: Sequence[CaseView]
    may_open: bool
    lines: Sequence[str]
    winners: Sequence[EvidenceLine]
    rules_version: str
    timeline: Sequence[told.Told]
    looks: Sequence[Looked] | None
    purpose: str
    contact: Contact | None
    may_reveal: bool
    found: str
    form: forms.Filled


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyShown(Context):
    """The question what a file is opened for."""

    pno: Pno
    form: forms.Filled


@staff_page(Permission.FIND_PERSON, methods=("GET", "POST"))
def find(request: HttpRequest) -> HttpResponse:
    """Find people by identity number or name. What is looked for travels in the body, never in an address."""
    if request.method == "POST":
        return _searched(request)
    search = find_search(request)
    initial = {"wanted": search.wanted, "purpose": search.purpose} if search else None
    context = PeopleShown(
        form=forms.shown(request, FIND, initial),
        found=request.GET.get("found", "") if search else "",
        rows=_found_rows([Pno(pno) for pno in search.pnos]) if search else None,
        limited=search is not None and len(search.pnos) == MOST,
        recovers=access.queries.can(staff(request), Permission.ISSUE_RECOVERY),
    )
    return page(request, "people.html", context, place="people")


@staff_page(Permission.SEE_PERSON, methods=("GET", "POST"))
def person(request: HttpRequest, pno: int) -> HttpResponse:
    """The whole file of one person: who, benefit, standing and how it came about, everything that happened."""
    known = Pno(pno)
    if not insight.queries.exists(known):
        raise Http404
    if request.method == "POST":
        return _said_why(request, known)
    purpose = purpose_of(request, known)
    if purpose is None:
        context = WhyShown(pno=known, form=forms.shown(request, WHY))
        return page(request, "why.html", context, place="people")
    record_look(request, known, what="file", purpose=purpose)
    return page(request, "person.html", _file(request, known, purpose), place="people")


@staff_page(Permission.SEE_CONTACT, form="staff:person")
def contact(request: HttpRequest, pno: int) -> HttpResponse:
    """Phone and address in full, for who has to call or to go there: a look of its own, and back to the page."""
    known, case_id = Pno(pno), REVEAL.read(request).get(CASE, None)
    if not insight.queries.exists(known):
        raise Http404
    from_case = case_id is not None and _is_about(case_id, known)
    purpose = "case" if from_case else purpose_of(request, known)
    if purpose is None:
        return forms.elsewhere("staff:person", pno=known)
    record_look(request, known, what="contact", purpose=purpose)
    query = {CONTACT: forms.keep(request, CONTACT, int(known))}
    if from_case:
        return forms.elsewhere("staff:case", query=query, case_id=case_id)
    return forms.elsewhere("staff:person", query=query, pno=known)


def contact_shown(request: HttpRequest, pno: Pno) -> Contact | None:
    """The contact that this browser asked to see a while ago; None where it did not."""
    if forms.kept(request, CONTACT, request.GET.get(CONTACT, "")) != pno:
        return None
    found = people.queries.contact(pno)
    return Contact(phone=found.phone, address=found.address)


def explained_of(pno: Pno) -> Explanation | None:
    """The newest result with its evidence; None where no run's archive knows the person."""
    agency = wiring.agency()
    try:
        return explain(
            pno=pno,
            as_of=date.max,
            rulebook=agency.rulebook,
            store=wiring.store(),
        )
    except Refused:
        return None


def _searched(request: HttpRequest) -> HttpResponse:
    filled = FIND.read(request)
    if not filled.good:
        return forms.back(request, filled, "staff:people")
    wanted, purpose = filled.value(WANTED), filled.value(PURPOSE)
    found = _search(wanted)
    if len(found) == 1:
        record_look(request, found[0], what="find", purpose=purpose)
    else:
        record_list(request, "find", len(found), purpose=purpose)
    search = {"wanted": wanted, "purpose": purpose, "pnos": [int(pno) for pno in found]}
    return forms.elsewhere("staff:people", query={"found": forms.keep(request, FOUND, search)})


def _said_why(request: HttpRequest, pno: Pno) -> HttpResponse:
    filled = WHY.read(request)
    if not filled.good:
        return forms.back(request, filled, "staff:person", pno=pno)
    remember(request, pno, filled.value(PURPOSE))
    return forms.elsewhere("staff:person", pno=pno)


def _is_about(case_id: int, pno: Pno) -> bool:
    try:
        return casework.queries.get_case(case_id).pno == pno
    except Refused:
        return False


def _file(request: HttpRequest, pno: Pno, purpose: str) -> PersonShown:
    agency, today = wiring.agency(), wiring.clock().now().date()
    file = insight.queries.person_file(pno, today=today)
    benefit = insight.queries.pay_now(pno, today=today).benefit
    standing = certification.queries.find_standing_today(pno, policies=agency.policies, today=today)
    explained = explained_of(pno)
    evidence = explained.evidence if explained else ()
    sees_looks = access.queries.can(staff(request), Permission.SEE_LOOKS)
    return PersonShown(
        person=file,
        numbers=people.queries.other_numbers(pno),
        masked=privacy.queries.mask_name(file.name),
        region=agency.regions.get(file.region, file.region),
        benefit=benefit,
        groups=[group.name.lower() for group in benefit.groups if group.name] if benefit else [],
        head=file_told(pno, standing=standing, today=today, case_rules=agency.case_rules),
        standing=standing,
        as_of=insight.queries.standing_day(otherwise=today),
        kind_name=_kind_name(standing) if standing else "",
        cases=casework.queries.open_cases_of(pno),
        may_open=access.queries.can(staff(request), Permission.OPEN_CASE),
        lines=_sentences(explained),
        winners=[line for line in evidence if line.won or line.decided],
        rules_version=explained.rules_version if explained else "",
        timeline=_timeline(pno, explained),
        looks=_looks(pno) if sees_looks else None,
        purpose=purpose,
        contact=contact_shown(request, pno),
        may_reveal=access.queries.can(staff(request), Permission.SEE_CONTACT),
        found=request.GET.get("found", "") if find_search(request) else "",
        form=REVEAL.empty(),
    )


def _looks(pno: Pno) -> list[Looked]:
    """Who looked at this person's data, with the names that an auditor knows people by."""
    names = staff_names()
    return [
        Looked(
            at=look.at,
            who=names.get(look.actor, word("role", look.actor)),
            role=look.role,
            purpose=look.purpose,
            what=told.looked_at(look.what),
        )
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


def _found_rows(found: list[Pno]) -> list[FoundRow]:
    agency, today = wiring.agency(), wiring.clock().now().date()
    rows = []
    for pno, listed in insight.queries.listed(found).items():
        standing = certification.queries.find_standing_today(pno, policies=agency.policies, today=today)
        rows.append(
            FoundRow(
                pno=pno,
                name=listed.name,
                number=listed.number,
                sex=listed.sex,
                birth_year=listed.birth_year,
                region=agency.regions.get(listed.region, listed.region),
                result=standing.result if standing else None,
            )
        )
    return rows


def _sentences(explained: Explanation | None) -> list[str]:
    return [told_in(one) for one in explained.told] if explained else []


def _kind_name(standing: StandingRecord) -> str:
    """What decided: the kind of evidence, or the channel of a pass that came since."""
    if standing.channel:
        return word("channel", standing.channel)
    for kind in wiring.agency().evidence_rules.kinds:
        if kind.no == standing.kind_no:
            return kind.name
    return ""


def _address(event: TimelineEvent) -> str:
    return reverse("staff:case", args=[event.number]) if event.kind == "case" else ""
