"""A doubt is resolved (疑点核查): one person proposes what was found, another confirms it, and then it takes effect.

Who proposed may not confirm, by role and by name. Sending back and "still suspected" change nothing but the case. A kind
without a second review is closed by the proposal; its outcomes send letters and do nothing else. With its end the
pictures are deleted that people of the case had to look at.
"""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from yizheng.flows.decisions import decision_takes_effect, identity_is_decided
from yizheng.flows.house.whole_again import whole_again
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Month
from yizheng.rooms import access, casework, entitlements, ledger, passes, people
from yizheng.rooms.casework.data import CaseRules, CaseView
from yizheng.rooms.decisions.data import (
    AnswersIdentity,
    Decision,
    Effects,
    KeepsOpen,
    LifeDays,
    MovesPay,
    Origin,
    ResumesPay,
    find_effect,
)
from yizheng.rooms.passes.data import CHANNELS, Assurance
from yizheng.rooms.people.data import LifeEventKind

EARLIEST = Month(1950, 1)
"""A benefit that began before is a bad record (decision table), and contradicts nobody."""


@whole_again
def propose(
    hands: Hands,
    *,
    case_id: int,
    outcome: str,
    reason: str,
    outcome_day: date | None,
    expected_version: int,
    case_rules: CaseRules,
    loss: str = "",
) -> CaseView:
    """Propose an outcome, with a reason in words. Raises Refused with the rule that forbids it."""
    access.queries.check_can_propose(hands.actor)
    case = casework.queries.get_case(case_id)
    proposed = case_rules.kind(case.kind).terms(outcome).effects_of(loss)
    if find_effect(proposed, MovesPay):
        decision_takes_effect.check_somebody_is_meant(case.pno, leads=case.leads, reasons=case.reasons)
    if outcome_day is not None:
        _days_of(case.pno).check(outcome_day, proposed)
    at = hands.now()
    with transaction.atomic(), ledger.actions.appended_last():
        case, effects = casework.actions.propose(
            case_id=case_id,
            outcome=outcome,
            loss=loss,
            reason=reason,
            outcome_day=outcome_day,
            case_rules=case_rules,
            actor=hands.username,
            expected_version=expected_version,
            at=at,
        )
        if effects is not None:
            _take_effect(hands, case, effects, at=at)
    return case


@whole_again
def confirm(
    hands: Hands, *, case_id: int, agree: bool, note: str, expected_version: int, case_rules: CaseRules
) -> CaseView:
    """Confirm the proposed outcome, or send it back. All that follows happens with it, or nothing does."""
    case = casework.queries.get_case(case_id)
    access.queries.check_can_confirm(hands.actor, proposed_by=case.proposed_by)
    at = hands.now()
    with transaction.atomic(), ledger.actions.appended_last():
        case, effects = casework.actions.confirm(
            case_id=case_id,
            agree=agree,
            note=note,
            case_rules=case_rules,
            actor=hands.username,
            expected_version=expected_version,
            at=at,
        )
        if effects is not None and not find_effect(effects, KeepsOpen):
            if case.outcome_day is not None:  # what was seen since it was proposed counts too
                _days_of(case.pno).check(case.outcome_day, effects)
            _take_effect(hands, case, effects, at=at)
    return case


def _days_of(pno: Pno) -> LifeDays:
    """What is known of the person's life."""
    person = people.queries.person(pno)
    begins = [
        one.start_month
        for one in entitlements.queries.benefits_of(pno)[-1:]
        if one.start_month >= EARLIEST.index
    ]
    seen = [
        one.event_day
        for one in passes.queries.passes_of(pno)
        if one.channel in CHANNELS and CHANNELS[one.channel].assurance is Assurance.SEEN
    ]
    return LifeDays(
        born=person.birth_day if person else None,
        benefit_from=Month.from_index(begins[0]).first() if begins else None,
        seen=max(seen, default=None),
        custody_from=_custody_of(pno),
    )


def _custody_of(pno: Pno) -> date | None:
    """The first day of the person's custody, where one stands."""
    custody = people.queries.loss_in_force(pno, LifeEventKind.CUSTODY)
    return custody.true_from if custody else None


def _take_effect(hands: Hands, case: CaseView, effects: Effects, *, at: datetime) -> None:
    decision, letter_key = _decision(case, effects, at=at), f"case:{case.case_id}:{case.version}"
    decision_takes_effect.carry_out(decision, letter_key=letter_key, actor=hands.username, at=at)
    said = find_effect(effects, AnswersIdentity)
    for pno in identity_is_decided.carry_out(hands, decision, said.answer, at=at) if said else ():
        again = replace(decision, pno=pno, effects=(ResumesPay(),))
        decision_takes_effect.carry_out(again, letter_key=letter_key, actor=hands.username, at=at)
    for capture in passes.queries.captures_of_case(case.case_id):
        passes.actions.forget_pictures_of(capture_id=capture.capture_id)


def _decision(case: CaseView, effects: Effects, *, at: datetime) -> Decision:
    """What two people decided on a case."""
    return Decision(
        origin=Origin.CASE,
        number=str(case.case_id),
        pno=case.pno,
        on=case.outcome_day or at.date(),
        by=(case.proposed_by, case.confirmed_by),
        rests_on=case.leads,
        reasons=case.reasons,
        effects=effects,
    )
