"""Asked only once the deliveries about the due month are in: which step of the ladder is reached, and the time to act."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from pay_situations import POLICY
from refused import refused
from worlds import demo_agency
from yizheng.kernel.digest import content_hash
from yizheng.kernel.time import CHINA, Month, day_number
from yizheng.rooms.certification import Why
from yizheng.rooms.certification.data import AskAfter, Policy, Step
from yizheng.rooms.certification.reminders import has_had_time, may_ask_in_spite_of_freeze, reminder_key
from yizheng.rooms.certification.rules import Known, judge
from yizheng.rooms.evidence.data import DeliveryRecord
from yizheng.rooms.evidence.rules import heard_until

DUE = date(2026, 6, 5)
WAITING = replace(
    POLICY,
    ladder=(
        Step(days_before=-20, template="reminder_first"),
        Step(days_before=-40, template="reminder_final"),
    ),
    grace_days=60,
    ask_after=AskAfter.DELIVERIES,
)
BY_CALENDAR = replace(WAITING, ask_after=AskAfter.CALENDAR)


def step(policy: Policy, *, as_of: str, heard: str = "") -> int:
    """The step of the ladder of somebody due on DUE of whom nothing was heard since."""
    none = np.zeros(1, np.int64)
    known = Known(
        policy=none,
        start_month=np.array([Month(2015, 1).index]),
        monthly_fen=np.array([1]),
        birth_day=none,
        pay_state=np.ones(1, np.int64),
        last_pass=none,
        last_due=np.array([day_number(DUE)]),
        proof_is_strong=np.zeros(1, np.bool_),
        **dict.fromkeys(
            ("proof_key", "latest_key", "death_key", "custody_key", "missing_key", "duplicate_key"), none
        ),
        abroad_key=none,
        seen=none,
        is_joined=none > 0,
    )
    judged = judge(
        known,
        policies=[policy],
        as_of=day_number(date.fromisoformat(as_of)),
        heard_until=day_number(date.fromisoformat(heard)) if heard else 0,
    )
    return int(judged.step[0])


# situation, policy, day of the run, last day of which sources have told, step
STEPS = [
    ("by the calendar, its day has come", BY_CALENDAR, "2026-06-30", "2026-05-31", 1),
    ("its day has come, the due month has not been told", WAITING, "2026-06-30", "2026-05-31", 0),
    ("the due month is in", WAITING, "2026-07-12", "2026-06-30", 1),
    ("the due month is in, the last step's day has come", WAITING, "2026-07-31", "2026-06-30", 2),
    ("told until the due day itself", WAITING, "2026-06-30", "2026-06-05", 1),
    ("told, but the first step's day has not come", WAITING, "2026-06-24", "2026-06-30", 0),
    ("a source is down, and has been waited for as long as may be", WAITING, "2026-08-04", "2026-04-30", 0),
    ("a source is down longer than that", WAITING, "2026-08-05", "2026-04-30", 2),
    ("nothing was ever delivered", WAITING, "2026-08-05", "", 2),
]


@pytest.mark.parametrize(
    ("situation", "policy", "as_of", "heard", "reached"), STEPS, ids=[row[0] for row in STEPS]
)
def test_step_of_the_ladder(situation: str, policy: Policy, as_of: str, heard: str, reached: int) -> None:
    assert step(policy, as_of=as_of, heard=heard) == reached


# situation, policy, day of the first reminder, day of the list, whether there was time
TIMES = [
    ("asked in time: grace counts from the due day", WAITING, "2026-06-25", "2026-08-05", True),
    ("asked late: as many days from the ask", WAITING, "2026-07-31", "2026-08-31", False),
    ("asked late, forty days on", WAITING, "2026-07-31", "2026-09-09", False),
    ("asked late, over forty days on", WAITING, "2026-07-31", "2026-09-10", True),
    ("by the calendar nothing changes", BY_CALENDAR, "2026-07-31", "2026-08-31", True),
    ("never asked: the check of the ladder holds the person out", WAITING, "", "2026-08-31", True),
]


@pytest.mark.parametrize(
    ("situation", "policy", "asked", "as_of", "had"), TIMES, ids=[row[0] for row in TIMES]
)
def test_time_to_act(situation: str, policy: Policy, asked: str, as_of: str, had: bool) -> None:
    due = day_number(DUE)
    sent = {reminder_key(7, due, 1): date.fromisoformat(asked)} if asked else {}
    assert has_had_time(policy, pno=7, due_day=due, sent=sent, as_of=date.fromisoformat(as_of)) is had


def test_freeze_postpones_no_ask_for_ever_where_a_policy_says_how_long() -> None:
    due, ends = day_number(DUE), date(2026, 8, 4)
    assert not may_ask_in_spite_of_freeze(WAITING, due_day=due, today=ends)
    assert may_ask_in_spite_of_freeze(WAITING, due_day=due, today=date(2026, 8, 5))
    assert not may_ask_in_spite_of_freeze(BY_CALENDAR, due_day=due, today=date(2027, 8, 5))


def delivery(source: str, period: str, on: str, **notes: int) -> DeliveryRecord:
    return DeliveryRecord(
        batch_id=f"{source}{period}", source=source, file_name="", period=period,
        delivered_on=date.fromisoformat(on), rows=1, accepted=1, repaired=0, refused=0, matched=1,
        first_evidence_no=0, kinds={}, notes=notes, files={}, errors_file="",
        imported_at=datetime(2026, 7, 1, tzinfo=CHINA), imported_by="test",
    )  # fmt: skip


def test_heard_until_is_what_the_slowest_monthly_source_of_life_has_told() -> None:
    agency = demo_agency()
    alive = {kind.key for kind in agency.evidence_rules.kinds if kind.points}
    railway, bank = (
        delivery("railway", "2026-06", "2026-07-03"),
        delivery("bank_card", "2026-05", "2026-06-05"),
    )

    def until(*came: DeliveryRecord) -> date | None:
        return heard_until(agency.sources, came, of_life=alive)

    assert until() is None
    assert until(railway) == date(2026, 6, 30)
    assert until(railway, bank) == date(2026, 5, 31)
    assert until(railway, bank, delivery("bank_card", "2026-06", "2026-07-05")) == date(2026, 6, 30)
    assert until(railway, delivery("cremation", "2026-02", "2026-03-05")) == date(
        2026, 6, 30
    )  # tells of no life
    assert until(railway, delivery("elder_allowance", "2026Q1", "2026-04-12")) == date(
        2026, 6, 30
    )  # by the quarter
    assert until(railway, bank, delivery("bank_card", "2026-06", "2026-07-05", amended=1)) == date(
        2026, 5, 31
    )
    assert until(delivery("railway", "2026-07", "2026-07-03")) == date(
        2026, 7, 3
    )  # named by the month it came in
    assert until(delivery("railway", "spring", "2026-07-03")) is None


def test_wait_has_bounds_and_a_policy_of_before_keeps_its_name() -> None:
    for days in (30, 91):
        with refused(Why.ASK_WAIT, days=days, least=31, most=90):
            replace(POLICY, ask_wait_days=days)
    assert content_hash(POLICY) == content_hash(
        replace(POLICY, ask_after=AskAfter.CALENDAR, ask_wait_days=60)
    )
