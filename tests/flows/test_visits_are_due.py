"""Whom a message cannot reach is visited: the list that holds them out opens a case, once in a while and no more."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from case_situations import CASE_RULES
from hands import hands_of
from pay_situations import AS_OF, AT, CLOCK, NOVEMBER, POLICY, Pension, clock_on, make, make_run, stand
from yizheng.flows.pay import pause_list
from yizheng.kernel.time import day_number
from yizheng.rooms import casework, notices
from yizheng.rooms.casework.data import Known
from yizheng.rooms.casework.models import Case
from yizheng.rooms.certification.data import Result
from yizheng.rooms.certification.reminders import reminder_key
from yizheng.rooms.entitlements.data import Group
from yizheng.rooms.entitlements.models import PayStateChange
from yizheng.rooms.notices.data import NewMessage
from yizheng.rooms.notices.models import Message
from yizheng.rooms.payments.data import PauseListView

pytestmark = pytest.mark.django_db
DUE = AS_OF - timedelta(days=60)


def overdue(pension: Pension, *, state: str = "sent", frozen: bool = False) -> None:
    """Somebody long overdue whose whole ladder has gone out."""
    make(pension)
    stand(pension.pno, Result.DUE, due=DUE, frozen=frozen)
    with transaction.atomic():
        notices.actions.queue_many(
            (
                NewMessage(
                    key=reminder_key(pension.pno, day_number(DUE), step),
                    pno=pension.pno,
                    template=rung.template,
                    channel="sms",
                    facts={"due_date": str(DUE)},
                )
                for step, rung in enumerate(POLICY.ladder, 1)
            ),
            at=AT - timedelta(days=40),
        )
    Message.objects.filter(pno=pension.pno).update(state=state)


def draw(as_of: date = AS_OF) -> PauseListView:
    return pause_list.draw_up(
        hands_of("run", clock=CLOCK if as_of == AS_OF else clock_on(as_of)),
        as_of=as_of,
        month=NOVEMBER,
        policies=[POLICY],
        case_rules=CASE_RULES,
    )


def visits() -> dict[int, str]:
    return dict(Case.objects.filter(kind=Known.VISIT).values_list("pno", "state"))


def test_special_groups_and_the_unreached_are_visited_and_nobody_else() -> None:
    make_run()
    overdue(Pension(pno=0))
    overdue(Pension(pno=1, groups=int(Group.DISABLED)))
    overdue(Pension(pno=2, born="1940-01-01"))
    overdue(Pension(pno=3), state="dead")
    overdue(Pension(pno=4), frozen=True)
    drawn = draw()
    assert drawn.to_pause == 1
    assert set(visits()) == {1, 2, 3}
    case = casework.queries.case_of_person(1)
    assert case is not None
    assert (case.reasons, case.leads) == (("visit_needed",), ())
    assert not PayStateChange.objects.exists()


def test_list_drawn_anew_sends_nobody_twice() -> None:
    make_run()
    overdue(Pension(pno=1, groups=int(Group.ALONE)))
    draw()
    draw()
    assert len(visits()) == 1


def test_visit_is_repeated_only_after_a_season() -> None:
    make_run()
    overdue(Pension(pno=1, groups=int(Group.ALONE)))
    draw()
    Case.objects.update(state="closed")
    draw()
    assert Case.objects.count() == 1
    Case.objects.update(opened_on=AS_OF - timedelta(days=91))
    draw()
    assert visits() == {1: "open"}
    assert Case.objects.count() == 2
