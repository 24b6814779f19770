"""Portions of many values, for questions to a database that takes so many values and no more."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

MOST = 900
"""SQLite takes 999 values in one question; the rest is left for the question's others."""

Value = TypeVar("Value", bound=Any)


def portions(values: Iterable[Value]) -> Iterator[list[Value]]:
    """The values in ascending order, each once, at most MOST at a time."""
    wanted = sorted(set(values))
    for start in range(0, len(wanted), MOST):
        yield wanted[start : start + MOST]
