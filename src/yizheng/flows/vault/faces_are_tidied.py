"""Templates that nobody needs are deleted (人脸数据清理): shortest retention, as the law asks and the consent says.

A template goes when its person's benefit has ended: nothing is left to be certified. Counted tries go when they count no
more. Meant to be run daily by the operator's timer; doing it twice deletes nothing twice.
"""

from dataclasses import dataclass

from django.db import transaction

from yizheng.kernel.time import CHINA, Clock, Month
from yizheng.rooms import biometrics, entitlements
from yizheng.rooms.biometrics.data import Modality, RevokeReason
from yizheng.rooms.entitlements.data import PayState

ACTOR = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """How many templates of how many people were deleted, and how many counted tries."""

    people: int
    templates: int
    tries: int


def tidy(*, clock: Clock) -> Tidied:
    """Delete what nobody needs, person by person."""
    at = clock.now()
    month = Month.of(at.astimezone(CHINA).date())
    ended = [one.pno for one in entitlements.queries.out_of_payment(month) if one.state is PayState.ENDED]
    people = templates = 0
    for pno in ended:
        for modality in Modality:
            if not biometrics.queries.has_template(pno, modality):
                continue
            with transaction.atomic():
                gone = biometrics.actions.revoke(pno, modality, reason=RevokeReason.ENDED, actor=ACTOR, at=at)
            people, templates = people + 1, templates + gone
    with transaction.atomic():
        tries = biometrics.actions.forget_tries(at=at)
    return Tidied(people=people, templates=templates, tries=tries)
