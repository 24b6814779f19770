"""The simulated gateway to an authority's photos: like a real one, faults included, and the same way each time.

A request has a key: asked again with it, the gateway gives the same answer and counts it once. It is slow, out of reach
or silent at times (and silence may mean that it did the work); it lets so many requests through a second and then says
when to come back; some people have no photo, some an old or a damaged one, and rarely it gives somebody else's. Whoever
asks with a name that does not fit the number is told so and nothing more.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from yizheng.simulators.fates import fate, lot
from yizheng.simulators.line import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the authority holds of a number: the name, how to draw the photo, when it was taken."""

    name: str
    photo: Callable[[], bytes]
    taken_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFaults:
    """How often things go wrong: of the tries (first four) and of the people (the others), in parts per thousand."""

    out_of_reach: int = 5
    silent: int = 5
    silent_after: int = 5
    slow: int = 30
    slow_seconds: float = 1.5
    without_photo: int = 20
    damaged: int = 4
    of_another: int = 1
    old: int = 100
    a_second: int = 20


CALM = PhotoFaults(
    out_of_reach=0, silent=0, silent_after=0, slow=0, without_photo=0, damaged=0, of_another=0, old=0
)
"""Nothing goes wrong."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`found` with a photo and its day, `no_photo`, `not_matched`, or `throttled`: come back in `again_in` seconds."""

    code: str
    photo: bytes = field(default=b"", repr=False)
    taken_on: date | None = None
    again_in: float = 0.0


class PhotoGateway:
    """One gateway over a register: `holds(number)` says what the authority knows of an identity number."""

    def __init__(
        self,
        holds: Callable[[str], Held | None],
        *,
        another: Callable[[], bytes],
        seed: int = 1,
        faults: PhotoFaults | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._holds, self._another, self._seed = holds, another, seed
        self._faults = faults or PhotoFaults()
        self.line = Line[Reply](
            "authority",
            seed=seed,
            faults=self._faults,
            throttled=lambda busy: Reply("throttled", again_in=busy),
            sleep=sleep,
            clock=clock,
        )

    def ask(self, *, request: str, number: str, name: str, seconds: float) -> Reply:
        """Answer within so many seconds. Raises ConnectionError or TimeoutError, as a client would see them."""
        return self.line.ask(request, seconds, lambda: self._look_up(number, name))

    def _look_up(self, number: str, name: str) -> Reply:
        held = self._holds(number)
        if held is None or held.name != name:
            return Reply("not_matched")
        shares = {
            one: getattr(self._faults, one) for one in ("without_photo", "damaged", "of_another", "old")
        }
        what = fate(shares, lot(self._seed, f"person:{number}", 0), "usual")
        if what == "without_photo":
            return Reply("no_photo")
        if what == "of_another":
            return Reply("found", self._another(), held.taken_on)
        photo = held.photo()
        if what == "damaged":
            return Reply("found", photo[: len(photo) // 3], held.taken_on)
        taken_on = held.taken_on - timedelta(days=20 * 365) if what == "old" else held.taken_on
        return Reply("found", photo, taken_on)
