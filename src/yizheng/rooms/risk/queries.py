"""Reads of risk for screens and flows: an actor's earlier acts and habits, alerts, and what staff made of them."""

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from yizheng.kernel.told import told_of
from yizheng.rooms import privacy
from yizheng.rooms.ledger.data import WitnessedTable
from yizheng.rooms.risk import models, rules
from yizheng.rooms.risk.data import (
    ALERTS,
    DAMPINGS,
    OUTCOMES,
    WEIGHINGS,
    AlertKind,
    AlertView,
    Signal,
    Verdict,
)
from yizheng.rooms.risk.facts import Seen

asked_for = rules.asked_for
is_met = rules.is_met
percent_of = rules.percent_of
strongest = rules.strongest
device_is_known = rules.device_is_known
has_moved = rules.has_moved
hour_is_usual = rules.hour_is_usual
is_virtual = rules.is_virtual
place_is_known = rules.place_is_known
score = rules.score
travel_kmh = rules.travel_kmh
typing_distance = rules.typing_distance
wants_looking = rules.wants_looking

EARLIER = 60
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TYPING = "risk_typingsample"


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables of this room whose every row has an entry in the ledger."""
    return (WEIGHINGS, OUTCOMES, ALERTS, DAMPINGS)


def actor_key(*, pno: int | None, account_id: int | None) -> str:
    """How this room names whoever acts: an account where one is signed in, else the person."""
    return f"person:{pno}" if account_id is None else f"account:{account_id}"


def earlier_of(actor: str, *, before: datetime) -> list[Seen]:
    """The newest acts of an actor before a moment, as many as habits are read from."""
    found = models.Weighing.objects.filter(actor_key=actor, at__lte=before).order_by("-at", "-id")
    columns = ("at", "device", "place", "hour", "session_since")
    return [
        Seen(at=at, device=bytes(device), place=place, hour=hour, session_since=since)
        for at, device, place, hour, since in found.values_list(*columns)[:EARLIER]
    ]


def served_keys(*, actor: str, device: bytes, phone: str) -> list[str]:
    """The names under which it is counted for whom an actor, a device and a phone stood; keyed, never in clear."""
    keys = [actor]
    if device:
        keys.append(f"device:{device.hex()}")
    if phone:
        keys.append(f"phone:{privacy.queries.blind('risk-phone', phone).hex()}")
    return keys


def served_by(keys: Collection[str], *, pno: int, since: datetime) -> tuple[int, str]:
    """For how many people the busiest of these stood since a moment, this person included, and which one it is."""
    marks = ", ".join(["%s"] * len(keys))
    rows = _rows(
        f"SELECT count(*), key FROM risk_served WHERE key IN ({marks}) AND last_at >= %s AND pno <> %s"  # noqa: S608
        " GROUP BY key ORDER BY 1 DESC, 2 LIMIT 1",
        [*keys, _moment(since), pno],
    )
    return (1 + rows[0][0], rows[0][1]) if rows else (1, next(iter(keys)))


def failed_since(*, actor: str, since: datetime) -> int:
    """How many acts of this actor did not succeed since a moment."""
    rows = _rows(
        "SELECT count(*) FROM risk_outcome WHERE actor_key = %s AND at >= %s AND NOT done",
        [actor, _moment(since)],
    )
    return int(rows[0][0])


def typing_of(actor: str, *, length: int, limit: int) -> list[tuple[float, ...]]:
    """The newest rhythms of this length of an actor, opened."""
    open_ = privacy.queries.opener(TYPING, "intervals").open
    found = models.TypingSample.objects.filter(actor_key=actor, length=length).order_by("-id")
    rows = found.values_list("at", "intervals_sealed")[:limit]
    return [tuple(json.loads(open_(sealed_for(at), bytes(sealed)))) for at, sealed in rows]


def sealed_for(at: datetime) -> int:
    """The row key that a rhythm of this moment is sealed for: microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)


def percents_of(keys: Collection[str], *, at: datetime) -> dict[Signal, int]:
    """How much each signal counts now, where a look at the actor, device or phone changed it; the newest look counts."""
    marks = ", ".join(["%s"] * len(keys))
    rows = _rows(
        f"SELECT signal, percent FROM risk_damping WHERE actor_key IN ({marks})"  # noqa: S608
        " AND from_at <= %s AND until_at > %s ORDER BY id",
        [*keys, _moment(at), _moment(at)],
    )
    return {Signal(signal): percent for signal, percent in rows}


def _rows(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """Rows of a question that is asked before every act: asked plainly, since it must be cheap."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _moment(at: datetime) -> object:
    return connection.ops.adapt_datetimefield_value(at)


def alerts(*, waiting: bool, limit: int = 200) -> list[AlertView]:
    """The alerts that nobody has looked at yet, the oldest first; or those that were looked at, the newest first."""
    found = models.Alert.objects.filter(looked_at__isnull=waiting)
    return [_view(one) for one in found.order_by("id" if waiting else "-looked_at")[:limit]]


def alerts_waiting() -> int:
    """How many alerts nobody has looked at yet."""
    return models.Alert.objects.filter(looked_at=None).count()


def find_alert(alert_id: int) -> AlertView | None:
    """The alert with this number, if there is one."""
    found = models.Alert.objects.filter(pk=alert_id).first()
    return _view(found) if found else None


def _view(found: models.Alert) -> AlertView:
    kind, _, key = found.actor_key.partition(":")
    return AlertView(
        alert_id=found.pk,
        kind=AlertKind(found.kind),
        account_id=int(key) if kind == "account" else None,
        actor_pno=int(key) if kind == "person" else None,
        actor_kind=kind,
        pno=found.pno,
        facts=tuple(told_of(fact) for fact in found.facts),
        raised_at=found.raised_at,
        looked_at=found.looked_at,
        looked_by=found.looked_by,
        verdict=Verdict(found.verdict) if found.verdict else None,
        note=found.note,
    )
