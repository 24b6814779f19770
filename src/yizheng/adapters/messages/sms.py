"""The client of an SMS gateway (短信网关): turns the gateway's answers into what the outbox understands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from yizheng.rooms.notices.data import Fate, Hindrance
from yizheng.rooms.notices.ports import TryLater, Undeliverable


@dataclass(frozen=True, slots=True)
class Answer:
    """A gateway's answer: a code of its own and, when it accepted the text, a receipt."""

    code: str
    receipt: str = ""


class GatewayAnswer(Protocol):
    """Anything shaped like an `Answer`."""

    @property
    def code(self) -> str:
        """`accepted`, `busy`, `throttled` or `rejected`."""
        ...

    @property
    def receipt(self) -> str:
        """The gateway's number for the text."""
        ...


class Gateway(Protocol):
    """A gateway's one call. Asked twice with the same key, it sends once and gives the same receipt.

    Raises TimeoutError when no answer came (the text may have gone out) and ConnectionError when it was out of reach.
    """

    def submit(self, *, key: str, phone: str, text: str) -> GatewayAnswer: ...


class SmsChannel:
    """Notices as short messages."""

    needs_phone = True

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def send(self, *, key: str, address: str, text: str) -> str:
        """Hand one text to the gateway. A time-out is `TryLater`: the key makes sending again safe."""
        try:
            answer = self._gateway.submit(key=key, phone=address, text=text)
        except TimeoutError:
            raise TryLater(Hindrance.NO_ANSWER) from None
        except ConnectionError:
            raise TryLater(Hindrance.OUT_OF_REACH) from None
        if answer.code == "accepted":
            return answer.receipt
        if answer.code in (Hindrance.BUSY, Hindrance.THROTTLED):
            raise TryLater(Hindrance(answer.code))
        raise Undeliverable(f"gateway_{answer.code}")


class GatewayReport(Protocol):
    """A report on one text: its receipt, and `delivered` or why it was lost (`nobodys`, `phone_off`)."""

    @property
    def receipt(self) -> str: ...
    @property
    def state(self) -> str: ...


class ReportingGateway(Protocol):
    """A gateway that tells what became of texts, as often as it is asked; some reports come twice.

    Raises TimeoutError when no answer came and ConnectionError when it was out of reach.
    """

    def reports(self) -> Sequence[GatewayReport]: ...


class SmsReports:
    """What became of short messages (状态报告)."""

    def __init__(self, gateway: ReportingGateway) -> None:
        self._gateway = gateway

    def of(self, receipts: Collection[str]) -> list[Fate]:
        """What the gateway knows by now of these texts."""
        try:
            told = self._gateway.reports()
        except TimeoutError:
            raise TryLater(Hindrance.NO_ANSWER) from None
        except ConnectionError:
            raise TryLater(Hindrance.OUT_OF_REACH) from None
        wanted = set(receipts)
        return [
            Fate(
                receipt=one.receipt,
                delivered=one.state == "delivered",
                why="" if one.state == "delivered" else one.state,
            )
            for one in told
            if one.receipt in wanted
        ]
