"""The pages about a person: the one answer, how it came about, history, who looked, and the ways to certify."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from yizheng import wiring
from yizheng.doors import told
from yizheng.doors.citizen.answers import Answer, Known, answer_for
from yizheng.doors.citizen.views.pages import ONESELF, SELF, citizen_page, page
from yizheng.doors.citizen.why_words import why_lines
from yizheng.doors.context import Context
from yizheng.doors.words import word
from yizheng.flows.cases import person_asks_again
from yizheng.flows.runs.explanation import Explanation, explain
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms import access, certification, insight, privacy
from yizheng.rooms.access.data import CITIZEN, HELPER
from yizheng.rooms.privacy.data import LookRecord

OWN = (SELF, CITIZEN)
"""Roles of looks that the person brought about: at a page, or by agreeing that a department is asked."""
LOOKS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MeShown(Context):
    """The home page: whose it is, and the one answer."""

    name: str
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyShown(Context):
    """How the result came about."""

    answer: Answer
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryShown(Context):
    """What happened, newest first."""

    events: tuple[told.Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookShown:
    """One look at the person's data by somebody else."""

    at: datetime
    time: str
    who: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksShown(Context):
    """Who looked; `own` counts the person's own looks."""

    looks: tuple[LookShown, ...]
    own: int


@citizen_page("me")
def me(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Am I certified, until when, how, and what can I do."""
    return page(request, "me.html", MeShown(name=insight.queries.name_of(pno), answer=_answer(pno)))


@citizen_page("alive", form="citizen:me")
def alive(request: HttpRequest, pno: Pno) -> HttpResponse:
    """I am alive: people look again at an end of pay that rests on a death. Asked for nothing else, it does nothing."""
    del request
    if _answer(pno).may_say_alive:
        person_asks_again.ask(wiring.hands(ONESELF), pno, wiring.agency().case_rules)
    return redirect("citizen:me")


@citizen_page("why")
def why(request: HttpRequest, pno: Pno) -> HttpResponse:
    """How the result came about, in sentences."""
    answer = _answer(pno)
    try:
        findings = _explained(pno).told
        lines = list(why_lines(findings, must_act=answer.ways_first, language=request.LANGUAGE_CODE))
    except Refused:
        lines = [_("还没有算出结果，所以没有可以说明的。")]
    return page(request, "why.html", WhyShown(answer=answer, lines=tuple(lines)))


@citizen_page("history")
def history(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Everything that happened, in the person's own words."""
    events = [told.for_citizen(event) for event in insight.queries.timeline(pno, store=wiring.store())]
    return page(request, "history.html", HistoryShown(events=tuple(event for event in events if event)))


@citizen_page("looks")
def looks(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Who looked at the person's data: staff by role and purpose, and how often the person did."""
    found = privacy.queries.looks_at(pno)
    others = [one for one in found if one.role not in OWN]
    shown = tuple(
        LookShown(
            at=one.at,
            time=timezone.localtime(one.at).strftime("%H:%M"),
            who=_who(one),
            purpose=_purpose(one),
        )
        for one in others[:LOOKS_SHOWN]
    )
    return page(request, "looks.html", LooksShown(looks=shown, own=len(found) - len(others)))


def _who(one: LookRecord) -> str:
    """Who looked: staff by their post, a helper by the masked name."""
    if one.role != HELPER:
        return _("%(role)s工作人员") % {"role": word("role", one.role)}
    account = access.queries.find_account(one.actor)
    name = privacy.queries.mask_name(account.display_name) if account else "—"
    return _("代办人 %(name)s") % {"name": name}


def _purpose(one: LookRecord) -> str:
    """What for; of a helper, what was looked at or done."""
    if one.role == HELPER:
        return _("替您看或办：%(what)s") % {"what": told.looked_at(one.what)}
    return _("事由：%(purpose)s") % {"purpose": word("purpose", one.purpose)}


@citizen_page("ways")
def ways(request: HttpRequest, pno: Pno) -> HttpResponse:
    """How a person can certify: window, phone, visit. The same page for everybody."""
    del pno
    return page(request, "ways.html")


def _explained(pno: Pno) -> Explanation:
    agency = wiring.agency()
    return explain(
        pno=pno,
        as_of=date.max,
        rulebook=agency.rulebook,
        store=wiring.store(),
    )


def _answer(pno: Pno) -> Answer:
    today = wiring.clock().now().astimezone(CHINA).date()
    agency = wiring.agency()
    standing = certification.queries.find_standing_today(pno, policies=agency.policies, today=today)
    pay = insight.queries.pay_now(pno, today=today)
    how, by = _evidence(standing)
    return answer_for(
        Known(
            state=insight.queries.home_of(
                pno, standing=standing, today=today, case_rules=wiring.agency().case_rules
            ),
            as_of=insight.queries.standing_day(otherwise=today),
            pay_state=pay.state,
            pay_reason=pay.reason,
            event_day=standing.event_day if standing else None,
            how=how,
            by=by,
            phone=agency.phone,
        )
    )


def _evidence(standing: certification.queries.StandingRecord | None) -> tuple[str, str]:
    """The kind of evidence that decided, and who delivered it; of a pass on another channel, the channel."""
    if standing is not None and standing.channel:
        return word("channel", standing.channel), ""
    agency = wiring.agency()
    for kind in agency.evidence_rules.kinds:
        if standing is not None and kind.no == standing.kind_no:
            return kind.name, agency.source(kind.source).owner
    return "", ""
