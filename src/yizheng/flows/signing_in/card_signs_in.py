"""A citizen signs in by a card in a reader (刷卡登录): our challenge, the card's answer, the issuer's word for the card.

The reader is asked outside any transaction. A copied card file answers no new challenge; an answer is used once; an
expired or foreign card opens nothing. What is wrong with a card is told as what to do, never as an accusation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yizheng.flows.signing_in.factors_are_proved import Asked, Proof, begin_try
from yizheng.kernel.time import Clock
from yizheng.rooms import access, people
from yizheng.rooms.access.data import (
    PENDING_FOR,
    CardAnswer,
    CardHolder,
    CardNotProved,
    Factor,
    Holder,
    OnceKind,
)
from yizheng.rooms.access.ports import CardFault, CardReader

ACTOR = "kiosk"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSignIn:
    """How it ended: the proof, and where there is none a code for the words on the screen."""

    proof: Proof
    trouble: str = ""


def sign_in(
    reader: CardReader, *, challenge: bytes, asked_at: datetime, issuers: Sequence[bytes], clock: Clock
) -> CardSignIn:
    """Ask the card in the reader to answer `challenge`, which was made at `asked_at`, and see whose it is.

    `trouble` is a fault of the reader (`unreadable`, `removed`, `no_card`, `no_answer`), a verdict on the card
    (`expired`, `unknown_issuer`, `wrong_answer` ...), `used` for a challenge that had its answer, `nobody` for a card
    whose number is on no roster, or `locked`.
    """
    try:
        given = reader.read(challenge)
    except CardFault as fault:
        return CardSignIn(proof=Proof(), trouble=fault.code)
    return answer_counts(given, challenge=challenge, asked_at=asked_at, issuers=issuers, clock=clock)


def answer_counts(
    given: CardAnswer, *, challenge: bytes, asked_at: datetime, issuers: Sequence[bytes], clock: Clock
) -> CardSignIn:
    """See whose card answered, and use the challenge up whatever the answer was worth."""
    at = clock.now()
    card, trouble = _judged(given, challenge, issuers, at)
    pno = people.queries.find_by_number(card.number) if card else None
    holder = None if pno is None else Holder.person(pno)
    if card and holder is None:
        trouble = "nobody"
    with transaction.atomic():
        typed = f"card:{card.serial}" if card else f"card:{given.file.hex()[:64]}"
        begun = begin_try(holder, Asked(typed=typed), Factor.CARD, at=at)
        until = asked_at + PENDING_FOR
        first = access.actions.use_once(OnceKind.CARD_CHALLENGE, challenge, at=at, until=until)
        if not (first and asked_at <= at < until):
            trouble = trouble or "used"
        trouble = trouble if begun.allowed else "locked"
        access.actions.end_try(
            begun, succeeded=not trouble, factor=Factor.CARD, who=ACTOR, at=at, holder=holder
        )
    proved = None if trouble else holder
    proof = Proof(holder=proved, factor=Factor.CARD if proved else None, locked_until=begun.locked_until)
    return CardSignIn(proof=proof, trouble=trouble)


def _judged(
    given: CardAnswer, challenge: bytes, issuers: Sequence[bytes], at: datetime
) -> tuple[CardHolder | None, str]:
    try:
        return access.queries.check_card(given, challenge=challenge, issuers=issuers, today=at.date()), ""
    except CardNotProved as wrong:
        return None, wrong.verdict.value
