"""An agency says what kind of helper somebody is (代办人类别): family, community worker, entrusted agent.

It changes for how many people they may act from now on, and from how many on staff are told; no mandate ends by it.
"""

from collections.abc import Collection

from django.db import transaction

from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.hands import Hands
from yizheng.rooms import access, mandates


def set_kind(hands: Hands, phone: str, kind: str, *, kinds: Collection[str]) -> None:
    """Write the kind down. Raises Misused for a kind that the agency does not name, Refused where no helper is found."""
    if kind not in kinds:
        raise Misused(mandates.Why.KIND_UNKNOWN, kinds=tuple(kinds), came=kind)
    account = access.queries.helper_by_phone(phone)
    if account is None:
        raise Refused(mandates.Why.HELPER_UNKNOWN)
    with transaction.atomic():
        mandates.actions.set_kind(account.account_id, kind=kind, actor=hands.username, at=hands.now())
