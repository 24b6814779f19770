"""Whose turn it is and who may take a step are one truth: every owner is a role that exists, with the permission."""

import pytest

from yizheng.doors.cli.docs import Drawn, lives
from yizheng.kernel.life import Turn
from yizheng.rooms.access.data import ROLES, Permission

CODES = {role.code for role in ROLES}
HELD = {role.code: role.permissions for role in ROLES}
LIVES = [pytest.param(drawn, id=drawn.title) for drawn in lives()]


@pytest.mark.parametrize("drawn", LIVES)
def test_every_owner_is_a_role_or_a_known_turn(drawn: Drawn) -> None:
    owners = {state.owner for state in drawn.life.states}
    assert owners <= CODES | set(Turn)


@pytest.mark.parametrize("drawn", LIVES)
def test_a_move_of_a_role_has_a_permission_that_the_role_holds(drawn: Drawn) -> None:
    for move in drawn.life.moves:
        taker = drawn.life.taker(move)
        assert (taker in CODES) == bool(move.permission), move
        if move.permission:
            assert Permission(move.permission) in HELD[taker], move


@pytest.mark.parametrize("drawn", LIVES)
def test_a_state_that_a_role_owns_is_left_by_that_role(drawn: Drawn) -> None:
    """A final state may be somebody's business: the capture under review, the message that nobody got."""
    for state in drawn.life.states:
        if state.owner in CODES and not state.final:
            takers = {drawn.life.taker(move) for move in drawn.life.steps(state.code)}
            assert state.owner in takers, state
