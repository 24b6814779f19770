"""Accounts of an installation are made, closed and opened again (账号管理). No account is ever removed.

A closed account cannot sign in, and its sessions end at once; they do not come back with it. Nothing here checks a role:
whoever may run the command line of an installation answers for its accounts, and the ledger keeps what was done.
"""

from django.db import transaction

from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.rooms import access
from yizheng.rooms.access.data import HELPER, Account, Holder, NewAccount


def add(hands: Hands, new: NewAccount) -> Account:
    """Make an account. Raises Misused for one that cannot be, and Refused where the name is taken."""
    with transaction.atomic():
        return access.actions.create_account(new, actor=hands.username, at=hands.now())


def set_active(hands: Hands, username: str, *, active: bool) -> bool:
    """Open or close an account; False when it was so already. Raises Refused for a name that does not exist."""
    with transaction.atomic():
        found = access.queries.find_account(username)
        if found is None:
            raise Refused(access.Why.USERNAME_UNKNOWN)
        if found.is_active == active:
            return False
        at = hands.now()
        access.actions.set_active(username, active=active, actor=hands.username, at=at)
        if not active:
            access.actions.end_sessions(Holder.account(found.account_id), by="account_closed", at=at)
        return True


def set_password(hands: Hands, username: str, password: str) -> None:
    """Give a member of staff another password; every session of theirs ends. A second factor stays as it is.

    Raises Refused for a name that is nobody's, and Misused for a password that is too short or well known.
    """
    at = hands.now()
    with transaction.atomic():
        found = access.queries.find_account(username)
        if found is None or found.role == HELPER:
            raise Refused(access.Why.USERNAME_UNKNOWN)
        access.actions.set_account_password(found.account_id, password, at=at, actor=hands.username)
        holder = Holder.account(found.account_id)
        access.actions.forgive(str(holder), at=at)
        access.actions.end_sessions(holder, by="password_changed", at=at)
