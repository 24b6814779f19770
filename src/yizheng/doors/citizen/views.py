"""The pages of the citizens' web: sign in, the one answer, how it came about, history, who looked, what can be done.

Rules that always hold: no page needs a script; a page about a person is shown only in that person's session; every
look is recorded, the person's own too; a number that nobody has gets the same pages as one that somebody has.
"""

import re
import time
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yizheng import wiring
from yizheng.doors import told
from yizheng.doors.citizen.answers import Answer, Known, answer_for
from yizheng.doors.words import word
from yizheng.flows import citizen_signs_in
from yizheng.flows.explanation import Explanation, explain
from yizheng.flows.person_is_looked_at import look
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms.casework import queries as casework
from yizheng.rooms.casework.data import CaseState
from yizheng.rooms.certification import queries as certification
from yizheng.rooms.certification.queries import StandingRecord
from yizheng.rooms.insight import queries as insight
from yizheng.rooms.privacy import queries as privacy

CITIZEN, WANTED, ASKED = "citizen", "citizen_wanted", "citizen_asked"
NOBODY = -1
DAY_SECONDS = 24 * 3600
BETWEEN_CODES = timedelta(minutes=1)
PACE_SECONDS = 0.3
SELF = "self"
_NUMBER = re.compile(r"\d{15}|\d{17}[\dX]")

View = Callable[..., HttpResponse]


def citizen_page(what: str) -> Callable[[View], View]:
    """Only in a citizen's session; the view gets the person's number. The look is recorded first."""

    def guard(view: View) -> View:
        @require_GET
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            pno = request.session.get(CITIZEN)
            if pno is None:
                return redirect("citizen:start")
            look(pno=pno, actor=SELF, role=SELF, purpose="self-service", what=what, clock=wiring.clock())
            return view(request, Pno(pno))

        return guarded

    return guard


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The first page: the identity number, and a code is sent to the phone on record."""
    if request.method != "POST":
        return redirect("citizen:me") if CITIZEN in request.session else _page(request, "start.html", {})
    started = time.monotonic()
    number = request.POST.get("number", "").strip()
    if not _is_number(number):
        error = _("请填 18 位身份证号码。") if number else _("请先填身份证号码。")
        return _page(request, "start.html", {"error": error, "number": number[:24]}, status=400)
    pno = citizen_signs_in.request_code(number=number, clock=wiring.clock(), post=_post())
    request.session.cycle_key()
    request.session[WANTED] = NOBODY if pno is None else pno
    request.session[ASKED] = wiring.clock().now().isoformat()
    _keep_pace(started)
    return redirect("citizen:code")


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second page: the code from the phone."""
    wanted = request.session.get(WANTED)
    if wanted is None:
        return redirect("citizen:start")
    if request.method != "POST":
        return _page(request, "code.html", {})
    started = time.monotonic()
    given = "".join(letter for letter in request.POST.get("code", "") if not letter.isspace())
    if len(given) != 6 or not given.isdecimal():
        error = _("请填短信里的 6 位数字。")
    elif wanted == NOBODY or not citizen_signs_in.check_code(
        pno=Pno(wanted), code=given, clock=wiring.clock()
    ):
        _keep_pace(started)
        error = _("验证码不对或者过期了。请再看一眼短信，或者点“再发一次”。")
    else:
        request.session.flush()
        request.session[CITIZEN] = wanted
        request.session.set_expiry(DAY_SECONDS)
        return redirect("citizen:me")
    return _page(request, "code.html", {"error": error}, status=400)


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send another code, if the last one is old enough."""
    wanted, asked = request.session.get(WANTED), request.session.get(ASKED)
    if wanted is None or asked is None:
        return redirect("citizen:start")
    started, now = time.monotonic(), wiring.clock().now()
    if now - datetime.fromisoformat(asked) < BETWEEN_CODES:
        return _page(request, "code.html", {"note": _("刚刚发过，请等一分钟再点。")})
    if wanted != NOBODY:
        citizen_signs_in.send_code(pno=Pno(wanted), clock=wiring.clock(), post=_post())
    request.session[ASKED] = now.isoformat()
    _keep_pace(started)
    return _page(request, "code.html", {"note": _("又发了一次，请看手机。")})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; nothing of it stays."""
    request.session.flush()
    return redirect("citizen:start")


@citizen_page("me")
def me(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Am I certified, until when, how, and what can I do."""
    return _page(request, "me.html", {"answer": _answer(pno), "name": insight.name_of(pno)})


@citizen_page("why")
def why(request: HttpRequest, pno: Pno) -> HttpResponse:
    """How the result came about, in sentences."""
    language = get_language() or "zh-hans"
    try:
        lines = [sentence.in_(language) for sentence in _explained(pno).sentences]
    except Refused:
        lines = [_("还没有算出结果，所以没有可以说明的。")]
    return _page(request, "why.html", {"answer": _answer(pno), "lines": lines})


@citizen_page("history")
def history(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Everything that happened, in the person's own words."""
    events = [told.for_citizen(event) for event in insight.timeline(pno, store=wiring.store())]
    return _page(request, "history.html", {"events": [event for event in events if event]})


@citizen_page("looks")
def looks(request: HttpRequest, pno: Pno) -> HttpResponse:
    """Who looked at the person's data: staff by role and purpose, and how often the person did."""
    found = privacy.looks_at(pno)
    staff = [
        {
            "at": one.at,
            "time": timezone.localtime(one.at).strftime("%H:%M"),
            "who": _("%(role)s工作人员") % {"role": word("role", one.role)},
            "purpose": _("事由：%(purpose)s") % {"purpose": word("purpose", one.purpose)},
        }
        for one in found
        if one.actor != SELF
    ]
    return _page(request, "looks.html", {"looks": staff[:50], "own": len(found) - len(staff)})


@citizen_page("ways")
def ways(request: HttpRequest, pno: Pno) -> HttpResponse:
    """How a person can certify: window, phone, visit. The same page for everybody."""
    del pno
    return _page(request, "ways.html", {})


@require_GET
def demo_phone(request: HttpRequest) -> HttpResponse:
    """What the simulated phone received. Exists in a demo only."""
    if not settings.YIZHENG.demo:
        raise Http404
    context = {"messages": wiring.demo_messages(limit=4), "examples": insight.examples()}
    return _page(request, "demo_phone.html", context)


def _is_number(text: str) -> bool:
    """Whether a text has the form of an identity number; blanks and full-width digits are nobody's mistake."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return bool(_NUMBER.fullmatch("".join(letter for letter in plain if not letter.isspace())))


def _keep_pace(started: float) -> None:
    """Answer no sooner than `PACE_SECONDS` after the start: how long it takes must not say whether a number exists."""
    time.sleep(max(0.0, PACE_SECONDS - (time.monotonic() - started)))


def _post() -> citizen_signs_in.Post:
    return citizen_signs_in.Post(
        channels=wiring.message_channels(), letters=wiring.agency().letters, facts=wiring.letter_facts()
    )


def _explained(pno: Pno) -> Explanation:
    agency = wiring.agency()
    return explain(
        pno=pno,
        as_of=date.max,
        policies=agency.policies,
        rules=agency.evidence_rules,
        sources=agency.sources,
        store=wiring.store(),
    )


def _answer(pno: Pno) -> Answer:
    standing = certification.find_standing(pno)
    case = casework.case_of_person(pno)
    today = wiring.clock().now().date()
    pay = insight.pay_now(pno, today=today)
    how, by = _evidence(standing)
    return answer_for(
        Known(
            standing=standing,
            as_of=insight.standing_day(otherwise=today),
            pay_state=pay.state,
            pay_reason=pay.reason,
            how=how,
            by=by,
            case_deadline=case.deadline if case and case.state is not CaseState.CLOSED else None,
            today=today,
        )
    )


def _evidence(standing: StandingRecord | None) -> tuple[str, str]:
    """The kind of evidence that decided, and who delivered it."""
    agency = wiring.agency()
    for kind in agency.evidence_rules.kinds:
        if standing is not None and kind.no == standing.kind_no:
            return kind.name, agency.source(kind.source).owner
    return "", ""


def _page(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    signed_in = CITIZEN in request.session
    return render(request, f"citizen/{template}", {**context, "citizen": signed_in}, status=status)
