"""What a roster's states do to pay (花名册的发放状态): a witness is heard, and overrules nobody.

Part of the story in `roster_arrives`. Two rules:

* A step is taken only where the roster itself told another state, month or reason than its row about the person before.
  An ordinary monthly roster that repeats itself moves nobody.
* A roster undoes what a roster told, with every month that was held back; it undoes no decision of the product. What it
  says against one is counted, and goes back to the owner of the core system. A certification in force is such a decision:
  nobody who passed is paused for want of one.

What a roster alone stopped is a question for two people: why? What it would change of many at once waits for a supervisor
(`roster_hold_is_decided`). A step never reaches into months that a pay run has paid: it holds from the payroll month to
come at the earliest.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from yizheng.flows.decisions.decision_takes_effect import certified_on
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import Month
from yizheng.rooms import certification, entitlements, passes, payments
from yizheng.rooms.entitlements.data import (
    DISTRICT,
    EVERYWHERE,
    NOT_NAMED,
    HeldStep,
    NewHold,
    PayChange,
    PayState,
    PayStepRow,
    RosterLimits,
    Said,
)
from yizheng.rooms.payments.data import NO_LIFE_PROOF

COLUMNS = (
    "pno",
    "is_new",
    "pay_changed",
    "told_state",
    "given_month",
    "given_reason",
    "step_month",
    "step_reason",
    "region",
)
"""What is looked at of a row. `given_*` are null where no row gave them; `step_*` are what a step would bear."""

_WORD_COMES_BACK = 1
"""Months after a stop of ours is over in which a roster may still bring word of it."""

Timelines = Mapping[int, Sequence[PayStepRow]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a roster's row says about a person's pay, where it is worth a look."""

    pno: int
    is_new: bool
    changed: bool
    state: PayState
    given_month: Month | None = None
    given_reason: str | None
    month: Month
    reason: str
    district: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a roster's states bring: steps to take, and changes of many at once that are held.

    `contradicted` are the people of whom it says what we do not. `questions`: whose pay it has newly stopped, and nobody
    here. `dropped`: whose step of an earlier roster waits, and is told otherwise now. `ended`: whose benefit had ended.
    """

    taken: tuple[tuple[Told, PayChange], ...]
    held: tuple[NewHold, ...]
    contradicted: tuple[Told, ...]
    questions: tuple[int, ...]
    dropped: tuple[int, ...]
    ended: frozenset[int]

    @property
    def steps(self) -> list[PayChange]:
        """The steps to take."""
        return [step for _, step in self.taken]

    def notes(self) -> dict[str, int]:
        """How many people of each sort: those whom the roster brought come as they are, and are in none."""
        moved = [step.to_state for told, step in self.taken if not told.is_new]
        resumed, held = moved.count(PayState.IN_PAYMENT), sum(len(one.steps) for one in self.held)
        return {
            "pay_stopped": len(moved) - resumed,
            "pay_resumed": resumed,
            "pay_held": held,
            "state_contradicted": len(self.contradicted) - held,
            "state_asked_about": len(self.questions),
        }

    def said_otherwise(self, *, unnamed: Iterable[int]) -> dict[int, Said]:
        """By person, what the roster says of pay while we say otherwise. `unnamed`: those of us whom it does not name."""
        missing = {pno: NOT_NAMED for pno in unnamed if pno not in self.ended}
        return missing | {
            told.pno: Said(state=int(told.state), month=told.given_month, reason_code=told.given_reason or "")
            for told in self.contradicted
            if not told.is_new
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """How everything stands: steps in force, who is certified, and the month of the next pay run (None: none was yet)."""

    timelines: Timelines
    certified: frozenset[int]
    to_come: Month | None
    decision: str


def watched_people() -> pa.Array:
    """Those out of payment by their newest step, or by one that waits: what rosters say of them is looked at by row."""
    standings = entitlements.queries.newest_pay_standings()
    stopped = {pno for pno, now in standings.items() if now.state is not PayState.IN_PAYMENT}
    return pa.array(sorted(stopped | entitlements.queries.held_people().keys()), pa.int64())


def worth_a_look(rows: pa.Table, watched: pa.Array) -> pa.Table:
    """The rows that tell another state than in payment, and those about somebody who is watched."""
    told = pc.not_equal(rows["told_state"], int(PayState.IN_PAYMENT))
    return rows.filter(pc.or_(told, pc.is_in(rows["pno"], value_set=watched))).select(COLUMNS)


def hear(
    parts: Sequence[pa.Table],
    *,
    named: Mapping[str, int],
    limits: RosterLimits,
    decision: str,
    delivered_on: date,
    at: datetime,
) -> Heard:
    """What the rows bring, as everything stands now. Must be called inside the transaction that takes the steps.

    `named`: how many people of each district, known already, the file names.
    """
    rows = list(_rows(parts))
    now = stand_now(rows, decision=decision, day=delivered_on, at=at)
    asked = [(told, step) for told in rows if (step := step_of(told, now)) is not None]
    known = [(told.district, step.to_state) for told, step in asked if not told.is_new]
    masses = entitlements.queries.masses(known, named, limits)
    taken, held = [], dict[tuple[str, PayState], list[Told]]()
    for told, step in asked:
        place = _mass_of(told, step, masses)
        if place is None:
            taken.append((told, step))
        else:
            held.setdefault(place, []).append(told)
    moved = {told.pno: step.to_state for told, step in taken}
    waiting = entitlements.queries.held_people()
    held_now = {told.pno for some in held.values() for told in some}
    return Heard(
        taken=tuple(taken),
        held=tuple(_to_hold(place, some, named) for place, some in sorted(held.items())),
        contradicted=tuple(told for told in rows if _state(told.pno, moved, now) is not told.state),
        questions=tuple(
            told.pno
            for told in rows
            if told.pno not in held_now
            and _is_a_question(told, _state(told.pno, moved, now), is_moved=told.pno in moved)
        ),
        dropped=tuple(told.pno for told in rows if told.changed and told.pno in waiting),
        ended=frozenset(
            pno
            for pno, timeline in now.timelines.items()
            if entitlements.queries.standing_after(timeline).state is PayState.ENDED
        ),
    )


def _mass_of(
    told: Told, step: PayChange, masses: frozenset[tuple[str, PayState]]
) -> tuple[str, PayState] | None:
    """The change of many at once that the step belongs to: of the whole file, or of the person's district."""
    if told.is_new:
        return None
    places = ((EVERYWHERE, step.to_state), (told.district, step.to_state))
    return next((place for place in places if place in masses), None)


def _to_hold(place: tuple[str, PayState], some: Sequence[Told], named: Mapping[str, int]) -> NewHold:
    district, state = place
    return NewHold(
        to_state=state,
        district=district,
        named=named.get(district, 0) if district else sum(named.values()),
        steps=tuple(
            HeldStep(
                pno=Pno(told.pno),
                month=told.month,
                reason_code=told.reason,
                given_reason=told.given_reason or "",
            )
            for told in some
        ),
    )


def _state(pno: int, moved: Mapping[int, PayState], now: Now) -> PayState:
    """Where the person stands once the steps are taken."""
    return moved.get(pno) or entitlements.queries.standing_after(now.timelines.get(pno, ())).state


def _is_a_question(told: Told, here: PayState, *, is_moved: bool) -> bool:
    """Whether somebody must ask why: newly stopped by the roster alone, or ended there while paused here.

    People whom a roster brings come as the core system left them: that is how a benefit begins here, and no question.
    """
    if told.is_new or not told.changed or told.state is PayState.IN_PAYMENT:
        return False
    return is_moved or (told.state is PayState.ENDED and here is PayState.PAUSED)


def stand_now(rows: Iterable[Told], *, decision: str, day: date, at: datetime) -> Now:
    """How everything stands for these rows of a roster delivered on a day."""
    last = payments.queries.find_last_run()
    asked = [told.pno for told in rows if told.changed and not told.is_new and _is_for_missing_proof(told)]
    return Now(
        timelines=dict(entitlements.queries.pay_timelines()),
        certified=_certified(asked, day=day, at=at),
        to_come=last.month.plus(1) if last else None,
        decision=decision,
    )


def _is_for_missing_proof(told: Told) -> bool:
    """Whether the row pauses for want of a certification: it says so, or gives no reason at all."""
    return told.state is PayState.PAUSED and (
        told.given_reason is None or payments.queries.is_pause_for_missing_proof(told.reason)
    )


def _certified(pnos: Sequence[int], *, day: date, at: datetime) -> frozenset[int]:
    """Those of these people whose certification is in force on the day, by an event that the core system did not know.

    The same rule lets a run end such a pause.
    """
    if not pnos:
        return frozenset()
    known = entitlements.queries.last_certified(pnos)
    newest = passes.queries.newest_passes(known_before=at)
    found = set()
    for standing in certification.queries.standings_of(pnos):
        event_day = certified_on(standing, newest.get(standing.pno))
        if event_day is None or standing.due_day is None:
            continue
        if payments.queries.may_resume_on_pass(
            NO_LIFE_PROOF,
            event_day=event_day,
            due_day=standing.due_day,
            as_of=day,
            last_certified_on=known.get(standing.pno),
        ):
            found.add(standing.pno)
    return frozenset(found)


def _rows(parts: Sequence[pa.Table]) -> Iterator[Told]:
    for part in parts:
        columns = (part[name].to_pylist() for name in COLUMNS)
        for pno, is_new, changed, state, given, given_reason, month, reason, region in zip(
            *columns, strict=True
        ):
            yield Told(
                pno=pno,
                is_new=is_new,
                changed=changed,
                state=PayState(state),
                given_month=Month.from_index(given) if given is not None else None,
                given_reason=given_reason,
                month=Month.from_index(month),
                reason=reason,
                district=region[:DISTRICT],
            )


def step_of(told: Told, now: Now) -> PayChange | None:
    """The step that the row asks for; None where there is none to take, or it is not the roster's to take."""
    timeline, to_come = now.timelines.get(told.pno, ()), now.to_come
    here = entitlements.queries.standing_after(timeline)
    if not told.changed or here.state is told.state:
        return None
    if told.state is PayState.IN_PAYMENT:
        return _undoing(told, timeline, now)
    if here.state is not PayState.IN_PAYMENT or (here.since is not None and here.since > told.month):
        return None  # nobody is paid meanwhile; how a pause ends, and with which arrears, people decide
    if (told.pno in now.certified and _is_for_missing_proof(told)) or _is_echo(told, timeline):
        return None
    return PayChange(
        pno=told.pno,
        to_state=told.state,
        reason_code=told.reason,
        effective_month=told.month if told.is_new or to_come is None else max(told.month, to_come),
        decision=now.decision,
    )


def _is_echo(told: Told, timeline: Sequence[PayStepRow]) -> bool:
    """Whether the row only repeats a stop that was decided here and is over again: word of it takes weeks to come back.

    A stop that the row gives another reason for, or a later month, is a new one.
    """
    if not timeline or timeline[-1].is_by_roster:
        return False
    over = timeline[-1].effective_month
    stop = next((step for step in reversed(timeline[:-1]) if step.to_state != PayState.IN_PAYMENT), None)
    if stop is not None and (stop.is_by_roster or stop.to_state != told.state):
        return False
    other = stop is not None and told.given_reason not in (None, stop.reason_code)
    return told.month.index <= over + _WORD_COMES_BACK and not other


def _undoing(told: Told, timeline: Sequence[PayStepRow], now: Now) -> PayChange | None:
    """Pay comes again after a step that a roster alone told: the months held back are owed."""
    stop, to_come = timeline[-1], now.to_come
    if not stop.is_by_roster:
        return None
    since = Month.from_index(stop.effective_month)
    month = told.month if to_come is None else max(told.month, to_come)
    if to_come is not None and since >= to_come:
        month = since  # no run has seen the stop yet: it never bites
    before = entitlements.queries.standing_in(timeline, month.plus(-1)).state
    forfeited = payments.queries.forfeits_by_words(stop.reason_code, told.given_reason or "")
    return PayChange(
        pno=told.pno,
        to_state=PayState.IN_PAYMENT,
        reason_code=told.reason,
        effective_month=month,
        arrears_due=before is not PayState.IN_PAYMENT and not forfeited,
        decision=now.decision,
    )
