"""A citizen signs in: number, one-time code, session. A number that nobody has looks the same as one that somebody has.

The code is made and its message queued in one transaction; the gateway is called after it. Neither the number nor the
code is kept in clear: the outbox wipes the code when the message is out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from yizheng.flows import notices_go_out
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Clock
from yizheng.rooms.access import actions as access
from yizheng.rooms.access.data import CodeResult
from yizheng.rooms.notices import actions as notices
from yizheng.rooms.notices.ports import Channel, Letter, TryLater
from yizheng.rooms.people import queries as people

ACTOR = "citizen"
TEMPLATE = "login_code"
TRIES = 4
CODES_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """How messages reach people: channels by name, letters by template, and what letters may say of the agency."""

    channels: Mapping[str, Channel]
    letters: Mapping[str, Letter]
    facts: Mapping[str, str]


def request_code(*, number: str, clock: Clock, post: Post) -> Pno | None:
    """Send a code to the phone on record; None where there is nobody to send it to, which the door must not show.

    A code that was asked for too soon is not sent again, and nobody is told: the earlier one is still good.
    """
    pno = people.find_by_number(number)
    if pno is None:
        return None
    send_code(pno=pno, clock=clock, post=post)
    return pno


def send_code(*, pno: Pno, clock: Clock, post: Post) -> bool:
    """Make a code and deliver it; False where the last one is too young, or too many were sent."""
    at = clock.now()
    try:
        with transaction.atomic():
            code = access.make_code(pno=pno, at=at)
            key = f"{TEMPLATE}:{pno}:{at.isoformat(timespec='microseconds')}"
            notices.queue(key, pno=pno, template=TEMPLATE, at=at, actor=ACTOR, facts={"code": code})
    except Refused:
        return False
    notices_go_out.deliver(
        channels={name: _AtOnce(channel) for name, channel in post.channels.items()},
        letters=post.letters,
        clock=clock,
        worker=f"sign-in-{pno}",
        limit=CODES_AT_ONCE,
        agency=post.facts,
        only=(TEMPLATE,),
    )
    return True


def check_code(*, pno: Pno, code: str, clock: Clock) -> bool:
    """Whether the code is the person's, fresh and unused. The attempt is written down whatever comes of it."""
    with transaction.atomic():
        return access.check_code(pno=pno, code=code, at=clock.now()) is CodeResult.ACCEPTED


class _AtOnce:
    """A channel that is asked again at once when it is busy: a code that comes an hour later helps nobody."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    @property
    def needs_phone(self) -> bool:
        return self._channel.needs_phone

    def send(self, *, key: str, address: str, text: str) -> str:
        for _ in range(TRIES - 1):
            try:
                return self._channel.send(key=key, address=address, text=text)
            except TryLater:
                continue
        return self._channel.send(key=key, address=address, text=text)
