"""Which reminder goes out today: the ladder step by step, caught up with but never two at once."""

from datetime import date, timedelta

import pytest

from yizheng.kernel.time import day_number
from yizheng.rooms.certification.data import Cycle, Policy, Step, Unit
from yizheng.rooms.certification.reminders import next_reminder, reminder_key, was_fully_reminded

DUE = date(2026, 10, 31)
POLICY = Policy(
    key="p",
    name="",
    legal_basis="",
    from_day=date(2020, 1, 1),
    cycle=Cycle(unit=Unit.DAY),
    ladder=(
        Step(days_before=30, template="first"),
        Step(days_before=7, template="second"),
        Step(days_before=-1, template="final"),
    ),
)

# situation, days before the due day, step the calendar has reached, days ago that each step was sent, letter
ROWS = [
    ("before the ladder", 40, 0, {}, None),
    ("the first step's day has come", 30, 1, {}, "first"),
    ("it was sent", 20, 1, {1: 10}, None),
    ("the second step's day has come", 7, 2, {1: 23}, "second"),
    ("the second is due, the first was sent a moment ago", 6, 2, {1: 2}, None),
    ("the first was never sent: it goes first", 6, 2, {}, "first"),
    ("overdue when first seen: from the bottom, in words for the overdue", -60, 3, {}, "reminder_overdue"),
    ("overdue, the next step a week later, in words for the overdue", -67, 3, {1: 7}, "reminder_overdue"),
    ("overdue, not before a week is over", -66, 3, {1: 6}, None),
    ("the last step keeps its own words", -74, 3, {1: 14, 2: 7}, "final"),
    ("all steps were sent", -90, 3, {1: 30, 2: 20, 3: 10}, None),
]


@pytest.mark.parametrize(
    ("situation", "before", "reached", "sent", "letter"), ROWS, ids=[row[0] for row in ROWS]
)
def test_next_reminder(
    situation: str, before: int, reached: int, sent: dict[int, int], letter: str | None
) -> None:
    today = DUE - timedelta(days=before)
    due_day = day_number(DUE)
    days = {reminder_key(7, due_day, step): today - timedelta(days=ago) for step, ago in sent.items()}
    found = next_reminder(POLICY, pno=7, due_day=due_day, reached=reached, sent=days, today=today)
    assert (found.template if found else None) == letter
    if found:
        assert found.key == reminder_key(7, due_day, len(sent) + 1)


def test_fully_reminded_needs_every_step_for_this_due_day() -> None:
    due_day = day_number(DUE)
    keys = {reminder_key(7, due_day, step): True for step in (1, 2, 3)}
    assert was_fully_reminded(POLICY, pno=7, due_day=due_day, sent=keys)
    for step in (1, 2, 3):
        less = {key: value for key, value in keys.items() if key != reminder_key(7, due_day, step)}
        assert not was_fully_reminded(POLICY, pno=7, due_day=due_day, sent=less)
    assert not was_fully_reminded(POLICY, pno=7, due_day=due_day + 1, sent=keys)
