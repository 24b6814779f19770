"""What a run says of a person: the decision table, a row a situation, always with the row where data is missing."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest

from yizheng.kernel.time import Month, day_number, from_day_number
from yizheng.rooms.certification.data import Cycle, Policy, Reason, Result, Step, Unit
from yizheng.rooms.certification.rules import LEADS, RESULT_OF, Judged, Known, judge, reasons_of
from yizheng.rooms.comparison.data import Key

AS_OF = date(2026, 10, 31)
LADDER = (
    Step(days_before=30, template="reminder_first"),
    Step(days_before=7, template="reminder_second"),
    Step(days_before=-1, template="reminder_final"),
)
POLICIES = (
    Policy(
        key="city",
        name="",
        legal_basis="",
        from_day=date(2020, 1, 1),
        cycle=Cycle(unit=Unit.DAY),
        ladder=LADDER,
    ),
    Policy(
        key="free",
        name="",
        legal_basis="",
        from_day=date(2020, 1, 1),
        cycle=Cycle(unit=Unit.DAY),
        subject=False,
    ),
)


@dataclass(frozen=True)
class Someone:
    """One person's facts in words; dates as ISO text, empty for none."""

    policy: int = 0
    start: str = "2015-03"
    fen: int = 300_000
    birth: str = "1950-05-01"
    pay: int = 1
    last_pass: str = ""
    last_due: str = ""
    proof: str = ""
    strong: bool = True
    latest: str = ""
    death: str = ""
    custody: str = ""
    missing: str = ""
    duplicate: str = ""
    abroad: str = ""
    seen: int = 0
    joined: bool = False


def judged(someone: Someone, silent: int = 0) -> Judged:
    """The table's answer for one person."""

    def days(text: str) -> np.ndarray:
        return np.array([day_number(date.fromisoformat(text)) if text else 0])

    def key(text: str, kind: int) -> np.ndarray:
        day = day_number(date.fromisoformat(text)) if text else 0
        return np.array([Key(day, kind, 1000 + kind).pack() if text else 0])

    known = Known(
        policy=np.array([someone.policy]),
        start_month=np.array([Month.parse(someone.start).index if someone.start else 0]),
        monthly_fen=np.array([someone.fen]),
        birth_day=days(someone.birth),
        pay_state=np.array([someone.pay]),
        last_pass=days(someone.last_pass),
        last_due=days(someone.last_due),
        proof_key=key(someone.proof, 1),
        proof_is_strong=np.array([someone.strong]),
        latest_key=key(someone.latest or someone.proof, 2),
        death_key=key(someone.death, 3),
        custody_key=key(someone.custody, 4),
        missing_key=key(someone.missing, 5),
        duplicate_key=key(someone.duplicate, 6),
        abroad_key=key(someone.abroad, 7),
        seen=np.array([someone.seen]),
        is_joined=np.array([someone.joined]),
    )
    return judge(known, policies=POLICIES, as_of=day_number(AS_OF), silent_sources=silent)


# situation, facts, result, reasons (the deciding one first), due
TABLE = [
    ("proven alive by one strong event", {"proof": "2026-05-20"}, "passed", "strong_life_event", "2027-05-20"),
    ("proven by points", {"proof": "2026-05-20", "strong": False}, "passed", "points_reached", "2027-05-20"),
    (
        "a stay of eleven months ago gives one month, so the reminder is due",
        {"proof": "2025-11-20"}, "due", "due_soon", "2026-11-20",
    ),
    ("nothing heard, but certified in spring", {"last_pass": "2026-03-01"}, "not_due", "earlier_certification", "2027-03-01"),
    ("nothing heard, first year", {"start": "2026-03"}, "not_due", "first_cycle", "2027-03-01"),
    ("nothing heard, certified eleven months ago", {"last_pass": "2025-11-15"}, "due", "due_soon", "2026-11-15"),
    ("nothing heard for over a year", {"last_pass": "2025-09-01"}, "due", "overdue", "2026-09-01"),
    ("nothing heard, and abroad", {"last_pass": "2025-09-01", "abroad": "2025-10-01"}, "due", "overdue abroad_reported", "2026-09-01"),
    ("never certified in years", {"start": "2015-03"}, "due", "overdue", "2016-03-01"),
    ("a late feed with an older event never shortens", {"last_pass": "2026-06-01", "proof": "2026-02-01"}, "not_due", "earlier_certification", "2027-06-01"),
    ("an earlier due date further away stays", {"proof": "2026-05-20", "last_due": "2027-12-31"}, "passed", "strong_life_event", "2027-12-31"),
    ("a death is reported", {"death": "2026-09-03"}, "doubtful", "death_reported", "2016-03-01"),
    ("a death outranks an older pass", {"proof": "2026-05-20", "death": "2026-09-03"}, "doubtful", "death_reported", "2016-03-01"),
    ("alive after the reported death", {"proof": "2026-09-20", "death": "2026-09-03"}, "doubtful", "death_contradicted", "2016-03-01"),
    ("even weak life after the reported death", {"latest": "2026-09-20", "death": "2026-09-03"}, "doubtful", "death_contradicted", "2016-03-01"),
    ("alive on the day of death is no contradiction", {"proof": "2026-09-03", "death": "2026-09-03"}, "doubtful", "death_reported", "2016-03-01"),
    ("seen at a window after the reported death", {"last_pass": "2026-09-20", "death": "2026-09-03"}, "doubtful", "death_contradicted", "2027-09-20"),
    ("seen at a window on the day of the reported death", {"last_pass": "2026-09-03", "death": "2026-09-03"}, "doubtful", "death_reported", "2027-09-03"),
    ("doubt moves no due date", {"last_pass": "2026-01-10", "proof": "2026-09-20", "death": "2026-09-03"}, "doubtful", "death_contradicted", "2027-01-10"),
    ("in custody, proven alive", {"proof": "2026-05-20", "custody": "2026-04-01"}, "doubtful", "custody_reported", "2016-03-01"),
    ("missing", {"missing": "2026-02-01", "last_pass": "2026-01-10"}, "doubtful", "missing_reported", "2027-01-10"),
    ("missing, and found alive by data", {"missing": "2026-02-01", "proof": "2026-05-20"}, "passed", "strong_life_event", "2027-05-20"),
    ("draws twice", {"proof": "2026-05-20", "duplicate": "2026-06-01"}, "doubtful", "duplicate_reported", "2016-03-01"),
    ("two leads, both said", {"death": "2026-09-03", "duplicate": "2026-06-01"}, "doubtful", "death_reported duplicate_reported", "2016-03-01"),
    ("the file is another person's", {"joined": True, "death": "2026-09-03"}, "exempt", "number_joined", ""),
    ("the benefit has ended", {"pay": 3, "death": "2026-09-03"}, "exempt", "benefit_ended", ""),
    ("the policy asks nothing", {"policy": 1}, "exempt", "not_subject", ""),
    ("nobody wrote a policy", {"policy": -1}, "failed", "no_policy", ""),
    ("no start month", {"start": ""}, "failed", "bad_record", ""),
    ("no amount", {"fen": 0}, "failed", "bad_record", ""),
    ("born tomorrow", {"birth": "2026-11-01"}, "failed", "bad_record", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("situation", "facts", "result", "reasons", "due"), TABLE, ids=[row[0] for row in TABLE]
)
def test_judge(situation: str, facts: dict[str, object], result: str, reasons: str, due: str) -> None:
    answer = judged(replace(Someone(), **facts))  # type: ignore[arg-type]
    assert Result(answer.result[0]).word == result
    assert " ".join(reasons_of(int(answer.reasons[0]))) == reasons
    assert (from_day_number(int(answer.due_day[0])).isoformat() if answer.due_day[0] else "") == due


# days before the due date on the day of the run, step of the ladder
STEPS = [(31, 0), (30, 1), (8, 1), (7, 2), (0, 2), (-1, 3), (-400, 3)]


@pytest.mark.parametrize(("days_before", "step"), STEPS)
def test_judge_ladder_step_by_day(days_before: int, step: int) -> None:
    due = from_day_number(day_number(AS_OF) + days_before)
    answer = judged(Someone(last_pass="2025-01-01", last_due=due.isoformat()))
    assert answer.step[0] == step
    assert (answer.result[0] == Result.DUE) == (step > 0)


def test_judge_silent_source_freezes_only_those_it_used_to_speak_of() -> None:
    waiting = Someone(last_pass="2025-09-01", seen=0b100)
    assert judged(waiting, silent=0b100).frozen[0]
    assert not judged(waiting, silent=0b010).frozen[0]
    assert not judged(replace(waiting, proof="2026-05-20"), silent=0b100).frozen[0]


def test_judge_winner_points_at_the_row_that_decided() -> None:
    passed = judged(Someone(proof="2026-05-20"))
    doubted = judged(Someone(proof="2026-05-20", death="2026-09-03"))
    assert (passed.kind_no[0], passed.evidence_no[0]) == (1, 1001)
    assert (doubted.kind_no[0], doubted.evidence_no[0]) == (3, 1003)
    assert from_day_number(int(doubted.event_day[0])) == date(2026, 9, 3)


def test_every_reason_has_a_result_and_no_lead_is_worse_than_a_doubt() -> None:
    assert set(RESULT_OF) == set(Reason)
    assert {RESULT_OF[lead] for lead in LEADS} == {Result.DOUBTFUL}
