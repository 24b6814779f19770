"""Somebody proves who they are (身份核验) by a password, an app's code or a recovery code; passkeys have their own story.

What always holds: a try is counted before it is looked at, under the name typed and the holder it turned out to be, and
five failures in a row close both for a quarter of an hour, whatever is guessed; nobody learns whether a name exists;
what may be used once is used once. Tries on a device on which the holder has signed in before count by themselves:
strangers who guess elsewhere do not keep the holder out. Passwords are hashed outside any transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yizheng.kernel.time import Clock, app_time
from yizheng.rooms import access
from yizheng.rooms.access.data import (
    LONGEST_PASSWORD,
    Factor,
    Holder,
    RecoveryKind,
    SignInRules,
    Try,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How a proof ended: whose it is and by which factor when it succeeded; until when to wait when it is locked; whether
    this way is closed until a person has seen the holder; and how many more may fail before it is locked."""

    holder: Holder | None = None
    factor: Factor | None = None
    locked_until: datetime | None = None
    closed: bool = False
    tries_left: int = 0

    @property
    def succeeded(self) -> bool:
        """Whether anything was proved."""
        return self.holder is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How proofs are asked for: the name typed, on which device (empty where there is none), and after how many failures
    in a row a way is closed."""

    typed: str
    device: bytes = b""
    most_in_a_row: int = SignInRules().failures_in_a_row

    def names(self, holder: Holder | None) -> tuple[str, ...]:
        """Under which names a try is counted: what was typed, and the holder if there is one; apart for a device of the
        holder's own."""
        own = holder is not None and self.device and access.queries.is_own_device(holder, self.device)
        mark = f"@{self.device.hex()}" if own else ""
        return tuple(f"{name}{mark}" for name in (self.typed, str(holder) if holder else "") if name)


def by_password(holder: Holder | None, password: str, *, asked: Asked, clock: Clock) -> Proof:
    """Prove by password. Takes as long for a holder who does not exist or has none."""
    begun, locked = begin_proof(holder, asked, Factor.PASSWORD, clock)
    if locked:
        return locked
    kept = access.queries.password_hash(holder) if holder else None
    fits = access.queries.password_fits(password[:LONGEST_PASSWORD], kept)
    return end_proof(begun, holder if fits else None, Factor.PASSWORD, about=holder, clock=clock)


def by_app_code(holder: Holder | None, code: str, *, asked: Asked, clock: Clock) -> Proof:
    """Prove by a code of the authenticator app."""

    def check(at: datetime) -> bool:
        del at  # the code is of the moment that the app's device shows
        return holder is not None and access.actions.check_app_code(holder, code, app_time=app_time(clock))

    return _by_code(holder, Factor.APP_CODE, check, asked=asked, clock=clock)


def by_recovery_code(
    holder: Holder | None, code: str, *, asked: Asked, clock: Clock
) -> tuple[Proof, RecoveryKind | None]:
    """Prove by a recovery code, of the own list or a service point's slip; which of them it was."""
    kind: list[RecoveryKind] = []

    def check(at: datetime) -> bool:
        used = access.actions.use_recovery_code(holder=holder, code=code, at=at) if holder else None
        kind.extend([used] if used else [])
        return bool(used)

    proof = _by_code(holder, Factor.RECOVERY, check, asked=asked, clock=clock)
    return proof, (kind[0] if kind else None)


def _by_code(
    holder: Holder | None, factor: Factor, check: Callable[[datetime], bool], *, asked: Asked, clock: Clock
) -> Proof:
    begun, locked = begin_proof(holder, asked, factor, clock)
    if locked:
        return locked
    with transaction.atomic():
        fits = check(clock.now())
    return end_proof(begun, holder if fits else None, factor, about=holder, clock=clock)


def begin_proof(
    holder: Holder | None, asked: Asked, factor: Factor, clock: Clock
) -> tuple[Try, Proof | None]:
    at = clock.now()
    with transaction.atomic():
        begun = begin_try(holder, asked, factor, at=at)
        if not begun.allowed:
            access.actions.end_try(
                begun, succeeded=False, factor=factor, who=_who(holder), at=at, holder=holder
            )
    return begun, None if begun.allowed else Proof(locked_until=begun.locked_until, closed=begun.closed)


def begin_try(holder: Holder | None, asked: Asked, factor: Factor, *, at: datetime) -> Try:
    """Count a try, in the caller's transaction."""
    return access.actions.begin_try(
        asked.names(holder), factor=factor, at=at, most_in_a_row=asked.most_in_a_row, nobody=holder is None
    )


def end_proof(
    begun: Try, proved: Holder | None, factor: Factor, *, about: Holder | None, clock: Clock
) -> Proof:
    with transaction.atomic():
        access.actions.end_try(
            begun,
            succeeded=proved is not None,
            factor=factor,
            who=_who(about),
            at=clock.now(),
            holder=about,
        )
    return Proof(holder=proved, factor=factor if proved else None, tries_left=begun.left)


def _who(holder: Holder | None) -> str:
    """The actor as the ledger has it: a member of staff by name, others by what they are, a name of nobody as unknown."""
    if holder is None:
        return "unknown"
    if holder.account_id is None:
        return "citizen"
    account = access.queries.account_of(holder.account_id)
    return account.username if account else "unknown"
