"""A head that can be moved: one picture of a face, its 468 points with depth, and what stands around it.

The picture is NASA's portrait of an astronaut (public domain), as `skimage.data` carries it; the points beside this
file were measured in it once. The skin is a net of triangles over the points, with rings of hair and neck around
them; whoever turns the head sees what lies behind, as far as one picture knows it: the sides of a head are guessed.
"""

import functools
import importlib.resources
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from yizheng.kernel.errors import Refused
from yizheng.simulators.attacks.raster import where_seen
from yizheng.simulators.why import Why

WIDTH, HEIGHT = 480, 640
Picture = NDArray[np.uint8]
"""Height x width x 3, blue first, as cv2 keeps it."""

OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
LIDS = (
    ((246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155), (247, 30, 29, 27, 28, 56, 190)),
    (
        (466, 388, 387, 386, 385, 384, 398),
        (249, 390, 373, 374, 380, 381, 382),
        (467, 260, 259, 257, 258, 286, 414),
    ),
)
"""Of each eye: the upper lid, the lower lid below it, and the fold above it (the person's right eye first)."""
INNER_UPPER = (191, 80, 81, 82, 13, 312, 311, 310, 415)
INNER_LOWER = (95, 88, 178, 87, 14, 317, 402, 318, 324)
OUTER_LOWER = (146, 91, 181, 84, 17, 314, 405, 321, 375)
CORNERS = (78, 308)
_EYE_CORNERS = ((33, 133), (263, 362))
_CHEEK = 50
_SQUEEZED = 0.8
_LIDS_MEET = 0.5
"""How far the upper lid is drawn down before shut lids are painted instead."""
_RINGS = ((1.14, 0.20, 1.0), (1.32, 0.45, 0.95), (1.62, 0.62, 0.5), (2.1, 0.7, 0.0))
"""Around the face: how far out (times the oval), how far back (times its width), and how much of a turn it shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """How a head is held at one moment. Degrees from the person's own view; shares from 0 to 1.

    `yaw` to the person's left, `pitch` up, `roll` to their left shoulder; `blink` and `mouth` from shut-as-usual to
    fully done; `closer` is the size beside usual, `shift` in pixels.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    blink: float = 0.0
    mouth: float = 0.0
    closer: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Head:
    """A person for the camera: the picture, and the skin's points in it (468 of the face, then the rings)."""

    picture: Picture
    shut: Picture
    points: NDArray[np.float32]
    triangles: NDArray[np.int32]
    shares: NDArray[np.float32]

    def with_picture(self, picture: Picture) -> "Head":
        """The same skin, painted otherwise."""
        return replace(self, picture=picture, shut=_eyes_shut(picture, self.points))


def astronaut() -> Head:
    """The one cleared portrait, ready to be moved. Raises Refused where scikit-image (a test tool) is not installed."""
    return _astronaut()


@functools.cache
def _astronaut() -> Head:
    rows = (importlib.resources.files(__package__) / "data" / "points.csv").read_text().splitlines()
    return head_of(_portrait(), np.array([row.split(",") for row in rows], np.float32))


def head_of(picture: Picture, face: NDArray[np.float32]) -> Head:
    """A head from a picture and the 468 points of the face in it (x, y, depth, in pixels)."""
    around, shares = _rings(face)
    points = np.concatenate([face, around])
    shut = _eyes_shut(picture, points)
    return Head(picture=picture, shut=shut, points=points, triangles=_triangles(points[:, :2]), shares=shares)


def reshaped(head: Head, face: NDArray[np.float32]) -> NDArray[np.float32]:
    """The skin's points where the face has these 468 points instead; the rings follow, the frame stays."""
    around, _shares = _ring_points(face)
    points = head.points.copy()
    points[: len(face)] = face
    points[len(face) : len(face) + len(around)] = around
    return points


def render(head: Head, pose: Pose) -> Picture:
    """The picture that a camera takes of this head held so."""
    points = expressed(head.points, pose)
    moved = _posed(points, head.shares, pose)
    seen_x, seen_y = where_seen(
        head.triangles, moved, np.ascontiguousarray(head.points[:, :2]), width=WIDTH, height=HEIGHT
    )
    height, width = np.indices((HEIGHT, WIDTH), np.float32)
    empty = seen_x < 0
    lids = _shut_share(pose)
    skin = head.picture if lids == 0 else cv2.addWeighted(head.shut, lids, head.picture, 1 - lids, 0)
    picture = cv2.remap(
        skin,
        np.where(empty, width, seen_x),
        np.where(empty, height, seen_y),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    shown = picture.astype(np.uint8)
    if pose.mouth > 0.05:
        _mouth_inside(shown, moved, pose.mouth)
    return _framed(shown, pose)


def expressed(points: NDArray[np.float32], pose: Pose) -> NDArray[np.float32]:
    """The points with the eyes shut and the mouth opened as far as the pose says."""
    moved = points.copy()
    for upper, lower, fold in LIDS:
        down = 0.94 * min(pose.blink, _LIDS_MEET) * (1 - _shut_share(pose))
        drop = (points[list(lower)] - points[list(upper)]) * down
        moved[list(upper)] += drop
        moved[list(fold)] += 0.45 * drop
    if pose.blink > _LIDS_MEET:
        _squeeze_eyes(moved, points, _SQUEEZED * _shut_share(pose))
    if pose.mouth > 0:
        _open_mouth(moved, points, pose.mouth)
    return moved


def _shut_share(pose: Pose) -> float:
    """How much of the painted lids is to be seen: none while the lid comes down, then quickly all."""
    return float(np.clip((pose.blink - 0.55) / 0.3, 0, 1))


def _eyes_shut(picture: Picture, points: NDArray[np.float32]) -> Picture:
    """The same picture with lids over the eyes: soft skin, and a line of lashes.

    The sizes were sought by trying: these are what the face mesh takes for shut eyes, as it takes real ones.
    """
    mask, lashes = np.zeros((HEIGHT, WIDTH), np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)
    for (upper, lower, fold), (outer, inner) in zip(LIDS, _EYE_CORNERS, strict=True):
        lid, crease, low = points[list(upper), :2], points[list(fold), :2], points[list(lower), :2]
        outline = [points[[outer], :2], lid + 1.7 * (crease - lid), points[[inner], :2], low[::-1]]
        cv2.fillPoly(mask, [np.concatenate(outline).astype(np.int32)], (255,))
        line = np.concatenate([points[[outer], :2], lid + 0.5 * (low - lid), points[[inner], :2]])
        cv2.polylines(
            lashes, [line.astype(np.int32)], isClosed=False, color=(255,), thickness=3, lineType=cv2.LINE_AA
        )
    soft = cv2.GaussianBlur(cv2.dilate(mask, np.ones((29, 29), np.uint8)), (0, 0), 5)[..., None] / 255.0
    dark = cv2.GaussianBlur(lashes, (0, 0), 1)[..., None] / 255.0
    x, y = points[_CHEEK, :2].astype(int)
    skin = np.median(picture[y - 8 : y + 8, x - 8 : x + 8].reshape(-1, 3), axis=0) * 0.7
    lidded = picture * (1 - soft) + skin * soft
    shut: Picture = (lidded * (1 - dark) + np.array([40, 45, 60]) * dark).astype(np.uint8)
    return shut


def _squeeze_eyes(moved: NDArray[np.float32], points: NDArray[np.float32], share: float) -> None:
    """Shut eyes are low: everything around them comes down to the lower lid."""
    for (_upper, lower, _fold), (outer, inner) in zip(LIDS, _EYE_CORNERS, strict=True):
        width = float(np.hypot(*(points[outer, :2] - points[inner, :2])))
        middle, low = points[[outer, inner], 0].mean(), points[list(lower), 1].max()
        near = np.exp(
            -(((points[:468, 0] - middle) / width) ** 2) - ((points[:468, 1] - low) / (0.8 * width)) ** 2
        )
        moved[:468, 1] += near * (low - points[:468, 1]) * share


def _open_mouth(moved: NDArray[np.float32], points: NDArray[np.float32], share: float) -> None:
    line, chin = points[list(CORNERS), 1].mean(), points[152, 1]
    centre, width = points[list(CORNERS), 0].mean(), np.ptp(points[list(CORNERS), 0])
    below = np.clip((points[:, 1] - line) / (chin - line), 0, 1.15)
    aside = np.exp(-(((points[:, 0] - centre) / (1.1 * width)) ** 2))
    drop = 0.55 * width * share
    shift = drop * np.sqrt(below) * aside
    shift[list(INNER_UPPER)] = -0.2 * drop
    for one in (INNER_LOWER, OUTER_LOWER):
        near = np.sin(np.linspace(0.12, 0.88, len(one)) * np.pi)
        shift[list(one)] = drop * near
    moved[:, 1] += shift.astype(np.float32)


def _posed(points: NDArray[np.float32], shares: NDArray[np.float32], pose: Pose) -> NDArray[np.float32]:
    """Turn about the neck's axis and look up or down about the same, then through the lens."""
    span = float(np.ptp(points[list(OVAL), 0]))
    pivot = np.array([points[list(OVAL), 0].mean(), points[152, 1], 0.55 * span], np.float32)
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    around_y = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    around_x = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    around_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    lens = 7.0 * span
    middle = np.array([WIDTH / 2, HEIGHT / 2])
    deep = points.astype(np.float64)
    deep[:, :2] = middle + (deep[:, :2] - middle) * ((lens + deep[:, 2:]) / lens)
    turned = (deep - pivot) @ (around_z @ around_x @ around_y).T + pivot
    moved = deep + shares[:, None] * (turned - deep)
    moved[:, :2] = middle + (moved[:, :2] - middle) * (lens / (lens + moved[:, 2:]))
    return np.asarray(moved, np.float32)


def _framed(picture: Picture, pose: Pose) -> Picture:
    """Nearer to the camera, and not quite in the same place."""
    if pose.closer == 1.0 and pose.shift == (0.0, 0.0):
        return picture
    there = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 0, pose.closer)
    there[:, 2] += np.array(pose.shift)
    return cv2.warpAffine(picture, there, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def _mouth_inside(picture: Picture, moved: NDArray[np.float32], share: float) -> None:
    """The dark inside of an open mouth, above the lower lip."""
    upper = moved[[CORNERS[0], *INNER_UPPER, CORNERS[1]], :2]
    lower = moved[[CORNERS[0], *INNER_LOWER, CORNERS[1]], :2]
    outline = np.concatenate([upper, lower[::-1] - (lower - upper)[::-1] * 0.2]).astype(np.int32)
    layer = picture.copy()
    cv2.fillPoly(layer, [outline], (32, 24, 62), cv2.LINE_AA)
    strength = min(1.0, 2 * share)
    cv2.addWeighted(layer, strength, picture, 1 - strength, 0, picture)


def _rings(face: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What stands around the face and how much of a turn it shares: rings, then fixed points out to the frame."""
    around, shares = _ring_points(face)
    last = around[-len(OVAL) :]
    back = float(last[:, 2].max())
    frame = [(x, y, back) for x in np.linspace(0, WIDTH - 1, 6) for y in np.linspace(0, HEIGHT - 1, 8)]
    edge = np.array([one for one in frame if _outside(one, last)], np.float32)
    still = np.zeros(len(edge), np.float32)
    return np.concatenate([around, edge]), np.concatenate([np.ones(len(face), np.float32), shares, still])


def _ring_points(face: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Hair, ears, neck: rings around the oval, further back the further out, and how much of a turn each shares."""
    oval = face[list(OVAL)]
    centre, span = oval.mean(axis=0), float(np.ptp(oval[:, 0]))
    low = np.clip((oval[:, 1] - centre[1]) / (0.5 * np.ptp(oval[:, 1])), 0, 1)
    points, shares = [], []
    for out, back, share in _RINGS:
        ring = centre + (oval - centre) * np.array([out, out, 0], np.float32)
        ring[:, 2] = np.maximum(oval[:, 2], centre[2]) + back * span
        points.append(ring)
        shares.append((share * (1 - 0.35 * low * (out - 1) / 0.3).clip(0, 1)).astype(np.float32))
    return np.concatenate(points).astype(np.float32), np.concatenate(shares)


def _outside(point: tuple[float, float, float], ring: NDArray[np.float32]) -> bool:
    outline = np.ascontiguousarray(ring[:, :2], np.float32)
    return cv2.pointPolygonTest(outline, (float(point[0]), float(point[1])), measureDist=False) < 0


def _triangles(points: NDArray[np.float32]) -> NDArray[np.int32]:
    """Triangles over the points as they lie in the picture (Delaunay)."""
    low, high = points.min(axis=0) - 2, points.max(axis=0) + 2
    plane = cv2.Subdiv2D((int(low[0]), int(low[1]), int(high[0] - low[0]) + 2, int(high[1] - low[1]) + 2))
    known: dict[tuple[float, float], int] = {}
    for index, (x, y) in enumerate(points):
        place = (round(float(x), 3), round(float(y), 3))
        known.setdefault(place, index)
        plane.insert(place)
    keys = np.array(list(known))
    ids = np.array(list(known.values()), np.int32)
    corners = np.array(plane.getTriangleList(), np.float32).reshape(-1, 3, 2)
    inside = ((corners >= low) & (corners <= high)).all(axis=(1, 2))
    flat = corners[inside].reshape(-1, 2)
    nearest = np.array([int(np.argmin(((keys - one) ** 2).sum(axis=1))) for one in flat])
    return np.asarray(ids[nearest].reshape(-1, 3), np.int32)


def _portrait() -> Picture:
    """Head and shoulders, twice as large, 480 x 640."""
    try:
        folder = importlib.resources.files("skimage")
    except ModuleNotFoundError as missing:
        raise Refused(Why.PICTURES_NOT_INSTALLED) from missing
    raw = np.frombuffer((folder / "data" / "astronaut.png").read_bytes(), np.uint8)
    picture = cv2.imdecode(raw, cv2.IMREAD_COLOR)
    if picture is None:
        raise Refused(Why.PICTURE_NO_PNG)
    roomy = cv2.copyMakeBorder(picture, 40, 0, 0, 0, cv2.BORDER_REPLICATE)
    return cv2.resize(roomy[0:320, 106:346], (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def eyes_mask(points: NDArray[np.float32], *, wider: int = 0) -> Picture:
    """A mask (0 or 255, height x width) of both eyes between the lids, made wider by so many pixels."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for (upper, lower, _fold), (outer, inner) in zip(LIDS, _EYE_CORNERS, strict=True):
        outline = points[[outer, *upper, inner, *reversed(lower)], :2]
        cv2.fillPoly(mask, [outline.astype(np.int32)], (255,))
    return cv2.dilate(mask, np.ones((2 * wider + 1, 2 * wider + 1), np.uint8)).astype(np.uint8)
