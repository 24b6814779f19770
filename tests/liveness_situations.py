"""Heads before a camera without a camera: the 468 points of the made portrait, turned and opened by arithmetic.

A head has depth; `sheet` is a picture of the same head, flat or bent. What an engine would measure is measured from the
points, so the rules of liveness can be tried without pictures.
"""

from collections.abc import Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from yizheng.adapters.face.mesh import measures
from yizheng.rooms.biometrics.data import FaceSeen, Observed
from yizheng.simulators.attacks.head import Pose, astronaut, expressed

_digests = count(1)


def seen(mesh: NDArray[np.float32], *, who: int = 0, closer: float = 1.0, **other: object) -> FaceSeen:
    """What an engine measures in these points; `who` is whose face it is."""
    found = measures(mesh)
    facts: dict[str, object] = {
        "faces": 1,
        "width": 190.0 * closer,
        "share": 0.38 * closer,
        "centre": (0.5, 0.5),
        "luma": 120.0,
        "sharpness": 80.0,
        "yaw": found.yaw,
        "pitch": found.pitch,
        "roll": found.roll,
        "eyes": found.eyes,
        "mouth": found.mouth,
        "mesh": mesh,
        "embedding": np.eye(128, dtype=np.float32)[who],
        "picture": next(_digests).to_bytes(8, "big"),
    }
    return FaceSeen(**{**facts, **other})  # type: ignore[arg-type]


def head(
    yaw: float = 0, pitch: float = 0, *, blink: float = 0, mouth: float = 0, **other: object
) -> FaceSeen:
    """A living head held so (degrees, shares)."""
    points = expressed(astronaut().points, Pose(blink=blink, mouth=mouth))[:468]
    if blink:
        points = _lids_closed(points, blink)
    return seen(_turned(points.astype(np.float64), yaw, pitch), **other)


def sheet(yaw: float = 0, *, told: float | None = None, bend: float = 0, **other: object) -> FaceSeen:
    """A picture of the head on a sheet turned by so much; `told` is the yaw that a deceived engine reports."""
    points = astronaut().points[:468].astype(np.float64).copy()
    points[:, 2] = 0
    if bend:
        middle, radius = points[:, 0].mean(), np.ptp(points[:, 0]) / np.radians(bend)
        angle = (points[:, 0] - middle) / radius
        points[:, 0], points[:, 2] = middle + radius * np.sin(angle), radius * (1 - np.cos(angle))
    found = seen(_turned(points, yaw, 0), **other)
    return FaceSeen(**{**_fields(found), "yaw": yaw if told is None else told})


def without_face() -> FaceSeen:
    """An empty picture."""
    return FaceSeen(faces=0, picture=next(_digests).to_bytes(8, "big"))


def filmed(
    looks: Sequence[FaceSeen], *, begin_ms: int = 0, every_ms: int = 200, uneven: int = 7
) -> list[Observed]:
    """Frames of these looks, five a second, with times as uneven as a camera's."""
    return [
        Observed(at_ms=begin_ms + every_ms * at + (at * 37 % (2 * uneven + 1)) - uneven, seen=one)
        for at, one in enumerate(looks, start=1)
    ]


def turn(yaw: float, *, frames: int = 4, **other: object) -> list[FaceSeen]:
    """Straight, turned for some frames, straight again."""
    return [
        head(**other), head(1, **other), head(yaw / 2, **other),
        *(head(yaw + at % 2, **other) for at in range(frames)),
        head(yaw / 2, **other), head(**other), head(-1, **other),
    ]  # fmt: skip


def blink(*, frames: int = 1, **other: object) -> list[FaceSeen]:
    """Open, shut for some frames, open."""
    return [*(head(at % 2, **other) for at in range(4)), *(head(blink=1, **other) for _ in range(frames)),
            *(head(at % 2, **other) for at in range(4))]  # fmt: skip


def mouth(share: float = 1.0, **other: object) -> list[FaceSeen]:
    """Shut, open, shut."""
    return [*(head(at % 2, **other) for at in range(3)), *(head(mouth=share, **other) for _ in range(3)),
            *(head(at % 2, **other) for at in range(3))]  # fmt: skip


def _fields(one: FaceSeen) -> dict[str, object]:
    return {name: getattr(one, name) for name in FaceSeen.__slots__}


def _lids_closed(points: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Lids that meet: what paint does for the camera, arithmetic does here."""
    closed = points.copy()
    for upper, lower in ((160, 144), (158, 153), (385, 380), (387, 373)):
        closed[upper] += (closed[lower] - closed[upper]) * 0.8 * share
    return closed


def _turned(points: NDArray[np.float64], yaw: float, pitch: float) -> NDArray[np.float32]:
    a, b = np.radians([yaw, pitch])
    around_y = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    around_x = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
    middle = points.mean(axis=0)
    deep = (points - middle) @ (around_x @ around_y).T
    far = 1400.0
    deep[:, :2] *= far / (far + deep[:, 2:])
    return (deep + middle).astype(np.float32)
