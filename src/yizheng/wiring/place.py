"""The place where this process works: its clock, store, database, and the hands of what is asked of it."""

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from yizheng import wiring
from yizheng.adapters.database.tables import DjangoTables
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.house.why import Why
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Actor, Hands, NamedActor
from yizheng.kernel.progress import Progress, quiet
from yizheng.kernel.time import Clock, FixedClock, ShiftedClock, SystemClock

SHIFT = "shift_days"
"""What a demo's mark says of its time."""


def clock() -> Clock:
    """The clock of this process: the machine's, that of a demo, or the day of a simulated installation.

    A demo is marked when it is built, in a home that was empty, with the days between its own time and the machine's.
    Raises Refused where a day is set and the home was not made for one: nobody can shift the time of an agency's work.
    """
    today = settings.YIZHENG.today
    if today is None:
        days = demo_shift()
        return ShiftedClock(days) if days else SystemClock()
    if not settings.YIZHENG.simulated_mark.exists():
        raise Refused(Why.HOME_OF_NO_SIMULATED_DAY, home=settings.YIZHENG.home)
    return FixedClock.on(today)


def demo_shift() -> int:
    """How many days a demo's time is away from the machine's; 0 in every home that was not made as a demo."""
    mark = settings.YIZHENG.simulated_mark
    try:
        changed = mark.stat().st_mtime_ns
    except OSError:
        return 0
    return _shift_of(mark, changed)


@lru_cache(maxsize=4)
def _shift_of(mark: Path, changed: int) -> int:
    """What the mark says; asked in every request, so it is read once for each state of the file."""
    del changed
    return int(json.loads(mark.read_text(encoding="utf-8")).get(SHIFT, 0))


def tables() -> DjangoTables:
    """The tables of this installation's database."""
    return DjangoTables(settings.YIZHENG.home)


def store() -> LocalStore:
    """The store of evidence, runs and proofs of this installation."""
    return LocalStore(settings.YIZHENG.store)


OPERATOR = NamedActor("command line", role="operator")
"""Who a command acts as that asks for no account: whoever may start programs on the machine."""


def hands(actor: Actor, *, at: Clock | None = None, progress: Progress = quiet) -> Hands:
    """What the flows of one request or command work with. `at`: another clock than this process's."""
    return Hands(clock=at or wiring.clock(), store=wiring.store(), actor=actor, progress=progress)


def operator_hands(*, progress: Progress = quiet) -> Hands:
    """What the flows of a command work with that asks for no account."""
    return wiring.hands(OPERATOR, progress=progress)
