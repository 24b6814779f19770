"""What stands open about a person (未了事项) when they certify: what every channel's pass is held against."""

from collections.abc import Sequence
from datetime import date

from yizheng.kernel.ids import Pno
from yizheng.rooms import casework, certification, entitlements, passes, payments, people
from yizheng.rooms.casework.data import LOSS_REASONS
from yizheng.rooms.certification.data import Policy, Result
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.passes.data import CASE, Open


def what_stands_open(pno: Pno, *, policies: Sequence[Policy], today: date) -> frozenset[Open]:
    """Every reason why a pass alone does not settle that this person is entitled; empty where it does."""
    found = _of_pay(pno)
    if people.queries.losses_in_force(pno, overruled_at=passes.queries.newest_known(pno, channel=CASE.code)):
        found.add(Open.LOSS_RECORDED)
    if _is_reported(pno, policies=policies, today=today):
        found.add(Open.LOSS_REPORTED)
    return frozenset(found)


def _is_reported(pno: Pno, *, policies: Sequence[Policy], today: date) -> bool:
    """Whether the newest run doubts the person, or a case about a loss waits for people."""
    standing = certification.queries.find_standing_today(pno, policies=policies, today=today)
    if standing is not None and standing.result is Result.DOUBTFUL:
        return True
    return any(
        not case.is_closed and not LOSS_REASONS.isdisjoint(case.reasons)
        for case in casework.queries.cases_of_person(pno)
    )


def _of_pay(pno: Pno) -> set[Open]:
    pay = entitlements.queries.pay_standing_of(pno)
    if pay.state is PayState.ENDED:
        return {Open.PAY_ENDED}
    if pay.state is PayState.PAUSED and not payments.queries.is_pause_for_missing_proof(pay.reason_code):
        return {Open.PAY_STOPPED_OTHERWISE}
    return set()
