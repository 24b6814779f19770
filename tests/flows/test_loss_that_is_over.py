"""A loss that two people found to be over is over on every channel: whoever was in custody is in doubt no more."""

from datetime import date

import pytest
from django.db import transaction
from test_doubt_is_resolved import confirm, propose

from case_situations import CASE_RULES
from pay_situations import AS_OF, AT, POLICY, Pension, doubt, make, make_run, stand
from yizheng.flows.channels.what_stands_open import what_stands_open
from yizheng.kernel.ids import Pno
from yizheng.rooms import casework, passes, people
from yizheng.rooms.casework.data import Loss, Outcome
from yizheng.rooms.certification.data import Result
from yizheng.rooms.passes.data import Open
from yizheng.rooms.people.models import LifeEvent

pytestmark = pytest.mark.django_db
ONE = Pno(1)
DAY = date(2026, 10, 20)


@pytest.fixture(autouse=True)
def _somebody() -> None:
    make(Pension(pno=1))
    make_run()
    stand(1, Result.NOT_DUE, due=date(2027, 6, 30))


def open_now() -> frozenset[Open]:
    return what_stands_open(ONE, policies=(POLICY,), today=AS_OF)


def decide(outcome: Outcome, loss: Loss | None = None, *, lead: int) -> None:
    with transaction.atomic():
        casework.actions.open_cases(
            [doubt(1, lead)], run_id="2026-10-31-test", as_of=AS_OF, at=AT, actor="run", case_rules=CASE_RULES
        )
    case = casework.queries.case_of_person(1)
    assert case is not None
    propose(case.case_id, outcome, loss=loss, day=DAY)
    confirm(case.case_id)


def test_custody_stands_open_until_two_people_find_that_it_is_over() -> None:
    decide(Outcome.LOST_CONFIRMED, Loss.CUSTODY, lead=41)
    assert open_now() == {Open.LOSS_RECORDED, Open.PAY_STOPPED_OTHERWISE}
    decide(Outcome.ELIGIBLE, lead=43)
    assert Open.LOSS_RECORDED not in open_now()
    assert list(LifeEvent.objects.order_by("id").values_list("kind", flat=True)) == ["custody", "release"]


def test_decision_of_an_earlier_version_that_wrote_no_release_ends_the_custody_too() -> None:
    people.actions.record_life_event(
        pno=1, kind="custody", true_from=date(2020, 5, 1), case_id=7, actor="li", at=AT.replace(year=2020)
    )
    assert open_now() == {Open.LOSS_RECORDED}
    passes.actions.record_pass(
        pno=1, channel="case", event_day=18_900, case_id=8, actor="li", at=AT.replace(year=2021)
    )
    assert open_now() == frozenset()
