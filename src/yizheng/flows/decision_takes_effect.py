"""A decision takes effect (决定生效): in one transaction the decision, the pay state, the facts, the ledger, the notice.

Two ways lead here, and no third:

* a case whose outcome a second person confirmed (`carry_out`): eligible people pass and are paid again, confirmed
  losses pause or end pay, wrong leads are set aside;
* a machine's pass of somebody who is paused for want of one (`resume_those_who_passed`): pay comes again, with the
  paused months. A machine gives; it takes nothing.

Both are called inside the transaction of the flow that decided. What was paid too much before a loss became known is
counted and written into the ledger; recovering it is a decision of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from yizheng.flows.pay_run import payroll_month_to_come
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Month, day_number
from yizheng.rooms.casework.data import CaseView, Effects, Loss
from yizheng.rooms.certification import actions as certification
from yizheng.rooms.certification import queries as standings
from yizheng.rooms.certification.data import Result
from yizheng.rooms.entitlements import actions as entitlements
from yizheng.rooms.entitlements import pay_columns
from yizheng.rooms.entitlements import queries as pay_states
from yizheng.rooms.entitlements.pay_states import PayChange, PayStanding, PayState
from yizheng.rooms.evidence import actions as evidence
from yizheng.rooms.ledger import actions as ledger
from yizheng.rooms.notices import actions as notices
from yizheng.rooms.notices.data import NewMessage
from yizheng.rooms.payments import queries as payments
from yizheng.rooms.payments.data import Arrears, PauseEnds, Terms
from yizheng.rooms.people import actions as people


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenEffect:
    """What a decision brought about; None where nothing of that kind happened."""

    pay_change: PayChange | None
    overpaid_months: int
    notice_queued: bool


def carry_out(case: CaseView, effects: Effects, *, actor: str, at: datetime) -> TakenEffect:
    """Carry out a confirmed outcome. Must be called inside the transaction that confirms it.

    Raises Refused when the pay state does not allow it; the confirmation is then undone with it.
    """
    day = case.outcome_day or at.date()
    if effects.passes:
        certification.record_pass(
            pno=case.pno,
            channel="case",
            event_day=day_number(day),
            case_id=case.case_id,
            actor=actor,
            at=at,
        )
    if effects.life_event:
        people.record_life_event(
            pno=case.pno, kind=effects.life_event, true_from=day, case_id=case.case_id, actor=actor, at=at
        )
    if effects.ruling:
        for lead in case.leads:
            evidence.rule(
                evidence_no=lead,
                pno=case.pno,
                ruling=effects.ruling,
                case_id=case.case_id,
                actor=actor,
                at=at,
            )
    change = _pay_change(case, effects, day, at)
    overpaid = _overpaid_months(change, effects, day)
    if change is not None:
        entitlements.change_pay_state(change, actor=actor, at=at)
        ledger.append(
            kind="payments:decision:effective",
            actor=actor,
            at=at,
            subject=f"casework_decision:{case.case_id}",
            detail={
                "to_state": int(change.to_state),
                "reason_code": change.reason_code,
                "effective_month": str(change.effective_month),
                "arrears_due": change.arrears_due,
                "overpaid_months": overpaid,
            },
        )
    return TakenEffect(
        pay_change=change,
        overpaid_months=overpaid,
        notice_queued=_notify(case, effects, change, actor=actor, at=at),
    )


def resume_those_who_passed(*, as_of: date, actor: str, at: datetime) -> int:
    """Pay again those who were paused for want of a certification and have passed since; gives how many.

    Must be called inside the transaction that brings the run into force. Doing it twice resumes nobody twice.
    """
    waiting = _paused_for_missing_proof()
    if not waiting:
        return 0
    to_come = payroll_month_to_come() or Month.of(as_of)
    certified = pay_states.last_certified(sorted(waiting))
    changes = []
    for passed in standings.standings_at(Result.PASSED):
        paused = waiting.get(passed.pno)
        if paused is None or passed.event_day is None or passed.due_day is None:
            continue
        if payments.may_resume_on_pass(
            paused.reason_code,
            event_day=passed.event_day,
            due_day=passed.due_day,
            as_of=as_of,
            last_certified_on=certified.get(passed.pno),
        ):
            changes.append(
                _resumption(
                    passed.pno,
                    paused,
                    PauseEnds.CERTIFIED,
                    decided_on=as_of,
                    to_come=to_come,
                    decision=f"run:{passed.run_id}",
                )
            )
    entitlements.change_pay_states(changes, actor=actor, at=at)
    notices.queue_many(
        (
            NewMessage(
                key=f"resumed:{change.pno}:{change.effective_month}",
                pno=change.pno,
                template="passed_resumed",
                facts={"from_month": str(change.effective_month)},
            )
            for change in changes
        ),
        at=at,
        actor=actor,
    )
    return len(changes)


def _paused_for_missing_proof() -> dict[int, PayStanding]:
    """Everybody whose newest step, also one that takes effect later, is a pause for want of a certification."""
    return {
        pno: standing
        for pno, standing in pay_columns.newest_pay_standings().items()
        if standing.state is PayState.PAUSED and payments.is_pause_for_missing_proof(standing.reason_code)
    }


def _resumption(
    pno: int, paused: PayStanding, ends: PauseEnds, *, decided_on: date, to_come: Month, decision: str
) -> PayChange:
    """Pay comes again from the payroll month after the decision; a pause that no run has seen yet never bites."""
    terms = payments.terms_of(paused.reason_code, ends)
    month = payments.resume_month(decided_on, to_come)
    if paused.since is not None and paused.since >= to_come:
        month = paused.since
    return PayChange(
        pno=pno,
        to_state=PayState.IN_PAYMENT,
        reason_code=terms.reason_code,
        effective_month=month,
        arrears_due=terms.arrears is Arrears.FULL,
        decision=decision,
    )


def _pay_change(case: CaseView, effects: Effects, day: date, at: datetime) -> PayChange | None:
    """The step of the pay state that the outcome asks for; None when there is nothing to change."""
    now = pay_states.pay_standing_of(case.pno)
    to_come = payroll_month_to_come() or Month.of(at.date())
    decision = f"case:{case.case_id}"
    if effects.pay_resumes and now.state is PayState.PAUSED:
        ends = payments.how_a_case_ends(now.reason_code)
        return _resumption(case.pno, now, ends, decided_on=at.date(), to_come=to_come, decision=decision)
    if effects.to_state is None or now.state is PayState.ENDED:
        return None
    to_state = PayState(effects.to_state)
    if (to_state, now.state) == (PayState.PAUSED, PayState.PAUSED) and now.reason_code == effects.pay_reason:
        return None
    stop = payments.stop_month(day)
    if now.state is PayState.PAUSED and now.since is not None:
        owed = _terms_of_loss(now, case.loss).arrears in (Arrears.FULL, Arrears.UP_TO_DEATH_MONTH)
        return PayChange(
            pno=case.pno,
            to_state=to_state,
            reason_code=effects.pay_reason,
            effective_month=max(stop, now.since),
            arrears_due=owed,
            decision=decision,
        )
    return PayChange(
        pno=case.pno,
        to_state=to_state,
        reason_code=effects.pay_reason,
        effective_month=max(stop, to_come),
        decision=decision,
    )


def _terms_of_loss(paused: PayStanding, loss: Loss | None) -> Terms:
    """What is owed of a pause that a loss replaces: a death by the table, any other loss up to the loss."""
    by_loss = {Loss.DEATH: PauseEnds.DIED, Loss.DECLARED_DEAD: PauseEnds.DECLARED_DEAD}
    ends = by_loss.get(loss, PauseEnds.OTHER_LOSS) if loss else PauseEnds.OTHER_LOSS
    return payments.terms_of(paused.reason_code, ends)


def _overpaid_months(change: PayChange | None, effects: Effects, day: date) -> int:
    """How many months were paid after the loss before it became known."""
    if change is None or effects.to_state is None:
        return 0
    return max(0, change.effective_month.index - payments.stop_month(day).index)


def _notify(case: CaseView, effects: Effects, change: PayChange | None, *, actor: str, at: datetime) -> bool:
    """Tell the person; a loss that changed nothing (it was known before) is not told twice."""
    if effects.template is None or (effects.to_state is not None and change is None):
        return False
    facts: Mapping[str, str] = {"from_month": str(change.effective_month)} if change else {}
    template = effects.template
    if change is not None and change.to_state is PayState.IN_PAYMENT:
        template = "passed_resumed" if change.arrears_due else "resumed"
    return notices.queue(
        f"case:{case.case_id}:{case.version}",
        pno=case.pno,
        template=template,
        facts=dict(facts),
        at=at,
        actor=actor,
    )


def check_is_confirmed(case: CaseView) -> None:
    """Refuse a decision that has not two people behind it."""
    if not case.confirmed_by or case.confirmed_by == case.proposed_by:
        raise Refused(
            "a decision needs one person who proposes and another who confirms. Have it confirmed first."
        )
