"""The rules of the vault (模板库规则), pure: who may be enrolled, how often one may try, when a filing is owed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.data import Vector

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
        raise Refused(
            "还没有得到本人的单独同意，不能注册。请先请本人阅读并同意，或者换别的办法。"
            " The person's separate consent was expected before an enrolment: ask for it first, or take another way."
        )


def check_vectors(vectors: Sequence[Vector]) -> None:
    """An enrolment holds templates of one engine. Raises Refused for none or too many, ValueError for no template."""
    if not 1 <= len(vectors) <= MOST_PICTURES:
        raise Refused(
            f"注册需要 1 到 {MOST_PICTURES} 张合格的照片，现在有 {len(vectors)} 张，请重新选择。"
            f" An enrolment takes 1 to {MOST_PICTURES} pictures, but {len(vectors)} came: choose again."
        )
    sizes = {vector.shape for vector in vectors}
    if len(sizes) != 1 or any(vector.ndim != 1 or not np.isfinite(vector).all() for vector in vectors):
        raise ValueError("templates of one engine were expected: finite rows of one length")


def reached(faces: int, filing_from: int) -> bool:
    """Whether so many stored faces must be filed."""
    return faces >= filing_from
