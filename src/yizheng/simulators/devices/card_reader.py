"""A simulated card reader with simulated cards (身份证、社保卡读卡器): honest cards, and what goes wrong with them.

A card has a key of its own that never leaves it, and a file signed by its maker. The reader hands a challenge to the card
in it and brings the answer. Faults: the card cannot be read, is taken out too early, is too old, is a copy that can only
repeat an answer once overheard, or is slow; a slow card is waited for as long as a person would.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yizheng.rooms import access
from yizheng.rooms.access.data import ANSWERS, CardAnswer
from yizheng.rooms.access.ports import CardFault

FIRST, LAST = date(2016, 1, 1), date(2036, 12, 31)
SLOW_SECONDS = 2.0
PATIENCE_SECONDS = 8.0


class Fault(StrEnum):
    """What goes wrong with a card in the reader."""

    NONE = "none"
    UNREADABLE = "unreadable"
    REMOVED = "removed"
    EXPIRED = "expired"
    CLONED = "cloned"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class SimulatedCard:
    """A card: what can be read from it, and the key that it keeps to itself."""

    file: bytes
    issued: bytes
    key: Ed25519PrivateKey = field(repr=False)

    def answer(self, challenge: bytes) -> bytes:
        """The card's signature over a challenge."""
        return self.key.sign(ANSWERS + challenge)


class CardMaker:
    """Makes cards under one issuer's key; the same seed makes the same cards."""

    def __init__(self, *, seed: bytes) -> None:
        self._seed = seed
        self._key = self._derived("issuer")

    @property
    def issuer(self) -> bytes:
        """The issuer's public key (32 bytes)."""
        return self._key.public_key().public_bytes_raw()

    def make(
        self, number: str, *, kind: str = "social_security", valid_from: date = FIRST, valid_to: date = LAST
    ) -> SimulatedCard:
        """The card of the person with this identity number."""
        key = self._derived(f"card:{kind}:{number}")
        serial = hashlib.sha256(b"serial" + key.public_key().public_bytes_raw()).hexdigest()[:16]
        file = access.queries.card_file(
            kind=kind,
            number=number,
            serial=serial,
            valid_from=valid_from,
            valid_to=valid_to,
            public_key=key.public_key().public_bytes_raw(),
        )
        return SimulatedCard(file=file, issued=self._key.sign(file), key=key)

    def _derived(self, name: str) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(self._seed + name.encode()).digest())


class SimulatedCardReader:
    """A reader with at most one card in it."""

    def __init__(
        self,
        card: SimulatedCard | None,
        *,
        fault: Fault = Fault.NONE,
        slow_seconds: float = SLOW_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._card, self._fault = card, fault
        self._slow, self._sleep = slow_seconds, sleep

    def read(self, challenge: bytes) -> CardAnswer:
        """The card's file and its answer. Raises CardFault."""
        if self._card is None:
            raise CardFault("no_card")
        if self._fault in (Fault.UNREADABLE, Fault.REMOVED):
            raise CardFault(self._fault.value)
        if self._fault is Fault.SLOW:
            self._sleep(min(self._slow, PATIENCE_SECONDS))
            if self._slow > PATIENCE_SECONDS:
                raise CardFault("no_answer")
        heard = b"overheard" if self._fault is Fault.CLONED else challenge
        return CardAnswer(file=self._card.file, issued=self._card.issued, answer=self._card.answer(heard))
