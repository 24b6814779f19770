"""A pass is recorded (认证登记), whatever the channel: the pass, the person's receipt, and the case where people look.

1. A pass of the same person, channel and day is the same certification: it is recorded once.
2. The pass is written down and counts in the next run, which also resumes pay that was paused for want of one.
3. The person gets a receipt, where the channel gives one.
4. One rule says what the pass settles. What it leaves open goes to two people, in a case; nothing here stops pay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from yizheng.flows.channels.certified_until import certified_until
from yizheng.flows.channels.what_stands_open import what_stands_open
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, from_day_number
from yizheng.rooms import casework, evidence, passes
from yizheng.rooms.casework.data import CaseRules, Known, NewCase
from yizheng.rooms.certification.data import Policy
from yizheng.rooms.passes.data import CHANNELS, NewPass


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingPass:
    """A pass that is about to be recorded, with all that was looked up outside the transaction.

    `until` is None where no policy holds for the person; `settled` is the answer of the one rule.
    """

    new: NewPass
    until: date | None
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What came of it: how many passes were written, the numbers of their receipts, and how many cases were opened."""

    passes: int
    receipts: tuple[str, ...]
    cases_opened: int


def look_up(coming: Sequence[NewPass], *, policies: Sequence[Policy], today: date) -> list[ComingPass]:
    """What has to be known of each pass that is not recorded yet, before the transaction; each certification once."""
    known = passes.queries.known_passes([one.pno for one in coming])
    fresh = {key: one for one in coming if (key := (one.pno, one.channel, one.event_day)) not in known}
    return [_looked_up(one, policies, today) for one in fresh.values()]


def _looked_up(one: NewPass, policies: Sequence[Policy], today: date) -> ComingPass:
    pno = Pno(one.pno)
    stands_open = what_stands_open(pno, policies=policies, today=today)
    return ComingPass(
        new=one,
        until=certified_until(pno, event_day=from_day_number(one.event_day), policies=policies),
        settled=passes.queries.settles(CHANNELS[one.channel], stands_open).is_yes,
    )


def record(
    coming: Sequence[ComingPass],
    *,
    case_rules: CaseRules,
    rng: Random,
    actor: str,
    at: datetime,
    capture_id: int | None = None,
) -> Recorded:
    """Record passes. Must be called inside the transaction of the flow that brought them.

    `capture_id` names the capture that a pass by face ended: its receipt is found by it.
    """
    written = passes.actions.record_passes([one.new for one in coming], actor=actor, at=at)
    receipts = tuple(
        give_receipt(one.new, until=one.until, capture_id=capture_id, rng=rng, actor=actor, at=at)
        for one in coming
        if CHANNELS[one.new.channel].receipt
    )
    opened = [_people_look(one.new, case_rules, actor=actor, at=at) for one in coming if not one.settled]
    return Recorded(passes=written, receipts=receipts, cases_opened=opened.count(True))


def give_receipt(
    one: NewPass, *, until: date | None, capture_id: int | None, rng: Random, actor: str, at: datetime
) -> str:
    """Write a receipt under a number that nobody has, and give the number. `until` None: a person still looks."""
    issued = passes.actions.issue_receipt(
        pno=one.pno,
        channel=one.channel,
        event_day=from_day_number(one.event_day),
        until=until,
        capture_id=capture_id,
        rng=rng,
        actor=actor,
        at=at,
    )
    return issued.number


def _people_look(one: NewPass, case_rules: CaseRules, *, actor: str, at: datetime) -> bool:
    """Have two people look at what the pass leaves open; True where a case had to be opened for it."""
    pno = Pno(one.pno)
    rests_on = evidence.queries.confirmed_about([pno]).get(pno, ())
    _, is_new = casework.actions.open_case(
        NewCase(pno=pno, leads=rests_on, kind=Known.PERSON_ASKS),
        case_rules=case_rules,
        as_of=at.astimezone(CHINA).date(),
        at=at,
        actor=actor,
    )
    return is_new
