"""The side that did not ask says no (不同意代办). Nobody is asked why; a helper does not ask the same person soon."""

from django.db import transaction

from yizheng.flows.helpers import mandates_told as told
from yizheng.flows.helpers.mandates_agree import check_waits
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Clock
from yizheng.rooms import mandates
from yizheng.rooms.access.data import Account
from yizheng.rooms.mandates.data import Mandate

SELF = "self"


def by_beneficiary(*, mandate_id: int, pno: Pno, clock: Clock) -> Mandate:
    """The beneficiary says no to a helper who asked. Raises Refused where nothing waits for them."""
    with transaction.atomic():
        check_waits(mandates.queries.find(mandate_id), pno=pno)
        return _decline(mandate_id, actor=SELF, clock=clock)


def by_helper(*, mandate_id: int, account: Account, clock: Clock) -> Mandate:
    """The helper says no. Raises Refused where nothing waits for them."""
    with transaction.atomic():
        check_waits(mandates.queries.find(mandate_id), helper=account.account_id)
        return _decline(mandate_id, actor=account.username, clock=clock)


def _decline(mandate_id: int, *, actor: str, clock: Clock) -> Mandate:
    mandate = mandates.actions.decline(mandate_id, actor=actor, at=clock.now())
    told.declined(mandate, actor=actor, at=clock.now())
    return mandate
