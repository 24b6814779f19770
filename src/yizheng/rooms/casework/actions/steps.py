"""Steps of a case: proposing, confirming, work, and notes in its history."""

from collections.abc import Collection
from datetime import date, datetime

from yizheng.kernel.errors import Refused
from yizheng.kernel.life import Move
from yizheng.kernel.time import CHINA
from yizheng.rooms import ledger
from yizheng.rooms.casework import rules
from yizheng.rooms.casework.data import LONGEST_NOTE, CaseRules, CaseView, Kind, Noted, as_typed
from yizheng.rooms.casework.lives import CaseMove
from yizheng.rooms.casework.models import Case, CaseClock, CaseStep
from yizheng.rooms.casework.queries import CASES, STEPS, clocks, view_of
from yizheng.rooms.casework.why import Why
from yizheng.rooms.decisions.data import Effects
from yizheng.rooms.ledger.data import NewEntry

LEADS_WITHDRAWN = "leads_withdrawn"
"""What is noted in a case some of whose leads were taken back."""


def note_on(case_id: int, note: str | Noted, *, actor: str, at: datetime) -> None:
    """Write into a case's history what became known, without moving it: the person came, or certified meanwhile."""
    found = locked(case_id)
    step = CaseStep.objects.create(
        case_id=found.pk,
        from_state=found.state,
        to_state=found.state,
        taken_at=at,
        taken_by=actor,
        note=_text(note),
    )
    ledger.actions.append(
        kind="casework:step:taken",
        actor=actor,
        at=at,
        subject=STEPS.subject(step.pk),
        row=STEPS.row_of(step),
    )


def propose(
    *,
    case_id: int,
    outcome: str,
    loss: str,
    reason: str,
    outcome_day: date | None,
    case_rules: CaseRules,
    actor: str,
    expected_version: int,
    at: datetime,
) -> tuple[CaseView, Effects | None]:
    """Write down what a member of staff found; a second person confirms it, where the kind asks for one.

    Gives the case and, where it is closed by that, what its outcome brings about. Raises Refused with the rule.
    """
    record = locked(case_id)
    case, kind = view_of(record), case_rules.kind(record.kind)
    rules.check_version(case, expected_version)
    move = rules.check_propose(
        case,
        kind,
        outcome=outcome,
        loss=loss,
        reason=reason,
        outcome_day=outcome_day,
        today=at.astimezone(CHINA).date(),
    )
    record.outcome, record.loss = outcome, loss
    record.outcome_reason, record.outcome_day = as_typed(reason), outcome_day
    record.proposed_by, record.proposed_at = actor, at
    record.confirmed_by, record.confirmed_at = "", None
    told = "proposed" if kind.second_review else "decided"
    view = move_case(record, kind, move, case_rules, told=told, actor=actor, at=at, note=reason)
    return view, None if kind.second_review else kind.terms(outcome).effects_of(loss)


def confirm(
    *,
    case_id: int,
    agree: bool,
    note: str,
    case_rules: CaseRules,
    actor: str,
    expected_version: int,
    at: datetime,
) -> tuple[CaseView, Effects | None]:
    """The second pair of eyes: the case as it then stands, and what its outcome brings about (None: sent back)."""
    record = locked(case_id)
    case, kind = view_of(record), case_rules.kind(record.kind)
    rules.check_version(case, expected_version)
    move = rules.check_confirm(case, kind, actor=actor, agree=agree, note=note)
    if not agree:
        view = move_case(record, kind, move, case_rules, told="sent_back", actor=actor, at=at, note=note)
        return view, None
    if not case.outcome:
        raise Refused(Why.NOTHING_PROPOSED)
    record.confirmed_by, record.confirmed_at = actor, at
    view = move_case(record, kind, move, case_rules, told="decided", actor=actor, at=at, note=note)
    return view, kind.terms(case.outcome).effects_of(case.loss)


def take_step(
    *,
    case_id: int,
    step: str,
    note: str,
    case_rules: CaseRules,
    actor: str,
    expected_version: int,
    at: datetime,
) -> CaseView:
    """Take a step of work. Raises Refused where the state does not allow it, or without words."""
    record = locked(case_id)
    case, kind = view_of(record), case_rules.kind(record.kind)
    rules.check_version(case, expected_version)
    if step not in kind.work_steps(case.state):
        raise kind.life.refused(case.state, step)
    move = kind.life.check(case.state, step)
    rules.check_words(note)
    return move_case(record, kind, move, case_rules, told="worked", actor=actor, at=at, note=note)


def withdraw_leads(
    case_id: int, gone: Collection[int], *, case_rules: CaseRules, actor: str, at: datetime
) -> bool:
    """Say in an open case that leads of it were taken back (`gone`: all rows that count no more), and what remains.

    Where none remains the case closes, with no outcome: nothing was decided. Gives whether it did. A life without the
    step `withdraw`, and a case without any lead, go on.
    """
    record = locked(case_id)
    kind = case_rules.kind(record.kind)
    left = [lead for lead in record.leads if lead not in gone]
    noted = Noted(LEADS_WITHDRAWN, {"withdrawn": len(record.leads) - len(left), "left": len(left)})
    if left or not record.leads or not kind.life.may(record.state, CaseMove.WITHDRAW):
        note_on(case_id, noted, actor=actor, at=at)
        return False
    move = kind.life.check(record.state, CaseMove.WITHDRAW)
    record.outcome, record.loss, record.outcome_reason, record.outcome_day = "", "", "", None
    record.proposed_by, record.proposed_at = "", None
    move_case(record, kind, move, case_rules, told="withdrawn", actor=actor, at=at, note=noted)
    return True


def locked(case_id: int) -> Case:
    """The case's row, locked. Raises Refused where there is none."""
    found = Case.objects.select_for_update().filter(pk=case_id).first()
    if found is None:
        raise Refused(Why.CASE_UNKNOWN, case_id=case_id)
    return found


def move_case(
    record: Case,
    kind: Kind,
    move: Move[str],
    case_rules: CaseRules,
    *,
    told: str,
    actor: str,
    at: datetime,
    note: str | Noted,
) -> CaseView:
    """Save the case in its new state, with its clocks, the step and both ledger entries."""
    before = record.state
    record.state = move.to
    record.version += 1
    _turn_clocks(record, kind, move, case_rules, day=at.astimezone(CHINA).date())
    record.save()
    step = CaseStep.objects.create(
        case_id=record.pk,
        from_state=before,
        to_state=move.to,
        taken_at=at,
        taken_by=actor,
        note=_text(note),
    )
    facts = {"from": before, "to": move.to, "outcome": record.outcome, "version": record.version}
    ledger.actions.append_many(
        [
            NewEntry(
                kind=f"casework:case:{told}",
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


def _turn_clocks(record: Case, kind: Kind, move: Move[str], case_rules: CaseRules, *, day: date) -> None:
    """Begin and stop the clocks as the step asks, and keep the nearest end with the case."""
    running = [clock.code for clock in clocks(record.pk) if clock.is_running]
    turned = rules.turn_clocks(
        kind, running, step=move.step, to=move.to, day=day, notices=case_rules.calendar
    )
    CaseClock.objects.filter(case_id=record.pk, code__in=turned.stops).update(stopped_on=day)
    for clock, days, due in turned.begins:
        CaseClock.objects.update_or_create(
            case_id=record.pk,
            code=clock.code,
            defaults={
                "started_on": day,
                "days": days,
                "due": due.day,
                "provisional": due.provisional,
                "stopped_on": None,
                "reminded_on": None,
                "lapsed_on": None,
            },
        )
    record.deadline = rules.nearest(clocks(record.pk), otherwise=record.deadline)


def _text(note: str | Noted) -> str:
    """A note as it is kept: a person's words, or what the product notes (never cut, since it is read again)."""
    return as_typed(note) if isinstance(note, str) else note.as_text()[:LONGEST_NOTE]
