"""What fingerprint readers and iris cameras are to the product: one port for all of them (指纹、虹膜设备接口).

The device judges what is under it; the product never sees a picture of a finger or an eye. A device either gives
templates, which the vault keeps sealed and hands back for a comparison, or keeps them itself and gives none.

Rules that always hold: three answers and no number; a fault is no answer and says nothing against anybody (dry skin, worn
fingers and clouded eyes are an old person's everyday); a capture that the device did not find live is never `SAME`.

The reference is `simulators/devices`, the client for drivers in another process `adapters/devices`, and the page for
vendors `docs/reference/device-port.md`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from yizheng.kernel.errors import Refused
from yizheng.kernel.told import Coded
from yizheng.rooms.biometrics.data import EngineId, Match, Modality, Vector
from yizheng.rooms.biometrics.why import Why


class Part(StrEnum):
    """What is put before a device: a finger (the ten of ISO/IEC 19794-2) or an eye."""

    RIGHT_THUMB = "right_thumb"
    RIGHT_INDEX = "right_index"
    RIGHT_MIDDLE = "right_middle"
    RIGHT_RING = "right_ring"
    RIGHT_LITTLE = "right_little"
    LEFT_THUMB = "left_thumb"
    LEFT_INDEX = "left_index"
    LEFT_MIDDLE = "left_middle"
    LEFT_RING = "left_ring"
    LEFT_LITTLE = "left_little"
    RIGHT_EYE = "right_eye"
    LEFT_EYE = "left_eye"

    @property
    def modality(self) -> Modality:
        """Which kind of device takes it."""
        return Modality.IRIS if self.value.endswith("_eye") else Modality.FINGERPRINT


class Live(StrEnum):
    """What a device says about life (活体标志)."""

    LIVE = "live"
    SPOOF_SUSPECTED = "spoof_suspected"
    NOT_CHECKED = "not_checked"
    """The device cannot tell. Then a person watches who puts the finger down."""


class DeviceFault(StrEnum):
    """Why there was no capture (设备提示): each has one thing to do."""

    NOTHING_THERE = "nothing_there"
    TOO_DRY = "too_dry"
    TOO_WET = "too_wet"
    DIRTY = "dirty"
    MOVED = "moved"
    TOO_FAR = "too_far"
    EYE_CLOSED = "eye_closed"
    BUSY = "busy"
    TIMED_OUT = "timed_out"
    UNPLUGGED = "unplugged"
    BROKEN = "broken"


AGAIN = frozenset(
    {
        DeviceFault.NOTHING_THERE,
        DeviceFault.TOO_DRY,
        DeviceFault.TOO_WET,
        DeviceFault.MOVED,
        DeviceFault.TOO_FAR,
        DeviceFault.EYE_CLOSED,
        DeviceFault.BUSY,
        DeviceFault.TIMED_OUT,
    }
)
"""Faults that another try may mend at once; the rest want somebody's hands at the device."""


class DeviceSays(Refused):
    """A device gave no answer, and why. It is never counted against the person."""

    def __init__(self, fault: DeviceFault) -> None:
        super().__init__(Why.DEVICE_SAYS, fault=Coded("device_fault", fault.value))
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What a device says of itself. `gives_templates`: it hands templates out; else it keeps them and compares inside."""

    vendor: str
    model: str
    serial: str
    firmware: str
    modality: Modality
    engine: EngineId
    gives_templates: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """One capture. `quality` from 0 to 100 as the device counts; `handle` names the capture inside the device for a
    comparison that follows; `template` only where the device gives templates.
    """

    part: Part
    quality: int
    live: Live
    handle: str
    template: Vector | None = field(default=None, repr=False)


class BiometricDevice(Protocol):
    """A fingerprint reader or an iris camera, with its driver. Every call may raise DeviceSays, and nothing else."""

    def describe(self) -> DeviceFacts:
        """What the device is. It is asked before anything else, and again after it was unplugged."""
        ...

    def capture(self, part: Part) -> Captured:
        """Wait for a finger or an eye, some seconds at the most, and take it once."""
        ...

    def enrol(self, part: Part, *, reference: str) -> Captured:
        """Take it as often as the device needs for a template of good quality. A device that keeps templates keeps this
        one under `reference`, which says nothing of the person.
        """
        ...

    def compare(self, captured: Captured, enrolled: Sequence[Vector], *, reference: str) -> Match:
        """Whether a capture fits what was enrolled: templates handed back, or what the device keeps under `reference`."""
        ...

    def forget(self, reference: str) -> None:
        """Delete what the device keeps under a reference. What is not there is no error."""
        ...
