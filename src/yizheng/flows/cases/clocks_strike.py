"""The clocks of cases strike (办理期限): once a day they remind, lapse, and are counted again where provisional.

Each clock is a transaction of its own, and doing it twice on a day does nothing twice. A lapse moves a case or tells a
post; it decides nothing, and nobody's pay rests on it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from yizheng.kernel.hands import Hands
from yizheng.rooms import calendar, casework, notices
from yizheng.rooms.calendar.data import DayKind
from yizheng.rooms.casework.data import CaseEvent, CaseRules, CaseView, Clock, ClockView
from yizheng.rooms.notices.data import NewMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class StruckReport:
    """What the clocks did: reminders, lapses, and ends that moved."""

    reminded: int
    lapsed: int
    recounted: int


def strike(hands: Hands, *, as_of: date, case_rules: CaseRules) -> StruckReport:
    """Let the clocks of all open cases strike as of a day."""
    longest = max((clock.days for kind in case_rules.kinds.values() for clock in kind.clocks), default=0)
    horizon = calendar.queries.due(case_rules.calendar, as_of, longest, DayKind.WORKING).day
    done = {"reminded": 0, "lapsed": 0, "recounted": 0}
    for clock in casework.queries.running_clocks(until=horizon):
        with transaction.atomic():
            for what in _strike_one(hands, clock, as_of=as_of, case_rules=case_rules):
                done[what] += 1
    return StruckReport(**done)


def _strike_one(hands: Hands, clock: ClockView, *, as_of: date, case_rules: CaseRules) -> list[str]:
    """What one clock does on the day. A kind or a clock that the agency took out of its files leaves the case alone."""
    case = casework.queries.get_case(clock.case_id)
    terms = _terms(case, clock, case_rules)
    if terms is None or not clock.is_running:
        return []
    at, done = hands.now(), []
    if clock.provisional and casework.actions.recount(
        clock, terms, case_rules=case_rules, actor=hands.username, at=at
    ):
        done.append("recounted")
    now = next(one for one in casework.queries.clocks(case.case_id) if one.clock_id == clock.clock_id)
    if casework.queries.reminds(now, terms, day=as_of, notices=case_rules.calendar):
        casework.actions.remind(now, terms, day=as_of, actor=hands.username, at=at)
        done.append("reminded")
    if casework.queries.lapses(now, terms, day=as_of, notices=case_rules.calendar):
        casework.actions.lapse(now, terms, case_rules=case_rules, day=as_of, actor=hands.username, at=at)
        _send_letter(case, case_rules, actor=hands.username, at=at)
        done.append("lapsed")
    return done


def _terms(case: CaseView, clock: ClockView, case_rules: CaseRules) -> Clock | None:
    kind = case_rules.kinds.get(case.kind)
    return next((one for one in kind.clocks if one.code == clock.code), None) if kind else None


def _send_letter(case: CaseView, case_rules: CaseRules, *, actor: str, at: datetime) -> None:
    letter = case_rules.kind(case.kind).letters.get(CaseEvent.LAPSED)
    if letter is not None:
        key = f"case:{case.case_id}:{case.version}:lapsed"
        notices.actions.queue_many([NewMessage(key=key, pno=case.pno, template=letter)], at=at, actor=actor)
