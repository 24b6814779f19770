"""A device whose driver runs beside the product: JSON lines over a local socket (`docs/reference/device-port.md`).

Vendors' drivers are often for one operating system and one process. So a driver answers on a socket of this machine,
and this client is the device for the product. One line asks, one line answers; nothing else may happen on the socket.

Rules that always hold: a line that is late, torn or makes no sense is a fault and never an answer; after such a one the
connection is closed and made anew, so that an answer is never taken for another question's.
"""

import base64
import json
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from yizheng.rooms.biometrics.data import EngineId, Match, Modality, Vector
from yizheng.rooms.biometrics.device_ports import (
    Captured,
    DeviceFacts,
    DeviceFault,
    DeviceSays,
    Live,
    Part,
)

LONGEST = 1 << 20
"""Bytes of a line. What is longer is no answer."""
SECONDS = 20.0
"""How long an answer may take: a person puts a finger down meanwhile."""


class LineDevice:
    """A device behind a Unix socket. Use it from one thread; close it when the counter closes."""

    def __init__(self, path: Path, *, seconds: float = SECONDS) -> None:
        self._path, self._seconds = path, seconds
        self._socket: socket.socket | None = None
        self._rest = b""
        self._last = 0

    def describe(self) -> DeviceFacts:
        """What the device is."""
        told = self._ask("describe")
        try:
            return DeviceFacts(
                vendor=str(told["vendor"]),
                model=str(told["model"]),
                serial=str(told["serial"]),
                firmware=str(told["firmware"]),
                modality=Modality(str(told["modality"])),
                engine=EngineId(name=str(told["engine"]), weights=str(told["weights"])),
                gives_templates=bool(told["gives_templates"]),
            )
        except (KeyError, ValueError):
            raise self._broken() from None

    def capture(self, part: Part) -> Captured:
        """Take a finger or an eye, once."""
        return self._captured(self._ask("capture", part=part.value))

    def enrol(self, part: Part, *, reference: str) -> Captured:
        """Take it as often as the device needs."""
        return self._captured(self._ask("enrol", part=part.value, reference=reference))

    def compare(self, captured: Captured, enrolled: Sequence[Vector], *, reference: str) -> Match:
        """Whether a capture fits what was enrolled."""
        told = self._ask(
            "compare",
            handle=captured.handle,
            enrolled=[packed(vector) for vector in enrolled],
            reference=reference,
        )
        try:
            return Match(str(told["match"]))
        except (KeyError, ValueError):
            raise self._broken() from None

    def forget(self, reference: str) -> None:
        """Delete what the device keeps."""
        self._ask("forget", reference=reference)

    def close(self) -> None:
        """Let the device go."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""

    def _captured(self, told: Mapping[str, object]) -> Captured:
        try:
            template = told.get("template")
            return Captured(
                part=Part(str(told["part"])),
                quality=_quality(told["quality"]),
                live=Live(str(told["live"])),
                handle=str(told["handle"]),
                template=unpacked(str(template)) if template is not None else None,
            )
        except (KeyError, ValueError):
            raise self._broken() from None

    def _ask(self, what: str, **given: object) -> Mapping[str, object]:
        """One question, one answer. Raises DeviceSays."""
        self._last += 1
        line = json.dumps({"id": self._last, "do": what, **given}).encode() + b"\n"
        try:
            self._connected().sendall(line)
            answer = json.loads(self._line())
        except TimeoutError:
            self.close()
            raise DeviceSays(DeviceFault.TIMED_OUT) from None
        except OSError:
            self.close()
            raise DeviceSays(DeviceFault.UNPLUGGED) from None
        except ValueError:
            raise self._broken() from None
        if not isinstance(answer, dict) or answer.get("id") != self._last:
            raise self._broken()
        if "fault" in answer:
            raise DeviceSays(_fault(answer["fault"]))
        told = answer.get("ok")
        if not isinstance(told, dict):
            raise self._broken()
        return told

    def _connected(self) -> socket.socket:
        if self._socket is None:
            made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            made.settimeout(self._seconds)
            try:
                made.connect(str(self._path))
            except OSError:
                made.close()
                raise
            self._socket = made
        return self._socket

    def _line(self) -> bytes:
        """The next line. Raises OSError where the other side is gone, ValueError for a line that never ends."""
        while b"\n" not in self._rest:
            if len(self._rest) > LONGEST:
                raise ValueError("a line without an end")
            some = self._connected().recv(65_536)
            if not some:
                raise ConnectionResetError
            self._rest += some
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _broken(self) -> DeviceSays:
        self.close()
        return DeviceSays(DeviceFault.BROKEN)


def packed(vector: Vector) -> str:
    """A template as text: base64 of float32, little-endian."""
    return base64.b64encode(np.asarray(vector, "<f4").tobytes()).decode()


def unpacked(text: str) -> Vector:
    """The template again. Raises ValueError for what is none."""
    found = np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float32)
    if not len(found) or not np.isfinite(found).all():
        raise ValueError("a template was expected: finite numbers")
    return found


def _quality(told: object) -> int:
    if not isinstance(told, int) or not 0 <= told <= 100:
        raise ValueError("a quality from 0 to 100 was expected")
    return told


def _fault(code: object) -> DeviceFault:
    return DeviceFault(str(code)) if code in set(DeviceFault) else DeviceFault.BROKEN
