"""Pause lists (暂停名单) with their release, and pay runs (发放计划) with their control totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.context import Context
from yizheng.doors.forms import Wrong
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.gate import number_of, page, staff, staff_names, staff_page
from yizheng.doors.staff.views.pages import Paging, PersonRow, paging, rows_of
from yizheng.flows.pay import pause_list
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Month
from yizheng.rooms import access, payments
from yizheng.rooms.access.data import Permission
from yizheng.rooms.insight.data import PageOf
from yizheng.rooms.payments.data import (
    PauseItemView,
    PauseListState,
    PauseListView,
    PayExceptionView,
    PayReport,
)

PAGE = 50
SURE = forms.Tick(
    "sure",
    gettext_lazy("我看过名单和不列入的理由，确认批准。"),
    own={Wrong.NOT_TICKED: gettext_lazy("批准前请先勾选确认。")},
)
RELEASE = forms.Form("pause-release", SURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PausesShown(Context):
    """Every month's list."""

    lists: Sequence[PauseListView]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseShown(Context):
    """One month's list; `held` shows the people who are not on it, with the reason."""

    list: PauseListView
    held: bool
    held_by_reason: Sequence[tuple[str, int]]
    rows: Sequence[PersonRow[PauseItemView]]
    may_release: bool
    names: Mapping[str, str]
    form: forms.Filled
    paging: Paging


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsShown(Context):
    """Every month's pay run."""

    runs: Sequence[PayReport]
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunShown(Context):
    """One month's pay run."""

    run: PayReport
    reconciles: bool
    rows: Sequence[PersonRow[PayExceptionView]]
    paging: Paging


@staff_page(Permission.SEE_PAUSE_LIST)
def pauses(request: HttpRequest) -> HttpResponse:
    """Every month's list."""
    context = PausesShown(lists=payments.queries.lists(), names=staff_names())
    return page(request, "pauses.html", context, place="pauses")


@staff_page(Permission.SEE_PAUSE_LIST)
def pause(request: HttpRequest, month: str) -> HttpResponse:
    """One month's list: who would be paused, who is held out of it and why; the approval, for a supervisor."""
    wanted = Month.parse(month)
    found = payments.queries.find_list(wanted)
    if found is None:
        raise Http404
    held = request.GET.get("held") == "1"
    shown = PageOf.cut(found.held if held else found.to_pause, number_of(request.GET.get("page")), PAGE)
    items = payments.queries.items(wanted, held=held, page=shown.page, size=PAGE)
    may_release = access.queries.can(staff(request), Permission.RELEASE_PAUSE_LIST)
    context = PauseShown(
        list=found,
        held=held,
        held_by_reason=sorted(found.held_by_reason.items()),
        rows=rows_of(request, f"pauses:{wanted}", items, purpose="release"),
        may_release=may_release and found.state is PauseListState.DRAWN,
        names=staff_names(),
        form=forms.shown(request, RELEASE),
        paging=paging(shown, {"held": "1" if held else ""}),
    )
    return page(request, "pause.html", context, place="pauses")


@staff_page(Permission.RELEASE_PAUSE_LIST, form="staff:pause")
def release(request: HttpRequest, month: str) -> HttpResponse:
    """Approve the list, with a confirmation that must be ticked."""
    wanted, filled = Month.parse(month), RELEASE.read(request)
    if payments.queries.find_list(wanted) is None:
        raise Http404
    if not filled.good:
        return forms.back(request, filled, "staff:pause", month=month)
    try:
        pause_list.release(wiring.hands(staff(request)), month=wanted, policies=wiring.agency().policies)
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal)), "staff:pause", month=month)
    messages.success(request, _("名单已批准。"))
    return redirect("staff:pause", month=month)


@staff_page(Permission.SEE_PAY_RUN)
def runs(request: HttpRequest) -> HttpResponse:
    """Every month's pay run."""
    return page(
        request,
        "pay.html",
        RunsShown(runs=payments.queries.runs(), waiting=payments.queries.count_held_pay(waiting=True)),
        place="pay",
    )


@staff_page(Permission.SEE_PAY_RUN)
def month_run(request: HttpRequest, month: str) -> HttpResponse:
    """One month's pay run: its control total, and everybody whose pay differs from the month before."""
    run = payments.queries.find_run(Month.parse(month))
    if run is None:
        raise Http404
    wanted = number_of(request.GET.get("page"))
    found = payments.queries.exceptions(run.month, page=wanted, size=PAGE)
    more = bool(payments.queries.exceptions(run.month, page=wanted * PAGE + 1, size=1))
    context = RunShown(
        run=run,
        reconciles=run.reconciles,
        rows=rows_of(request, f"pay:{run.month}", found, purpose="pay"),
        paging=paging(PageOf(wanted, wanted + 1 if more else wanted, len(found))),
    )
    return page(request, "pay_month.html", context, place="pay")
