"""Whose cards are trusted."""

from yizheng.wiring import suppliers


def card_issuers() -> tuple[bytes, ...]:
    """The public keys of card issuers that are trusted. Raises Refused where they cannot be read."""
    return suppliers.supplied(suppliers.CARD_ISSUERS)
