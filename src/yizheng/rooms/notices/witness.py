"""What the ledger commits to of messages: who is told what, and how it ended; the ladder before a pause rests on both.

A batch is a tree of its own, at each of three moments of a message's life: queued, settled (sent, or given up),
reported. A row's text at an earlier moment can be told from the row of today, so every tree verifies for ever. Where a
message is on its way (`queued`, `leased`) decides nothing and hangs on nothing. Codes for signing in are left out: they
are wiped when used, and nothing rests on them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from yizheng.kernel.digest import canonical_json
from yizheng.rooms import ledger
from yizheng.rooms.ledger.data import RowTree, WitnessedTree
from yizheng.rooms.notices.data import SECRET_TEMPLATES, MessageState
from yizheng.rooms.notices.models import Batch, Message

QUEUED, SETTLED, REPORTED = "notices_queued", "notices_settled", "notices_reported"
BATCH_QUEUED, BATCH_SETTLED = "notices:batch:queued", "notices:batch:settled"
MOST_BATCHES = 1_000_000
ON_ITS_WAY = (MessageState.QUEUED, MessageState.LEASED)
_CHUNK = 5_000
_Row = Mapping[str, object]


def _moment(at: object) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(at, datetime) else ""


def _queued(row: _Row) -> list[object]:
    names = ("key", "pno", "template", "channel", "facts")
    return [*(row[name] for name in names), _moment(row["queued_at"])]


def _settled(row: _Row) -> list[object]:
    """A message that was reported on had been sent: before, it said nothing of an error."""
    state = MessageState.SENT if row["reported_in"] else row["state"]
    return [
        row["key"],
        str(state),
        row["error"] if state == MessageState.DEAD else "",
        _moment(row["sent_at"]),
    ]


def _reported(row: _Row) -> list[object]:
    return [row["key"], row["state"], row["error"], _moment(row["reported_at"])]


_OF: dict[str, tuple[str, Callable[[_Row], list[object]]]] = {
    QUEUED: ("queued_in", _queued),
    SETTLED: ("settled_in", _settled),
    REPORTED: ("reported_in", _reported),
}
WITNESSED_COLUMNS = (
    "id",
    "key",
    "pno",
    "template",
    "channel",
    "facts",
    "state",
    "error",
    "queued_at",
    "sent_at",
    "reported_at",
)


def texts(subject: str) -> Iterator[bytes]:
    """The canonical rows of a batch's tree, by the message's number, as the table holds them now."""
    prefix, _, batch = subject.partition(":")
    column, text = _OF[prefix]
    found = Message.objects.filter(**{column: batch}).order_by("id").values(*WITNESSED_COLUMNS, "reported_in")
    for row in found.iterator(chunk_size=_CHUNK):
        yield b"%d|%b" % (row["id"], canonical_json(text(row)))


def plant(prefix: str, batch: str) -> RowTree:
    """The tree over a batch, with its leaves kept: they say later which row was changed."""
    tree = ledger.actions.row_tree(texts(f"{prefix}:{batch}"))
    if tree.rows:
        Batch.objects.create(subject=f"{prefix}:{batch}", leaves=tree.leaves)
    return tree


def trees() -> tuple[WitnessedTree, ...]:
    """Where verifying finds the rows of every batch."""
    return (
        WitnessedTree(QUEUED, texts, kept=_leaves, strays=_put_in),
        WitnessedTree(SETTLED, texts, kept=_leaves, strays=_settled_by_nobody),
        WitnessedTree(REPORTED, texts, kept=_leaves),
    )


def _leaves(subject: str) -> bytes:
    found = Batch.objects.filter(subject=subject).values_list("leaves", flat=True).first()
    return bytes(found) if found is not None else b""


def _put_in() -> Iterable[str]:
    """Messages beyond those that entries without a tree (of versions before, and of codes) speak of: the newest ones."""
    told = sum(_without_tree(BATCH_QUEUED, "queued"))
    bare = Message.objects.filter(queued_in="")
    surplus = max(0, bare.count() - told)
    return [str(number) for number in bare.order_by("-id").values_list("id", flat=True)[:surplus]]


def _settled_by_nobody() -> Iterable[str]:
    """Messages of this version that went on without an entry; of those before, more than entries speak of."""
    gone_on = Message.objects.filter(settled_in="").exclude(state__in=ON_ITS_WAY)
    own = [
        str(number) for number in gone_on.exclude(queued_in="").order_by("id").values_list("id", flat=True)
    ]
    told = sum(_without_tree(BATCH_SETTLED, "sent")) + sum(_without_tree(BATCH_SETTLED, "dead"))
    bare = gone_on.filter(queued_in="")
    surplus = max(0, bare.count() - told)
    return [*own, *(str(number) for number in bare.order_by("-id").values_list("id", flat=True)[:surplus])]


def _without_tree(kind: str, word: str) -> Iterator[int]:
    """How many messages of each batch have no leaf: all of those before this version, and codes."""
    for entry in ledger.queries.newest(MOST_BATCHES, kind=kind):
        bare = entry.detail.get(f"{word}_bare", entry.detail.get(word, 0))
        yield bare if isinstance(bare, int) else 0


def is_witnessed(template: str) -> bool:
    """Whether messages of a template hang on leaves."""
    return template not in SECRET_TEMPLATES
