"""A member of staff looks at a person's data: the look is recorded first, and only then may the data be shown."""

from django.db import transaction

from yizheng.kernel.hands import Hands
from yizheng.rooms import privacy


def look(hands: Hands, *, pno: int, purpose: str, what: str) -> None:
    """Record the look. If it cannot be recorded, this raises, and nothing is shown.

    `purpose` is why (a case, a call, an audit), `what` the screen or the fields.
    """
    with transaction.atomic():
        privacy.actions.record_look(
            actor=hands.username, role=hands.actor.role, purpose=purpose, pno=pno, what=what, at=hands.now()
        )
