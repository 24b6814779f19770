"""The pictures of a capture that a machine could not judge (刷脸待核), for the two who decide its case.

They are shown while the case is open and deleted with its end. Looking at one is a look of its own; whoever neither
proposes nor confirms sees that there are pictures, and not the pictures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse

from yizheng import wiring
from yizheng.doors.context import Context
from yizheng.doors.staff.gate import page, record_look, staff, staff_page
from yizheng.kernel.errors import Refused
from yizheng.rooms import access, casework, insight, passes
from yizheng.rooms.access.data import Permission
from yizheng.rooms.casework.data import CaseView
from yizheng.rooms.insight.data import PersonFile
from yizheng.rooms.passes.data import CaptureView


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureShown:
    """One capture with the places of its pictures."""

    capture: CaptureView
    places: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturesShown(Context):
    """The captures of a case, the newest first."""

    case: CaseView
    person: PersonFile
    shown: Sequence[CaptureShown]
    may_see: bool


@staff_page(Permission.SEE_CASES)
def captures(request: HttpRequest, case_id: int) -> HttpResponse:
    """The captures of a case, the newest first, each with its pictures."""
    case, found = _found(case_id)
    record_look(request, case.pno, what=f"capture:{case_id}", purpose="case")
    may_see = _may_see(request)
    shown = [
        CaptureShown(
            capture=one,
            places=range(passes.queries.picture_count(one.capture_id) if may_see else 0),
        )
        for one in found
    ]
    today = wiring.clock().now().date()
    person = insight.queries.person_file(case.pno, today=today)
    context = CapturesShown(case=case, person=person, shown=shown, may_see=may_see)
    return page(request, "captures.html", context, place="cases")


@staff_page(Permission.SEE_CASES)
def picture(request: HttpRequest, case_id: int, capture_id: int, place: int) -> HttpResponse:
    """One picture, as a JPEG that no browser keeps."""
    case, found = _found(case_id)
    if not _may_see(request) or capture_id not in {one.capture_id for one in found}:
        raise Http404
    pictures = passes.queries.pictures_of(capture_id)
    if place >= len(pictures):
        raise Http404
    record_look(request, case.pno, what=f"capture:{case_id}", purpose="case")
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return HttpResponse(pictures[place], content_type="image/jpeg", headers=headers)


def _may_see(request: HttpRequest) -> bool:
    who = staff(request)
    return access.queries.can(who, Permission.PROPOSE_OUTCOME) or access.queries.can(
        who, Permission.CONFIRM_OUTCOME
    )


def _found(case_id: int) -> tuple[CaseView, list[CaptureView]]:
    try:
        case = casework.queries.get_case(case_id)
    except Refused as missing:
        raise Http404 from missing
    found = passes.queries.captures_of_case(case_id)
    if not found:
        raise Http404
    return case, found
