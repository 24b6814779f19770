"""The voice's pages: for people who cannot see, or cannot use a camera. Read digits aloud, and a person calls back.

Rules that always hold: nobody passes by a voice, and the page says so before anything is recorded; consent stands on its
own, with another way beside it; the digits are shown large and read aloud before the recording begins, never during it;
without a script or a microphone the page says whom to ring; who acts for somebody else is sent to another way. What was
asked stays in the session: a browser sends the sound alone. Answers carry words ready to be shown and a code for the
recorded prompt, never a score.
"""

from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie

from yizheng import wiring
from yizheng.doors.citizen.views.pages import ONESELF, citizen_page, page
from yizheng.doors.citizen.weighing import asked_more_to_begin, has_begun
from yizheng.doors.context import Context
from yizheng.doors.identity import signed_in
from yizheng.doors.web import Device, uses
from yizheng.doors.words import refusal_in, word
from yizheng.flows.channels import voice_certifies
from yizheng.flows.vault import voice_is_enrolled
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms.biometrics.data import Channel, EnrolSource
from yizheng.rooms.biometrics.voice import DEFAULT, Heard, Prompt, SoundFault
from yizheng.rooms.risk.data import Act

ASKED, ENROLLING = "voice_asked", "voice_enrolling"
LARGEST = 6_000_000
"""Bytes of one recording: a minute at the highest rate of a browser. The rest is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceShown(Context):
    """The digits to read, in groups; which recording of how many, where the voice is being enrolled."""

    enrolling: bool
    no: int
    of: int
    groups: tuple[tuple[str, ...], ...]
    digits: str


@ensure_csrf_cookie
@uses(Device.MICROPHONE)
@citizen_page("voice")
def voice(request: HttpRequest, pno: Pno) -> HttpResponse:
    """The one page of the voice: agree and enrol first, then read digits; each time new ones."""
    who = signed_in(request)
    if who is None or not _is_oneself(request, pno):
        return redirect("citizen:ways")
    if not voice_is_enrolled.has_agreed(pno):
        return page(request, "voice_agree.html")
    enrolling = not voice_is_enrolled.is_enrolled(pno, engine=wiring.voice_engine())
    more = asked_more_to_begin(request, who, pno, Act.ENROL) if enrolling else None
    if more is not None:
        return more
    asked = _ask(request)
    shown = VoiceShown(
        enrolling=enrolling,
        no=len(_kept(request)) + 1,
        of=DEFAULT.recordings,
        groups=tuple(tuple(group) for group in asked.groups),
        digits=" ".join(asked.digits),
    )
    return page(request, "voice.html", shown)


@citizen_page("voice", form="citizen:voice")
def agree(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Agree to having the voice compared: a choice of its own, and the person's own."""
    if not _is_oneself(request, pno):
        return redirect("citizen:ways")
    voice_is_enrolled.agree(wiring.hands(ONESELF), pno, channel=Channel.WEB)
    return redirect("citizen:voice")


@citizen_page("voice", form="citizen:voice")
def forget(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Take the consent back: the voice is deleted at once."""
    request.session.pop(ENROLLING, None)
    voice_is_enrolled.withdraw(wiring.hands(ONESELF), pno)
    return redirect("citizen:voice-gone")


@citizen_page("voice")
def gone(request: HttpRequest, pno: Pno) -> HttpResponse:
    """The voice is deleted, and how to go on."""
    del pno
    return page(request, "voice_gone.html")


@citizen_page("voice", methods=("POST",))
def sound(request: HttpRequest, pno: Pno) -> HttpResponse:
    """One recording (WAV in the body): of an enrolment, or the answer to the digits that were asked."""
    asked, who = _asked(request), signed_in(request)
    enrolling = request.GET.get("what") == "enrol"
    if asked is None or who is None or not _is_oneself(request, pno):
        return JsonResponse({"go": reverse("citizen:voice")})
    if enrolling and not has_begun(request, who, pno, Act.ENROL):
        return JsonResponse(
            {"go": reverse("citizen:voice")}
        )  # the page weighs it, and asks for more where it must
    recording = request.read(LARGEST + 1)
    try:
        if enrolling:
            return _enrol(request, pno, recording)
        return _answer(request, pno, asked, recording)
    except Refused as refusal:
        return JsonResponse({"other": {"say": refusal_in(refusal)}}, status=409)


@citizen_page("voice")
def done(request: HttpRequest, pno: Pno) -> HttpResponse:
    """The answer was taken: who calls, by when, and that nothing else is to be done."""
    del pno
    return page(request, "voice_done.html")


def _enrol(request: HttpRequest, pno: Pno, recording: bytes) -> HttpResponse:
    """One recording of an enrolment. What the engine made of it waits sealed in the session until there are enough."""
    engine = wiring.voice_engine()
    heard = voice_is_enrolled.hear(pno, recording, engine=engine)
    if heard.faults:
        return _again(heard.faults)
    kept = [*_kept(request), heard.kept]
    request.session[ENROLLING] = kept
    if len(kept) < DEFAULT.recordings:
        return JsonResponse({"go": reverse("citizen:voice")})
    request.session.pop(ENROLLING)
    made = voice_is_enrolled.enrol(wiring.hands(ONESELF), pno, kept, engine=engine, source=EnrolSource.SELF)
    if not made.done:
        say = _("两次读的声音差得有点多。请换个安静的地方，再读两遍。")
        return JsonResponse({"again": {"code": "unlike", "say": say, "sound": "voice_unlike"}})
    return JsonResponse({"go": reverse("citizen:voice")})


def _answer(request: HttpRequest, pno: Pno, asked: Prompt, recording: bytes) -> HttpResponse:
    """The answer to the digits. What it was worth is for the clerk: the person hears that somebody calls, either way."""
    found = voice_certifies.answer(
        wiring.hands(ONESELF), pno, asked=asked, recording=recording, means=wiring.voice_means()
    )
    if found.verdict.follows is Heard.AGAIN:
        return _again(found.verdict.faults)
    request.session.pop(ASKED, None)
    return JsonResponse({"done": reverse("citizen:voice-done")})


def _again(faults: tuple[SoundFault, ...]) -> HttpResponse:
    code = faults[0].value
    return JsonResponse({"again": {"code": code, "say": word("sound_fault", code), "sound": f"voice_{code}"}})


def _is_oneself(request: HttpRequest, pno: Pno) -> bool:
    """Whether the person shown is the one who signed in: nobody lends a voice to somebody else."""
    who = signed_in(request)
    return who is not None and who.pno == pno


def _ask(request: HttpRequest) -> Prompt:
    """New digits, kept in the session."""
    asked = voice_certifies.prompt(clock=wiring.clock(), rng=SystemRandom())
    request.session[ASKED] = [asked.nonce, asked.digits, asked.until.isoformat()]
    return asked


def _asked(request: HttpRequest) -> Prompt | None:
    kept = request.session.get(ASKED)
    if not kept:
        return None
    nonce, digits, until = kept
    return Prompt(nonce=nonce, digits=digits, until=datetime.fromisoformat(until))


def _kept(request: HttpRequest) -> list[str]:
    """What is kept, sealed, of the recordings of an enrolment that has begun."""
    return list(request.session.get(ENROLLING, []))
