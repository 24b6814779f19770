"""The reads of access: accounts, roles, and who may do what."""

from yizheng.rooms.access import models, rules
from yizheng.rooms.access.data import ACCOUNTS, Account, Actor, Permission
from yizheng.rooms.access.roles import ROLES, Role
from yizheng.rooms.ledger.data import WitnessedTable

can = rules.can
check_can = rules.check_can
can_propose = rules.can_propose
check_can_propose = rules.check_can_propose
can_confirm = rules.can_confirm
check_can_confirm = rules.check_can_confirm
can_release = rules.can_release
check_can_release = rules.check_can_release


def roles() -> tuple[type[Role], ...]:
    """Every role."""
    return ROLES


def find_role(code: str) -> type[Role] | None:
    """The role with this code, if there is one."""
    return rules.find_role(code)


def permissions_of(actor: Actor) -> frozenset[Permission]:
    """All that the actor may do."""
    role = rules.find_role(actor.role)
    return role.permissions if role else frozenset()


def find_account(username: str) -> Account | None:
    """The account with this name, if there is one."""
    found = models.Account.objects.filter(username=username).first()
    return as_account(found) if found else None


def accounts() -> list[Account]:
    """Every account, by name."""
    return [as_account(found) for found in models.Account.objects.order_by("username")]


def as_account(found: models.Account) -> Account:
    """An account as a value."""
    return Account(
        account_id=found.pk,
        username=found.username,
        display_name=found.display_name,
        role=found.role,
        is_active=found.is_active,
    )


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables of this room whose every row has an entry in the ledger."""
    return (ACCOUNTS,)
