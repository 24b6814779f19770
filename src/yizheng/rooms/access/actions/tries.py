"""Tries to prove who one is, whatever the factor: each is counted as failed before it is looked at.

So many tries at once are as many failures, and what takes time (a password's hash) is looked at outside the
transaction. A try is counted under every name that it concerns: the name typed, which may be nobody's, and the holder.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from yizheng.rooms import ledger, privacy
from yizheng.rooms.access import models, rules
from yizheng.rooms.access.data import GUESSABLE, Factor, Holder, Try

NOBODY_KEPT = timedelta(days=7)
"""A way is closed after 100 failures in a row, and 20 an hour are let in: nobody's name shows itself within a week."""


def begin_try(
    names: Sequence[str], *, factor: Factor, at: datetime, most_in_a_row: int, nobody: bool = False
) -> Try:
    """Count a try of a factor under these names, as failed until `end_try` says otherwise. A locked name allows none.

    After five failures in a row of any one factor that can be guessed a name is locked for all of those for 15 minutes,
    whether it exists or not. Each factor is counted by itself: who knows the password must not begin anew with every
    guess of a code. What is signed (a passkey, a card) waits for failures of its own alone: strangers who guess
    passwords keep nobody from a passkey. After `most_in_a_row` failures a factor is closed for the last of the names, the
    holder, until a person has seen the holder (`forgive`). The first of the names is the one that was typed.
    """
    told_apart = sorted(set(names))
    _stand_in_line([name_index(name) for name in told_apart])
    looked_at = GUESSABLE if factor in GUESSABLE else {factor}
    indexes = [name_index(name, each) for name in told_apart for each in looked_at]
    until = [moment for index in indexes if (moment := rules.locked_until(_failures(index), at=at))]
    if until:
        return Try(locked_until=max(until))
    if factor in GUESSABLE and _all_failed(name_index(names[-1], factor), most_in_a_row):
        return Try(closed=True)
    made = [
        models.SignInAttempt.objects.create(
            name_index=name_index(name, factor), tried_at=at, succeeded=False, nobody=nobody
        )
        for name in told_apart
    ]
    typed = name_index(
        names[0], factor
    )  # only what was typed: the holder's own tries would say that there is one
    left = max(0, rules.FAILURES_ALLOWED - len(_failures(typed)))
    return Try(attempts=tuple(attempt.pk for attempt in made), left=left)


def forgive(name: str, *, at: datetime) -> None:
    """Let a name begin anew in every factor that can be guessed: a person has seen the holder, or only the holder can
    have shown what was shown.
    """
    for factor in sorted(GUESSABLE):
        index = name_index(name, factor)
        if _failures(index):
            models.SignInAttempt.objects.create(name_index=index, tried_at=at, succeeded=True)


def forget_tries_of_nobody(*, at: datetime) -> int:
    """Delete tries of names that were nobody's, once no lock can follow from them; how many."""
    return models.SignInAttempt.objects.filter(nobody=True, tried_at__lt=at - NOBODY_KEPT).delete()[0]


def end_try(
    begun: Try, *, succeeded: bool, factor: Factor, who: str, at: datetime, holder: Holder | None = None
) -> None:
    """Write down how a try ended. `who` is the actor in the ledger, never what was typed.

    A try of a name that is nobody's leaves no entry: anybody could fill the ledger for ever without an account. How
    many there were, the tallies say.
    """
    if succeeded:
        models.SignInAttempt.objects.filter(pk__in=begun.attempts).update(succeeded=True)
        if holder is not None and factor not in GUESSABLE:
            forgive(str(holder), at=at)
    if holder is None:
        return
    result = "succeeded" if succeeded else "refused" if begun.allowed else "locked"
    ledger.actions.append(
        kind=f"access:sign_in:{result}",
        actor=who,
        at=at,
        subject=f"access_signin:{holder}",
        detail={"factor": factor.value},
    )


def name_index(name: str, factor: Factor | None = None) -> bytes:
    """The blind index under which the tries of a name are counted, of one factor each."""
    return privacy.queries.blind("sign-in", f"{factor.value}|{name}" if factor else name)


def _failures(index: bytes) -> list[datetime]:
    """The failures of a name since its last success, newest first, as many as matter."""
    newest = models.SignInAttempt.objects.filter(name_index=index).order_by("-id")  # clocks are set back
    failures = []
    for tried_at, succeeded in newest.values_list("tried_at", "succeeded")[: rules.FAILURES_ALLOWED]:
        if succeeded:
            break
        failures.append(tried_at)
    return failures


def _all_failed(index: bytes, many: int) -> bool:
    """Whether the last so many tries of a name and factor failed. Asked for only where the newest five did."""
    if len(_failures(index)) < rules.FAILURES_ALLOWED:
        return False
    newest = models.SignInAttempt.objects.filter(name_index=index).order_by("-id")
    last = newest.values_list("succeeded", flat=True)[:many]
    return len(last) == many and not any(last)


def _stand_in_line(indexes: Sequence[bytes]) -> None:
    """One try of a name at a time until the transaction ends. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for index in indexes:
                key = int.from_bytes(index[:8], signed=True)
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
