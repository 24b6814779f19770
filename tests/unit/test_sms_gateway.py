"""The simulated gateway behaves like the real thing where that matters, and the same way each time."""

import json
from pathlib import Path

import pytest

from yizheng.adapters.messages.sms import SmsChannel
from yizheng.rooms.notices.ports import TryLater, Undeliverable
from yizheng.simulators.sms_gateway.gateway import Faults, SmsGateway

PHONE = "13800000000"


def fates(file: Path, *, seed: int) -> list[str]:
    """What becomes of the first try of 300 texts."""
    gateway = SmsGateway(
        file, seed=seed, faults=Faults(busy=100, lost_answer=100, out_of_reach=100), sleep=lambda _: None
    )
    found = []
    for number in range(300):
        try:
            found.append(gateway.submit(key=f"k{number}", phone=PHONE, text="您好").code)
        except (TimeoutError, ConnectionError) as error:
            found.append(type(error).__name__)
    return found


def test_same_seed_same_fates(tmp_path: Path) -> None:
    first = fates(tmp_path / "a", seed=1)
    assert first == fates(tmp_path / "b", seed=1)
    assert first != fates(tmp_path / "c", seed=2)
    assert set(first) == {"accepted", "busy", "TimeoutError", "ConnectionError"}


def test_lost_answer_means_the_text_was_sent_and_asking_again_gives_its_receipt(tmp_path: Path) -> None:
    gateway = SmsGateway(tmp_path / "sms", faults=Faults(busy=0, lost_answer=1000, out_of_reach=0, slow=0))
    with pytest.raises(TimeoutError):
        gateway.submit(key="k", phone=PHONE, text="您好")
    answer = gateway.submit(key="k", phone=PHONE, text="您好")
    assert answer.code == "accepted"
    assert [text.receipt for text in gateway.inbox(PHONE)] == [answer.receipt]


def test_two_processes_share_one_gateway(tmp_path: Path) -> None:
    calm = Faults(busy=0, lost_answer=0, out_of_reach=0, slow=0)
    one, other = SmsGateway(tmp_path / "sms", faults=calm), SmsGateway(tmp_path / "sms", faults=calm)
    first = one.submit(key="k", phone=PHONE, text="一")
    assert other.submit(key="k", phone=PHONE, text="二") == first
    other.submit(key="l", phone="+8613900000000", text="三")
    assert [text.text for text in one.newest(5)] == ["三", "一"]
    assert [text.text for text in one.inbox("13900000000")] == ["三"]
    assert SmsGateway(tmp_path / "none").newest(5) == SmsGateway(tmp_path / "none").inbox(PHONE) == []


def test_half_a_line_of_a_killed_process_is_cut_and_said_and_no_text_counts_twice(tmp_path: Path) -> None:
    calm = Faults(busy=0, lost_answer=0, out_of_reach=0, slow=0, report_seconds=0.0)
    before = SmsGateway(tmp_path / "sms", faults=calm)
    before.submit(key="k", phone=PHONE, text="一")
    whole = (tmp_path / "sms").read_bytes()
    before.submit(key="l", phone=PHONE, text="二")
    written = (tmp_path / "sms").read_bytes()
    for end in range(len(whole) + 1, len(written)):
        (tmp_path / "sms").write_bytes(written[:end])
        gateway = SmsGateway(tmp_path / "sms", faults=calm)
        assert (
            [text.text for text in gateway.inbox(PHONE)]
            == [text.text for text in gateway.newest(5)]
            == ["一"]
        )
        assert len(gateway.reports()) == 1
        gateway.submit(key="l", phone=PHONE, text="二")
        gateway.submit(key="l", phone=PHONE, text="二")
        assert [text.text for text in gateway.newest(5)] == ["二", "一"]
        assert len(gateway.reports()) == 2
        lines = [json.loads(line) for line in (tmp_path / "sms").read_bytes().splitlines()]
        assert [line["event"] for line in lines] == ["accepted", "cut", "accepted"]
        assert lines[1] == {"event": "cut", "bytes": end - len(whole)}
        assert len(SmsGateway(tmp_path / "sms", faults=calm).inbox(PHONE)) == 2


def test_busy_gateway_is_not_busy_for_ever(tmp_path: Path) -> None:
    gateway = SmsGateway(tmp_path / "sms", faults=Faults(busy=600, lost_answer=0, out_of_reach=0, slow=0))
    codes = [gateway.submit(key="k", phone=PHONE, text="您好").code for _ in range(60)]
    assert codes[-1] == "accepted"
    assert len(gateway.inbox(PHONE)) == 1


@pytest.mark.parametrize(
    ("faults", "phone", "error"),
    [
        (Faults(busy=1000), PHONE, TryLater),
        (Faults(busy=0, out_of_reach=1000, lost_answer=0), PHONE, TryLater),
        (Faults(busy=0, lost_answer=1000), PHONE, TryLater),
        (Faults(busy=0, lost_answer=0, out_of_reach=0), "123", Undeliverable),
    ],
)
def test_channel_tells_the_outbox_what_to_do(
    tmp_path: Path, faults: Faults, phone: str, error: type[Exception]
) -> None:
    channel = SmsChannel(SmsGateway(tmp_path / "sms", faults=faults))
    with pytest.raises(error):
        channel.send(key="k", address=phone, text="您好")


def test_slow_answer_comes_in_the_end(tmp_path: Path) -> None:
    waited: list[float] = []
    gateway = SmsGateway(
        tmp_path / "sms", faults=Faults(busy=0, lost_answer=0, out_of_reach=0, slow=1000), sleep=waited.append
    )
    assert gateway.submit(key="k", phone=PHONE, text="您好").code == "accepted"
    assert waited == [0.01]
