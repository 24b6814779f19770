"""The life of a thing (状态与步骤): its states, the moves between them, whose turn it is, and who may take a move.

One table a thing. Rules ask it (`check`), buttons ask it (`may`), the page of states is drawn from it. A life that is
built wrong is no value: a state that nothing reaches, a move from a state that does not exist, an end that is not said to
be one, a state without an owner are found when the module is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from yizheng.kernel.errors import Refused
from yizheng.kernel.told import Coded
from yizheng.kernel.why import Why

S = TypeVar("S", bound=str | int)


class Turn(StrEnum):
    """Who owns a state or takes a move beside the roles of staff, whose codes stand there as they are."""

    NOBODY = "nobody"
    PERSON = "person"
    MACHINE = "machine"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True, kw_only=True)
class State(Generic[S]):
    """A state, whose turn it is in it (a role's code or a `Turn`), and the codes of the clocks that it starts.

    `final`: nothing leads out of it. Somebody may still own it: a message that nobody got is a person's business.
    """

    code: S
    owner: str
    final: bool = False
    clocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Generic[S]):
    """A move from a state (None: the thing begins) by a step to a state.

    `by` takes it; empty: the owner of the state that it leaves. `permission` is what an account needs for it; empty
    where no account takes it.
    """

    state: S | None
    step: str
    to: S
    by: str = ""
    permission: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life(Generic[S]):
    """The states and moves of a thing. Without a move from None it begins in the first state.

    A refusal names its state and steps by `name`: the doors keep their words as `<name>_state` and `<name>_step`.
    `state_words` and `step_words` hold the words of those codes that bring their own.
    """

    states: tuple[State[S], ...]
    moves: tuple[Move[S], ...]
    name: str = ""
    state_words: Mapping[str, object] = field(default_factory=dict, compare=False)
    step_words: Mapping[str, object] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        codes = [state.code for state in self.states]
        _refuse("states_twice", (code for code in codes if codes.count(code) > 1))
        _refuse("ownerless_states", (state.code for state in self.states if not state.owner))
        ends = {code for move in self.moves for code in (move.state, move.to) if code is not None}
        _refuse("unknown_states", ends - set(codes))
        steps = [(move.state, move.step) for move in self.moves]
        _refuse("steps_twice", (step for step in steps if steps.count(step) > 1))
        left = {move.state for move in self.moves}
        _refuse(
            "dead_ends",
            (one.code for one in self.states if one.code not in left and not one.final),
        )
        _refuse("finals_left", (one.code for one in self.states if one.code in left and one.final))
        _refuse("unreached_states", set(codes) - self._reached())

    @property
    def begins(self) -> tuple[S, ...]:
        """The states in which a thing may begin."""
        found = tuple(move.to for move in self.moves if move.state is None)
        return found or (self.states[0].code,)

    @property
    def finals(self) -> tuple[S, ...]:
        """The states that nothing leaves."""
        return tuple(state.code for state in self.states if state.final)

    def state(self, code: S) -> State[S]:
        """The state of that code. Raises KeyError where the life has none."""
        for state in self.states:
            if state.code == code:
                return state
        raise KeyError(code)

    def owner(self, code: S) -> str:
        """Whose turn it is in a state."""
        return self.state(code).owner

    def steps(self, code: S | None) -> tuple[Move[S], ...]:
        """The moves that lead out of a state."""
        return tuple(move for move in self.moves if move.state == code)

    def may(self, code: S | None, step: str) -> bool:
        """Whether the step is possible in a state: what a button asks."""
        return any(move.step == step for move in self.steps(code))

    def check(self, code: S | None, step: str) -> Move[S]:
        """The move of that step. Raises Refused with what is possible instead."""
        for move in self.steps(code):
            if move.step == step:
                return move
        raise self.refused(code, step)

    def check_to(self, code: S, to: S) -> Move[S]:
        """The first move from one state to another. Raises Refused with what is possible instead."""
        for move in self.steps(code):
            if move.to == to:
                return move
        raise self._refused(code, self._state_fact(to))

    def taker(self, move: Move[S]) -> str:
        """Who takes a move: a role's code or a `Turn`."""
        if move.by or move.state is None:
            return move.by
        return self.owner(move.state)

    def refused(self, code: S | None, step: str) -> Refused:
        """The refusal of a step in a state, with what is possible instead."""
        return self._refused(code, self._step_fact(step))

    def _refused(self, code: S | None, step: object) -> Refused:
        # Nobody can take what the machine does with a thing that has begun.
        told = [move.step for move in self.steps(code) if code is None or move.by != Turn.MACHINE]
        allowed = tuple(map(self._step_fact, told)) or Coded("life", "nothing")
        state = Coded("life", "not_begun") if code is None else self._state_fact(code)
        return Refused(Why.STEP_NOT_ALLOWED, state=state, step=step, allowed=allowed)

    def _state_fact(self, code: S) -> object:
        own = self.state_words.get(str(code))
        return own or (Coded(f"{self.name}_state", str(code)) if self.name else code)

    def _step_fact(self, step: str) -> object:
        return self.step_words.get(step) or (Coded(f"{self.name}_step", step) if self.name else step)

    def _reached(self) -> set[S]:
        reached: set[S] = set(self.begins)
        for _ in self.states:
            reached |= {move.to for move in self.moves if move.state in reached}
        return reached


def held_until_decided(name: str, *, waiting: S, released: S, rejected: S, permission: str) -> Life[S]:
    """The life of what the machine holds for a supervisor: one decision, then it stays as it is."""
    return Life(
        name=name,
        states=(
            State(code=waiting, owner="supervisor"),
            State(code=released, owner=Turn.NOBODY, final=True),
            State(code=rejected, owner=Turn.NOBODY, final=True),
        ),
        moves=(
            Move(state=None, step="hold", to=waiting, by=Turn.MACHINE),
            Move(state=waiting, step="release", to=released, permission=permission),
            Move(state=waiting, step="reject", to=rejected, permission=permission),
        ),
    )


def _refuse(what: str, found: Iterable[object]) -> None:
    """Raises ValueError where something was found."""
    named = sorted({str(one) for one in found})
    if named:
        raise ValueError(f"a life is built wrong ({what}): {', '.join(named)}")
