"""Staff look at an alert (预警核看): what they found is kept, and changes how much those signals of that actor count.

Harmless: the signals count for little, for a while. Abuse: they count for more, for a while. Both end by themselves, and
neither ends a mandate, a session or anybody's pay: those have their own flows and their own people.
"""

from datetime import timedelta

from django.db import transaction

from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.rooms import access, risk
from yizheng.rooms.access.data import Permission
from yizheng.rooms.risk.data import TABLE, RiskTable, Verdict


def look(hands: Hands, *, alert_id: int, verdict: Verdict, note: str, table: RiskTable = TABLE) -> None:
    """Write down what somebody found. Raises Refused where the role may not, or somebody looked already; Misused."""
    access.queries.check_can(hands.actor, Permission.LOOK_AT_ALERT)
    at = hands.now()
    with transaction.atomic():
        if risk.queries.find_alert(alert_id) is None:
            raise Refused(risk.Why.NO_ALERT)
        risk.actions.look_at(
            alert_id,
            verdict=verdict,
            note=note,
            percent=risk.queries.percent_of(verdict, table),
            until=at + timedelta(days=table.look_holds_days),
            actor=hands.username,
            at=at,
        )
