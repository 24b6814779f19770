"""Cards that prove whose they are (身份证、社保卡): a file signed by the issuer, and an answer signed by the card itself.

The file says number, serial and days of validity, and holds the card's public key; the issuer's signature stands over
all of it. The answer is the card's signature over our challenge, so a copy of the file is worth nothing. `card_proofs`
makes the file and checks the signatures.
"""

from dataclasses import dataclass
from enum import StrEnum

ANSWERS = b"yizheng card answer\x00"
"""What a card signs is this and the challenge: its key signs for nothing else."""


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
