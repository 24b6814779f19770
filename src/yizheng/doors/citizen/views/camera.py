"""The page that certifies by face at home: words first, then the camera, and another way beside it all the time.

Rules that always hold: the camera is asked for only after the words that say what happens with the picture; the server
judges, the browser's own face finder only says "come closer"; the page works without that finder, and offers every
other way without a camera, without a permission and without a line. What a person cannot do is kept in the session,
never in an address.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import ensure_csrf_cookie

from yizheng.doors import forms
from yizheng.doors.citizen.views.pages import citizen_page, page
from yizheng.doors.context import Context
from yizheng.doors.forms import Filled
from yizheng.doors.web import Device, uses
from yizheng.doors.words import word
from yizheng.kernel.ids import Pno
from yizheng.rooms import biometrics
from yizheng.rooms.biometrics.data import Modality

ABLE = "face_able"
WANTED = "face_wanted"
"""In the session of somebody who was on the way to the camera and was asked for consent first."""
CANNOT = ("no_see", "no_hear", "no_turn", "no_blink", "no_mouth")
"""What a person may say they cannot do: see the screen, hear, turn the head, blink, open the mouth."""
ABLE_FIELD = forms.Choices(
    "able",
    gettext_lazy("哪里不方便"),
    among=CANNOT,
    words=lambda code: word("cannot", code),
    required=False,
)
ABLE_FORM = forms.Form("able", ABLE_FIELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceShown(Context):
    """The camera's page: what the person cannot do, as codes, and whether instructions are said aloud at the start."""

    cannot: str
    loud: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AbleShown(Context):
    """The page of what a person cannot do."""

    form: Filled


@ensure_csrf_cookie
@uses(Device.CAMERA)
@citizen_page("face")
def face(request: HttpRequest, pno: Pno) -> HttpResponse:
    """The camera's page. Whoever has not agreed yet is asked first, on a page of its own."""
    if not biometrics.queries.consented(pno, Modality.FACE):
        request.session[WANTED] = True
        return redirect("citizen:face-consent")
    cannot = list(request.session.get(ABLE, []))
    return page(request, "face.html", FaceShown(cannot=" ".join(cannot), loud="no_hear" not in cannot))


@citizen_page("face_able", methods=("GET", "POST"))
def able(request: HttpRequest, pno: Pno) -> HttpResponse:
    """What the person cannot do, so that it is not asked of them."""
    del pno
    if request.method != "POST":
        shown = forms.shown(request, ABLE_FORM, {"able": list(request.session.get(ABLE, []))})
        return page(request, "face_able.html", AbleShown(form=shown))
    none: tuple[str, ...] = ()
    chosen = ABLE_FORM.read(request).get(ABLE_FIELD, none)
    request.session[ABLE] = list(chosen)
    return redirect("citizen:face")
