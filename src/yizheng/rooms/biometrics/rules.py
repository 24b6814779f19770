"""The rules of the vault (模板库规则), pure: who may be enrolled, how often one may try, when a filing is owed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.data import Vector
from yizheng.rooms.biometrics.why import Why

TRIES = 5
TRY_WINDOW = timedelta(minutes=15)
MOST_PICTURES = 12
"""Of one enrolment: more say nothing new."""


def tries_left(
    tried: Sequence[datetime], *, at: datetime, tries: int = TRIES, window: timedelta = TRY_WINDOW
) -> int:
    """How many comparisons are left now, given when the last ones were."""
    return max(0, tries - sum(1 for moment in tried if at - window < moment <= at))


def check_consent(*, given: bool) -> None:
    """Nobody is enrolled without consent. Raises Refused."""
    if not given:
        raise Refused(Why.NO_CONSENT)


def check_vectors(vectors: Sequence[Vector]) -> None:
    """An enrolment holds templates of one engine. Raises Refused for none or too many, ValueError for no template."""
    if not 1 <= len(vectors) <= MOST_PICTURES:
        raise Refused(Why.TEMPLATES_COUNT, most=MOST_PICTURES, came=len(vectors))
    sizes = {vector.shape for vector in vectors}
    if len(sizes) != 1 or any(vector.ndim != 1 or not np.isfinite(vector).all() for vector in vectors):
        raise ValueError("templates of one engine were expected: finite rows of one length")


def reached(faces: int, filing_from: int) -> bool:
    """Whether so many stored faces must be filed."""
    return faces >= filing_from
