"""A holder is told something at once (即时短信): a code, or that something about the sign-in has changed.

A beneficiary's text goes through the outbox: `queue` inside the transaction of what it tells, `deliver` after it. A
helper may be on no roster, and the outbox's rows are about beneficiaries: a helper's text goes straight to the gateway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from yizheng.flows.telling import notices_go_out
from yizheng.kernel.time import Clock
from yizheng.rooms import access, notices
from yizheng.rooms.access.data import Holder
from yizheng.rooms.notices.data import LANGUAGE, SMS, ZH
from yizheng.rooms.notices.ports import Channel, Letter, TryLater, Undeliverable

TRIES = 4
AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """How messages reach people: channels by name, letters by template, and what letters may say of the agency."""

    channels: Mapping[str, Channel]
    letters: Mapping[str, Letter]
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text to one holder; `facts` fill the template."""

    holder: Holder
    template: str
    facts: Mapping[str, str]
    at: datetime

    @property
    def key(self) -> str:
        """The name of the message for ever."""
        moment = self.at.isoformat(timespec="microseconds")
        return f"{self.template}:{self.holder.kind}-{self.holder.key}:{moment}"


def queue(text: Text, *, actor: str) -> None:
    """Queue the text, in the caller's transaction. A helper's is not queued but delivered."""
    if text.holder.pno is not None:
        notices.actions.queue(
            text.key,
            pno=text.holder.pno,
            template=text.template,
            at=text.at,
            actor=actor,
            facts=dict(text.facts),
        )


def deliver(text: Text, *, clock: Clock, post: Post) -> bool:
    """Deliver the text now, outside any transaction; False where a helper's could not be handed over."""
    channels = at_once(post)
    if text.holder.pno is not None:
        notices_go_out.deliver(
            channels=channels,
            letters=post.letters,
            clock=clock,
            worker=f"sign-in-{text.holder.key}",
            limit=AT_ONCE,
            agency=post.facts,
            only=(text.template,),
            about=text.holder.pno,
        )
        return True
    phone = access.queries.helper_phone(text.holder.key)
    if phone is None:
        return False
    known = notices.queries.languages_of([str(text.holder)])
    facts = {LANGUAGE: known.get(str(text.holder), ZH), **text.facts, **post.facts}
    words = notices.queries.text_of(post.letters[text.template], facts)
    try:
        channels[SMS].send(key=text.key, address=phone, text=words)
    except (TryLater, Undeliverable):
        return False
    return True


def at_once(post: Post) -> dict[str, Channel]:
    """The channels of a post for what somebody waits for: asked again at once when they are busy."""
    return {name: _AtOnce(channel) for name, channel in post.channels.items()}


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
