"""The page that certifies by face at home: words first, then the camera, and another way beside it all the time.

Rules that always hold: the camera is asked for only after the words that say what happens with the picture; the server
judges, the browser's own face finder only says "come closer"; the page works without that finder, and offers every
other way without a camera, without a permission and without a line. What a person cannot do is kept in the session,
never in an address.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import ensure_csrf_cookie

from yizheng.doors.citizen.views.pages import citizen_page, page
from yizheng.doors.web import Device, uses
from yizheng.kernel.ids import Pno
from yizheng.rooms import biometrics
from yizheng.rooms.biometrics.data import Modality

ABLE = "face_able"
WANTED = "face_wanted"
"""In the session of somebody who was on the way to the camera and was asked for consent first."""
CANNOT = ("no_see", "no_hear", "no_turn", "no_blink", "no_mouth")
"""What a person may say they cannot do: see the screen, hear, turn the head, blink, open the mouth."""


@ensure_csrf_cookie
@uses(Device.CAMERA)
@citizen_page("face")
def face(request: HttpRequest, pno: Pno) -> HttpResponse:
    """The camera's page. Whoever has not agreed yet is asked first, on a page of its own."""
    if not biometrics.queries.consented(pno, Modality.FACE):
        request.session[WANTED] = True
        return redirect("citizen:face-consent")
    return page(request, "face.html", {"cannot": request.session.get(ABLE, [])})


@citizen_page("face_able", methods=("GET", "POST"))
def able(request: HttpRequest, pno: Pno) -> HttpResponse:
    """What the person cannot do, so that it is not asked of them."""
    del pno
    if request.method == "POST":
        request.session[ABLE] = [code for code in CANNOT if code in request.POST.getlist("able")]
        return redirect("citizen:face")
    return page(request, "face_able.html", {"cannot": request.session.get(ABLE, [])})
