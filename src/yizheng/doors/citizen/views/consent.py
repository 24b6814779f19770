"""A person's separate consent to the comparison of faces (刷脸单独同意): its own page, and taken back as easily as given.

Rules that always hold: both answers have the same weight on the page; not agreeing leads to the other ways at once and
costs nothing; only the person agrees: a helper who acts for somebody does not reach these pages (`pages.HELPERS_MAY`);
nothing on them is made of a template.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from yizheng import wiring
from yizheng.doors.citizen.views.camera import WANTED
from yizheng.doors.citizen.views.pages import citizen_page, page
from yizheng.doors.citizen.weighing import asked_more
from yizheng.doors.identity import on_citizens_web
from yizheng.flows.vault import biometric_consent, face_is_enrolled
from yizheng.kernel.hands import NamedActor
from yizheng.kernel.ids import Pno
from yizheng.rooms.biometrics.data import Channel
from yizheng.rooms.risk.data import Act

CONSENTING = NamedActor("citizen", role="citizen")


@citizen_page("face consent")
def consent(request: HttpRequest, pno: Pno) -> HttpResponse:
    """What is compared, why, how long it is kept, who sees it; agree, or another way; whoever agreed may take it back."""
    stands = biometric_consent.stands(pno)
    context = {
        "stands": stands,
        "keep_days": wiring.agency().biometrics.face.keep_pictures_days,
        "asks_authority": wiring.authority_photo() is not None,
    }
    return page(request, "face_consent.html", context)


@citizen_page("face consent given", methods=("POST",))
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
        return page(request, "face_withdraw.html", {"done": None})
    done = biometric_consent.withdraw(wiring.hands(CONSENTING), pno=pno)
    return page(request, "face_withdraw.html", {"done": done}) if done else redirect("citizen:face-consent")
