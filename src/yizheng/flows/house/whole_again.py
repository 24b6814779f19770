"""A transaction that the database gave up for another's sake is done once more, whole (`@whole_again`).

Two writers that wait for each other's rows are a deadlock: PostgreSQL ends one of them, and nothing of it was written.
One order of locks makes that rare (a flow with much to write enters the ledger's line last, `appended_last`); this makes
it harmless. Only the flow that owns the transaction can do it again: inside another's it passes the failure on.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

GIVEN_UP = frozenset({"40P01", "40001"})
"""PostgreSQL's codes of a deadlock and of a serialization failure: the transaction is undone and may be tried again."""
TRIES = 5
PAUSE_SECONDS = 0.2
"""Times the number of the try: the other writer has to come to its end, and two that failed together part."""


def whole_again(work: Callable[P, R]) -> Callable[P, R]:
    """Do `work`, which is one transaction and what it reads, again where the database gave it up."""

    @wraps(work)
    def done(*args: P.args, **kwargs: P.kwargs) -> R:
        for number in range(1, TRIES):
            try:
                return work(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or getattr(error.__cause__, "sqlstate", None) not in GIVEN_UP:
                    raise
            time.sleep(PAUSE_SECONDS * number)
        return work(*args, **kwargs)

    return done
