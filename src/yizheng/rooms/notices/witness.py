"""What the ledger commits to of messages: who is told what, and how it ended; the ladder before a pause rests on both.

A batch is a tree of its own, at each of three moments of a message's life: queued, settled (sent, or given up),
reported. A row's text at an earlier moment can be told from the row of today, so every tree verifies for ever. Where a
message is on its way (`queued`, `leased`) decides nothing and hangs on nothing. Codes for signing in are left out: they
are wiped when used, and nothing rests on them.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from yizheng.kernel.digest import canonical_json
from yizheng.rooms.notices.data import SECRET_TEMPLATES, MessageState

QUEUED, SETTLED, REPORTED = "notices_queued", "notices_settled", "notices_reported"
ON_ITS_WAY = (MessageState.QUEUED, MessageState.LEASED)
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


COLUMN_AND_TEXT: dict[str, tuple[str, Callable[[_Row], list[object]]]] = {
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


def is_witnessed(template: str) -> bool:
    """Whether messages of a template hang on leaves."""
    return template not in SECRET_TEMPLATES


def row_text(prefix: str, row: Mapping[str, object]) -> bytes:
    """The canonical text of a message at one of its moments, behind its number."""
    _, told = COLUMN_AND_TEXT[prefix]
    return f"{row['id']}|".encode() + canonical_json(told(row))
