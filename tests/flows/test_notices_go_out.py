"""Notices from the outbox to a phone: each once, whatever the gateway does and whoever dies on the way."""

import json
import os
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from pay_situations import AT, CLOCK, Pension, make
from yizheng import wiring
from yizheng.adapters.messages.files import ConsoleChannel, FileChannel
from yizheng.adapters.messages.sms import SmsChannel
from yizheng.flows.telling import notices_go_out
from yizheng.kernel.time import FixedClock
from yizheng.rooms import ledger, notices
from yizheng.rooms.notices.data import (
    LEASE,
    MOST_ATTEMPTS,
    Attempt,
    DeliveryReport,
    MessageState,
    NewMessage,
)
from yizheng.rooms.notices.models import Message
from yizheng.rooms.notices.ports import Channel
from yizheng.simulators.sms_gateway.gateway import Faults, SmsGateway

pytestmark = pytest.mark.django_db
NO_FAULTS = Faults(busy=0, lost_answer=0, out_of_reach=0, slow=0)
AGENCY = {"agency_name": "社保中心", "agency_phone": "12333"}


def queue(*pnos: int, template: str = "paused", key: str = "paused", **facts: str) -> int:
    with transaction.atomic():
        return notices.actions.queue_many(
            [
                NewMessage(
                    key=f"{key}:{pno}",
                    pno=pno,
                    template=template,
                    facts=facts or {"from_month": "2026-11"},
                )
                for pno in pnos
            ],
            at=AT,
            actor="zhao",
        )


def deliver(
    channel: Channel, *, clock: FixedClock = CLOCK, worker: str = "w1", only: tuple[str, ...] = ()
) -> DeliveryReport:
    return notices_go_out.deliver(
        channels={"sms": channel},
        letters=wiring.agency().letters,
        clock=clock,
        worker=worker,
        limit=1000,
        agency=AGENCY,
        only=only,
    )


def gateway(tmp_path: Path, faults: Faults = NO_FAULTS) -> SmsGateway:
    return SmsGateway(tmp_path / "sms.jsonl", faults=faults, sleep=lambda _: None)


def test_notice_arrives_in_plain_chinese_and_nothing_else_with_the_masked_name(tmp_path: Path) -> None:
    make(Pension(pno=7))
    queue(7)
    phone = gateway(tmp_path)
    assert deliver(SmsChannel(phone)) == DeliveryReport(claimed=1, sent=1, later=0, dead=0, lost=0)
    text = phone.inbox("13800000000")[0].text
    assert text.startswith("【社保中心】")
    assert "从2026年11月起暂停" in text
    assert "November" not in text
    assert "12333" in text
    assert "测试7" not in text
    message = Message.objects.get()
    assert (message.state, message.attempts) == ("sent", 1)
    assert message.receipt


def test_same_key_is_queued_once(tmp_path: Path) -> None:
    make(Pension(pno=7))
    assert queue(7) == 1
    assert queue(7) == 0
    assert Message.objects.count() == 1
    assert [entry.kind for entry in ledger.queries.newest(10)] == ["notices:batch:queued"]


def test_gateway_that_fails_now_and_then_delivers_each_once_in_the_end(tmp_path: Path) -> None:
    make(*(Pension(pno=pno, phone=f"138{pno:08d}") for pno in range(60)))
    queue(*range(60))
    phone = gateway(tmp_path, Faults(busy=200, lost_answer=200, out_of_reach=100, slow=50))
    at, later = AT, 0
    for _ in range(MOST_ATTEMPTS):
        later += deliver(SmsChannel(phone), clock=FixedClock(at)).later
        at += timedelta(hours=8)
    assert later > 10
    assert notices.queries.counts_by_state() == {
        "queued": 0,
        "leased": 0,
        "sent": 60,
        "delivered": 0,
        "dead": 0,
    }
    assert [len(phone.inbox(f"138{pno:08d}")) for pno in range(60)] == [1] * 60


def test_gateway_that_never_answers_leaves_dead_messages_for_a_person(tmp_path: Path) -> None:
    make(Pension(pno=1))
    queue(1)
    phone = gateway(tmp_path, Faults(busy=1000))
    for day in range(MOST_ATTEMPTS):
        deliver(SmsChannel(phone), clock=FixedClock(AT + timedelta(days=day)))
    message = Message.objects.get()
    assert (message.state, message.error, message.attempts) == ("dead", "busy", MOST_ATTEMPTS)


def test_failed_message_waits_for_its_time(tmp_path: Path) -> None:
    make(Pension(pno=1))
    queue(1)
    assert deliver(SmsChannel(gateway(tmp_path, Faults(busy=1000)))).later == 1
    assert deliver(SmsChannel(gateway(tmp_path))).claimed == 0
    assert deliver(SmsChannel(gateway(tmp_path)), clock=FixedClock(AT + timedelta(minutes=2))).sent == 1


@pytest.mark.parametrize(
    ("pension", "template", "facts", "error"),
    [
        (Pension(pno=1, phone=""), "paused", {"from_month": "2026-11"}, "no_phone"),
        (Pension(pno=1, phone="12"), "paused", {"from_month": "2026-11"}, "gateway_rejected"),
        (Pension(pno=1), "no_such_letter", {"from_month": "2026-11"}, "no_template"),
        (Pension(pno=1), "reminder_final", {"wrong": "x"}, "notices:letter_has_hole"),
    ],
)
def test_undeliverable_is_dead_at_once_and_says_why(
    tmp_path: Path, pension: Pension, template: str, facts: dict[str, str], error: str
) -> None:
    make(pension)
    queue(1, template=template, **facts)
    assert deliver(SmsChannel(gateway(tmp_path))).dead == 1
    assert Message.objects.get().error.startswith(error)


def test_sign_in_codes_go_first_and_leave_nothing_behind(tmp_path: Path) -> None:
    make(Pension(pno=1))
    queue(1)
    queue(1, template="login_code", key="code", code="123456")
    phone = gateway(tmp_path)
    assert deliver(SmsChannel(phone), only=("login_code",)).sent == 1
    assert "123456" in phone.inbox("13800000000")[0].text
    assert Message.objects.get(template="login_code").facts == {}
    assert Message.objects.get(template="paused").state == "queued"


def test_worker_that_was_away_too_long_marks_nothing(tmp_path: Path) -> None:
    make(Pension(pno=1))
    queue(1)
    with transaction.atomic():
        slow = notices.actions.claim(worker="slow", limit=10, at=AT)
        assert notices.actions.claim(worker="other", limit=10, at=AT + LEASE / 2) == []
        quick = notices.actions.claim(worker="quick", limit=10, at=AT + LEASE * 2)
        sent = [Attempt(claimed=one, state=MessageState.SENT, receipt="r") for one in slow]
        assert notices.actions.mark(sent, worker="slow", at=AT) == 1
        assert (
            notices.actions.mark(
                [Attempt(claimed=one, state=MessageState.SENT, receipt="r") for one in quick],
                worker="quick",
                at=AT,
            )
            == 0
        )
    assert Message.objects.get().receipt == "r"


def test_same_worker_name_does_not_help_an_old_claim() -> None:
    make(Pension(pno=1))
    queue(1)
    with transaction.atomic():
        old = notices.actions.claim(worker="w", limit=10, at=AT)
        notices.actions.claim(worker="w", limit=10, at=AT + LEASE * 2)
        assert (
            notices.actions.mark([Attempt(claimed=old[0], state=MessageState.SENT)], worker="w", at=AT) == 1
        )


def test_file_channel_writes_each_text_once_also_from_two_processes(tmp_path: Path) -> None:
    for channel in (FileChannel(tmp_path), FileChannel(tmp_path)):
        assert channel.send(key="k", address="13800000000", text="您好") == channel.send(
            key="k", address="13800000000", text="您好"
        )
    lines = (tmp_path / "notices.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["您好"]
    assert "13800000000" not in (tmp_path / "notices.txt").read_text("utf-8")
    assert (tmp_path / "notices.jsonl").stat().st_mode & 0o077 == 0


def test_console_channel_masks_the_phone() -> None:
    said: list[str] = []
    ConsoleChannel(said.append).send(key="k", address="13800005678", text="您好")
    assert said == ["[138****5678] 您好"]


def test_fifty_thousand_are_queued_in_seconds(django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert queue(*range(50_000)) == 50_000


KILLED = """
    import os, signal, sys
    import django
    django.setup()
    from datetime import timedelta
    from pathlib import Path
    from yizheng import wiring
    from yizheng.adapters.messages.sms import SmsChannel
    from yizheng.flows.telling import notices_go_out
    from yizheng.kernel.time import SystemClock
    from yizheng.simulators.sms_gateway.gateway import Faults, SmsGateway

    class DiesAfterSending:
        needs_phone = True
        def __init__(self, gateway, after):
            self.channel, self.left = SmsChannel(gateway), after
        def send(self, **what):
            receipt = self.channel.send(**what)
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return receipt

    class Later:
        def __init__(self, minutes):
            self.ahead = timedelta(minutes=minutes)
        def now(self):
            return SystemClock().now() + self.ahead

    no_faults = Faults(busy=0, lost_answer=0, out_of_reach=0, slow=0)
    gateway = SmsGateway(Path(os.environ["YIZHENG_HOME"]) / "sms.jsonl", faults=no_faults)
    after, minutes = int(sys.argv[1]), int(sys.argv[2])
    print(notices_go_out.deliver(
        channels={"sms": DiesAfterSending(gateway, after)}, letters=wiring.agency().letters, clock=Later(minutes),
        worker=str(os.getpid()), limit=100, agency=wiring.letter_facts(),
    ))
"""
FILLED = """
    import sys
    import django
    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    call_command("migrate", verbosity=0, run_syncdb=True)
    sys.path.insert(0, sys.argv[1])
    from pay_situations import AT, Pension, make
    from yizheng.kernel.time import SystemClock
    from yizheng.rooms.notices import actions
    from yizheng.rooms.notices.data import NewMessage
    with transaction.atomic():
        make(*(Pension(pno=pno) for pno in range(5)))
        actions.queue_many(
            [NewMessage(key=f"k:{n}", pno=n, template="paused", facts={"from_month": "2026-11"}) for n in range(5)],
            at=SystemClock().now(),
        )
"""


@pytest.mark.parametrize(
    "after", [3, pytest.param(1, marks=pytest.mark.long), pytest.param(5, marks=pytest.mark.long)]
)
def test_killed_between_sending_and_marking_sends_nothing_twice(tmp_path: Path, after: int) -> None:
    environment = {**os.environ, "YIZHENG_HOME": str(tmp_path)}

    def python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    filled = python(FILLED, Path(__file__).parents[1])
    assert filled.returncode == 0, filled.stderr
    killed = python(KILLED, after, 0)
    assert killed.returncode == -9, killed.stderr
    lines = (tmp_path / "sms.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == after
    too_early = python(KILLED, 99, 0)
    assert "claimed=0" in too_early.stdout, too_early.stderr
    resumed = python(KILLED, 99, 10)
    assert "sent=5" in resumed.stdout, resumed.stderr
    keys = [json.loads(line)["key"] for line in (tmp_path / "sms.jsonl").read_text("utf-8").splitlines()]
    assert sorted(keys) == [f"k:{n}" for n in range(5)]
