"""A pause list from drawing to release: who is on it, who is held out of it, and that nothing happens before release."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction

from case_situations import CASE_RULES
from hands import hands_of
from pay_situations import (
    AS_OF,
    AT,
    CERTIFIER,
    CLOCK,
    NOVEMBER,
    POLICY,
    SUPERVISOR,
    Pension,
    clock_on,
    doubt,
    make,
    make_run,
    stand,
)
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.pay import pause_list, pay_run
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import FixedClock, Month, day_number
from yizheng.rooms import casework, entitlements, notices, passes, payments
from yizheng.rooms.certification.data import AskAfter, Result, Step
from yizheng.rooms.entitlements.models import Benefit, PayStateChange
from yizheng.rooms.ledger.models import Entry
from yizheng.rooms.notices.data import HELPER_SMS, NO_PHONE, NewMessage
from yizheng.rooms.notices.models import Message
from yizheng.rooms.payments.data import HoldReason, PauseListState, PauseListView
from yizheng.rooms.payments.models import PauseItem

pytestmark = pytest.mark.django_db
DUE = date(2026, 9, 30)
LATER = FixedClock(AT + timedelta(days=3))


@pytest.fixture
def store(tmp_path: object) -> LocalStore:
    return LocalStore(tmp_path)  # type: ignore[arg-type]


def remind(
    pno: int, *, due: date = DUE, on: date = date(2026, 10, 1), steps: tuple[int, ...] = (1, 2)
) -> None:
    """The reminders of the ladder, the last of them on a day."""
    for step in steps:
        with transaction.atomic():
            notices.actions.queue(
                f"reminder:{pno}:{day_number(due)}:{step}",
                pno=pno,
                template=POLICY.ladder[step - 1].template,
                facts={"due_date": due.isoformat()},
                at=AT - timedelta(days=(AS_OF - on).days + 20 * (2 - step)),
            )
    Message.objects.filter(pno=pno).update(state="sent")


def overdue(
    pno: int, *, due: date = DUE, reminded: bool = True, frozen: bool = False, **pension: object
) -> None:
    """Somebody who should have been certified by `due` and was reminded."""
    make(Pension(pno=pno, **pension))  # type: ignore[arg-type]
    stand(pno, Result.DUE, due=due, frozen=frozen)
    if reminded:
        remind(pno, due=due)


def draw(month: Month = NOVEMBER) -> PauseListView:
    return pause_list.draw_up(
        hands_of("run", clock=CLOCK), as_of=AS_OF, month=month, policies=[POLICY], case_rules=CASE_RULES
    )


def test_list_is_drawn_with_reasons_for_everybody_held_out() -> None:
    make_run()
    overdue(1)
    overdue(2, groups=8)
    overdue(3, frozen=True)
    overdue(4)
    overdue(5, reminded=False)
    overdue(6, reminded=False)
    remind(6, on=date(2026, 10, 20))
    overdue(7)
    overdue(8)
    overdue(9, reminded=False)
    remind(9, steps=(2,))
    overdue(10, born="1940-01-01")
    overdue(11)
    overdue(12)
    Message.objects.filter(pno=7).update(state="dead", error=NO_PHONE)
    Message.objects.filter(pno=8).update(state="queued")
    Message.objects.filter(pno=11).update(state="dead", error="nobodys")
    Message.objects.filter(pno=12).update(state="delivered")
    with transaction.atomic():
        casework.actions.open_cases(
            [doubt(4, 41)], run_id="r", as_of=AS_OF, at=AT, actor="run", case_rules=CASE_RULES
        )
    drawn = draw()
    assert (drawn.to_pause, drawn.held, drawn.state) == (2, 10, PauseListState.DRAWN)
    held = {item.pno: item.hold_reason for item in payments.queries.items(NOVEMBER, held=True)}
    assert held == {
        2: HoldReason.SPECIAL_GROUP,
        3: HoldReason.SOURCE_ILL,
        4: HoldReason.OPEN_DOUBT,
        5: HoldReason.NOTICE_MISSING,
        6: HoldReason.NOTICE_TOO_LATE,
        7: HoldReason.NO_PHONE,
        8: HoldReason.NOTICE_UNDELIVERED,
        9: HoldReason.NOTICE_MISSING,
        10: HoldReason.SPECIAL_GROUP,
        11: HoldReason.NOTICE_UNDELIVERED,
    }
    assert not PayStateChange.objects.exists()
    assert not Message.objects.filter(template="paused").exists()


def test_only_the_overdue_in_payment_past_grace_are_candidates() -> None:
    make_run()
    overdue(1, due=date(2026, 10, 16))  # grace ends on the day of the run
    overdue(2, due=date(2026, 10, 15))
    overdue(3, steps=(("2026-05", 2, "1201"),))
    overdue(4, steps=(("2026-05", 3, "1401"),))
    make(Pension(pno=5))
    stand(5, Result.PASSED, due=date(2027, 9, 1), event=date(2026, 9, 1))
    draw()
    assert [item.pno for item in payments.queries.items(NOVEMBER)] == [2]


def test_policy_decides_the_first_month(store: LocalStore) -> None:
    make_run()
    overdue(1, due=date(2026, 10, 10))  # due and grace end in October: not from October, but from November on
    assert draw(NOVEMBER).to_pause == 0 + 1
    with pytest.raises(Refused, match="payments:month_run_already"):
        draw(NOVEMBER.plus(-1))


@pytest.mark.parametrize("months", [1, 13])
def test_list_of_a_month_beyond_the_one_to_come_is_refused_and_says_which_it_is(months: int) -> None:
    make_run()
    overdue(1)
    with pytest.raises(Refused, match="payments:list_not_to_come to_come=2026-11"):
        draw(NOVEMBER.plus(months))
    assert payments.queries.find_list(NOVEMBER.plus(months)) is None


def test_list_follows_the_pay_that_was_run(store: LocalStore) -> None:
    make_run()
    overdue(1)
    pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    with pytest.raises(Refused, match="payments:month_run_already month=2026-11 to_come=2026-12"):
        draw(NOVEMBER)
    assert draw(NOVEMBER.plus(1)).to_pause == 1


def test_somebody_whose_policy_nobody_knows_is_no_candidate() -> None:
    make_run()
    overdue(1)
    drawn = pause_list.draw_up(
        hands_of("run", clock=CLOCK), as_of=AS_OF, month=NOVEMBER, policies=[], case_rules=CASE_RULES
    )
    assert (drawn.to_pause, drawn.held) == (0, 0)


def test_without_a_run_as_of_that_day_there_is_no_list() -> None:
    with pytest.raises(Refused, match="payments:no_certification"):
        draw()
    make_run(date(2026, 9, 30))
    with pytest.raises(Refused, match=r"payments:certification_of_another_day .*newest=2026-09-30"):
        draw()


def test_released_list_pauses_tells_and_is_in_the_ledger(store: LocalStore) -> None:
    make_run()
    make(Pension(pno=0))
    overdue(1)
    overdue(2, groups=1)
    draw()
    released = pause_list.release(
        hands_of(SUPERVISOR, clock=LATER, store=store), month=NOVEMBER, policies=[POLICY]
    )
    assert (released.state, released.released_by, released.to_pause) == (PauseListState.RELEASED, "zhao", 1)
    step = PayStateChange.objects.get()
    assert (step.pno, step.to_state, step.reason_code, step.effective_month, step.decision) == (
        1,
        2,
        "1201",
        NOVEMBER.index,
        "pause_list:2026-11",
    )
    assert Message.objects.get(template="paused").pno == 1
    report = pay_run.run(hands_of("zhao", clock=LATER, store=store), month=NOVEMBER)
    assert (report.same, report.stopped) == (2, 1)
    witnessed = (
        *payments.queries.witnessed(),
        *entitlements.queries.witnessed(),
        *casework.queries.witnessed(),
    )

    def faults() -> list[str]:
        texts = (
            replace(one, strays=tuple) for one in notices.queries.witnessed_trees()
        )  # put in by this test
        trees = (*payments.queries.witnessed_trees(store), *texts)
        found = ledger_is_verified.verify(witnessed=witnessed, trees=trees, store=store)
        return [fault.table for fault in found.faults]

    assert faults() == []
    PauseItem.objects.filter(pno=2).update(held=False)
    assert faults() == ["payments_pauseitem:2026-11"]


def test_release_looks_again(store: LocalStore) -> None:
    make_run()
    for pno in (1, 2, 3, 4, 5, 6):
        overdue(pno)
    assert draw().to_pause == 6
    with transaction.atomic():
        passes.actions.record_pass(
            pno=1,
            channel="window",
            event_day=day_number(AS_OF),
            case_id=None,
            actor="wang",
            at=AT + timedelta(days=1),
        )
        casework.actions.open_cases(
            [doubt(2, 41)], run_id="r", as_of=AS_OF, at=AT, actor="run", case_rules=CASE_RULES
        )
    stand(3, Result.PASSED, due=date(2027, 10, 1), event=date(2026, 10, 1))
    lost = {"state": "dead", "error": "nobodys", "reported_at": AT + timedelta(days=1)}
    Message.objects.filter(pno=5).update(**lost)
    with transaction.atomic():
        notices.actions.queue("copy:6", pno=6, template="reminder_final", facts={}, at=AT)
    Message.objects.filter(key="copy:6").update(**lost, channel=HELPER_SMS)
    released = pause_list.release(
        hands_of(SUPERVISOR, clock=LATER, store=store), month=NOVEMBER, policies=[POLICY]
    )
    assert released.held_by_reason == {"certified_since": 2, "open_doubt": 1, "notice_undelivered": 1}
    assert list(PayStateChange.objects.values_list("pno", flat=True)) == [4, 6], "a helper's copy is not hers"


def test_every_reason_to_hold_somebody_out_is_looked_at_again(store: LocalStore) -> None:
    make_run()
    for pno in (1, 2, 3, 4, 5):
        overdue(pno)
    assert draw().to_pause == 5
    stand(1, Result.DUE, due=DUE, frozen=True)  # its source has fallen ill since
    Benefit.objects.filter(pno=2).update(groups=8)  # lives alone, the roster says by now
    Message.objects.filter(pno=3).delete()  # the ladder it rests on is gone
    Message.objects.filter(pno=4).update(state="dead", error=NO_PHONE)
    released = pause_list.release(
        hands_of(SUPERVISOR, clock=LATER, store=store), month=NOVEMBER, policies=[POLICY]
    )
    assert released.held_by_reason == {
        "source_ill": 1,
        "special_group": 1,
        "notice_missing": 1,
        "no_phone": 1,
    }
    assert list(PayStateChange.objects.values_list("pno", flat=True)) == [5]


@pytest.mark.parametrize("how", ["let in", "put in", "taken out", "never witnessed"])
def test_list_that_was_changed_since_it_was_drawn_is_named_and_not_released(
    store: LocalStore, how: str
) -> None:
    make_run()
    overdue(1)
    overdue(2, frozen=True)
    pause_list.draw_up(
        hands_of("run", clock=CLOCK, store=store),
        as_of=AS_OF,
        month=NOVEMBER,
        policies=[POLICY],
        case_rules=CASE_RULES,
    )

    def faults() -> list[str]:
        found = ledger_is_verified.verify(
            witnessed=payments.queries.witnessed(), trees=payments.queries.witnessed_trees(store), store=store
        )
        return [fault.table for fault in found.faults if fault.table.startswith("payments")]

    assert faults() == []
    if how == "let in":
        PauseItem.objects.filter(pno=2).update(held=False, hold_reason="")
    elif how == "put in":
        PauseItem.objects.create(month=NOVEMBER.index, pno=9, due_day=day_number(DUE), held=False)
    elif how == "taken out":
        PauseItem.objects.filter(pno=2).delete()
    else:
        Entry.objects.filter(kind="payments:list:items_drawn").delete()
    with pytest.raises(Refused, match="payments:list_not_as_drawn"):
        pause_list.release(hands_of(SUPERVISOR, clock=LATER, store=store), month=NOVEMBER, policies=[POLICY])
    assert not PayStateChange.objects.exists()
    if how != "never witnessed":
        assert set(faults()) == {"payments_pauseitem:2026-11"}


@pytest.mark.parametrize("actor", [CERTIFIER])
def test_only_a_supervisor_releases(store: LocalStore, actor: object) -> None:
    make_run()
    overdue(1)
    draw()
    with pytest.raises(Refused, match="access:role_not_allowed"):
        pause_list.release(hands_of(actor, clock=LATER, store=store), month=NOVEMBER, policies=[POLICY])  # type: ignore[arg-type]
    assert not PayStateChange.objects.exists()


def test_list_is_drawn_anew_until_it_is_released_and_then_stays(store: LocalStore) -> None:
    make_run()
    overdue(1)
    assert draw().to_pause == 1
    overdue(2)
    assert draw().to_pause == 2
    pause_list.release(hands_of(SUPERVISOR, clock=LATER, store=store), month=NOVEMBER, policies=[POLICY])
    for again in (
        draw,
        lambda: pause_list.release(
            hands_of(SUPERVISOR, clock=LATER, store=store), month=NOVEMBER, policies=[POLICY]
        ),
    ):
        with pytest.raises(Refused, match="kernel:step_not_allowed"):
            again()
    assert PayStateChange.objects.count() == 2


def test_list_for_a_month_that_was_run_is_refused(store: LocalStore) -> None:
    make_run()
    make(Pension(pno=0))
    overdue(1)
    draw()
    pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    with pytest.raises(Refused, match=r"payments:month_run_already .*to_come=2026-12"):
        pause_list.release(hands_of(SUPERVISOR, clock=LATER, store=store), month=NOVEMBER, policies=[POLICY])


def test_list_that_does_not_exist_cannot_be_released(store: LocalStore) -> None:
    with pytest.raises(Refused, match="kernel:step_not_allowed"):
        pause_list.release(hands_of(SUPERVISOR, clock=LATER, store=store), month=NOVEMBER, policies=[POLICY])


def test_reminder_for_another_due_day_does_not_count() -> None:
    make_run()
    overdue(1, reminded=False)
    remind(1, due=DUE - timedelta(days=365), on=date(2025, 10, 1))
    assert draw().held_by_reason == {"notice_missing": 1}


def test_queueing_uses_the_same_key_as_the_run() -> None:
    message = NewMessage(key=f"reminder:1:{day_number(DUE)}:2", pno=1, template="reminder_final")
    assert message.key == f"reminder:1:{(DUE - date(1970, 1, 1)).days}:2"


WAITING = replace(
    POLICY,
    ladder=(
        Step(days_before=-20, template="reminder_first"),
        Step(days_before=-40, template="reminder_final"),
    ),
    grace_days=60,
    ask_after=AskAfter.DELIVERIES,
)


def test_whoever_was_asked_late_has_as_much_time_before_a_list() -> None:
    make_run()
    due = date(2026, 8, 20)  # grace has ended by the calendar on 19 October
    for pno, first in ((1, date(2026, 9, 9)), (2, date(2026, 9, 30))):
        overdue(pno, due=due, reminded=False)
        remind(pno, due=due, on=first, steps=(1,))
        remind(pno, due=due, on=date(2026, 10, 10), steps=(2,))
        Message.objects.filter(pno=pno, template="reminder_first").update(queued_at=clock_on(first).now())
    drawn = pause_list.draw_up(
        hands_of("run", clock=CLOCK), as_of=AS_OF, month=NOVEMBER, policies=[WAITING], case_rules=CASE_RULES
    )
    assert [item.pno for item in payments.queries.items(NOVEMBER)] == [1]
    assert drawn.to_pause == 1
