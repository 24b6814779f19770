"""Is a living person in front of the camera? Steps in random order, every frame judged here again (活体检测).

What always holds:
- The judge sees what the server measured in the frames (`Observed`), never what a browser claims.
- `ALIVE` needs both turns of a head that has depth, a mouth that opens, and one face throughout.
- Nothing here refuses anybody: `UNSURE` and `ATTACK_SUSPECTED` open another way, and both are told alike.
- Whoever cannot turn, or cannot open the mouth, is never failed for it: the capture goes to a person.

A replayed film that happens to fit, a good mask, a picture stream made by a program and fed in as a camera may pass:
see `docs/explanation/what-liveness-can-and-cannot-do.md`. That is why risk weighs what this says with the rest.

Pure: frames, times and chance are given; single use of the nonce is the caller's (`access.actions.use_once`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import numpy as np

from yizheng.rooms.biometrics import liveness_limits as limit
from yizheng.rooms.biometrics.data import Observed
from yizheng.rooms.biometrics.liveness_data import (
    Abilities,
    Challenge,
    LivenessOutcome,
    LivenessReason,
    LivenessVerdict,
    Step,
    StepHint,
    StepVerdict,
)
from yizheng.rooms.biometrics.liveness_motion import (
    Baseline,
    baseline_of,
    blinked,
    came_closer,
    has_depth,
    mouth_opened,
    nodded,
    turn_of,
    turned_enough,
)
from yizheng.rooms.biometrics.liveness_suspicion import suspicions

LASTING = timedelta(seconds=45)
"""How long a challenge is good for. The person sees no clock: when it runs out, a new one is made without a word."""
LASTING_SLOW = timedelta(seconds=120)
"""The same for those who are told the steps by voice only, or who take their time."""

_TURNS = (Step.TURN_LEFT, Step.TURN_RIGHT)
_CANNOT_TELL = frozenset(
    {
        LivenessReason.STEPS_ABLED_ONLY,
        LivenessReason.STEP_NOT_SEEN,
        LivenessReason.TOO_FEW_FRAMES,
        LivenessReason.NO_FRONTAL,
        LivenessReason.TIME_OUT,
        LivenessReason.OTHER_ACTIONS,
        LivenessReason.PASSIVE_DOUBT,
        LivenessReason.SIGNALS_TOGETHER,
        LivenessReason.JUMPED,
    }
)
_NOT_LIVING = frozenset(
    {
        LivenessReason.FLAT,
        LivenessReason.OTHER_FACE,
        LivenessReason.REPEATED_FRAMES,
        LivenessReason.TIMES_BACKWARDS,
    }
)


def make_challenge(
    rng: Random, *, at: datetime, able: Abilities, lasting: timedelta | None = None
) -> Challenge:
    """What to ask this person this once: both turns, the mouth (or a blink), something more; in random order.

    Use `random.SystemRandom()` in earnest. Whoever cannot turn or open the mouth is asked for what they can do;
    whoever can do nothing of it only comes closer. Those pictures a person looks at.
    """
    steps = _steps_for(rng, able)
    rng.shuffle(steps)
    slow = not able.see
    return Challenge(
        nonce=rng.randbytes(16),
        steps=tuple(steps),
        made_at=at,
        expires_at=at + (lasting or (LASTING_SLOW if slow else LASTING)),
        hold_ms=rng.randrange(300, 601, 50),
        machine=able.machine_may_pass,
    )


def _steps_for(rng: Random, able: Abilities) -> list[Step]:
    face = [step for step, can in ((Step.OPEN_MOUTH, able.mouth), (Step.BLINK, able.blink)) if can]
    if not able.turn:
        return [*face, Step.COME_CLOSER]
    steps = [
        *_TURNS,
        *face[:1],
    ]  # the mouth first: a mask's eyes may be holes, and not everybody's blink is seen
    more = [step for step in (*face, Step.NOD, Step.COME_CLOSER) if step not in steps]
    return [*steps, rng.choice(more)]


def judge_step(
    step: Step, frames: Sequence[Observed], so_far: Sequence[Observed], *, hold_ms: int = 300
) -> StepVerdict:
    """Is this step done, and if not, what would help?

    `frames` are all frames since the step was shown, in order; `so_far` those of the steps before it, from which the
    person's own straight look is known. Give the challenge's `hold_ms`.
    """
    faults = _hint_of_picture(frames)
    base = baseline_of([*so_far, *frames])
    if len(frames) < limit.STEP_FRAMES or base is None:
        return StepVerdict(done=False, hint=faults)
    done, hint = _judged(step, frames, base, hold_ms)
    return StepVerdict(done=done, hint=None if done else faults or hint)


def _judged(
    step: Step, frames: Sequence[Observed], base: Baseline, hold_ms: int
) -> tuple[bool, StepHint | None]:
    match step:
        case Step.TURN_LEFT | Step.TURN_RIGHT:
            return _judge_turn(step, frames, base, hold_ms)
        case Step.BLINK:
            hidden = base.eyes[0] <= 0 or base.eyes[1] <= 0
            return blinked(frames, base), StepHint.EYES_HIDDEN if hidden else StepHint.BLINK_AGAIN
        case Step.OPEN_MOUTH:
            return mouth_opened(frames, base), StepHint.MOUTH_WIDER
        case Step.NOD:
            return nodded(frames, base), StepHint.NOD_MORE
        case Step.COME_CLOSER:
            return came_closer(frames, base), StepHint.CLOSER


def _judge_turn(
    step: Step, frames: Sequence[Observed], base: Baseline, hold_ms: int
) -> tuple[bool, StepHint | None]:
    way = 1 if step is Step.TURN_LEFT else -1
    turn = turn_of(frames, base, way)
    if turned_enough(turn, hold_ms):
        deep = has_depth(turn, base)
        return deep, StepHint.TURN_HEAD_NOT_PHONE
    if turn.furthest > limit.TURN_FAR_DEG:
        return False, StepHint.TURN_LESS
    if turn.furthest >= limit.TURN_DEG:
        return False, StepHint.HOLD_IT
    if turn.other_way >= limit.TURN_DEG:
        return False, StepHint.OTHER_WAY
    return False, StepHint.TURN_MORE


def _hint_of_picture(frames: Sequence[Observed]) -> StepHint | None:
    """What to say of the last few pictures before anything of the step."""
    last = frames[-3:]
    if not last or all(frame.seen.faces == 0 for frame in last):
        return StepHint.NO_FACE
    if all(frame.seen.faces > 1 for frame in last):
        return StepHint.MANY_FACES
    return None


def judge_capture(
    challenge: Challenge,
    by_step: Sequence[Sequence[Observed]],
    *,
    camera: str = "",
    passive: Sequence[float] | None = None,
    passive_least: float = limit.PASSIVE_LEAST,
) -> LivenessVerdict:
    """Judge a whole capture again, from the first frame to the last.

    `by_step` has, for each step of the challenge in order, every frame that was sent while it was shown, those of
    tries that were not accepted too. `camera` is the name the camera gave itself. `passive` is what a passive check
    said of frames: None where there is none ("not checked"), empty where there is one and it could say nothing, which
    is a doubt as well. A median under `passive_least` is a doubt; no value makes a capture pass.
    """
    frames = [frame for step in by_step for frame in step]
    reasons = list(_steps_again(challenge, by_step))
    base = baseline_of(frames)
    if base is not None:
        reasons += suspicions(challenge, by_step, base, camera=camera)
    if passive is not None and (not passive or float(np.median(passive)) < passive_least):
        reasons.append(LivenessReason.PASSIVE_DOUBT)
    signals = [one for one in reasons if one not in _CANNOT_TELL and one not in _NOT_LIVING]
    if len(set(signals)) > 1:
        reasons.append(LivenessReason.SIGNALS_TOGETHER)
    found = tuple(dict.fromkeys(reasons))
    return LivenessVerdict(outcome=_outcome(found), reasons=found, best=_best(frames, base))


def _outcome(reasons: Sequence[LivenessReason]) -> LivenessOutcome:
    if any(reason in _NOT_LIVING for reason in reasons):
        return LivenessOutcome.ATTACK_SUSPECTED
    if any(reason in _CANNOT_TELL for reason in reasons):
        return LivenessOutcome.UNSURE
    return LivenessOutcome.ALIVE


def _steps_again(challenge: Challenge, by_step: Sequence[Sequence[Observed]]) -> list[LivenessReason]:
    """Was everything asked for really seen? Judged anew, whatever was said while it went on.

    Without the mouth no machine passes a capture, whatever its challenge says: a mask with holes for the eyes blinks.
    """
    reasons = []
    if not challenge.machine or Step.OPEN_MOUTH not in challenge.steps:
        reasons.append(LivenessReason.STEPS_ABLED_ONLY)
    if any(len(frames) < limit.STEP_FRAMES for frames in by_step) or len(by_step) < len(challenge.steps):
        reasons.append(LivenessReason.TOO_FEW_FRAMES)
    before: list[Observed] = []
    for step, frames in zip(challenge.steps, by_step, strict=False):
        if not judge_step(step, frames, before, hold_ms=challenge.hold_ms).done:
            reasons.append(LivenessReason.STEP_NOT_SEEN)
        before += frames
    return reasons


def _best(frames: Sequence[Observed], base: Baseline | None, count: int = 5) -> tuple[int, ...]:
    """The frames to compare with the enrolled face: straight, sharp, one face, mouth and eyes at rest; best first."""
    if base is None:
        return ()
    worth = []
    for index, frame in enumerate(frames):
        seen = frame.seen
        if seen.embedding is None or not base.at_rest(seen):
            continue
        rest = min(seen.eyes) / max(min(base.eyes), 1e-6) - max(0.0, seen.mouth - base.mouth)
        worth.append((min(seen.sharpness, 200.0) / 200 + rest - base.off(seen) / 24, -index))
    return tuple(-index for _worth, index in sorted(worth, reverse=True)[:count])
