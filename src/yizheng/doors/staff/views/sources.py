"""Sources (数据源): how each is doing, what it can prove, and what it delivered. Nobody's personal data."""

from django.http import Http404, HttpRequest, HttpResponse

from yizheng import wiring
from yizheng.doors.staff.gate import page, staff_page
from yizheng.rooms.access.data import Permission
from yizheng.rooms.evidence import queries as evidence
from yizheng.rooms.insight import queries as insight


@staff_page(Permission.SEE_SOURCES)
def sources(request: HttpRequest) -> HttpResponse:
    """Every source with its health on the day of the newest run."""
    agency = wiring.agency()
    as_of = insight.standing_day(otherwise=wiring.clock().now().date())
    health = {state.source: state for state in insight.source_health(sources=agency.sources, as_of=as_of)}
    rows = [{"source": source, "health": health[source.key]} for source in agency.sources]
    return page(request, "sources.html", {"rows": rows, "as_of": as_of}, place="sources")


@staff_page(Permission.SEE_SOURCES)
def source(request: HttpRequest, key: str) -> HttpResponse:
    """One source: legal basis, what its events prove, its deliveries."""
    agency = wiring.agency()
    found = next((one for one in agency.sources if one.key == key), None)
    if found is None:
        raise Http404
    as_of = insight.standing_day(otherwise=wiring.clock().now().date())
    health = insight.source_health(sources=agency.sources, as_of=as_of)
    context = {
        "source": found,
        "health": next(state for state in health if state.source == key),
        "kinds": [kind for kind in agency.evidence_rules.kinds if kind.source == key],
        "deliveries": [one for one in evidence.deliveries(as_of=as_of) if one.source == key][::-1],
    }
    return page(request, "source.html", context, place="sources")
