"""Every text is sent in its reader's language and no other; what somebody waits for is out at once, and pages say so."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from mandate_situations import AT, make_mother, number_of
from pay_situations import Pension, make
from signing_in import as_citizen
from yizheng import wiring
from yizheng.adapters.messages.files import FileChannel
from yizheng.adapters.messages.sms import SmsChannel
from yizheng.flows.helpers import mandates_told
from yizheng.flows.telling import language_is_chosen, notices_go_out
from yizheng.flows.telling.holder_is_told import Post
from yizheng.kernel.time import FixedClock
from yizheng.rooms import notices
from yizheng.rooms.access.data import Holder
from yizheng.rooms.notices.data import HELPER_SMS, SMS
from yizheng.rooms.notices.models import Message, TextLanguage
from yizheng.simulators.sms_gateway.gateway import Faults, SmsGateway

pytestmark = pytest.mark.django_db
CLOCK = FixedClock(AT)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PHONE = "13800000000"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yizheng.doors.proofs.PACE_SECONDS", 0.0)
    monkeypatch.setattr(wiring, "clock", lambda: CLOCK)


def gateway(tmp_path: Path, *, busy: int = 0) -> SmsGateway:
    faults = Faults(busy=busy, lost_answer=0, out_of_reach=0, slow=0)
    return SmsGateway(tmp_path / "sms.jsonl", faults=faults, sleep=lambda _: None)


def post(phone: SmsGateway) -> Post:
    channel = SmsChannel(phone)
    return Post(
        channels={SMS: channel, HELPER_SMS: channel},
        letters=wiring.agency().letters,
        facts=wiring.letter_facts(),
    )


def queue(*pnos: int, template: str = "paused") -> None:
    with transaction.atomic():
        for pno in pnos:
            notices.actions.queue(
                f"{template}:{pno}", pno=pno, template=template, facts={"from_month": "2026-11"}, at=AT
            )


def deliver(phone: SmsGateway) -> None:
    channel = SmsChannel(phone)
    notices_go_out.deliver(
        channels={SMS: channel, HELPER_SMS: channel},
        letters=wiring.agency().letters,
        clock=CLOCK,
        worker="w",
        limit=100,
        agency=wiring.letter_facts(),
    )


def test_text_is_in_chinese_alone_where_nobody_chose(tmp_path: Path) -> None:
    make(Pension(pno=1))
    queue(1)
    phone = gateway(tmp_path)
    deliver(phone)
    (received,) = phone.inbox(PHONE)
    assert "养老金从2026年11月起暂停" in received.text
    assert "pension" not in received.text


def test_text_is_in_english_alone_for_who_chose_it(tmp_path: Path) -> None:
    make(Pension(pno=1))
    language_is_chosen.choose(Holder.person(1), "en", clock=CLOCK)
    queue(1)
    phone = gateway(tmp_path)
    deliver(phone)
    (received,) = phone.inbox(PHONE)
    assert "Your pension is paused from November 2026" in received.text
    assert CHINESE.findall(received.text) == []


def test_language_is_chosen_by_a_press_while_signed_in_and_written_once(client: Client) -> None:
    make(Pension(pno=1))
    as_citizen(client, 1)
    for _ in range(2):
        client.get("/language/en/?next=/me/")
    assert [(row.reader, row.language) for row in TextLanguage.objects.all()] == [("person:1", "en")]
    client.get("/language/zh-hans/?next=/me/")
    assert notices.queries.languages_of(["person:1"]) == {"person:1": "zh"}


def test_visitor_chooses_a_language_for_nobody(client: Client) -> None:
    client.get("/language/en/")
    assert TextLanguage.objects.count() == 0


def test_code_is_in_the_language_of_the_page_that_asked_for_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_mother(8)
    phone = gateway(tmp_path)
    monkeypatch.setattr(wiring, "post", lambda: post(phone))
    client.cookies["language"] = "en"
    assert client.post("/", {"number": number_of(8)})["Location"] == "/code/"
    (received,) = phone.inbox(PHONE)
    assert "Your sign-in code is" in received.text
    assert CHINESE.findall(received.text) == []


def test_mandates_texts_do_not_wait_behind_everybody_elses(tmp_path: Path) -> None:
    make_mother(8)
    make(*(Pension(pno=pno, phone=f"139{pno:08d}") for pno in range(100, 140)))
    queue(*range(100, 140), template="mandate_declined")
    Message.objects.update(facts={"helper_account": "0"}, next_try_at=AT - timedelta(hours=1))
    queue(8, template="mandate_ended")
    phone = gateway(tmp_path)
    assert mandates_told.deliver(8, clock=CLOCK, post=post(phone))
    assert len(phone.inbox(PHONE)) == 1
    assert Message.objects.filter(state="queued").count() == 40


def test_page_says_at_once_only_where_the_text_is_out(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_mother(8)
    as_citizen(client, 8)
    phone = gateway(tmp_path)
    monkeypatch.setattr(wiring, "post", lambda: post(phone))

    def asked(number: str) -> str:
        client.post("/me/helpers/what/", {"scope": ["view"]})
        client.post("/me/helpers/until/", {"months": "3"})
        answer = client.post("/me/helpers/who/", {"name": "王小兰", "phone": number}, follow=True)
        return answer.content.decode()

    assert "短信已经发给对方" in asked("13900001111")
    away = gateway(tmp_path, busy=1000)
    monkeypatch.setattr(wiring, "post", lambda: post(away))
    assert "短信马上会发给对方" in asked("13900002222")
    monkeypatch.setattr(wiring, "message_channels", lambda: {SMS: FileChannel(tmp_path)})
    said = asked("13900003333")
    assert "这里还没有接通短信" in said
    assert "已经发给" not in said
