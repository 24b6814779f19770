"""Cards that prove whose they are (身份证、社保卡): a file signed by the issuer, and an answer signed by the card itself.

The file says number, serial and days of validity, and holds the card's public key; the issuer's signature stands over
all of it. The answer is the card's signature over our challenge, so a copy of the file is worth nothing. Signatures
are Ed25519; the canonical bytes are JSON with sorted keys. Nothing here keeps or looks up anything.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ANSWERS = b"yizheng card answer\x00"
"""What a card signs is this and the challenge: its key signs for nothing else."""

_KEYS = frozenset({"kind", "number", "serial", "valid_from", "valid_to", "public_key"})
_LONGEST = 4_096


class CardVerdict(StrEnum):
    """What is wrong with a card's answer."""

    BROKEN = "broken"
    UNKNOWN_ISSUER = "unknown_issuer"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    WRONG_ANSWER = "wrong_answer"


class CardNotProved(Exception):
    """A card's answer that proves nothing, and why."""

    def __init__(self, verdict: CardVerdict) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAnswer:
    """What a reader brings: the card's file, the issuer's signature over it, the card's signature over the challenge."""

    file: bytes
    issued: bytes
    answer: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CardHolder:
    """Whose card it is: kind (`identity` or `social_security`), the identity number, the card's serial."""

    kind: str
    number: str
    serial: str


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
