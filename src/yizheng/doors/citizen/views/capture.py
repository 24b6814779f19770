"""Certifying by face: what the camera's page asks the server (JSON), the result, the receipt, and the photograph.

Rules that always hold: an answer carries plain words and codes, no score, no threshold and no landmark; every question
may be asked again with the same `Idempotency-Key` and is answered alike; every answer that closes a way opens another.
The contract is docs/reference/capture-protocol.md.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from yizheng import wiring
from yizheng.doors import circumstances, forms
from yizheng.doors.citizen import capture_words as words
from yizheng.doors.citizen.capture_words import Way
from yizheng.doors.citizen.views.camera import CANNOT
from yizheng.doors.citizen.views.pages import citizen_page, page
from yizheng.doors.context import Context
from yizheng.doors.forms import Filled
from yizheng.doors.identity import person_shown, signed_in
from yizheng.doors.tags import receipt_number
from yizheng.doors.web import page_context
from yizheng.flows.channels import citizen_certifies
from yizheng.flows.channels.citizen_certifies import Sent, Tell, Told
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import passes
from yizheng.rooms.access.data import SignedIn
from yizheng.rooms.biometrics.liveness_data import Abilities
from yizheng.rooms.passes.data import CaptureState, CaptureView, CaptureWhy, ReceiptView
from yizheng.rooms.passes.ports import PictureRefused

MOST_FRAMES = 12
MOST_MS = 10**9
MOST_BYTES = 40 << 20
"""Of one upload, before the border looks at it and says in words what is wrong with it."""
ABLE = forms.Choices("able", among=CANNOT, required=False)
INSIST = forms.Text("insist", required=False, most=1)
BEGIN = forms.Form("face-begin", ABLE, INSIST)
CAPTURE = forms.Text("capture", required=False, most=32)
STEP_NO = forms.Text("no", required=False, most=3)
TIMES = forms.Text("times", required=False, most=500)
CAMERA = forms.Text("camera", required=False, most=200)
PICTURES = forms.Uploads("frames", most=MOST_FRAMES, most_bytes=MOST_BYTES)
FRAMES = forms.Form("face-frames", CAPTURE, STEP_NO, TIMES, CAMERA, PICTURES)
PHOTO = forms.Upload(
    "photo", gettext_lazy("本人的正脸照片"), most_bytes=MOST_BYTES, accept="image/*", required=False
)
PHOTO_FORM = forms.Form("face-photo", PHOTO)
WHY = "why"
"""In the address of the page after a photograph: the code of why another way is offered."""
_Asked = Callable[[HttpRequest, SignedIn, Pno], HttpResponse]


def _answers(view: _Asked) -> Callable[[HttpRequest], HttpResponse]:
    """A question of the camera's page: whoever is not signed in is told so in its own language, not led elsewhere."""

    @require_POST
    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponse:
        who, pno = signed_in(request), person_shown(request)
        if who is None or pno is None:
            return JsonResponse(_other("sign_in", request), status=401)
        return view(request, who, Pno(pno))

    return asked


@_answers
def begin(request: HttpRequest, who: SignedIn, pno: Pno) -> HttpResponse:
    """Open a capture: its first step, or another way."""
    asked = BEGIN.read(request)
    none: tuple[str, ...] = ()
    chosen = asked.get(ABLE, none)
    cannot = set(chosen)
    told = citizen_certifies.begin(
        who=who,
        pno=pno,
        able=Abilities(
            **{name: f"no_{name}" not in cannot for name in ("see", "hear", "blink", "mouth", "turn")}
        ),
        insist=asked.get(INSIST, "") == "1",
        key=_key(request, sorted(cannot)),
        means=wiring.capture_means(),
        clock=wiring.clock(),
    )
    return JsonResponse(_answer(told, request))


@_answers
def frames(request: HttpRequest, who: SignedIn, pno: Pno) -> HttpResponse:
    """Take some pictures of a step: again, the next step, a wait, done, or another way."""
    filled = FRAMES.read(request)
    code = filled.get(CAPTURE, "")
    try:
        sent, digest = _sent(filled)
    except (Refused, ValueError, TypeError):
        return _say_again(request, who, pno, code)
    try:
        told = citizen_certifies.frames(
            who=who,
            pno=pno,
            code=code,
            no=_number(filled.get(STEP_NO, "")),
            sent=sent,
            key=_key(request, [code, digest]),
            seen=circumstances.seen(request, camera_label=filled.get(CAMERA, "")),
            means=wiring.capture_means(),
            clock=wiring.clock(),
        )
    except Refused:
        return JsonResponse(_other(CaptureWhy.TOO_LONG, request), status=409)
    return JsonResponse(_answer(told, request))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultShown(Context):
    """What came of a capture. `number` is the receipt's, in groups; `ways` the other ways, where it did not pass."""

    code: str
    passed: bool
    receipt: ReceiptView | None
    number: str
    say: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptShown(Context):
    """The receipt as a page to print."""

    code: str
    receipt: ReceiptView
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoShown(Context):
    """The page of a photograph: its form, or (`say`) why another way is offered, and the other ways."""

    form: Filled
    say: str
    ways: tuple[Way, ...]


@citizen_page("face")
def result(request: HttpRequest, pno: Pno, code: str) -> HttpResponse:
    """What came of a capture: certified until when, or who looks at it now, and the other ways."""
    capture = _own_capture(pno, code)
    receipt = _receipt_of(capture)
    shown = ResultShown(
        code=capture.code,
        passed=capture.state is CaptureState.PASSED,
        receipt=receipt,
        number=receipt_number(receipt.number) if receipt else "",
        say=str(words.WHYS.get(capture.why, "")) if capture.why else "",
        ways=_ways(capture.why or CaptureWhy.TOO_LONG, request),
    )
    return page(request, "face_result.html", shown)


@citizen_page("face")
def receipt(request: HttpRequest, pno: Pno, code: str) -> HttpResponse:
    """The receipt as a page to print, or to keep as a picture of the screen."""
    found = _receipt_of(_own_capture(pno, code))
    if found is None:
        raise Http404
    shown = ReceiptShown(code=code, receipt=found, number=receipt_number(found.number))
    return page(request, "face_receipt.html", shown)


@require_http_methods(["GET", "POST"])
def photo(request: HttpRequest) -> HttpResponse:
    """One photograph from a browser that cannot show the camera: it passes nobody, a person looks at it."""
    who, pno = signed_in(request), person_shown(request)
    if who is None or pno is None:
        return redirect("citizen:start")
    if request.method != "POST":
        return page(request, "face_photo.html", _photo_shown(request))
    filled = PHOTO_FORM.read(request)
    upload = filled.value(PHOTO) if filled.good else None
    data = upload.read() if upload is not None else b""
    try:
        told = citizen_certifies.photo(
            who=who,
            pno=Pno(pno),
            picture=wiring.picture_border().take(data),
            key=_key(request, [sha256(data).hexdigest()]),
            means=wiring.capture_means(),
            clock=wiring.clock(),
        )
    except PictureRefused as refused:
        return forms.back(
            request, filled.wrong(words.PICTURES[refused.wrong.value], PHOTO), "citizen:face-photo"
        )
    if told.tell is Tell.DONE:
        return redirect("citizen:face-result", told.capture)
    return forms.elsewhere("citizen:face-photo", query={WHY: told.why or CaptureWhy.TOO_LONG})


def _photo_shown(request: HttpRequest) -> PhotoShown:
    asked = request.GET.get(WHY, "")
    why = asked if asked in words.WHYS else ""
    return PhotoShown(
        form=forms.shown(request, PHOTO_FORM),
        say=str(words.WHYS[why]) if why else "",
        ways=_ways(why or CaptureWhy.PHOTO_ONLY, request),
    )


# --- what was sent ---


def _sent(filled: Filled) -> tuple[Sent, str]:
    """The pictures, through the border, with their times, and a digest of it all. Raises Refused or ValueError."""
    uploads = filled.get(PICTURES, ())
    if not 1 <= len(uploads) <= MOST_FRAMES:
        raise ValueError(f"1 to {MOST_FRAMES} pictures were expected")
    files = [upload.read() for upload in uploads]
    times = _times(filled.get(TIMES, ""))
    digest = sha256(b"".join(sha256(data).digest() for data in files)).hexdigest()
    return Sent(pictures=tuple(wiring.clean_frame(data) for data in files), times=times), digest


def _times(text: str) -> tuple[int, ...]:
    """A list of milliseconds. Raises ValueError for anything else."""
    numbers = text.strip().removeprefix("[").removesuffix("]").split(",")
    return tuple(min(max(int(float(number) // 1), 0), MOST_MS) for number in numbers if _is_time(number))


def _is_time(text: str) -> bool:
    plain = text.strip()
    return len(plain) < 24 and plain.isascii() and plain.replace(".", "", 1).isdecimal()


def _key(request: HttpRequest, parts: list[str]) -> str:
    """The idempotency key; without one, a double click still has the same content."""
    given = request.headers.get("Idempotency-Key", "")[:80]
    return given or sha256("\n".join([request.session.session_key or "", *parts]).encode()).hexdigest()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


# --- what is answered ---


def _answer(told: Told, request: HttpRequest) -> dict[str, object]:
    """The answer in words."""
    if told.tell is Tell.WAIT:
        say = words.waiting(told.seconds, told.ahead)
        return {"wait": {"seconds": told.seconds, "ahead": told.ahead, "say": say, "sound": "wait"}}
    if told.tell is Tell.DONE:
        return {"done": reverse("citizen:face-result", args=[told.capture])}
    if told.tell is Tell.OTHER or told.step is None:
        return _other(told.why or CaptureWhy.TOO_LONG, request)
    answer: dict[str, object] = {
        "capture": told.capture,
        "step": {"code": told.step.value, "say": str(words.STEPS[told.step]), "sound": told.step.value},
        "no": told.no,
        "of": told.of,
    }
    if told.tell is Tell.AGAIN:
        answer["again"] = {"code": told.hint, "say": str(words.HINTS[told.hint]), "sound": told.hint}
        if told.offer_ways:
            answer["ways"] = _plain(words.ways(agency_tel=_tel(request)))
    return answer


def _say_again(request: HttpRequest, who: SignedIn, pno: Pno, code: str) -> HttpResponse:
    """Pictures that are none: the same step once more, as far as there is one."""
    try:
        told = citizen_certifies.where(who=who, pno=pno, code=code)
    except Refused:
        return JsonResponse(_other(CaptureWhy.TOO_LONG, request), status=409)
    answer = _answer(told, request)
    if told.tell is Tell.STEP:
        hint = "unreadable"
        answer["again"] = {"code": hint, "say": str(words.HINTS[hint]), "sound": hint}
    return JsonResponse(answer)


def _other(why: str, request: HttpRequest) -> dict[str, object]:
    code = str(getattr(why, "value", why))
    say = str(words.WHYS[code])
    return {
        "other": {"code": code, "say": say, "sound": f"other_{code}", "ways": _plain(_ways(code, request))}
    }


def _ways(why: str, request: HttpRequest) -> tuple[Way, ...]:
    return tuple(words.ways_for(str(getattr(why, "value", why)), agency_tel=_tel(request)))


def _plain(ways: Iterable[Way]) -> list[dict[str, str]]:
    return [{"code": way.code, "say": way.say, "href": way.href} for way in ways]


def _tel(request: HttpRequest) -> str:
    return str(page_context(request)["agency_tel"])


def _own_capture(pno: Pno, code: str) -> CaptureView:
    found = passes.queries.find_capture(code)
    if found is None or found.pno != pno:
        raise Http404
    return found


def _receipt_of(capture: CaptureView) -> ReceiptView | None:
    """The capture's own receipt; of a second pass on the same day, the first one's."""
    own = passes.queries.receipt_of_capture(capture.capture_id)
    if own is not None or capture.state is not CaptureState.PASSED:
        return own
    return next((one for one in passes.queries.receipts_of(capture.pno) if one.until), None)
