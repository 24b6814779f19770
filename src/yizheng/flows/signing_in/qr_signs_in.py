"""A signed-in phone lets another machine in (扫码登录): it shows a code that is good for two minutes and used once.

The machine's session has the factors of the phone's session and belongs to the same holder; it ends by its own limits,
and the phone's list of sessions shows it.
"""

from dataclasses import dataclass

from django.db import transaction

from yizheng.kernel.time import Clock
from yizheng.rooms import access
from yizheng.rooms.access.data import TICKET_MARK, Factor, Holder, Session

LONGEST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """Whom a code lets in, and by which factors they are signed in on their phone."""

    holder: Holder
    factors: frozenset[Factor]


def show(session: Session, *, clock: Clock) -> str:
    """The text of a code that lets another machine in as the holder of this session."""
    with transaction.atomic():
        return access.actions.make_ticket(session, at=clock.now())


def let_in(text: str, *, clock: Clock) -> LetIn | None:
    """Whom the code lets in; None for a text that is no code of ours, too old, or used."""
    if not (text.startswith(TICKET_MARK) and len(text) <= LONGEST and text.isascii()):
        return None
    with transaction.atomic():
        used = access.actions.use_ticket(text, at=clock.now())
    return LetIn(holder=used[0], factors=used[1]) if used else None
