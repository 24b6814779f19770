"""Pause lists (暂停名单) with their release, and pay runs (发放计划) with their control totals."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yizheng import wiring
from yizheng.doors.staff.gate import number_of, page, staff, staff_names, staff_page
from yizheng.doors.staff.views.pages import listing, rows_of
from yizheng.doors.words import refusal_in
from yizheng.flows.pay import pause_list
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Month
from yizheng.rooms import access, payments
from yizheng.rooms.access.data import Permission
from yizheng.rooms.insight.data import PageOf
from yizheng.rooms.payments.data import PauseListState

PAGE = 50


@staff_page(Permission.SEE_PAUSE_LIST)
def pauses(request: HttpRequest) -> HttpResponse:
    """Every month's list."""
    return page(
        request, "pauses.html", {"lists": payments.queries.lists(), "names": staff_names()}, place="pauses"
    )


@staff_page(Permission.SEE_PAUSE_LIST)
def pause(request: HttpRequest, month: str) -> HttpResponse:
    """One month's list: who would be paused, who is held out of it and why; the release, for a supervisor."""
    return _pause_page(request, Month.parse(month))


@staff_page(Permission.RELEASE_PAUSE_LIST, methods=("POST",))
def release(request: HttpRequest, month: str) -> HttpResponse:
    """Release the list, with a confirmation that must be ticked."""
    wanted = Month.parse(month)
    if request.POST.get("sure") != "yes":
        return _pause_page(request, wanted, error=_("放行前请先勾选确认。"))
    try:
        pause_list.release(wiring.hands(staff(request)), month=wanted)
    except Refused as refusal:
        return _pause_page(request, wanted, error=refusal_in(refusal))
    messages.success(request, _("名单已放行。"))
    return redirect("staff:pause", month=month)


@staff_page(Permission.SEE_PAY_RUN)
def runs(request: HttpRequest) -> HttpResponse:
    """Every month's pay run."""
    return page(request, "pay.html", {"runs": payments.queries.runs()}, place="pay")


@staff_page(Permission.SEE_PAY_RUN)
def month_run(request: HttpRequest, month: str) -> HttpResponse:
    """One month's pay run: its control total, and everybody whose pay differs from the month before."""
    run = payments.queries.find_run(Month.parse(month))
    if run is None:
        raise Http404
    wanted = number_of(request.GET.get("page"))
    found = payments.queries.exceptions(run.month, page=wanted, size=PAGE)
    more = bool(payments.queries.exceptions(run.month, page=wanted * PAGE + 1, size=1))
    shown = PageOf(wanted, wanted + 1 if more else wanted, len(found))
    context = {
        "run": run,
        "reconciles": run.reconciles,
        "rows": rows_of(request, f"pay:{run.month}", found),
        **listing(shown, {}),
    }
    return page(request, "pay_month.html", context, place="pay")


def _pause_page(request: HttpRequest, month: Month, *, error: str = "") -> HttpResponse:
    found = payments.queries.find_list(month)
    if found is None:
        raise Http404
    held = request.GET.get("held") == "1"
    shown = PageOf.cut(found.held if held else found.to_pause, number_of(request.GET.get("page")), PAGE)
    items = payments.queries.items(month, held=held, page=shown.page, size=PAGE)
    may_release = (
        access.queries.can(staff(request), Permission.RELEASE_PAUSE_LIST)
        and found.state is PauseListState.DRAWN
    )
    context = {
        "list": found,
        "held": held,
        "held_by_reason": sorted(found.held_by_reason.items()),
        "rows": rows_of(request, f"pauses:{month}", items),
        "may_release": may_release,
        "names": staff_names(),
        "error": error,
        **listing(shown, {"held": "1" if held else ""}),
    }
    return page(request, "pause.html", context, status=409 if error else 200, place="pauses")
