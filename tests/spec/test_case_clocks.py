"""The clocks of a case (办理期限): when they begin, stop, are extended, remind and lapse. A row a situation."""

from datetime import date

import pytest

from case_situations import CASE_RULES, with_kind
from yizheng.rooms.casework import rules
from yizheng.rooms.casework.data import ClockView, Known

NOTICES = CASE_RULES.calendar
KIND = with_kind("address_check").kind("address_check")
REVIEW = CASE_RULES.kind(Known.FACE_REVIEW)
DAY = date(2026, 11, 2)

TURNS = [
    # kind, clocks that run, step, into the state, clocks that begin with their ends, clocks that stop
    (KIND, (), "", "open", {"check": "2026-12-14"}, ()),
    (KIND, ("check",), "ask_papers", "papers_asked", {"papers": "2026-11-09"}, ()),
    (KIND, ("check", "papers"), "papers_came", "open", {}, ("papers",)),
    (KIND, ("check",), "ask_papers", "papers_asked", {"papers": "2026-11-09"}, ()),  # asked again: anew
    (KIND, ("check",), "propose", "proposed", {}, ()),
    (KIND, ("check",), "disagree", "open", {}, ()),  # sending back gives nobody more time
    (KIND, ("check",), "agree", "closed", {}, ("check",)),
    (REVIEW, (), "", "open", {"check": "2026-11-05"}, ()),
    (REVIEW, ("check",), "agree_to_check_on", "checking", {"check": "2026-11-30"}, ()),  # 20 days from then
    (REVIEW, ("check",), "agree", "closed", {}, ("check",)),
]


@pytest.mark.parametrize(("kind", "running", "step", "to", "begins", "stops"), TURNS)
def test_step_turns_the_clocks(
    kind: object, running: tuple[str, ...], step: str, to: str, begins: dict[str, str], stops: tuple[str, ...]
) -> None:
    turned = rules.turn_clocks(kind, running, step=step, to=to, day=DAY, notices=NOTICES)  # type: ignore[arg-type]
    assert {clock.code: due.day.isoformat() for clock, _, due in turned.begins} == begins
    assert turned.stops == stops


def clock(due: str, **changes: object) -> ClockView:
    """The clock of the papers, that began five working days before its end."""
    facts: dict[str, object] = {
        "clock_id": 1,
        "case_id": 1,
        "code": "papers",
        "started_on": DAY,
        "days": 5,
        "due": date.fromisoformat(due),
        "provisional": False,
        "stopped_on": None,
        "reminded_on": None,
        "lapsed_on": None,
        **changes,
    }
    return ClockView(**facts)  # type: ignore[arg-type]


STRIKES = [
    # the end, the day, what is known of the clock, does it remind, does it lapse
    ("2026-11-09", "2026-11-04", {}, False, False),
    ("2026-11-09", "2026-11-05", {}, True, False),  # two working days before a Monday
    ("2026-11-09", "2026-11-09", {}, True, False),
    ("2026-11-09", "2026-11-09", {"reminded_on": DAY}, False, False),
    ("2026-11-09", "2026-11-10", {}, False, True),
    ("2026-11-09", "2026-11-10", {"lapsed_on": DAY}, False, False),
    ("2026-11-09", "2026-11-10", {"stopped_on": DAY}, False, False),
    ("2026-11-09", "2026-11-10", {"provisional": True}, False, False),  # the end may still move
]


@pytest.mark.parametrize(("due", "day", "known", "reminds", "lapses"), STRIKES)
def test_clock_strikes(due: str, day: str, known: dict[str, object], reminds: bool, lapses: bool) -> None:
    found, today = clock(due, **known), date.fromisoformat(day)
    terms = KIND.clock("papers")
    assert rules.reminds(found, terms, day=today, notices=NOTICES) is reminds
    assert rules.lapses(found, terms, day=today, notices=NOTICES) is lapses


def test_nearest_end_is_the_case_s_deadline() -> None:
    early, late = clock("2026-11-09"), clock("2026-12-14", code="check")
    assert rules.nearest([late, early], otherwise=DAY) == date(2026, 11, 9)
    assert rules.nearest([clock("2026-11-09", stopped_on=DAY), late], otherwise=DAY) == date(2026, 12, 14)
    assert rules.nearest([], otherwise=DAY) == DAY
