"""A life: what it answers, and that one that is built wrong is no value."""

from enum import StrEnum

import pytest

from yizheng.kernel.errors import Refused
from yizheng.kernel.life import Life, Move, State, Turn
from yizheng.kernel.why import Why


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    GONE = "gone"


OPEN = State(code=Door.OPEN, owner="porter", clocks=("night",))
SHUT = State(code=Door.SHUT, owner=Turn.NOBODY)
GONE = State(code=Door.GONE, owner=Turn.NOBODY, final=True)
SHUTS = Move(state=Door.OPEN, step="shut", to=Door.SHUT, permission="house:door:shut")
OPENS = Move(state=Door.SHUT, step="open", to=Door.OPEN, by=Turn.MACHINE)
GOES = Move(state=Door.SHUT, step="take_out", to=Door.GONE, by="carpenter")
LIFE = Life(states=(OPEN, SHUT, GONE), moves=(SHUTS, OPENS, GOES))


def test_what_is_possible_is_answered_and_refused_alike() -> None:
    assert LIFE.may(Door.OPEN, "shut")
    assert LIFE.check(Door.OPEN, "shut") is SHUTS
    assert LIFE.check_to(Door.SHUT, Door.GONE) is GOES
    assert not LIFE.may(Door.OPEN, "take_out")
    with pytest.raises(Refused) as refused:
        LIFE.check(Door.OPEN, "take_out")
    assert refused.value.why is Why.STEP_NOT_ALLOWED
    assert refused.value.facts == {"state": Door.OPEN, "step": "take_out", "allowed": ("shut",)}
    with pytest.raises(Refused):
        LIFE.check_to(Door.OPEN, Door.GONE)


def test_it_says_whose_turn_it_is_and_who_takes_a_move() -> None:
    assert LIFE.owner(Door.OPEN) == "porter"
    assert [LIFE.taker(move) for move in LIFE.moves] == ["porter", "machine", "carpenter"]
    assert LIFE.begins == (Door.OPEN,)
    assert LIFE.finals == (Door.GONE,)
    assert LIFE.state(Door.OPEN).clocks == ("night",)
    with pytest.raises(KeyError):
        Life(states=(GONE,), moves=()).state(Door.OPEN)


def test_a_thing_begins_where_a_move_from_nothing_leads() -> None:
    begun = Life(
        states=(SHUT, GONE), moves=(Move(state=None, step="hang", to=Door.SHUT, by="carpenter"), GOES)
    )
    assert begun.begins == (Door.SHUT,)
    assert begun.check(None, "hang").to is Door.SHUT
    assert begun.taker(begun.moves[0]) == "carpenter"


WRONG = [
    ((OPEN, SHUT), (SHUTS, OPENS, GOES), "unknown_states.: gone"),
    ((OPEN, State(code=Door.SHUT, owner="")), (SHUTS, OPENS), "ownerless_states.: shut"),
    ((OPEN, SHUT), (SHUTS,), "dead_ends.: shut"),
    ((OPEN, SHUT, GONE), (SHUTS, OPENS), "unreached_states.: gone"),
    ((OPEN, State(code=Door.SHUT, owner="porter", final=True)), (SHUTS, OPENS), "finals_left.: shut"),
    ((OPEN, OPEN, SHUT), (SHUTS, OPENS), "states_twice.: open"),
    ((OPEN, SHUT), (SHUTS, SHUTS, OPENS), "steps_twice"),
]


@pytest.mark.parametrize(("states", "moves", "what"), WRONG)
def test_a_life_that_is_built_wrong_is_no_value(
    states: tuple[State[Door], ...], moves: tuple[Move[Door], ...], what: str
) -> None:
    with pytest.raises(ValueError, match=what):
        Life(states=states, moves=moves)
