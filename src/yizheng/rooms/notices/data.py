"""What may be known about notices (通知): the outbox's states and their one table of steps, and messages as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from yizheng.kernel.ids import Pno
from yizheng.kernel.life import Life, Move, State, Turn


class MessageState(StrEnum):
    """Where a message is."""

    QUEUED = "queued"
    LEASED = "leased"
    SENT = "sent"
    DELIVERED = "delivered"
    DEAD = "dead"


MESSAGE_LIFE = Life(
    name="message",
    states=(
        State(code=MessageState.QUEUED, owner=Turn.MACHINE),
        State(code=MessageState.LEASED, owner=Turn.MACHINE),
        State(code=MessageState.SENT, owner=Turn.MACHINE),
        State(code=MessageState.DELIVERED, owner=Turn.NOBODY, final=True),
        State(code=MessageState.DEAD, owner="supervisor", final=True),
    ),
    moves=(
        Move(state=MessageState.QUEUED, step="claim", to=MessageState.LEASED),
        Move(state=MessageState.LEASED, step="lease_ran_out", to=MessageState.LEASED),
        Move(state=MessageState.LEASED, step="accepted", to=MessageState.SENT),
        Move(state=MessageState.LEASED, step="try_later", to=MessageState.QUEUED),
        Move(state=MessageState.LEASED, step="give_up", to=MessageState.DEAD),
        Move(state=MessageState.SENT, step="reported_delivered", to=MessageState.DELIVERED),
        Move(state=MessageState.SENT, step="reported_lost", to=MessageState.DEAD),
    ),
)
"""The life of a message. A claim is a lease with the count of attempts as its fence: a late worker marks nothing. A
gateway may never report on what it took; then the message stays sent, and counts as sent. A dead message is a person's
business, who finds another way to reach the addressee."""

ARRIVED = (MessageState.SENT, MessageState.DELIVERED)
"""Where a message has gone out and nobody knows that it was lost."""

SMS, FILE, CONSOLE = "sms", "file", "console"
HELPER_SMS = "helper_sms"
"""A short message to the phone of a helper's account, about the person whose number the message bears."""

HELPER_ACCOUNT = "helper_account"
"""The fact that names the account of a helper: delivery adds the masked name as `helper`, and finds the phone by it."""

COPY_WORDS = "copy_words"
"""The fact that marks a copy to a helper, in both languages: it is said at the end of the text."""

LANGUAGE = "language"
"""The fact that says in which language a text is sent: a message's own, or else the one that its reader chose."""

ZH, EN = "zh", "en"
"""The languages of letters. Chinese, where nobody chose."""

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8

REPORTED_WITHIN = timedelta(days=3)
"""So long gateways report what became of a text (状态报告); after that nobody asks any more."""


class Hindrance(StrEnum):
    """Why a channel could not be used now, though it may be later."""

    BUSY = "busy"
    THROTTLED = "throttled"
    """Too many came at once, or to one phone within the hour."""
    NO_ANSWER = "no_answer"
    """The text may have gone out all the same: the key makes asking again safe."""
    OUT_OF_REACH = "out_of_reach"
    DISK = "disk"
    """The file that texts are written into takes nothing now."""


NO_PHONE = "no_phone"
"""The error of a message to somebody whose phone number is not known."""

SECRET_TEMPLATES = frozenset({"login_code"})
"""Templates whose facts are wiped when the message is sent or dead: a used code is nobody's to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to queue. `key` names it for ever: the same key is the same message, queued and sent once.

    `facts` fill the template's placeholders (dates as YYYY-MM-DD under a name ending in `_date`, months as YYYY-MM
    under `_month`, amounts in fen under `_fen`). Names and numbers of people are not facts; delivery adds them.
    """

    key: str
    pno: int
    template: str
    channel: str = SMS
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message under lease. `fence` must be shown again when it is marked."""

    message_id: int
    key: str
    pno: Pno
    template: str
    channel: str
    facts: dict[str, str]
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How an attempt to send ended: accepted with a receipt, to be tried later, or given up for `error`."""

    claimed: Claimed
    state: MessageState
    receipt: str = ""
    error: str = ""
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What a round of delivery did; `lost` attempts had their lease taken over by another worker."""

    claimed: int
    sent: int
    later: int
    dead: int
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What a gateway reports of a text that it took, by its receipt: delivered, or lost and why in a word (`nobodys`)."""

    receipt: str
    delivered: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FatesReport:
    """What a round of asking brought: how many texts were asked for, and what became known of them."""

    asked: int
    delivered: int
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message as screens show it, without its text."""

    message_id: int
    key: str
    pno: Pno
    template: str
    channel: str
    state: MessageState
    attempts: int
    queued_at: datetime
    sent_at: datetime | None
    next_try_at: datetime
    error: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTrace:
    """What became of a message: when it was queued, where it is, and why it could not be sent."""

    queued_at: datetime
    state: MessageState
    error: str
