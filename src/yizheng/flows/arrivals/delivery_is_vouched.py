"""Somebody looks at an ill delivery and vouches for it (核对放行): from that day on it counts.

A delivery of an unusual size, or with many refused rows, makes its source ill and is left out until then. That it is left
out can be wrong too: the source that was told to clear its backlog delivers three months at once. Whether it is so a
person finds out, by telephone; who that was, when and why stands in the delivery and in the ledger.
"""

import re
from dataclasses import dataclass

from django.db import transaction

from yizheng.flows.arrivals.why import Why
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.hands import Hands
from yizheng.rooms import evidence
from yizheng.rooms.evidence.data import DeliveryRecord

SHORTEST_PREFIX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """The delivery as it stands now. `already`: somebody had vouched for it before, and nothing was changed."""

    delivery: DeliveryRecord
    already: bool


def vouch(hands: Hands, *, prefix: str, reason: str) -> Vouched:
    """Let the delivery whose batch id begins with `prefix` count. Raises Misused, and Refused where it is not one."""
    batch_id = _the_one(prefix).batch_id
    with transaction.atomic():
        fresh = evidence.actions.vouch(
            batch_id=batch_id, reason=reason.strip(), actor=hands.username, at=hands.now()
        )
    return Vouched(delivery=_the_one(batch_id), already=not fresh)


def _the_one(prefix: str) -> DeliveryRecord:
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST_PREFIX},64}}", prefix):
        raise Misused(Why.PREFIX_TOO_SHORT, least=SHORTEST_PREFIX, came=prefix)
    found = evidence.queries.find_deliveries(prefix)
    if not found:
        raise Refused(Why.NO_DELIVERY_BEGINS, prefix=prefix)
    if len(found) > 1:
        raise Refused(Why.MANY_DELIVERIES_BEGIN, prefix=prefix, count=len(found))
    return found[0]
