"""Faces for staff (人脸登记): enrolling a person at the counter, and the office's duty once many faces are stored.

Rules that always hold: every look at a person is recorded; a picture is looked at and forgotten; what is wrong with one
is said in words; nothing here shows a template, a score or a point of a face; a face that is unlike the stored one is a
reason to look at the identity document, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.context import Context
from yizheng.doors.forms import Wrong
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.gate import page, record_look, staff, staff_names, staff_page
from yizheng.doors.words import word
from yizheng.flows.vault import biometric_consent, face_is_enrolled, faces_are_filed
from yizheng.flows.vault.face_is_enrolled import Asked, EnrolEnd
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms import access, biometrics, insight, people
from yizheng.rooms.access.data import Permission
from yizheng.rooms.biometrics.data import Enrolled, EnrolSource, Modality
from yizheng.rooms.biometrics.face_terms import FaceRules
from yizheng.rooms.biometrics.rules import MOST_PICTURES
from yizheng.rooms.passes.ports import PictureBorder, PictureRefused

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_BYTES = 8 << 20
RESULT = "face-enrolled"
SOURCES = (EnrolSource.SERVICE_POINT, EnrolSource.ID_PHOTO, EnrolSource.HOME_VISIT)
PICTURES = forms.Uploads(
    "pictures",
    gettext_lazy("照片"),
    hint=gettext_lazy("两到三张最好：正脸、光线均匀、不戴口罩和墨镜。看完就删，不保存。"),
    most=MOST_PICTURES,
    most_bytes=MOST_BYTES,
    accept="image/jpeg,image/png,image/webp",
)
SOURCE = forms.Choice(
    "source", gettext_lazy("照片从哪里来"), SOURCES, words=lambda one: word("enrol_source", one)
)
SIGNED = forms.Tick(
    "signed",
    gettext_lazy("本人读过说明，已在单独的同意书上签字"),
    hint=gettext_lazy("本人不同意就不登记，请办别的认证办法，效果一样。"),
    own={Wrong.NOT_TICKED: gettext_lazy("请先请本人读说明并签字，再勾选。")},
)
CHECKED = forms.Tick(
    "checked",
    gettext_lazy("已看过本人的身份证件原件"),
    hint=gettext_lazy("新照片和以前登记的不像时，要看过证件才能替换。人的样子会变，不像不说明什么。"),
    required=False,
)
FILED_ON = forms.Day("filed_on", gettext_lazy("备案日期"))
REFERENCE = forms.Text("reference", gettext_lazy("备案编号"), most=64)
FILED = forms.Form("faces-filed", FILED_ON, REFERENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacesShown(Context):
    """How many faces are stored, and what the rule of filing asks now."""

    duty: faces_are_filed.Duty
    share: int
    rules: FaceRules
    engines: Sequence[tuple[str, int]]
    may_file: bool
    form: forms.Filled


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTold:
    """What became of one picture."""

    no: int
    fault: str
    good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceShown(Context):
    """One person's enrolment."""

    pno: Pno
    name: str
    stands: biometric_consent.Stands
    enrolments: Sequence[Enrolled]
    names: Mapping[str, str]
    may_enrol: bool
    told: Sequence[PictureTold]
    form: forms.Filled


@staff_page(Permission.SEE_VAULT)
def faces(request: HttpRequest) -> HttpResponse:
    """How many faces are stored, what the rule of filing asks now, and which engine made the templates."""
    rules = wiring.agency().biometrics.face
    duty = faces_are_filed.duty(rules, wiring.agency().calendar)
    context = FacesShown(
        duty=duty,
        share=min(100, duty.filing.faces * 100 // max(1, rules.filing_from)),
        rules=rules,
        engines=sorted(biometrics.queries.engines_in_use(Modality.FACE).items()),
        may_file=access.queries.can(staff(request), Permission.RECORD_FILING),
        form=forms.shown(request, FILED),
    )
    return page(request, "faces.html", context, place="faces")


@staff_page(Permission.RECORD_FILING, form="staff:faces")
def filed(request: HttpRequest) -> HttpResponse:
    """Record that the stored faces were filed."""
    filled = FILED.read(request)
    if not filled.good:
        return forms.back(request, filled, "staff:faces")
    day: date = filled.value(FILED_ON)
    try:
        faces_are_filed.record(
            wiring.hands(staff(request)), filed_on=day.isoformat(), reference=filled.value(REFERENCE)
        )
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal)), "staff:faces")
    messages.success(request, _("已记下备案。"))
    return redirect("staff:faces")


@staff_page(Permission.SEE_PERSON)
def face(request: HttpRequest, pno: int) -> HttpResponse:
    """One person's enrolment: whether the person agreed, what was made and deleted, and the form of the counter."""
    who = _known(pno)
    record_look(request, who, what="face", purpose="service")
    result: dict[str, Any] = forms.kept(request, RESULT, request.GET.get("result", "")) or {}
    form = forms.shown(request, _form(who), {"source": EnrolSource.SERVICE_POINT})
    if result.get("end"):
        form = form.wrong(word("enrol_end", result["end"]), PICTURES)
    context = FaceShown(
        pno=who,
        name=insight.queries.name_of(who),
        stands=biometric_consent.stands(who),
        enrolments=biometrics.queries.enrolments(who, Modality.FACE),
        names=staff_names(),
        may_enrol=access.queries.can(staff(request), Permission.ENROL_FACE),
        told=[
            PictureTold(no=number, fault=fault, good=not fault)
            for number, fault in enumerate(result.get("faults", ()), 1)
        ],
        form=form,
    )
    return page(request, "face.html", context, place="people")


@staff_page(Permission.ENROL_FACE, form="staff:face")
def enrol(request: HttpRequest, pno: int) -> HttpResponse:
    """Enrol from the pictures of the counter, of the identity card or of a visit."""
    who = _known(pno)
    filled = _form(who).read(request)
    if not filled.good:
        return forms.back(request, filled, "staff:face", pno=who)
    border = wiring.picture_border()
    try:
        result = face_is_enrolled.enrol(
            wiring.hands(staff(request)),
            pno=who,
            asked=Asked(
                pictures=[_taken(border, upload) for upload in filled.value(PICTURES)],
                source=filled.value(SOURCE),
                signed_on_paper=filled.get(SIGNED, False),
                identity_checked=filled.get(CHECKED, False),
            ),
            engine=wiring.face_engine(),
            rules=wiring.agency().biometrics.face,
        )
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal), PICTURES), "staff:face", pno=who)
    enrolled = result.end is EnrolEnd.ENROLLED
    if enrolled:
        messages.success(request, _("已登记，用了 %(used)s 张照片。照片没有保存。") % {"used": result.used})
    faults = [found[0].value if found else "" for found in result.faults]
    kept = {"end": "" if enrolled else result.end.value, "faults": faults}
    token = forms.keep(request, RESULT, kept) if any(faults) or not enrolled else ""
    return forms.elsewhere("staff:face", query={"result": token}, pno=who)


@staff_page(Permission.ENROL_FACE, form="staff:face")
def withdrawn(request: HttpRequest, pno: int) -> HttpResponse:
    """The person takes the consent back at the counter: what is stored is deleted at once."""
    who = _known(pno)
    done = biometric_consent.withdraw(wiring.hands(staff(request)), pno=who)
    if done is None:
        messages.error(request, _("这个人没有同意过刷脸，没有什么可撤回。"))
        return redirect("staff:face", pno=who)
    messages.success(
        request,
        _("已按本人要求撤回，存着的人脸数据已删除。回执号 %(receipt)s，请告诉本人。")
        % {"receipt": done.consent.receipt},
    )
    return redirect("staff:face", pno=who)


def _form(pno: Pno) -> forms.Form:
    """The form of the counter: who has not agreed signs first, and where a face is stored the card is looked at."""
    stands = biometric_consent.stands(pno)
    fields: list[forms.Field[Any]] = [PICTURES, SOURCE]
    fields += [] if stands.consent else [SIGNED]
    fields += [CHECKED] if stands.stored else []
    return forms.Form("face", *fields)


def _taken(border: PictureBorder, upload: "UploadedFile[bytes]") -> bytes:
    """A picture that passed the border; what did not is nothing that can be read, and is told so like the others."""
    try:
        return border.take(upload.read(MOST_BYTES + 1))
    except PictureRefused:
        return b""


def _known(pno: int) -> Pno:
    if people.queries.person(Pno(pno)) is None:
        raise Http404
    return Pno(pno)
