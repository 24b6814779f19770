"""The worklist of doubts (疑点清单): the cases that wait, and the way from a case back to it and on to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode

from yizheng import wiring
from yizheng.doors.case_words import kind_word, state_word
from yizheng.doors.context import Context
from yizheng.doors.staff.case_parts import may_confirm, may_propose
from yizheng.doors.staff.gate import number_of, page, staff_page
from yizheng.doors.staff.views.pages import Paging, PersonRow, paging, rows_of
from yizheng.doors.words import word
from yizheng.rooms import evidence, insight
from yizheng.rooms.access.data import Permission
from yizheng.rooms.casework.data import CaseState, CaseView, Worklist

CHOSEN = "worklist"
"""Where the session keeps how the worklist was filtered, so that a case leads back to it and on to the next."""
FILTERS = ("state", "kind", "region")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case in the worklist: why in a few words, with the source that says so."""

    case: CaseView
    person: PersonRow[CaseView]
    why: str
    state: str
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistShown(Context):
    """The cases that wait, by state, reason and region."""

    rows: Sequence[CaseRow]
    chosen: Mapping[str, str]
    states: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    regions: Sequence[tuple[str, str]]
    paging: Paging


@staff_page(Permission.SEE_CASES)
def worklist(request: HttpRequest) -> HttpResponse:
    """The cases that wait, the nearest deadline first, by state, reason and region."""
    chosen = _known_filters({name: request.GET.get(name, "") for name in FILTERS})
    found = _cases(chosen, number_of(request.GET.get("page")))
    request.session[CHOSEN] = {**chosen, "page": str(found.page)}
    context = WorklistShown(
        rows=_rows(request, found),
        chosen=chosen,
        states=[(state.value, word("case_state", state)) for state in CaseState],
        kinds=[(code, kind_word(code)) for code in wiring.agency().case_rules.kinds],
        regions=sorted(wiring.agency().regions.items()),
        paging=paging(found, chosen),
    )
    return page(request, "cases.html", context, place="cases")


def _known_filters(chosen: Mapping[str, str]) -> dict[str, str]:
    """The filters that mean something; others are dropped."""
    known = {
        "state": {state.value for state in CaseState},
        "kind": set(wiring.agency().case_rules.kinds),
        "region": set(wiring.agency().regions),
    }
    return {name: chosen.get(name, "") if chosen.get(name, "") in known[name] else "" for name in FILTERS}


def _cases(chosen: Mapping[str, str], wanted: int) -> Worklist:
    return insight.queries.worklist(
        state=chosen["state"],
        kind=chosen["kind"],
        region=chosen["region"],
        page=wanted,
    )


def _rows(request: HttpRequest, found: Worklist) -> list[CaseRow]:
    today = wiring.clock().now().date()
    names = {one.key: one.name for one in wiring.agency().sources}
    sources = evidence.queries.sources_of(lead for case in found.cases for lead in case.leads)
    return [
        CaseRow(
            case=person.item,
            person=person,
            why=_short(person.item, sources, names),
            state=state_word(person.item.kind, person.item.state),
            overdue=person.item.is_overdue(today),
        )
        for person in rows_of(request, "cases", found.cases, purpose="case")
    ]


def _short(case: CaseView, sources: Mapping[int, str], names: Mapping[str, str]) -> str:
    """Why, in a few words: 死亡线索 · 民政火化."""
    reasons = [word("case_reason", reason) for reason in case.reasons]
    said = {names.get(sources[lead], sources[lead]) for lead in case.leads if lead in sources}
    return " · ".join(["；".join(reasons), *sorted(said)])


def list_query(request: HttpRequest) -> str:
    """The worklist as it was last seen in this session, for the way back."""
    chosen: dict[str, str] = request.session.get(CHOSEN, {})
    return urlencode(
        {name: value for name, value in chosen.items() if value and (name, value) != ("page", "1")}
    )


def next_case(request: HttpRequest, found: CaseView) -> int | None:
    """The next case of the worklist as it was filtered that this member of staff can do something about."""
    kept: dict[str, str] = request.session.get(CHOSEN, {})
    chosen = _known_filters(kept)
    cases = _cases(chosen, number_of(kept.get("page"))).cases
    place = next((at for at, one in enumerate(cases) if one.case_id == found.case_id), -1)
    behind = [*cases[place + 1 :], *cases[: max(0, place)]]
    waiting = [one for one in behind if may_propose(request, one) or may_confirm(request, one)]
    return waiting[0].case_id if waiting else None
