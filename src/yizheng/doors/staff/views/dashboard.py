"""The dashboard (总览): what the newest run said, what waits for somebody, and whether the sources are well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from yizheng import wiring
from yizheng.doors.context import Context
from yizheng.doors.staff.gate import page, staff, staff_page
from yizheng.doors.words import word
from yizheng.doors.words.certification import figure_text
from yizheng.kernel.cells import SafeWriter
from yizheng.kernel.told import Told
from yizheng.rooms import access, certification, insight
from yizheng.rooms.access.data import Permission
from yizheng.rooms.certification.data import Figure, Silence
from yizheng.rooms.evidence.data import Health
from yizheng.rooms.insight.data import Board
from yizheng.rooms.payments.data import PayReport

SHOWN_SOURCES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many people a source or a channel has certified."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureShown:
    """One of the four figures of silence, as it is read."""

    code: Figure
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwell:
    """A source that is not well, and why."""

    health: Health
    name: str
    reason: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardShown(Context):
    """The numbers of the newest run and of all that hangs on it; `run` is None before the first."""

    run: certification.queries.RunRecord | None = None
    board: Board | None = None
    silence: Silence | None = None
    figures: Sequence[FigureShown] = ()
    sources_share: Sequence[Share] = ()
    chart: Mapping[str, Sequence[str] | Sequence[int]] | None = None
    case_counts: Sequence[tuple[str, int]] = ()
    overdue: int = 0
    pay: PayReport | None = None
    reconciles: bool = False
    notices: Sequence[tuple[str, int]] = ()
    health_well: int = 0
    health_total: int = 0
    unwell: Sequence[Unwell] = ()
    ledger_size: int = 0
    ledger_root: str = ""
    may_ledger: bool = False
    may_pay: bool = False


@staff_page(Permission.SEE_DASHBOARD)
def dashboard(request: HttpRequest) -> HttpResponse:
    """The numbers of the newest run and of all that hangs on it. Nobody's personal data."""
    run = certification.queries.find_latest_run()
    if run is None:
        return page(request, "dashboard.html", BoardShown(), place="dashboard")
    agency = wiring.agency()
    board = insight.queries.board(run, today=wiring.clock().now().date())
    names = {source.key: source.name for source in agency.sources}
    shares = _shares(run, names)
    health = insight.queries.source_health(sources=agency.sources, as_of=run.as_of)
    unwell = [
        Unwell(health=state.health, name=names[state.source], reason=state.reason)
        for state in health
        if state.health is not Health.WELL
    ]
    first = shares[:SHOWN_SOURCES]
    silence = run.counts.silence if run.counts else None
    context = BoardShown(
        run=run,
        board=board,
        silence=silence,
        figures=_figures(silence),
        sources_share=shares,
        chart={"names": [row.name for row in first], "counts": [row.count for row in first]},
        case_counts=list(board.cases.items()),
        overdue=board.cases_overdue,
        pay=board.pay,
        reconciles=board.pay is not None and board.pay.reconciles,
        notices=[(state, number) for state, number in board.notices.items() if number],
        health_well=len(health) - len(unwell),
        health_total=len(health),
        unwell=unwell,
        ledger_size=board.ledger_size,
        ledger_root=board.ledger_root,
        may_ledger=access.queries.can(staff(request), Permission.SEE_LEDGER),
        may_pay=access.queries.can(staff(request), Permission.SEE_PAY_RUN),
    )
    return page(request, "dashboard.html", context, place="dashboard")


@staff_page(Permission.SEE_DASHBOARD)
def passed_csv(request: HttpRequest) -> HttpResponse:
    """The numbers of the chart as CSV that a spreadsheet opens: UTF-8 with its mark, CRLF."""
    del request
    run = certification.queries.find_latest_run()
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="passed-by-source.csv"'
    response.write("\ufeff")
    writer = SafeWriter(response)
    writer.row(["source", "name", "people"])
    if run is not None:
        names = {source.key: source.name for source in wiring.agency().sources}
        for row in _shares(run, names):
            writer.row([row.key, row.name, row.count])
    return response


def _figures(silence: Silence | None) -> list[FigureShown]:
    if silence is None:
        return []
    return [FigureShown(code=code, text=figure_text(code, value)) for code, value in silence.figures.items()]


def _shares(run: certification.queries.RunRecord, names: dict[str, str]) -> list[Share]:
    found = insight.queries.passed_by_source(run)
    return [
        Share(key=key, name=names.get(key) or word("channel", key), count=number)
        for key, number in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
