"""How long and how large the body of a request may be, and how many may be on their way at once.

A body is awaited before a thread is given to its request, so that a sender who dawdles holds nothing that others need.
Every figure is per web process. Nobody is named or kept: addresses are counted while their bodies are on the way.
"""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

MOST_BYTES = 9 << 20
"""A whole request with its files: a picture of 8 MB, or twelve frames, and their form."""
MOST_OF_A_SOURCE = 21 << 20
"""What a clerk takes in from a department: a file of 20 MB, and its form."""
FROM_SOURCES = "/staff/sources/"
GRACE_SECONDS = 15.0
"""What any body may take. A form of a phone with one bar of signal is here in two."""
BYTES_A_SECOND = 8192
"""Each second beyond that must have brought as much: a picture of 8 MB may take a quarter of an hour, 3 bytes may not."""
MOST_OF_AN_ADDRESS = 32
"""Bodies of one address on the way at once. A hall of counters behind one address has a handful; proxies count apart."""
MOST_WAITING_BYTES = 192 << 20
"""Of all bodies together, beyond their first SMALL bytes: twenty pictures at once, or nine files of departments."""
SMALL = 64 << 10
"""A form without a file. Forms are never refused for what the pictures of others take."""

Receive = Callable[[], Awaitable[dict[str, Any]]]


class Cut(Enum):
    """Why a request is given up."""

    TOO_LATE = "too_late"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    TOO_MUCH = "too_much"
    NO_ANSWER = "no_answer"

    @property
    def status(self) -> int:
        """The status that says so."""
        return {Cut.TOO_LATE: 408, Cut.TOO_LARGE: 413, Cut.TOO_MANY: 429}.get(self, 503)


class BodyCut(Exception):
    """A request that is given up: its body was not read to the end, or no answer to it came in time."""

    def __init__(self, why: Cut) -> None:
        super().__init__(why.name)
        self.why = why


class SenderGone(Exception):
    """Who sent the request has hung up: nobody waits for an answer."""


def most_bytes(path: str) -> int:
    """How large a request to this address may be."""
    return MOST_OF_A_SOURCE if path.startswith(FROM_SOURCES) else MOST_BYTES


@dataclass(slots=True)
class Bodies:
    """The bodies on their way to one process. For one event loop alone."""

    grace: float = GRACE_SECONDS
    of_address: Counter[str] = field(default_factory=Counter)
    waiting_bytes: int = 0

    async def whole(
        self, receive: Receive, *, path: str, address: str, declared: int | None, within: "Within"
    ) -> bytes:
        """The body once it is here. `address` is empty where it is unknown or a proxy's. Raises BodyCut, SenderGone."""
        if declared is not None and declared > most_bytes(path):
            raise BodyCut(Cut.TOO_LARGE)
        if declared == 0:
            return b""
        if address and self.of_address[address] >= MOST_OF_AN_ADDRESS:
            raise BodyCut(Cut.TOO_MANY)
        self.of_address[address] += 1
        try:
            return await self._read(receive, most_bytes(path), within)
        finally:
            self.of_address[address] -= 1
            if not self.of_address[address]:
                del self.of_address[address]

    async def _read(self, receive: Receive, most: int, within: "Within") -> bytes:
        body = bytearray()
        charged = 0
        begun = time.monotonic()
        try:
            while True:
                until = begun + self.grace + len(body) / BYTES_A_SECOND
                try:
                    message = await within(receive(), until - time.monotonic())
                except TimeoutError:
                    raise BodyCut(Cut.TOO_LATE) from None
                if message["type"] == "http.disconnect":
                    raise SenderGone
                body += message.get("body", b"")
                if len(body) > most:
                    raise BodyCut(Cut.TOO_LARGE)
                more = max(0, len(body) - SMALL) - charged
                if more and self.waiting_bytes + more > MOST_WAITING_BYTES:
                    raise BodyCut(Cut.TOO_MUCH)
                self.waiting_bytes += more
                charged += more
                if not message.get("more_body"):
                    return bytes(body)
        finally:
            self.waiting_bytes -= charged


Within = Callable[[Awaitable[dict[str, Any]], float], Awaitable[dict[str, Any]]]
"""Waits for something at most so many seconds, else raises TimeoutError: `asyncio.wait_for`."""


def declared_bytes(headers: Mapping[str, str]) -> int | None:
    """How long the sender says that the body is: 0 without any, None where it comes in pieces."""
    if "transfer-encoding" in headers:
        return None
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 12 else MOST_OF_A_SOURCE + 1
