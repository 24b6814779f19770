"""What notices need from outside: somebody who carries a text to an address, and the agency's letters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from yizheng.rooms.notices.data import Fate, Hindrance


class TryLater(Exception):
    """The text may not have arrived: the channel was busy, out of reach, or did not answer. Sending again is safe.

    `str()` is the code of the hindrance, which the message keeps; the doors have its words.
    """

    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__(hindrance)
        self.hindrance = hindrance

    def __str__(self) -> str:
        return self.hindrance.value


class Undeliverable(Exception):
    """The text will never arrive at this address; the message says why in a word."""


class Channel(Protocol):
    """One way of reaching a person (短信, 文件, 屏幕)."""

    @property
    def needs_phone(self) -> bool:
        """Whether the address is a phone number, without which nothing can be sent."""
        ...

    def send(self, *, key: str, address: str, text: str) -> str:
        """Hand over a text once and give the receipt. The same key a second time sends nothing.

        Raises TryLater or Undeliverable.
        """
        ...


class Reports(Protocol):
    """What a channel can tell of texts that it took (状态报告)."""

    def of(self, receipts: Collection[str]) -> Sequence[Fate]:
        """What is known by now of the texts with these receipts: of none, some or all; of one text perhaps twice.

        Raises TryLater where the channel cannot be asked.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Who carries short messages, and who can tell what became of them (None: nobody)."""

    channel: Channel
    reports: Reports | None = None


class Letter(Protocol):
    """A template's text in both languages, and how its facts are said."""

    @property
    def zh(self) -> str:
        """Chinese."""
        ...

    @property
    def en(self) -> str:
        """English."""
        ...

    def say(self, name: str, value: str, language: str) -> str:
        """A fact in words of the language (`zh` or `en`), by the ending of its name."""
        ...
