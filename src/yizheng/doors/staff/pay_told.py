"""How a person is paid, in a line for staff: now, and from when otherwise where that is decided."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from yizheng.doors.tags import month as month_text
from yizheng.doors.words import word
from yizheng.kernel.ids import Pno
from yizheng.rooms import insight
from yizheng.rooms.entitlements.data import PayStanding, PayState


@dataclass(frozen=True, slots=True, kw_only=True)
class PayTold:
    """The line and its colour: good only where nothing is about to change."""

    text: str
    tone: str


def pay_told(pno: Pno, *, today: date) -> PayTold:
    """What is true of this person's pay: in this month or the newest one that was run, and the step to come."""
    now, coming = insight.queries.pay_now_and_to_come(pno, today=today)
    if coming is None:
        return PayTold(text=_standing(now), tone="good" if now.state is PayState.IN_PAYMENT else "care")
    step = _("%(month)s起%(state)s（%(reason)s）") % {
        "month": month_text(coming.since),
        "state": word("pay_state", int(coming.state)),
        "reason": word("pay_reason", coming.reason_code),
    }
    text = _("%(now)s，%(step)s") % {"now": word("pay_state", int(now.state)), "step": step}
    return PayTold(text=text, tone="care")


def _standing(now: PayStanding) -> str:
    state = word("pay_state", int(now.state))
    if now.state is PayState.IN_PAYMENT or now.since is None:
        return state
    return _("%(month)s起%(state)s（%(reason)s）") % {
        "month": month_text(now.since),
        "state": state,
        "reason": word("pay_reason", now.reason_code),
    }
