"""A simulated device on a local socket: the other side of the protocol of `docs/reference/device-port.md`.

It is the reference for who writes a driver: one line asks, one line answers, one connection at a time.
"""

import base64
import json
import socket
from collections.abc import Mapping
from pathlib import Path
from threading import Event

import numpy as np

from yizheng.rooms.biometrics.data import Vector
from yizheng.rooms.biometrics.device_ports import BiometricDevice, Captured, DeviceFault, DeviceSays, Part

WAIT = 0.2


def serve(device: BiometricDevice, path: Path, *, stop: Event) -> None:
    """Answer on the socket until `stop` is set. Its file stands there only while somebody listens."""
    taken: dict[str, Captured] = {}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        unheard = path.with_name(f"{path.name}.new")
        door.bind(str(unheard))
        unheard.chmod(0o600)
        door.listen(1)
        unheard.rename(path)
        door.settimeout(WAIT)
        try:
            while not stop.is_set():
                try:
                    line, _ = door.accept()
                except TimeoutError:
                    continue
                with line:
                    line.settimeout(WAIT)
                    _talk(device, line, taken, stop)
        finally:
            path.unlink(missing_ok=True)


def _talk(device: BiometricDevice, line: socket.socket, taken: dict[str, Captured], stop: Event) -> None:
    rest = b""
    while not stop.is_set():
        try:
            some = line.recv(65_536)
        except TimeoutError:
            continue
        except OSError:
            return
        if not some:
            return
        rest += some
        while b"\n" in rest:
            asked, _, rest = rest.partition(b"\n")
            line.sendall(json.dumps(answered(device, asked, taken)).encode() + b"\n")


def answered(device: BiometricDevice, asked: bytes, taken: dict[str, Captured]) -> dict[str, object]:
    """The answer to one line."""
    number: object = None
    try:
        given = json.loads(asked)
        number = given.get("id")
        return {"id": number, "ok": _do(device, given, taken)}
    except DeviceSays as says:
        return {"id": number, "fault": says.fault.value}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {"id": number, "fault": DeviceFault.BROKEN.value}


def _do(
    device: BiometricDevice, given: Mapping[str, object], taken: dict[str, Captured]
) -> dict[str, object]:
    what = given["do"]
    if what == "describe":
        facts = device.describe()
        return {
            "vendor": facts.vendor,
            "model": facts.model,
            "serial": facts.serial,
            "firmware": facts.firmware,
            "modality": facts.modality.value,
            "engine": facts.engine.name,
            "weights": facts.engine.weights,
            "gives_templates": facts.gives_templates,
        }
    if what == "forget":
        device.forget(str(given["reference"]))
        return {}
    if what == "compare":
        handle = str(given["handle"])
        if handle not in taken:
            raise DeviceSays(DeviceFault.UNPLUGGED)
        listed = given["enrolled"]
        enrolled = [_vector(str(one)) for one in (listed if isinstance(listed, list) else [])]
        return {"match": device.compare(taken[handle], enrolled, reference=str(given["reference"])).value}
    part = Part(str(given["part"]))
    if what == "enrol":
        captured = device.enrol(part, reference=str(given["reference"]))
    elif what == "capture":
        captured = device.capture(part)
    else:
        raise DeviceSays(DeviceFault.BROKEN)
    taken[captured.handle] = captured
    return _told(captured)


def _told(captured: Captured) -> dict[str, object]:
    told: dict[str, object] = {
        "part": captured.part.value,
        "quality": captured.quality,
        "live": captured.live.value,
        "handle": captured.handle,
    }
    if captured.template is not None:
        told["template"] = base64.b64encode(captured.template.astype("<f4").tobytes()).decode()
    return told


def _vector(text: str) -> Vector:
    return np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float32)
