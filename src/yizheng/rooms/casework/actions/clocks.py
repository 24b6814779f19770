"""What the daily command does to clocks: it reminds, lets lapse, and counts again what was provisional."""

from datetime import date, datetime

from yizheng.rooms import calendar, ledger
from yizheng.rooms.casework import rules
from yizheng.rooms.casework.actions.steps import locked, move_case, note_on
from yizheng.rooms.casework.data import CaseRules, CaseView, Clock, ClockView, Noted
from yizheng.rooms.casework.models import CaseClock
from yizheng.rooms.casework.queries import CASES, clocks, view_of

REMINDED, LAPSED, ESCALATED = "clock_reminded", "clock_lapsed", "clock_escalated"
"""What is noted in the case's history."""


def remind(clock: ClockView, terms: Clock, *, day: date, actor: str, at: datetime) -> None:
    """Note in the case that a term ends soon, once."""
    CaseClock.objects.filter(pk=clock.clock_id).update(reminded_on=day)
    note_on(
        clock.case_id,
        Noted(REMINDED, {"clock": terms.code, "due": clock.due.isoformat()}),
        actor=actor,
        at=at,
    )
    _tell(clock, "reminded", actor=actor, at=at)


def lapse(
    clock: ClockView, terms: Clock, *, case_rules: CaseRules, day: date, actor: str, at: datetime
) -> CaseView:
    """Let a clock lapse, once: the case takes the clock's step, or the post that it names is told in the case.

    The step is one of work: nothing is decided. Where the case has moved on to a state that does not know it, the lapse
    is noted and nothing else.
    """
    record = locked(clock.case_id)
    kind, lapses = case_rules.kind(record.kind), terms.lapse
    CaseClock.objects.filter(pk=clock.clock_id).update(lapsed_on=day)
    _tell(clock, "lapsed", actor=actor, at=at)
    facts = {"clock": terms.code, "due": clock.due.isoformat()}
    if lapses is not None and lapses.step and kind.life.may(record.state, lapses.step):
        move = kind.life.check(record.state, lapses.step)
        return move_case(
            record, kind, move, case_rules, told="lapsed", actor=actor, at=at, note=Noted(LAPSED, facts)
        )
    post = lapses.escalate_to if lapses is not None else ""
    noted = Noted(ESCALATED, {**facts, "post": post}) if post else Noted(LAPSED, facts)
    note_on(clock.case_id, noted, actor=actor, at=at)
    return view_of(record)


def recount(clock: ClockView, terms: Clock, *, case_rules: CaseRules, actor: str, at: datetime) -> bool:
    """Count a provisional term again, and say whether its end moved. The case keeps its version: nobody loses work."""
    due = calendar.queries.due(case_rules.calendar, clock.started_on, clock.days, terms.of)
    if (due.day, due.provisional) == (clock.due, clock.provisional):
        return False
    CaseClock.objects.filter(pk=clock.clock_id).update(due=due.day, provisional=due.provisional)
    record = locked(clock.case_id)
    deadline = rules.nearest(clocks(record.pk), otherwise=record.deadline)
    if deadline == record.deadline:
        return due.day != clock.due
    record.deadline = deadline
    record.save(update_fields=["deadline"])
    ledger.actions.append(
        kind="casework:case:recounted",
        actor=actor,
        at=at,
        subject=CASES.subject(record.pk),
        row=CASES.row_of(record),
        detail={"clock": terms.code, "due": due.day.isoformat()},
    )
    return True


def _tell(clock: ClockView, what: str, *, actor: str, at: datetime) -> None:
    ledger.actions.append(
        kind=f"casework:clock:{what}",
        actor=actor,
        at=at,
        subject=f"casework_clock:{clock.clock_id}",
        detail={"case": clock.case_id, "clock": clock.code, "due": clock.due.isoformat()},
    )
