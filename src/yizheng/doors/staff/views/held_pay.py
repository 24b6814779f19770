"""Sums that wait for a supervisor: who, why, how much, for which months; and the decision, with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from yizheng.doors import forms
from yizheng.doors.context import Context
from yizheng.doors.staff.gate import number_of, page, staff, staff_names, staff_page
from yizheng.doors.staff.held_decision import HeldDecision, Step
from yizheng.doors.staff.views.pages import Paging, PersonRow, paging, rows_of
from yizheng.flows.pay import held_pay_is_decided
from yizheng.rooms import access, payments
from yizheng.rooms.access.data import Permission
from yizheng.rooms.insight.data import PageOf
from yizheng.rooms.payments.data import HeldPay, WaitsFor, WaitState

PAGE = 50
PURPOSE = "pay"
DECISION = HeldDecision(
    "held-pay-decide",
    {
        "release": Step(gettext_lazy("核准"), held_pay_is_decided.release, gettext_lazy("决定已记下。")),
        "reject": Step(gettext_lazy("不予核准"), held_pay_is_decided.reject, gettext_lazy("决定已记下。")),
    },
    thing="held_id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingShown(Context):
    """What waits, or with `decided` everything."""

    decided: bool
    rows: Sequence[PersonRow[HeldPay]]
    paging: Paging


@dataclass(frozen=True, slots=True, kw_only=True)
class OneShown(Context):
    """One sum with its facts, and the decision for a supervisor."""

    held: HeldPay
    row: PersonRow[HeldPay]
    is_lowered: bool
    may_decide: bool
    form: forms.Filled
    names: Mapping[str, str]


@staff_page(Permission.SEE_PAY_RUN)
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for a supervisor, or everything that ever did."""
    decided = request.GET.get("all") == "1"
    total = payments.queries.count_held_pay(waiting=not decided)
    shown = PageOf.cut(total, number_of(request.GET.get("page")), PAGE)
    found = payments.queries.held_pay(waiting=not decided, page=shown.page, size=PAGE)
    context = WaitingShown(
        decided=decided,
        rows=rows_of(request, "pay-held", found, purpose=PURPOSE),
        paging=paging(shown, {"all": "1" if decided else ""}),
    )
    return page(request, "pay_held.html", context, place="pay")


@staff_page(Permission.SEE_PAY_RUN)
def one(request: HttpRequest, held_id: int) -> HttpResponse:
    """One sum."""
    found = payments.queries.find_held_pay(held_id)
    if found is None:
        raise Http404
    may_decide = access.queries.can(staff(request), Permission.DECIDE_HELD_PAY)
    context = OneShown(
        held=found,
        row=rows_of(request, f"pay-held:{held_id}", [found], purpose=PURPOSE)[0],
        is_lowered=found.why is WaitsFor.LOWERED,
        may_decide=may_decide and found.state is WaitState.WAITING,
        form=forms.shown(request, DECISION.form),
        names=staff_names(),
    )
    return page(request, "pay_held_one.html", context, place="pay")


@staff_page(Permission.DECIDE_HELD_PAY, form="staff:pay-held-one")
def decide(request: HttpRequest, held_id: int) -> HttpResponse:
    """Let the sum go out with the next run, or not."""
    if payments.queries.find_held_pay(held_id) is None:
        raise Http404
    return DECISION.take(request, held_id, back="staff:pay-held-one")
