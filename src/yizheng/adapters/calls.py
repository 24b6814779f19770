"""How another organisation's gateway is asked: within a time, again under the same key, and not at all while it is down.

Rules that always hold: a call that may have arrived is asked again with the same key, never with another; a gateway that
says when to come back is asked then, if that is soon, and not before; after some failures in a row it is left alone for a
while, so that neither it nor the people who wait here are kept busy; no answer is an answer, and it is never counted
against anybody.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

R = TypeVar("R", bound="Reply")


class NoAnswer(Exception):
    """The gateway was out of reach, too slow, or too busy. `why` is a word for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Reply(Protocol):
    """What every gateway's answer has."""

    @property
    def code(self) -> str:
        """The gateway's own code; `throttled` where it took nothing in."""
        ...

    @property
    def again_in(self) -> float:
        """Seconds after which a throttled caller may come back."""
        ...


class Breaker:
    """Leaves a gateway alone for `rest` seconds after `failures` in a row; then one call tries it, and only one."""

    def __init__(
        self, *, failures: int = 5, rest: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._rest, self._clock = failures, rest, clock
        self._lock = threading.Lock()
        self._failed = 0
        self._open_until = 0.0

    def may_ask(self) -> bool:
        """Whether to ask now. While the rest is over but nobody has succeeded yet, one in each rest may."""
        with self._lock:
            if self._failed < self._most:
                return True
            if self._clock() < self._open_until:
                return False
            self._open_until = self._clock() + self._rest
            return True

    def note(self, *, answered: bool) -> None:
        """Note how a call ended."""
        with self._lock:
            self._failed = 0 if answered else self._failed + 1
            if self._failed == self._most:
                self._open_until = self._clock() + self._rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long somebody waits: `tries` in all, `pause` seconds before the second and twice that before each next one, and
    no more than `most` seconds altogether."""

    tries: int = 3
    pause: float = 0.2
    most: float = 6.0


def ask(
    call: Callable[[float], R],
    *,
    breaker: Breaker,
    patience: Patience,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> R:
    """The gateway's answer. `call` gets the seconds it may take and raises TimeoutError or ConnectionError.

    Raises NoAnswer.
    """
    until, pause, why = clock() + patience.most, patience.pause, "resting"
    for number in range(patience.tries):
        if not breaker.may_ask():
            break
        try:
            answer = call(max(0.05, until - clock()))
        except TimeoutError:
            breaker.note(answered=False)
            why, wait = "no_answer", pause
        except ConnectionError:
            breaker.note(answered=False)
            why, wait = "out_of_reach", pause
        else:
            breaker.note(answered=True)
            if answer.code != "throttled":
                return answer
            why, wait = "throttled", answer.again_in
        if number + 1 == patience.tries or clock() + wait >= until:
            break
        sleep(wait)
        pause *= 2
    raise NoAnswer(why)
