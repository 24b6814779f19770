"""The helper's pages (代办): whom I may act for, begin and stop acting, answer a request, ask to help somebody.

Rules that always hold: acting is a mandate's number in the session and is checked in every request; the beneficiary's
name is masked until a mandate is in force; what a helper asks about somebody is answered alike, whoever that is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yizheng import wiring
from yizheng.doors import forms, identity, texts
from yizheng.doors.citizen.views.pages import answers_only, page
from yizheng.doors.context import Context
from yizheng.doors.forms import Filled, Wrong
from yizheng.doors.proofs import keep_pace
from yizheng.doors.refusals import told_of
from yizheng.doors.words import word
from yizheng.flows.helpers import mandates_agree, mandates_ask, mandates_decline, mandates_end, mandates_told
from yizheng.kernel.errors import Refused
from yizheng.rooms import access, insight, mandates, privacy
from yizheng.rooms.access.data import Account
from yizheng.rooms.mandates.data import Mandate, MandateState, Scope, Side

HelperView = Callable[..., HttpResponse]
MOST_NAME = 50
NUMBER = forms.IdentityNumber("number", gettext_lazy("老人的身份证号码"))
NAME = forms.Text("name", gettext_lazy("老人的全名"), most=MOST_NAME)
FULL_NAME = forms.Text(
    "name",
    gettext_lazy("老人的全名"),
    hint=gettext_lazy("请填老人的全名，防止短信发错了人。"),
    most=MOST_NAME,
    required=False,
)
STEP = forms.Choice("step", among=("agree", "decline", "end"))
ASK_FORM = forms.Form("helper-ask", NUMBER, NAME)
STEP_FORM = forms.Form("helper-answer", FULL_NAME, STEP)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """A mandate as the helper reads it: the beneficiary in full only while it is in force."""

    number: int
    name: str
    scopes: tuple[str, ...]
    from_day: date
    last_day: date
    state: MandateState
    now: bool
    later: bool
    waits_for_me: bool
    waits_for_them: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MineShown(Context):
    """Whom I may act for, who asks me, whom I asked; `over` where acting has just ended."""

    people: tuple[PersonShown, ...]
    asked: tuple[PersonShown, ...]
    waiting: tuple[PersonShown, ...]
    over: bool
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneShown(Context):
    """One of them."""

    form: Filled
    one: PersonShown


@dataclass(frozen=True, slots=True, kw_only=True)
class AskShown(Context):
    """The page that asks to help somebody; `by_phone` where a text reaches the person."""

    form: Filled
    by_phone: bool


def helper_page(*, methods: tuple[str, ...] = ("GET",), form: str = "") -> Callable[[HelperView], HelperView]:
    """Only for a signed-in helper; the view gets the account. With `form` the address only takes that page's answers."""
    if form:
        return lambda view: answers_only(form)(helper_page(methods=("POST",))(view))

    def guard(view: HelperView) -> HelperView:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            who = identity.on_citizens_web(request)
            account = (
                access.queries.account_of(who.account_id) if who and who.account_id is not None else None
            )
            if account is None:
                return redirect("citizen:start")
            return view(request, account, *args, **kwargs)

        return guarded

    return guard


@helper_page()
def mine(request: HttpRequest, account: Account) -> HttpResponse:
    """Whom I may act for, who asks me, and whom I asked."""
    found = [_shown(one) for one in mandates.queries.of_helper(account.account_id)]
    shown = MineShown(
        people=tuple(one for one in found if one.now),
        asked=tuple(one for one in found if one.waits_for_me),
        waiting=tuple(one for one in found if one.waits_for_them),
        over=request.GET.get("over") == "1",
        said=_said(request.GET.get("said", "")),
    )
    return page(request, "helper_mine.html", shown)


@helper_page(form="citizen:helper")
def act(request: HttpRequest, account: Account, mandate_id: int) -> HttpResponse:
    """Begin to act for somebody."""
    mandate = mandates.queries.find(mandate_id)
    if mandate is None or mandate.helper_id != account.account_id:
        return redirect("citizen:helper")
    identity.start_acting(request, mandate_id)
    if identity.acting_for(request) is None:
        identity.stop_acting(request)
        return forms.elsewhere("citizen:helper", query={"over": "1"})
    return redirect("citizen:me" if Scope.VIEW in mandate.scopes else "citizen:face")


@helper_page(form="citizen:helper")
def stop(request: HttpRequest, account: Account) -> HttpResponse:
    """Stop acting for anybody."""
    del account
    identity.stop_acting(request)
    return redirect("citizen:helper")


@helper_page(methods=("GET", "POST"))
def one(request: HttpRequest, account: Account, mandate_id: int) -> HttpResponse:
    """One person: answer their request, or end helping them."""
    found = mandates.queries.find(mandate_id)
    if found is None or found.helper_id != account.account_id:
        return redirect("citizen:helper")
    if request.method != "POST":
        shown = OneShown(form=forms.shown(request, STEP_FORM), one=_shown(found))
        return page(request, "helper_one.html", shown)
    filled = STEP_FORM.read(request)
    step = filled.get(STEP, "")
    if step == "agree" and not filled.get(FULL_NAME, ""):
        return forms.back(request, filled.faulty(FULL_NAME, Wrong.MISSING), "citizen:helper-one", mandate_id)
    try:
        if not _took(step, found, account, name=filled.get(FULL_NAME, "")):
            return redirect("citizen:helper-one", mandate_id)
    except Refused as refusal:
        return forms.back(
            request, filled.wrong(told_of(refusal), FULL_NAME), "citizen:helper-one", mandate_id
        )
    mandates_told.deliver(found.pno, clock=wiring.clock(), post=wiring.post())
    return forms.elsewhere("citizen:helper", query={"said": step})


@helper_page(methods=("GET", "POST"))
def ask(request: HttpRequest, account: Account) -> HttpResponse:
    """Ask to help somebody, who has to agree. The answer is the same whoever that is, and takes as long.

    The text is left to the worker of the outbox: how long a gateway takes would say that there is somebody.
    """
    if request.method != "POST":
        shown = AskShown(form=forms.shown(request, ASK_FORM), by_phone=texts.reach_phones())
        return page(request, "helper_ask.html", shown)
    filled = ASK_FORM.read(request, today=wiring.clock().now().date())
    if not filled.good:
        return forms.back(request, filled, "citizen:helper-ask")
    started = time.monotonic()
    try:
        mandates_ask.by_helper(
            account=account,
            number=filled.value(NUMBER),
            name=filled.value(NAME),
            wish_scopes=frozenset({Scope.VIEW, Scope.CERTIFY}),
            rules=wiring.agency().mandates,
            clock=wiring.clock(),
        )
    except Refused as refusal:
        keep_pace(started)
        return forms.back(request, filled.wrong(told_of(refusal)), "citizen:helper-ask")
    keep_pace(started)
    return forms.elsewhere("citizen:helper", query={"said": "wished"})


def _took(step: str, mandate: Mandate, account: Account, *, name: str) -> bool:
    """Take the step; False for one that is none. Raises Refused."""
    number, clock = mandate.mandate_id, wiring.clock()
    if step == "agree":
        mandates_agree.by_helper(mandate_id=number, account=account, name=name, clock=clock)
    elif step == "decline":
        mandates_decline.by_helper(mandate_id=number, account=account, clock=clock)
    elif step == "end":
        mandates_end.by_helper(mandate_id=number, account=account, clock=clock)
    else:
        return False
    return True


def _shown(mandate: Mandate) -> PersonShown:
    waits = mandate.state is MandateState.ASKED
    today = wiring.clock().now().date()
    now = any(
        mandates.queries.in_force(mandate.helper_id, mandate.pno, scope, on=today) is not None
        for scope in mandate.scopes
    )
    name = insight.queries.name_of(mandate.pno)
    return PersonShown(
        number=mandate.mandate_id,
        name=name if now else privacy.queries.mask_name(name),
        scopes=tuple(word("mandate_scope_helper", scope) for scope in Scope if scope in mandate.scopes),
        last_day=mandate.until_day - timedelta(days=1),
        from_day=mandate.from_day,
        state=mandate.state,
        now=now,
        later=mandate.state is MandateState.IN_FORCE and mandate.from_day > today,
        waits_for_me=waits and mandate.asked_by is Side.BENEFICIARY,
        waits_for_them=waits and mandate.asked_by is Side.HELPER,
    )


def _said(step: str) -> str:
    """What was just done, in words. A wish waits for the worker of the outbox: its text is not out yet."""
    words = {
        "agree": _("好了，现在可以帮忙办了。"),
        "decline": _("好的，不用您做什么了。"),
        "end": _("已经结束，谢谢您一直以来的帮助。"),
        "wished": _("如果号码和姓名对得上，马上会给老人发短信，本人同意后就能办。")
        if texts.reach_phones()
        else _("如果号码和姓名对得上，请告诉老人：登录后在“谁能帮我办”里同意，就能办。这里还没有接通短信。"),
    }
    return words.get(step, "")
