"""What is true of a person for staff: the head of the file, and how the person is paid now and from when otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yizheng.doors.parts import tone_of
from yizheng.doors.tags import month as month_text
from yizheng.doors.words import word
from yizheng.doors.words.insight import PAUSE_PLANNED
from yizheng.doors.words.refusals import filled
from yizheng.kernel.ids import Pno
from yizheng.rooms import insight, people
from yizheng.rooms.casework.data import CaseRules
from yizheng.rooms.certification.queries import StandingRecord
from yizheng.rooms.entitlements.data import PayStanding, PayState
from yizheng.rooms.insight.data import Head, HomeState
from yizheng.rooms.payments.data import PayKind

_INSTEAD_OF_RESULT = {
    Head.WITH_STAFF: "care",
    Head.ASKED_AGAIN: "care",
    Head.UNDER_REVIEW: "bad",
    Head.CLEARED: "good",
}
"""The heads that say more than the newest run does, with their colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line and its colour: good only where nothing is about to change."""

    text: str
    tone: str


def file_told(
    pno: Pno, *, standing: StandingRecord | None, today: date, case_rules: CaseRules
) -> tuple[Line, ...]:
    """The head of a person's file: the same truth as the person's own home page, in the words of staff."""
    home = insight.queries.home_of(pno, standing=standing, today=today, case_rules=case_rules)
    told = list(_where_it_stands(home, standing))
    pay = pay_told(pno, today=today)
    if home.head is Head.PAUSE_PLANNED and home.month is not None:
        language = get_language() or settings.LANGUAGE_CODE
        told.append(Line(text=filled(PAUSE_PLANNED, {"month": home.month}, language), tone="care"))
        pay = replace(pay, tone="care")
    return (*told, pay)


def _where_it_stands(home: HomeState, standing: StandingRecord | None) -> Iterator[Line]:
    """What lies with staff or was found stands in place of the result of the newest run, which is older."""
    if home.head in _INSTEAD_OF_RESULT:
        yield Line(text=word("head", home.head), tone=_INSTEAD_OF_RESULT[home.head])
    elif standing is not None and home.head is not Head.ENDED:
        yield Line(text=word("result", standing.result), tone=tone_of(standing.result, "result"))
    if home.head is Head.RESUMING:
        yield Line(text=word("head", home.head), tone="good")
    if home.sent is not None and home.head is not Head.WITH_STAFF:
        yield Line(text=word("head", Head.WITH_STAFF), tone="care")


def pay_told(pno: Pno, *, today: date) -> Line:
    """What is true of this person's pay: in this month or the newest one that was run, and the step to come."""
    if pno in people.queries.asked_as_new():
        return Line(text=word("pay_kind", PayKind.ASKED.word), tone="care")
    now, coming = insight.queries.pay_now_and_to_come(pno, today=today)
    if coming is None:
        return Line(text=_standing(now), tone="good" if now.state is PayState.IN_PAYMENT else "care")
    step = _("%(month)s起%(state)s（%(reason)s）") % {
        "month": month_text(coming.since),
        "state": word("pay_state", int(coming.state)),
        "reason": word("pay_reason", coming.reason_code),
    }
    text = _("%(now)s，%(step)s") % {"now": word("pay_state", int(now.state)), "step": step}
    return Line(text=text, tone="care")


def _standing(now: PayStanding) -> str:
    state = word("pay_state", int(now.state))
    if now.state is PayState.IN_PAYMENT or now.since is None:
        return state
    return _("%(month)s起%(state)s（%(reason)s）") % {
        "month": month_text(now.since),
        "state": state,
        "reason": word("pay_reason", now.reason_code),
    }
