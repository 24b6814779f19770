"""What the simulated fingerprint reader and iris camera share: people with invented fingers and eyes, and faults.

A finger or an eye is a direction that follows from whose it is; a capture is that direction with some noise, less of it
the better the quality. Nothing of it is like a real template but that one person's captures are alike. What goes wrong
is written down beforehand, one fault a try, or drawn from a seed.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

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

SIZE = 64
SAME, UNSURE = 0.80, 0.60
"""From which likeness on the simulated engine says so."""
GOOD = 60
"""The least quality of a capture that is enrolled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What is put before the device: whose, which, how good (0 to 100), and whether it is a live one."""

    person: str
    part: Part
    quality: int = 85
    spoof: bool = False


class SimulatedSensor:
    """A device of one kind. `faults` come one a try, in order, before anything is taken; then none, or by chance."""

    modality: Modality
    model: str
    usual_faults: Mapping[DeviceFault, int] = {}
    """What goes wrong by itself, in parts per thousand of the tries, where chance is asked for."""

    def __init__(
        self,
        *,
        seed: int = 1,
        faults: Iterable[DeviceFault] = (),
        by_chance: bool = False,
        gives_templates: bool = True,
    ) -> None:
        self._rng = Random(seed)  # noqa: S311 (invented fingers)
        self._faults = list(faults)
        self._by_chance = by_chance
        self._gives_templates = gives_templates
        self._there: Presented | None = None
        self._plugged = True
        self._taken: dict[str, tuple[Captured, Vector]] = {}
        self._kept: dict[str, Vector] = {}

    # --- what happens before the device ---

    def put(self, presented: Presented | None) -> None:
        """Put a finger or an eye before the device; None takes it away."""
        self._there = presented

    def unplug(self) -> None:
        """Pull the cable: every call fails until it is plugged in, and captures are lost."""
        self._plugged = False
        self._taken.clear()

    def plug_in(self) -> None:
        """Put the cable back."""
        self._plugged = True

    # --- the port ---

    def describe(self) -> DeviceFacts:
        """What the device is."""
        self._check_plugged()
        return DeviceFacts(
            vendor="Yizheng reference",
            model=self.model,
            serial="SIM-0001",
            firmware="1.0",
            modality=self.modality,
            engine=EngineId(name=self.model, weights=hashlib.sha256(self.model.encode()).hexdigest()),
            gives_templates=self._gives_templates,
        )

    def capture(self, part: Part) -> Captured:
        """Take what is there, once."""
        self._go_wrong()
        there = self._there
        if there is None or part.modality is not self.modality:
            raise DeviceSays(DeviceFault.NOTHING_THERE)
        noise = self._noise((110 - there.quality) / 100 * 0.95)
        vector = _unit(_own(there.person, there.part) + noise)
        captured = Captured(
            part=part,
            quality=there.quality,
            live=Live.SPOOF_SUSPECTED if there.spoof else Live.LIVE,
            handle=f"{self._rng.getrandbits(64):016x}",
            template=vector if self._gives_templates else None,
        )
        self._taken[captured.handle] = (captured, vector)
        return captured

    def enrol(self, part: Part, *, reference: str) -> Captured:
        """Take it three times; the device keeps the mean where it keeps templates."""
        taken = [self.capture(part) for _ in range(3)]
        if min(one.quality for one in taken) < GOOD:
            raise DeviceSays(DeviceFault.DIRTY)
        mean = _unit(np.stack([self._taken[one.handle][1] for one in taken]).mean(axis=0))
        live = Live.LIVE if all(one.live is Live.LIVE for one in taken) else Live.SPOOF_SUSPECTED
        if not self._gives_templates and live is Live.LIVE:
            self._kept[reference] = mean
        last = taken[-1]
        return Captured(
            part=part,
            quality=last.quality,
            live=live,
            handle=last.handle,
            template=mean if self._gives_templates else None,
        )

    def compare(self, captured: Captured, enrolled: Sequence[Vector], *, reference: str) -> Match:
        """Three answers. A capture from before the cable was pulled is gone."""
        self._go_wrong()
        if captured.handle not in self._taken:
            raise DeviceSays(DeviceFault.UNPLUGGED)
        taken, vector = self._taken[captured.handle]
        against = list(enrolled) if self._gives_templates else [self._kept.get(reference)]
        known = [one for one in against if one is not None]
        if not known:
            return Match.NOT_COMPARED
        likeness = max(float(vector @ one) for one in known)
        if likeness >= SAME:
            return Match.SAME if taken.live is Live.LIVE else Match.UNSURE
        return Match.UNSURE if likeness >= UNSURE else Match.DIFFERENT

    def forget(self, reference: str) -> None:
        """Delete what is kept."""
        self._check_plugged()
        self._kept.pop(reference, None)

    # --- chance and faults ---

    def _check_plugged(self) -> None:
        if not self._plugged:
            raise DeviceSays(DeviceFault.UNPLUGGED)

    def _go_wrong(self) -> None:
        self._check_plugged()
        fault = self._faults.pop(0) if self._faults else self._drawn()
        if fault is DeviceFault.UNPLUGGED:
            self.unplug()
        if fault is not None:
            raise DeviceSays(fault)

    def _drawn(self) -> DeviceFault | None:
        lot = self._rng.randrange(1000) if self._by_chance else 1000
        for fault, share in self.usual_faults.items():
            if lot < share:
                return fault
            lot -= share
        return None

    def _noise(self, much: float) -> Vector:
        found = np.array([self._rng.gauss(0, 1) for _ in range(SIZE)])
        return np.asarray(found / np.sqrt(SIZE) * much, np.float32)


def _own(person: str, part: Part) -> Vector:
    """The direction of a finger or an eye: of nobody else's, and of no other of the same person."""
    seed = int.from_bytes(hashlib.sha256(f"{person}:{part.value}".encode()).digest()[:8], "big")
    return _unit(np.random.default_rng(seed).standard_normal(SIZE).astype(np.float32))


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)
