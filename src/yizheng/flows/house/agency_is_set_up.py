"""An installation gets its first accounts. Safe to repeat: an account that is there stays as it is."""

from collections.abc import Iterable

from django.db import transaction

from yizheng.kernel.hands import Hands
from yizheng.rooms import access
from yizheng.rooms.access.data import NewAccount


def make_accounts(hands: Hands, accounts: Iterable[NewAccount]) -> list[str]:
    """Make those accounts that are not there yet, all or none, and give their names. Raises Misused for a wrong one."""
    with transaction.atomic():
        fresh = [new for new in accounts if access.queries.find_account(new.username) is None]
        return [
            access.actions.create_account(new, actor=hands.username, at=hands.now()).username for new in fresh
        ]
