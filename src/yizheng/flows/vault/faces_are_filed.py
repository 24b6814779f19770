"""The office's duty once many faces are stored (人脸信息备案): counted, dated, and recorded when it is done.

Order 19 of 2025 of the Cyberspace Administration and the Ministry of Public Security asks who stores the faces of 100,000
people to file within 30 working days. The product counts people, not pictures, and says from which day on the days run.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.time import CHINA
from yizheng.rooms import biometrics, calendar
from yizheng.rooms.biometrics.data import Filing
from yizheng.rooms.biometrics.face_terms import FaceRules
from yizheng.rooms.calendar.data import DayKind, WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """How the office stands: the count, and until when a filing is owed (None: not reached, or filed)."""

    filing: Filing
    until: date | None


def duty(rules: FaceRules, notices: WorkCalendar) -> Duty:
    """The duty as it is now."""
    filing = biometrics.queries.filing(filing_from=rules.filing_from)
    until = None
    if filing.due and filing.reached_on is not None:
        until = calendar.queries.due(notices, filing.reached_on, rules.filing_days, DayKind.WORKING).day
    return Duty(filing=filing, until=until)


def record(hands: Hands, *, filed_on: str, reference: str) -> None:
    """Record a filing that the office made. Raises Refused for no day, one that lies ahead, and without a reference."""
    at = hands.now()
    try:
        day = date.fromisoformat(filed_on)
    except ValueError:
        day = None
    if day is None or day > at.astimezone(CHINA).date():
        raise Refused(biometrics.Why.FILING_DAY)
    with transaction.atomic():
        biometrics.actions.record_filing(filed_on=day, reference=reference, actor=hands.username, at=at)
