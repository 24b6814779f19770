"""What anybody who tells of sent texts must keep to: of the texts that were asked for, and only what is known by now."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from contract.parties import Parties, each
from yizheng.adapters.messages.sms import ReportingGateway, SmsReports
from yizheng.rooms.notices.data import Fate
from yizheng.rooms.notices.ports import Reports, TryLater
from yizheng.simulators.sms_gateway.gateway import Faults, SmsGateway

PHONE = "13800000000"


@dataclass
class Sent:
    """A gateway that took two texts, the clock that it counts on, and the receipts."""

    folder: Path
    faults: Faults
    now: float = 1_000_000.0
    receipts: list[str] = field(default_factory=list)

    def gateway(self) -> SmsGateway:
        made = SmsGateway(
            self.folder / "sms.jsonl", faults=self.faults, sleep=lambda _: None, clock=lambda: self.now
        )
        self.receipts += [made.submit(key=key, phone=PHONE, text="您好").receipt for key in ("1", "2")]
        return made


def sent(folder: Path, **faults: int) -> Sent:
    return Sent(folder, Faults(busy=0, lost_answer=0, out_of_reach=0, slow=0, **faults))  # type: ignore[arg-type]


GATEWAYS = {SmsGateway: Sent.gateway}
REPORTS = {SmsReports: lambda given: SmsReports(given.gateway())}
PARTIES: Parties = {ReportingGateway: GATEWAYS, Reports: REPORTS}


@pytest.mark.parametrize("make", list(REPORTS.values()), ids=[kind.__name__ for kind in REPORTS])
class TestReports:
    def test_nothing_is_known_at_once_and_everything_later(self, make, tmp_path: Path) -> None:
        given = sent(tmp_path)
        reports = make(given)
        assert list(reports.of(given.receipts)) == []
        given.now += 60
        told = reports.of(given.receipts)
        assert {fate.receipt: (fate.delivered, fate.why) for fate in told} == dict.fromkeys(
            given.receipts, (True, "")
        )

    def test_of_others_texts_nothing_is_told(self, make, tmp_path: Path) -> None:
        given = sent(tmp_path)
        reports = make(given)
        given.now += 60
        assert {fate.receipt for fate in reports.of(given.receipts[:1])} == set(given.receipts[:1])
        assert list(reports.of(["unknown"])) == list(reports.of([])) == []

    @pytest.mark.parametrize("why", ["nobodys", "phone_off"])
    def test_lost_text_says_why(self, make, tmp_path: Path, why: str) -> None:
        given = sent(tmp_path, **{why: 1000})
        reports = make(given)
        given.now += 60
        assert reports.of(given.receipts[:1]) == [Fate(receipt=given.receipts[0], delivered=False, why=why)]

    def test_report_that_comes_twice_says_the_same_twice(self, make, tmp_path: Path) -> None:
        given = sent(tmp_path, reported_twice=1000)
        reports = make(given)
        given.now += 60
        first, second = reports.of(given.receipts[:1])
        assert first == second

    def test_who_cannot_be_asked_is_asked_later_and_has_forgotten_nothing(self, make, tmp_path: Path) -> None:
        given = sent(tmp_path)
        reports = make(given)
        given.now += 60
        down = tmp_path / "sms.jsonl.down"
        down.touch()
        with pytest.raises(TryLater):
            reports.of(given.receipts)
        down.unlink()
        assert len(reports.of(given.receipts)) == 2


@pytest.fixture(**each(GATEWAYS))
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Sent, ReportingGateway]:
    given = sent(tmp_path)
    return given, request.param(given)


def test_gateway_tells_the_same_as_often_as_it_is_asked(asked: tuple[Sent, ReportingGateway]) -> None:
    given, gateway = asked
    given.now += 60
    first = [(one.receipt, one.state) for one in gateway.reports()]
    assert first == [(receipt, "delivered") for receipt in given.receipts]
    assert [(one.receipt, one.state) for one in gateway.reports()] == first
