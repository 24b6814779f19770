"""The beneficiary changes what a helper may do, or until when (改委托): the old mandate ends and a new one begins.

Both sides are told. The helper agreed to help this person before and may end it at any time; whoever is acting just
then begins anew.
"""

from datetime import date

from django.db import transaction

from yizheng.flows.helpers import mandates_told as told
from yizheng.flows.helpers.mandates_end import check_open
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, Clock
from yizheng.rooms import mandates
from yizheng.rooms.mandates.data import (
    EndReason,
    Mandate,
    MandateRules,
    MandateState,
    NewMandate,
    Scope,
    Side,
)

SELF = "self"


def by_beneficiary(
    *, mandate_id: int, pno: Pno, scopes: frozenset[Scope], until_day: date, rules: MandateRules, clock: Clock
) -> Mandate:
    """Other scopes or another end. Raises Refused where it is not theirs or not in force, Misused for days that fail."""
    at = clock.now()
    today = at.astimezone(CHINA).date()
    mandates.queries.check_scopes(scopes)
    with transaction.atomic():
        old = check_open(mandates.queries.find(mandate_id), pno=pno)
        if old.state is not MandateState.IN_FORCE:
            raise Refused(mandates.Why.NOT_BEGUN)
        start = max(old.from_day, today)
        mandates.queries.check_days(from_day=start, until_day=until_day, today=today, rules=rules)
        if (scopes, until_day) == (old.scopes, old.until_day):
            return old
        mandates.actions.end(mandate_id, reason=EndReason.CHANGED, actor=SELF, at=at)
        new = NewMandate(
            pno=pno,
            helper_id=old.helper_id,
            scopes=scopes,
            from_day=start,
            until_day=until_day,
            asked_by=Side.BENEFICIARY,
        )
        asked = mandates.actions.ask(new, actor=SELF, at=at, follows=mandate_id)
        mandate = mandates.actions.agree(asked.mandate_id, actor=SELF, at=at)
        told.changed(mandate, actor=SELF, at=at)
        return mandate
