"""Accounts of staff and of family helpers are made, opened and closed. None is ever removed."""

import json
import secrets
from datetime import datetime

from django.contrib.auth.hashers import make_password

from yizheng.rooms import ledger, privacy
from yizheng.rooms.access import models, passwords, rules
from yizheng.rooms.access.data import ACCOUNTS, HELPER, HELPERS, Account, NewAccount
from yizheng.rooms.access.queries import as_account, phone_index


def create_account(new: NewAccount, *, actor: str, at: datetime) -> Account:
    """Make an account of staff. Raises Misused for one that cannot be, and Refused where the name is taken."""
    rules.check_new_account(username=new.username, display_name=new.display_name, role=new.role)
    passwords.check(new.password, known=(new.username, new.display_name))
    rules.check_name_is_free(taken=models.Account.objects.filter(username=new.username).exists())
    made = models.Account.objects.create(
        username=new.username,
        display_name=new.display_name,
        role=new.role,
        password=passwords.hash_of(new.password),
        created_at=at,
        created_by=actor,
    )
    _witness(made, kind="access:account:created", actor=actor, at=at)
    return as_account(made)


def open_helper_account(*, phone: str, display_name: str, actor: str, at: datetime) -> Account:
    """Open the account of a family helper, who may be on no roster and signs in by phone and one-time code.

    Phone and name are kept sealed. Raises Misused for a phone or name that cannot be, and Refused where the phone has
    an account (`queries.helper_by_phone` finds it).
    """
    digits = rules.check_helper(phone=phone, display_name=display_name)
    index = phone_index(digits)
    rules.check_phone_is_free(taken=models.Helper.objects.filter(phone_index=index).exists())
    made = models.Account.objects.create(
        username=f"{HELPER}-{secrets.token_hex(6)}",
        display_name="",
        role=HELPER,
        password=make_password(None),
        created_at=at,
        created_by=actor,
    )
    _witness(made, kind="access:helper:opened", actor=actor, at=at)
    contact = json.dumps([digits, display_name.strip()], ensure_ascii=False)
    known = models.Helper.objects.create(
        account_id=made.pk,
        phone_index=index,
        contact_sealed=privacy.actions.sealer(HELPERS.table, "contact").seal(made.pk, contact),
        known_since=at,
    )
    ledger.actions.append(
        kind="access:helper:known",
        actor=actor,
        at=at,
        subject=HELPERS.subject(known.pk),
        row=HELPERS.row_of(known),
    )
    return as_account(made)


def set_active(username: str, *, active: bool, actor: str, at: datetime) -> Account:
    """Open or close an account; a closed one cannot sign in. Raises LookupError for a name that does not exist."""
    found = models.Account.objects.select_for_update().filter(username=username).first()
    if found is None:
        raise LookupError("an account with this name was expected")
    found.is_active = active
    found.save(update_fields=["is_active"])
    _witness(found, kind=f"access:account:{'opened' if active else 'closed'}", actor=actor, at=at)
    return as_account(found)


def set_account_password(account_id: int, password: str, *, at: datetime, actor: str = "") -> None:
    """Give an account of staff another password; without `actor` its owner did. Raises Misused for one too easy."""
    found = models.Account.objects.select_for_update().get(pk=account_id)
    passwords.check(password, known=(found.username, found.display_name))
    found.password = passwords.hash_of(password)
    found.save(update_fields=["password"])
    _witness(found, kind="access:account:password_changed", actor=actor or found.username, at=at)


def _witness(account: models.Account, *, kind: str, actor: str, at: datetime) -> None:
    ledger.actions.append(
        kind=kind,
        actor=actor,
        at=at,
        subject=ACCOUNTS.subject(account.pk),
        row=ACCOUNTS.row_of(account),
        detail={"username": account.username, "role": account.role},
    )
