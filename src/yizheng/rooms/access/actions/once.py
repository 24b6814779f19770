"""The one store of what may be used once only (一次性凭据): whoever comes first has it, at whatever speed they come."""

from datetime import datetime

from django.db import connection

from yizheng.rooms import privacy
from yizheng.rooms.access import models
from yizheng.rooms.access.data import OnceKind


def use_once(kind: OnceKind, value: str | bytes, *, at: datetime, until: datetime) -> bool:
    """Use something up; True for the first who comes, False for everybody after, at whatever speed they come.

    `until` is when the value itself stops being good for anything: it is remembered so long and no longer. The one
    store of its kind: challenges, codes, nonces and idempotency keys of every door pass here, so none is used twice.
    """
    text = value.hex() if isinstance(value, bytes) else value
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_usedonce (kind, digest, used_at, until) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [kind.value, privacy.queries.blind(f"once:{kind.value}", text), moment(at), moment(until)],
        )
        return bool(cursor.rowcount == 1)


def forget_used(*, at: datetime) -> int:
    """Forget what is of no use to anybody any more; gives how many."""
    gone, _ = models.UsedOnce.objects.filter(until__lt=at).delete()
    return gone
