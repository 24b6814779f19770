"""What the liveness check takes for a living person, and what it leaves to people: tried on points, without pictures."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from liveness_situations import blink, filmed, head, mouth, seen, sheet, turn, without_face
from yizheng.rooms.biometrics import liveness_limits as limit
from yizheng.rooms.biometrics.data import FaceSeen, Observed
from yizheng.rooms.biometrics.liveness import judge_capture, judge_step
from yizheng.rooms.biometrics.liveness_data import (
    Challenge,
    LivenessOutcome,
    LivenessReason,
    LivenessVerdict,
    Step,
    StepHint,
)
from yizheng.rooms.biometrics.liveness_motion import flat_residual, rolled_residual

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
STEPS = (Step.TURN_RIGHT, Step.BLINK, Step.TURN_LEFT, Step.OPEN_MOUTH)
LEFT, RIGHT = 30.0, -30.0


def asked(*steps: Step, machine: bool = True) -> Challenge:
    return Challenge(
        nonce=b"n" * 16,
        steps=steps or STEPS,
        made_at=NOON,
        expires_at=NOON + timedelta(seconds=45),
        hold_ms=300,
        machine=machine,
    )


def captured(*steps: list[FaceSeen]) -> list[list[Observed]]:
    """Steps filmed one after another."""
    frames, begin = [], 0
    for looks in steps:
        frames.append(filmed(looks, begin_ms=begin))
        begin = frames[-1][-1].at_ms + 5
    return frames


def good(**other: object) -> list[list[FaceSeen]]:
    """What STEPS ask for, done by one living person."""
    return [turn(RIGHT, **other), blink(**other), turn(LEFT, **other), mouth(**other)]


def judged(
    by_step: list[list[Observed]], *, challenge: Challenge | None = None, camera: str = ""
) -> LivenessVerdict:
    return judge_capture(challenge or asked(), by_step, camera=camera)


STRAIGHT = filmed([head(at % 2) for at in range(6)])


def step(step: Step, looks: list[FaceSeen], *, hold_ms: int = 300) -> tuple[bool, StepHint | None]:
    verdict = judge_step(step, filmed(looks, begin_ms=2000), STRAIGHT, hold_ms=hold_ms)
    return verdict.done, verdict.hint


# --- one step ---


@pytest.mark.parametrize(
    ("asked_for", "looks", "done", "hint"),
    [
        (Step.TURN_LEFT, turn(LEFT), True, None),
        (Step.TURN_RIGHT, turn(RIGHT), True, None),
        (Step.TURN_LEFT, turn(RIGHT), False, StepHint.OTHER_WAY),
        (Step.TURN_LEFT, turn(14), False, StepHint.TURN_MORE),
        (Step.TURN_LEFT, turn(LEFT, frames=1), False, StepHint.HOLD_IT),
        (Step.TURN_LEFT, turn(70), False, StepHint.TURN_LESS),
        (Step.BLINK, blink(), True, None),
        (Step.BLINK, blink(frames=2), True, None),
        (Step.BLINK, blink(frames=5), False, StepHint.BLINK_AGAIN),
        (Step.BLINK, [head(at % 2) for at in range(8)], False, StepHint.BLINK_AGAIN),
        (Step.OPEN_MOUTH, mouth(), True, None),
        (Step.OPEN_MOUTH, mouth(0.2), False, StepHint.MOUTH_WIDER),
        (Step.NOD, [head(), head(), head(0, -8), head(0, -16), head(0, -9), head()], True, None),
        (Step.NOD, [head(), head(), head(0, -4), head(0, -5), head(), head()], False, StepHint.NOD_MORE),
        (Step.COME_CLOSER, [head(), head(), head(closer=1.1), head(closer=1.3)], True, None),
        (Step.COME_CLOSER, [head(), head(), head(closer=1.1), head(closer=1.1)], False, StepHint.CLOSER),
    ],
)
def test_step_done_or_what_would_help(
    asked_for: Step, looks: list[FaceSeen], done: bool, hint: StepHint | None
) -> None:
    assert step(asked_for, looks) == (done, hint)


def test_step_turn_is_held_as_long_as_asked() -> None:
    assert step(Step.TURN_LEFT, turn(LEFT, frames=2), hold_ms=300)[0]
    assert not step(Step.TURN_LEFT, turn(LEFT, frames=2), hold_ms=600)[0]
    assert step(Step.TURN_LEFT, turn(LEFT, frames=4), hold_ms=600)[0]


def test_step_turned_photo_helps_nobody_and_is_told_what_to_do() -> None:
    looks = [sheet(), sheet(2), *(sheet(35, told=28) for _ in range(4)), sheet()]
    assert step(Step.TURN_LEFT, looks) == (False, StepHint.TURN_HEAD_NOT_PHONE)


def test_step_tilted_photo_does_not_blink() -> None:
    tilted = head()
    squashed = tilted.mesh.copy() if tilted.mesh is not None else np.zeros((468, 3), np.float32)
    squashed[:, 1] = squashed[:, 1].mean() + (squashed[:, 1] - squashed[:, 1].mean()) * 0.5
    low = seen(squashed)
    assert max(low.eyes) < limit.BLINK_SHARE * min(tilted.eyes)
    assert step(Step.BLINK, [head(), head(1), head(), low, head(), head(1)]) == (False, StepHint.BLINK_AGAIN)


def test_step_one_eye_that_stays_half_shut_may_blink() -> None:
    """Eyes are held against the person's own: a drooping lid is no reason to be turned away."""

    def drooping(share: float = 0) -> FaceSeen:
        look = head(blink=share)
        return seen(look.mesh, eyes=(look.eyes[0], look.eyes[1] * 0.45))  # type: ignore[arg-type]

    looks = [drooping(), drooping(), drooping(), drooping(1), drooping(), drooping()]
    before = filmed([drooping() for _ in range(6)])
    assert judge_step(Step.BLINK, filmed(looks, begin_ms=2000), before).done


def test_step_mouth_that_is_always_open_must_open_further() -> None:
    before = filmed([head(mouth=0.8) for _ in range(6)])
    still = filmed([head(mouth=0.8) for _ in range(6)], begin_ms=2000)
    assert min(frame.seen.mouth for frame in still) > limit.MOUTH_OPEN
    assert not judge_step(Step.OPEN_MOUTH, still, before).done


@pytest.mark.parametrize(
    ("looks", "hint"),
    [
        ([], StepHint.NO_FACE),
        ([without_face() for _ in range(5)], StepHint.NO_FACE),
        ([head(faces=2) for _ in range(5)], StepHint.MANY_FACES),
        ([head(), head()], None),
    ],
)
def test_step_too_little_to_judge(looks: list[FaceSeen], hint: StepHint | None) -> None:
    assert step(Step.TURN_LEFT, looks) == (False, hint)


# --- depth ---


@pytest.mark.parametrize("degrees", [20, 30, 40, -20, -35])
def test_depth_a_head_is_no_picture_of_itself(degrees: float) -> None:
    straight, turned = head().mesh, head(degrees).mesh
    assert straight is not None
    assert turned is not None
    assert flat_residual(straight[:, :2], turned[:, :2]) > limit.FLAT_RESIDUAL
    assert rolled_residual(straight[:, :2], turned[:, :2]) > limit.ROLLED_RESIDUAL


@pytest.mark.parametrize("degrees", [10, 30, 50, -40])
@pytest.mark.parametrize("bend", [0, 60, 120])
def test_depth_a_sheet_is_found_flat_or_bent(degrees: float, bend: float) -> None:
    straight, turned = sheet(bend=bend).mesh, sheet(degrees, bend=bend).mesh
    assert straight is not None
    assert turned is not None
    assert rolled_residual(straight[:, :2], turned[:, :2]) < limit.ROLLED_RESIDUAL
    if not bend:
        assert flat_residual(straight[:, :2], turned[:, :2]) < 1e-4


# --- a whole capture ---


def test_capture_living_person_is_alive_and_gives_straight_frames() -> None:
    by_step = captured(*good())
    verdict = judged(by_step)
    assert (verdict.outcome, verdict.reasons) == (LivenessOutcome.ALIVE, ())
    frames = [frame for one in by_step for frame in one]
    assert len(verdict.best) == 5 == len(set(verdict.best))
    assert all(abs(frames[index].seen.yaw) < limit.FRONTAL_DEG for index in verdict.best)


def test_capture_without_a_step_is_unsure() -> None:
    still = [head(at % 2) for at in range(8)]
    for missing in range(4):
        looks = good()
        looks[missing] = still
        verdict = judged(captured(*looks))
        assert verdict.outcome is LivenessOutcome.UNSURE
        assert LivenessReason.STEP_NOT_SEEN in verdict.reasons
    assert judged(captured(*good()[:3])).outcome is LivenessOutcome.UNSURE
    assert judged([]).outcome is LivenessOutcome.UNSURE


def test_capture_of_who_cannot_do_everything_goes_to_a_person() -> None:
    challenge = asked(Step.BLINK, Step.COME_CLOSER, machine=False)
    closer = [head(), head(1), head(), head(closer=1.3), head(closer=1.3), head(1, closer=1.3)]
    verdict = judged(captured(blink(), closer), challenge=challenge)
    assert (verdict.outcome, verdict.reasons) == (LivenessOutcome.UNSURE, (LivenessReason.STEPS_ABLED_ONLY,))
    assert verdict.best


def test_capture_without_the_mouth_passes_by_no_machine_whatever_its_challenge_says() -> None:
    """A paper mask with holes for the eyes blinks as its wearer does."""
    challenge = asked(Step.TURN_RIGHT, Step.BLINK, Step.TURN_LEFT, machine=True)
    verdict = judged(captured(*good()[:3]), challenge=challenge)
    assert (verdict.outcome, verdict.reasons) == (LivenessOutcome.UNSURE, (LivenessReason.STEPS_ABLED_ONLY,))
    assert verdict.best
    assert judged(captured(*good())).outcome is LivenessOutcome.ALIVE


def test_capture_other_face_in_one_step_is_suspected() -> None:
    for place in range(4):
        looks = good()
        looks[place] = good(who=1)[place]
        verdict = judged(captured(*looks))
        assert verdict.outcome is LivenessOutcome.ATTACK_SUSPECTED
        assert LivenessReason.OTHER_FACE in verdict.reasons


def test_capture_two_faces_in_equal_parts_are_not_one() -> None:
    """Each is like the mean of both, so the mean alone would say nothing."""
    looks = [good()[0], good(who=1)[1], good()[2], good(who=1)[3]]
    verdict = judged(captured(*looks))
    assert verdict.outcome is LivenessOutcome.ATTACK_SUSPECTED
    assert LivenessReason.OTHER_FACE in verdict.reasons


def test_capture_poor_template_of_shut_eyes_is_no_other_face() -> None:
    looks = good()
    looks[1] = [look if min(look.eyes) > 0.2 else head(blink=1, who=1) for look in looks[1]]
    assert judged(captured(*looks)).outcome is LivenessOutcome.ALIVE


def test_capture_picture_that_comes_again_is_suspected() -> None:
    looks = good()
    looks[3][0] = looks[0][0]
    verdict = judged(captured(*looks))
    assert verdict.reasons == (LivenessReason.REPEATED_FRAMES,)
    assert verdict.outcome is LivenessOutcome.ATTACK_SUSPECTED


def test_capture_slow_camera_that_gives_pictures_twice_is_alive() -> None:
    looks = good()
    for one in looks:
        one.insert(2, one[1])
    assert judged(captured(*looks)).outcome is LivenessOutcome.ALIVE


def test_capture_face_that_jumps_is_unsure() -> None:
    looks = good()
    looks[2] = [*looks[2][:-2], *(seen(one.mesh, centre=(0.9, 0.5)) for one in looks[2][-2:])]  # type: ignore[arg-type]
    verdict = judged(captured(*looks))
    assert LivenessReason.JUMPED in verdict.reasons
    assert verdict.outcome is LivenessOutcome.UNSURE


def test_capture_film_that_does_everything_all_the_time_is_unsure() -> None:
    everything = [*turn(LEFT), *blink(), *turn(RIGHT), *mouth()]
    verdict = judged(captured(*(list(_again(everything)) for _ in range(4))))
    assert LivenessReason.OTHER_ACTIONS in verdict.reasons
    assert verdict.outcome is LivenessOutcome.UNSURE


def _again(looks: list[FaceSeen]) -> list[FaceSeen]:
    """The same looks as new pictures."""
    return [seen(look.mesh, eyes=look.eyes) for look in looks if look.mesh is not None]


def test_capture_left_and_right_mixed_up_once_is_alive() -> None:
    looks = good()
    looks[0] = [*turn(LEFT), *turn(RIGHT)]
    assert judged(captured(*looks)).outcome is LivenessOutcome.ALIVE


def test_capture_longer_than_its_challenge_is_unsure() -> None:
    by_step = captured(*good())
    late = [Observed(at_ms=frame.at_ms + 60_000, seen=frame.seen) for frame in by_step[3]]
    assert judged([*by_step[:3], late]).reasons == (LivenessReason.TIME_OUT,)


def test_capture_times_that_run_backwards_are_suspected() -> None:
    by_step = captured(*good())
    by_step[1], by_step[2] = list(by_step[1]), list(by_step[2])
    by_step[2][3] = Observed(at_ms=by_step[1][0].at_ms, seen=by_step[2][3].seen)
    assert LivenessReason.TIMES_BACKWARDS in judged(by_step).reasons


@pytest.mark.parametrize(
    ("camera", "known"),
    [
        ("OBS Virtual Camera", True),
        ("ManyCam Virtual Webcam", True),
        ("v4l2loopback", True),
        ("fake_device_0", True),
        ("虚拟摄像头", True),
        ("Front Camera", False),
        ("camera2 1, facing front", False),
        ("HD Webcam (0bda:58f4)", False),
        ("", False),
    ],
)
def test_capture_virtual_camera_name_is_only_a_signal(camera: str, known: bool) -> None:
    verdict = judged(captured(*good()), camera=camera)
    assert verdict.outcome is LivenessOutcome.ALIVE
    assert (LivenessReason.VIRTUAL_CAMERA in verdict.reasons) is known


def test_capture_two_signals_together_are_unsure() -> None:
    even, at = [], 0
    for one in good():
        even.append(
            [Observed(at_ms=at + 200 * number, seen=look) for number, look in enumerate(one, start=1)]
        )
        at = even[-1][-1].at_ms
    alone = judged(even)
    assert (alone.outcome, alone.reasons) == (LivenessOutcome.ALIVE, (LivenessReason.REGULAR_TIMES,))
    both = judged(even, camera="OBS Virtual Camera")
    assert both.outcome is LivenessOutcome.UNSURE
    assert LivenessReason.SIGNALS_TOGETHER in both.reasons


def test_capture_passive_check_only_raises_a_doubt() -> None:
    by_step = captured(*good())
    assert judge_capture(asked(), by_step, passive=None).outcome is LivenessOutcome.ALIVE
    assert judge_capture(asked(), by_step, passive=[0.9, 0.8, 0.1]).outcome is LivenessOutcome.ALIVE
    doubted = judge_capture(asked(), by_step, passive=[0.9, 0.1, 0.2])
    assert (doubted.outcome, doubted.reasons) == (LivenessOutcome.UNSURE, (LivenessReason.PASSIVE_DOUBT,))
    assert judge_capture(asked(), by_step, passive=[0.45], passive_least=0.4).outcome is LivenessOutcome.ALIVE
    nothing_said = judge_capture(asked(), by_step, passive=[])
    assert nothing_said.reasons == (LivenessReason.PASSIVE_DOUBT,)
    still = captured(*([head(at % 2) for at in range(8)] for _ in range(4)))
    assert judge_capture(asked(), still, passive=[1.0]).outcome is not LivenessOutcome.ALIVE


def test_capture_helper_beside_the_person_is_alive() -> None:
    """A daughter who looks over the shoulder is no attack; the largest face is followed, and kept the same."""
    looks = good()
    looks[1] = blink(faces=2)
    assert judged(captured(*looks)).outcome is LivenessOutcome.ALIVE
