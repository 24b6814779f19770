"""Sources (数据源): how each is doing, how good its data is, what goes back to its department and what comes from it.

The pages show counts and places alone, nobody's personal data. Only the file that is handed out holds any; a supervisor
hands it out, and somebody else takes the answers in.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import forms, uploads
from yizheng.doors.context import Context
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.gate import page, staff, staff_names, staff_page
from yizheng.doors.words import told_in
from yizheng.flows.sources import corrections_come_back, corrections_go_out, source_quality
from yizheng.flows.sources.corrections_come_back import AnswersReport
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.rooms import access, corrections, evidence, insight
from yizheng.rooms.access.data import Permission
from yizheng.rooms.corrections.data import HandOutRecord, RowToCorrect
from yizheng.rooms.evidence.data import DeliveryRecord, EvidenceKind, Source, SourceHealth
from yizheng.rooms.quality.data import PeriodRows, QualityReport, SourceQuality

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_BYTES = 20 * 1024 * 1024
SHOWN_ROWS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {".xlsx": XLSX, ".csv": "text/csv; charset=utf-8"}
FORMATS = {"xlsx": gettext_lazy("Excel，给人填"), "csv": gettext_lazy("CSV，给系统读")}
REPORT = "source-answers"
RECIPIENT = forms.Text("recipient", gettext_lazy("交给"), hint=gettext_lazy("单位的科室和联系人。"), most=40)
FORMAT = forms.Choice(
    "format", gettext_lazy("文件格式"), tuple(FORMATS), words=lambda one: str(FORMATS[str(one)])
)
AGAIN = forms.Tick("again", gettext_lazy("也带上交回过、还没有答复的"), required=False)
HAND_OUT = forms.Form("source-hand-out", RECIPIENT, FORMAT, AGAIN)
ANSWERS = forms.Upload(
    "answers",
    gettext_lazy("单位填好送回的文件"),
    hint=gettext_lazy(
        "撤回的记录不再采用；更正的记录作为新的一批进来，原来的不再采用。同一个文件送两次没有影响。"
    ),
    most_bytes=MOST_BYTES,
    suffixes=(".xlsx", ".csv"),
    accept=".xlsx,.csv",
)
TAKE_IN = forms.Form("source-take-in", ANSWERS)


Chart = Mapping[str, str | Sequence[str] | Sequence[int | None]]
"""The words and rows of a chart, by the names that its script knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source in the list."""

    source: Source
    health: SourceHealth
    quality: SourceQuality | None
    chart: Chart | None
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesShown(Context):
    """Every source with its health, and its quality as it was measured last."""

    rows: Sequence[SourceRow]
    as_of: date
    report: QualityReport | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceShown(Context):
    """One source: its quality, its deliveries, what goes back to it, what it proves."""

    source: Source
    health: SourceHealth
    quality: SourceQuality | None
    measured: QualityReport | None
    chart: Chart | None
    periods: Sequence[PeriodRows]
    contradicted: Sequence[tuple[str, int]]
    kinds: Sequence[EvidenceKind]
    deliveries: Sequence[DeliveryRecord]
    counts: Sequence[tuple[str, int]]
    asked: Sequence[RowToCorrect]
    hand_outs: Sequence[HandOutRecord]
    names: Mapping[str, str]
    may_hand_out: bool
    may_take: bool
    hand_out: forms.Filled
    take_in: forms.Filled
    report: Mapping[str, Any] | None


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
            SourceRow(
                source=one,
                health=health[one.key],
                quality=quality,
                chart=_chart(quality.periods) if quality else None,
                waiting=counts.get(one.key, {}).get("handed_out", 0),
            )
        )
    return page(request, "sources.html", SourcesShown(rows=rows, as_of=as_of, report=report), place="sources")


@staff_page(Permission.SEE_SOURCES)
def source(request: HttpRequest, key: str) -> HttpResponse:
    """One source: its quality, its deliveries against what was expected, what goes back to it, what it proves."""
    found, agency = _known(key), wiring.agency()
    as_of = insight.queries.standing_day(otherwise=wiring.clock().now().date())
    health = insight.queries.source_health(sources=agency.sources, as_of=as_of)
    measured = source_quality.find_newest(wiring.store())
    quality = measured.find(key) if measured else None
    context = SourceShown(
        source=found,
        health=next(state for state in health if state.source == key),
        quality=quality,
        measured=measured,
        chart=_chart(quality.periods) if quality else None,
        periods=quality.periods[::-1] if quality else (),
        contradicted=_contradicted(quality),
        kinds=[kind for kind in agency.evidence_rules.kinds if kind.source == key],
        deliveries=[one for one in evidence.queries.deliveries(as_of=as_of) if one.source == key][::-1],
        counts=sorted(corrections.queries.counts(key).get(key, {}).items()),
        asked=corrections.queries.rows_of(key, limit=SHOWN_ROWS),
        hand_outs=corrections.queries.hand_outs(key, limit=10),
        names=staff_names(),
        may_hand_out=access.queries.can(staff(request), Permission.HAND_OUT_ROWS),
        may_take=access.queries.can(staff(request), Permission.TAKE_ANSWERS),
        hand_out=forms.shown(request, HAND_OUT, {"format": "xlsx"}),
        take_in=forms.shown(request, TAKE_IN),
        report=forms.kept(request, REPORT, request.GET.get("report", "")),
    )
    return page(request, "source.html", context, place="sources")


@staff_page(Permission.HAND_OUT_ROWS, form="staff:source")
def hand_out(request: HttpRequest, key: str) -> HttpResponse:
    """Download the rows that the department should correct. The ledger has it before the file leaves."""
    found, agency, filled = _known(key), wiring.agency(), HAND_OUT.read(request)
    if not filled.good:
        return forms.back(request, filled, "staff:source", key=key)
    suffix = f".{filled.value(FORMAT)}"
    try:
        made = corrections_go_out.hand_out(
            wiring.hands(staff(request)),
            source=found,
            recipient=filled.value(RECIPIENT),
            suffix=suffix,
            as_of=wiring.clock().now().date(),
            rulebook=agency.rulebook,
            rules=agency.quality_rules,
            files=wiring.correction_files(),
            again=filled.value(AGAIN),
        )
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal)), "staff:source", key=key)
    response = HttpResponse(made.data, content_type=TYPES[suffix])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.file_name)}"
    return response


@staff_page(Permission.TAKE_ANSWERS, form="staff:source")
def take_answers(request: HttpRequest, key: str) -> HttpResponse:
    """Take in the file that the department filled in and sent back."""
    _known(key)
    filled = TAKE_IN.read(request)
    if not filled.good:
        return forms.back(request, filled, "staff:source", key=key)
    try:
        report = _take_in(wiring.hands(staff(request)), filled.value(ANSWERS))
    except Refused as refusal:
        return forms.back(request, filled.wrong(told_of(refusal), ANSWERS), "staff:source", key=key)
    if report.source != key:
        messages.warning(request, _("这个文件答复的是另一个来源，已按那个来源处理。"))
    if report.told:
        told = [{"ref": one.ref, "why": told_in(one.why)} for one in report.told]
        token = forms.keep(request, REPORT, {"taken_over": report.taken_over, "told": told})
        return forms.elsewhere("staff:source", query={"report": token}, key=key)
    messages.success(request, _("答复已接收，处理了 %(rows)s 行。") % {"rows": report.taken_over})
    return redirect("staff:source", key=report.source)


def _take_in(hands: Hands, upload: "UploadedFile[bytes]") -> AnswersReport:
    """Take an uploaded file in. It lies in memory meanwhile, readable by this process's user alone, and is removed."""
    agency = wiring.agency()
    name = Path(str(upload.name)).name[:200]
    with tempfile.TemporaryDirectory(dir=uploads.folder_in_memory()) as folder:
        place = Path(folder) / f"answers{Path(name).suffix[:8]}"
        with place.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return corrections_come_back.take_in(
            hands,
            file=place,
            file_name=name,
            rulebook=agency.rulebook,
            read_table=wiring.read_table,
            files=wiring.correction_files(),
            case_rules=agency.case_rules,
        )


def _known(key: str) -> Source:
    found = next((one for one in wiring.agency().sources if one.key == key), None)
    if found is None:
        raise Http404
    return found


def _contradicted(quality: SourceQuality | None) -> list[tuple[str, int]]:
    return sorted(quality.compared.contradicted.items()) if quality else []


def _chart(periods: tuple[PeriodRows, ...]) -> Chart:
    """What came and what was expected, period by period, for the chart; the table beside it says the same."""
    return {
        "names": [one.period for one in periods],
        "seen": [one.rows if one.came else None for one in periods],
        "least": [one.least for one in periods],
        "most": [one.most for one in periods],
        "expectedWord": _("按以往应有"),
        "seenWord": _("送来"),
    }
