"""What does not fit a person in front of a camera: other faces, cuts, repeated pictures, times that no camera makes.

None of it is an accusation; each has innocent causes, which the figures of liveness count. See `LivenessReason`.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from yizheng.rooms.biometrics import liveness_limits as limit
from yizheng.rooms.biometrics.data import Observed, Vector
from yizheng.rooms.biometrics.liveness_data import Challenge, LivenessReason, Step
from yizheng.rooms.biometrics.liveness_motion import Baseline, flatness_of

_VIRTUAL = re.compile(
    r"virtual|\bobs\b|manycam|v4l2|loopback|dummy|fake|snap ?camera|xsplit|splitcam|e2esoft|vcam|webcamoid|"
    r"droidcam|iriun|epoccam|camtwist|chromacam|unity ?video|screen ?capture|虚拟",
    re.IGNORECASE,
)
"""Names of programs that call themselves a camera. Some people use one honestly, so the name is a signal only."""


def suspicions(
    challenge: Challenge, by_step: Sequence[Sequence[Observed]], base: Baseline, *, camera: str
) -> list[LivenessReason]:
    """Everything in a capture that does not fit, in no order that means anything."""
    frames = [frame for step in by_step for frame in step]
    found = [
        (LivenessReason.TIMES_BACKWARDS, _backwards(frames)),
        (LivenessReason.TIME_OUT, _too_long(frames, challenge)),
        (LivenessReason.REPEATED_FRAMES, _repeated(frames)),
        (LivenessReason.FROZEN, _frozen(frames)),
        (LivenessReason.REGULAR_TIMES, _regular(frames)),
        (LivenessReason.VIRTUAL_CAMERA, bool(_VIRTUAL.search(camera))),
        (LivenessReason.OTHER_FACE, _other_face(by_step, base)),
        (LivenessReason.NO_FRONTAL, _some_step_without_frontal(by_step, base)),
        (LivenessReason.JUMPED, _jumped(frames)),
        (LivenessReason.TRACK_LOST, _lost(frames)),
        (LivenessReason.MANY_FACES, _many(frames)),
        (LivenessReason.FLAT, _flat(frames, base)),
        (LivenessReason.QUICK_REACTION, _quick(challenge, by_step, base)),
        (LivenessReason.OTHER_ACTIONS, _other_actions(challenge, by_step, base) >= limit.OTHER_ACTIONS),
    ]
    return [reason for reason, holds in found if holds]


def _backwards(frames: Sequence[Observed]) -> bool:
    return any(after.at_ms <= before.at_ms for before, after in pairwise(frames))


def _too_long(frames: Sequence[Observed], challenge: Challenge) -> bool:
    lasting = (challenge.expires_at - challenge.made_at).total_seconds() * 1000
    return len(frames) > 1 and frames[-1].at_ms - frames[0].at_ms > lasting


def _repeated(frames: Sequence[Observed]) -> bool:
    """The same pixels again after others: a camera's noise never repeats. (Twice in a row is a slow camera.)"""
    seen: set[bytes] = set()
    last = b""
    for frame in frames:
        digest = frame.seen.picture
        if digest and digest != last and digest in seen:
            return True
        seen.add(digest)
        last = digest
    return False


def _frozen(frames: Sequence[Observed]) -> bool:
    same = [after.seen.picture == before.seen.picture != b"" for before, after in pairwise(frames)]
    return len(same) > 0 and sum(same) / len(same) > limit.FROZEN_SHARE


def _regular(frames: Sequence[Observed]) -> bool:
    if len(frames) < limit.REGULAR_FRAMES:
        return False
    gaps = np.diff([frame.at_ms for frame in frames])
    usual = gaps[np.abs(gaps - np.median(gaps)) < 0.5 * np.median(gaps)]
    return len(usual) >= limit.REGULAR_FRAMES - 1 and float(np.std(usual)) < limit.REGULAR_MS


def _other_face(by_step: Sequence[Sequence[Observed]], base: Baseline) -> bool:
    """A template too far from the mean of the frames at rest: another face, or a picture of none.

    Every frame at rest counts alone against the mean. Two faces that share a capture evenly are both like that mean,
    so the frames are also told apart by the two least alike of them. Turned, blinking and speaking faces make poorer
    templates, so of these the middle one of each step counts, against a lower line.
    """
    frames = [one.seen for step in by_step for one in step]
    rest = [seen.embedding for seen in frames if seen.embedding is not None and base.at_rest(seen)]
    if not rest:
        return False
    mean, together = _mean(rest), np.stack(rest)
    if float((together @ mean).min()) < limit.SAME_FACE or _two_faces(together):
        return True
    for step in by_step:
        others = [
            float(one.seen.embedding @ mean)
            for one in step
            if one.seen.embedding is not None
            and not base.at_rest(one.seen)
            and base.off(one.seen) <= limit.TURN_FAR_DEG
        ]
        if len(others) > 1 and float(np.median(others)) < limit.SAME_FACE_MOVING:
            return True
    return False


def _two_faces(together: NDArray[np.float32]) -> bool:
    """Whether the templates fall into two groups, each of several frames, whose means are two people's."""
    alike = together @ together.T
    one, other = np.unravel_index(int(alike.argmin()), alike.shape)
    nearer = alike[one] >= alike[other]
    if min(int(nearer.sum()), int((~nearer).sum())) < limit.GROUP_FRAMES:
        return False
    return float(_mean(list(together[nearer])) @ _mean(list(together[~nearer]))) < limit.SAME_GROUPS


def _mean(templates: Sequence[Vector]) -> Vector:
    mean = np.mean(templates, axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def _some_step_without_frontal(by_step: Sequence[Sequence[Observed]], base: Baseline) -> bool:
    """Each step must show the face straight once: otherwise nobody knows whose turn it was."""
    return any(
        not any(
            one.seen.embedding is not None and base.off(one.seen) <= 2 * limit.FRONTAL_DEG for one in frames
        )
        for frames in by_step
    )


def _jumped(frames: Sequence[Observed]) -> bool:
    """The face is suddenly elsewhere, or suddenly of another size: film was cut, or the phone fell."""
    seen = [frame for frame in frames if frame.seen.faces > 0 and frame.seen.share > 0]
    for before, after in pairwise(seen):
        if after.at_ms - before.at_ms > limit.JUMP_MS:
            continue
        moved = np.hypot(
            after.seen.centre[0] - before.seen.centre[0], after.seen.centre[1] - before.seen.centre[1]
        )
        if float(moved) > limit.JUMP * before.seen.share:
            return True
    return False


def _lost(frames: Sequence[Observed]) -> bool:
    gone = 0
    for frame in frames:
        gone = gone + 1 if frame.seen.faces == 0 else 0
        if gone >= limit.LOST_FRAMES:
            return True
    return False


def _many(frames: Sequence[Observed]) -> bool:
    return len(frames) > 0 and sum(frame.seen.faces > 1 for frame in frames) > len(frames) / 2


def _flat(frames: Sequence[Observed], base: Baseline) -> bool:
    """Turned far, and yet most such frames fit a flat picture."""
    turned = [
        one.seen.mesh
        for one in frames
        if one.seen.mesh is not None and limit.TURN_DEG <= base.off(one.seen) <= limit.TURN_FAR_DEG
    ]
    if len(turned) < limit.STEP_FRAMES - 1:
        return False
    flat = [flatness_of(one, base) < limit.FLAT_RESIDUAL for one in turned[:12]]
    return sum(flat) > len(flat) / 2


def _quick(challenge: Challenge, by_step: Sequence[Sequence[Observed]], base: Baseline) -> bool:
    """A turn that is complete before anybody can have read what to do."""
    for step, frames in zip(challenge.steps, by_step, strict=False):
        if step not in {Step.TURN_LEFT, Step.TURN_RIGHT} or len(frames) == 0:
            continue
        way = 1 if step is Step.TURN_LEFT else -1
        off = [way * (one.seen.yaw - base.yaw) if one.seen.faces else 0.0 for one in frames]
        first = next((index for index, one in enumerate(off) if one >= limit.TURN_DEG), None)
        if first is not None and frames[first].at_ms - frames[0].at_ms < limit.QUICK_MS:
            return True
    return False


def _other_actions(challenge: Challenge, by_step: Sequence[Sequence[Observed]], base: Baseline) -> int:
    """How many big movements were made that the step on the screen did not ask for.

    What is left over of the step before does not count: only what begins after the face has been straight.
    """
    count = 0
    for step, frames in zip(challenge.steps, by_step, strict=False):
        doing, straight = "", False
        for frame in frames:
            now = _action(frame, base)
            straight = straight or not now
            if straight and now and now not in {doing, step}:
                count += 1
            doing = now
    return count


def _action(frame: Observed, base: Baseline) -> str:
    """The big movement that a frame shows, in the word of its step; empty when none."""
    seen = frame.seen
    if seen.faces == 0 or seen.mesh is None:
        return ""
    off = seen.yaw - base.yaw
    if abs(off) >= limit.TURN_DEG:
        return Step.TURN_LEFT if off > 0 else Step.TURN_RIGHT
    if seen.mouth > max(limit.MOUTH_OPEN, base.mouth + limit.MOUTH_RISE):
        return Step.OPEN_MOUTH
    return ""
