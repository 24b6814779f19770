"""Helpers who may receive reminders get a copy on their own phone, once; the person's own text goes out as ever."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from mandate_situations import DAUGHTER_PHONE, MOTHER, begun, make_mother
from pay_situations import AT, CLOCK
from yizheng import wiring
from yizheng.adapters.messages.sms import SmsChannel
from yizheng.flows.helpers import mandates_copies, mandates_end
from yizheng.flows.telling import notices_go_out
from yizheng.kernel.time import FixedClock
from yizheng.rooms import notices
from yizheng.rooms.mandates.data import Scope
from yizheng.rooms.notices.models import Message
from yizheng.rooms.people.models import LifeEvent
from yizheng.simulators.sms_gateway.gateway import Faults, SmsGateway

pytestmark = pytest.mark.django_db
LATER = FixedClock(AT + timedelta(hours=1))
ALL = frozenset(Scope)


def remind(template: str = "reminder_first", at: FixedClock = LATER) -> None:
    with transaction.atomic():
        notices.actions.queue(
            f"{template}:7",
            pno=MOTHER,
            template=template,
            at=at.now(),
            facts={"due_date": "2026-12-31", "from_month": "2026-12", "code": "123456"},
        )


def test_helper_gets_a_marked_copy_once_and_the_mother_her_own(tmp_path: Path) -> None:
    make_mother()
    begun(scopes=ALL)
    remind()
    assert [mandates_copies.queue_copies(clock=LATER) for _ in range(2)] == [1, 0]
    phone = SmsGateway(
        tmp_path / "sms.jsonl",
        faults=Faults(busy=0, lost_answer=0, out_of_reach=0, slow=0),
        sleep=lambda _: None,
    )
    notices_go_out.deliver(
        channels={"sms": SmsChannel(phone), "helper_sms": SmsChannel(phone)},
        letters=wiring.agency().letters,
        clock=LATER,
        worker="w",
        limit=100,
        agency=wiring.letter_facts(),
        only=("reminder_first",),
    )
    (copy,), (own,) = phone.inbox(DAUGHTER_PHONE), phone.inbox("13800000000")
    assert copy.text.split("\n")[0].endswith("（抄送代办人）")
    assert copy.text.replace("（抄送代办人）", "").replace(" (Copy to the helper.)", "") == own.text


@pytest.mark.parametrize("case", ["no scope", "ended", "queued before", "a code", "dead"])
def test_no_copy_where_there_is_no_right_to_one(case: str) -> None:
    make_mother()
    if case == "queued before":
        remind(at=FixedClock(AT - timedelta(hours=1)))
    mandate = begun(scopes=frozenset({Scope.VIEW}) if case == "no scope" else ALL)
    if case == "ended":
        mandates_end.by_beneficiary(mandate_id=mandate.mandate_id, pno=MOTHER, clock=CLOCK)
    if case == "dead":
        LifeEvent.objects.create(
            pno=MOTHER, kind="death", true_from=AT.date(), known_since=LATER.now(), known_by="li"
        )
    if case != "queued before":
        remind("login_code" if case == "a code" else "reminder_first")
    assert mandates_copies.queue_copies(clock=LATER) == 0
    assert not Message.objects.filter(key__startswith="copy:").exists()
