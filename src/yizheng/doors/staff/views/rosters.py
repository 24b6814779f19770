"""What rosters change of many at once, with a supervisor's decision, and where core system and product say otherwise.

Lists are masked, and every look at them is recorded; whole numbers leave only by the command `yizheng roster`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from yizheng.doors import forms
from yizheng.doors.context import Context
from yizheng.doors.staff.gate import number_of, page, staff, staff_names, staff_page
from yizheng.doors.staff.held_decision import HeldDecision, Step
from yizheng.doors.staff.views.pages import Paging, PersonRow, paging, rows_of
from yizheng.flows.arrivals import roster_hold_is_decided
from yizheng.flows.arrivals.roster_differs import file_names
from yizheng.rooms import access, entitlements
from yizheng.rooms.access.data import Permission
from yizheng.rooms.entitlements.data import Disagreement, HeldState, HeldStep, RosterHold
from yizheng.rooms.insight.data import PageOf

PAGE = 50
PURPOSE = "pay"
DECISION = HeldDecision(
    "roster-decide",
    {
        "release": Step(
            gettext_lazy("批准变更"), roster_hold_is_decided.release, gettext_lazy("变更已批准。")
        ),
        "reject": Step(
            gettext_lazy("不予变更"),
            roster_hold_is_decided.reject,
            gettext_lazy("已记下不予变更，发放照旧。"),
        ),
    },
    thing="hold_id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RostersShown(Context):
    """What waits and what was decided; below, the people of whom the newest roster says otherwise, or nothing."""

    holds: Sequence[RosterHold]
    files: Mapping[int, str]
    missing: bool
    rows: Sequence[PersonRow[Disagreement]]
    paging: Paging
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldShown(Context):
    """One change of many at once: its people, and the decision, for a supervisor who did not import the roster."""

    hold: RosterHold
    file: str
    rows: Sequence[PersonRow[HeldStep]]
    may_decide: bool
    form: forms.Filled
    names: Mapping[str, str]
    paging: Paging


@staff_page(Permission.SEE_ROSTER_CHANGES)
def rosters(request: HttpRequest) -> HttpResponse:
    """What rosters change, and what they say otherwise."""
    missing = request.GET.get("missing") == "1"
    found = entitlements.queries.disagreements(missing=missing)
    shown = PageOf.cut(len(found), number_of(request.GET.get("page")), PAGE)
    items = found[(shown.page - 1) * PAGE : shown.page * PAGE]
    context = RostersShown(
        holds=entitlements.queries.roster_holds(),
        files=file_names(),
        missing=missing,
        rows=rows_of(request, "roster-missing" if missing else "roster-otherwise", items, purpose=PURPOSE),
        paging=paging(shown, {"missing": "1" if missing else ""}),
        names=staff_names(),
    )
    return page(request, "rosters.html", context, place="pauses")


@staff_page(Permission.SEE_ROSTER_CHANGES)
def hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """One change of many at once."""
    found = entitlements.queries.find_hold(hold_id)
    if found is None:
        raise Http404
    shown = PageOf.cut(found.people - found.dropped, number_of(request.GET.get("page")), PAGE)
    items = entitlements.queries.held_steps(hold_id, page=shown.page, size=PAGE)
    who = staff(request)
    may_decide = access.queries.can_decide_hold(who) and who.username != found.held_by
    context = HoldShown(
        hold=found,
        file=file_names().get(found.roster, ""),
        rows=rows_of(request, f"roster-hold:{hold_id}", items, purpose=PURPOSE),
        may_decide=may_decide and found.state is HeldState.HELD,
        form=forms.shown(request, DECISION.form),
        names=staff_names(),
        paging=paging(shown),
    )
    return page(request, "roster_hold.html", context, place="pauses")


@staff_page(Permission.DECIDE_ROSTER_HOLD, form="staff:roster-hold")
def decide(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Take what waits, or leave everybody's pay as it is."""
    if entitlements.queries.find_hold(hold_id) is None:
        raise Http404
    return DECISION.take(request, hold_id, back="staff:roster-hold")
