"""Faces for staff (人脸登记): enrolling a person at the counter, and the office's duty once many faces are stored.

Rules that always hold: every look at a person is recorded; a picture is looked at and forgotten; what is wrong with one
is said in words; nothing here shows a template, a score or a point of a face; a face that is unlike the stored one is a
reason to look at the identity document, and nothing else.
"""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yizheng import wiring
from yizheng.doors.staff.gate import page, record_look, staff, staff_names, staff_page
from yizheng.doors.words import refusal_in
from yizheng.flows.vault import biometric_consent, face_is_enrolled, faces_are_filed
from yizheng.flows.vault.face_is_enrolled import Asked, EnrolEnd, EnrolResult
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import access, biometrics, insight, people
from yizheng.rooms.access.data import Permission
from yizheng.rooms.biometrics.data import EnrolSource, Modality
from yizheng.rooms.biometrics.rules import MOST_PICTURES
from yizheng.rooms.passes.ports import PictureBorder, PictureRefused

MOST_BYTES = 8 << 20
SOURCES = (EnrolSource.SERVICE_POINT, EnrolSource.ID_PHOTO, EnrolSource.HOME_VISIT)


@staff_page(Permission.SEE_VAULT)
def faces(request: HttpRequest) -> HttpResponse:
    """How many faces are stored, what the rule of filing asks now, and which engine made the templates."""
    return _faces_page(request)


@staff_page(Permission.RECORD_FILING, methods=("POST",))
def filed(request: HttpRequest) -> HttpResponse:
    """Record that the stored faces were filed."""
    try:
        faces_are_filed.record(
            wiring.hands(staff(request)),
            filed_on=request.POST.get("filed_on", ""),
            reference=request.POST.get("reference", ""),
        )
    except Refused as refusal:
        return _faces_page(request, error=refusal_in(refusal))
    messages.success(request, _("已记下备案。"))
    return redirect("staff:faces")


def _faces_page(request: HttpRequest, *, error: str = "") -> HttpResponse:
    rules = wiring.agency().biometrics.face
    duty = faces_are_filed.duty(rules, wiring.agency().calendar)
    context = {
        "duty": duty,
        "share": min(100, duty.filing.faces * 100 // max(1, rules.filing_from)),
        "rules": rules,
        "engines": sorted(biometrics.queries.engines_in_use(Modality.FACE).items()),
        "may_file": access.queries.can(staff(request), Permission.RECORD_FILING),
        "today": wiring.clock().now().date(),
        "error": error,
    }
    return page(request, "faces.html", context, place="faces")


@staff_page(Permission.SEE_PERSON)
def face(request: HttpRequest, pno: int) -> HttpResponse:
    """One person's enrolment: whether the person agreed, what was made and deleted, and the form of the counter."""
    return _face_page(request, _known(pno))


@staff_page(Permission.ENROL_FACE, methods=("POST",))
def enrol(request: HttpRequest, pno: int) -> HttpResponse:
    """Enrol from the pictures of the counter, of the identity card or of a visit."""
    who = _known(pno)
    try:
        result = face_is_enrolled.enrol(
            wiring.hands(staff(request)),
            pno=who,
            asked=_asked(request),
            engine=wiring.face_engine(),
            rules=wiring.agency().biometrics.face,
        )
    except Refused as refusal:
        return _face_page(request, who, error=refusal_in(refusal))
    if result.end is not EnrolEnd.ENROLLED:
        return _face_page(request, who, result=result)
    messages.success(request, _("已登记，用了 %(used)s 张照片。照片没有保存。") % {"used": result.used})
    if any(result.faults):
        return _face_page(request, who, result=result)
    return redirect("staff:face", pno=who)


@staff_page(Permission.ENROL_FACE, methods=("POST",))
def withdrawn(request: HttpRequest, pno: int) -> HttpResponse:
    """The person takes the consent back at the counter: what is stored is deleted at once."""
    who = _known(pno)
    done = biometric_consent.withdraw(wiring.hands(staff(request)), pno=who)
    if done is None:
        return _face_page(request, who, error=_("这个人没有同意过刷脸，没有什么可撤回。"))
    messages.success(
        request,
        _("已按本人要求撤回，存着的人脸数据已删除。回执号 %(receipt)s，请告诉本人。")
        % {"receipt": done.consent.receipt},
    )
    return redirect("staff:face", pno=who)


def _asked(request: HttpRequest) -> Asked:
    uploads = [one for one in request.FILES.getlist("pictures") if isinstance(one, UploadedFile)]
    if len(uploads) > MOST_PICTURES:
        uploads = uploads[: MOST_PICTURES + 1]  # one too many is enough to be refused
    border = wiring.picture_border()
    wanted = request.POST.get("source", "")
    return Asked(
        pictures=[_taken(border, upload) for upload in uploads],
        source=EnrolSource(wanted) if wanted in set(SOURCES) else EnrolSource.SERVICE_POINT,
        signed_on_paper=request.POST.get("signed") == "yes",
        identity_checked=request.POST.get("checked") == "yes",
    )


def _taken(border: PictureBorder, upload: "UploadedFile[bytes]") -> bytes:
    """A picture that passed the border; what did not is nothing that can be read, and is told so like the others."""
    try:
        return border.take(upload.read(MOST_BYTES + 1))
    except PictureRefused:
        return b""


def _face_page(
    request: HttpRequest, pno: Pno, *, result: EnrolResult | None = None, error: str = ""
) -> HttpResponse:
    record_look(request, pno, what="face")
    stands = biometric_consent.stands(pno)
    told = [
        {"no": number, "fault": found[0].value if found else "", "good": not found}
        for number, found in enumerate(result.faults if result else (), 1)
    ]
    context = {
        "pno": pno,
        "name": insight.queries.name_of(pno),
        "stands": stands,
        "enrolments": biometrics.queries.enrolments(pno, Modality.FACE),
        "names": staff_names(),
        "sources": SOURCES,
        "most": MOST_PICTURES,
        "may_enrol": access.queries.can(staff(request), Permission.ENROL_FACE),
        "end": result.end.value if result and result.end is not EnrolEnd.ENROLLED else "",
        "told": told,
        "error": error,
    }
    return page(request, "face.html", context, status=200, place="people")


def _known(pno: int) -> Pno:
    if people.queries.person(Pno(pno)) is None:
        raise Http404
    return Pno(pno)
