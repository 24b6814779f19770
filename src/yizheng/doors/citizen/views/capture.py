"""Certifying by face: what the camera's page asks the server (JSON), the result, the receipt, and the photograph.

Rules that always hold: an answer carries plain words and codes, no score, no threshold and no landmark; every question
may be asked again with the same `Idempotency-Key` and is answered alike; every answer that closes a way opens another.
The contract is docs/reference/capture-protocol.md.
"""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from yizheng import wiring
from yizheng.doors import circumstances
from yizheng.doors.citizen import capture_words as words
from yizheng.doors.citizen.capture_words import Way
from yizheng.doors.citizen.views.pages import citizen_page, page
from yizheng.doors.identity import person_shown, signed_in
from yizheng.doors.web import page_context
from yizheng.flows.channels import citizen_certifies
from yizheng.flows.channels.citizen_certifies import Sent, Tell, Told
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import certification
from yizheng.rooms.access.data import SignedIn
from yizheng.rooms.biometrics.liveness_data import Abilities
from yizheng.rooms.certification.capture import CaptureState, CaptureView, CaptureWhy, ReceiptView
from yizheng.rooms.certification.ports import PictureRefused
from yizheng.rooms.certification.receipts import shown

MOST_FRAMES = 12
MOST_MS = 10**9
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
    cannot = set(request.POST.getlist("able"))
    told = citizen_certifies.begin(
        who=who,
        pno=pno,
        able=Abilities(
            **{name: f"no_{name}" not in cannot for name in ("see", "hear", "blink", "mouth", "turn")}
        ),
        insist=request.POST.get("insist") == "1",
        key=_key(request, sorted(cannot)),
        means=wiring.capture_means(),
        clock=wiring.clock(),
    )
    return JsonResponse(_answer(told, request))


@_answers
def frames(request: HttpRequest, who: SignedIn, pno: Pno) -> HttpResponse:
    """Take some pictures of a step: again, the next step, a wait, done, or another way."""
    code = request.POST.get("capture", "")[:32]
    try:
        sent, digest = _sent(request)
    except (Refused, ValueError, TypeError):
        return _say_again(request, who, pno, code)
    try:
        told = citizen_certifies.frames(
            who=who,
            pno=pno,
            code=code,
            no=_number(request.POST.get("no", "")),
            sent=sent,
            key=_key(request, [code, digest]),
            seen=circumstances.seen(request, camera_label=request.POST.get("camera", "")),
            means=wiring.capture_means(),
            clock=wiring.clock(),
        )
    except Refused:
        return JsonResponse(_other(CaptureWhy.TOO_LONG, request), status=409)
    return JsonResponse(_answer(told, request))


@citizen_page("face")
def result(request: HttpRequest, pno: Pno, code: str) -> HttpResponse:
    """What came of a capture: certified until when, or who looks at it now, and the other ways."""
    capture = _own_capture(pno, code)
    receipt = _receipt_of(capture)
    context = {
        "capture": capture,
        "passed": capture.state is CaptureState.PASSED,
        "receipt": receipt,
        "number": shown(receipt.number) if receipt else "",
        "say": str(words.WHYS.get(capture.why, "")) if capture.why else "",
        "ways": _ways(capture.why or CaptureWhy.TOO_LONG, request),
    }
    return page(request, "face_result.html", context)


@citizen_page("face")
def receipt(request: HttpRequest, pno: Pno, code: str) -> HttpResponse:
    """The receipt as a page to print."""
    found = _receipt_of(_own_capture(pno, code))
    if found is None:
        raise Http404
    return page(request, "face_receipt.html", {"receipt": found, "number": shown(found.number), "code": code})


@require_POST
def photo(request: HttpRequest) -> HttpResponse:
    """One photograph from a browser that cannot show the camera: it passes nobody, a person looks at it."""
    who, pno = signed_in(request), person_shown(request)
    if who is None or pno is None:
        return redirect("citizen:start")
    upload = request.FILES.get("photo")
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
        say = str(words.PICTURES[refused.wrong.value])
        context = {"say": say, "ways": _ways(CaptureWhy.PHOTO_ONLY, request), "again": True}
        return page(request, "face_refused.html", context, status=400)
    if told.tell is Tell.DONE:
        return redirect("citizen:face-result", told.capture)
    why = told.why or CaptureWhy.TOO_LONG
    return page(request, "face_refused.html", {"say": str(words.WHYS[why]), "ways": _ways(why, request)})


# --- what was sent ---


def _sent(request: HttpRequest) -> tuple[Sent, str]:
    """The pictures, through the border, with their times; and a digest of all of it. Raises Refused or ValueError."""
    uploads = request.FILES.getlist("frames")
    if not 1 <= len(uploads) <= MOST_FRAMES:
        raise Refused(f"1 to {MOST_FRAMES} pictures were expected. Take them again.")
    files = [upload.read() for upload in uploads]
    times = _times(request.POST.get("times", "")[:500])
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


def _ways(why: str, request: HttpRequest) -> list[Way]:
    return words.ways_for(str(getattr(why, "value", why)), agency_tel=_tel(request))


def _plain(ways: list[Way]) -> list[dict[str, str]]:
    return [{"code": way.code, "say": way.say, "href": way.href} for way in ways]


def _tel(request: HttpRequest) -> str:
    return str(page_context(request)["agency_tel"])


def _own_capture(pno: Pno, code: str) -> CaptureView:
    found = certification.queries.find_capture(code)
    if found is None or found.pno != pno:
        raise Http404
    return found


def _receipt_of(capture: CaptureView) -> ReceiptView | None:
    """The capture's own receipt; of a second pass on the same day, the first one's."""
    own = certification.queries.receipt_of_capture(capture.capture_id)
    if own is not None or capture.state is not CaptureState.PASSED:
        return own
    return next((one for one in certification.queries.receipts_of(capture.pno) if one.until), None)
