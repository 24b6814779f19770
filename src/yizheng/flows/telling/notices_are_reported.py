"""What became of texts that a gateway took (状态报告): delivered, or lost (a number that is nobody's, a phone off).

A text that was lost reached nobody: its message is dead, for a person to find another way, and nobody is paused on it.
A text of which nothing is reported stays sent. The gateway is asked outside any transaction, and may be asked again.
"""

from collections.abc import Mapping

from django.db import transaction

from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.told import Coded
from yizheng.rooms import notices
from yizheng.rooms.notices.data import REPORTED_WITHIN, Fate, FatesReport
from yizheng.rooms.notices.ports import Reports, TryLater

BATCH = 500


def take_in(hands: Hands, *, reports: Mapping[str, Reports]) -> FatesReport:
    """Ask each channel what became of its texts of the last days. Raises Refused where one cannot be asked.

    What the channels before it told is kept.
    """
    at = hands.now()
    asked = delivered = lost = 0
    for channel, told_by in reports.items():
        waiting = notices.queries.unreported(channel, since=at - REPORTED_WITHIN)
        asked += len(waiting)
        try:
            fates = _by_number(waiting, told_by) if waiting else []
        except TryLater as error:
            raise Refused(
                notices.Why.REPORTS_NOT_TOLD,
                channel=Coded("channel", channel),
                because=error.hindrance,
                days=REPORTED_WITHIN.days,
            ) from None
        for start in range(0, len(fates), BATCH):
            with transaction.atomic():
                arrived, missing = notices.actions.note_fates(
                    dict(fates[start : start + BATCH]), actor=hands.username, at=at
                )
            delivered, lost = delivered + arrived, lost + missing
    return FatesReport(asked=asked, delivered=delivered, lost=lost)


def _by_number(waiting: Mapping[str, int], told_by: Reports) -> list[tuple[int, Fate]]:
    """What is told of the messages that wait for it, each once; what nobody asked for is left aside."""
    told = {waiting[fate.receipt]: fate for fate in told_by.of(waiting.keys()) if fate.receipt in waiting}
    return sorted(told.items())
