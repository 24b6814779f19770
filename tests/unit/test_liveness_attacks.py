"""Made people and made attacks against the whole check with the packaged engine: a small part of `bench/liveness.py`.

The seeds are fixed, so this is no measurement: it says that what was measured still holds for these tries.
"""

import pytest

from yizheng.adapters.face.engine import SFaceEngine
from yizheng.rooms.biometrics.liveness_data import Abilities, LivenessOutcome, LivenessReason, StepHint
from yizheng.simulators.attacks import Pace, live_session
from yizheng.simulators.attacks.species import Species, attack
from yizheng.simulators.attacks.trial import Tried, try_on

SHORT = Pace(step_limit_ms=3_000)
TURN_FIRST = 5
"""The seed of a challenge that begins with both turns."""


@pytest.fixture(scope="module")
def engine() -> SFaceEngine:
    return SFaceEngine()


def tried(species: Species, engine: SFaceEngine, *, seed: int) -> Tried:
    return try_on(
        lambda steps, accepts: attack(species, steps, seed=seed, who=251, by=7, accepts=accepts, pace=SHORT),
        engine=engine,
        seed=seed,
    )


def test_living_person_is_alive(engine: SFaceEngine) -> None:
    found = try_on(
        lambda steps, accepts: live_session(steps, seed=0, who=0, accepts=accepts), engine=engine, seed=1
    )
    assert (found.verdict.outcome, found.verdict.reasons) == (LivenessOutcome.ALIVE, ())
    assert len(found.verdict.best) >= 3


def test_living_person_who_cannot_turn_goes_to_a_person(engine: SFaceEngine) -> None:
    found = try_on(
        lambda steps, accepts: live_session(steps, seed=3, who=0, accepts=accepts),
        engine=engine,
        seed=1,
        able=Abilities(turn=False),
    )
    assert found.verdict.outcome is LivenessOutcome.UNSURE
    assert found.verdict.reasons == (LivenessReason.STEPS_ABLED_ONLY,)


@pytest.mark.parametrize("species", [Species.PRINT_FLAT, Species.PRINT_BENT, Species.SCREEN_STILL])
def test_picture_that_is_turned_does_not_get_past_a_turn(engine: SFaceEngine, species: Species) -> None:
    found = tried(species, engine, seed=TURN_FIRST)
    assert found.verdict.outcome is not LivenessOutcome.ALIVE
    assert len(found.by_step) == 1
    assert set(found.hints) <= {
        StepHint.TURN_MORE,
        StepHint.TURN_HEAD_NOT_PHONE,
        StepHint.HOLD_IT,
        StepHint.NO_FACE,
    }


def test_two_people_in_turn_are_not_one(engine: SFaceEngine) -> None:
    found = tried(Species.FACE_SWAP, engine, seed=TURN_FIRST)
    assert found.verdict.outcome is not LivenessOutcome.ALIVE
    assert LivenessReason.OTHER_FACE in found.verdict.reasons or len(found.by_step) < len(
        found.challenge.steps
    )


def test_film_fed_in_as_a_camera_is_not_alive(engine: SFaceEngine) -> None:
    assert tried(Species.VIRTUAL_LOOP, engine, seed=2).verdict.outcome is not LivenessOutcome.ALIVE
