"""Accounts of an installation are made, closed and opened again (账号管理). No account is ever removed.

A closed account cannot sign in, and its open pages end with the next click. Nothing here checks a role: whoever may run
the command line of an installation answers for its accounts, and the ledger keeps what was done.
"""

from django.db import transaction

from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Clock
from yizheng.rooms.access import actions, queries
from yizheng.rooms.access.data import Account, NewAccount


def add(new: NewAccount, *, actor: str, clock: Clock) -> Account:
    """Make an account. Raises Misused for one that cannot be, and Refused where the name is taken."""
    with transaction.atomic():
        return actions.create_account(new, actor=actor, at=clock.now())


def set_active(username: str, *, active: bool, actor: str, clock: Clock) -> bool:
    """Open or close an account; False when it was so already. Raises Refused for a name that does not exist."""
    with transaction.atomic():
        found = queries.find_account(username)
        if found is None:
            raise Refused(
                "the user name of an account was expected, but nobody has this one. Look: yizheng account list."
            )
        if found.is_active == active:
            return False
        actions.set_active(username, active=active, actor=actor, at=clock.now())
        return True
