"""The hands that flows are given in tests."""

from datetime import datetime

from django.conf import settings

from yizheng.adapters.store.local import LocalStore
from yizheng.kernel.hands import Actor, Hands, NamedActor
from yizheng.kernel.progress import Progress, quiet
from yizheng.kernel.store import Store
from yizheng.kernel.time import Clock


class NoClock:
    """The clock of a flow that must not ask for the time."""

    def now(self) -> datetime:
        raise AssertionError("this flow was not to look at the clock: give hands_of() a clock")


def hands_of(
    actor: Actor | str = "test",
    *,
    clock: Clock | None = None,
    store: Store | None = None,
    role: str = "",
    progress: Progress = quiet,
) -> Hands:
    """Hands of an actor (a name stands for one without an account); without a store, that of the tests' home."""
    return Hands(
        clock=clock or NoClock(),
        store=store or LocalStore(settings.YIZHENG.store),
        actor=NamedActor(actor, role=role) if isinstance(actor, str) else actor,
        progress=progress,
    )
