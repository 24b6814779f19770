"""The calendar ends mandates (委托到期): past their last day, unanswered for too long, or after a confirmed death.

Nothing waits for this: a mandate that is over allows nothing from that day on, whether or not this ran. It writes the end
down and tells both sides; of the dead, the helper alone. Run it once a day; running it twice does nothing.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from yizheng.flows.helpers import mandates_told as told
from yizheng.kernel.time import CHINA, Clock
from yizheng.rooms import mandates
from yizheng.rooms.mandates.data import EndReason, MandateRules, MandateState

ACTOR = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed:
    """How many mandates ended: past their last day, unanswered, after a death."""

    past: int
    unanswered: int
    death: int


def lapse(*, rules: MandateRules, clock: Clock) -> Lapsed:
    """End what is over on the clock's day."""
    at = clock.now()
    counts = dict.fromkeys((EndReason.LAPSED, EndReason.UNANSWERED, EndReason.DEATH), 0)
    with transaction.atomic():
        dead = {one.mandate_id for one in mandates.queries.of_the_dead()}
        over = [(number, EndReason.DEATH) for number in sorted(dead)]
        late = mandates.queries.due(
            at.astimezone(CHINA).date(), asked_before=at - timedelta(days=rules.answer_within_days)
        )
        over += [
            (one.mandate_id, EndReason.UNANSWERED if one.state is MandateState.ASKED else EndReason.LAPSED)
            for one in late
            if one.mandate_id not in dead
        ]
        for mandate_id, reason in over:
            mandate = mandates.actions.end(mandate_id, reason=reason, actor=ACTOR, at=at)
            told.ended(mandate, actor=ACTOR, at=at)
            counts[reason] += 1
    return Lapsed(
        past=counts[EndReason.LAPSED], unanswered=counts[EndReason.UNANSWERED], death=counts[EndReason.DEATH]
    )
