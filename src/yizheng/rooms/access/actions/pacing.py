"""Tries are counted by the place that they come from, by the hour, under a keyed index: no address is kept."""

from datetime import datetime, timedelta

from django.db import models as orm

from yizheng.rooms import ledger, privacy
from yizheng.rooms.access import models, pace
from yizheng.rooms.access.data import Holder
from yizheng.rooms.access.pace import Counted, Pace, PlaceKind

KEPT = timedelta(days=2)


def count_try(kind: PlaceKind, name: str, allowed: Pace, *, at: datetime) -> int:
    """Count a try of a place; how many seconds it has to wait first, 0 where the try may be made now.

    A try that has to wait is not counted: who waits and comes again loses nothing by it. The first time in an hour that
    a place is slowed leaves an entry in the ledger, without the place.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    models.Tally.objects.get_or_create(place_index=_index(kind, name), hour=hour)
    kept = models.Tally.objects.select_for_update().get(place_index=_index(kind, name), hour=hour)
    counted = Counted(tries=kept.tries, got_in=kept.got_in, next_at=kept.next_at)
    wait = pace.seconds_to_wait(counted, allowed, at=at)
    if wait:
        return wait
    kept.tries += 1
    if pace.is_slowed(counted, allowed):
        if kept.next_at is None:
            ledger.actions.append(
                kind="access:pace:slowed", actor="system", at=at, subject=f"access_tally:{kept.pk}",
                detail={"place": kind.value},
            )  # fmt: skip
        kept.next_at = at + timedelta(seconds=allowed.then_one_in_seconds)
    kept.save(update_fields=["tries", "next_at"])
    return 0


def got_in(kind: PlaceKind, name: str, holder: Holder, *, at: datetime) -> None:
    """Count somebody who got in from a place, once an hour whoever it is: nobody buys tries by signing in again."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    _, new = models.Tally.objects.get_or_create(
        place_index=_index(kind, f"{name}|{holder}"), hour=hour, defaults={"got_in": 1}
    )
    if new:
        here = models.Tally.objects.filter(place_index=_index(kind, name), hour=hour)
        here.update(got_in=orm.F("got_in") + 1)


def forget_tallies(*, at: datetime) -> int:
    """Delete what was counted in hours that are over; how many rows."""
    return models.Tally.objects.filter(hour__lt=at - KEPT).delete()[0]


def _index(kind: PlaceKind, name: str) -> bytes:
    return privacy.queries.blind("pace", f"{kind.value}|{name}")
