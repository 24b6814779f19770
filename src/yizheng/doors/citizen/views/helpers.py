"""The beneficiary's page "谁能帮我办": who may act for me; name somebody in three small steps, answer, change, end.

Rules that always hold: only the beneficiary's own session comes here, never a helper's; one thing at a time; ending takes
one press and no reason; names and phones of helpers are shown masked, and none of them waits in a session in clear.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import forms, texts
from yizheng.doors.citizen.views.pages import citizen_page, page
from yizheng.doors.citizen.weighing import asked_more
from yizheng.doors.context import Context
from yizheng.doors.forms import Filled, Wrong
from yizheng.doors.identity import on_citizens_web
from yizheng.doors.refusals import told_of
from yizheng.doors.tags import day as day_text
from yizheng.doors.words import word
from yizheng.flows.helpers import (
    mandates_agree,
    mandates_ask,
    mandates_change,
    mandates_decline,
    mandates_end,
    mandates_told,
)
from yizheng.flows.helpers.mandates_ask import Wish
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, add_months
from yizheng.rooms import access, mandates, privacy
from yizheng.rooms.mandates.data import Mandate, MandateState, Scope, Side
from yizheng.rooms.risk.data import Act

DRAFT = "helper_draft"
MONTHS = (3, 12, 36)
USUAL_MONTHS = 12
SHOWN = 4
PAST_SHOWN = 5

_LENGTHS: dict[int, Callable[[], str]] = {
    3: lambda: _("三个月"),
    12: lambda: _("一年"),
    36: lambda: _("三年"),
}
SCOPES = forms.Choices(
    "scope",
    gettext_lazy("要帮您办的事"),
    among=tuple(Scope),
    words=lambda scope: word("mandate_scope", scope),
    own={Wrong.NOT_CHOSEN: gettext_lazy("请至少选一件要帮您办的事。")},
)
UNTIL = forms.Choice(
    "months",
    gettext_lazy("帮到什么时候？"),
    among=MONTHS,
    words=lambda months: f"{_LENGTHS[int(str(months))]()} · {_until_words(int(str(months)))}",
)
NAME = forms.Text("name", gettext_lazy("对方的姓名"), most=30)
PHONE = forms.Phone("phone", gettext_lazy("对方的手机号"))
STEP = forms.Choice("step", among=("end", "agree", "decline", "change"))
WHAT_FORM = forms.Form("helper-what", SCOPES)
UNTIL_FORM = forms.Form("helper-until", UNTIL)
WHO_FORM = forms.Form("helper-who", NAME, PHONE)
STEP_FORM = forms.Form("helper-step", STEP)


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateShown:
    """A mandate as the beneficiary reads it: the helper masked."""

    number: int
    name: str
    phone: str
    scopes: tuple[str, ...]
    from_day: date
    last_day: date
    state: MandateState
    open: bool
    waits_for_me: bool
    waits_for_them: bool
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpersShown(Context):
    """Who may act for me now, who waits for an answer, who could before; and what was just done, in words."""

    lasting: tuple[MandateShown, ...]
    hidden: int
    past: tuple[MandateShown, ...]
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperShown(Context):
    """One of them."""

    form: Filled
    one: MandateShown


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown(Context):
    """One of the three steps; `last` where it is the last one; `by_phone` where a text reaches whoever is asked."""

    form: Filled
    last: bool = False
    by_phone: bool = True


@citizen_page("helpers")
def helpers(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Who may act for me now, who waits for an answer, and who could before."""
    request.session.pop(DRAFT, None)
    found = [_shown(one) for one in mandates.queries.of_person(pno)]
    lasting = tuple(one for one in found if one.open)
    whole = request.GET.get("all") == "1"
    shown = HelpersShown(
        lasting=lasting if whole else lasting[:SHOWN],
        hidden=0 if whole else max(0, len(lasting) - SHOWN),
        past=tuple(one for one in found if not one.open)[:PAST_SHOWN],
        said=_said(request.GET.get("said", "")),
    )
    return page(request, "helpers.html", shown)


@citizen_page("helpers", methods=("GET", "POST"))
def helper_of_mine(request: HttpRequest, pno: Pno, mandate_id: int) -> HttpResponse:
    """One of them: what they may do, until when; answer, change or end it, at once."""
    found = mandates.queries.find(mandate_id)
    if found is None or found.pno != pno:
        return redirect("citizen:helpers")
    if request.method != "POST":
        shown = HelperShown(form=forms.shown(request, STEP_FORM), one=_shown(found))
        return page(request, "helper_of_mine.html", shown)
    return _answered(request, found)


def _answered(request: HttpRequest, found: Mandate) -> HttpResponse:
    """One press at one of them."""
    filled, number = STEP_FORM.read(request), found.mandate_id
    if not filled.good:
        again = filled.wrong(gettext_lazy("请再点一次。"))
        return forms.back(request, again, "citizen:helper-of-mine", number)
    step = filled.value(STEP)
    if step == "change":
        request.session[DRAFT] = {"change": number, "scopes": sorted(found.scopes)}
        return redirect("citizen:helper-what")
    more = _weighed(request, found.pno) if step == "agree" else None
    if more is not None:
        return more
    try:
        _STEPS[step](number, found.pno)
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal)), "citizen:helper-of-mine", number)
    return _told(found.pno, step)


@citizen_page("helpers", methods=("GET", "POST"))
def what(request: HttpRequest, pno: Pno) -> HttpResponse:
    """First step: what somebody may do for me."""
    del pno
    draft = dict(request.session.get(DRAFT, {"scopes": [Scope.VIEW, Scope.CERTIFY]}))
    if request.method != "POST":
        shown = forms.shown(request, WHAT_FORM, {"scope": tuple(draft["scopes"])})
        return page(request, "helper_what.html", StepShown(form=shown))
    filled = WHAT_FORM.read(request)
    if not filled.good:
        return forms.back(request, filled, "citizen:helper-what")
    request.session[DRAFT] = {**draft, "scopes": [scope.value for scope in filled.value(SCOPES)]}
    return redirect("citizen:helper-until")


@citizen_page("helpers", methods=("GET", "POST"))
def until(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Second step: until when. For a change it is the last one."""
    draft = request.session.get(DRAFT)
    if not draft or not draft.get("scopes"):
        return redirect("citizen:helper-what")
    if request.method != "POST":
        shown = forms.shown(request, UNTIL_FORM, {"months": USUAL_MONTHS})
        return page(request, "helper_until.html", StepShown(form=shown, last="change" in draft))
    filled = UNTIL_FORM.read(request)
    months = filled.get(UNTIL, USUAL_MONTHS)
    request.session[DRAFT] = {**draft, "months": months}
    if "change" not in draft:
        return redirect("citizen:helper-who")
    return _weighed(request, pno) or _change(request, pno, filled, draft, months)


def _change(
    request: HttpRequest, pno: Pno, filled: Filled, draft: dict[str, object], months: int
) -> HttpResponse:
    """Change what somebody may do, or until when."""
    scopes = draft["scopes"] if isinstance(draft["scopes"], list) else []
    try:
        mandates_change.by_beneficiary(
            mandate_id=int(str(draft["change"])),
            pno=pno,
            scopes=frozenset(Scope(code) for code in scopes),
            until_day=add_months(_today(), months),
            rules=wiring.agency().mandates,
            clock=wiring.clock(),
        )
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal), UNTIL), "citizen:helper-until")
    return _told(pno, "changed")


@citizen_page("helpers", methods=("GET", "POST"))
def who(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Third step: who it is. They get a text and have to agree."""
    draft = request.session.get(DRAFT)
    if not draft or "months" not in draft or "change" in draft:
        return redirect("citizen:helper-what")
    if request.method != "POST":
        shown = StepShown(form=forms.shown(request, WHO_FORM), last=True, by_phone=texts.reach_phones())
        return page(request, "helper_who.html", shown)
    filled = WHO_FORM.read(request)
    if not filled.good:
        return forms.back(request, filled, "citizen:helper-who")
    more = _weighed(request, pno)
    if more is not None:
        return more
    wish = Wish(
        phone=filled.value(PHONE),
        name=filled.value(NAME),
        scopes=frozenset(Scope(code) for code in draft["scopes"]),
        from_day=_today(),
        until_day=add_months(_today(), int(draft["months"])),
    )
    try:
        mandates_ask.by_beneficiary(pno=pno, wish=wish, rules=wiring.agency().mandates, clock=wiring.clock())
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal), PHONE), "citizen:helper-who")
    return _told(pno, "asked")


_STEPS: dict[str, Callable[[int, Pno], object]] = {
    "end": lambda number, pno: mandates_end.by_beneficiary(mandate_id=number, pno=pno, clock=wiring.clock()),
    "agree": lambda number, pno: mandates_agree.by_beneficiary(
        mandate_id=number, pno=pno, clock=wiring.clock()
    ),
    "decline": lambda number, pno: mandates_decline.by_beneficiary(
        mandate_id=number, pno=pno, clock=wiring.clock()
    ),
}


def _told(pno: Pno, step: str) -> HttpResponse:
    """Both sides get their texts now; back to the list, which says so only where they are out."""
    out = mandates_told.deliver(pno, clock=wiring.clock(), post=wiring.post())
    return forms.elsewhere("citizen:helpers", query={"said": step if out else f"{step}_soon"})


def _weighed(request: HttpRequest, pno: Pno) -> HttpResponse | None:
    """Naming a helper is weighed each time; the page that asks for more, where more is asked."""
    asks = on_citizens_web(request)
    return asked_more(request, asks, pno, Act.NAME_HELPER) if asks else redirect("citizen:start")


def _shown(mandate: Mandate) -> MandateShown:
    account = access.queries.account_of(mandate.helper_id)
    phone = access.queries.helper_phone(mandate.helper_id) if account else None
    waits = mandate.state is MandateState.ASKED
    return MandateShown(
        number=mandate.mandate_id,
        name=privacy.queries.mask_name(account.display_name) if account else "—",
        phone=privacy.queries.mask_phone(phone) if phone else "",
        scopes=tuple(word("mandate_scope", scope) for scope in Scope if scope in mandate.scopes),
        from_day=mandate.from_day,
        last_day=mandate.until_day - timedelta(days=1),
        state=mandate.state,
        open=waits or mandate.state is MandateState.IN_FORCE,
        waits_for_me=waits and mandate.asked_by is Side.HELPER,
        waits_for_them=waits and mandate.asked_by is Side.BENEFICIARY,
        ended_at=mandate.ended_at,
    )


def _said(step: str) -> str:
    """What was just done, in words; of texts only what is true of them here."""
    step, _mark, soon = step.partition("_")
    by_phone = texts.reach_phones()
    asked = _("短信马上会发给对方，对方同意后就生效。") if soon else _("短信已经发给对方，对方同意后就生效。")
    words = {
        "asked": asked
        if by_phone
        else _("请告诉对方：用他的手机号登录后点同意，就生效。这里还没有接通短信。"),
        "agree": _("好了，现在起可以帮您办。"),
        "decline": _("好的，没有让对方帮您办。"),
        "changed": _("改好了，双方都会收到短信。") if by_phone else _("改好了。"),
        "end": _("已经结束，对方现在起看不到、办不了您的事。"),
    }
    return words.get(step, "")


def _until_words(months: int) -> str:
    last = add_months(_today(), months) - timedelta(days=1)
    return _("到 %(day)s") % {"day": day_text(last)}


def _today() -> date:
    return wiring.clock().now().astimezone(CHINA).date()
