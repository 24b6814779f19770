"""The side that did not ask agrees (同意代办), and the mandate begins: both are told.

A helper who agrees types the beneficiary's name: whoever got the text by a wrong number does not know it, and after three
wrong names the request is over. A beneficiary agrees in their own session, or before a clerk.
"""

from django.db import transaction

from yizheng.flows.helpers import mandates_told as told
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Clock
from yizheng.rooms import access, mandates, people
from yizheng.rooms.access.data import Account, Permission
from yizheng.rooms.mandates.data import EndReason, Mandate, MandateState, Side

SELF = "self"


def by_beneficiary(*, mandate_id: int, pno: Pno, clock: Clock) -> Mandate:
    """The beneficiary agrees to a helper who asked. Raises Refused where there is nothing of theirs to agree to."""
    with transaction.atomic():
        check_waits(mandates.queries.find(mandate_id), pno=pno)
        return _begin(mandate_id, actor=SELF, clock=clock)


def at_window(hands: Hands, *, mandate_id: int, pno: Pno) -> Mandate:
    """The beneficiary agrees before a clerk, who checked their card."""
    access.queries.check_can(hands.actor, Permission.RECORD_MANDATE)
    with transaction.atomic():
        check_waits(mandates.queries.find(mandate_id), pno=pno)
        return _begin(mandate_id, actor=hands.username, clock=hands.clock)


def by_helper(*, mandate_id: int, account: Account, name: str, clock: Clock) -> Mandate:
    """The helper agrees and says for whom. Raises Refused for a name that is not the beneficiary's."""
    with transaction.atomic():
        mandate = check_waits(mandates.queries.find(mandate_id), helper=account.account_id)
        if _name_fits(mandate.pno, name):
            return _begin(mandate_id, actor=account.username, clock=clock)
        missed = mandates.actions.note_wrong_name(mandate_id, actor=account.username, at=clock.now())
        if missed >= mandates.queries.WRONG_NAMES:
            mandate = mandates.actions.end(
                mandate_id, reason=EndReason.HELPER, actor=account.username, at=clock.now()
            )
            told.ended(mandate, actor=account.username, at=clock.now())
    if missed >= mandates.queries.WRONG_NAMES:
        raise Refused(mandates.Why.NAME_WRONG_AND_OVER)
    raise Refused(mandates.Why.NAME_WRONG)


def check_waits(mandate: Mandate | None, *, pno: Pno | None = None, helper: int | None = None) -> Mandate:
    """The request, where it waits for this side's answer. Raises Refused otherwise, in the same words for every cause."""
    side = Side.HELPER if pno is not None else Side.BENEFICIARY
    theirs = mandate is not None and (mandate.pno == pno if pno is not None else mandate.helper_id == helper)
    if (
        mandate is None
        or not theirs
        or mandate.asked_by is not side
        or mandate.state is not MandateState.ASKED
    ):
        raise Refused(mandates.Why.NOTHING_WAITS)
    return mandate


def _begin(mandate_id: int, *, actor: str, clock: Clock) -> Mandate:
    mandate = mandates.actions.agree(mandate_id, actor=actor, at=clock.now())
    told.begun(mandate, actor=actor, at=clock.now())
    return mandate


def _name_fits(pno: Pno, name: str) -> bool:
    return people.queries.name_key(people.queries.identity(pno).name) == people.queries.name_key(name)
