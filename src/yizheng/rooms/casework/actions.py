"""The only writes of casework. Each leaves its entries in the ledger, in the transaction of the flow that calls it."""

import json
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, datetime

from django.db import connection

from yizheng.kernel.errors import Refused
from yizheng.rooms import ledger
from yizheng.rooms.bulk import insert_rows
from yizheng.rooms.casework import rules
from yizheng.rooms.casework.data import EXTENDED_BY, WORKING_DAYS, CaseState, CaseView, Loss, NewCase, Outcome
from yizheng.rooms.casework.models import Case, CaseStep
from yizheng.rooms.casework.queries import CASES, STEPS, open_pnos, view_of
from yizheng.rooms.decisions.data import Effects
from yizheng.rooms.ledger.data import NewEntry

_COLUMNS = (
    "pno",
    "state",
    "reasons",
    "leads",
    "run_id",
    "opened_on",
    "opened_at",
    "deadline",
    "version",
    "outcome",
    "loss",
    "outcome_reason",
    "proposed_by",
    "confirmed_by",
)


def open_cases(
    cases: Iterable[NewCase],
    *,
    run_id: str,
    as_of: date,
    at: datetime,
    actor: str,
    ruled: Collection[int] = frozenset(),
    holidays: AbstractSet[date] = frozenset(),
    workdays: AbstractSet[date] = frozenset(),
) -> int:
    """Open one case a person, in bulk, and give how many were opened. Doing it twice opens nothing twice.

    A person with an open case gets no second one. Leads that people have ruled on (`ruled`) count no more: a person
    whose every lead is ruled gets no case. The deadline is 20 working days after `as_of`.
    """
    closed_to = open_pnos()
    ruled_on = frozenset(ruled)
    deadline = rules.working_deadline(as_of, WORKING_DAYS, holidays=holidays, workdays=workdays)
    fresh: dict[int, NewCase] = {}
    for case in cases:
        leads = tuple(lead for lead in case.leads if lead not in ruled_on)
        if case.pno in closed_to or case.pno in fresh or (case.leads and not leads):
            continue
        fresh[case.pno] = replace(case, leads=leads)
    moment, day = connection.ops.adapt_datetimefield_value, connection.ops.adapt_datefield_value
    insert_rows(
        Case,
        _COLUMNS,
        (
            (
                pno,
                CaseState.OPEN.value,
                ",".join(case.reasons)[:120],
                json.dumps(case.leads),
                run_id,
                day(as_of),
                moment(at),
                day(deadline),
                1,
                "",
                "",
                "",
                "",
                "",
            )
            for pno, case in fresh.items()
        ),
    )
    _witness_opened(fresh.keys(), actor=actor, at=at)
    return len(fresh)


def open_case(
    case: NewCase,
    *,
    as_of: date,
    at: datetime,
    actor: str,
    days: int = WORKING_DAYS,
    holidays: AbstractSet[date] = frozenset(),
    workdays: AbstractSet[date] = frozenset(),
) -> tuple[CaseView, bool]:
    """Open one case, and say whether it is new: a person who has one open keeps that one.

    `days` are the working days to look at it.
    """
    waiting = Case.objects.select_for_update().filter(pno=case.pno).exclude(state=CaseState.CLOSED.value)
    found = waiting.first()
    if found is not None:
        return view_of(found), False
    made = Case.objects.create(
        pno=case.pno,
        state=CaseState.OPEN.value,
        reasons=",".join(case.reasons)[:120],
        leads=list(case.leads),
        run_id="",
        opened_on=as_of,
        opened_at=at,
        deadline=rules.working_deadline(as_of, days, holidays=holidays, workdays=workdays),
    )
    _witness_opened({case.pno}, actor=actor, at=at)
    return view_of(made), True


def note_on(case_id: int, note: str, *, actor: str, at: datetime) -> None:
    """Write into a case's history what became known, without moving it: the person came, or certified meanwhile."""
    found = _record(case_id)
    step = CaseStep.objects.create(
        case_id=found.pk,
        from_state=found.state,
        to_state=found.state,
        taken_at=at,
        taken_by=actor,
        note=note.strip()[:500],
    )
    ledger.actions.append(
        kind="casework:step:taken",
        actor=actor,
        at=at,
        subject=STEPS.subject(step.pk),
        row=STEPS.row_of(step),
    )


def _witness_opened(pnos: Collection[int], *, actor: str, at: datetime) -> None:
    """One entry for each case just opened: a second query, since the keys are the database's to give."""
    if not pnos:
        return
    opened = Case.objects.filter(state=CaseState.OPEN, opened_at=at).order_by("id").iterator(chunk_size=5000)
    ledger.actions.append_many(
        NewEntry(
            kind="casework:case:opened",
            actor=actor,
            at=at,
            subject=CASES.subject(case.pk),
            row=CASES.row_of(case),
        )
        for case in opened
        if case.pno in pnos
    )


def propose(
    *,
    case_id: int,
    outcome: Outcome,
    loss: Loss | None,
    reason: str,
    outcome_day: date | None,
    actor: str,
    expected_version: int,
    at: datetime,
) -> CaseView:
    """Write down what a member of staff found; a second person confirms it. Raises Refused with the rule."""
    record = _record(case_id)
    case = view_of(record)
    rules.check_version(case, expected_version)
    step = rules.check_propose(
        case, outcome=outcome, loss=loss, reason=reason, outcome_day=outcome_day, today=at.date()
    )
    record.outcome, record.loss = outcome.value, loss.value if loss else ""
    record.outcome_reason, record.outcome_day = reason.strip()[:500], outcome_day
    record.proposed_by, record.proposed_at = actor, at
    record.confirmed_by, record.confirmed_at = "", None
    return _move(record, step.to, kind="casework:case:proposed", actor=actor, at=at, note=reason)


def confirm(
    *,
    case_id: int,
    agree: bool,
    note: str,
    actor: str,
    expected_version: int,
    at: datetime,
    holidays: AbstractSet[date] = frozenset(),
    workdays: AbstractSet[date] = frozenset(),
) -> tuple[CaseView, Effects | None]:
    """The second pair of eyes: the case as it then stands, and what its outcome brings about (None: sent back)."""
    record = _record(case_id)
    case = view_of(record)
    rules.check_version(case, expected_version)
    step = rules.check_confirm(case, actor=actor, agree=agree, note=note)
    days = EXTENDED_BY.get(step.step)
    if days is not None:
        record.deadline = rules.working_deadline(at.date(), days, holidays=holidays, workdays=workdays)
    if not agree:
        view = _move(record, step.to, kind="casework:case:sent_back", actor=actor, at=at, note=note)
        return view, None
    if case.outcome is None:
        raise Refused("the case has no proposed outcome to confirm. Propose one first.")
    record.confirmed_by, record.confirmed_at = actor, at
    view = _move(record, step.to, kind="casework:case:decided", actor=actor, at=at, note=note)
    return view, rules.effects_of(case.outcome, case.loss)


def _record(case_id: int) -> Case:
    found = Case.objects.select_for_update().filter(pk=case_id).first()
    if found is None:
        raise Refused(f"the case {case_id} does not exist. Look it up in the worklist.")
    return found


def _move(record: Case, to: CaseState, *, kind: str, actor: str, at: datetime, note: str) -> CaseView:
    """Save the case in its new state, with the step and both ledger entries."""
    before = record.state
    record.state = to.value
    record.version += 1
    record.save()
    step = CaseStep.objects.create(
        case_id=record.pk,
        from_state=before,
        to_state=to.value,
        taken_at=at,
        taken_by=actor,
        note=note.strip()[:500],
    )
    facts = {"from": before, "to": to.value, "outcome": record.outcome, "version": record.version}
    ledger.actions.append_many(
        [
            NewEntry(
                kind=kind,
                actor=actor,
                at=at,
                subject=CASES.subject(record.pk),
                row=CASES.row_of(record),
                detail=facts,
            ),
            NewEntry(
                kind="casework:step:taken",
                actor=actor,
                at=at,
                subject=STEPS.subject(step.pk),
                row=STEPS.row_of(step),
            ),
        ]
    )
    return view_of(record)
