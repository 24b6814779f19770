"""Sources (数据源): how each is doing, how good its data is, what goes back to its department and what comes from it.

The pages show counts and places alone, nobody's personal data. Only the file that is handed out holds any; a supervisor
hands it out, and somebody else takes the answers in.
"""

import tempfile
from pathlib import Path
from urllib.parse import quote

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yizheng import wiring
from yizheng.doors.staff.gate import page, staff, staff_names, staff_page
from yizheng.doors.words import refusal_in
from yizheng.flows.sources import corrections_come_back, corrections_go_out, source_quality
from yizheng.flows.sources.corrections_come_back import AnswersReport
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.rooms import access, corrections, evidence, insight
from yizheng.rooms.access.data import Permission
from yizheng.rooms.evidence.data import Source
from yizheng.rooms.evidence.quality_data import PeriodRows, SourceQuality

MOST_BYTES = 20 * 1024 * 1024
SHOWN_ROWS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {".xlsx": XLSX, ".csv": "text/csv; charset=utf-8"}


@staff_page(Permission.SEE_SOURCES)
def sources(request: HttpRequest) -> HttpResponse:
    """Every source with its health on the day of the newest run, and its quality as it was measured last."""
    agency = wiring.agency()
    as_of = insight.queries.standing_day(otherwise=wiring.clock().now().date())
    health = {
        state.source: state for state in insight.queries.source_health(sources=agency.sources, as_of=as_of)
    }
    report = source_quality.find_newest(wiring.store())
    counts = corrections.queries.counts()
    rows = []
    for one in agency.sources:
        quality = report.find(one.key) if report else None
        rows.append(
            {
                "source": one,
                "health": health[one.key],
                "quality": quality,
                "chart": _chart(quality.periods) if quality else None,
                "waiting": counts.get(one.key, {}).get("handed_out", 0),
            }
        )
    context = {"rows": rows, "as_of": as_of, "report": report}
    return page(request, "sources.html", context, place="sources")


@staff_page(Permission.SEE_SOURCES)
def source(request: HttpRequest, key: str) -> HttpResponse:
    """One source: its quality, its deliveries against what was expected, what goes back to it, what it proves."""
    return _source_page(request, _known(key))


@staff_page(Permission.HAND_OUT_ROWS, methods=("POST",))
def hand_out(request: HttpRequest, key: str) -> HttpResponse:
    """Download the rows that the department should correct. The ledger has it before the file leaves."""
    found, agency = _known(key), wiring.agency()
    suffix = ".csv" if request.POST.get("format") == "csv" else ".xlsx"
    recipient = request.POST.get("recipient", "")
    try:
        made = corrections_go_out.hand_out(
            wiring.hands(staff(request)),
            source=found,
            recipient=recipient,
            suffix=suffix,
            as_of=wiring.clock().now().date(),
            sources=agency.sources,
            evidence_rules=agency.evidence_rules,
            rules=agency.quality_rules,
            again=request.POST.get("again") == "yes",
        )
    except Refused as refusal:
        return _source_page(request, found, error=refusal_in(refusal), recipient=recipient)
    response = HttpResponse(made.data, content_type=TYPES[suffix])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.file_name)}"
    return response


@staff_page(Permission.TAKE_ANSWERS, methods=("POST",))
def take_answers(request: HttpRequest, key: str) -> HttpResponse:
    """Take in the file that the department filled in and sent back."""
    found, upload = _known(key), request.FILES.get("answers")
    if not isinstance(upload, UploadedFile) or not upload.size:
        return _source_page(request, found, error=_("请先选一个文件。"))
    if upload.size > MOST_BYTES:
        return _source_page(request, found, error=_("文件太大，请分几次送。"))
    try:
        report = _take_in(wiring.hands(staff(request)), upload)
    except Refused as refusal:
        return _source_page(request, found, error=refusal_in(refusal))
    if report.source != key:
        messages.warning(request, _("这个文件答复的是另一个来源，已按那个来源处理。"))
    if report.told:
        return _source_page(request, found, report=report)
    messages.success(request, _("答复已接收，处理了 %(rows)s 行。") % {"rows": report.taken_over})
    return redirect("staff:source", key=report.source)


def _take_in(hands: Hands, upload: "UploadedFile[bytes]") -> AnswersReport:
    """Take an uploaded file in; what lies on the disk meanwhile is readable by this process alone, and is removed."""
    agency = wiring.agency()
    name = Path(str(upload.name)).name[:200]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / f"answers{Path(name).suffix[:8]}"
        with place.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return corrections_come_back.take_in(
            hands,
            file=place,
            file_name=name,
            sources=agency.sources,
            evidence_rules=agency.evidence_rules,
            read_table=wiring.read_table,
        )


def _known(key: str) -> Source:
    found = next((one for one in wiring.agency().sources if one.key == key), None)
    if found is None:
        raise Http404
    return found


def _source_page(
    request: HttpRequest,
    found: Source,
    *,
    error: str = "",
    recipient: str = "",
    report: AnswersReport | None = None,
) -> HttpResponse:
    agency, key = wiring.agency(), found.key
    as_of = insight.queries.standing_day(otherwise=wiring.clock().now().date())
    health = insight.queries.source_health(sources=agency.sources, as_of=as_of)
    measured = source_quality.find_newest(wiring.store())
    quality = measured.find(key) if measured else None
    context = {
        "source": found,
        "health": next(state for state in health if state.source == key),
        "quality": quality,
        "measured": measured,
        "chart": _chart(quality.periods) if quality else None,
        "periods": quality.periods[::-1] if quality else (),
        "contradicted": _contradicted(quality),
        "kinds": [kind for kind in agency.evidence_rules.kinds if kind.source == key],
        "deliveries": [one for one in evidence.queries.deliveries(as_of=as_of) if one.source == key][::-1],
        "counts": sorted(corrections.queries.counts(key).get(key, {}).items()),
        "asked": corrections.queries.rows_of(key, limit=SHOWN_ROWS),
        "hand_outs": corrections.queries.hand_outs(key, limit=10),
        "names": staff_names(),
        "may_hand_out": access.queries.can(staff(request), Permission.HAND_OUT_ROWS),
        "may_take": access.queries.can(staff(request), Permission.TAKE_ANSWERS),
        "error": error,
        "recipient": recipient,
        "report": report,
    }
    return page(request, "source.html", context, status=409 if error else 200, place="sources")


def _contradicted(quality: SourceQuality | None) -> list[tuple[str, int]]:
    return sorted(quality.compared.contradicted.items()) if quality else []


def _chart(periods: tuple[PeriodRows, ...]) -> dict[str, object]:
    """What came and what was expected, period by period, for the chart; the table beside it says the same."""
    return {
        "names": [one.period for one in periods],
        "seen": [one.rows if one.came else None for one in periods],
        "least": [one.least for one in periods],
        "most": [one.most for one in periods],
        "expectedWord": _("按以往应有"),
        "seenWord": _("送来"),
    }
