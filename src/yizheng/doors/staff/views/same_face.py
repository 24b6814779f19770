"""People who look alike (相似的面孔), in the case that a person reads: both beside each other, what agrees, no score.

Every person shown is a look of its own, recorded before anything is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse

from yizheng import wiring
from yizheng.doors.context import Context
from yizheng.doors.staff.gate import page, record_look, staff_page
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import biometrics, casework, insight
from yizheng.rooms.access.data import Permission
from yizheng.rooms.biometrics.search import Alike
from yizheng.rooms.casework.data import CaseView
from yizheng.rooms.insight.data import PersonFile


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOfTwo:
    """One of two people who look alike."""

    person: PersonFile
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two people who look alike."""

    alike: Alike
    people: Sequence[OneOfTwo]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairsShown(Context):
    """The people whose faces are like that of the case's person."""

    case: CaseView
    rows: Sequence[Pair]


@staff_page(Permission.SEE_CASES)
def faces(request: HttpRequest, case_id: int) -> HttpResponse:
    """The people whose faces are like that of the case's person, the most alike first."""
    try:
        case = casework.queries.get_case(case_id)
    except Refused as missing:
        raise Http404 from missing
    found = biometrics.queries.alike_faces(case_id=case_id)
    if not found:
        raise Http404
    for pno in sorted({case.pno, *(one.pno for one in found), *(one.other for one in found)}):
        record_look(request, Pno(pno), what=f"faces:{case_id}", purpose="case")
    rows = [_row(one) for one in found]
    return page(request, "same_face.html", PairsShown(case=case, rows=rows), place="cases")


def _row(one: Alike) -> Pair:
    today = wiring.clock().now().date()
    regions = wiring.agency().regions
    files = [insight.queries.person_file(pno, today=today) for pno in (one.pno, one.other)]
    people = [OneOfTwo(person=file, region=regions.get(file.region, file.region)) for file in files]
    return Pair(alike=one, people=people)
