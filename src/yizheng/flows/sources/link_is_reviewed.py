"""A clerk looks at an uncertain link (关联核对): is this department's row about this person?

Yes: the row becomes evidence about the person, linked by hand, and the next run judges by it. No: it counts nothing for
the person any more, and nobody is asked again. Either way with a reason, by somebody whose role it is, and into the
ledger. Two at once: the second is told who decided, and what.
"""

from django.db import transaction

from yizheng.kernel.hands import Hands
from yizheng.rooms import access, evidence
from yizheng.rooms.access.data import Permission
from yizheng.rooms.evidence.data import LinkRecord


def confirm(hands: Hands, *, link_id: int, reason: str) -> LinkRecord:
    """It is the same person. Raises Refused with the rule that forbids it, Misused for a reason that is none."""
    return _decide(hands, link_id, is_same=True, reason=reason)


def reject(hands: Hands, *, link_id: int, reason: str) -> LinkRecord:
    """It is somebody else. Raises Refused with the rule that forbids it, Misused for a reason that is none."""
    return _decide(hands, link_id, is_same=False, reason=reason)


def _decide(hands: Hands, link_id: int, *, is_same: bool, reason: str) -> LinkRecord:
    access.queries.check_can(hands.actor, Permission.DECIDE_LINK)
    with transaction.atomic():
        return evidence.actions.decide_link(
            link_id=link_id, is_same=is_same, reason=reason, actor=hands.username, at=hands.now()
        )
