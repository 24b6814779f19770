"""Tries to prove who one is, whatever the factor: each is counted as failed before it is looked at.

So many tries at once are as many failures, and what takes time (a password's hash) is looked at outside the
transaction. A try is counted under every name that it concerns: the name typed, which may be nobody's, and the holder.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from yizheng.rooms import ledger, privacy
from yizheng.rooms.access import models, rules
from yizheng.rooms.access.data import Factor, Holder, Try


def begin_try(names: Sequence[str], *, factor: Factor, at: datetime) -> Try:
    """Count a try of a factor under these names, as failed until `end_try` says otherwise. A locked name allows none.

    After five failures in a row of any one factor a name is locked for all of them for 15 minutes, whether it exists or
    not. Each factor is counted by itself: who knows the password must not begin anew with every guess of a code. The
    first of the names is the one that was typed.
    """
    told_apart = sorted(set(names))
    _stand_in_line([name_index(name) for name in told_apart])
    indexes = [name_index(name, each) for name in told_apart for each in Factor]
    until = [moment for index in indexes if (moment := rules.locked_until(_failures(index), at=at))]
    if until:
        return Try(locked_until=max(until))
    made = [
        models.SignInAttempt.objects.create(name_index=name_index(name, factor), tried_at=at, succeeded=False)
        for name in told_apart
    ]
    typed = name_index(
        names[0], factor
    )  # only what was typed: the holder's own tries would say that there is one
    left = max(0, rules.FAILURES_ALLOWED - len(_failures(typed)))
    return Try(attempts=tuple(attempt.pk for attempt in made), left=left)


def end_try(
    begun: Try, *, succeeded: bool, factor: Factor, who: str, at: datetime, holder: Holder | None = None
) -> None:
    """Write down how a try ended. `who` is the actor in the ledger, never what was typed."""
    if succeeded:
        models.SignInAttempt.objects.filter(pk__in=begun.attempts).update(succeeded=True)
    result = "locked" if begun.locked_until else "succeeded" if succeeded else "refused"
    ledger.actions.append(
        kind=f"access:sign_in:{result}",
        actor=who,
        at=at,
        subject=f"access_signin:{holder or who}",
        detail={"factor": factor.value},
    )


def name_index(name: str, factor: Factor | None = None) -> bytes:
    """The blind index under which the tries of a name are counted, of one factor each."""
    return privacy.queries.blind("sign-in", f"{factor.value}|{name}" if factor else name)


def _failures(index: bytes) -> list[datetime]:
    """The failures of a name since its last success, newest first, as many as matter."""
    newest = models.SignInAttempt.objects.filter(name_index=index).order_by("-tried_at", "-id")
    failures = []
    for tried_at, succeeded in newest.values_list("tried_at", "succeeded")[: rules.FAILURES_ALLOWED]:
        if succeeded:
            break
        failures.append(tried_at)
    return failures


def _stand_in_line(indexes: Sequence[bytes]) -> None:
    """One try of a name at a time until the transaction ends. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for index in indexes:
                key = int.from_bytes(index[:8], signed=True)
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
