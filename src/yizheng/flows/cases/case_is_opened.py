"""A case is opened by hand (立案): a clerk opens one from a person's file, of a kind that people may open."""

from django.db import transaction

from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA
from yizheng.rooms import access, casework, notices
from yizheng.rooms.access.data import Permission
from yizheng.rooms.casework.data import CaseEvent, CaseRules, CaseView, NewCase
from yizheng.rooms.notices.data import NewMessage


def open_by_hand(hands: Hands, *, pno: Pno, kind: str, reason: str, case_rules: CaseRules) -> CaseView:
    """Open a case and write down why. Raises Refused for a kind that people do not open, and where one is open."""
    access.queries.check_can(hands.actor, Permission.OPEN_CASE)
    terms = case_rules.kind(kind)
    if not terms.by_hand:
        raise Refused(casework.Why.KIND_NOT_BY_HAND, kind=kind)
    if not reason.strip():
        raise Refused(casework.Why.REASON_MISSING)
    at = hands.now()
    with transaction.atomic():
        case, is_new = casework.actions.open_case(
            NewCase(pno=pno, reasons=terms.reasons, leads=(), kind=kind),
            case_rules=case_rules,
            as_of=at.astimezone(CHINA).date(),
            at=at,
            actor=hands.username,
        )
        if not is_new:
            raise Refused(casework.Why.KIND_OPEN, case_id=case.case_id)
        casework.actions.note_on(case.case_id, reason, actor=hands.username, at=at)
        letter = terms.letters.get(CaseEvent.OPENED)
        if letter is not None:
            notices.actions.queue_many(
                [NewMessage(key=f"case:{case.case_id}:opened", pno=pno, template=letter)],
                at=at,
                actor=hands.username,
            )
    return case
