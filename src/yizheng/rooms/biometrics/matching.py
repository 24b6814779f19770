"""Whether two sets of templates are of one person (人脸比对): three answers and no number. Pure.

Rules that always hold: the score is made and dropped in here, nobody outside sees it; `SAME` may pass a person,
`UNSURE` and `DIFFERENT` send to a person or another way and are evidence of nothing; templates of unlike length were
made by unlike engines and are not compared. Several pictures are averaged: one against one loses 2 true pairs in 100
where two against two lose none of 254 (docs/reference/face-figures.md).
"""

from collections.abc import Sequence

import numpy as np

from yizheng.rooms.biometrics.data import Match, Observed, Vector
from yizheng.rooms.biometrics.face_terms import Thresholds
from yizheng.rooms.biometrics.quality import faults_of


def compare(probes: Sequence[Vector], enrolled: Sequence[Vector], thresholds: Thresholds) -> Match:
    """Compare the mean of the pictures taken now with the mean of those enrolled."""
    if not probes or not enrolled or len({vector.shape for vector in (*probes, *enrolled)}) != 1:
        return Match.NOT_COMPARED
    score = likeness(probes, enrolled)
    if score is None:
        return Match.NOT_COMPARED
    if score >= thresholds.accept:
        return Match.SAME if len(probes) >= thresholds.frames else Match.UNSURE
    return Match.UNSURE if score >= thresholds.refer else Match.DIFFERENT


def match_capture(
    steps: Sequence[Sequence[Observed]],
    best: Sequence[int],
    enrolled: Sequence[Vector],
    thresholds: Thresholds,
) -> Match:
    """Compare a capture with the enrolled face: its best frames together, then each step by itself.

    `best` are the places of the best frames, counted through the steps.
    """
    frames = [frame for step in steps for frame in step]
    taken = (frames[place].seen.embedding for place in best if place < len(frames))
    match = compare([vector for vector in taken if vector is not None], enrolled, thresholds)
    if match is not Match.SAME:
        return match
    straight = [
        [one.seen.embedding for one in step if one.seen.embedding is not None and not faults_of(one.seen)]
        for step in steps
    ]
    return Match.SAME if same_in_every_step(straight, enrolled, thresholds) else Match.UNSURE


def same_in_every_step(
    steps: Sequence[Sequence[Vector]], enrolled: Sequence[Vector], thresholds: Thresholds
) -> bool:
    """Whether no step of a capture, by its own straight pictures, shows another face than the enrolled one.

    Somebody else in one step disappears in the mean of all of them. So each step is held by itself against the mark
    below which faces are another's; a step without a straight picture says nothing. Where one does not hold, a person
    looks: it is no reason to refuse.
    """
    low = Thresholds(accept=thresholds.refer, refer=thresholds.refer)
    return not any(step and compare(step, enrolled, low) is Match.DIFFERENT for step in steps)


def likeness(probes: Sequence[Vector], enrolled: Sequence[Vector]) -> float | None:
    """The cosine of two means, -1 to 1; None where one has no direction. For measuring an engine only: no page, no
    answer and no log may carry it.
    """
    one, other = np.stack(probes).mean(axis=0), np.stack(enrolled).mean(axis=0)
    length = float(np.linalg.norm(one) * np.linalg.norm(other))
    if not np.isfinite(length) or length < 1e-9:
        return None
    return float(np.dot(one, other)) / length
