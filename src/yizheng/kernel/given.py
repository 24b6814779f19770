"""What a process is given once at its start, such as keys: rooms take it from here, and read no settings."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Given(Generic[T]):
    """A place for one thing that wiring puts in and a room takes out."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._thing: T | None = None

    def give(self, thing: T) -> None:
        """Put it in, in place of what was there."""
        self._thing = thing

    def get(self) -> T:
        """Take it out. Raises LookupError where this process was given none."""
        if self._thing is None:
            raise LookupError(f"{self._what}: this process was given none; django.setup() hands them in")
        return self._thing
