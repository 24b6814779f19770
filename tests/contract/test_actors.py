"""What anybody who acts must have: one name in the ledger, and a stable code of a role that permissions are read from."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract.parties import Parties
from yizheng.kernel.hands import Actor, Hands, NamedActor
from yizheng.kernel.time import SystemClock
from yizheng.rooms.access.data import Account, Permission
from yizheng.rooms.access.models import Account as AccountRow
from yizheng.rooms.access.rules import can

ACTORS = {
    NamedActor: lambda _: NamedActor("zhao", role="certifier"),
    Account: lambda _: Account(
        account_id=1, username="zhao", display_name="赵", role="certifier", is_active=True
    ),
    AccountRow: lambda _: AccountRow(
        username="zhao", display_name="赵", role="certifier", created_at=datetime(2026, 1, 1, tzinfo=UTC)
    ),
}
PARTIES: Parties = {Actor: ACTORS}


@pytest.fixture(params=list(ACTORS.values()), ids=["NamedActor", "Account", "the web's account"])
def actor(request: pytest.FixtureRequest, tmp_path: Path) -> Actor:
    return request.param(tmp_path)


def test_actor_has_a_name_and_the_code_of_a_role(actor: Actor) -> None:
    assert (actor.username, actor.role) == ("zhao", "certifier")
    assert type(actor.username) is type(actor.role) is str


def test_permissions_follow_from_the_code_of_the_role_alone(actor: Actor) -> None:
    same, none = NamedActor("somebody else", role=actor.role), NamedActor(actor.username, role="")
    for permission in Permission:
        assert can(actor, permission) is can(same, permission)
        assert not can(none, permission)


def test_name_in_the_ledger_is_the_actors_through_the_hands(actor: Actor) -> None:
    hands = Hands(clock=SystemClock(), store=None, actor=actor)  # type: ignore[arg-type]
    assert hands.username == "zhao"
    with pytest.raises(FrozenInstanceError):
        hands.actor = actor  # type: ignore[misc]
