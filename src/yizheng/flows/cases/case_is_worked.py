"""A case is worked on (核查办理): a step of its kind's life that moves it and decides nothing."""

from django.db import transaction

from yizheng.kernel.hands import Hands
from yizheng.rooms import access, casework
from yizheng.rooms.access.data import Permission
from yizheng.rooms.casework.data import CaseRules, CaseView


def take_step(
    hands: Hands, *, case_id: int, step: str, note: str, expected_version: int, case_rules: CaseRules
) -> CaseView:
    """Take a step, with a note in words. Raises Refused where the role, the state or the note does not allow it."""
    case = casework.queries.get_case(case_id)
    move = case_rules.kind(case.kind).life.check(case.state, step)
    access.queries.check_can(hands.actor, Permission(move.permission or Permission.PROPOSE_OUTCOME))
    with transaction.atomic():
        return casework.actions.take_step(
            case_id=case_id,
            step=step,
            note=note,
            case_rules=case_rules,
            actor=hands.username,
            expected_version=expected_version,
            at=hands.now(),
        )
