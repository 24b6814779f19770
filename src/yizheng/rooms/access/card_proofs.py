"""Checking a card's proof (卡证核验): the issuer's signature over its file, its days, its signature over our challenge.

Signatures are Ed25519; the canonical bytes are JSON with sorted keys. Nothing here keeps or looks up anything.
"""

import json
from collections.abc import Sequence
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from yizheng.rooms.access.cards import ANSWERS, CardAnswer, CardHolder, CardNotProved, CardVerdict

_KEYS = frozenset({"kind", "number", "serial", "valid_from", "valid_to", "public_key"})
_LONGEST = 4_096


def card_file(
    *, kind: str, number: str, serial: str, valid_from: date, valid_to: date, public_key: bytes
) -> bytes:
    """The canonical bytes of a card's file."""
    said = {
        "kind": kind,
        "number": number,
        "serial": serial,
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat(),
        "public_key": public_key.hex(),
    }
    return json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def check_card(given: CardAnswer, *, challenge: bytes, issuers: Sequence[bytes], today: date) -> CardHolder:
    """Whose card answered. `issuers` are the public keys (32 bytes) that are trusted. Raises CardNotProved."""
    if not any(_signed(issuer, given.issued, given.file) for issuer in issuers):
        raise CardNotProved(CardVerdict.UNKNOWN_ISSUER)
    try:
        said = json.loads(given.file)
        first, last = date.fromisoformat(said["valid_from"]), date.fromisoformat(said["valid_to"])
        public = bytes.fromhex(said["public_key"])
        whole = set(said) == _KEYS and len(given.file) <= _LONGEST
    except (ValueError, KeyError, TypeError) as broken:
        raise CardNotProved(CardVerdict.BROKEN) from broken
    if not whole:
        raise CardNotProved(CardVerdict.BROKEN)
    if today < first:
        raise CardNotProved(CardVerdict.NOT_YET_VALID)
    if today > last:
        raise CardNotProved(CardVerdict.EXPIRED)
    if not _signed(public, given.answer, ANSWERS + challenge):
        raise CardNotProved(CardVerdict.WRONG_ANSWER)
    return CardHolder(kind=str(said["kind"]), number=str(said["number"]), serial=str(said["serial"]))


def _signed(public: bytes, signature: bytes, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
