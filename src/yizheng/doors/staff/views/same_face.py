"""People who look alike (相似的面孔), in the case that a person reads: both beside each other, what agrees, no score.

Every person shown is a look of its own, recorded before anything is read.
"""

from django.http import Http404, HttpRequest, HttpResponse

from yizheng import wiring
from yizheng.doors.staff.gate import page, record_look, staff_page
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import biometrics, casework, insight
from yizheng.rooms.access.data import Permission
from yizheng.rooms.biometrics.search import Alike
from yizheng.rooms.insight.data import PersonFile


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
    return page(request, "same_face.html", {"case": case, "rows": rows}, place="cases")


def _row(one: Alike) -> dict[str, object]:
    today = wiring.clock().now().date()
    regions = wiring.agency().regions
    people: list[dict[str, object]] = []
    for pno in (one.pno, one.other):
        person: PersonFile = insight.queries.person_file(pno, today=today)
        people.append({"person": person, "region": regions.get(person.region, person.region)})
    return {"alike": one, "people": people}
