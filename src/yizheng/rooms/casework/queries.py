"""Reads of casework for screens and flows. All of them use an index: a worklist of 100,000 cases opens at once."""

from datetime import date

from django.db.models import Count, QuerySet

from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.rooms.casework import rules
from yizheng.rooms.casework.data import LIFE, CaseState, CaseStepView, CaseView, Loss, Outcome, Worklist
from yizheng.rooms.casework.models import Case, CaseStep
from yizheng.rooms.decisions.data import Effects
from yizheng.rooms.ledger.data import WitnessedTable

CASES = WitnessedTable(
    "casework_case",
    "id",
    (
        "pno",
        "state",
        "reasons",
        "leads",
        "run_id",
        "opened_on",
        "deadline",
        "version",
        "outcome",
        "loss",
        "outcome_reason",
        "outcome_day",
        "proposed_by",
        "proposed_at",
        "confirmed_by",
        "confirmed_at",
    ),
)
STEPS = WitnessedTable(
    "casework_casestep", "id", ("case_id", "from_state", "to_state", "taken_at", "taken_by", "note")
)
PAGE = 50


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables whose every row has an entry in the ledger."""
    return (CASES, STEPS)


def view_of(record: Case) -> CaseView:
    """A case as a value."""
    state = CaseState(record.state)
    return CaseView(
        case_id=record.pk,
        pno=Pno(record.pno),
        state=state,
        reasons=tuple(reason for reason in record.reasons.split(",") if reason),
        leads=tuple(record.leads),
        run_id=record.run_id,
        opened_on=record.opened_on,
        deadline=record.deadline,
        version=record.version,
        outcome=Outcome(record.outcome) if record.outcome else None,
        loss=Loss(record.loss) if record.loss else None,
        outcome_reason=record.outcome_reason,
        outcome_day=record.outcome_day,
        proposed_by=record.proposed_by,
        proposed_at=record.proposed_at,
        confirmed_by=record.confirmed_by,
        confirmed_at=record.confirmed_at,
        owner=LIFE.owner(state),
    )


def get_case(case_id: int) -> CaseView:
    """The case. Raises Refused when there is none."""
    found = Case.objects.filter(pk=case_id).first()
    if found is None:
        raise Refused(f"the case {case_id} does not exist. Look it up in the worklist.")
    return view_of(found)


def case_of_person(pno: int) -> CaseView | None:
    """The person's open case, or the newest closed one, or None."""
    found = list(Case.objects.filter(pno=pno).order_by("-id")[:20])
    waiting = [case for case in found if case.state != CaseState.CLOSED]
    return view_of((waiting or found)[0]) if found else None


def cases_of_person(pno: int) -> list[CaseView]:
    """Every case that the person ever had, newest first."""
    return [view_of(found) for found in Case.objects.filter(pno=pno).order_by("-id")]


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


def opened_since(day: date, *, reason: str) -> frozenset[int]:
    """Everybody for whom a case was opened for this reason on a day or later, closed or not."""
    found = Case.objects.filter(opened_on__gte=day, reasons__contains=reason)
    return frozenset(found.values_list("pno", flat=True).iterator(chunk_size=10_000))


def open_case_ids() -> dict[int, int]:
    """The open case of everybody who has one: person number to case number."""
    return dict(_waiting().values_list("pno", "id").iterator(chunk_size=10_000))


def counts_by_state() -> dict[str, int]:
    """How many cases are in each state; states without a case count 0."""
    found = dict(Case.objects.values_list("state").annotate(n=Count("id")).order_by())
    return {state.value: found.get(state.value, 0) for state in CaseState}


def overdue_count(day: date) -> int:
    """How many waiting cases are past their deadline on that day."""
    return _waiting().filter(deadline__lt=day).count()


def worklist(
    *,
    state: CaseState | None = None,
    reason: str = "",
    overdue_on: date | None = None,
    proposed_by: str = "",
    not_proposed_by: str = "",
    page: int = 1,
    page_size: int = PAGE,
) -> Worklist:
    """A page of the worklist, the nearest deadline first. Without a state: all that wait for somebody.

    `not_proposed_by` leaves out what that account proposed: the list of a second person.
    """
    found = _waiting() if state is None else Case.objects.filter(state=state.value)
    if reason:
        found = found.filter(reasons__contains=reason)
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


def can_propose(case: CaseView) -> bool:
    """Whether the case waits for a proposal: what a screen's button asks."""
    return rules.can_propose(case)


def can_confirm(case: CaseView, *, actor: str) -> bool:
    """Whether this person may be the second pair of eyes: what a screen's button asks."""
    return rules.can_confirm(case, actor=actor)


def effects_if_confirmed(case: CaseView) -> Effects | None:
    """What the proposed outcome brings about once it is confirmed; None where nothing is proposed."""
    if case.state is not CaseState.PROPOSED or case.outcome is None:
        return None
    return rules.effects_of(case.outcome, case.loss)


def _waiting() -> "QuerySet[Case, Case]":
    return Case.objects.exclude(state=CaseState.CLOSED.value)
