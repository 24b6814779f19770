"""The only writes of notices. Queueing is part of a decision and leaves its entry in the decision's transaction.

Claims and marks are guarded by a lease and a fence (the count of attempts): a worker that was away too long cannot mark
what another one has taken over.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection
from django.db.models import F, Q

from yizheng.rooms import ledger
from yizheng.rooms.notices import witness
from yizheng.rooms.notices.data import (
    LEASE,
    MESSAGE_LIFE,
    SECRET_TEMPLATES,
    SMS,
    Attempt,
    Claimed,
    Fate,
    MessageState,
    NewMessage,
)
from yizheng.rooms.notices.models import Batch, Message, TextLanguage
from yizheng.rooms.notices.queries import as_claimed, batch_texts

_INSERT = """
    INSERT INTO notices_message (key, pno, template, channel, facts, state, attempts, next_try_at, leased_by,
                                 queued_at, receipt, error, queued_in, settled_in, reported_in)
    VALUES (%s, %s, %s, %s, %s, 'queued', 0, %s, '', %s, '', '', %s, '', '')
    ON CONFLICT (key) DO NOTHING
"""
_MARK = """
    UPDATE notices_message
    SET state = %s, receipt = %s, error = %s, next_try_at = coalesce(%s, next_try_at), sent_at = %s,
        leased_until = NULL, leased_by = '', facts = CASE WHEN %s = 1 THEN '{}' ELSE facts END
    WHERE id = %s AND state = 'leased' AND leased_by = %s AND attempts = %s
"""
_MARK_POSTGRES = _MARK.replace("'{}'", "'{}'::jsonb")
CHUNK = 20_000
SYSTEM = "system"
"""The actor of what no person ordered."""


def queue(
    key: str,
    *,
    pno: int,
    template: str,
    at: datetime,
    actor: str = SYSTEM,
    facts: dict[str, str] | None = None,
    channel: str = SMS,
) -> bool:
    """Queue one message; False when that key was queued before (nothing happens then)."""
    message = NewMessage(key=key, pno=pno, template=template, channel=channel, facts=facts or {})
    return queue_many([message], at=at, actor=actor) == 1


def queue_many(
    messages: Iterable[NewMessage], *, at: datetime, actor: str = SYSTEM, subject: str = ""
) -> int:
    """Queue many at once and give how many were new. One ledger entry says how many and commits to each of them.

    `subject` names what they were queued for, `table:key`.
    """
    batch = _new_batch()
    moment = connection.ops.adapt_datetimefield_value(at)
    digest = hashlib.sha256()
    queued = 0
    rows: list[tuple[str | int | datetime | None, ...]] = []

    def write() -> int:
        if not rows:
            return 0
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT, rows)
            count: int = cursor.rowcount
        rows.clear()
        return count

    for message in messages:
        digest.update(message.key.encode() + b"\n")
        facts = json.dumps(dict(message.facts), ensure_ascii=False, sort_keys=True)
        told = (message.key, message.pno, message.template, message.channel, facts, moment, moment)
        rows.append((*told, batch if witness.is_witnessed(message.template) else ""))
        if len(rows) >= CHUNK:
            queued += write()
    queued += write()
    if queued:
        detail = {"queued": queued, "keys_sha256": digest.hexdigest()} | ({"for": subject} if subject else {})
        _append_batch(witness.QUEUED, batch, "queued", ("queued",), detail, actor=actor, at=at)
    return queued


def _new_batch() -> str:
    return uuid4().hex[:16]


def _append_batch(
    prefix: str,
    batch: str,
    happened: str,
    words: tuple[str, ...],
    detail: dict[str, object],
    *,
    actor: str,
    at: datetime,
    bare: Mapping[str, int] | None = None,
) -> None:
    """One entry about a batch: it commits to a tree over the messages that hang on leaves, where there are any.

    `<word>_bare` says of how many it does not.
    """
    tree = ledger.actions.row_tree(batch_texts(f"{prefix}:{batch}"))
    if tree.rows:
        Batch.objects.create(subject=f"{prefix}:{batch}", leaves=tree.leaves)
    left = bare if bare is not None else {words[0]: int(str(detail[words[0]])) - tree.rows}
    detail |= {f"{word}_bare": left.get(word, 0) for word in words}
    kind = f"notices:batch:{happened}"
    if tree.rows:
        ledger.actions.append_tree(
            kind=kind, actor=actor, at=at, subject=f"{prefix}:{batch}", tree=tree, detail=detail
        )
    else:
        ledger.actions.append(kind=kind, actor=actor, at=at, subject=f"notices_batch:{batch}", detail=detail)


def claim(
    *,
    worker: str,
    limit: int,
    at: datetime,
    lease: timedelta = LEASE,
    only: Collection[str] = (),
    about: int | None = None,
) -> list[Claimed]:
    """Take messages that are due under a lease, oldest first: also those whose worker's lease has run out.

    `only` names the templates to take; all of them when empty. `about` takes those about one person alone: what somebody
    waits for must not stand behind everybody else's.
    """
    free = Q(state=MessageState.QUEUED, next_try_at__lte=at) | Q(
        state=MessageState.LEASED, leased_until__lt=at
    )
    wanted = free & Q(template__in=list(only)) if only else free
    if about is not None:
        wanted &= Q(pno=about)
    chosen = list(
        Message.objects.select_for_update(skip_locked=True)
        .filter(wanted)
        .order_by("next_try_at", "id")
        .values_list("id", flat=True)[:limit]
    )
    Message.objects.filter(id__in=chosen).update(
        state=MessageState.LEASED, attempts=F("attempts") + 1, leased_by=worker, leased_until=at + lease
    )
    found = Message.objects.filter(id__in=chosen).order_by("next_try_at", "id")
    return [as_claimed(message) for message in found]


def mark(attempts: Sequence[Attempt], *, worker: str, at: datetime) -> int:
    """Write down how attempts ended; gives how many were lost, because another worker holds the lease now."""
    if not attempts:
        return 0
    moment = connection.ops.adapt_datetimefield_value
    rows = [
        (
            attempt.state.value,
            attempt.receipt[:80],
            attempt.error[:200],
            moment(attempt.next_try_at) if attempt.next_try_at else None,
            moment(at) if attempt.state is MessageState.SENT else None,
            int(attempt.state is not MessageState.QUEUED and attempt.claimed.template in SECRET_TEMPLATES),
            attempt.claimed.message_id,
            worker,
            attempt.claimed.fence,
        )
        for attempt in attempts
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_MARK if connection.vendor == "sqlite" else _MARK_POSTGRES, rows)
        marked: int = cursor.rowcount
    settled = [attempt for attempt in attempts if attempt.state is not MessageState.QUEUED]
    if settled:
        _append_settled(settled, worker=worker, at=at)
    return len(rows) - marked


def _append_settled(settled: Sequence[Attempt], *, worker: str, at: datetime) -> None:
    """The entry about messages that were sent or given up. Those whose lease was lost are settled by somebody else."""
    batch = _new_batch()
    ids = [one.claimed.message_id for one in settled if witness.is_witnessed(one.claimed.template)]
    own = Message.objects.filter(id__in=ids, settled_in="").exclude(state__in=witness.ON_ITS_WAY)
    own.update(settled_in=batch)
    keys = "\n".join(sorted(one.claimed.key for one in settled))
    words = {"sent": MessageState.SENT, "dead": MessageState.DEAD}
    bare = [one.state for one in settled if not witness.is_witnessed(one.claimed.template)]
    states = [one.state for one in settled]
    detail: dict[str, object] = {word: states.count(state) for word, state in words.items()}
    detail["keys_sha256"] = hashlib.sha256(keys.encode()).hexdigest()
    _append_batch(
        witness.SETTLED,
        batch,
        "settled",
        tuple(words),
        detail,
        actor=worker,
        at=at,
        bare={word: bare.count(state) for word, state in words.items()},
    )


def choose_language(reader: str, language: str, *, at: datetime) -> None:
    """Write to this reader (a holder's code) in this language from now on.

    No entry in the ledger: a language decides nothing about anybody, and is chosen at every visit.
    """
    TextLanguage.objects.update_or_create(reader=reader, defaults={"language": language, "chosen_at": at})


def note_fates(fates: Mapping[int, Fate], *, actor: str, at: datetime) -> tuple[int, int]:
    """Write down what became of sent messages, by their number; gives how many were delivered and how many were lost.

    What was reported before stays as it is: gateways say things twice.
    """
    waiting = Message.objects.select_for_update().filter(id__in=list(fates), state=MessageState.SENT)
    delivered: list[Message] = []
    lost: list[Message] = []
    for message in waiting.order_by("id"):
        fate = fates[message.pk]
        step = "reported_delivered" if fate.delivered else "reported_lost"
        message.state = MESSAGE_LIFE.check(MessageState(message.state), step).to
        message.error = "" if fate.delivered else fate.why[:200]
        message.reported_at = at
        (delivered if fate.delivered else lost).append(message)
    changed = delivered + lost
    if changed:
        batch = _new_batch()
        for message in changed:
            message.reported_in = batch if witness.is_witnessed(message.template) else ""
        Message.objects.bulk_update(changed, ["state", "error", "reported_at", "reported_in"])
        keys = hashlib.sha256("\n".join(sorted(one.key for one in changed)).encode()).hexdigest()
        detail = {"delivered": len(delivered), "lost": len(lost), "keys_sha256": keys}
        _append_batch(witness.REPORTED, batch, "reported", (), detail, actor=actor, at=at, bare={})
    return len(delivered), len(lost)
