"""A decision takes effect (决定生效): in one transaction the decision, the pay state, the facts, the ledger, the notice.

Three ways lead here, and no fourth:

* a case whose outcome a second person confirmed (`carry_out`): eligible people pass and are paid again, also those whose
  benefit was ended by mistake, confirmed losses pause or end pay, wrong leads are set aside;
* a machine's pass of somebody who is paused for want of one (`resume_those_who_passed`): pay comes again, with the
  paused months. A machine gives; it takes nothing;
* a pause list that a supervisor released (`carry_out_list`).

Each is a `Decision`, which cannot be built without the people that it takes. All are called inside the transaction of the
flow that decided. What was paid too much before a loss became known is counted and written into the ledger; recovering it
is a decision of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Month, day_number, from_day_number
from yizheng.rooms import (
    certification,
    decisions,
    entitlements,
    evidence,
    ledger,
    notices,
    passes,
    payments,
    people,
)
from yizheng.rooms.casework.data import QUESTIONS_ONLY
from yizheng.rooms.certification.data import Result
from yizheng.rooms.decisions.data import (
    AnswersIdentity,
    CountsAsPass,
    Decision,
    Effects,
    MovesPay,
    Origin,
    RecordsLifeEvent,
    ResumesPay,
    RulesOnLeads,
    SendsLetter,
    find_effect,
)
from yizheng.rooms.entitlements.data import PayChange, PayState, PayStepRow
from yizheng.rooms.evidence.data import LinkState
from yizheng.rooms.notices.data import NewMessage
from yizheng.rooms.passes.data import CASE
from yizheng.rooms.payments.data import (
    CUSTODY,
    ENDED_OTHERWISE,
    GENERIC,
    NO_LIFE_PROOF,
    OTHER,
    REINSTATED,
    Arrears,
    PauseEnds,
)
from yizheng.rooms.people.data import ENDED_BY, Answer, LifeEventKind


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


def foresee(pno: Pno, effects: Effects, *, on: date, at: datetime, code: str = "") -> Foreseen:
    """What carrying the outcome out at this moment would do to pay. A pure read: the page shows what `carry_out` does."""
    if AnswersIdentity(Answer.SAME) in effects:
        change = _one_with_another(pno, at=at, code=code)
    else:
        change = _pay_change(pno, effects, on=on, at=at, code=code)
    months = _overpaid_months(change, find_effect(effects, MovesPay), on)
    first = payments.queries.stop_month(on) if months else None
    return Foreseen(
        change=change,
        overpaid_from=first,
        overpaid_months=months,
        overpaid_fen=_paid_in(pno, first, months) if first else 0,
    )


def carry_out(decision: Decision, *, letter_key: str, actor: str, at: datetime) -> TakenEffect:
    """Carry out what two people decided on a case. Must be called inside the transaction that confirms it.

    `letter_key` keeps the letter from being sent twice. Raises Refused when the pay state does not allow it, and where a
    loss would rest on nothing but likeness; the confirmation is then undone with it.
    """
    moves = find_effect(decision.effects, MovesPay)
    if moves is not None:
        check_somebody_is_meant(decision.pno, leads=decision.rests_on, reasons=decision.reasons)
    certified = find_effect(decision.effects, CountsAsPass) is not None
    if certified:
        passes.actions.record_pass(
            pno=decision.pno,
            channel=CASE.code,
            event_day=day_number(decision.on),
            case_id=decision.case_id,
            actor=actor,
            at=at,
        )
        _end_losses(decision, actor=actor, at=at)
    fact = find_effect(decision.effects, RecordsLifeEvent)
    if fact is not None:
        _record_fact(decision, fact.kind, actor=actor, at=at)
    ruling = find_effect(decision.effects, RulesOnLeads)
    if ruling is not None:
        _rule_on_leads(decision, ruling, passes=certified, actor=actor, at=at)
    foreseen = foresee(decision.pno, decision.effects, on=decision.on, at=at, code=decision.code)
    if foreseen.change is not None:
        _move_pay(decision, foreseen.change, foreseen.overpaid_months, actor=actor, at=at)
    return TakenEffect(
        pay_change=foreseen.change,
        overpaid_months=foreseen.overpaid_months,
        notice_queued=_notify(decision, foreseen.change, key=letter_key, actor=actor, at=at),
    )


def _record_fact(decision: Decision, kind: str, *, actor: str, at: datetime) -> None:
    people.actions.record_life_event(
        pno=decision.pno,
        kind=kind,
        true_from=decision.on,
        case_id=decision.case_id,
        actor=actor,
        at=at,
    )


def _move_pay(decision: Decision, change: PayChange, overpaid: int, *, actor: str, at: datetime) -> None:
    served = _after_release(decision.pno, decision.effects, on=decision.on, at=at, code=decision.code)
    for step in (served, change):
        if step is not None:
            entitlements.actions.change_pay_state(step, actor=actor, at=at)
    ledger.actions.append(
        kind="payments:decision:effective",
        actor=actor,
        at=at,
        subject=f"casework_decision:{decision.case_id}",
        detail={
            "to_state": int(change.to_state),
            "reason_code": change.reason_code,
            "effective_month": str(change.effective_month),
            "arrears_due": change.arrears_due,
            "overpaid_months": overpaid,
        },
    )


def _end_losses(decision: Decision, *, actor: str, at: datetime) -> None:
    """Whoever was found entitled is no longer in custody, missing or taken for dead: the fact that ends it is recorded.

    Without it the person would be in doubt before every camera for ever.
    """
    ends = {ENDED_BY[loss] for loss in people.queries.losses_in_force(decision.pno)}
    for kind in sorted(ends):
        _record_fact(decision, kind.value, actor=actor, at=at)


def check_somebody_is_meant(pno: Pno, *, leads: Collection[int], reasons: Collection[str]) -> None:
    """Refuse a loss that rests on likeness alone: of faces, or of the names behind a fuzzy link (模糊关联).

    A face like another's is no record of anything: without a lead there is nothing to decide on. Where every lead was
    linked by likeness, somebody must have looked at both records first and confirmed that the row is about this person.
    """
    if not leads and reasons and QUESTIONS_ONLY.issuperset(reasons):
        raise Refused(decisions.Why.LIKENESS_ALONE)
    likely = evidence.queries.unsure_leads(leads, pno=pno)
    if likely and set(likely) == set(leads):
        raise Refused(decisions.Why.LEADS_UNSURE, links=tuple(str(link.link_id) for link in likely.values()))


def _rule_on_leads(
    decision: Decision, ruling: RulesOnLeads, *, passes: bool, actor: str, at: datetime
) -> None:
    """Rule on the rows. One that was linked by likeness to somebody who is eligible is rejected as a link instead: the
    row itself may be right, and about somebody else. Nothing is ruled on a row that is not about the person any more.
    """
    likely = evidence.queries.unsure_leads(decision.rests_on, pno=decision.pno)
    for lead in decision.rests_on:
        link = likely.get(lead)
        if link and link.state is not LinkState.SUSPECTED:
            continue
        if link and passes:
            reason = decision.code
            evidence.actions.decide_link(
                link_id=link.link_id, is_same=False, reason=reason, actor=actor, at=at
            )
            continue
        evidence.actions.rule(
            evidence_no=lead,
            pno=decision.pno,
            ruling=ruling.ruling,
            case_id=decision.case_id or 0,
            actor=actor,
            at=at,
        )


def resume_those_who_passed(*, as_of: date, actor: str, at: datetime) -> int:
    """Pay again those who were paused for want of a certification and have passed since; gives how many.

    Must be called inside the transaction that brings the run into force. Doing it twice resumes nobody twice.
    """
    waiting = _paused_for_missing_proof()
    if not waiting:
        return 0
    to_come = payments.queries.month_to_come() or Month.of(as_of)
    certified = entitlements.queries.last_certified(sorted(waiting))
    changes = []
    newest = passes.queries.newest_passes(known_before=at)
    for standing in certification.queries.standings_of(waiting):
        event_day = certified_on(standing, newest.get(standing.pno))
        if event_day is None or standing.due_day is None:
            continue
        timeline = waiting[standing.pno]
        if payments.queries.may_resume_on_pass(
            NO_LIFE_PROOF,
            event_day=event_day,
            due_day=standing.due_day,
            as_of=as_of,
            last_certified_on=certified.get(standing.pno),
        ):
            decision = _decision_to_resume(standing, event_day)
            changes.append(_resumption(timeline, decided_on=as_of, to_come=to_come, decision=decision.code))
    entitlements.actions.change_pay_states(changes, actor=actor, at=at)
    _tell_together(changes, "passed_resumed", key="resumed", actor=actor, at=at)
    return len(changes)


def _decision_to_resume(standing: certification.queries.StandingRecord, event_day: date) -> Decision:
    """The decision of a run: who passed is paid again. A machine can decide no more than this."""
    return Decision(
        origin=Origin.RUN,
        number=standing.run_id,
        pno=Pno(standing.pno),
        on=event_day,
        effects=(ResumesPay(), SendsLetter("passed_resumed")),
    )


def carry_out_list(decisions: Sequence[Decision], *, month: Month, actor: str, at: datetime) -> None:
    """Carry out the decisions of a released list: pay moves from this payroll month on, and each person is told.

    Must be called inside the transaction that releases the list.
    """
    moves = [(decision, find_effect(decision.effects, MovesPay)) for decision in decisions]
    changes = [
        PayChange(
            pno=decision.pno,
            to_state=moved.to,
            reason_code=moved.reason,
            effective_month=month,
            decision=decision.code,
        )
        for decision, moved in moves
        if moved is not None
    ]
    entitlements.actions.change_pay_states(changes, actor=actor, at=at)
    _tell_together(changes, "paused", key="paused", actor=actor, at=at)


def _tell_together(
    changes: Sequence[PayChange], template: str, *, key: str, actor: str, at: datetime
) -> None:
    """Tell everybody whose pay changes, once for each month in which it does."""
    notices.actions.queue_many(
        (
            NewMessage(
                key=f"{key}:{change.pno}:{change.effective_month}",
                pno=change.pno,
                template=template,
                facts={"from_month": str(change.effective_month)},
            )
            for change in changes
        ),
        at=at,
        actor=actor,
    )


def certified_on(standing: certification.queries.StandingRecord, pass_day: int | None) -> date | None:
    """The day of the event that certifies: of the comparison, or of a pass on another channel (window, case)."""
    if standing.result is Result.PASSED:
        return standing.event_day
    if standing.result is Result.NOT_DUE and pass_day is not None:
        return from_day_number(pass_day)
    return None


def _paused_for_missing_proof() -> dict[int, list[PayStepRow]]:
    """Everybody whose newest step, also one that takes effect later, is a pause that a pass ends.

    It is one for want of a certification, or one that a roster told and gave no reason for.
    """
    return {
        pno: timeline
        for pno, timeline in entitlements.queries.pay_timelines()
        if timeline[-1].to_state == PayState.PAUSED
        and (
            payments.queries.is_pause_for_missing_proof(timeline[-1].reason_code)
            or (timeline[-1].is_by_roster and timeline[-1].reason_code == GENERIC)
        )
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


def _pay_change(pno: Pno, effects: Effects, *, on: date, at: datetime, code: str) -> PayChange | None:
    """The step of the pay state that the outcome asks for; None when there is nothing to change."""
    timeline = entitlements.queries.pay_timeline_of(pno)
    served = _after_release(pno, effects, on=on, at=at, code=code)
    if served is not None:
        timeline = [*timeline, _row_of(served)]
    now = entitlements.queries.standing_after(timeline)
    to_come = payments.queries.month_to_come() or Month.of(at.date())
    resumes, moves = find_effect(effects, ResumesPay), find_effect(effects, MovesPay)
    if resumes and now.state is PayState.PAUSED:
        again = _resumption(timeline, decided_on=at.date(), to_come=to_come, decision=code)
        if served is None:
            return again
        words = payments.queries.terms_of(CUSTODY, PauseEnds.SENTENCE_SERVED)
        return replace(again, reason_code=words.reason_code)
    if resumes and now.state is PayState.ENDED:
        return _reinstatement(timeline, decided_on=at.date(), to_come=to_come, decision=code)
    if moves is None or now.state is PayState.ENDED:
        return None
    if moves.to is now.state and now.reason_code == moves.reason:
        return None
    month = max(payments.queries.stop_month(on), _unpaid_since(pno, timeline, to_come))
    return PayChange(
        pno=pno,
        to_state=moves.to,
        reason_code=moves.reason,
        effective_month=month,
        arrears_due=_is_owed(timeline, month, moves),
        decision=code,
    )


def _unpaid_since(pno: Pno, timeline: Sequence[PayStepRow], to_come: Month) -> Month:
    """The first month from which on nothing has been paid: of somebody new to the runs, the roster says which."""
    since = entitlements.queries.unpaid_since(timeline, to_come)
    run = payments.queries.find_last_run()
    first = entitlements.queries.first_unpaid(
        pno, last_run=run.month if run else None, run_at=run.run_at if run else None
    )
    return since if first is None else min(since, first)


def _one_with_another(pno: Pno, *, at: datetime, code: str) -> PayChange | None:
    """The file of a number that another person turned out to have ends: that person is paid, and nobody twice."""
    now = entitlements.queries.pay_standing_of(pno)
    if now.state is PayState.ENDED:
        return None
    to_come = payments.queries.month_to_come() or Month.of(at.date())
    return PayChange(
        pno=pno,
        to_state=PayState.ENDED,
        reason_code=ENDED_OTHERWISE,
        effective_month=max(to_come, now.since or to_come),
        decision=code,
    )


def _after_release(pno: Pno, effects: Effects, *, on: date, at: datetime, code: str) -> PayChange | None:
    """The step that parts the months of a sentence, which nobody is owed, from those after the release, which are.

    None where no release is recorded, pay does not rest for a custody, or nothing after it has gone unpaid yet.
    """
    fact, timeline = find_effect(effects, RecordsLifeEvent), entitlements.queries.pay_timeline_of(pno)
    now = entitlements.queries.standing_after(timeline)
    if fact is None or fact.kind != LifeEventKind.RELEASE or now.since is None:
        return None
    if now.state is not PayState.PAUSED or now.reason_code != CUSTODY:
        return None
    month = max(payments.queries.stop_month(on), now.since)
    if month >= (payments.queries.month_to_come() or Month.of(at.date())):
        return None
    return PayChange(
        pno=pno, to_state=PayState.PAUSED, reason_code=OTHER, effective_month=month, decision=code
    )


def _row_of(change: PayChange) -> PayStepRow:
    return PayStepRow(
        pno=change.pno,
        to_state=change.to_state,
        reason_code=change.reason_code,
        effective_month=change.effective_month.index,
        arrears_due=change.arrears_due,
        decision=change.decision,
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


def _notify(decision: Decision, change: PayChange | None, *, key: str, actor: str, at: datetime) -> bool:
    """Tell the person; a loss that changed nothing (it was known before) is not told twice."""
    letter, moves = find_effect(decision.effects, SendsLetter), find_effect(decision.effects, MovesPay)
    if letter is None or (moves is not None and change is None):
        return False
    facts = {"from_month": str(change.effective_month)} if change else {}
    template = letter.template
    if change is not None and change.to_state is PayState.IN_PAYMENT:
        template = "passed_resumed" if change.arrears_due else "resumed"
    return notices.actions.queue(key, pno=decision.pno, template=template, facts=facts, at=at, actor=actor)
