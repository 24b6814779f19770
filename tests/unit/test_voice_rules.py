"""What a recording is worth: speech enough, digits at random, three answers, and never a pass."""

import random
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.data import Match, Vector
from yizheng.rooms.biometrics.voice import (
    DEFAULT,
    PROMPT_LIVES,
    DigitsRead,
    Heard,
    SoundFault,
    VoiceHeard,
    VoiceRules,
    compare,
    digits_read,
    faults_of,
    make_prompt,
    verdict_of,
)

AT = datetime(2026, 11, 2, 1, tzinfo=UTC)


def towards(cosine: float) -> Vector:
    """A template so alike to the first axis."""
    return np.array([cosine, np.sqrt(1 - cosine**2), 0], np.float32)


ENROLLED = [towards(1.0)]


def heard(
    cosine: float = 0.9, *, speech: float = 7.0, level: float = -25.0, clipped: float = 0.0
) -> VoiceHeard:
    return VoiceHeard(
        seconds=speech + 2, speech=speech, level=level, clipped=clipped, embedding=towards(cosine)
    )


@given(seed=st.integers())
def test_prompt_is_twelve_digits_in_three_groups_none_twice_in_a_row(seed: int) -> None:
    prompt = make_prompt(random.Random(seed), at=AT)
    assert [len(group) for group in prompt.groups] == [4, 4, 4]
    assert prompt.digits.isdecimal()
    assert all(one != two for one, two in pairwise(prompt.digits))
    assert prompt.until == AT + PROMPT_LIVES


def test_prompts_differ_and_can_be_told_apart() -> None:
    rng = random.Random(4)
    prompts = [make_prompt(rng, at=AT) for _ in range(200)]
    assert len({prompt.digits for prompt in prompts}) == 200
    assert len({prompt.nonce for prompt in prompts}) == 200


@pytest.mark.parametrize(
    ("found", "faults"),
    [
        (heard(), ()),
        (VoiceHeard(seconds=5.0, level=-60.0), (SoundFault.QUIET,)),
        (VoiceHeard(seconds=5.0, level=-20.0), (SoundFault.NO_SPEECH,)),
        (heard(speech=1.0), (SoundFault.SHORT,)),
        (heard(level=-50.0), (SoundFault.QUIET,)),
        (heard(clipped=0.1), (SoundFault.LOUD,)),
        (heard(clipped=0.1, speech=1.0), (SoundFault.LOUD, SoundFault.SHORT)),
        (VoiceHeard(seconds=9.0, speech=7.0, level=-20.0), (SoundFault.SHORT,)),
    ],
)
def test_recording_that_will_not_do_is_told_why(found: VoiceHeard, faults: tuple[SoundFault, ...]) -> None:
    assert faults_of(found) == faults


def test_enrolment_wants_more_speech_than_an_answer() -> None:
    some = heard(speech=(DEFAULT.least_speech + DEFAULT.enrol_speech) / 2)
    assert faults_of(some) == ()
    assert faults_of(some, enrolling=True) == (SoundFault.SHORT,)


@pytest.mark.parametrize(
    ("cosine", "speech", "match"),
    [
        (DEFAULT.accept + 0.01, 7.0, Match.SAME),
        (DEFAULT.accept + 0.01, DEFAULT.sure_speech - 0.1, Match.UNSURE),
        (DEFAULT.refer + 0.01, 7.0, Match.UNSURE),
        (DEFAULT.refer - 0.01, 7.0, Match.DIFFERENT),
        (0.99, 1.0, Match.NOT_COMPARED),
    ],
)
def test_three_answers_and_the_fourth_where_nothing_was_compared(
    cosine: float, speech: float, match: Match
) -> None:
    assert compare(heard(cosine, speech=speech), ENROLLED) is match


def test_telephone_passes_for_nobody_and_enrols_nobody() -> None:
    """A telephone cuts the treble off: strangers sound alike then, and one's own voice is no proof."""
    thin = VoiceHeard(seconds=9, speech=7, level=-25, treble=-80, embedding=towards(0.99))
    assert faults_of(thin) == ()
    assert compare(thin, ENROLLED) is Match.UNSURE
    assert faults_of(thin, enrolling=True) == (SoundFault.NARROW,)


def test_nothing_enrolled_or_another_engine_is_not_compared() -> None:
    assert compare(heard(), []) is Match.NOT_COMPARED
    assert compare(heard(), [np.ones(5, np.float32)]) is Match.NOT_COMPARED


@pytest.mark.parametrize(
    ("asked", "understood", "read"),
    [
        ("471905263817", "471905263817", DigitsRead.RIGHT),
        ("471905263817", "4719 0526 3817", DigitsRead.RIGHT),
        ("471905263817", "47190526381", DigitsRead.RIGHT),
        ("471905263817", "47190526388", DigitsRead.WRONG),
        ("471905263817", "111111111111", DigitsRead.WRONG),
        ("471905263817", "", DigitsRead.WRONG),
        ("471905263817", None, DigitsRead.NOT_KNOWN),
    ],
)
def test_digits_one_slip_is_forgiven_and_no_reader_is_no_answer(
    asked: str, understood: str | None, read: DigitsRead
) -> None:
    assert digits_read(asked, understood) is read


@given(
    cosine=st.floats(-0.99, 0.99),
    speech=st.floats(0, 30),
    level=st.floats(-90, 0),
    digits=st.sampled_from(DigitsRead),
    known=st.booleans(),
)
def test_no_voice_whatever_passes_anybody(
    cosine: float, speech: float, level: float, digits: DigitsRead, known: bool
) -> None:
    """Whatever comes, a person calls or the person reads again: there is no other word for it."""
    found = verdict_of(heard(cosine, speech=speech, level=level), ENROLLED if known else [], digits=digits)
    assert set(Heard) == {Heard.CALL_BACK, Heard.CALL_BACK_UNSURE, Heard.AGAIN}
    assert (found.follows is Heard.AGAIN) == bool(found.faults)
    if found.follows is Heard.CALL_BACK:
        assert found.match is Match.SAME
        assert found.digits is not DigitsRead.WRONG


def test_thresholds_that_cannot_be_are_refused() -> None:
    with pytest.raises(Refused, match="biometrics:voice_thresholds_order"):
        VoiceRules(accept=0.3, refer=0.5)
