"""What was kept for a while and means nothing any more is deleted, once a day: visits of browsers that are over, what was
counted in hours that are over, tries of names that were nobody's, and what may be used once and cannot be used any more.
"""

from django.contrib.sessions.models import Session as Visit
from django.db import transaction

from yizheng.kernel.hands import Hands
from yizheng.rooms import access


def clear(hands: Hands) -> int:
    """Delete it; how many rows."""
    at = hands.now()
    with transaction.atomic():
        gone, _ = Visit.objects.filter(expire_date__lt=at).delete()
        return (
            gone
            + access.actions.forget_tallies(at=at)
            + access.actions.forget_tries_of_nobody(at=at)
            + access.actions.forget_used(at=at)
        )
