"""A mandate ends (结束代办), by either side or by a clerk, at once: the very next request of the helper is refused.

The same ends a request that nobody answered yet. Nobody has to say why.
"""

from django.db import transaction

from yizheng.flows.helpers import mandates_told as told
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Clock
from yizheng.rooms import access, mandates
from yizheng.rooms.access.data import Account, Permission
from yizheng.rooms.mandates.data import EndReason, Mandate, MandateState

SELF = "self"


def by_beneficiary(*, mandate_id: int, pno: Pno, clock: Clock) -> Mandate:
    """The beneficiary ends it. Raises Refused where it is not theirs or has ended."""
    with transaction.atomic():
        check_open(mandates.queries.find(mandate_id), pno=pno)
        return _end(mandate_id, EndReason.BENEFICIARY, actor=SELF, clock=clock)


def by_helper(*, mandate_id: int, account: Account, clock: Clock) -> Mandate:
    """The helper ends it. Raises Refused where it is not theirs or has ended."""
    with transaction.atomic():
        check_open(mandates.queries.find(mandate_id), helper=account.account_id)
        return _end(mandate_id, EndReason.HELPER, actor=account.username, clock=clock)


def at_window(hands: Hands, *, mandate_id: int, pno: Pno) -> Mandate:
    """A clerk ends it at the wish of the beneficiary who is there, or where staff found that it is abused."""
    access.queries.check_can(hands.actor, Permission.RECORD_MANDATE)
    with transaction.atomic():
        check_open(mandates.queries.find(mandate_id), pno=pno)
        return _end(mandate_id, EndReason.STAFF, actor=hands.username, clock=hands.clock)


def check_open(mandate: Mandate | None, *, pno: Pno | None = None, helper: int | None = None) -> Mandate:
    """The mandate, where it is open and this side's. Raises Refused otherwise, in the same words for every cause."""
    theirs = mandate is not None and (mandate.pno == pno if pno is not None else mandate.helper_id == helper)
    is_open = mandate is not None and mandate.state in (MandateState.ASKED, MandateState.IN_FORCE)
    if mandate is None or not theirs or not is_open:
        raise Refused(mandates.Why.ENDED_ALREADY)
    return mandate


def _end(mandate_id: int, reason: EndReason, *, actor: str, clock: Clock) -> Mandate:
    mandate = mandates.actions.end(mandate_id, reason=reason, actor=actor, at=clock.now())
    told.ended(mandate, actor=actor, at=clock.now())
    return mandate
