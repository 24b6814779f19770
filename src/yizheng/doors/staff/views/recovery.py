"""The slip by which a clerk helps somebody back in who lost what they sign in with (窗口补办登录).

First whose number it is, with the name to compare with the card, then the code: ten digits for a stranger would let a
stranger in. Seeing the name is a look of its own.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.context import Context
from yizheng.doors.forms import Wrong
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.gate import page, record_look, staff, staff_page
from yizheng.flows.signing_in import citizen_signs_in, recovery_at_a_service_point
from yizheng.kernel.errors import Refused
from yizheng.rooms import access, insight
from yizheng.rooms.access.data import Holder, Permission

NUMBER = forms.NumberOrPhone("number", _("身份证号码，或代办人的手机号"))
ASK = forms.Form("recovery", NUMBER)
CARD = forms.Tick(
    "card",
    _("我看过证件原件，和来的人是同一个人"),
    own={Wrong.NOT_TICKED: _("请先核对证件原件和来的人，再勾选。")},
)
PERSON, SLIP = "recovery-person", "recovery-slip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose number it is, to be compared with the card."""

    name: str
    sex: int | None = None
    birth_year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryShown(Context):
    """The number that is asked for; then whose it is; then the code."""

    form: forms.Filled
    token: str = ""
    whose: Whose | None = None
    code: str = ""


@staff_page(Permission.ISSUE_RECOVERY, methods=("GET", "POST"))
def recovery(request: HttpRequest) -> HttpResponse:
    """First step: the number of somebody who stands at the window with their card. The last one: the code."""
    if request.method == "POST":
        return _asked(request)
    slip = forms.kept(request, SLIP, request.GET.get("slip", ""))
    if slip:
        context = RecoveryShown(form=ASK.empty(), whose=Whose(**slip["whose"]), code=slip["code"])
        return page(request, "recovery.html", context, place="people")
    return page(request, "recovery.html", RecoveryShown(form=forms.shown(request, ASK)), place="people")


@staff_page(Permission.ISSUE_RECOVERY, methods=("GET", "POST"))
def issue(request: HttpRequest, token: str) -> HttpResponse:
    """Second step: whose number it is; the code, once card and person were compared."""
    number = forms.kept(request, PERSON, token)
    holder = citizen_signs_in.find_holder(number) if number else None
    if holder is None:
        return forms.elsewhere("staff:recovery")
    form = forms.Form("recovery-issue", CARD)
    if request.method == "POST":
        filled = form.read(request)
        if not filled.good:
            return forms.back(request, filled, "staff:recovery-issue", token=token)
        try:
            code = recovery_at_a_service_point.issue(
                wiring.hands(staff(request)),
                typed=number,
                card_checked=filled.value(CARD),
                post=wiring.post(),
            )
        except Refused as refusal:
            told = filled.wrong(told_of(refusal))
            return forms.back(request, told, "staff:recovery-issue", token=token)
        whose = _whose(holder)
        kept = {
            "code": f"{code[:5]} {code[5:]}",
            "whose": {"name": whose.name, "sex": whose.sex, "birth_year": whose.birth_year},
        }
        return forms.elsewhere("staff:recovery", query={"slip": forms.keep(request, SLIP, kept)})
    if holder.pno is not None:
        record_look(request, holder.pno, what="recovery", purpose="service")
    context = RecoveryShown(form=forms.shown(request, form), token=token, whose=_whose(holder))
    return page(request, "recovery_issue.html", context, place="people")


def _asked(request: HttpRequest) -> HttpResponse:
    filled = ASK.read(request, today=wiring.clock().now().date())
    if not filled.good:
        return forms.back(request, filled, "staff:recovery")
    if citizen_signs_in.find_holder(filled.value(NUMBER)) is None:
        told = filled.wrong(_("没有找到这个号码，请对照证件再看一遍。"), NUMBER)
        return forms.back(request, told, "staff:recovery")
    token = forms.keep(request, PERSON, filled.value(NUMBER))
    return forms.elsewhere("staff:recovery-issue", token=token)


def _whose(holder: Holder) -> Whose:
    if holder.pno is not None:
        file = insight.queries.person_file(holder.pno, today=wiring.clock().now().date())
        return Whose(name=file.name, sex=file.sex, birth_year=file.birth_day.year)
    account = access.queries.account_of(holder.key)
    return Whose(name=account.display_name if account else "—")
