"""The challenge of a capture: what is asked, in which order, and how long it is good."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from yizheng.doors.citizen import capture_words
from yizheng.doors.words.biometrics import LIVENESS_REASONS
from yizheng.rooms.biometrics import liveness
from yizheng.rooms.biometrics.liveness_data import Abilities, Challenge, LivenessReason, Step

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TURNS = {Step.TURN_LEFT, Step.TURN_RIGHT}


def made(seed: int, able: Abilities | None = None) -> Challenge:
    return liveness.make_challenge(Random(seed), at=NOON, able=able or Abilities())


def test_challenge_always_both_turns_and_the_mouth() -> None:
    for seed in range(200):
        steps = made(seed).steps
        assert set(steps) >= TURNS
        assert Step.OPEN_MOUTH in steps
        assert len(set(steps)) == len(steps) == 4


def test_challenge_order_and_nonce_are_drawn() -> None:
    challenges = [made(seed) for seed in range(200)]
    assert {one.steps[0] for one in challenges} == set(Step)
    assert {one.steps.index(Step.TURN_LEFT) for one in challenges} == {0, 1, 2, 3}
    assert len({one.nonce for one in challenges}) == 200
    assert {len(one.nonce) for one in challenges} == {16}
    assert len({one.hold_ms for one in challenges}) > 3
    assert all(300 <= one.hold_ms <= 600 for one in challenges)


@pytest.mark.parametrize(
    ("able", "never", "machine"),
    [
        (Abilities(), set(), True),
        (Abilities(blink=False), {Step.BLINK}, True),
        (Abilities(mouth=False), {Step.OPEN_MOUTH}, False),
        (Abilities(see=False), set(), True),
        (Abilities(hear=False), set(), True),
        (Abilities(see=False, hear=False), set(), False),
        (Abilities(turn=False), {*TURNS, Step.NOD}, False),
        (Abilities(blink=False, mouth=False), {Step.BLINK, Step.OPEN_MOUTH}, False),
        (Abilities(see=False, hear=False, blink=False, mouth=False, turn=False), {*TURNS, Step.NOD}, False),
    ],
)
def test_challenge_asks_only_what_the_person_can_do(able: Abilities, never: set[Step], machine: bool) -> None:
    for seed in range(50):
        challenge = made(seed, able)
        assert challenge.steps
        assert not never & set(challenge.steps)
        assert challenge.machine is machine is able.machine_may_pass
        if machine:
            assert Step.OPEN_MOUTH in challenge.steps
        if able.blink and not able.mouth:
            assert Step.BLINK in challenge.steps


def test_challenge_for_the_ear_lasts_longer() -> None:
    assert made(1).expires_at - NOON == liveness.LASTING <= timedelta(seconds=45)
    assert made(1, Abilities(see=False)).expires_at - NOON == liveness.LASTING_SLOW


def test_every_word_for_the_person_is_short_and_blames_nobody() -> None:
    said = [str(text) for text in (*capture_words.STEPS.values(), *capture_words.HINTS.values())]
    for text in said:
        assert 0 < len(text) <= 20
        assert not any(bad in text for bad in ("错误", "失败", "违规", "假", "攻击", "秒"))
    assert set(capture_words.STEPS) == set(Step)


def test_every_reason_has_a_word_for_the_clerk() -> None:
    assert set(LIVENESS_REASONS) == {reason.value for reason in LivenessReason}
    assert len({words.zh for words in LIVENESS_REASONS.values()}) == len(LivenessReason)
