"""The client of a gateway that says whose a bank account is (`rooms.payments.ports.BankCardCheck`)."""

import time
from collections.abc import Callable
from typing import Protocol

from yizheng.adapters.calls import Breaker, NoAnswer, Patience, Reply, ask
from yizheng.rooms.payments.ports import AccountMatch

_MEANT = {
    "00": AccountMatch.SAME,
    "05": AccountMatch.NOT_SAME,
    "14": AccountMatch.NO_ACCOUNT,
    "41": AccountMatch.CLOSED,
    "65": AccountMatch.ASKED_TOO_OFTEN,
}


class CardLine(Protocol):
    """A gateway's one call. Raises TimeoutError or ConnectionError; the same request again is the same question,
    answered alike and counted once."""

    def ask(self, *, request: str, account: str, name: str, number: str, seconds: float) -> Reply: ...


class BankCardClient:
    """Asks whose an account is. An unknown code is no answer, never a no."""

    def __init__(
        self,
        line: CardLine,
        *,
        breaker: Breaker | None = None,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line, self._breaker = line, breaker or Breaker()
        self._patience = patience or Patience()
        self._sleep, self._clock = sleep, clock

    def check(self, *, account: str, name: str, number: str, request: str) -> AccountMatch:
        """See `BankCardCheck`."""
        try:
            reply = ask(
                lambda seconds: self._line.ask(
                    request=request, account=account, name=name, number=number, seconds=seconds
                ),
                breaker=self._breaker,
                patience=self._patience,
                sleep=self._sleep,
                clock=self._clock,
            )
        except NoAnswer:
            return AccountMatch.UNAVAILABLE
        return _MEANT.get(reply.code, AccountMatch.UNAVAILABLE)
