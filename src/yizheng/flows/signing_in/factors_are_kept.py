"""Factors are enrolled and given up (登录方式管理): passwords, authenticator apps, passkeys, lists of recovery codes.

What always holds: something was shown within five minutes, and something strong where there is something strong
(`check_may_change`); every change ends all other sessions of the holder. Who has just made a passkey or confirmed an app
has shown it.
"""

from datetime import datetime

from django.db import transaction

from yizheng.flows.signing_in.passkey_proves import challenge_is_first
from yizheng.flows.telling import holder_is_told
from yizheng.flows.telling.holder_is_told import Text
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Clock, app_time
from yizheng.rooms import access
from yizheng.rooms.access.data import (
    MOST_PASSKEYS,
    Factor,
    NewPasskey,
    NotProved,
    Passkey,
    Place,
    Session,
)

CHANGED = TEMPLATE = "factor_changed"
LONGEST_LABEL = 32


class ShowAgain(Refused):
    """A factor has to be shown again before factors are changed; the door asks for it and comes back."""


def may_change(session: Session, *, clock: Clock) -> bool:
    """Whether factors may be changed in this session now."""
    return access.queries.may_change_factors(
        session, access.queries.factors_of(session.holder), at=clock.now()
    )


def check_may_change(session: Session, *, clock: Clock) -> None:
    """Raises ShowAgain where a factor has to be shown again first."""
    if not may_change(session, clock=clock):
        raise ShowAgain(access.Why.SHOW_AGAIN)


def set_password(session: Session, password: str, *, known: tuple[str, ...], clock: Clock) -> None:
    """Give oneself a password, or another one. Raises ShowAgain, and Misused for one that is too easy."""
    check_may_change(session, clock=clock)
    at = clock.now()
    with transaction.atomic():
        account = session.holder.account_id
        if account is not None and access.queries.is_staff(account):
            access.actions.set_account_password(account, password, at=at)
        else:
            access.actions.set_password(session.holder, password, known=known, at=at)
        _end_others(session, at)


def end_password(session: Session, *, clock: Clock) -> None:
    """Give one's password up. Raises ShowAgain. Staff keep theirs."""
    check_may_change(session, clock=clock)
    with transaction.atomic():
        access.actions.end_password(session.holder, at=clock.now())
        _end_others(session, clock.now())


def begin_app_key(session: Session, *, clock: Clock) -> str:
    """A secret for an authenticator app, in base 32, to be confirmed by a code of the app. Raises ShowAgain."""
    check_may_change(session, clock=clock)
    with transaction.atomic():
        return access.actions.begin_app_key(session.holder, at=clock.now())


def confirm_app_key(session: Session, code: str, *, clock: Clock) -> bool:
    """Confirm the app by its code; False for a wrong one, five of which end the attempt. Raises ShowAgain."""
    check_may_change(session, clock=clock)
    at = clock.now()
    with transaction.atomic():
        confirmed = access.actions.confirm_app_key(session.holder, code, at=at, app_time=app_time(clock))
        if confirmed:
            access.actions.strengthen_session(session.session_id, factors=[Factor.APP_CODE], at=at)
            _end_others(session, at)
    return confirmed


def end_app_key(session: Session, *, clock: Clock) -> None:
    """Give the authenticator app up. Raises ShowAgain."""
    check_may_change(session, clock=clock)
    with transaction.atomic():
        access.actions.end_app_key(session.holder, at=clock.now())
        _end_others(session, clock.now())


def add_passkey(
    session: Session,
    answer: str,
    *,
    challenge: bytes,
    asked_at: datetime,
    place: Place,
    label: str,
    clock: Clock,
) -> Passkey:
    """Keep the passkey that a browser made. Raises ShowAgain, and Refused where the answer is not what was asked for."""
    check_may_change(session, clock=clock)
    with transaction.atomic():
        first = challenge_is_first(challenge, asked_at, clock.now())
    new = _made(answer, challenge, place) if first else None
    if new is None:
        raise not_made()
    at = clock.now()
    with transaction.atomic():
        known = access.queries.passkeys_of(session.holder)
        if len(known) >= MOST_PASSKEYS or access.queries.passkey_is_known(new.credential_id):
            raise Refused(access.Why.PASSKEY_KNOWN_OR_TOO_MANY)
        made = access.actions.add_passkey(session.holder, new, label=label.strip()[:LONGEST_LABEL], at=at)
        access.actions.strengthen_session(session.session_id, factors=[Factor.PASSKEY], at=at)
        _end_others(session, at)
    return made


def end_passkey(session: Session, passkey_id: int, *, clock: Clock) -> bool:
    """Give a passkey up; False where it is none of the holder's. Raises ShowAgain."""
    check_may_change(session, clock=clock)
    with transaction.atomic():
        ended = access.actions.end_passkey(session.holder, passkey_id, at=clock.now())
        if ended:
            _end_others(session, clock.now())
    return ended


def make_recovery_list(session: Session, *, clock: Clock) -> list[str]:
    """Ten recovery codes to print and keep; the earlier list is worth nothing any more. Raises ShowAgain."""
    check_may_change(session, clock=clock)
    with transaction.atomic():
        codes = access.actions.make_recovery_list(holder=session.holder, actor=session.role, at=clock.now())
        _end_others(session, clock.now())
    return codes


def not_made() -> Refused:
    """The refusal of a passkey that was not made as asked, or that nobody asked for."""
    return Refused(access.Why.PASSKEY_NOT_MADE)


def _made(answer: str, challenge: bytes, place: Place) -> NewPasskey | None:
    try:
        return access.passkeys.check_made(answer, challenge=challenge, place=place)
    except NotProved:
        return None


def _end_others(session: Session, at: datetime) -> None:
    """End all other sessions, and let a beneficiary know by the next round of notices."""
    access.actions.end_sessions(session.holder, by=CHANGED, at=at, keep=session.session_id)
    holder_is_told.queue(Text(holder=session.holder, template=TEMPLATE, facts={}, at=at), actor=session.role)
