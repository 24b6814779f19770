"""A person's separate consent to the comparison of faces (刷脸单独同意): its own page, and taken back as easily as given.

Rules that always hold: both answers have the same weight on the page; not agreeing leads to the other ways at once and
costs nothing; only the person agrees: a helper who acts for somebody does not reach these pages (`pages.HELPERS_MAY`);
nothing on them is made of a template.
"""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.citizen.views.camera import WANTED
from yizheng.doors.citizen.views.pages import citizen_page, page
from yizheng.doors.citizen.weighing import asked_more
from yizheng.doors.context import Context
from yizheng.doors.identity import on_citizens_web
from yizheng.flows.vault import biometric_consent, face_is_enrolled
from yizheng.flows.vault.biometric_consent import Stands
from yizheng.kernel.hands import NamedActor
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms.biometrics.data import Channel
from yizheng.rooms.risk.data import Act

CONSENTING = NamedActor("citizen", role="citizen")
DONE = "done"
"""In the address of the page after a withdrawal: the token under which waits what was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentShown(Context):
    """Whether the person agreed and a face is stored, and what the text about it depends on."""

    stands: Stands
    keep_days: int
    asks_authority: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawShown(Context):
    """The question before consent is taken back, or (`receipt`) that it was, when, and whether a face was kept."""

    receipt: str = ""
    day: date | None = None
    was_stored: bool = False


@citizen_page("face consent")
def consent(request: HttpRequest, pno: Pno) -> HttpResponse:
    """What is compared, why, how long it is kept, who sees it; agree, or another way; whoever agreed may take it back."""
    shown = ConsentShown(
        stands=biometric_consent.stands(pno),
        keep_days=wiring.agency().biometrics.face.keep_pictures_days,
        asks_authority=wiring.authority_photo() is not None,
    )
    return page(request, "face_consent.html", shown)


@citizen_page("face consent given", form="citizen:face-consent")
def agree(request: HttpRequest, pno: Pno) -> HttpResponse:
    """The person agrees; where no face is stored yet, the authority's photo is asked for, if there is a gateway.

    Where that photo would be asked for, the enrolment is weighed first; more may be asked, or another way named, before
    anything is kept. Whoever was on the way to the camera, and has a face stored, goes on to it.
    """
    gateway = wiring.authority_photo()
    enrols = gateway is not None and not biometric_consent.stands(pno).stored
    more = _weighed(request, pno) if enrols else None
    if more is not None:
        return more
    biometric_consent.agree(wiring.hands(CONSENTING), pno=pno, channel=Channel.WEB)
    if gateway is not None and enrols:
        face_is_enrolled.enrol_from_authority(
            wiring.hands(CONSENTING),
            pno=pno,
            gateway=gateway,
            engine=wiring.face_engine(),
            rules=wiring.agency().biometrics.face,
        )
    on_the_way = request.session.pop(WANTED, False) and biometric_consent.stands(pno).stored
    return redirect("citizen:face" if on_the_way else "citizen:face-consent")


def _weighed(request: HttpRequest, pno: Pno) -> HttpResponse | None:
    """Enrolling a face oneself is weighed each time; the page that asks for more, where more is asked."""
    who, onward = on_citizens_web(request), reverse("citizen:face-consent")
    return asked_more(request, who, pno, Act.ENROL, onward=onward) if who else redirect("citizen:start")


@citizen_page("face consent withdrawn", methods=("GET", "POST"))
def withdraw(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Asked once more, then taken back: what is stored is deleted at once, and the receipt says so."""
    if request.method != "POST":
        return page(request, "face_withdraw.html", _withdrawn(request))
    done = biometric_consent.withdraw(wiring.hands(CONSENTING), pno=pno)
    if done is None:
        return redirect("citizen:face-consent")
    gone_at = done.consent.withdrawn_at or wiring.clock().now()
    kept = [done.consent.receipt, gone_at.astimezone(CHINA).date().isoformat(), bool(done.templates)]
    return forms.elsewhere("citizen:face-withdraw", query={DONE: forms.keep(request, DONE, kept)})


def _withdrawn(request: HttpRequest) -> WithdrawShown:
    kept = forms.kept(request, DONE, request.GET.get(DONE, ""))
    if not kept:
        return WithdrawShown()
    receipt, day, was_stored = kept
    return WithdrawShown(receipt=receipt, day=date.fromisoformat(day), was_stored=was_stored)
