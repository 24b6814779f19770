"""Somebody proves who they are by a passkey or hardware key (通行密钥): our challenge, the browser's answer, once.

The challenge is made here, kept in the session that asks, and used up by the first answer that reaches it, right or
wrong; an answer in another session meets no challenge. Tries are counted as for every factor.
"""

import secrets
from datetime import datetime

from django.db import transaction

from yizheng.flows.signing_in.factors_are_proved import Asked, Proof, begin_proof, end_proof
from yizheng.kernel.time import Clock
from yizheng.rooms import access
from yizheng.rooms.access.data import (
    CHALLENGE_BYTES,
    PENDING_FOR,
    Factor,
    Holder,
    NotProved,
    OnceKind,
    Passkey,
    Place,
)


def new_challenge() -> bytes:
    """A challenge for a passkey or a card: 256 random bits, to be kept in the session that asks."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def by_passkey(
    answer: str,
    *,
    challenge: bytes,
    asked_at: datetime,
    place: Place,
    clock: Clock,
    expected: Holder | None = None,
) -> Proof:
    """The proof in a browser's answer to the challenge made at `asked_at`; with `expected` it must be that holder's."""
    at = clock.now()
    try:
        credential = access.passkeys.credential_of(answer)
    except NotProved:
        credential = b""
    key = access.queries.find_passkey(credential) if credential else None
    about = key.holder if key else expected
    typed = f"passkey:{credential.hex()[:64]}"
    begun, locked = begin_proof(about, Asked(typed=typed), Factor.PASSKEY, clock)
    if locked:
        return locked
    proved = None
    with transaction.atomic():
        first = challenge_is_first(challenge, asked_at, at)
        if first and key is not None and expected in (None, key.holder):
            proved = _signed_by(key, answer, challenge, place, at)
    return end_proof(begun, proved, Factor.PASSKEY, about=about, clock=clock)


def challenge_is_first(challenge: bytes, asked_at: datetime, at: datetime) -> bool:
    """Use a challenge up, in the caller's transaction; False for one that was used or is too old."""
    until = asked_at + PENDING_FOR
    used_now = access.actions.use_once(OnceKind.PASSKEY_CHALLENGE, challenge, at=at, until=until)
    return used_now and asked_at <= at < until


def _signed_by(key: Passkey, answer: str, challenge: bytes, place: Place, at: datetime) -> Holder | None:
    """Whose key signed; the key is read again under lock, so that its counter is the last one."""
    kept = access.queries.passkey_for_update(key.passkey_id)
    if kept is None:
        return None
    handle = access.queries.user_handle(kept.holder)
    try:
        count = access.passkeys.check_signed(
            answer, challenge=challenge, place=place, key=kept, handle=handle
        )
    except NotProved:
        return None
    access.actions.passkey_signed(kept.passkey_id, sign_count=count, at=at)
    return kept.holder
