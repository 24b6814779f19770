"""A face engine and a body for tests of what follows from a capture: measures without pixels, by the real judges' rules.

A `Body` moves a cloud of points as a head moves and gives what an engine would measure; each frame gets bytes of its own
that pass the border as a small JPEG, by which `FakeLooker` finds the measures again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from yizheng.rooms.biometrics.data import EngineId, FaceSeen, Vector
from yizheng.rooms.biometrics.liveness_data import Step
from yizheng.rooms.passes.ports import EngineAway, Waiting

ENGINE = EngineId(name="fake", weights="0" * 64)
_RNG = np.random.default_rng(7)
_ANGLES = _RNG.uniform(-1.2, 1.2, size=(468, 2))
POINTS = np.stack(
    [
        np.sin(_ANGLES[:, 0]) * np.cos(_ANGLES[:, 1]),
        1.3 * np.sin(_ANGLES[:, 1]),
        np.cos(_ANGLES[:, 0]) * np.cos(_ANGLES[:, 1]),
    ],
    axis=1,
)
"""A head as half an egg, in half widths of a face."""
_RIDGE = np.exp(-((POINTS[:, 0] / 0.22) ** 2) - ((POINTS[:, 1] / 0.5) ** 2))
POINTS[:, 2] += 1.3 * _RIDGE
POINTS[2] = (0.0, 0.3, 1.25)
POINTS[10] = (0.0, -1.2, 0.4)
POINTS[33], POINTS[263] = (-0.6, -0.3, 0.75), (0.6, -0.3, 0.75)


def template(seed: int) -> Vector:
    """The template of an invented person."""
    vector = np.random.default_rng(seed).normal(size=128)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def near(vector: Vector, likeness: float, seed: int = 0) -> Vector:
    """A template whose cosine with another is `likeness`."""
    noise = np.random.default_rng(1000 + seed).normal(size=vector.shape)
    noise -= (noise @ vector) * vector
    noise /= np.linalg.norm(noise)
    return np.asarray(likeness * vector + np.sqrt(1 - likeness**2) * noise, np.float32)


def _mesh(yaw: float, pitch: float, scale: float) -> NDArray[np.float32]:
    a, b = np.radians(yaw), np.radians(pitch)
    turn = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    nod = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    turned = POINTS @ turn.T @ nod.T
    near_by = 5.0 / (5.0 - turned[:, 2:])
    return np.concatenate(
        [turned[:, :2] * near_by * scale + (240, 320), turned[:, 2:] * scale], axis=1
    ).astype(np.float32)


@dataclass
class FakeLooker:
    """Looks at once; or says first what it was told to say: `waiting` answers of a queue, or nobody is there."""

    waiting: list[Waiting] = field(default_factory=list)
    away: bool = False
    looked: list[str] = field(default_factory=list)
    seen: dict[bytes, FaceSeen] = field(default_factory=dict)

    def look(self, key: str, pictures: Sequence[bytes]) -> tuple[FaceSeen, ...] | Waiting:
        if self.away:
            raise EngineAway("an engine was expected, but there is none. Take another way.")
        if self.waiting:
            return self.waiting.pop(0)
        self.looked.append(key)
        return tuple(self.seen.get(picture, FaceSeen(faces=0)) for picture in pictures)


@dataclass
class Body:
    """A person before the camera: does what a step asks, or stands still; `flat` turns like a photograph."""

    looker: FakeLooker
    face: Vector
    now: int = 1000
    count: int = 0
    flat: bool = False
    luma: float = 120.0
    live: float | None = None

    def still(self, frames: int = 6) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
        """Some frames in which nothing is done."""
        return self._film([(0.0, 0.0, 0.0, 0.3)] * frames)

    def does(self, step: Step) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
        """Twelve frames: straight, doing it, straight again."""
        rest = [(0.0, 0.0, 0.0, 0.3)]
        doing = {
            Step.TURN_LEFT: [(12.0, 0, 0, 0.3), *[(27.0, 0, 0, 0.3)] * 5, (10.0, 0, 0, 0.3)],
            Step.TURN_RIGHT: [(-12.0, 0, 0, 0.3), *[(-27.0, 0, 0, 0.3)] * 5, (-10.0, 0, 0, 0.3)],
            Step.BLINK: [(0.0, 0.0, 0.0, 0.08), *rest * 6],
            Step.OPEN_MOUTH: [*[(0.0, 0.0, 0.6, 0.3)] * 3, *rest * 4],
            Step.NOD: [
                (0.0, -8.0, 0, 0.3),
                (0.0, -16.0, 0, 0.3),
                (0.0, -16.0, 0, 0.3),
                (0.0, -6.0, 0, 0.3),
                *rest * 3,
            ],
            Step.COME_CLOSER: [(0.0, 0.0, 0.0, 0.3)] * 7,
        }[step]
        return self._film([*rest * 3, *doing, *rest * 2], closer=step is Step.COME_CLOSER)

    def _film(
        self, poses: Sequence[tuple[float, float, float, float]], *, closer: bool = False
    ) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
        pictures, times = [], []
        for number, (yaw, pitch, mouth, eyes) in enumerate(poses):
            self.count += 1
            self.now += 200 + int(np.random.default_rng(self.count).integers(-15, 15))
            grown = 1.0 + 0.4 * number / len(poses) if closer else 1.0
            picture = _jpeg(self.count)
            self.looker.seen[picture] = self._seen(yaw, pitch, mouth, eyes, grown)
            pictures.append(picture)
            times.append(self.now)
        return tuple(pictures), tuple(times)

    def _seen(self, yaw: float, pitch: float, mouth: float, eyes: float, grown: float) -> FaceSeen:
        mesh = _mesh(0.0 if self.flat else yaw, pitch, 90 * grown)
        if self.flat:
            mesh[:, 0] = 240 + (mesh[:, 0] - 240) * np.cos(np.radians(yaw))
        return FaceSeen(
            faces=1,
            width=180 * grown,
            centre=(0.5, 0.5),
            share=0.375 * grown,
            luma=self.luma,
            blown=0.0,
            sharpness=120.0,
            yaw=yaw,
            pitch=pitch,
            eyes=(eyes, eyes),
            mouth=mouth,
            mesh=mesh,
            embedding=near(self.face, 0.95, self.count),
            picture=self.count.to_bytes(8),
            live=self.live,
        )


def _jpeg(number: int) -> bytes:
    """Bytes that the border takes for a JPEG of 480 x 640; the number stands in its only table."""
    table = b"\xff\xdb\x00\x43\x00" + number.to_bytes(64)
    frame = b"\xff\xc0\x00\x11\x08\x02\x80\x01\xe0\x03\x01\x22\x00\x02\x11\x00\x03\x11\x00"
    scan = b"\xff\xda\x00\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00\x00"
    return b"\xff\xd8" + table + frame + scan + b"\xff\xd9"
