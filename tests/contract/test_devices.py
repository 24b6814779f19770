"""What any fingerprint reader and iris camera must keep to: three answers and no number, and a fault is no answer.

Each is asked as the product asks it: the simulators here in this process, and one of them through its socket.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from contract.parties import Parties
from yizheng.adapters.devices.lines import LineDevice
from yizheng.rooms.biometrics.data import Match, Modality
from yizheng.rooms.biometrics.device_ports import BiometricDevice, DeviceFault, DeviceSays, Live, Part
from yizheng.simulators.devices.fingerprint import FingerprintSimulator
from yizheng.simulators.devices.iris import IrisSimulator
from yizheng.simulators.devices.sensor import Presented, SimulatedSensor
from yizheng.simulators.devices.serving import serve

DEVICES = {
    FingerprintSimulator: lambda _: FingerprintSimulator(),
    IrisSimulator: lambda _: IrisSimulator(),
    LineDevice: lambda folder: LineDevice(folder / "d.sock", seconds=5),
}
PARTIES: Parties = {BiometricDevice: DEVICES}


@dataclass
class Counter:
    """A device on a counter, and what is put before it."""

    device: BiometricDevice
    before: SimulatedSensor

    @property
    def part(self) -> Part:
        return Part.RIGHT_INDEX if self.before.modality is Modality.FINGERPRINT else Part.LEFT_EYE

    def put(self, person: str, *, spoof: bool = False) -> None:
        self.before.put(Presented(person=person, part=self.part, spoof=spoof))


@pytest.fixture(params=list(DEVICES), ids=[kind.__name__ for kind in DEVICES])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counter]:
    device = DEVICES[request.param](tmp_path)
    if isinstance(device, SimulatedSensor):
        yield Counter(device, device)
        return
    before, stop = FingerprintSimulator(), threading.Event()
    thread = threading.Thread(target=serve, args=(before, tmp_path / "d.sock"), kwargs={"stop": stop})
    thread.start()
    while not (tmp_path / "d.sock").exists():
        time.sleep(0.005)
    yield Counter(device, before)
    device.close()
    stop.set()
    thread.join()


def test_device_says_what_it_is_before_anything_else_and_alike_each_time(counter: Counter) -> None:
    facts = counter.device.describe()
    assert facts == counter.device.describe()
    assert facts.modality is counter.part.modality
    assert len(facts.engine.weights) == 64
    assert all((facts.vendor, facts.model, facts.serial, facts.firmware))


def test_capture_is_measured_and_does_not_print_its_template(counter: Counter) -> None:
    counter.put("王")
    first, second = counter.device.capture(counter.part), counter.device.capture(counter.part)
    assert (first.part, first.live) == (counter.part, Live.LIVE)
    assert 0 <= first.quality <= 100
    assert first.handle != second.handle
    assert (first.template is not None) is counter.device.describe().gives_templates
    assert "template" not in repr(first)


def test_there_are_three_answers_and_nothing_enrolled_is_not_compared(counter: Counter) -> None:
    counter.put("王")
    template = counter.device.enrol(counter.part, reference="r").template
    enrolled = [template] if template is not None else []
    assert counter.device.compare(counter.device.capture(counter.part), enrolled, reference="r") is Match.SAME
    assert (
        counter.device.compare(counter.device.capture(counter.part), [], reference="x") is Match.NOT_COMPARED
    )
    counter.put("李")
    other = counter.device.compare(counter.device.capture(counter.part), enrolled, reference="r")
    assert other is Match.DIFFERENT


def test_what_was_not_found_live_is_never_the_same(counter: Counter) -> None:
    counter.put("王")
    template = counter.device.enrol(counter.part, reference="r").template
    counter.put("王", spoof=True)
    captured = counter.device.capture(counter.part)
    assert captured.live is not Live.LIVE
    assert counter.device.compare(captured, [template], reference="r") is Match.UNSURE


def test_nothing_there_is_a_fault_and_no_answer(counter: Counter) -> None:
    for call in (counter.device.capture, lambda part: counter.device.enrol(part, reference="r")):
        with pytest.raises(DeviceSays) as says:
            call(counter.part)
        assert says.value.fault is DeviceFault.NOTHING_THERE


def test_pulled_cable_is_a_fault_of_every_call_and_loses_the_capture(counter: Counter) -> None:
    counter.put("王")
    captured = counter.device.capture(counter.part)
    counter.before.unplug()
    for call in (
        counter.device.describe,
        lambda: counter.device.capture(counter.part),
        lambda: counter.device.compare(captured, [], reference="r"),
        lambda: counter.device.forget("r"),
    ):
        with pytest.raises(DeviceSays) as says:
            call()
        assert says.value.fault is DeviceFault.UNPLUGGED
    counter.before.plug_in()
    with pytest.raises(DeviceSays):
        counter.device.compare(captured, [], reference="r")
    assert counter.device.capture(counter.part).quality > 0


def test_forgetting_what_is_not_there_is_no_error(counter: Counter) -> None:
    for _ in range(2):
        counter.device.forget("never kept")
