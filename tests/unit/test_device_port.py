"""Fingerprint readers and iris cameras: one port, a reference of each with its faults, in this process and by socket."""

import base64
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from yizheng.adapters.devices.lines import LineDevice, packed, unpacked
from yizheng.doors.words.biometrics import DEVICE_FAULTS
from yizheng.rooms.biometrics.data import Match, Modality
from yizheng.rooms.biometrics.device_ports import (
    AGAIN,
    BiometricDevice,
    DeviceFault,
    DeviceSays,
    Live,
    Part,
)
from yizheng.simulators.devices.fingerprint import FingerprintSimulator
from yizheng.simulators.devices.iris import IrisSimulator
from yizheng.simulators.devices.sensor import Presented, SimulatedSensor
from yizheng.simulators.devices.serving import answered, serve

PARTS = {Modality.FINGERPRINT: Part.RIGHT_INDEX, Modality.IRIS: Part.LEFT_EYE}
Make = Callable[..., tuple[SimulatedSensor, BiometricDevice]]


@pytest.fixture(params=[FingerprintSimulator, IrisSimulator], ids=["fingerprint", "iris"])
def kind(request: pytest.FixtureRequest) -> type[SimulatedSensor]:
    chosen: type[SimulatedSensor] = request.param
    return chosen


@pytest.fixture(params=["here", "socket"])
def make(request: pytest.FixtureRequest, kind: type[SimulatedSensor], tmp_path: Path) -> Iterator[Make]:
    """A simulator, and the device as the product has it: the simulator itself, or a client of its socket."""
    ends: list[Callable[[], None]] = []

    def made(**given: object) -> tuple[SimulatedSensor, BiometricDevice]:
        simulator = kind(**given)  # type: ignore[arg-type]
        if request.param == "here":
            return simulator, simulator
        stop, path = threading.Event(), tmp_path / f"{len(ends)}.sock"
        thread = threading.Thread(target=serve, args=(simulator, path), kwargs={"stop": stop})
        thread.start()
        while not path.exists():
            time.sleep(0.005)
        client = LineDevice(path, seconds=3)

        def end() -> None:
            client.close()
            stop.set()
            thread.join()

        ends.append(end)
        return simulator, client

    yield made
    for end in ends:
        end()


def part_of(device: SimulatedSensor) -> Part:
    return PARTS[device.modality]


def put(simulator: SimulatedSensor, person: str = "王", *, quality: int = 85, spoof: bool = False) -> None:
    simulator.put(Presented(person=person, part=part_of(simulator), quality=quality, spoof=spoof))


def says(call: Callable[[], object]) -> DeviceFault:
    with pytest.raises(DeviceSays) as told:
        call()
    assert told.value.why == "biometrics:device_says"
    return told.value.fault


def test_same_one_fits_another_does_not_and_nothing_enrolled_is_not_compared(make: Make) -> None:
    simulator, device = make()
    part = part_of(simulator)
    put(simulator)
    enrolled = device.enrol(part, reference="r").template
    assert enrolled is not None
    assert device.compare(device.capture(part), [enrolled], reference="r") is Match.SAME
    assert device.compare(device.capture(part), [], reference="r") is Match.NOT_COMPARED
    put(simulator, "李")
    assert device.compare(device.capture(part), [enrolled], reference="r") is Match.DIFFERENT


def test_worn_finger_or_clouded_eye_is_unsure_and_never_different_from_its_own(make: Make) -> None:
    simulator, device = make(seed=4)
    part = part_of(simulator)
    put(simulator)
    enrolled = device.enrol(part, reference="r").template
    assert enrolled is not None
    put(simulator, quality=5)
    found = {device.compare(device.capture(part), [enrolled], reference="r") for _ in range(30)}
    assert Match.DIFFERENT not in found
    assert Match.UNSURE in found


def test_spoof_is_flagged_and_never_the_same(make: Make) -> None:
    simulator, device = make()
    part = part_of(simulator)
    put(simulator)
    enrolled = device.enrol(part, reference="r").template
    assert enrolled is not None
    put(simulator, spoof=True)
    captured = device.capture(part)
    assert captured.live is Live.SPOOF_SUSPECTED
    assert device.compare(captured, [enrolled], reference="r") is Match.UNSURE


@pytest.mark.parametrize("fault", sorted(set(DeviceFault) - {DeviceFault.UNPLUGGED}))
def test_every_fault_is_told_and_the_next_try_works(make: Make, fault: DeviceFault) -> None:
    simulator, device = make(faults=[fault])
    put(simulator)
    assert says(lambda: device.capture(part_of(simulator))) is fault
    assert device.capture(part_of(simulator)).quality == 85


def test_nothing_there_and_the_wrong_part_are_nothing_there(make: Make) -> None:
    simulator, device = make()
    assert says(lambda: device.capture(part_of(simulator))) is DeviceFault.NOTHING_THERE
    put(simulator)
    wrong = Part.LEFT_EYE if simulator.modality is Modality.FINGERPRINT else Part.LEFT_THUMB
    assert says(lambda: device.capture(wrong)) is DeviceFault.NOTHING_THERE


def test_unplugged_in_the_middle_loses_the_capture_and_comes_back(make: Make) -> None:
    simulator, device = make()
    part = part_of(simulator)
    put(simulator)
    enrolled = device.enrol(part, reference="r").template
    assert enrolled is not None
    captured = device.capture(part)
    simulator.unplug()
    assert says(lambda: device.compare(captured, [enrolled], reference="r")) is DeviceFault.UNPLUGGED
    assert says(device.describe) is DeviceFault.UNPLUGGED
    simulator.plug_in()
    assert says(lambda: device.compare(captured, [enrolled], reference="r")) is DeviceFault.UNPLUGGED
    assert device.compare(device.capture(part), [enrolled], reference="r") is Match.SAME


def test_device_that_keeps_its_templates_gives_none_and_forgets(make: Make) -> None:
    simulator, device = make(gives_templates=False)
    part = part_of(simulator)
    put(simulator)
    assert device.enrol(part, reference="r").template is None
    assert device.compare(device.capture(part), [], reference="r") is Match.SAME
    assert device.compare(device.capture(part), [], reference="another") is Match.NOT_COMPARED
    device.forget("r")
    device.forget("r")
    assert device.compare(device.capture(part), [], reference="r") is Match.NOT_COMPARED


def test_poor_captures_are_not_enrolled(make: Make) -> None:
    simulator, device = make()
    put(simulator, quality=30)
    assert says(lambda: device.enrol(part_of(simulator), reference="r")) is DeviceFault.DIRTY


def test_by_chance_old_hands_are_dry_now_and_then(kind: type[SimulatedSensor]) -> None:
    simulator = kind(by_chance=True, seed=3)
    put(simulator)
    found = []
    for _ in range(400):
        try:
            simulator.capture(part_of(simulator))
        except DeviceSays as told:
            found.append(told.fault)
    assert 10 < len(found) < 120
    assert set(found) <= set(kind.usual_faults)


def test_every_fault_has_words_and_a_place() -> None:
    assert set(DEVICE_FAULTS) == {fault.value for fault in DeviceFault}
    assert set(DeviceFault) > AGAIN


# --- the socket ---


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"not json\n", DeviceFault.BROKEN),
        (b'{"id": 99, "ok": {}}\n', DeviceFault.BROKEN),
        (b'{"id": 1}\n', DeviceFault.BROKEN),
        (b'{"id": 1, "ok": {"vendor": "x"}}\n', DeviceFault.BROKEN),
        (b'{"id": 1, "fault": "a word of its own"}\n', DeviceFault.BROKEN),
        (b'{"id": 1, "fault": "too_dry"}\n', DeviceFault.TOO_DRY),
        (b"", DeviceFault.UNPLUGGED),
        (None, DeviceFault.TIMED_OUT),
    ],
)
def test_line_that_makes_no_sense_is_a_fault_and_never_an_answer(
    tmp_path: Path, answer: bytes | None, fault: DeviceFault
) -> None:
    path, done = tmp_path / "d.sock", threading.Event()
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    door.bind(str(path))
    door.listen(1)

    def driver() -> None:
        line, _ = door.accept()
        line.recv(4096)
        if answer:
            line.sendall(answer)
        elif answer is None:
            done.wait(5)
        line.close()

    thread = threading.Thread(target=driver)
    thread.start()
    device = LineDevice(path, seconds=0.2)
    assert says(device.describe) is fault
    done.set()
    thread.join()
    device.close()
    door.close()


def test_driver_that_is_not_there_is_unplugged(tmp_path: Path) -> None:
    assert says(LineDevice(tmp_path / "none.sock").describe) is DeviceFault.UNPLUGGED


@pytest.mark.parametrize(
    "asked", [b"{", b"[]", b'{"id": 7}', b'{"id": 7, "do": "explode"}', b'{"id":7,"do":"capture"}']
)
def test_reference_driver_answers_nonsense_with_a_fault(asked: bytes) -> None:
    assert answered(FingerprintSimulator(), asked, {})["fault"] == DeviceFault.BROKEN.value


def test_quality_and_templates_that_cannot_be_are_refused() -> None:
    vector = np.array([0.5, -0.25], np.float32)
    np.testing.assert_array_equal(unpacked(packed(vector)), vector)
    for text in ("", "%%%", base64.b64encode(np.array([np.nan], "<f4").tobytes()).decode()):
        with pytest.raises(ValueError, match=r".*"):
            unpacked(text)
    device = LineDevice(Path("unused"))
    for told in ({"quality": 500}, {"quality": "good"}, {}):
        given = {"part": "left_eye", "live": "live", "handle": "h", **told}
        with pytest.raises(DeviceSays):
            device._captured(json.loads(json.dumps(given)))
