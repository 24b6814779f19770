"""Helpers who may receive somebody's reminders get a copy of them (抄送提醒): on their own phone, marked as a copy.

Copied is what asks something of the person or tells them of their pay; codes and whatever is about signing in never are.
The key of a copy is made of the message's own, so that it is queued once, however often this runs. The beneficiary's own
message goes out whatever becomes of the copy.
"""

from datetime import timedelta

from django.db import transaction

from yizheng.kernel.time import CHINA, Clock
from yizheng.rooms import mandates, notices
from yizheng.rooms.mandates.data import Scope
from yizheng.rooms.notices.data import COPY_WORDS, HELPER_ACCOUNT, HELPER_SMS, SMS, NewMessage

COPIED = frozenset(
    {
        "reminder_first",
        "reminder_second",
        "reminder_overdue",
        "reminder_final",
        "case_must_act",
        "paused",
        "passed_resumed",
        "resumed",
        "pay_made_up",
        "pay_lowered",
    }
)
LOOKED_BACK = timedelta(days=3)
COPY = "copy"
"""The mark of a copy, as letters say it."""


def queue_copies(*, clock: Clock) -> int:
    """Queue copies of what was queued lately, for helpers whose mandate was in force then; gives how many were new."""
    at = clock.now()
    by_person = mandates.queries.in_force_with(Scope.NOTICES, on=at.astimezone(CHINA).date())
    if not by_person:
        return 0
    with transaction.atomic():
        return notices.actions.queue_many(
            (
                NewMessage(
                    key=f"copy:{mandate.helper_id}:{message.key}",
                    pno=message.pno,
                    template=message.template,
                    channel=HELPER_SMS,
                    facts={
                        **message.facts,
                        HELPER_ACCOUNT: str(mandate.helper_id),
                        COPY_WORDS: COPY,
                    },
                )
                for message in notices.queries.queued_since(at - LOOKED_BACK)
                if message.template in COPIED and message.channel == SMS
                for mandate in by_person.get(message.pno, ())
                if mandate.agreed_at is not None and mandate.agreed_at <= message.queued_at
            ),
            at=at,
        )
