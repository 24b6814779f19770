"""Reads of risk for screens and flows: an actor's earlier acts and habits, alerts, and what staff made of them."""

import json
from datetime import datetime

from django.db.models import Q

from yizheng.rooms.ledger.data import WitnessedTable
from yizheng.rooms.privacy.queries import opener
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

EARLIER = 60
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


def served_by(*, actor: str, device: bytes, pno: int, since: datetime) -> int:
    """For how many people this actor or this device stood since a moment, this person included."""
    same = Q(actor_key=actor) | Q(device=device) if device else Q(actor_key=actor)
    found = models.Weighing.objects.filter(same, at__gte=since).exclude(pno=pno)
    return 1 + found.values("pno").distinct().count()


def failed_since(*, actor: str, since: datetime) -> int:
    """How many acts of this actor did not succeed since a moment."""
    return models.Outcome.objects.filter(actor_key=actor, at__gte=since, done=False).count()


def typing_of(actor: str, *, length: int, limit: int) -> list[tuple[float, ...]]:
    """The newest rhythms of this length of an actor, opened."""
    open_ = opener(TYPING, "intervals").open
    found = models.TypingSample.objects.filter(actor_key=actor, length=length).order_by("-id")
    return [tuple(json.loads(open_(one.pk, bytes(one.intervals_sealed)))) for one in found[:limit]]


def percents_of(actor: str, *, at: datetime) -> dict[Signal, int]:
    """How much each signal of an actor counts now, where staff's looks changed it; the newest look counts."""
    found = models.Damping.objects.filter(actor_key=actor, from_at__lte=at, until_at__gt=at).order_by("id")
    return {Signal(signal): percent for signal, percent in found.values_list("signal", "percent")}


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
        pno=found.pno,
        facts=tuple(found.facts),
        raised_at=found.raised_at,
        looked_at=found.looked_at,
        looked_by=found.looked_by,
        verdict=Verdict(found.verdict) if found.verdict else None,
        note=found.note,
    )
