"""What a gateway reports of the texts it took: delivered, lost, twice, late, or nothing at all."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from hands import hands_of
from pay_situations import AT, CLOCK, Pension, make
from refused import refused
from yizheng import wiring
from yizheng.adapters.messages.sms import SmsChannel, SmsReports
from yizheng.doors.cli.main import cli
from yizheng.flows.telling import notices_are_reported, notices_go_out
from yizheng.kernel.time import FixedClock
from yizheng.rooms import ledger, notices
from yizheng.rooms.notices.data import REPORTED_WITHIN, Fate, FatesReport, Hindrance, NewMessage
from yizheng.rooms.notices.models import Message
from yizheng.rooms.notices.ports import Reports
from yizheng.simulators.sms_gateway.gateway import Faults, SmsGateway

pytestmark = pytest.mark.django_db
CALM = Faults(busy=0, lost_answer=0, out_of_reach=0, slow=0)
PEOPLE = range(1, 61)


class Told:
    """A gateway that reports what a test says."""

    def __init__(self, *fates: Fate) -> None:
        self.fates = fates

    def of(self, receipts: Collection[str]) -> Sequence[Fate]:
        return [fate for fate in self.fates if fate.receipt in receipts or "nobody" in fate.receipt]


def send(gateway: SmsGateway) -> None:
    """Everybody gets a text through this gateway."""
    make(*(Pension(pno=pno, phone=f"138{pno:08d}") for pno in PEOPLE))
    wanted = [
        NewMessage(key=f"paused:{pno}", pno=pno, template="paused", facts={"from_month": "2026-11"})
        for pno in PEOPLE
    ]
    notices.actions.queue_many(wanted, at=AT, actor="zhao")
    notices_go_out.deliver(
        channels={"sms": SmsChannel(gateway)},
        letters=wiring.agency().letters,
        clock=CLOCK,
        worker="w1",
        limit=1000,
        agency=wiring.letter_facts(),
    )


def ask(reports: Reports, *, after: timedelta = timedelta(hours=1)) -> FatesReport:
    return notices_are_reported.take_in(
        hands_of("clock", clock=FixedClock(AT + after)), reports={"sms": reports}
    )


def errors() -> dict[str, int]:
    """How many messages bear which error."""
    found = list(Message.objects.values_list("error", flat=True))
    return {error: found.count(error) for error in set(found)}


def test_every_text_is_delivered_or_lost_as_the_phone_is(tmp_path: Path) -> None:
    now = [1000.0]
    faults = Faults(
        busy=0,
        lost_answer=0,
        out_of_reach=0,
        slow=0,
        nobodys=200,
        phone_off=200,
        twice=100,
        reported_twice=300,
    )
    gateway = SmsGateway(tmp_path / "sms", faults=faults, clock=lambda: now[0])
    send(gateway)
    assert ask(SmsReports(gateway)) == FatesReport(asked=60, delivered=0, lost=0), "nothing is known at once"
    now[0] += 10
    told = ask(SmsReports(gateway))
    assert told.asked == 60 == told.delivered + told.lost
    counts = notices.queries.counts_by_state()
    assert (counts["sent"], counts["delivered"], counts["dead"]) == (0, told.delivered, told.lost)
    assert set(errors()) == {"", "nobodys", "phone_off"}
    for message in Message.objects.all():
        arrived = bool(gateway.inbox(f"138{message.pno:08d}"))
        assert arrived == (message.state == "delivered"), "the phone has it, or it is dead"
        assert message.reported_at is not None
    assert ask(SmsReports(gateway)) == FatesReport(asked=0, delivered=0, lost=0), (
        "a second time changes nothing"
    )


def test_text_nobody_reports_on_stays_sent_and_is_not_asked_for_for_ever(tmp_path: Path) -> None:
    send(SmsGateway(tmp_path / "sms", faults=CALM))
    assert ask(Told()) == FatesReport(asked=60, delivered=0, lost=0)
    assert ask(Told(), after=REPORTED_WITHIN + timedelta(minutes=1)).asked == 0
    assert notices.queries.counts_by_state()["sent"] == 60


def test_reports_of_strangers_and_second_thoughts_change_nothing(tmp_path: Path) -> None:
    send(SmsGateway(tmp_path / "sms", faults=CALM))
    first = Message.objects.order_by("id").first()
    assert first is not None
    said = ask(
        Told(
            Fate(receipt="nobody-knows", delivered=False, why="nobodys"),
            Fate(receipt=first.receipt, delivered=True),
        )
    )
    assert (said.delivered, said.lost) == (1, 0)
    assert ask(Told(Fate(receipt=first.receipt, delivered=False, why="phone_off"))).lost == 0
    first.refresh_from_db()
    assert (first.state, first.error) == ("delivered", "")


def test_reports_are_in_the_ledger_without_numbers_or_names(tmp_path: Path) -> None:
    send(SmsGateway(tmp_path / "sms", faults=CALM))
    receipts = Message.objects.values_list("receipt", flat=True)
    ask(Told(*(Fate(receipt=receipt, delivered=receipt > "sim-4") for receipt in receipts)))
    entry = ledger.queries.newest(1)[0]
    assert (entry.kind, entry.actor) == ("notices:batch:reported", "clock")
    assert entry.detail["delivered"] + entry.detail["lost"] == 60
    assert "138" not in str({**entry.detail, "keys_sha256": ""})


def test_gateway_out_of_reach_is_said_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = SmsGateway(tmp_path / "sms", faults=CALM)
    send(gateway)
    (tmp_path / "sms.down").touch()
    with refused(notices.Why.REPORTS_NOT_TOLD, because=Hindrance.OUT_OF_REACH, days=3):
        ask(SmsReports(gateway))
    monkeypatch.setattr(wiring, "message_reports", lambda: {"sms": SmsReports(gateway)})
    monkeypatch.setattr(wiring, "clock", lambda: CLOCK)
    done = CliRunner().invoke(cli, ["notices", "reports"])
    assert done.exit_code == 1
    assert done.output == (
        "yizheng: the channel text message was asked what became of its texts, but the gateway is out of reach."
        " What was told before is kept, and nothing is lost. Try later, in some minutes and within 3 days of sending:"
        " yizheng notices reports.\n"
    )
    done = CliRunner().invoke(cli, ["notices", "reports"], env={"YIZHENG_LANGUAGE": "zh"})
    assert "去问短信送到了没有，没有问到：连不上网关" in done.output
    (tmp_path / "sms.down").unlink()
    assert notices.queries.counts_by_state()["sent"] == 60


def test_command_says_what_became_of_the_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    send(SmsGateway(tmp_path / "sms", faults=CALM))
    receipts = list(Message.objects.order_by("id").values_list("receipt", flat=True))
    fates = [
        Fate(receipt=receipt, delivered=place >= 2, why="nobodys") for place, receipt in enumerate(receipts)
    ]
    monkeypatch.setattr(wiring, "message_reports", lambda: {"sms": Told(*fates)})
    monkeypatch.setattr(wiring, "clock", lambda: CLOCK)
    done = CliRunner().invoke(cli, ["notices", "reports"])
    assert done.output == "60 asked for: 58 delivered, 2 lost\n"
    done = CliRunner().invoke(cli, ["notices", "reports", "--json"])
    assert done.output == '{"asked": 0, "delivered": 0, "lost": 0}\n'
