"""A doubt is resolved (疑点核查): one person proposes what was found, another confirms it, and then it takes effect.

Who proposed may not confirm, by role and by name. Sending back and "still suspected" change nothing but the case. A kind
without a second review is closed by the proposal; its outcomes send letters and do nothing else. With its end the
pictures are deleted that people of the case had to look at.
"""

from datetime import date, datetime

from django.db import transaction

from yizheng.flows.decisions import decision_takes_effect
from yizheng.kernel.hands import Hands
from yizheng.rooms import access, casework, ledger, passes
from yizheng.rooms.casework.data import CaseRules, CaseView
from yizheng.rooms.decisions.data import Decision, Effects, KeepsOpen, MovesPay, Origin, find_effect


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
    if find_effect(case_rules.kind(case.kind).terms(outcome).effects_of(loss), MovesPay):
        decision_takes_effect.check_somebody_is_meant(case.pno, leads=case.leads, reasons=case.reasons)
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
            _take_effect(case, effects, actor=hands.username, at=at)
    return case


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
            _take_effect(case, effects, actor=hands.username, at=at)
    return case


def _take_effect(case: CaseView, effects: Effects, *, actor: str, at: datetime) -> None:
    decision_takes_effect.carry_out(
        _decision(case, effects, at=at),
        letter_key=f"case:{case.case_id}:{case.version}",
        actor=actor,
        at=at,
    )
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
