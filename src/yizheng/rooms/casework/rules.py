"""The rules of casework (疑点核查), pure: which step is allowed, who may take it, and what becomes of a case's clocks.

Rules that always hold: who proposed an outcome may not confirm it; a reason is always written; unknown
(`cannot_confirm`, `still_suspected`) never touches a person's pay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from yizheng.kernel.errors import Refused
from yizheng.kernel.life import Move
from yizheng.rooms import calendar
from yizheng.rooms.calendar.data import Due, WorkCalendar
from yizheng.rooms.casework.data import CaseView, ClockView
from yizheng.rooms.casework.kinds import Clock, Kind
from yizheng.rooms.casework.lives import CaseMove
from yizheng.rooms.casework.why import Why
from yizheng.rooms.decisions.data import KeepsOpen

SHORTEST_REASON = 2
"""A single sign is no reason."""


def check_version(case: CaseView, expected: int) -> None:
    """Refuse when somebody changed the case since it was read."""
    if case.version != expected:
        raise Refused(Why.CHANGED_SINCE, expected=expected, came=case.version)


def check_words(words: str) -> None:
    """Refuse a step without a reason in words."""
    if len(words.strip()) < SHORTEST_REASON:
        raise Refused(Why.REASON_MISSING)


def check_propose(
    case: CaseView,
    kind: Kind,
    *,
    outcome: str,
    loss: str,
    reason: str,
    outcome_day: date | None,
    today: date,
) -> Move[str]:
    """Whether this outcome may be proposed now. Raises Refused with what is missing."""
    move = kind.life.check(case.state, CaseMove.PROPOSE)
    check_words(reason)
    terms = kind.terms(outcome)
    terms.effects_of(loss)
    if terms.needs_day:
        if outcome_day is None:
            raise Refused(Why.DAY_MISSING)
        if outcome_day > today:
            raise Refused(Why.DAY_IN_FUTURE, day=outcome_day, today=today)
    return move


def check_confirm(case: CaseView, kind: Kind, *, actor: str, agree: bool, note: str) -> Move[str]:
    """Whether this person may confirm or send back now. Raises Refused: four eyes, and a no needs words."""
    if not agree:
        step = CaseMove.DISAGREE
    elif case.outcome in kind.outcomes and KeepsOpen() in kind.terms(case.outcome).effects:
        step = CaseMove.AGREE_TO_CHECK_ON
    else:
        step = CaseMove.AGREE
    move = kind.life.check(case.state, step)
    if actor == case.proposed_by:
        raise Refused(Why.SECOND_PERSON_NEEDED)
    if not agree and len(note.strip()) < SHORTEST_REASON:
        raise Refused(Why.NOTE_MISSING)
    return move


def can_propose(case: CaseView, kind: Kind) -> bool:
    """Whether the case waits for a proposal."""
    return kind.life.may(case.state, CaseMove.PROPOSE)


def can_confirm(case: CaseView, kind: Kind, *, actor: str) -> bool:
    """Whether the case waits for a second person and this one is a second person."""
    return kind.life.may(case.state, CaseMove.AGREE) and actor != case.proposed_by


# --- clocks ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What a step does to the clocks of a case: those that begin (anew) with their days and ends, and those that stop."""

    begins: tuple[tuple[Clock, int, Due], ...]
    stops: tuple[str, ...]


def turn_clocks(
    kind: Kind, running: Iterable[str], *, step: str, to: str, day: date, notices: WorkCalendar
) -> Turned:
    """What becomes of the clocks when a case comes into a state by a step (empty: it is opened).

    A clock that runs goes on where its state comes again: sending back gives nobody more time. A step that extends it
    begins it anew.
    """
    now = set(running)
    final = to in kind.life.finals
    stops = {clock.code for clock in kind.clocks if clock.code in now and (final or to in clock.stops_on)}
    begins = [
        clock
        for clock in kind.clocks
        if not final
        and (
            (clock.code in kind.life.state(to).clocks and clock.code not in now)
            or (clock.code in now and clock.code not in stops and step in clock.extended_by)
        )
    ]
    return Turned(
        begins=tuple(
            (clock, days, calendar.queries.due(notices, day, days, clock.of))
            for clock in begins
            for days in ((clock.extended_days or clock.days) if clock.code in now else clock.days,)
        ),
        stops=tuple(sorted(stops)),
    )


def nearest(clocks: Sequence[ClockView], *, otherwise: date) -> date:
    """The nearest end of the clocks that run; `otherwise` where none does."""
    return min((clock.due for clock in clocks if clock.is_running), default=otherwise)


def reminds(clock: ClockView, terms: Clock, *, day: date, notices: WorkCalendar) -> bool:
    """Whether the clock is to remind on that day: once, and not after it ran out."""
    if terms.remind_before is None or clock.reminded_on is not None or not clock.is_running:
        return False
    return calendar.queries.before(notices, clock.due, terms.remind_before, terms.of) <= day <= clock.due


def lapses(clock: ClockView, terms: Clock, *, day: date, notices: WorkCalendar) -> bool:
    """Whether the clock lapses on that day: once, so many days after it ran out, and never while its end may move."""
    if terms.lapse is None or clock.lapsed_on is not None or not clock.is_running or clock.provisional:
        return False
    return day > calendar.queries.due(notices, clock.due, terms.lapse.after, terms.of).day
