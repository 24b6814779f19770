"""The simulated gateway of the banks: does this account belong to this name and number? It behaves like a real one.

It answers in the banks' codes; a request has a key and is charged once; an account can be asked about so often a day and
no more, since questions could be used to guess; it is slow, out of reach or silent at times, its issuer may be closed at
night, and very rarely it is wrong about a match (a name the bank wrote differently).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from yizheng.simulators.fates import lot
from yizheng.simulators.line import Line

SAME, NOT_SAME, NO_ACCOUNT, CLOSED, ISSUER_AWAY, TOO_OFTEN = "00", "05", "14", "41", "91", "65"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """What the bank knows of an account."""

    name: str
    number: str
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFaults:
    """How often things go wrong, in parts per thousand: of the tries (first five), of the accounts (`written_other`)."""

    out_of_reach: int = 5
    silent: int = 5
    silent_after: int = 5
    issuer_away: int = 10
    slow: int = 20
    slow_seconds: float = 2.0
    written_other: int = 3
    a_second: int = 10
    a_day: int = 5


CALM = BankFaults(out_of_reach=0, silent=0, silent_after=0, issuer_away=0, slow=0, written_other=0)
"""Nothing goes wrong."""


@dataclass(frozen=True, slots=True)
class BankReply:
    """The banks' code: `00` same, `05` not the same, `14` no such account, `41` closed, `65` asked too often, `91` the
    bank itself is away; `throttled`: come back in `again_in` seconds."""

    code: str
    again_in: float = 0.0


class BankCardGateway:
    """One gateway over a register: `holds(account)` says what the banks know."""

    def __init__(
        self,
        holds: Callable[[str], BankAccount | None],
        *,
        seed: int = 1,
        faults: BankFaults | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._holds, self._seed, self._faults = holds, seed, faults or BankFaults()
        self._clock = clock
        self._asked: dict[tuple[str, int], set[str]] = {}
        self.line = Line[BankReply](
            "bank",
            seed=seed,
            faults=self._faults,
            throttled=lambda busy: BankReply("throttled", busy),
            sleep=sleep,
            clock=clock,
        )

    def ask(self, *, request: str, account: str, name: str, number: str, seconds: float) -> BankReply:
        """Answer within so many seconds. Raises ConnectionError or TimeoutError."""
        away = (self._faults.issuer_away, BankReply(ISSUER_AWAY))
        return self.line.ask(request, seconds, lambda: self._check(request, account, name, number), away=away)

    def _check(self, request: str, account: str, name: str, number: str) -> BankReply:
        today = (account, int(self._clock()) // 86_400)
        asked = self._asked.setdefault(today, set())
        if len(asked) >= self._faults.a_day:
            return BankReply(TOO_OFTEN)
        asked.add(request)
        held = self._holds(account)
        if held is None:
            return BankReply(NO_ACCOUNT)
        if not held.is_open:
            return BankReply(CLOSED)
        if lot(self._seed, f"account:{account}", 0) < self._faults.written_other:
            return BankReply(NOT_SAME)
        return BankReply(SAME if (held.name, held.number) == (name, number) else NOT_SAME)
