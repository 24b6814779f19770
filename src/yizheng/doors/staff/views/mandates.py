"""A person's helpers at the window (窗口代办): see them, write one down with the person there, agree for them, end one.

The clerk has checked the person's card. Whoever records for a person who is not there breaks the rules of the house: the
person gets a text at once, and the ledger has the clerk's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.context import Context
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.gate import page, record_look, staff, staff_page
from yizheng.doors.words import word
from yizheng.flows.helpers import mandates_agree, mandates_ask, mandates_end, mandates_told
from yizheng.flows.helpers.mandates_ask import Wish
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms import access, insight, mandates, privacy
from yizheng.rooms.access.data import Permission
from yizheng.rooms.mandates.data import Mandate, MandateState, Scope, Side

NAME = forms.Text("name", gettext_lazy("代办人姓名"), most=30)
PHONE = forms.Phone("phone", gettext_lazy("代办人手机号"))
SCOPES = forms.Choices(
    "scope", gettext_lazy("能办的事"), tuple(Scope), words=lambda one: word("mandate_scope_helper", one)
)
FROM_DAY = forms.Day("from_day", gettext_lazy("从哪天起"))
LAST_DAY = forms.Day("last_day", gettext_lazy("到哪天为止"))
BOTH = forms.Tick("both", gettext_lazy("代办人也在场，证件核对过，马上生效"), required=False)
RECORD = forms.Form("mandate-record", NAME, PHONE, SCOPES, FROM_DAY, LAST_DAY, BOTH)
STEP = forms.Choice("step", gettext_lazy("操作"), ("record", "agree", "end"))
NUMBER = forms.optional(forms.Whole("mandate"))
STEPPED = forms.Form("mandate-step", STEP, NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateRow:
    """A mandate as a clerk reads it: the helper masked."""

    number: int
    name: str
    phone: str
    kind: str
    scopes: Sequence[str]
    from_day: date
    last_day: date
    state: MandateState
    may_agree: bool
    may_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MandatesShown(Context):
    """The helpers of one person, and the form for another."""

    pno: Pno
    name: str
    rows: Sequence[MandateRow]
    may_record: bool
    form: forms.Filled
    step: forms.Filled


@staff_page(Permission.SEE_MANDATES, methods=("GET", "POST"))
def helpers(request: HttpRequest, pno: int) -> HttpResponse:
    """The helpers of one person, and what a clerk may do about them."""
    known = Pno(pno)
    if not insight.queries.exists(known):
        raise Http404
    may_record = access.queries.can(staff(request), Permission.RECORD_MANDATE)
    if request.method == "POST":
        if not may_record:
            raise PermissionDenied
        return _take(request, known)
    record_look(request, known, what="helpers", purpose="service")
    today = _today()
    usual = today + timedelta(days=wiring.agency().mandates.usual_days - 1)
    proposed = {"scope": tuple(Scope), "from_day": today.isoformat(), "last_day": usual.isoformat()}
    context = MandatesShown(
        pno=known,
        name=insight.queries.name_of(known),
        rows=[_row(one) for one in mandates.queries.of_person(known)],
        may_record=may_record,
        form=forms.shown(request, RECORD, proposed),
        step=forms.shown(request, STEPPED),
    )
    return page(request, "mandates.html", context, place="people")


def _take(request: HttpRequest, pno: Pno) -> HttpResponse:
    """What the clerk asked for, and the way on: both sides are told, or the form comes back."""
    stepped = STEPPED.read(request)
    step, number = stepped.get(STEP, ""), stepped.get(NUMBER, None)
    filled = RECORD.read(request) if step == "record" else stepped
    if filled.good:
        try:
            if step == "record":
                _record(request, pno, filled)
            else:
                act = mandates_agree.at_window if step == "agree" else mandates_end.at_window
                act(wiring.hands(staff(request)), mandate_id=number or 0, pno=pno)
        except Refused as refusal:
            filled = filled.wrong(told_of(refusal))
    if not filled.good:
        return forms.back(request, filled, "staff:mandates", pno=pno)
    mandates_told.deliver(pno, clock=wiring.clock(), post=wiring.post())
    messages.success(request, _("办好了，双方会收到短信。"))
    return redirect("staff:mandates", pno=pno)


def _record(request: HttpRequest, pno: Pno, filled: forms.Filled) -> None:
    """Write a helper down. Raises Refused."""
    mandates_ask.at_window(
        wiring.hands(staff(request)),
        pno=pno,
        wish=Wish(
            phone=filled.value(PHONE),
            name=filled.value(NAME),
            scopes=frozenset(filled.value(SCOPES)),
            from_day=filled.value(FROM_DAY),
            until_day=filled.value(LAST_DAY) + timedelta(days=1),
        ),
        both_present=filled.value(BOTH),
        rules=wiring.agency().mandates,
    )


def _row(one: Mandate) -> MandateRow:
    account = access.queries.account_of(one.helper_id)
    phone = access.queries.helper_phone(one.helper_id) if account else None
    waits = one.state is MandateState.ASKED
    return MandateRow(
        number=one.mandate_id,
        name=privacy.queries.mask_name(account.display_name) if account else "—",
        phone=privacy.queries.mask_phone(phone) if phone else "",
        kind=word("helper_kind", mandates.queries.kind_of(one.helper_id)),
        scopes=[word("mandate_scope_helper", scope) for scope in Scope if scope in one.scopes],
        from_day=one.from_day,
        last_day=one.until_day - timedelta(days=1),
        state=one.state,
        may_agree=waits and one.asked_by is Side.HELPER,
        may_end=waits or one.state is MandateState.IN_FORCE,
    )


def _today() -> date:
    return wiring.clock().now().astimezone(CHINA).date()
