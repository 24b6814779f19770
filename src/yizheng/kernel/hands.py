"""What every story works with: a clock, a store, an actor and a listener to its progress, given once and passed on.

A door makes one `Hands` a request or a command; a flow takes it as its first argument and passes it to the parts of its
story. So the same moment, the same store and the same name stand in all that one request writes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from yizheng.kernel.progress import Progress, quiet
from yizheng.kernel.store import Store
from yizheng.kernel.time import Clock


class Actor(Protocol):
    """Who acts: an account, as a value or as the web's user, or a `NamedActor`."""

    @property
    def username(self) -> str:
        """The name by which the ledger knows the actor."""
        ...

    @property
    def role(self) -> str:
        """The stable code of the actor's role; permissions are read from it."""
        ...


@dataclass(frozen=True, slots=True)
class NamedActor:
    """An actor without an account: a command of the machine, or a beneficiary who acts in person. Holds no permission."""

    username: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """The clock, store, actor and progress of one request or command."""

    clock: Clock
    store: Store
    actor: Actor
    progress: Progress = quiet

    @property
    def username(self) -> str:
        """The actor's name in the ledger."""
        return self.actor.username

    def now(self) -> datetime:
        """The present moment of the clock."""
        return self.clock.now()
