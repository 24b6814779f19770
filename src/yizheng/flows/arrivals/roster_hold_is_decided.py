"""A supervisor decides what a roster would change of many people at once (花名册大批变更批准): take it, or leave it.

A slip in one column of a file can pause or end a third of a city. Until a second person has looked at the list, asked the
owner of the core system and said why, nothing is changed and everybody is paid. What was rejected stays told otherwise,
and goes back to the owner.
"""

from django.db import transaction

from yizheng.flows.arrivals import roster_pay
from yizheng.flows.arrivals.roster_pay import Told
from yizheng.flows.house.whole_again import whole_again
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.time import CHINA
from yizheng.rooms import access, entitlements, ledger
from yizheng.rooms.entitlements.data import ROSTER, RosterHold

LONGEST_REASON = 500


@whole_again
def release(hands: Hands, *, hold_id: int, reason: str) -> int:
    """Take the held steps that still stand, and give how many were taken. They remain a roster's steps: one undoes them.

    Who passed since, was stopped here since, or is told otherwise since, is left out. Raises Refused where the actor may
    not, or it was decided before.
    """
    hold = _checked(hands, hold_id, reason)
    at = hands.now()
    with transaction.atomic(), ledger.actions.appended_last():
        rows = [
            Told(
                pno=one.pno,
                is_new=False,
                changed=True,
                state=hold.to_state,
                given_reason=one.given_reason or None,
                month=one.month,
                reason=one.reason_code,
            )
            for one in entitlements.queries.held_steps(hold_id)
        ]
        now = roster_pay.stand_now(
            rows, decision=f"{ROSTER}:{hold.batch_id[:12]}", day=at.astimezone(CHINA).date(), at=at
        )
        steps = [step for told in rows if (step := roster_pay.step_of(told, now)) is not None]
        _decide(hands, hold_id, "release", reason)
        entitlements.actions.change_pay_states(steps, actor=hands.username, at=at)
    return len(steps)


@whole_again
def reject(hands: Hands, *, hold_id: int, reason: str) -> None:
    """Leave everybody's pay as it is. Raises Refused where the actor may not, or it was decided before."""
    _checked(hands, hold_id, reason)
    with transaction.atomic(), ledger.actions.appended_last():
        _decide(hands, hold_id, "reject", reason)


def _checked(hands: Hands, hold_id: int, reason: str) -> RosterHold:
    """The hold, once it is clear that this actor may decide it."""
    hold = entitlements.queries.find_hold(hold_id)
    if hold is None:
        raise Refused(entitlements.Why.HOLD_UNKNOWN, hold=hold_id)
    access.queries.check_can_decide_hold(hands.actor, held_by=hold.held_by)
    if not reason.strip():
        raise Refused(entitlements.Why.REASON_MISSING)
    return hold


def _decide(hands: Hands, hold_id: int, step: str, reason: str) -> None:
    entitlements.actions.decide_hold(
        hold_id,
        step=step,
        reason=reason.strip()[:LONGEST_REASON],
        actor=hands.username,
        at=hands.now(),
    )
