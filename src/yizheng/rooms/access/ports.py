"""What access needs from outside: a reader for cards (身份证、社保卡)."""

from typing import Protocol

from yizheng.rooms.access.cards import CardAnswer


class CardFault(Exception):
    """The card could not be read; `code` is one of `unreadable`, `removed`, `no_card`, `no_answer`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CardReader(Protocol):
    """A reader at a counter or kiosk. It asks the card in it to answer a challenge, and knows no secret itself."""

    def read(self, challenge: bytes) -> CardAnswer:
        """The card's file and its signature over the challenge (32 bytes). Raises CardFault."""
        ...
