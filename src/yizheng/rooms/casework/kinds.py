"""Kinds of cases (疑点类型) as values: what an agency writes in `cases/*.yaml`. A kind that exists is whole. Pure.

Rules that always hold, whatever an agency writes: an outcome that touches pay, passes or leads needs two people; a clock
that lapses moves a case and decides nothing; every case ends closed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from yizheng.kernel.errors import Refused
from yizheng.kernel.life import Life, Turn
from yizheng.kernel.told import Named
from yizheng.rooms.access.data import ROLES
from yizheng.rooms.calendar.data import DayKind, WorkCalendar
from yizheng.rooms.casework.lives import TWO_PEOPLE, CaseMove, CaseState
from yizheng.rooms.casework.why import Why
from yizheng.rooms.decisions.data import Effects, KeepsOpen, SendsLetter, check_effects

LONGEST_CODE = 24
"""As long as the columns that hold the code of a kind, a state, a clock or an outcome."""


class Known(StrEnum):
    """The kinds that the product itself opens: each agency has a file for each."""

    DEATH = "death"
    CONTRADICTION = "contradiction"
    CUSTODY = "custody"
    MISSING = "missing"
    DOUBLE_BENEFIT = "double_benefit"
    PERSON_ASKS = "person_asks"
    PERSON_ASKS_ONLINE = "person_asks_online"
    VISIT = "visit"
    FACE_REVIEW = "face_review"
    VOICE_CALL = "voice_call"
    SAME_FACE = "same_face"
    ROSTER_STOP = "roster_stop"
    SAME_PERSON = "same_person"
    NUMBER_MOVED = "number_moved"


class Outcome(StrEnum):
    """The outcomes that the product itself reads (核查结果); a kind may have others."""

    ELIGIBLE = "eligible"
    LOST_CONFIRMED = "lost_confirmed"
    CANNOT_CONFIRM = "cannot_confirm"
    RETURNED_TO_SOURCE = "returned_to_source"
    STILL_SUSPECTED = "still_suspected"


class Loss(StrEnum):
    """The kinds of loss that the product itself names; a kind may have others."""

    DEATH = "death"
    DECLARED_DEAD = "declared_dead"
    CUSTODY = "custody"
    MISSING = "missing"
    DUPLICATE = "duplicate"


class CitizenSees(StrEnum):
    """What the person's own page says while such a case is open."""

    NOTHING = "nothing"
    UNDER_REVIEW = "under_review"
    SENT = "sent"
    ASKED_AGAIN = "asked_again"


class CaseEvent(StrEnum):
    """When a letter of a kind goes out besides those of its outcomes."""

    OPENED = "opened"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """What happens so many days after a clock has run out: the case takes a step, or a post is told of it."""

    after: int = 0
    step: str = ""
    escalate_to: str = ""

    def __post_init__(self) -> None:
        if bool(self.step) == bool(self.escalate_to) or self.after < 0:
            raise ValueError(
                "a lapse either takes a step or escalates to a post, 0 or more days after the term"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A term of a case (办理期限): started by a state, stopped by others, extended by a step.

    `days` count in calendar or working days from the day after the start; after an extension `extended_days` (None: as
    many) from the day after it. `remind_before`: so many days of the same sort before the end.
    """

    code: str
    words: Named
    starts_on: tuple[str, ...]
    days: int
    of: DayKind = DayKind.WORKING
    stops_on: tuple[str, ...] = ()
    extended_by: tuple[str, ...] = ()
    extended_days: int | None = None
    remind_before: int | None = None
    lapse: Lapse | None = None

    def __post_init__(self) -> None:
        if self.days < 1 or not self.starts_on:
            raise ValueError(f"the clock {self.code} needs days of 1 or more and a state that starts it")
        if self.remind_before is not None and not 0 < self.remind_before < self.days:
            raise ValueError(f"the clock {self.code} reminds before its end: 1 to {self.days - 1} days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a case may end, or one sort of loss within it: words for the button, and what it brings about."""

    words: Named
    effects: Effects = ()

    def __post_init__(self) -> None:
        check_effects(self.effects)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTerms(Ending):
    """An outcome of a kind. `needs_day`: when the person was seen, or when it happened. With `losses` one is chosen, and
    its effects hold.
    """

    hint: Named
    needs_day: bool = False
    losses: Mapping[str, Ending] = field(default_factory=dict)

    def effects_of(self, loss: str) -> Effects:
        """What the outcome brings about. Raises Refused where a loss is missing or unknown."""
        if not self.losses and not loss:
            return self.effects
        if loss not in self.losses:
            raise Refused(Why.LOSS_NOT_FITTING, losses=tuple(self.losses))
        return self.losses[loss].effects

    def all_effects(self) -> tuple[Effects, ...]:
        """The effects of every way in which this outcome can be chosen."""
        return tuple(one.effects for one in self.losses.values()) or (self.effects,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of case. `precedence` decides between kinds when a run finds several doubts: the lowest wins.

    `joins`: no case of this kind is opened beside another open one; that one is told of it. `by_hand`: staff may open
    it from a person's file. `panels` are the parts of the case's page, by name.
    """

    code: str
    words: Named
    precedence: int
    reasons: tuple[str, ...] = ()
    life: Life[str] = TWO_PEOPLE
    state_words: Mapping[str, Named] = field(default_factory=dict)
    step_words: Mapping[str, Named] = field(default_factory=dict)
    clocks: tuple[Clock, ...]
    outcomes: Mapping[str, OutcomeTerms]
    second_review: bool = True
    panels: tuple[str, ...] = ()
    letters: Mapping[CaseEvent, str] = field(default_factory=dict)
    citizen: CitizenSees = CitizenSees.NOTHING
    joins: bool = False
    by_hand: bool = False

    def __post_init__(self) -> None:
        codes = [self.code, *(clock.code for clock in self.clocks), *self.outcomes, *self._states]
        long = [code for code in codes if not 0 < len(code) <= LONGEST_CODE]
        if long:
            raise ValueError(f"codes have 1 to {LONGEST_CODE} letters, {long[0]!r} has not")
        if self.life.begins != (CaseState.OPEN,) or self.life.finals != (CaseState.CLOSED,):
            raise ValueError("a case begins in the state open and has the one final state closed")
        if not any(CaseState.OPEN in clock.starts_on for clock in self.clocks):
            raise ValueError(
                "every case has a term from its opening: a clock that starts on open was expected"
            )
        self._check_decision()
        self._check_effects()
        for clock in self.clocks:
            self._check_clock(clock)
        object.__setattr__(self, "life", self._life_with_clocks())

    @property
    def _states(self) -> tuple[str, ...]:
        return tuple(state.code for state in self.life.states)

    @property
    def templates(self) -> frozenset[str]:
        """Every letter that a case of this kind can send."""
        sent = {
            effect.template
            for terms in self.outcomes.values()
            for effects in terms.all_effects()
            for effect in effects
            if isinstance(effect, SendsLetter)
        }
        return frozenset(sent | set(self.letters.values()))

    @property
    def losses(self) -> tuple[str, ...]:
        """Every sort of loss that an outcome of this kind asks for."""
        return tuple(dict.fromkeys(loss for terms in self.outcomes.values() for loss in terms.losses))

    def clock(self, code: str) -> Clock:
        """The clock of that code. Raises KeyError where the kind has none of it."""
        return next(clock for clock in self.clocks if clock.code == code)

    def terms(self, outcome: str) -> OutcomeTerms:
        """The outcome of that code. Raises Refused with those that the kind has."""
        if outcome not in self.outcomes:
            raise Refused(Why.OUTCOME_UNKNOWN, came=outcome, outcomes=tuple(self.outcomes))
        return self.outcomes[outcome]

    def work_steps(self, state: str) -> tuple[str, ...]:
        """The steps of work that an account may take in a state: they move the case and decide nothing."""
        decide = set(CaseMove)
        moves = (move for move in self.life.steps(state) if move.permission and move.step not in decide)
        return tuple(move.step for move in moves)

    def _life_with_clocks(self) -> Life[str]:
        """The life, whose states say which clocks they start, in the words of this kind."""
        states = tuple(
            replace(state, clocks=tuple(clock.code for clock in self.clocks if state.code in clock.starts_on))
            for state in self.life.states
        )
        return replace(self.life, states=states, state_words=self.state_words, step_words=self.step_words)

    def _check_decision(self) -> None:
        proposes = [move for move in self.life.moves if move.step == CaseMove.PROPOSE]
        if not proposes or any((move.to == CaseState.CLOSED) == self.second_review for move in proposes):
            raise ValueError("propose leads to closed where there is no second review, and nowhere else")
        held = {str(role.code): role.permissions for role in ROLES}
        for move in self.life.moves:
            taker = self.life.taker(move)
            if not (
                (taker == Turn.MACHINE and not move.permission) or move.permission in held.get(taker, ())
            ):
                raise ValueError(
                    f"the step {move.step} is taken by a role with a permission that it holds, or by the machine"
                )
        if not self.second_review:
            return
        for state in {move.to for move in proposes}:
            steps = {move.step for move in self.life.steps(state)}
            keeps = any(KeepsOpen() in one for terms in self.outcomes.values() for one in terms.all_effects())
            needed = {CaseMove.AGREE, CaseMove.DISAGREE} | ({CaseMove.AGREE_TO_CHECK_ON} if keeps else set())
            if not needed <= steps or self.life.check(state, CaseMove.AGREE).to != CaseState.CLOSED:
                raise ValueError(f"in the state {state} a second person agrees (to closed) or disagrees")
            if self.life.owner(state) in {self.life.taker(move) for move in proposes}:
                raise ValueError(f"the state {state} belongs to another role than the one that proposes")

    def _check_effects(self) -> None:
        if not self.outcomes:
            raise ValueError("a kind has one outcome at the least")
        if self.second_review:
            return
        for outcome, terms in self.outcomes.items():
            for effects in terms.all_effects():
                if any(not isinstance(effect, SendsLetter) for effect in effects):
                    raise ValueError(
                        f"the outcome {outcome} does more than send a letter: it needs a second review"
                    )

    def _check_clock(self, clock: Clock) -> None:
        unknown = sorted(set(clock.starts_on + clock.stops_on) - set(self._states))
        steps = {move.step for move in self.life.moves}
        if unknown or not set(clock.extended_by) <= steps:
            raise ValueError(f"the clock {clock.code} names a state or step that the life has not: {unknown}")
        if clock.lapse is None:
            return
        if clock.lapse.escalate_to:
            if clock.lapse.escalate_to not in {role.code for role in ROLES}:
                raise ValueError(
                    f"the clock {clock.code} escalates to a role: {clock.lapse.escalate_to} is none"
                )
            return
        moves = [move for move in self.life.moves if move.step == clock.lapse.step]
        if not moves or clock.lapse.step in set(CaseMove):
            raise ValueError(f"the clock {clock.code} lapses by a step of work that the life has")
        if any(self.life.taker(move) != Turn.MACHINE for move in moves):
            raise ValueError(f"the step {clock.lapse.step} is taken by the machine, since a clock takes it")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRules:
    """An agency's kinds of cases and its calendar: what every story about cases is given."""

    kinds: Mapping[str, Kind]
    calendar: WorkCalendar

    def __post_init__(self) -> None:
        order = [kind.precedence for kind in self.kinds.values()]
        twice = sorted({one for one in order if order.count(one) > 1})
        if twice:
            raise ValueError(f"two kinds have the precedence {twice[0]}: a run could open either")

    def kind(self, code: str) -> Kind:
        """The kind of that code. Raises Refused with those that the agency has."""
        if code not in self.kinds:
            raise Refused(Why.KIND_UNKNOWN, came=code, kinds=tuple(self.kinds))
        return self.kinds[code]

    def kind_of(self, reasons: Iterable[str]) -> Kind:
        """The kind of a doubt with these reasons: the first by precedence that takes one of them.

        Raises Refused where no kind takes any.
        """
        wanted = set(reasons)
        for kind in sorted(self.kinds.values(), key=lambda one: one.precedence):
            if not wanted.isdisjoint(kind.reasons):
                return kind
        raise Refused(Why.REASONS_UNKNOWN, reasons=tuple(sorted(wanted)))

    def by_hand(self) -> tuple[Kind, ...]:
        """The kinds that staff may open from a person's file, in order of precedence."""
        return tuple(
            sorted((kind for kind in self.kinds.values() if kind.by_hand), key=lambda kind: kind.precedence)
        )
