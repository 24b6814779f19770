"""Sessions begin, are seen, are strengthened and end; and the tickets by which a phone lets another machine in."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from yizheng.rooms import ledger, privacy
from yizheng.rooms.access import models, rules
from yizheng.rooms.access.actions.once import use_once
from yizheng.rooms.access.data import TICKET_MARK, Factor, Holder, OnceKind, Session, Way
from yizheng.rooms.access.queries import as_session


def begin_session(
    index: bytes,
    *,
    holder: Holder,
    role: str,
    way: Way,
    factors: Iterable[Factor],
    device: bytes,
    device_name: str,
    at: datetime,
) -> Session:
    """Begin a session; `index` is the keyed index of its key. The ledger keeps by which factors, and on what device."""
    shown = sorted(factor.value for factor in factors)
    seen, new = models.KnownDevice.objects.get_or_create(
        holder=str(holder), device_index=device, defaults={"first_at": at, "last_at": at}
    )
    if not new:
        seen.last_at = at
        seen.save(update_fields=["last_at"])
    made = models.Session.objects.create(
        session_index=index,
        holder=str(holder),
        role=role,
        way=way.value,
        device_index=device,
        device_name=device_name,
        new_device=new,
        begun_at=at,
        seen_at=at,
        factors=shown,
        fresh_at=at,
        fresh=shown,
    )
    ledger.actions.append(
        kind="access:session:begun",
        actor=role,
        at=at,
        subject=f"access_session:{made.pk}",
        detail={"holder": str(holder), "factors": shown, "way": way.value, "new_device": new},
    )
    return as_session(made)


def session_is_seen(session_id: int, *, at: datetime) -> None:
    """Note that a session was just used."""
    models.Session.objects.filter(pk=session_id).update(seen_at=at)


def strengthen_session(session_id: int, *, factors: Iterable[Factor], at: datetime) -> None:
    """Note that factors were shown again or anew in a session, just now."""
    found = models.Session.objects.select_for_update().get(pk=session_id)
    shown = {factor.value for factor in factors}
    found.factors, found.fresh, found.fresh_at = sorted({*found.factors, *shown}), sorted(shown), at
    found.save(update_fields=["factors", "fresh", "fresh_at"])
    ledger.actions.append(
        kind="access:session:strengthened",
        actor=found.role,
        at=at,
        subject=f"access_session:{found.pk}",
        detail={"factors": sorted(shown)},
    )


def end_sessions(
    holder: Holder, *, by: str, at: datetime, session_id: int | None = None, keep: int | None = None
) -> int:
    """End the holder's sessions: one, or all but the one to `keep`. `by` says why, in a code. Gives how many ended."""
    open_ones = models.Session.objects.select_for_update().filter(holder=str(holder), ended_at=None)
    if session_id is not None:
        open_ones = open_ones.filter(pk=session_id)
    if keep is not None:
        open_ones = open_ones.exclude(pk=keep)
    ended = 0
    for found in open_ones:
        found.ended_at, found.ended_by = at, by
        found.save(update_fields=["ended_at", "ended_by"])
        ledger.actions.append(
            kind="access:session:ended",
            actor=found.role,
            at=at,
            subject=f"access_session:{found.pk}",
            detail={"by": by},
        )
        ended += 1
    return ended


def make_ticket(session: Session, *, at: datetime) -> str:
    """Make the text of a QR code that lets another machine in as this session's holder: two minutes, once."""
    text = TICKET_MARK + secrets.token_urlsafe(24)
    made = models.QrTicket.objects.create(
        ticket_index=_ticket_index(text),
        holder=str(session.holder),
        factors=sorted(factor.value for factor in session.factors),
        made_at=at,
        expires_at=at + rules.TICKET_LIVES,
        made_in=session.session_id,
    )
    ledger.actions.append(
        kind="access:ticket:made", actor=session.role, at=at, subject=f"access_qrticket:{made.pk}", detail={}
    )
    return text


def use_ticket(text: str, *, at: datetime) -> tuple[Holder, frozenset[Factor]] | None:
    """Use a ticket up: whose it is and by which factors they are signed in; None for one that is none, old or used.

    A ticket dies with the session that showed it.
    """
    found = models.QrTicket.objects.filter(ticket_index=_ticket_index(text)).first()
    if found is None or not found.made_at <= at < found.expires_at:
        return None
    if not models.Session.objects.filter(pk=found.made_in, ended_at=None).exists():
        return None
    if not use_once(OnceKind.QR_TICKET, str(found.pk), at=at, until=found.expires_at):
        return None
    ledger.actions.append(
        kind="access:ticket:used", actor="kiosk", at=at, subject=f"access_qrticket:{found.pk}", detail={}
    )
    return Holder.parse(found.holder), frozenset(Factor(value) for value in found.factors)


def _ticket_index(text: str) -> bytes:
    return privacy.queries.blind("qr-ticket", text)
