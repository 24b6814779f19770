"""A supervisor decides about a sum that waits (待核发放核准): owed months go out with the next run, or they do not.

Of an amount that was lowered for months already paid, a release says that too much was paid: recovering it is a decision
of its own, outside of any run, and the person is told. Whatever is decided stays on record with its reason.
"""

from django.db import transaction

from yizheng.flows.pay.pay_told import tell_lowered
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.rooms import access, ledger, payments
from yizheng.rooms.payments.data import WaitsFor, WaitState

LONGEST_REASON = 500


def release(hands: Hands, *, held_id: int, reason: str) -> None:
    """Let the sum go out. Raises Refused where the actor may not, no reason is given, or it was decided before."""
    _decide(hands, held_id, "release", reason)


def reject(hands: Hands, *, held_id: int, reason: str) -> None:
    """Do not let it go out. Raises Refused like `release`."""
    _decide(hands, held_id, "reject", reason)


def _decide(hands: Hands, held_id: int, step: str, reason: str) -> None:
    access.queries.check_can_decide_held_pay(hands.actor)
    if not reason.strip():
        raise Refused(payments.Why.HELD_PAY_REASON)
    with transaction.atomic(), ledger.actions.appended_last():
        payments.actions.decide_held_pay(
            held_id,
            step=step,
            reason=reason.strip()[:LONGEST_REASON],
            actor=hands.username,
            at=hands.now(),
        )
        held = payments.queries.find_held_pay(held_id)
        if held and held.why is WaitsFor.LOWERED and held.state is WaitState.RELEASED:
            tell_lowered(held, actor=hands.username, at=hands.now())
