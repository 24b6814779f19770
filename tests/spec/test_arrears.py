"""Who is owed the paused months (补发), as a table a clerk can check against the rules of pause, resumption and end."""

import pytest

from yizheng.kernel.time import Month
from yizheng.rooms.payments import rules
from yizheng.rooms.payments.data import Arrears, PauseEnds, Terms

FULL, DEATH, NONE, UNKNOWN = Arrears.FULL, Arrears.UP_TO_DEATH_MONTH, Arrears.NONE, Arrears.UNKNOWN

ENDINGS = [
    # paused for, ended by, owed, reason code
    ("1201", PauseEnds.CERTIFIED, FULL, "1301"),
    ("1201", PauseEnds.DIED, DEATH, "1401"),
    ("1601", PauseEnds.CERTIFIED, FULL, "1301"),  # a pension survivor's 1201
    ("4201", PauseEnds.CERTIFIED, FULL, "1301"),  # an injured worker's 1201
    ("1202", PauseEnds.SENTENCE_SERVED, NONE, "1302"),
    ("1202", PauseEnds.RELEASED_EARLY, NONE, "1304"),
    ("1202", PauseEnds.DIED, NONE, "1401"),
    ("1202", PauseEnds.ACQUITTED, FULL, "1399"),
    ("1299", PauseEnds.ACQUITTED, FULL, "1399"),  # wanted or detained, never convicted
    ("1203", PauseEnds.FOUND, FULL, "1303"),
    ("1203", PauseEnds.DECLARED_DEAD, NONE, "1401"),
    ("1203", PauseEnds.DIED, DEATH, "1401"),
    ("1206", PauseEnds.DETAILS_CORRECTED, FULL, "1399"),
    ("1207", PauseEnds.DETAILS_CORRECTED, FULL, "1399"),
    # a reason that is missing or unknown: nothing is decided against anybody, a person decides
    ("", PauseEnds.CERTIFIED, UNKNOWN, "1399"),
    ("9999", PauseEnds.CERTIFIED, UNKNOWN, "1399"),
    ("1201", PauseEnds.DECLARED_DEAD, UNKNOWN, "1399"),
]


@pytest.mark.parametrize(("paused_for", "ends", "owed", "code"), ENDINGS)
def test_pause_ends_with_these_terms(paused_for: str, ends: PauseEnds, owed: Arrears, code: str) -> None:
    assert rules.terms_of(paused_for, ends) == Terms(owed, code)


MONTHS = [
    # owed, paused from, ended before, died in, the months
    (FULL, "2026-05", "2026-08", None, ["2026-05", "2026-06", "2026-07"]),
    (FULL, "2026-08", "2026-08", None, []),
    (NONE, "2026-05", "2026-08", None, []),
    (UNKNOWN, "2026-05", "2026-08", None, []),
    (DEATH, "2026-05", "2026-11", "2026-07", ["2026-05", "2026-06", "2026-07"]),  # the death month in full
    (DEATH, "2026-05", "2026-11", "2026-04", []),  # dead before the pause
    (DEATH, "2026-05", "2026-07", None, ["2026-05", "2026-06"]),  # the month of death is not known
    (FULL, "2025-12", "2026-02", None, ["2025-12", "2026-01"]),
]


@pytest.mark.parametrize(("owed", "paused_from", "before", "died", "months"), MONTHS)
def test_months_owed(
    owed: Arrears, paused_from: str, before: str, died: str | None, months: list[str]
) -> None:
    found = rules.months_owed(
        owed,
        paused_from=Month.parse(paused_from),
        ended_before=Month.parse(before),
        death_month=Month.parse(died) if died else None,
    )
    assert [str(month) for month in found] == months


def test_arrears_at_the_amounts_of_their_months() -> None:
    amounts = {"2026-05": 100_00, "2026-06": 100_00, "2026-07": 104_50}
    months = tuple(map(Month.parse, amounts))
    assert rules.arrears_of(months, lambda month: amounts[str(month)]) == 304_50


def test_arrears_with_an_amount_missing_are_unknown_not_zero() -> None:
    months = (Month(2026, 5), Month(2026, 6))
    assert rules.arrears_of(months, lambda month: None if month.month == 6 else 100_00) is None


@pytest.mark.parametrize(
    ("code", "ends"),
    [
        ("1201", PauseEnds.CERTIFIED),
        ("1202", PauseEnds.SENTENCE_SERVED),
        ("1203", PauseEnds.FOUND),
        ("1206", PauseEnds.DETAILS_CORRECTED),
        ("", PauseEnds.CONFIRMED_ELIGIBLE),
    ],
)
def test_a_case_decided_as_eligible_ends_a_pause(code: str, ends: PauseEnds) -> None:
    assert rules.how_a_case_ends(code) is ends
