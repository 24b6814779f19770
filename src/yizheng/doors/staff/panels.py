"""The panels of a case page (疑点页的栏目): what a kind of case shows, by name.

A panel is a template and a function that gathers what it shows; one that has nothing to show is left out. A kind of case
names the panels of its page in their order, so that a new kind is data and no new page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from yizheng import wiring
from yizheng.doors.staff.identity_panel import Pairs, pairs_of
from yizheng.flows.runs.explanation import EvidenceLine, Explanation
from yizheng.rooms import biometrics, corrections, passes
from yizheng.rooms.casework.data import CaseView
from yizheng.rooms.corrections.data import RowToCorrect

SHOWN_LIFE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """What every panel may draw on."""

    case: CaseView
    explained: Explanation | None
    source_names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Leads and life evidence, beside each other: every lead on file, also those that came after the case was opened."""

    leads: Sequence[EvidenceLine]
    lifes: Sequence[EvidenceLine]
    more_lifes: int
    rules_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page of its own about the case."""

    view: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The rows that went back to their departments, and what became of them."""

    rows: Sequence[RowToCorrect]
    source_names: Mapping[str, str]


Shown = Sides | Link | Asked | Pairs
"""What a panel may show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A panel: its template, and what it shows; None where there is nothing."""

    template: str
    gather: Callable[[CasePage], Shown | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelShown:
    """A panel of one page."""

    name: str
    template: str
    shown: Shown


def leads_of(explained: Explanation | None) -> list[EvidenceLine]:
    """Every lead on the person's file, the one that decided first, then the newest."""
    lines = [line for line in explained.evidence if not line.points] if explained else []
    return sorted(lines, key=lambda line: (not line.decided, -line.day.toordinal()))


def lifes_of(explained: Explanation | None) -> list[EvidenceLine]:
    """What shows the person alive, as the explanation orders it."""
    return [line for line in explained.evidence if line.points] if explained else []


def panels_of(page: CasePage, names: Sequence[str]) -> list[PanelShown]:
    """The panels of a page that have something to show. Raises KeyError for a name that is none."""
    shown = []
    for name in names:
        panel = PANELS[name]
        found = panel.gather(page)
        if found is not None:
            shown.append(PanelShown(name=name, template=panel.template, shown=found))
    return shown


def _sides(page: CasePage) -> Sides:
    lifes = lifes_of(page.explained)
    return Sides(
        leads=leads_of(page.explained),
        lifes=lifes[:SHOWN_LIFE],
        more_lifes=max(0, len(lifes) - SHOWN_LIFE),
        rules_version=page.explained.rules_version if page.explained else "",
    )


def _asked(page: CasePage) -> Asked | None:
    numbers = {*page.case.leads, *(line.evidence_no for line in leads_of(page.explained))}
    rows = corrections.queries.by_evidence(numbers)
    return Asked(rows=rows, source_names=page.source_names) if rows else None


def _faces(page: CasePage) -> Link | None:
    return (
        Link(view="staff:case-faces") if biometrics.queries.alike_faces(case_id=page.case.case_id) else None
    )


def _captures(page: CasePage) -> Link | None:
    found = passes.queries.captures_of_case(page.case.case_id)
    return Link(view="staff:case-captures") if found else None


def _voice(page: CasePage) -> Link | None:
    return Link(view="staff:case-voice") if biometrics.queries.answers(case_id=page.case.case_id) else None


def _sources() -> Mapping[str, str]:
    return {one.key: one.name for one in wiring.agency().sources}


PANELS: Mapping[str, Panel] = {
    "faces": Panel(template="staff/panels/faces.html", gather=_faces),
    "captures": Panel(template="staff/panels/captures.html", gather=_captures),
    "voice": Panel(template="staff/panels/voice.html", gather=_voice),
    "identity": Panel(template="staff/panels/identity.html", gather=lambda page: pairs_of(page.case)),
    "evidence": Panel(template="staff/panels/evidence.html", gather=_sides),
    "corrections": Panel(template="staff/panels/corrections.html", gather=_asked),
}
"""Every panel by the name under which a kind of case asks for it."""
USUAL = ("faces", "captures", "voice", "evidence", "corrections")
"""The panels of a kind that names none."""


def page_of(case: CaseView, explained: Explanation | None) -> CasePage:
    """What the panels of a case draw on."""
    return CasePage(case=case, explained=explained, source_names=_sources())
