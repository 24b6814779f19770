"""The line to a simulated gateway, as unreliable as real ones, and the same way each time.

A request has a key: asked again with it, it gets the same answer and is charged once. The line is slow, out of reach or
silent at times (and silence may mean that the work was done), and lets so many requests through a second.
"""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from yizheng.simulators.fates import fate, lot

R = TypeVar("R")


class LineFaults(Protocol):
    """How often a line fails, in parts per thousand of the tries; how slow slow is; how many it takes a second."""

    @property
    def out_of_reach(self) -> int: ...
    @property
    def silent(self) -> int: ...
    @property
    def silent_after(self) -> int: ...
    @property
    def slow(self) -> int: ...
    @property
    def slow_seconds(self) -> float: ...
    @property
    def a_second(self) -> int: ...


class Line(Generic[R]):
    """A line to `who`. `throttled` makes the answer of one who comes too fast, from the seconds to wait."""

    def __init__(
        self,
        who: str,
        *,
        seed: int,
        faults: LineFaults,
        throttled: Callable[[float], R],
        sleep: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self._who, self._seed, self._faults, self._throttled = who, seed, faults, throttled
        self._sleep, self._clock = sleep, clock
        self._replies: dict[str, R] = {}
        self._tries: dict[str, int] = {}
        self._second: tuple[int, int] = (0, 0)
        self.down = False

    @property
    def counted(self) -> int:
        """How many requests were answered and are charged for; one asked twice counts once."""
        return len(self._replies)

    def ask(
        self, request: str, seconds: float, answer: Callable[[], R], *, away: tuple[int, R] | None = None
    ) -> R:
        """Answer within so many seconds. Raises ConnectionError or TimeoutError, as a client would see them.

        `away`: how often somebody behind the gateway is not there, in parts per thousand, and what is said then.
        """
        if self.down:
            raise ConnectionError(f"the simulated {self._who} is out of reach")
        busy = self._busy_for()
        if busy:
            return self._throttled(busy)
        what = self._fate_of(request, away[0] if away else 0)
        if what == "out_of_reach":
            raise ConnectionError(f"the simulated {self._who} is out of reach")
        if what == "silent":
            self._say_nothing(seconds)
        if what == "away" and away:
            return away[1]
        if what == "slow":
            self._take_time(seconds)
        if request not in self._replies:
            self._replies[request] = answer()
        if what == "silent_after":
            self._say_nothing(seconds)
        return self._replies[request]

    def _fate_of(self, request: str, away: int) -> str:
        tries = self._tries[request] = self._tries.get(request, 0) + 1
        faults = self._faults
        shares = {
            "out_of_reach": faults.out_of_reach,
            "silent": faults.silent,
            "silent_after": faults.silent_after,
            "away": away,
            "slow": faults.slow,
        }
        return fate(shares, lot(self._seed, request, tries), "answers")

    def _say_nothing(self, seconds: float) -> None:
        self._sleep(seconds)
        raise TimeoutError(f"the simulated {self._who} did not answer")

    def _take_time(self, seconds: float) -> None:
        self._sleep(min(self._faults.slow_seconds, seconds))
        if self._faults.slow_seconds > seconds:
            raise TimeoutError(f"the simulated {self._who} was too slow")

    def _busy_for(self) -> float:
        """0 for so many requests a second, and then the time until the next second."""
        now = self._clock()
        second, used = self._second
        if int(now) != second:
            second, used = int(now), 0
        if used >= self._faults.a_second:
            return int(now) + 1 - now
        self._second = (second, used + 1)
        return 0.0
