"""Sessions of everybody at every door (会话): begun with their factors, held to their limits, listed and ended.

A session ends by the clock (12 hours or 30 minutes idle for staff, 24 hours or one hour for others), by its owner, with
its account, and with every change of a factor but for the one in which the change was made.
"""

from collections.abc import Iterable

from django.db import transaction

from yizheng.kernel.time import Clock
from yizheng.rooms import access
from yizheng.rooms.access.data import (
    CITIZEN,
    CITIZEN_LIMITS,
    HELPER,
    SEEN_EVERY,
    STAFF_LIMITS,
    Factor,
    Holder,
    Session,
    SessionLimits,
    Way,
)


def begin(
    index: bytes,
    *,
    holder: Holder,
    role: str,
    way: Way,
    factors: Iterable[Factor],
    device: bytes,
    device_name: str,
    clock: Clock,
) -> Session:
    """Begin a session for a holder who has shown these factors. `index` is the keyed index of the session's key."""
    at = clock.now()
    with transaction.atomic():
        access.actions.forget_used(at=at)
        return access.actions.begin_session(
            index,
            holder=holder,
            role=role,
            way=way,
            factors=factors,
            device=device,
            device_name=device_name,
            at=at,
        )


def find(index: bytes, *, clock: Clock) -> Session | None:
    """The session with this index while it lasts, noted as used; None for one that ended or is over by the clock."""
    found, at = access.queries.find_session(index), clock.now()
    if found is None or found.ended_by or not _may_sign_in(found.holder):
        return None
    over = access.queries.is_over(found, limits_of(found.role), at=at)
    if over:
        with transaction.atomic():
            access.actions.end_sessions(found.holder, session_id=found.session_id, by=over, at=at)
        return None
    if at - found.seen_at >= SEEN_EVERY:
        with transaction.atomic():
            access.actions.session_is_seen(found.session_id, at=at)
    return found


def strengthen(session: Session, *, factors: Iterable[Factor], clock: Clock) -> None:
    """Note that these factors were shown in the session just now."""
    with transaction.atomic():
        access.actions.strengthen_session(session.session_id, factors=factors, at=clock.now())


def end(session: Session, *, by: str, clock: Clock) -> None:
    """End a session; `by` is why: `signed_out`, `by_owner`."""
    with transaction.atomic():
        access.actions.end_sessions(session.holder, session_id=session.session_id, by=by, at=clock.now())


def end_one(session: Session, session_id: int, *, clock: Clock) -> bool:
    """End another session of the same holder; False where it is none of the holder's, or ended already."""
    with transaction.atomic():
        ended = access.actions.end_sessions(
            session.holder, session_id=session_id, by="by_owner", at=clock.now(), keep=session.session_id
        )
    return bool(ended)


def end_others(session: Session, *, clock: Clock) -> int:
    """End all other sessions of the holder; gives how many."""
    with transaction.atomic():
        return access.actions.end_sessions(
            session.holder, by="by_owner", at=clock.now(), keep=session.session_id
        )


def limits_of(role: str) -> SessionLimits:
    """How long a session of this role holds."""
    return CITIZEN_LIMITS if role in (CITIZEN, HELPER) else STAFF_LIMITS


def _may_sign_in(holder: Holder) -> bool:
    """Whether the holder's account is open; a beneficiary has none that could be closed."""
    if holder.account_id is None:
        return True
    account = access.queries.account_of(holder.account_id)
    return account is not None and account.is_active
