"""A decision takes effect (决定生效): in one transaction the decision, the pay state, the facts, the ledger, the notice.

Two ways lead here, and no third:

* a case whose outcome a second person confirmed (`carry_out`): eligible people pass and are paid again, also those whose
  benefit was ended by mistake, confirmed losses pause or end pay, wrong leads are set aside;
* a machine's pass of somebody who is paused for want of one (`resume_those_who_passed`): pay comes again, with the
  paused months. A machine gives; it takes nothing.

Both are called inside the transaction of the flow that decided. What was paid too much before a loss became known is
counted and written into the ledger; recovering it is a decision of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from yizheng.flows.pay.pay_run import payroll_month_to_come
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Month, day_number, from_day_number
from yizheng.rooms import certification, entitlements, evidence, ledger, notices, passes, payments, people
from yizheng.rooms.casework.data import QUESTIONS_ONLY, CaseView
from yizheng.rooms.certification.data import Result
from yizheng.rooms.decisions.data import (
    CountsAsPass,
    Effects,
    MovesPay,
    RecordsLifeEvent,
    ResumesPay,
    RulesOnLeads,
    SendsLetter,
    find_effect,
)
from yizheng.rooms.entitlements.data import PayChange, PayState, PayStepRow
from yizheng.rooms.evidence.links import LinkState
from yizheng.rooms.notices.data import NewMessage
from yizheng.rooms.passes.data import CASE
from yizheng.rooms.payments.data import REINSTATED, Arrears
from yizheng.rooms.people.data import ENDED_BY


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenEffect:
    """What a decision brought about; None where nothing of that kind happened."""

    pay_change: PayChange | None
    overpaid_months: int
    notice_queued: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What an outcome does to pay: the step of the pay state (None: pay stays as it is), and what was paid too much.

    `overpaid_from` is the first month that was paid and not owed; `overpaid_fen` counts the months at the monthly amount
    that each was paid at.
    """

    change: PayChange | None
    overpaid_from: Month | None
    overpaid_months: int
    overpaid_fen: int


def foresee(case: CaseView, effects: Effects, *, at: datetime) -> Foreseen:
    """What carrying the outcome out at this moment would do to pay. A pure read: the page shows what `carry_out` does."""
    day = case.outcome_day or at.date()
    change = _pay_change(case, effects, day, at)
    months = _overpaid_months(change, find_effect(effects, MovesPay), day)
    first = payments.queries.stop_month(day) if months else None
    return Foreseen(
        change=change,
        overpaid_from=first,
        overpaid_months=months,
        overpaid_fen=_paid_in(case.pno, first, months) if first else 0,
    )


def carry_out(case: CaseView, effects: Effects, *, actor: str, at: datetime) -> TakenEffect:
    """Carry out a confirmed outcome. Must be called inside the transaction that confirms it.

    Raises Refused when the pay state does not allow it, and where a loss would rest on nothing but likeness; the
    confirmation is then undone with it.
    """
    check_is_confirmed(case, effects)
    moves = find_effect(effects, MovesPay)
    if moves is not None:
        check_somebody_is_meant(case)
    day = case.outcome_day or at.date()
    certified = find_effect(effects, CountsAsPass) is not None
    if certified:
        passes.actions.record_pass(
            pno=case.pno,
            channel=CASE.code,
            event_day=day_number(day),
            case_id=case.case_id,
            actor=actor,
            at=at,
        )
        _end_losses(case, day, actor=actor, at=at)
    fact = find_effect(effects, RecordsLifeEvent)
    if fact is not None:
        people.actions.record_life_event(
            pno=case.pno, kind=fact.kind, true_from=day, case_id=case.case_id, actor=actor, at=at
        )
    ruling = find_effect(effects, RulesOnLeads)
    if ruling is not None:
        _rule_on_leads(case, ruling, passes=certified, actor=actor, at=at)
    foreseen = foresee(case, effects, at=at)
    change, overpaid = foreseen.change, foreseen.overpaid_months
    if change is not None:
        entitlements.actions.change_pay_state(change, actor=actor, at=at)
        ledger.actions.append(
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


def _end_losses(case: CaseView, day: date, *, actor: str, at: datetime) -> None:
    """Whoever was found entitled is no longer in custody, missing or taken for dead: the fact that ends it is recorded.

    Without it the person would be in doubt before every camera for ever.
    """
    ends = {ENDED_BY[loss] for loss in people.queries.losses_in_force(case.pno)}
    for kind in sorted(ends):
        people.actions.record_life_event(
            pno=case.pno, kind=kind.value, true_from=day, case_id=case.case_id, actor=actor, at=at
        )


def check_somebody_is_meant(case: CaseView) -> None:
    """Refuse a loss that rests on likeness alone: of faces, or of the names behind a fuzzy link (模糊关联).

    A face like another's is no record of anything: without a lead there is nothing to decide on. Where every lead was
    linked by likeness, somebody must have looked at both records first and confirmed that the row is about this person.
    """
    if not case.leads and case.reasons and QUESTIONS_ONLY.issuperset(case.reasons):
        raise Refused(
            "a loss that stops pay needs a record, but all that this case holds is that a face is like another's"
            " (面孔相似), and likeness is no evidence. Obtain a record first from the office that holds one: it opens a"
            " case of its own, on which the loss can be decided. Close this case with another outcome, such as"
            " cannot be confirmed (无法确认)."
        )
    likely = evidence.queries.unsure_leads(case.leads, pno=case.pno)
    if likely and set(likely) == set(case.leads):
        numbers = ", ".join(str(link.link_id) for link in likely.values())
        raise Refused(
            "a loss that stops pay needs a lead that is surely about this person, but those of this case were linked by"
            f" likeness, and nobody has confirmed it. Compare both records under uncertain links (关联核对), number"
            f" {numbers}, and confirm or reject there first; then decide the case. Where it was rejected, the case"
            " has another outcome."
        )


def _rule_on_leads(case: CaseView, ruling: RulesOnLeads, *, passes: bool, actor: str, at: datetime) -> None:
    """Rule on the rows. One that was linked by likeness to somebody who is eligible is rejected as a link instead: the
    row itself may be right, and about somebody else. Nothing is ruled on a row that is not about the person any more.
    """
    likely = evidence.queries.unsure_leads(case.leads, pno=case.pno)
    for lead in case.leads:
        link = likely.get(lead)
        if link and link.state is not LinkState.SUSPECTED:
            continue
        if link and passes:
            reason = f"case:{case.case_id}"
            evidence.actions.decide_link(
                link_id=link.link_id, is_same=False, reason=reason, actor=actor, at=at
            )
            continue
        evidence.actions.rule(
            evidence_no=lead, pno=case.pno, ruling=ruling.ruling, case_id=case.case_id, actor=actor, at=at
        )


def resume_those_who_passed(*, as_of: date, actor: str, at: datetime) -> int:
    """Pay again those who were paused for want of a certification and have passed since; gives how many.

    Must be called inside the transaction that brings the run into force. Doing it twice resumes nobody twice.
    """
    waiting = _paused_for_missing_proof()
    if not waiting:
        return 0
    to_come = payroll_month_to_come() or Month.of(as_of)
    certified = entitlements.queries.last_certified(sorted(waiting))
    changes = []
    newest = passes.queries.newest_passes(known_before=at)
    for standing in certification.queries.standings_of(waiting):
        event_day = _certified_on(standing, newest.get(standing.pno))
        if event_day is None or standing.due_day is None:
            continue
        timeline = waiting[standing.pno]
        if payments.queries.may_resume_on_pass(
            timeline[-1].reason_code,
            event_day=event_day,
            due_day=standing.due_day,
            as_of=as_of,
            last_certified_on=certified.get(standing.pno),
        ):
            decision = f"run:{standing.run_id}"
            changes.append(_resumption(timeline, decided_on=as_of, to_come=to_come, decision=decision))
    entitlements.actions.change_pay_states(changes, actor=actor, at=at)
    notices.actions.queue_many(
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


def _certified_on(standing: certification.queries.StandingRecord, pass_day: int | None) -> date | None:
    """The day of the event that certifies: of the comparison, or of a pass on another channel (window, case)."""
    if standing.result is Result.PASSED:
        return standing.event_day
    if standing.result is Result.NOT_DUE and pass_day is not None:
        return from_day_number(pass_day)
    return None


def _paused_for_missing_proof() -> dict[int, list[PayStepRow]]:
    """Everybody whose newest step, also one that takes effect later, is a pause for want of a certification."""
    return {
        pno: timeline
        for pno, timeline in entitlements.queries.pay_timelines()
        if timeline[-1].to_state == PayState.PAUSED
        and payments.queries.is_pause_for_missing_proof(timeline[-1].reason_code)
    }


def _resumption(
    timeline: Sequence[PayStepRow], *, decided_on: date, to_come: Month, decision: str
) -> PayChange:
    """Pay comes again from the payroll month after the decision; a pause that no run has seen yet never bites."""
    paused = timeline[-1]
    since = Month.from_index(paused.effective_month)
    month = since if since >= to_come else payments.queries.resume_month(decided_on, to_come)
    ends = payments.queries.how_a_case_ends(paused.reason_code)
    return PayChange(
        pno=paused.pno,
        to_state=PayState.IN_PAYMENT,
        reason_code=payments.queries.terms_of(paused.reason_code, ends).reason_code,
        effective_month=month,
        arrears_due=_is_owed(timeline, month, None),
        decision=decision,
    )


def _reinstatement(
    timeline: Sequence[PayStepRow], *, decided_on: date, to_come: Month, decision: str
) -> PayChange:
    """An ended benefit comes back: two people found the person entitled, so every month that was held back is owed."""
    ended = timeline[-1]
    since = Month.from_index(ended.effective_month)
    month = since if since >= to_come else payments.queries.resume_month(decided_on, to_come)
    return PayChange(
        pno=ended.pno,
        to_state=PayState.IN_PAYMENT,
        reason_code=REINSTATED,
        effective_month=month,
        arrears_due=_is_owed(timeline, month, None),
        decision=decision,
    )


def _is_owed(timeline: Sequence[PayStepRow], month: Month, moves: MovesPay | None) -> bool:
    """Whether the unpaid months right before `month` are owed: by what they were paused for, and by what ends them.

    Months that an ending held back are owed always: a step can follow an ending only where it was found wrong.
    """
    before = entitlements.queries.standing_in(timeline, month.plus(-1))
    if before.state is PayState.ENDED:
        return True
    if before.state is not PayState.PAUSED:
        return False
    ends = moves.ends if moves else payments.queries.how_a_case_ends(before.reason_code)
    return payments.queries.terms_of(before.reason_code, ends).arrears in (
        Arrears.FULL,
        Arrears.UP_TO_DEATH_MONTH,
    )


def _pay_change(case: CaseView, effects: Effects, day: date, at: datetime) -> PayChange | None:
    """The step of the pay state that the outcome asks for; None when there is nothing to change."""
    timeline = entitlements.queries.pay_timeline_of(case.pno)
    now = entitlements.queries.standing_after(timeline)
    to_come = payroll_month_to_come() or Month.of(at.date())
    decision = f"case:{case.case_id}"
    resumes, moves = find_effect(effects, ResumesPay), find_effect(effects, MovesPay)
    if resumes and now.state is PayState.PAUSED:
        return _resumption(timeline, decided_on=at.date(), to_come=to_come, decision=decision)
    if resumes and now.state is PayState.ENDED:
        return _reinstatement(timeline, decided_on=at.date(), to_come=to_come, decision=decision)
    if moves is None or now.state is PayState.ENDED:
        return None
    if moves.to is now.state and now.reason_code == moves.reason:
        return None
    month = max(payments.queries.stop_month(day), entitlements.queries.unpaid_since(timeline, to_come))
    return PayChange(
        pno=case.pno,
        to_state=moves.to,
        reason_code=moves.reason,
        effective_month=month,
        arrears_due=_is_owed(timeline, month, moves),
        decision=decision,
    )


def _overpaid_months(change: PayChange | None, moves: MovesPay | None, day: date) -> int:
    """How many months were paid after the loss before it became known."""
    if change is None or moves is None:
        return 0
    return max(0, change.effective_month.index - payments.queries.stop_month(day).index)


def _paid_in(pno: int, first: Month, months: int) -> int:
    """What the benefit came to in so many months, each at the amount that held in it."""
    history = entitlements.queries.amount_histories([pno]).get(pno, ())
    return sum(
        entitlements.queries.amount_in(history, first.plus(later).index) or 0 for later in range(months)
    )


def _notify(case: CaseView, effects: Effects, change: PayChange | None, *, actor: str, at: datetime) -> bool:
    """Tell the person; a loss that changed nothing (it was known before) is not told twice."""
    letter, moves = find_effect(effects, SendsLetter), find_effect(effects, MovesPay)
    if letter is None or (moves is not None and change is None):
        return False
    facts = {"from_month": str(change.effective_month)} if change else {}
    template = letter.template
    if change is not None and change.to_state is PayState.IN_PAYMENT:
        template = "passed_resumed" if change.arrears_due else "resumed"
    return notices.actions.queue(
        f"case:{case.case_id}:{case.version}",
        pno=case.pno,
        template=template,
        facts=facts,
        at=at,
        actor=actor,
    )


def check_is_confirmed(case: CaseView, effects: Effects) -> None:
    """Refuse a decision that has not two people behind it, unless all that it does is to send a letter."""
    if all(isinstance(effect, SendsLetter) for effect in effects):
        return
    if not case.confirmed_by or case.confirmed_by == case.proposed_by:
        raise Refused(
            "a decision needs one person who proposes and another who confirms. Have it confirmed first."
        )
