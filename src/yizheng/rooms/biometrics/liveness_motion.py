"""What a head did over some frames: turned and how far, with depth or as a sheet would, blinked, opened its mouth.

Everything is measured against the person's own straight look, because people hold phones low, have one eye half shut,
or smile with the mouth open.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yizheng.rooms.biometrics import liveness_limits as limit
from yizheng.rooms.biometrics.data import FaceSeen, Observed

_STRAIGHT_DEG = 15.0
_DIRECTIONS = 12
_BEND_POWERS = (3, 4)
"""How a sheet can move across its bend; the square is among what every sheet can do."""
_NO_TERM = 1e-12
"""Share of the largest eigenvalue up to which a term follows from the others, as where all points are in a line."""
_BROW, _NOSE_BASE, _EYE_CORNERS = 10, 2, (33, 263)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Baseline:
    """How this person looks when nothing is asked: medians of their straight frames; some of these frames' meshes."""

    yaw: float
    pitch: float
    eyes: tuple[float, float]
    mouth: float
    share: float
    aspect: float
    straight: tuple[NDArray[np.float32], ...]

    def off(self, seen: FaceSeen) -> float:
        """How far a head is turned from straight, either way (degrees)."""
        return abs(seen.yaw - self.yaw)

    def at_rest(self, seen: FaceSeen, *, within: float = limit.FRONTAL_DEG) -> bool:
        """Whether a face is straight (within some degrees), its eyes open and its mouth as usual."""
        return (
            seen.faces > 0
            and self.off(seen) <= within
            and abs(seen.pitch - self.pitch) <= limit.FRONTAL_DEG
            and min(seen.eyes) >= limit.EYES_AT_REST * min(self.eyes)
            and seen.mouth - self.mouth <= limit.MOUTH_RISE
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turn:
    """One turn to one side: how far at most, how far to the other side, how long held, and the meshes of it."""

    furthest: float
    other_way: float
    held_ms: float
    meshes: tuple[NDArray[np.float32], ...]


def baseline_of(frames: Sequence[Observed]) -> Baseline | None:
    """The person's own straight look in some frames; None where there is none yet."""
    straight = [
        frame.seen
        for frame in frames
        if frame.seen.faces > 0 and frame.seen.mesh is not None and abs(frame.seen.yaw) <= _STRAIGHT_DEG
    ]
    if not straight:
        return None
    yaw = _median([seen.yaw for seen in straight])
    near = [seen for seen in straight if abs(seen.yaw - yaw) <= limit.FRONTAL_DEG]
    mouth = _median([seen.mouth for seen in near])
    rest = sorted(near, key=lambda seen: abs(seen.yaw - yaw) / 10 + abs(seen.mouth - mouth))
    return Baseline(
        yaw=yaw,
        pitch=_median([seen.pitch for seen in near]),
        eyes=(_median([seen.eyes[0] for seen in near]), _median([seen.eyes[1] for seen in near])),
        mouth=mouth,
        share=float(np.percentile([seen.share for seen in near], 20)),
        aspect=_median([_aspect(seen) for seen in near]),
        straight=tuple(seen.mesh for seen in rest[:3] if seen.mesh is not None),
    )


def turn_of(frames: Sequence[Observed], base: Baseline, way: int) -> Turn:
    """The longest held turn to the person's left (`way` 1) or right (-1)."""
    seen = [frame for frame in frames if frame.seen.faces > 0 and frame.seen.mesh is not None]
    off = [way * (frame.seen.yaw - base.yaw) for frame in seen]
    best: list[Observed] = []
    held = 0.0
    for run in _runs([limit.TURN_DEG <= one <= limit.TURN_FAR_DEG for one in off]):
        some = seen[run.start : run.stop]
        lasted = _lasted(some, frames)
        if lasted > held:
            best, held = some, lasted
    return Turn(
        furthest=max(off, default=0.0),
        other_way=max((-one for one in off), default=0.0),
        held_ms=held,
        meshes=tuple(frame.seen.mesh for frame in best if frame.seen.mesh is not None),
    )


def turned_enough(turn: Turn, hold_ms: int) -> bool:
    """Whether it is a turn as asked for: far enough, and held."""
    return len(turn.meshes) > 1 and turn.held_ms >= hold_ms


def has_depth(turn: Turn, base: Baseline) -> bool:
    """Whether the turned face cannot be a picture of the straight one, neither flat nor bent around anything."""
    flat, rolled = depth_of(turn.meshes, base)
    return flat >= limit.FLAT_RESIDUAL and rolled >= limit.ROLLED_RESIDUAL


def depth_of(meshes: Sequence[NDArray[np.float32]], base: Baseline) -> tuple[float, float]:
    """Medians over pairs of straight and turned meshes: `flat_residual` and `rolled_residual`; 0 where none is."""
    turned = [mesh[:, :2] for mesh in meshes[:6]]
    flat, rolled = [], []
    for mesh in base.straight:
        straight = mesh[:, :2]
        sheets = _sheets(straight)  # once for all that the straight look is held against: it costs most
        flat += [flat_residual(straight, other) for other in turned]
        rolled += [_best_of(sheets, other) for other in turned]
    return (_median(flat), _median(rolled)) if flat else (0.0, 0.0)


def flatness_of(mesh: NDArray[np.float32], base: Baseline) -> float:
    """The median of `flat_residual` from the straight meshes to one that is turned; 0 where none is straight."""
    flat = [flat_residual(straight[:, :2], mesh[:, :2]) for straight in base.straight]
    return _median(flat) if flat else 0.0


def flat_residual(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """How badly the best perspective picture of some points (n x 2) fits the same points elsewhere.

    Root of the mean square, as a share of the face's larger side. About 0.005 for a turned photograph, 0.03 and more
    for a head turned by 20 degrees.
    """
    a, to_a = _settled(one)
    b, to_b = _settled(other)
    x, y, u, v = a[:, 0], a[:, 1], b[:, 0], b[:, 1]
    ones, zeros = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, ones, zeros, zeros, zeros, -u * x, -u * y, -u], axis=1),
            np.stack([zeros, zeros, zeros, x, y, ones, -v * x, -v * y, -v], axis=1),
        ]
    )
    values, vectors = np.linalg.eigh(rows.T @ rows)
    plane = np.linalg.inv(to_b) @ vectors[:, int(np.argmin(values))].reshape(3, 3) @ to_a
    flat = np.concatenate([one.astype(np.float64), np.ones((len(one), 1))], axis=1) @ plane.T
    return _misfit(flat[:, :2] / flat[:, 2:], other)


def rolled_residual(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The same for a sheet that may be bent around a cylinder of any direction before it is turned.

    Seen from some distance, a point of such a sheet moves by what its place across the bend says, and nothing else;
    a nose that stands out between two cheeks does not. The best of twelve directions counts.
    """
    return _best_of(_sheets(one), other)


def blinked(frames: Sequence[Observed], base: Baseline) -> bool:
    """Whether both eyes shut and opened again, as a blink does: 80 to 500 ms, open before and after.

    At five frames a second a short blink shows in a single frame, so one low frame is a blink. A sheet tilted away
    makes eyes narrow too, but the whole face with them: that is taken out first.
    """
    seen = [frame for frame in frames if _looks_straight(frame.seen, base)]
    open_share = [_eyes_open(frame.seen, base) for frame in seen]
    for run in _runs([share < limit.BLINK_SHARE for share in open_share]):
        if run.start == 0 or run.stop == len(seen):
            continue
        low = seen[run.start : run.stop]
        before, after = seen[run.start - 1], seen[run.stop]
        lasted = low[-1].at_ms - low[0].at_ms
        near = max(low[0].at_ms - before.at_ms, after.at_ms - low[-1].at_ms)
        if lasted <= limit.BLINK_MS[1] and near <= limit.BLINK_NEAR_MS:
            return True
    return False


def mouth_opened(frames: Sequence[Observed], base: Baseline) -> bool:
    """Whether the mouth was seen shut (as it is as a rule) and then open."""
    wide = max(limit.MOUTH_OPEN, base.mouth + limit.MOUTH_RISE)
    rest = base.mouth + limit.MOUTH_RISE / 2
    seen = [frame.seen for frame in frames if _looks_straight(frame.seen, base)]
    first = next((index for index, one in enumerate(seen) if one.mouth <= rest), len(seen))
    return any(one.mouth > wide for one in seen[first:])


def nodded(frames: Sequence[Observed], base: Baseline) -> bool:
    """Whether the head went down (or up) and came back."""
    off = [abs(frame.seen.pitch - base.pitch) for frame in frames if frame.seen.faces > 0]
    far = [index for index, one in enumerate(off) if one >= limit.NOD_DEG]
    return bool(far) and any(one <= limit.NOD_DEG / 2 for one in off[far[0] :])


def came_closer(frames: Sequence[Observed], base: Baseline) -> bool:
    """Whether the face grew, as it does when somebody comes closer."""
    return any(frame.seen.share >= limit.CLOSER * base.share for frame in frames if frame.seen.faces > 0)


def _looks_straight(seen: FaceSeen, base: Baseline) -> bool:
    return seen.faces > 0 and seen.mesh is not None and base.off(seen) <= 2 * limit.FRONTAL_DEG


def _eyes_open(seen: FaceSeen, base: Baseline) -> float:
    """How far the more open eye is open beside usual, with the face's own flattening taken out."""
    flattened = min(1.0, _aspect(seen) / base.aspect) if base.aspect > 0 else 1.0
    shares = [now / usual for now, usual in zip(seen.eyes, base.eyes, strict=True) if usual > 0]
    return max(shares, default=1.0) / max(flattened, 0.2)


def _aspect(seen: FaceSeen) -> float:
    """Height of brow to nose over the distance of the eyes' outer corners."""
    if seen.mesh is None:
        return 0.0
    points = seen.mesh[:, :2]
    across = float(np.hypot(*(points[_EYE_CORNERS[1]] - points[_EYE_CORNERS[0]])))
    return float(np.hypot(*(points[_NOSE_BASE] - points[_BROW]))) / max(across, 1e-6)


def _runs(flags: Sequence[bool]) -> list[range]:
    """Stretches of true values."""
    runs, start = [], None
    for index, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = index
        elif not flag and start is not None:
            runs.append(range(start, index))
            start = None
    return runs


def _lasted(run: Sequence[Observed], frames: Sequence[Observed]) -> float:
    """How long a run of frames lasted: from its first to its last, and what lies between two frames as a rule."""
    gaps = np.diff([frame.at_ms for frame in frames])
    gap = float(np.median(gaps)) if len(gaps) else 0.0
    return run[-1].at_ms - run[0].at_ms + min(gap, 250.0)


def _settled(points: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points about their middle, of a size near 1, and the matrix that does it."""
    middle = points.mean(axis=0, dtype=np.float64)
    size = max(float(np.sqrt(((points - middle) ** 2).sum(axis=1).mean())), 1e-9)
    to = np.array([[1 / size, 0, -middle[0] / size], [0, 1 / size, -middle[1] / size], [0, 0, 1]])
    return (points - middle) / size, to


def _sheets(points: NDArray[np.float32]) -> NDArray[np.float64]:
    """For each direction of a bend, an orthonormal basis (n x terms) of what a bent sheet can make of the points."""
    settled, _ = _settled(points)
    x, y = settled[:, 0], settled[:, 1]
    straight = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=1)
    angles = np.arange(_DIRECTIONS) * np.pi / _DIRECTIONS
    across = np.cos(angles)[:, None] * x + np.sin(angles)[:, None] * y
    bent = np.stack([across**power for power in _BEND_POWERS], axis=2)
    sheets = np.concatenate([np.broadcast_to(straight, (_DIRECTIONS, *straight.shape)), bent], axis=2)
    values, vectors = np.linalg.eigh(sheets.transpose(0, 2, 1) @ sheets)
    some = values > _NO_TERM * values[:, -1:]  # terms that say nothing of their own
    scale = np.where(some, 1 / np.sqrt(np.where(some, values, 1.0)), 0.0)
    basis: NDArray[np.float64] = sheets @ (vectors * scale[:, None, :])
    return basis


def _best_of(sheets: NDArray[np.float64], points: NDArray[np.float32]) -> float:
    """How badly the best of these sheets fits the points."""
    target = points.astype(np.float64)
    off = sheets @ (sheets.transpose(0, 2, 1) @ target) - target
    return float(np.sqrt((off**2).sum(axis=2).mean(axis=1)).min()) / _side(points)


def _misfit(guess: NDArray[np.float64], points: NDArray[np.float32]) -> float:
    return float(np.sqrt(((guess - points) ** 2).sum(axis=1).mean())) / _side(points)


def _side(points: NDArray[np.float32]) -> float:
    return max(float(np.ptp(points, axis=0).max()), 1e-9)


def _median(values: Sequence[float]) -> float:
    return float(np.median(values))
