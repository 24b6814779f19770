"""Reads of casework for screens and flows. All of them use an index: a worklist of 100,000 cases opens at once."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms.casework import rules
from yizheng.rooms.casework.data import CaseMove, CaseState, CaseStepView, CaseView, ClockView, Kind, Worklist
from yizheng.rooms.casework.earlier import CASES_0_1, COLUMNS_0_1
from yizheng.rooms.casework.models import Case, CaseClock, CaseStep
from yizheng.rooms.casework.why import Why
from yizheng.rooms.decisions.data import Effects
from yizheng.rooms.ledger.data import WitnessedTable

CASES = WitnessedTable("casework_case", "id", ("kind", *COLUMNS_0_1), earlier=(CASES_0_1,))
STEPS = WitnessedTable(
    "casework_casestep", "id", ("case_id", "from_state", "to_state", "taken_at", "taken_by", "note")
)
PAGE = 50


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables whose every row has an entry in the ledger."""
    return (CASES, STEPS)


def view_of(record: Case) -> CaseView:
    """A case as a value."""
    return CaseView(
        case_id=record.pk,
        pno=Pno(record.pno),
        kind=record.kind,
        state=record.state,
        reasons=tuple(record.reasons),
        leads=tuple(record.leads),
        run_id=record.run_id,
        opened_on=record.opened_on,
        deadline=record.deadline,
        version=record.version,
        outcome=record.outcome,
        loss=record.loss,
        outcome_reason=record.outcome_reason,
        outcome_day=record.outcome_day,
        proposed_by=record.proposed_by,
        proposed_at=record.proposed_at,
        confirmed_by=record.confirmed_by,
        confirmed_at=record.confirmed_at,
    )


def clock_of(record: CaseClock) -> ClockView:
    """A clock as a value."""
    return ClockView(
        clock_id=record.pk,
        case_id=record.case_id,
        code=record.code,
        started_on=record.started_on,
        days=record.days,
        due=record.due,
        provisional=record.provisional,
        stopped_on=record.stopped_on,
        reminded_on=record.reminded_on,
        lapsed_on=record.lapsed_on,
    )


def get_case(case_id: int) -> CaseView:
    """The case. Raises Refused when there is none."""
    found = Case.objects.filter(pk=case_id).first()
    if found is None:
        raise Refused(Why.CASE_UNKNOWN, case_id=case_id)
    return view_of(found)


def clocks(case_id: int) -> list[ClockView]:
    """The clocks of a case, the nearest end first."""
    return [clock_of(found) for found in CaseClock.objects.filter(case_id=case_id).order_by("due", "id")]


def running_clocks(*, until: date) -> list[ClockView]:
    """The clocks that run and end by that day or may still move, the nearest end first."""
    found = CaseClock.objects.filter(stopped_on__isnull=True).filter(Q(due__lte=until) | Q(provisional=True))
    return [clock_of(one) for one in found.order_by("due", "id").iterator(chunk_size=5000)]


def case_of_person(pno: int) -> CaseView | None:
    """The person's open case (of several the one with the nearest deadline), or the newest closed one, or None."""
    waiting = open_cases_of(pno)
    if waiting:
        return waiting[0]
    found = Case.objects.filter(pno=pno).order_by("-id").first()
    return view_of(found) if found is not None else None


def open_cases_of(pno: int) -> list[CaseView]:
    """The person's open cases, the nearest deadline first."""
    return [view_of(found) for found in _waiting().filter(pno=pno).order_by("deadline", "id")]


def cases_of_person(pno: int) -> list[CaseView]:
    """Every case that the person ever had, newest first."""
    return [view_of(found) for found in Case.objects.filter(pno=pno).order_by("-id")]


def was_asked(pno: int, kind: str, *, since: date) -> bool:
    """Whether a case of this kind was opened about the person on a day or later, whatever came of it."""
    return Case.objects.filter(pno=pno, kind=kind, opened_on__gte=since).exists()


def steps(case_id: int) -> list[CaseStepView]:
    """A case's history, oldest first."""
    return [
        CaseStepView(
            from_state=step.from_state,
            to_state=step.to_state,
            taken_at=step.taken_at,
            taken_by=step.taken_by,
            note=step.note,
        )
        for step in CaseStep.objects.filter(case_id=case_id).order_by("id")
    ]


def open_pnos() -> frozenset[int]:
    """Everybody with a case that is not closed."""
    return frozenset(_waiting().values_list("pno", flat=True).iterator(chunk_size=10_000))


def open_by_person() -> dict[int, list[CaseView]]:
    """The open cases of everybody who has one."""
    found: dict[int, list[CaseView]] = {}
    for record in _waiting().order_by("id").iterator(chunk_size=10_000):
        found.setdefault(record.pno, []).append(view_of(record))
    return found


def opened_since(day: date, *, kind: str) -> frozenset[int]:
    """Everybody for whom a case of this kind was opened on a day or later, closed or not."""
    found = Case.objects.filter(opened_on__gte=day, kind=kind)
    return frozenset(found.values_list("pno", flat=True).iterator(chunk_size=10_000))


def open_case_ids() -> dict[int, int]:
    """The open case of everybody who has one, of several the oldest: person number to case number."""
    found = _waiting().order_by("-id").values_list("pno", "id")
    return dict(found.iterator(chunk_size=10_000))


def counts_by_state() -> dict[str, int]:
    """How many cases are in each state; states without a case count 0."""
    found = dict(Case.objects.values_list("state").annotate(n=Count("id")).order_by())
    return {state.value: 0 for state in CaseState} | found


def overdue_count(day: date) -> int:
    """How many waiting cases are past their deadline on that day."""
    return _waiting().filter(deadline__lt=day).count()


def worklist(
    *,
    state: str = "",
    kind: str = "",
    overdue_on: date | None = None,
    proposed_by: str = "",
    not_proposed_by: str = "",
    page: int = 1,
    page_size: int = PAGE,
) -> Worklist:
    """A page of the worklist, the nearest deadline first. Without a state: all that wait for somebody.

    `not_proposed_by` leaves out what that account proposed: the list of a second person.
    """
    found = Case.objects.filter(state=state) if state else _waiting()
    if kind:
        found = found.filter(kind=kind)
    if overdue_on:
        found = found.filter(deadline__lt=overdue_on)
    if proposed_by:
        found = found.filter(proposed_by=proposed_by)
    if not_proposed_by:
        found = found.exclude(proposed_by=not_proposed_by)
    total = found.count()
    pages = max(1, -(-total // page_size))
    page = min(max(1, page), pages)
    start = (page - 1) * page_size
    rows = found.order_by("deadline", "id")[start : start + page_size]
    return Worklist(
        cases=tuple(view_of(row) for row in rows),
        total=total,
        page=page,
        pages=pages,
        counts=counts_by_state(),
    )


can_propose = rules.can_propose
can_confirm = rules.can_confirm
reminds = rules.reminds
lapses = rules.lapses


def effects_if_confirmed(case: CaseView, kind: Kind) -> Effects | None:
    """What the proposed outcome brings about once it is confirmed; None where nothing waits for a second person."""
    if case.outcome not in kind.outcomes or not kind.life.may(case.state, CaseMove.AGREE):
        return None
    return kind.terms(case.outcome).effects_of(case.loss)


def _waiting() -> "QuerySet[Case, Case]":
    return Case.objects.exclude(state=CaseState.CLOSED.value)
