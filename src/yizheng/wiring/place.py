"""The place where this process works: its clock, store, database, and the hands of what is asked of it."""

from django.conf import settings

from yizheng import wiring
from yizheng.adapters.database.tables import DjangoTables
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.house.home_is_upgraded import CarryOver
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Actor, Hands, NamedActor
from yizheng.kernel.progress import Progress, quiet
from yizheng.kernel.time import Clock, FixedClock, SystemClock


def clock() -> Clock:
    """The clock of this process: the machine's, or the day of a simulated installation.

    Raises Refused where a day is set and the home was not made for one: nobody can shift the time of an agency's work.
    """
    today = settings.YIZHENG.today
    if today is None:
        return SystemClock()
    if not settings.YIZHENG.simulated_mark.exists():
        raise Refused(
            f"a home made for a simulated day was expected, since YIZHENG_TODAY is set, but {settings.YIZHENG.home}"
            " is none. Take YIZHENG_TODAY away, or run `yizheng init` with it in a new home."
        )
    return FixedClock.on(today)


def tables() -> DjangoTables:
    """The tables of this installation's database."""
    return DjangoTables(settings.YIZHENG.home)


def carry_overs() -> tuple[CarryOver, ...]:
    """What homes of earlier versions lack, besides their tables, in the order in which it is made."""
    return ()


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
