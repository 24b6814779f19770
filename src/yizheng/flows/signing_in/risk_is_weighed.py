"""An act is weighed (风险评估): facts are gathered, points given, and what the act asks for is said; all of it is kept.

First check: every session and every sensitive act is weighed when it begins. Continuous watching: each further act is
weighed again, against the device and place that the session had. Adjustment: what staff found when they looked at an
alert changes how much a signal of that actor counts, for a while (`risk_is_looked_at`).

Nothing here refuses anybody: `Weighing.asked` says what more is wanted, and for certifying that is at most a person.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, Clock
from yizheng.rooms import entitlements, mandates, people, risk
from yizheng.rooms.access.data import SignedIn
from yizheng.rooms.entitlements.data import Group
from yizheng.rooms.mandates.data import FAMILY
from yizheng.rooms.people.data import Lately
from yizheng.rooms.risk.data import TABLE, Act, AlertKind, Circumstances, Facts, RiskTable, Weighing

OLD_YEARS = 80
SPARED = Group.VERY_OLD | Group.DISABLED


def weigh(
    *, who: SignedIn, pno: Pno | None, act: Act, seen: Circumstances, clock: Clock, table: RiskTable = TABLE
) -> Weighing:
    """Weigh what somebody is about to do for a person, keep it, and say what it asks for.

    `pno` is None where a helper or staff do something for themselves alone: nobody is served by it.
    `table` is the agency's (`wiring.agency().risk`). Everything that is not known adds nothing.
    """
    actor = risk.queries.actor_key(pno=who.pno, account_id=who.account_id)
    at = clock.now()
    hour = at.astimezone(CHINA).hour
    with transaction.atomic():
        since = seen.at - timedelta(days=table.change_days)
        person = people.queries.lately(pno, since=since) if pno is not None else None
        phone = person.phone if person and who.account_id is None else ""
        keys = risk.queries.served_keys(actor=actor, device=seen.device, phone=phone)
        served, busiest = _served(keys, pno, since=seen.at - timedelta(days=table.served_days))
        facts = _facts(who, pno, person, seen, table, hour=hour, served=served)
        percents = risk.queries.percents_of(keys, at=at)
        score = risk.queries.score(act, facts, table, percents)
        asked = risk.queries.asked_for(act, score.points, table)
        met = risk.queries.is_met(asked, who.factors)
        weighing_id = risk.actions.keep_weighing(
            actor=actor, who=who, pno=pno, score=score, asked=asked, met=met, seen=seen, hour=hour
        )
        if pno is not None:
            risk.actions.keep_served(keys, pno=pno, at=at)
        kind = risk.queries.wants_looking(score, percents, table)
        if kind is not None:
            risk.actions.raise_alert(
                kind=kind,
                actor=busiest if kind is AlertKind.HELPER_FOR_MANY else actor,
                pno=None if kind is AlertKind.HELPER_FOR_MANY else pno,
                facts=[one.fact for one in score.because],
                signals=[one.signal for one in score.because],
                weighing_id=weighing_id,
                at=at,
            )
        if seen.typing and facts.typing_counts:
            risk.actions.keep_typing(actor=actor, intervals=seen.typing, keep=table.typing_kept, at=at)
    return Weighing(score=score, asked=asked, met=met, weighing_id=weighing_id)


def note_act(*, who: SignedIn, pno: Pno, act: Act, done: bool, clock: Clock) -> None:
    """Note how an act ended: a try that failed (a wrong code, a face that did not fit) is a signal for a day."""
    actor = risk.queries.actor_key(pno=who.pno, account_id=who.account_id)
    with transaction.atomic():
        risk.actions.keep_outcome(actor=actor, pno=pno, act=act, done=done, at=clock.now())


def _served(keys: Sequence[str], pno: Pno | None, *, since: datetime) -> tuple[int | None, str]:
    """For how many people the busiest of these stood, and which it is; unknown where nobody is served."""
    return risk.queries.served_by(keys, pno=pno, since=since) if pno is not None else (None, keys[0])


def _facts(
    who: SignedIn,
    pno: Pno | None,
    person: Lately | None,
    seen: Circumstances,
    table: RiskTable,
    *,
    hour: int,
    served: int | None,
) -> Facts:
    actor = risk.queries.actor_key(pno=who.pno, account_id=who.account_id)
    earlier = risk.queries.earlier_of(actor, before=seen.at)
    kind = FAMILY if who.account_id is None else mandates.queries.kind_of(who.account_id)
    counts = _typing_counts(pno, person, seen)
    typing = None
    if seen.typing and counts:
        samples = risk.queries.typing_of(actor, length=len(seen.typing), limit=table.typing_kept)
        typing = risk.queries.typing_distance(seen.typing, samples, table)
    return Facts(
        device_known=risk.queries.device_is_known(seen.device, earlier),
        place_known=risk.queries.place_is_known(seen.place, earlier),
        hour_usual=risk.queries.hour_is_usual(hour, earlier, table),
        kmh=risk.queries.travel_kmh(seen.place, seen.at, earlier, table),
        typing=typing,
        typing_counts=counts,
        served=served,
        many=table.many_of(kind),
        bank_changed_days=_days_ago(person.account_changed, seen.at) if person else None,
        phone_changed_days=_days_ago(person.phone_changed, seen.at) if person else None,
        helper=who.account_id is not None and pno is not None,
        failed=risk.queries.failed_since(actor=actor, since=seen.at - timedelta(hours=table.failed_hours)),
        virtual_camera=risk.queries.is_virtual(seen.camera_label, table),
        frame_jitter=seen.frame_jitter,
        moved=risk.queries.has_moved(
            seen.device, seen.place, began_on=who.device, session_since=who.since, earlier=earlier
        ),
    )


def _typing_counts(pno: Pno | None, person: Lately | None, seen: Circumstances) -> bool:
    """Whether typing is looked at: never of the very old and the disabled, nor of whom we know nothing.

    A helper's typing is not looked at either where the person acted for is spared: who typed, nobody knows.
    """
    if not seen.typing or person is None or pno is None:
        return False
    if seen.at.year - person.birth_day.year >= OLD_YEARS:
        return False
    return not entitlements.queries.groups_of([pno]).get(pno, 0) & SPARED


def _days_ago(when: datetime | None, at: datetime) -> int | None:
    return None if when is None else (at - when).days
