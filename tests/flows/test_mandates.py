"""Acting for another: asked for by either side, begun when both agreed, ended by either at once, told to both."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from hands import hands_of
from mandate_situations import (
    BOTH,
    DAUGHTER_PHONE,
    MOTHER,
    NAME,
    RULES,
    TODAY,
    asked,
    begun,
    daughter_of,
    make_mother,
    number_of,
    wish,
)
from pay_situations import AT, AUDITOR, CERTIFIER, CLOCK, clock_on
from refused import refused
from yizheng import wiring
from yizheng.adapters.messages.sms import SmsChannel
from yizheng.doors.words import refusal_in, told_in
from yizheng.flows.helpers import (
    mandates_agree,
    mandates_ask,
    mandates_change,
    mandates_decline,
    mandates_end,
    mandates_lapse,
)
from yizheng.flows.telling import notices_go_out
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock
from yizheng.rooms import ledger, mandates, risk
from yizheng.rooms.access.data import Account
from yizheng.rooms.mandates import Why
from yizheng.rooms.mandates.data import EndReason, MandateState, Scope, Side
from yizheng.rooms.notices.models import Message
from yizheng.rooms.people.models import LifeEvent
from yizheng.simulators.sms_gateway.gateway import Faults, SmsGateway

pytestmark = pytest.mark.django_db


def told() -> set[str]:
    return {message.template for message in Message.objects.all()}


def may(helper_id: int, scope: Scope = Scope.VIEW, on: date = TODAY, pno: int = MOTHER) -> bool:
    return mandates.queries.in_force(helper_id, pno, scope, on=on) is not None


def helpers_ask(account: Account, *, number: str = "", name: str = NAME) -> None:
    mandates_ask.by_helper(
        account=account,
        number=number or number_of(MOTHER),
        name=name,
        wish_scopes=BOTH,
        rules=RULES,
        clock=CLOCK,
    )


def test_named_helper_may_do_nothing_before_agreeing_and_just_the_scopes_after() -> None:
    make_mother()
    mandate = asked(scopes=frozenset({Scope.VIEW}))
    assert mandate.state is MandateState.ASKED
    assert not may(mandate.helper_id)
    mandates_agree.by_helper(
        mandate_id=mandate.mandate_id, account=daughter_of(mandate), name=f" {NAME} ", clock=CLOCK
    )
    assert may(mandate.helper_id)
    assert not may(mandate.helper_id, Scope.CERTIFY)
    assert not may(mandate.helper_id, pno=8)
    assert not may(mandate.helper_id + 1)


def test_mandate_holds_from_its_first_day_until_before_its_last() -> None:
    make_mother()
    mandate = begun(from_day=TODAY + timedelta(days=2), days=10)
    days = [day for day in range(20) if may(mandate.helper_id, on=TODAY + timedelta(days=day))]
    assert days == list(range(2, 12))


def test_both_sides_are_told_on_their_own_phones_with_masked_names(tmp_path: Path) -> None:
    make_mother()
    begun()
    phone = SmsGateway(
        tmp_path / "sms.jsonl",
        faults=Faults(busy=0, lost_answer=0, out_of_reach=0, slow=0),
        sleep=lambda _: None,
    )
    done = notices_go_out.deliver(
        channels={"sms": SmsChannel(phone), "helper_sms": SmsChannel(phone)},
        letters=wiring.agency().letters,
        clock=CLOCK,
        worker="w",
        limit=100,
        agency=wiring.letter_facts(),
    )
    assert (done.sent, done.dead) == (4, 0)
    hers = [received.text for received in phone.inbox(DAUGHTER_PHONE)]
    mothers = [received.text for received in phone.inbox("13800000000")]
    assert len(hers) == len(mothers) == 2
    assert all("王*兰" in text and "测*7" in text for text in hers + mothers)
    assert any("2026年10月31日" in text and "查看认证情况、帮助认证" in text for text in mothers)
    assert not any("王小兰" in text or NAME in text or DAUGHTER_PHONE in text for text in hers + mothers)


def test_stranger_with_a_wrong_phone_number_does_not_get_in_and_after_three_names_it_is_over() -> None:
    make_mother()
    mandate = asked()
    for why in (Why.NAME_WRONG, Why.NAME_WRONG, Why.NAME_WRONG_AND_OVER):
        with refused(why):
            mandates_agree.by_helper(
                mandate_id=mandate.mandate_id, account=daughter_of(mandate), name="李四", clock=CLOCK
            )
    found = mandates.queries.find(mandate.mandate_id)
    assert found is not None
    assert found.state is MandateState.ENDED
    assert "mandate_ended" in told()


def test_helper_asks_and_the_beneficiary_agrees() -> None:
    make_mother()
    make_mother(8)
    daughter = daughter_of(begun(Pno(8)))
    helpers_ask(daughter)
    (mandate,) = mandates.queries.of_person(MOTHER)
    assert (mandate.state, mandate.asked_by) == (MandateState.ASKED, Side.HELPER)
    assert not may(daughter.account_id)
    with pytest.raises(Refused, match="mandates:nothing_waits"):
        mandates_agree.by_helper(mandate_id=mandate.mandate_id, account=daughter, name=NAME, clock=CLOCK)
    mandates_agree.by_beneficiary(mandate_id=mandate.mandate_id, pno=MOTHER, clock=CLOCK)
    assert may(daughter.account_id)


@pytest.mark.parametrize(
    ("number", "name"), [("110101194901010017", NAME), (number_of(MOTHER), "李四"), ("12", NAME)]
)
def test_helper_who_asks_for_nobody_learns_nothing(number: str, name: str) -> None:
    make_mother()
    make_mother(8)
    daughter = daughter_of(begun(Pno(8)))
    before = Message.objects.count()
    helpers_ask(daughter, number=number, name=name)
    assert mandates.queries.of_person(MOTHER) == []
    assert Message.objects.count() == before


def test_helper_who_was_declined_does_not_ask_again_for_a_month() -> None:
    make_mother()
    make_mother(8)
    daughter = daughter_of(begun(Pno(8)))
    helpers_ask(daughter)
    (mandate,) = mandates.queries.of_person(MOTHER)
    mandates_decline.by_beneficiary(mandate_id=mandate.mandate_id, pno=MOTHER, clock=CLOCK)
    helpers_ask(daughter)
    assert len(mandates.queries.of_person(MOTHER)) == 1
    assert "mandate_declined_helper" in told()


def test_helper_asks_at_most_three_times_a_day() -> None:
    for pno in (7, 8, 9, 10, 11):
        make_mother(pno)
    daughter = daughter_of(begun(Pno(11), scopes=BOTH))
    rules = RULES
    for pno in (7, 8, 9):
        helpers_ask(daughter, number=number_of(pno), name=f"测试{pno}")
    with pytest.raises(Refused, match="mandates:asked_too_often"):
        mandates_ask.by_helper(
            account=daughter, number=number_of(10), name="测试10", wish_scopes=BOTH, rules=rules, clock=CLOCK
        )


def test_limit_refuses_a_fifth_person_with_another_way_and_keeps_the_four() -> None:
    for pno in range(7, 12):
        make_mother(pno)
    mandates = [begun(Pno(pno)) for pno in range(7, 11)]
    with pytest.raises(Refused, match="mandates:helper_is_full"):
        asked(Pno(11))
    assert all(may(mandate.helper_id, Scope.CERTIFY, pno=mandate.pno) for mandate in mandates)
    (alert,) = risk.queries.alerts(waiting=True)
    assert alert.account_id == mandates[0].helper_id
    assert [told_in(fact, "zh-hans") for fact in alert.facts] == ["这位代办人有 3 份委托"]


@pytest.mark.parametrize("side", ["beneficiary", "helper", "window"])
def test_either_side_ends_it_at_once(side: str) -> None:
    make_mother()
    mandate = begun()
    number = mandate.mandate_id
    if side == "beneficiary":
        mandates_end.by_beneficiary(mandate_id=number, pno=MOTHER, clock=CLOCK)
    elif side == "helper":
        mandates_end.by_helper(mandate_id=number, account=daughter_of(mandate), clock=CLOCK)
    else:
        mandates_end.at_window(hands_of(CERTIFIER, clock=CLOCK), mandate_id=number, pno=MOTHER)
    assert not may(mandate.helper_id)
    assert {"mandate_ended", "mandate_ended_helper"} <= told()
    with pytest.raises(Refused, match="mandates:ended_already"):
        mandates_end.by_beneficiary(mandate_id=number, pno=MOTHER, clock=CLOCK)
    assert not may(asked().helper_id)


def test_nobody_ends_or_agrees_to_what_is_another_ones() -> None:
    make_mother()
    make_mother(8)
    mandate = begun()
    other = daughter_of(begun(Pno(8), phone="13911113333"))
    with pytest.raises(Refused):
        mandates_end.by_beneficiary(mandate_id=mandate.mandate_id, pno=Pno(8), clock=CLOCK)
    with pytest.raises(Refused):
        mandates_end.by_helper(mandate_id=mandate.mandate_id, account=other, clock=CLOCK)
    with pytest.raises(Refused):
        mandates_agree.by_beneficiary(mandate_id=mandate.mandate_id, pno=Pno(8), clock=CLOCK)
    assert may(mandate.helper_id)


def test_change_ends_the_old_one_and_begins_another() -> None:
    make_mother()
    mandate = begun()
    changed = mandates_change.by_beneficiary(
        mandate_id=mandate.mandate_id,
        pno=MOTHER,
        scopes=frozenset({Scope.VIEW}),
        until_day=TODAY + timedelta(days=30),
        rules=RULES,
        clock=CLOCK,
    )
    assert changed.mandate_id != mandate.mandate_id
    assert may(mandate.helper_id)
    assert not may(mandate.helper_id, Scope.CERTIFY)
    assert {"mandate_changed", "mandate_changed_helper"} <= told()
    assert "mandate_ended" not in told()


def test_calendar_ends_what_is_over_and_what_nobody_answered() -> None:
    make_mother()
    make_mother(8)
    begun(days=10)
    asked(Pno(8))
    assert mandates_lapse.lapse(rules=RULES, clock=clock_on(TODAY + timedelta(days=9))).past == 0
    done = mandates_lapse.lapse(rules=RULES, clock=clock_on(TODAY + timedelta(days=20)))
    assert (done.past, done.unanswered, done.death) == (1, 1, 0)
    again = mandates_lapse.lapse(rules=RULES, clock=clock_on(TODAY + timedelta(days=20)))
    assert (again.past, again.unanswered, again.death) == (0, 0, 0)


def test_known_death_ends_it_before_anybody_wrote_the_end_down() -> None:
    make_mother()
    mandate = begun()
    LifeEvent.objects.create(
        pno=MOTHER, kind="death", true_from=TODAY, known_since=AT + timedelta(hours=1), known_by="li"
    )
    assert not may(mandate.helper_id, on=TODAY + timedelta(days=1))
    later = FixedClock(AT + timedelta(days=1))
    assert mandates_lapse.lapse(rules=RULES, clock=later).death == 1
    found = mandates.queries.find(mandate.mandate_id)
    assert found is not None
    assert found.end_reason == EndReason.DEATH
    assert "mandate_ended_helper" in told()
    assert "mandate_ended" not in told()


def test_death_that_was_put_right_does_not_stand_in_the_way_of_a_later_mandate() -> None:
    make_mother()
    LifeEvent.objects.create(
        pno=MOTHER, kind="death", true_from=TODAY, known_since=AT - timedelta(days=9), known_by="li"
    )
    assert may(begun().helper_id)


def test_clerk_records_with_both_there_and_an_auditor_may_not() -> None:
    make_mother()
    with pytest.raises(Refused, match="access:role_not_allowed"):
        mandates_ask.at_window(
            hands_of(AUDITOR, clock=CLOCK), pno=MOTHER, wish=wish(), both_present=True, rules=RULES
        )
    waiting = mandates_ask.at_window(
        hands_of(CERTIFIER, clock=CLOCK), pno=MOTHER, wish=wish(), both_present=False, rules=RULES
    )
    assert waiting.state is MandateState.ASKED
    mandates_end.at_window(hands_of(CERTIFIER, clock=CLOCK), mandate_id=waiting.mandate_id, pno=MOTHER)
    mandate = mandates_ask.at_window(
        hands_of(CERTIFIER, clock=CLOCK), pno=MOTHER, wish=wish(), both_present=True, rules=RULES
    )
    assert may(mandate.helper_id)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"scopes": frozenset()}, "至少选一件"),
        ({"days": 0}, "开始的日子之后"),
        ({"days": 4000}, "太远"),
        ({"from_day": TODAY - timedelta(days=400)}, "今天之后"),
        ({"phone": "123"}, "11 位数字"),
        ({"name": "  "}, "姓名"),
    ],
)
def test_wish_that_cannot_be_is_said_in_plain_chinese(wanted: dict[str, object], said: str) -> None:
    make_mother()
    with pytest.raises(Misused) as refusal:
        asked(**wanted)
    assert said in refusal_in(refusal.value, "zh-hans")
    assert mandates.queries.of_person(MOTHER) == []


def test_a_session_that_names_ever_more_phones_is_stopped_and_the_window_still_helps() -> None:
    make_mother()
    for number in range(RULES.names_a_day):
        asked(phone=f"1391111{number:04d}")
    with pytest.raises(Refused, match="mandates:named_too_often"):
        asked(phone="13922220000")
    at_window = mandates_ask.at_window(
        hands_of(CERTIFIER, clock=CLOCK), pno=MOTHER, wish=wish("13922220000"), both_present=True, rules=RULES
    )
    assert may(at_window.helper_id)


def test_second_request_for_the_same_helper_is_refused() -> None:
    make_mother()
    begun()
    with pytest.raises(Refused, match="mandates:open_already"):
        asked()


def test_every_step_is_in_the_ledger_without_names_or_phones() -> None:
    make_mother()
    mandate = begun()
    mandates_end.by_beneficiary(mandate_id=mandate.mandate_id, pno=MOTHER, clock=CLOCK)
    entries = [one for one in ledger.queries.entries() if one.kind.startswith("mandates:")]
    assert [one.kind.rpartition(":")[2] for one in entries] == ["asked", "agreed", "ended"]
    text = str([(one.actor, one.subject, one.detail) for one in entries])
    assert not any(word in text for word in (NAME, "王小兰", DAUGHTER_PHONE))
