"""The reads of access: accounts, roles, and who may do what."""

import json

from yizheng.rooms.access import models, rules
from yizheng.rooms.access.data import ACCOUNTS, HELPER, HELPERS, Account, Actor, Permission
from yizheng.rooms.access.roles import ROLES, Role
from yizheng.rooms.ledger.data import WitnessedTable
from yizheng.rooms.privacy.queries import blind, opener

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


def account_of(account_id: int) -> Account | None:
    """The account with this number, of staff or of a helper, if there is one."""
    found = models.Account.objects.filter(pk=account_id).first()
    return as_account(found) if found else None


def helper_by_phone(phone: str) -> Account | None:
    """The family helper who signs in with this mobile number, if there is one."""
    digits = rules.normalise_phone(phone)
    if digits is None:
        return None
    known = models.Helper.objects.filter(phone_index=phone_index(digits)).first()
    return account_of(known.account_id) if known else None


def helper_phone(account_id: int) -> str | None:
    """The mobile number of a helper, opened for the moment of sending; None where the account is no helper's."""
    known = models.Helper.objects.filter(pk=account_id).first()
    return _contact(known)[0] if known else None


def phone_index(digits: str) -> bytes:
    """The blind index of a helper's mobile number."""
    return blind("helper-phone", digits)


def accounts() -> list[Account]:
    """Every account of staff, by name. Family helpers are not among them."""
    return [as_account(found) for found in models.Account.objects.exclude(role=HELPER).order_by("username")]


def as_account(found: models.Account) -> Account:
    """An account as a value."""
    display_name = found.display_name
    if found.role == HELPER:
        display_name = _contact(models.Helper.objects.get(pk=found.pk))[1]
    return Account(
        account_id=found.pk,
        username=found.username,
        display_name=display_name,
        role=found.role,
        is_active=found.is_active,
    )


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables of this room whose every row has an entry in the ledger."""
    return (ACCOUNTS, HELPERS)


def _contact(known: models.Helper) -> tuple[str, str]:
    """Phone and name of a helper, opened."""
    opened = opener(HELPERS.table, "contact").open(known.account_id, bytes(known.contact_sealed))
    phone, name = json.loads(opened)
    return phone, name
