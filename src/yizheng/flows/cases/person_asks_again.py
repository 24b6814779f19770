"""Somebody whose pay ends for a death says that they are alive (本人申请重新核对): a case is opened, and people look.

It changes nothing by itself: pay comes back by the case, which two people decide. The rows of evidence that the end rests
on lie in the case, so that whoever opens it sees what is to be found wrong.
"""

from django.db import transaction

from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms import casework, evidence
from yizheng.rooms.casework.data import CaseRules, CaseView, Known, NewCase


def ask(hands: Hands, pno: Pno, case_rules: CaseRules) -> CaseView:
    """Open the case, or give the one that is open. Asking twice opens nothing twice.

    The term is that of a review by a person at a window: whoever is alive and without pay does not wait a month.
    """
    at = hands.now()
    with transaction.atomic():
        case, _new = casework.actions.open_case(
            NewCase(
                pno=pno,
                kind=Known.PERSON_ASKS_ONLINE,
                leads=evidence.queries.confirmed_about([pno]).get(pno, ()),
            ),
            case_rules=case_rules,
            as_of=at.astimezone(CHINA).date(),
            at=at,
            actor=hands.username,
        )
    return case
