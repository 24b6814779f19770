"""The only writes of risk. Each leaves its entry in the ledger, in the transaction of the flow that calls it.

The entry of a weighed act names the act, the signals and what was asked; the row it commits to holds the points.
"""

import json
from datetime import datetime

from yizheng.rooms.access.data import SignedIn
from yizheng.rooms.ledger.actions import append
from yizheng.rooms.privacy.actions import sealer
from yizheng.rooms.risk import models
from yizheng.rooms.risk.data import OUTCOMES, WEIGHINGS, Act, Asked, Circumstances, Score
from yizheng.rooms.risk.queries import TYPING


def keep_weighing(
    *,
    actor: str,
    who: SignedIn,
    pno: int,
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
        because=[[one.signal.value, one.points, one.fact] for one in score.because],
        device=seen.device,
        place=seen.place[:32],
        hour=hour,
    )
    append(
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


def keep_outcome(*, actor: str, pno: int, act: Act, done: bool, at: datetime) -> None:
    """Keep how an act ended."""
    made = models.Outcome.objects.create(at=at, actor_key=actor, pno=pno, act=act.value, done=done)
    append(
        kind="risk:act:ended",
        actor=actor,
        at=at,
        subject=OUTCOMES.subject(made.pk),
        row=OUTCOMES.row_of(made),
        detail={"act": act.value, "done": done},
    )


def keep_typing(*, actor: str, intervals: tuple[float, ...], keep: int, at: datetime) -> None:
    """Keep a rhythm, sealed, and forget all but the newest `keep` of its length. A habit is no evidence of anything."""
    made = models.TypingSample.objects.create(
        actor_key=actor, length=len(intervals), intervals_sealed=b"", at=at
    )
    rounded = json.dumps([round(one) for one in intervals])
    made.intervals_sealed = sealer(TYPING, "intervals").seal(made.pk, rounded)
    made.save(update_fields=["intervals_sealed"])
    same = models.TypingSample.objects.filter(actor_key=actor, length=len(intervals)).order_by("-id")
    old = list(same.values_list("id", flat=True)[keep:])
    models.TypingSample.objects.filter(id__in=old).delete()
