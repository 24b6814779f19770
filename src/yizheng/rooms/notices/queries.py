"""Reads of notices for screens and flows."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import partial
from itertools import groupby
from operator import itemgetter

from django.db.models import Count, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from yizheng.kernel.ids import Pno
from yizheng.kernel.portions import portions
from yizheng.kernel.time import CHINA
from yizheng.rooms import ledger
from yizheng.rooms.ledger.data import WitnessedTree
from yizheng.rooms.notices import rules, witness
from yizheng.rooms.notices.data import (
    COPY_WORDS,
    EN,
    HELPER_SMS,
    LANGUAGE,
    ZH,
    Claimed,
    MessageState,
    MessageView,
    NoticeTrace,
)
from yizheng.rooms.notices.models import Batch, Message, TextLanguage
from yizheng.rooms.notices.ports import Letter

fill = rules.fill
after_failure = rules.after_failure
asked_in = rules.asked_in
letters_language = rules.letters_language
WITNESSED_COLUMNS = witness.WITNESSED_COLUMNS


def as_claimed(message: Message) -> Claimed:
    """A leased row as a value."""
    return Claimed(
        message_id=message.pk,
        key=message.key,
        pno=Pno(message.pno),
        template=message.template,
        channel=message.channel,
        facts={str(name): str(value) for name, value in message.facts.items()},
        fence=message.attempts,
    )


def text_of(letter: Letter, facts: Mapping[str, str]) -> str:
    """What is delivered, in one language (the fact `LANGUAGE`, else Chinese), with the mark of a copy.

    Raises Refused for a letter with a hole.
    """
    language = EN if facts.get(LANGUAGE) == EN else ZH
    mark = letter.say(COPY_WORDS, facts.get(COPY_WORDS, ""), language)
    if language == EN:
        named = {**facts, "agency_name": facts.get("agency_name_en") or facts.get("agency_name", "")}
        return f"{fill(letter.en, named, language=EN, say=letter.say)}{mark}"
    return f"{fill(letter.zh, facts, language=ZH, say=letter.say)}{mark}"


def languages_of(readers: Collection[str]) -> dict[str, str]:
    """The language that each of these readers (holders' codes) chose; who is not in it never chose one."""
    found: dict[str, str] = {}
    for some in portions(readers):
        found |= dict(TextLanguage.objects.filter(reader__in=some).values_list("reader", "language"))
    return found


def counts_by_state() -> dict[str, int]:
    """How many messages are in each state; states without one count 0."""
    found = dict(Message.objects.values_list("state").annotate(n=Count("id")).order_by())
    return {state.value: found.get(state.value, 0) for state in MessageState}


def messages(*, state: MessageState | None = None, template: str = "", limit: int = 50) -> list[MessageView]:
    """The newest messages, by state or template where given."""
    found = Message.objects.all()
    if state is not None:
        found = found.filter(state=state.value)
    if template:
        found = found.filter(template=template)
    return [_view(message) for message in found.order_by("-id")[:limit]]


def messages_of(pno: int) -> list[MessageView]:
    """Every message to a person, newest first."""
    return [_view(message) for message in Message.objects.filter(pno=pno).order_by("-id")]


def traces(templates: Collection[str], *, since: datetime) -> dict[str, NoticeTrace]:
    """What became of every message of these templates queued since a moment, by the message's key."""
    found = Message.objects.filter(template__in=list(templates), queued_at__gte=since)
    rows = found.values_list("key", _AS_TEXT, "state", "error")
    return {
        key: NoticeTrace(queued_at=_moment(queued_at), state=MessageState(state), error=error)
        for key, queued_at, state, error in rows.iterator(chunk_size=20_000)
    }


def unreported(channel: str, *, since: datetime) -> dict[str, int]:
    """The messages sent by a channel since a moment of which nothing was reported yet: their numbers by receipt."""
    found = Message.objects.filter(state=MessageState.SENT, channel=channel, sent_at__gte=since)
    return dict(found.exclude(receipt="").order_by("id").values_list("receipt", "id"))


def lost_since(moment: datetime) -> set[int]:
    """The people to whom a message was reported lost since a moment; a copy lost on its way to a helper is not theirs."""
    found = Message.objects.filter(state=MessageState.DEAD, reported_at__gte=moment)
    return set(found.exclude(channel=HELPER_SMS).values_list("pno", flat=True))


def queued_since(moment: datetime) -> Iterator[MessageView]:
    """Every message queued since a moment, in order."""
    for message in Message.objects.filter(queued_at__gte=moment).order_by("id").iterator(chunk_size=5_000):
        yield _view(message)


def asks_since(moment: datetime, templates: Collection[str]) -> Iterator[tuple[int, date, date]]:
    """Every message of these templates queued since a moment and not known to be lost: whom it asks, on which day, by
    which due day (the day itself, where the message names none). A copy for a helper asks nobody once more."""
    found = Message.objects.filter(template__in=list(templates), queued_at__gte=moment)
    found = found.exclude(state=MessageState.DEAD).exclude(channel=HELPER_SMS).order_by("pno", "id")
    rows = found.values_list("pno", _AS_TEXT, KeyTextTransform("due_date", "facts"))
    for pno, queued_at, due in rows.iterator(chunk_size=20_000):
        on = _moment(queued_at).astimezone(CHINA).date()
        yield pno, on, date.fromisoformat(due) if due else on


_AS_TEXT = Cast("queued_at", TextField())
"""The moment as the database writes it: to read a hundred thousand the usual way takes five seconds."""


def _moment(text: str) -> datetime:
    """A moment that a database wrote, which both do in UTC."""
    written = datetime.fromisoformat(text)
    return written if written.tzinfo else written.replace(tzinfo=UTC)


def _view(message: Message) -> MessageView:
    return MessageView(
        message_id=message.pk,
        key=message.key,
        pno=Pno(message.pno),
        template=message.template,
        channel=message.channel,
        state=MessageState(message.state),
        attempts=message.attempts,
        queued_at=message.queued_at,
        sent_at=message.sent_at,
        next_try_at=message.next_try_at,
        error=message.error,
        facts={str(name): str(value) for name, value in message.facts.items()},
    )


# --- what the ledger commits to ---

MOST_BATCHES = 1_000_000
"""More than any agency sends."""


def batch_texts(subject: str) -> Iterator[bytes]:
    """The canonical rows of a batch's tree, by the message's number, as the table holds them now."""
    prefix, _, batch = subject.partition(":")
    column, _ = witness.COLUMN_AND_TEXT[prefix]
    found = (
        Message.objects.filter(**{column: batch})
        .order_by("id")
        .values(*witness.WITNESSED_COLUMNS, "reported_in")
    )
    for row in found.iterator(chunk_size=5_000):
        yield witness.row_text(prefix, row)


def _all_batches(prefix: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Every batch of a moment with its canonical rows: one read, for there are as many batches as sendings."""
    column, _ = witness.COLUMN_AND_TEXT[prefix]
    columns = dict.fromkeys((*witness.WITNESSED_COLUMNS, "reported_in", column))
    found = Message.objects.exclude(**{column: ""}).order_by(column, "id").values(*columns)
    for batch, rows in groupby(found.iterator(chunk_size=5_000), key=itemgetter(column)):
        yield f"{prefix}:{batch}", (witness.row_text(prefix, row) for row in rows)


def witnessed_trees() -> tuple[WitnessedTree, ...]:
    """Where verifying finds the rows of every batch."""
    strays = {witness.QUEUED: _put_in, witness.SETTLED: _settled_by_nobody}
    return tuple(
        WitnessedTree(
            prefix,
            batch_texts,
            kept=_leaves,
            strays=strays.get(prefix, tuple),
            together=partial(_all_batches, prefix),
        )
        for prefix in witness.COLUMN_AND_TEXT
    )


def _leaves(subject: str) -> bytes:
    found = Batch.objects.filter(subject=subject).values_list("leaves", flat=True).first()
    return bytes(found) if found is not None else b""


def _put_in() -> Iterable[str]:
    """Messages beyond those that entries without a tree (of versions before, and of codes) speak of: the newest ones."""
    told = sum(_without_tree("notices:batch:queued", "queued"))
    bare = Message.objects.filter(queued_in="")
    surplus = max(0, bare.count() - told)
    return [str(number) for number in bare.order_by("-id").values_list("id", flat=True)[:surplus]]


def _settled_by_nobody() -> Iterable[str]:
    """Messages of this version that went on without an entry; of those before, more than entries speak of."""
    gone_on = Message.objects.filter(settled_in="").exclude(state__in=witness.ON_ITS_WAY)
    own = [
        str(number) for number in gone_on.exclude(queued_in="").order_by("id").values_list("id", flat=True)
    ]
    told = sum(_without_tree("notices:batch:settled", "sent", "dead"))
    bare = gone_on.filter(queued_in="")
    surplus = max(0, bare.count() - told)
    return [*own, *(str(number) for number in bare.order_by("-id").values_list("id", flat=True)[:surplus])]


def _without_tree(kind: str, *words: str) -> Iterator[int]:
    """How many messages of each batch have no leaf: all of those before this version, and codes."""
    for entry in ledger.queries.newest(MOST_BATCHES, kind=kind):
        for word in words:
            bare = entry.detail.get(f"{word}_bare", entry.detail.get(word, 0))
            yield bare if isinstance(bare, int) else 0
