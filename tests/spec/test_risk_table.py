"""What each act asks for, act by act and step by step, as the shipped table says it; and tables that are refused."""

from dataclasses import replace

import pytest

from worlds import demo_agency
from yizheng.doors.words import refusal_in
from yizheng.kernel.errors import Refused
from yizheng.rooms.access.data import Factor
from yizheng.rooms.risk.data import Act, Asked, Signal
from yizheng.rooms.risk.rules import asked_for, is_met
from yizheng.rooms.risk.table import TABLE, RiskTable, Step

NOTHING, SECOND, STRONG, FACE, PERSON = Asked

WHAT: list[tuple[Act, int, Asked]] = [
    (Act.VIEW, 0, NOTHING),
    (Act.VIEW, 44, NOTHING),
    (Act.VIEW, 45, SECOND),
    (Act.VIEW, 10_000, SECOND),
    (Act.CERTIFY, 0, NOTHING),
    (Act.CERTIFY, 59, NOTHING),
    (Act.CERTIFY, 60, PERSON),
    (Act.CERTIFY, 10_000, PERSON),
    (Act.ENROL, 29, NOTHING),
    (Act.ENROL, 30, SECOND),
    (Act.ENROL, 60, PERSON),
    (Act.NAME_HELPER, 24, NOTHING),
    (Act.NAME_HELPER, 25, SECOND),
    (Act.NAME_HELPER, 60, PERSON),
    (Act.CHANGE_PHONE, 0, SECOND),
    (Act.CHANGE_PHONE, 20, FACE),
    (Act.CHANGE_PHONE, 50, PERSON),
    (Act.CHANGE_BANK, 0, STRONG),
    (Act.CHANGE_BANK, 15, FACE),
    (Act.CHANGE_BANK, 40, PERSON),
    (Act.CHANGE_FACTOR, 19, NOTHING),
    (Act.CHANGE_FACTOR, 20, SECOND),
    (Act.CHANGE_FACTOR, 50, PERSON),
    (Act.EXPORT, 0, SECOND),
    (Act.EXPORT, 30, STRONG),
    (Act.EXPORT, 60, PERSON),
]


@pytest.mark.parametrize(("act", "points", "asked"), WHAT)
def test_act_asks_by_its_points(act: Act, points: int, asked: Asked) -> None:
    assert asked_for(act, points) is asked


def test_every_act_has_its_rows_here() -> None:
    assert {act for act, _, _ in WHAT} == set(Act)


def test_shipped_file_and_the_products_own_table_are_one() -> None:
    shipped = demo_agency().risk
    assert replace(shipped, places={}) == TABLE
    assert {"440800", "110000"} <= set(shipped.places)


SMS, PASSWORD, APP, KEY, CARD, SHOWN_FACE, SLIP = (
    Factor.SMS_CODE,
    Factor.PASSWORD,
    Factor.APP_CODE,
    Factor.PASSKEY,
    Factor.CARD,
    Factor.FACE,
    Factor.RECOVERY,
)


@pytest.mark.parametrize(
    ("factors", "met"),
    [
        (set(), {NOTHING}),
        ({SMS}, {NOTHING}),
        ({SLIP}, {NOTHING}),
        ({SMS, SLIP}, {NOTHING}),
        ({APP}, {NOTHING}),
        ({SMS, PASSWORD}, {NOTHING, SECOND}),
        ({PASSWORD, APP}, {NOTHING, SECOND, STRONG}),
        ({KEY}, {NOTHING, SECOND, STRONG}),
        ({CARD}, {NOTHING, SECOND, STRONG}),
        ({SMS, SHOWN_FACE}, {NOTHING, SECOND, STRONG, FACE}),
        (set(Factor), {NOTHING, SECOND, STRONG, FACE}),
    ],
)
def test_what_a_session_has_shown_meets_what_is_asked(factors: set[Factor], met: set[Asked]) -> None:
    assert {asked for asked in Asked if is_met(asked, factors)} == met


def _acts(act: Act, *steps: tuple[int, Asked]) -> dict[Act, tuple[Step, ...]]:
    return TABLE.acts | {act: tuple(Step(from_points=points, asks=asks) for points, asks in steps)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"points": TABLE.points | {Signal.TYPING: 15}}, "for typing, a weak signal"),
        ({"points": {Signal.TYPING: 1}}, "for exactly the signals"),
        ({"points": TABLE.points | {Signal.NEW_DEVICE: -1}}, "points of 0 or more"),
        ({"acts": _acts(Act.CERTIFY, (0, NOTHING), (30, FACE))}, "for certify"),
        ({"acts": _acts(Act.CERTIFY, (0, PERSON))}, "for certify"),
        ({"acts": _acts(Act.CERTIFY, (0, NOTHING), (30, PERSON))}, "many_most and helper_acts together"),
        ({"acts": _acts(Act.VIEW, (5, NOTHING))}, "a first step from 0 points for view"),
        ({"acts": _acts(Act.VIEW, (0, SECOND), (30, NOTHING))}, "ask for more at each step of view"),
        ({"acts": {Act.VIEW: TABLE.acts[Act.VIEW]}}, "for exactly the acts"),
        ({"many_most": 60}, "many_most and helper_acts together"),
        ({"many_from": {"community": 3}}, "many_from of family"),
        ({"harmless_percent": 120}, "harmless_percent"),
    ],
)
def test_table_that_breaks_a_promise_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(Refused) as refusal:
        replace(TABLE, **change)  # type: ignore[arg-type]
    assert said in refusal_in(refusal.value, "en")
    assert isinstance(TABLE, RiskTable)
