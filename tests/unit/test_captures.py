"""The one decision of a capture, receipt numbers, measured frames as bytes, and what a pass moves: tables and edges."""

from datetime import date
from itertools import product
from random import Random

import msgspec
import numpy as np
import pytest

from face_fakes import Body, FakeLooker, template
from yizheng.doors.tags import receipt_number
from yizheng.rooms.biometrics.data import FaceSeen, Match, Observed
from yizheng.rooms.biometrics.frames import pack, unpack
from yizheng.rooms.biometrics.liveness_data import Step
from yizheng.rooms.certification.data import Cycle, Policy, Result, Unit
from yizheng.rooms.certification.since import holds_until, is_moved
from yizheng.rooms.passes.capture import CaptureFacts, decide_capture, state_after
from yizheng.rooms.passes.data import CAPTURE_LIFE, CaptureMove, CaptureState, CaptureWhy
from yizheng.rooms.passes.receipts import (
    LENGTH,
    check_digit,
    is_number,
    new_number,
    read_number,
)

DAY = date(2026, 11, 22)


# --- the decision ---


@pytest.mark.parametrize(
    ("alive", "match", "met", "in_doubt", "step", "why"),
    [
        (True, Match.SAME, True, False, CaptureMove.PASS, CaptureWhy.SAME),
        (True, Match.DIFFERENT, True, False, CaptureMove.TO_OTHER_WAY, CaptureWhy.DIFFERENT),
        (False, Match.DIFFERENT, False, True, CaptureMove.TO_OTHER_WAY, CaptureWhy.DIFFERENT),
        (True, Match.UNSURE, True, False, CaptureMove.TO_PERSON, CaptureWhy.UNSURE),
        (True, Match.NOT_COMPARED, True, False, CaptureMove.TO_PERSON, CaptureWhy.UNSURE),
        (False, Match.SAME, True, False, CaptureMove.TO_PERSON, CaptureWhy.UNSURE),
        (True, Match.SAME, True, True, CaptureMove.TO_PERSON, CaptureWhy.IN_DOUBT),
        (True, Match.SAME, False, False, CaptureMove.TO_PERSON, CaptureWhy.NEEDS_PERSON),
        (True, Match.SAME, False, True, CaptureMove.TO_PERSON, CaptureWhy.IN_DOUBT),
    ],
)
def test_decision(
    alive: bool, match: Match, met: bool, in_doubt: bool, step: CaptureMove, why: CaptureWhy
) -> None:
    end = decide_capture(CaptureFacts(alive=alive, match=match, asked_is_met=met, in_doubt=in_doubt))
    assert (end.step, end.why) == (step, why)


def test_machine_passes_in_one_case_only_and_never_refuses() -> None:
    ends = [
        decide_capture(CaptureFacts(alive=alive, match=match, asked_is_met=met, in_doubt=doubt))
        for alive, match, met, doubt in product((True, False), Match, (True, False), (True, False))
    ]
    assert [end.step for end in ends].count(CaptureMove.PASS) == 1
    assert {state_after(end.step) for end in ends} == {
        CaptureState.PASSED,
        CaptureState.REVIEWING,
        CaptureState.OTHER_WAY,
    }


def test_every_state_has_an_owner_and_every_end_is_an_end() -> None:
    assert {state.code for state in CAPTURE_LIFE.states} == set(CaptureState)
    assert {move.state for move in CAPTURE_LIFE.moves} == {CaptureState.ASKING}
    assert {move.to for move in CAPTURE_LIFE.moves} == set(CaptureState) - {CaptureState.ASKING}
    assert not [state for state in CaptureState if "refus" in state or "fail" in state]


# --- receipt numbers ---


def test_number_of_the_thesis() -> None:
    """Damm's own example: 572 has the check digit 4."""
    assert check_digit("572") == "4"


def test_every_single_slip_and_every_exchange_of_neighbours_is_found() -> None:
    rng = Random(1)
    for _ in range(40):
        number = new_number(DAY, rng)
        assert is_number(number)
        for place, digit in product(range(LENGTH), "0123456789"):
            wrong = number[:place] + digit + number[place + 1 :]
            assert is_number(wrong) is (wrong == number)
        for place in range(LENGTH - 1):
            wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            assert is_number(wrong) is (wrong == number)


@pytest.mark.parametrize(
    "text", ["", "1", "26112248392017x", "١٢", "2611-2248/3920-17", "26112248392018" * 2]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_number(text) is None


def test_number_is_read_as_people_write_it() -> None:
    number = new_number(DAY, Random(3))
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    assert number.startswith("261122")
    for written in (
        number,
        receipt_number(number),
        receipt_number(number).replace(" ", "-"),
        full_width,
        f" {number} ",
    ):
        assert read_number(written) == number


# --- frames as bytes ---


def test_frames_come_back_as_they_were() -> None:
    looker = FakeLooker()
    pictures, times = Body(looker, template(1)).does(Step.TURN_LEFT)
    seen = looker.look("k", pictures)
    assert isinstance(seen, tuple)
    frames = [Observed(at_ms=ms, seen=one) for ms, one in zip(times, seen, strict=True)]
    frames.append(Observed(at_ms=9, seen=FaceSeen(faces=0)))
    again = unpack(pack(frames))
    for before, after in zip(frames, again, strict=True):
        assert (before.at_ms, before.seen.yaw, before.seen.eyes, before.seen.picture) == (
            after.at_ms,
            after.seen.yaw,
            after.seen.eyes,
            after.seen.picture,
        )
        if before.seen.mesh is not None and before.seen.embedding is not None:
            assert after.seen.mesh is not None
            assert after.seen.embedding is not None
            assert np.abs(before.seen.mesh - after.seen.mesh).max() < 0.02
            assert np.array_equal(before.seen.embedding, after.seen.embedding)
        else:
            assert after.seen.mesh is None


def test_passive_value_is_kept_and_frames_of_before_open_as_not_checked() -> None:
    unchecked = Observed(at_ms=1, seen=FaceSeen(faces=1))
    checked = Observed(at_ms=2, seen=FaceSeen(faces=1, live=0.25))
    again = unpack(pack([unchecked, checked]))
    assert [one.seen.live for one in again] == [None, 0.25]
    before = msgspec.msgpack.decode(pack([unchecked]))
    assert "live" not in before[0][1]
    for wrong in (1.5, float("nan")):
        with pytest.raises(ValueError, match="passive"):
            unpack(pack([Observed(at_ms=1, seen=FaceSeen(faces=1, live=wrong))]))


def test_template_that_is_no_numbers_is_refused() -> None:
    bad = FaceSeen(faces=1, embedding=np.array([np.nan, 1.0], np.float32))
    with pytest.raises(ValueError, match="finite"):
        unpack(pack([Observed(at_ms=1, seen=bad)]))


# --- what a pass moves ---


def policy(unit: Unit) -> Policy:
    windows = ((4, 30), (9, 30)) if unit is Unit.WINDOW else ()
    cycle = Cycle(unit=unit, windows=windows)
    return Policy(key="p", name="p", legal_basis="p", from_day=date(2020, 1, 1), cycle=cycle)


@pytest.mark.parametrize(
    ("unit", "stood", "expected"),
    [
        (Unit.DAY, None, date(2027, 11, 22)),
        (Unit.MONTH_END, None, date(2027, 11, 30)),
        (Unit.CALENDAR, None, date(2027, 12, 31)),
        (Unit.WINDOW, None, date(2027, 9, 30)),
        (Unit.DAY, date(2028, 1, 5), date(2028, 1, 5)),
        (Unit.DAY, date(2026, 1, 5), date(2027, 11, 22)),
    ],
)
def test_until_follows_the_policy_and_never_goes_back(unit: Unit, stood: date | None, expected: date) -> None:
    assert holds_until(policy(unit), event_day=DAY, stands_until=stood) == expected


@pytest.mark.parametrize(
    ("result", "decided_by", "moved"),
    [
        (Result.DUE, None, True),
        (Result.DUE, date(2025, 1, 1), True),
        (Result.DUE, DAY, False),
        (Result.PASSED, date(2026, 9, 1), True),
        (Result.NOT_DUE, DAY, False),
        (Result.DOUBTFUL, None, False),
        (Result.EXEMPT, None, False),
        (Result.FAILED, None, False),
    ],
)
def test_pass_moves_what_the_run_did_not_know(result: Result, decided_by: date | None, moved: bool) -> None:
    assert is_moved(result, decided_by=decided_by, pass_day=DAY) is moved
