"""What any way of reaching people must keep to: a text goes out once a key, with a receipt; else "later" or "never"."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from contract.parties import Parties, each
from yizheng.adapters.messages.files import ConsoleChannel, FileChannel
from yizheng.adapters.messages.sms import Gateway, SmsChannel
from yizheng.rooms.notices.ports import Channel, TryLater, Undeliverable
from yizheng.simulators.sms_gateway.gateway import Faults, SmsGateway

PHONE, OTHER = "13800000000", "13900000000"
CALM = Faults(busy=0, lost_answer=0, out_of_reach=0, slow=0)
TROUBLED = replace(CALM, busy=200, lost_answer=200, out_of_reach=200)


class Printed(ConsoleChannel):
    """A console whose lines are kept in a file, as those of the others are."""

    def __init__(self, folder: Path) -> None:
        super().__init__(lambda line: self._keep(folder / "console.txt", line))

    def _keep(self, place: Path, line: str) -> None:
        with place.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


def sms(folder: Path, faults: Faults = CALM) -> SmsChannel:
    return SmsChannel(gateway(folder, faults))


def gateway(folder: Path, faults: Faults = CALM) -> SmsGateway:
    return SmsGateway(folder / "sms.jsonl", faults=faults, sleep=lambda _: None)


CHANNELS = {SmsChannel: sms, FileChannel: FileChannel, ConsoleChannel: Printed}
GATEWAYS = {SmsGateway: gateway}
PARTIES: Parties = {Channel: CHANNELS, Gateway: GATEWAYS}


@pytest.fixture(**each(CHANNELS))
def make(request: pytest.FixtureRequest) -> Callable[[Path], Channel]:
    return request.param


@pytest.fixture(**each(GATEWAYS))
def line(request: pytest.FixtureRequest, tmp_path: Path) -> Gateway:
    return request.param(tmp_path)


def copies(folder: Path, text: str) -> set[int]:
    """How often a text stands in each file that was written, where it does at all."""
    found = {place.read_text("utf-8").count(text) for place in folder.rglob("*") if place.is_file()}
    return found - {0}


def test_text_goes_out_with_a_receipt(make: Callable[[Path], Channel], tmp_path: Path) -> None:
    channel = make(tmp_path)
    assert channel.send(key="k1", address=PHONE, text="您好，陈国富")
    assert copies(tmp_path, "您好，陈国富") == {1}
    assert isinstance(channel.needs_phone, bool)


def test_same_key_sends_nothing_and_gives_the_same_receipt(
    make: Callable[[Path], Channel], tmp_path: Path
) -> None:
    channel = make(tmp_path)
    first = channel.send(key="k1", address=PHONE, text="您好")
    assert channel.send(key="k1", address=PHONE, text="您好") == first
    assert copies(tmp_path, "您好") == {1}


def test_another_key_is_another_text_also_to_the_same_phone(
    make: Callable[[Path], Channel], tmp_path: Path
) -> None:
    channel = make(tmp_path)
    receipts = {
        channel.send(key=key, address=phone, text="您好")
        for key, phone in (("1", PHONE), ("2", PHONE), ("3", OTHER))
    }
    assert len(receipts) == 3
    assert copies(tmp_path, "您好") == {3}


def test_receipt_tells_neither_the_address_nor_the_text(
    make: Callable[[Path], Channel], tmp_path: Path
) -> None:
    receipt = make(tmp_path).send(key="k1", address=PHONE, text="secret-word")
    assert PHONE not in receipt
    assert "secret" not in receipt


def test_text_of_several_lines_and_signs_stays_one_text(
    make: Callable[[Path], Channel], tmp_path: Path
) -> None:
    channel = make(tmp_path)
    channel.send(key="k1", address=PHONE, text='第一行\n第二行 "引号" {花括号}\t\\')
    channel.send(key="k2", address=PHONE, text="您好")
    assert copies(tmp_path, "您好") == {1}


def test_text_that_may_have_arrived_is_tried_later_and_arrives_once(tmp_path: Path) -> None:
    """Over a line with troubles: nothing but "later" is ever said, and every key arrives once."""
    channel, ends = sms(tmp_path, TROUBLED), set()
    for key in range(40):
        for _ in range(30):
            try:
                channel.send(key=f"k{key}", address=PHONE, text=f"text-{key}-end")
                break
            except TryLater as error:
                ends.add(str(error))
        assert copies(tmp_path, f"text-{key}-end") == {1}
    assert ends == {"busy", "no_answer", "out_of_reach"}


@pytest.mark.parametrize("address", ["", "123", "nobody@example.org", "1380000000a"])
def test_address_that_is_no_phone_is_told_where_a_phone_is_needed(tmp_path: Path, address: str) -> None:
    channel = sms(tmp_path)
    assert channel.needs_phone
    with pytest.raises(Undeliverable):
        channel.send(key="k1", address=address, text="您好")


def test_folder_that_cannot_be_written_is_tried_later(tmp_path: Path) -> None:
    (tmp_path / "notices").write_text("a file where a folder was expected")
    with pytest.raises(TryLater):
        FileChannel(tmp_path / "notices").send(key="k1", address=PHONE, text="您好")


def test_line_that_a_killed_writer_left_half_is_no_text_and_stops_nobody(tmp_path: Path) -> None:
    FileChannel(tmp_path).send(key="k1", address=PHONE, text="您好")
    with (tmp_path / "notices.jsonl").open("ab") as lines:
        lines.write(b'{"key": "k2", "to": "138')
    channel = FileChannel(tmp_path)
    channel.send(key="k2", address=PHONE, text="再见")
    channel.send(key="k3", address=PHONE, text="再会")
    again = FileChannel(tmp_path)
    for key, text in (("k1", "您好"), ("k2", "再见"), ("k3", "再会")):
        again.send(key=key, address=PHONE, text=text)
        assert copies(tmp_path, text) == {1}


# --- the line behind short messages ---


def test_gateway_takes_a_key_once_and_gives_the_same_receipt(line: Gateway, tmp_path: Path) -> None:
    first = line.submit(key="k", phone=PHONE, text="您好")
    assert first.code == "accepted"
    assert first.receipt
    again = line.submit(key="k", phone=PHONE, text="您好")
    assert (again.code, again.receipt) == (first.code, first.receipt)
    assert copies(tmp_path, "您好") == {1}
    assert line.submit(key="l", phone=PHONE, text="再见").receipt != first.receipt


def test_gateway_rejects_what_is_no_phone_and_takes_it_with_a_country(line: Gateway) -> None:
    assert line.submit(key="1", phone="123", text="您好").code == "rejected"
    assert line.submit(key="2", phone=f"+86{PHONE}", text="您好").code == "accepted"
