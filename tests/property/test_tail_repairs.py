"""Repairs of broken numbers, listed in SQL: each is valid and one slip away, and none is forgotten."""

from datetime import date

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tail_worlds
from yizheng.rooms.comparison.tail import features
from yizheng.rooms.people import rules

careful = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
LAST_DAY = date(2199, 12, 31)
DIGITS = "0123456789"


@pytest.fixture(scope="module")
def connection():
    opened = duckdb.connect()
    features.install(opened)
    yield opened
    opened.close()


def stands(number: str) -> bool:
    """Eighteen characters with a fitting check digit and a day that exists."""
    return len(number) == 18 and number[0] != "0" and rules.normalise_number(number, today=LAST_DAY) == number


def one_slip_away(told: str) -> set[int]:
    """The plain enumeration: every text one slip away, kept where it stands."""
    if len(told) == 18:
        tried = {told[:at] + digit + told[at + 1 :] for at in range(17) for digit in DIGITS}
        tried |= {told[:17] + check for check in DIGITS + "X"}
        tried |= {told[:at] + told[at + 1] + told[at] + told[at + 2 :] for at in range(17)}
    elif len(told) == 17:
        tried = {told[:at] + digit + told[at:] for at in range(18) for digit in DIGITS + "X"}
    else:
        tried = {told[:at] + told[at + 1 :] for at in range(19)}
    return {int(number[:17]) for number in tried if stands(number)}


@st.composite
def broken_numbers(draw: st.DrawFn) -> str:
    """A valid number with one or two slips, or nearly arbitrary digits."""
    born = draw(st.dates(date(1901, 1, 1), date(2020, 12, 31)))
    number = tail_worlds.number(
        draw(st.sampled_from(["110105", "440802", "659001"])), str(born), draw(st.integers(0, 999))
    )
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, 16))
        number = draw(
            st.sampled_from(
                [
                    number[:at] + draw(st.sampled_from(DIGITS)) + number[at + 1 :],
                    number[:at] + number[at + 1 : at + 2] + number[at] + number[at + 2 :],
                    number[:at] + number[at + 1 :],
                    number[:at] + draw(st.sampled_from(DIGITS)) + number[at:],
                    number[:17] + draw(st.sampled_from(DIGITS + "X")) + number[18:],
                ]
            )
        )
    return number


@careful
@given(st.lists(broken_numbers(), min_size=40, max_size=90))
def test_repairs_are_those_of_the_plain_enumeration(connection, numbers):
    table = tail_worlds.records(*({"number": number} for number in numbers))
    features.prepare_records(connection, table, into="records")
    told = connection.execute("SELECT id, state, n17, numbers FROM records ORDER BY id").fetchall()
    for (_, state, known, found), number in zip(told, numbers, strict=True):
        if state in ("broken", "short", "long"):
            assert set(found or ()) == one_slip_away(number), number
            assert len(found or ()) == len(set(found or ()))
        elif state != "none":
            assert found == [known]


@careful
@given(st.lists(broken_numbers(), min_size=40, max_size=90))
def test_number_is_valid_just_where_the_rules_say_so(connection, numbers):
    table = tail_worlds.records(*({"number": number} for number in numbers))
    features.prepare_records(connection, table, into="records")
    told = connection.execute("SELECT n17, state FROM records ORDER BY id").fetchall()
    for (known, state), number in zip(told, numbers, strict=True):
        normal = rules.normalise_number(number, today=LAST_DAY)
        assert known == (normal and rules.id17(normal)), number
        assert (state in ("valid", "upgraded")) is (normal is not None)
