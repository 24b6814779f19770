"""The only writes of risk. Each leaves its entry in the ledger, in the transaction of the flow that calls it.

The entry of a weighed act names the act, the signals and what was asked; the row it commits to holds the points.
"""

import json
from collections.abc import Collection
from datetime import datetime

from django.db import connection

from yizheng.kernel.told import Told
from yizheng.rooms import ledger, privacy
from yizheng.rooms.access.data import SignedIn
from yizheng.rooms.risk import models, rules
from yizheng.rooms.risk.data import (
    ALERTS,
    DAMPINGS,
    OUTCOMES,
    WEIGHINGS,
    Act,
    AlertKind,
    Asked,
    Circumstances,
    Score,
    Signal,
    Verdict,
)
from yizheng.rooms.risk.queries import TYPING, sealed_for


def keep_weighing(
    *,
    actor: str,
    who: SignedIn,
    pno: int | None,
    score: Score,
    asked: Asked,
    met: bool,
    seen: Circumstances,
    hour: int,
) -> int:
    """Keep a weighed act with its reasons and give its number."""
    made = models.Weighing.objects.create(
        at=seen.at,
        actor_key=actor,
        pno=pno,
        account_id=who.account_id,
        session_since=who.since,
        act=score.act.value,
        points=score.points,
        asked=asked.value,
        met=met,
        because=[[one.signal.value, one.points, one.fact.stored()] for one in score.because],
        device=seen.device,
        place=seen.place[:32],
        hour=hour,
    )
    ledger.actions.append(
        kind="risk:act:weighed",
        actor=actor,
        at=seen.at,
        subject=WEIGHINGS.subject(made.pk),
        row=WEIGHINGS.row_of(made),
        detail={
            "act": score.act.value,
            "asked": asked.value,
            "signals": [one.signal.value for one in score.because],
        },
    )
    return int(made.pk)


def keep_served(keys: Collection[str], *, pno: int, at: datetime) -> None:
    """Keep that these stood for a person just now. A habit that counting needs, no evidence of anything."""
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO risk_served (key, pno, last_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (key, pno) DO UPDATE SET last_at = excluded.last_at",
            [(key, pno, moment) for key in keys],
        )


def keep_outcome(*, actor: str, pno: int, act: Act, done: bool, at: datetime) -> None:
    """Keep how an act ended."""
    made = models.Outcome.objects.create(at=at, actor_key=actor, pno=pno, act=act.value, done=done)
    ledger.actions.append(
        kind="risk:act:ended",
        actor=actor,
        at=at,
        subject=OUTCOMES.subject(made.pk),
        row=OUTCOMES.row_of(made),
        detail={"act": act.value, "done": done},
    )


def keep_typing(*, actor: str, intervals: tuple[float, ...], keep: int, at: datetime) -> None:
    """Keep a rhythm, sealed, and forget all but the newest `keep` of its length. A habit is no evidence of anything."""
    length, rounded = len(intervals), json.dumps([round(one) for one in intervals])
    models.TypingSample.objects.create(
        actor_key=actor,
        length=length,
        intervals_sealed=privacy.actions.sealer(TYPING, "intervals").seal(sealed_for(at), rounded),
        at=at,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM risk_typingsample WHERE actor_key = %s AND length = %s AND id <= (SELECT id FROM"
            " risk_typingsample WHERE actor_key = %s AND length = %s ORDER BY id DESC LIMIT 1 OFFSET %s)",
            [actor, length, actor, length, keep],
        )


def raise_alert(
    *,
    kind: AlertKind,
    actor: str,
    pno: int | None,
    facts: list[Told],
    signals: list[Signal],
    weighing_id: int | None,
    at: datetime,
) -> int | None:
    """Raise an alert for staff and give its number; None where one of this kind about this actor waits already."""
    if models.Alert.objects.filter(actor_key=actor, kind=kind.value, looked_at=None).exists():
        return None
    made = models.Alert.objects.create(
        kind=kind.value,
        actor_key=actor,
        pno=pno,
        weighing_id=weighing_id,
        facts=[fact.stored() for fact in facts],
        signals=",".join(signal.value for signal in signals),
        raised_at=at,
    )
    ledger.actions.append(
        kind="risk:alert:raised",
        actor="system",
        at=at,
        subject=ALERTS.subject(made.pk),
        row=ALERTS.row_of(made),
        detail={"kind": kind.value, "signals": [signal.value for signal in signals]},
    )
    return int(made.pk)


def look_at(
    alert_id: int, *, verdict: Verdict, note: str, percent: int, until: datetime, actor: str, at: datetime
) -> None:
    """Write down what staff found, and let the alert's signals count `percent` for this actor until a moment.

    Raises Refused where somebody looked already, LookupError where there is no such alert.
    """
    found = models.Alert.objects.select_for_update().filter(pk=alert_id).first()
    if found is None:
        raise LookupError("an alert with this number was expected")
    rules.check_can_look(looked=found.looked_at is not None, note=note)
    found.looked_at, found.looked_by, found.verdict, found.note = at, actor, verdict.value, note.strip()
    found.save(update_fields=["looked_at", "looked_by", "verdict", "note"])
    ledger.actions.append(
        kind="risk:alert:looked_at",
        actor=actor,
        at=at,
        subject=ALERTS.subject(found.pk),
        row=ALERTS.row_of(found),
        detail={"verdict": verdict.value},
    )
    for signal in found.signals.split(",") if found.signals else ():
        made = models.Damping.objects.create(
            actor_key=found.actor_key,
            signal=signal,
            percent=percent,
            from_at=at,
            until_at=until,
            set_by=actor,
            alert_id=alert_id,
        )
        ledger.actions.append(
            kind="risk:signal:adjusted",
            actor=actor,
            at=at,
            subject=DAMPINGS.subject(made.pk),
            row=DAMPINGS.row_of(made),
            detail={"signal": signal, "percent": percent, "until": until.date().isoformat()},
        )
