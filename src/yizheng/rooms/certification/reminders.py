"""The reminder ladder (提醒): which reminder is due to a person today. Pure.

Every step is taken, one after the other, with days in between: somebody who is overdue when the product first sees them
gets the whole ladder too, later than the calendar says, and never two steps at once. A pause may be proposed only when
every step was sent (`flows/pay/pause_list`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from yizheng.kernel.time import from_day_number
from yizheng.rooms.certification.data import Policy

DAYS_BETWEEN = 7
"""At least so many days lie between two reminders: nobody is pestered, whatever has to be caught up with."""

OVERDUE_TEMPLATE = "reminder_overdue"
"""The letter for an earlier step that is sent after the due day: its words must not say "will be due"."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder to send: the step of the ladder, its key for ever, the letter and the channel."""

    step: int
    key: str
    template: str
    channel: str


def reminder_key(pno: int, due_day: int, step: int) -> str:
    """The key that makes a reminder unique for ever: one person, one due day, one step."""
    return f"reminder:{pno}:{due_day}:{step}"


def reminder_templates(policies: Mapping[str, Policy]) -> set[str]:
    """Every letter that a reminder may be."""
    return {rung.template for policy in policies.values() for rung in policy.ladder} | {OVERDUE_TEMPLATE}


def next_reminder(
    policy: Policy, *, pno: int, due_day: int, reached: int, sent: Mapping[str, date], today: date
) -> Reminder | None:
    """The reminder to send today, or None. `reached` is the step that the calendar has come to; `sent` gives the day
    that each reminder was queued on, by its key."""
    last: date | None = None
    for step in range(1, reached + 1):
        key = reminder_key(pno, due_day, step)
        if key in sent:
            last = sent[key]
            continue
        if last is not None and (today - last).days < DAYS_BETWEEN:
            return None
        rung = policy.ladder[step - 1]
        is_late = from_day_number(due_day) < today and step < len(policy.ladder)
        return Reminder(step, key, OVERDUE_TEMPLATE if is_late else rung.template, rung.channel)
    return None


def may_ask_in_spite_of_freeze(policy: Policy, *, due_day: int, today: date) -> bool:
    """Whether somebody is asked though a source that used to speak of them is not well: where the policy waits for
    deliveries, and has waited as long as it may. To ask harms nobody; a pause stays out of the question."""
    waited = from_day_number(due_day) + timedelta(days=policy.ask_wait_days)
    return policy.waits_for_deliveries and today > waited


def has_had_time(policy: Policy, *, pno: int, due_day: int, sent: Mapping[str, date], as_of: date) -> bool:
    """Whether the days between first reminder and the end of grace have passed since the person was really asked.

    A policy counts grace from the due day. Where reminders wait for deliveries the first may come late, and whoever was
    asked late has as many days from then on. Nobody asked yet: the ladder's own check holds such a person out.
    """
    first = sent.get(reminder_key(pno, due_day, 1))
    if not policy.waits_for_deliveries or first is None:
        return True
    planned = max((-rung.days_before for rung in policy.ladder[:1]), default=0)
    return as_of > first + timedelta(days=policy.grace_days - max(0, planned))


def was_fully_reminded(policy: Policy, *, pno: int, due_day: int, sent: Mapping[str, object]) -> bool:
    """Whether every step of the ladder was sent for this due day."""
    return all(reminder_key(pno, due_day, step) in sent for step in range(1, len(policy.ladder) + 1))
