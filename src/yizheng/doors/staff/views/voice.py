"""A call-back (声纹回拨), for the clerk of its case: what was asked, what the machine thinks, the recording, new digits.

The clerk decides on the phone, in the case, with a second person like everybody else. Listening to a recording is a look
of its own; only who may propose an outcome hears it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import SystemRandom

from django.http import Http404, HttpRequest, HttpResponse

from yizheng import wiring
from yizheng.doors.context import Context
from yizheng.doors.staff.gate import page, record_look, staff, staff_page
from yizheng.flows.channels import voice_certifies
from yizheng.kernel.errors import Refused
from yizheng.rooms import access, biometrics, casework, insight
from yizheng.rooms.access.data import Permission
from yizheng.rooms.biometrics.voice import AnswerView, make_prompt
from yizheng.rooms.casework.data import CaseView
from yizheng.rooms.insight.data import PersonFile


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One answer with the digits that were asked for, apart."""

    answer: AnswerView
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackShown(Context):
    """The answers of a case, and digits to ask for on the phone."""

    case: CaseView
    person: PersonFile
    answers: Sequence[AnswerRow]
    fresh: Sequence[str]
    is_open: bool
    may_listen: bool


@staff_page(Permission.SEE_CASES)
def call_back(request: HttpRequest, case_id: int) -> HttpResponse:
    """The answers of a case, the newest first, and digits to ask for on the phone."""
    case, answers = _found(case_id)
    record_look(request, case.pno, what=f"voice:{case_id}", purpose="case")
    now = wiring.clock().now()
    context = CallBackShown(
        case=case,
        person=insight.queries.person_file(case.pno, today=now.date()),
        answers=[AnswerRow(answer=one, digits=" ".join(one.digits)) for one in answers],
        fresh=make_prompt(SystemRandom(), at=now).groups,
        is_open=not case.is_closed,
        may_listen=access.queries.can(staff(request), Permission.PROPOSE_OUTCOME),
    )
    return page(request, "voice.html", context, place="cases")


@staff_page(Permission.PROPOSE_OUTCOME)
def recording(request: HttpRequest, case_id: int, answer_id: int) -> HttpResponse:
    """One recording, as a WAV."""
    case, answers = _found(case_id)
    chosen = next((one for one in answers if one.answer_id == answer_id), None)
    if chosen is None:
        raise Http404
    record_look(request, case.pno, what=f"sound:{answer_id}", purpose="case")
    sound = voice_certifies.recording_of(chosen, wiring.store())
    return HttpResponse(sound, content_type="audio/wav", headers={"X-Content-Type-Options": "nosniff"})


def _found(case_id: int) -> tuple[CaseView, list[AnswerView]]:
    try:
        case = casework.queries.get_case(case_id)
    except Refused as missing:
        raise Http404 from missing
    answers = biometrics.queries.answers(case_id=case_id)
    if not answers:
        raise Http404
    return case, answers
