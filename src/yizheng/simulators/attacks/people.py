"""Made people: the one cleared portrait, with another skull and another skin. Nobody who lives looks like them.

Number 0 is the portrait itself. Of every other number the widths of jaw, brow, eyes, nose and mouth, the depth of the
face, the skin, the brows, the age and sometimes a beard or glasses are drawn; the same number is the same person.
How unlike they are to a matcher is measured in the figures of liveness, not assumed.
"""

import functools
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from yizheng.simulators.attacks.head import HEIGHT, OVAL, WIDTH, Head, Picture, astronaut, reshaped
from yizheng.simulators.attacks.raster import where_seen

STRANGERS = (7, 115, 145, 227, 251)
"""Numbers whose faces are less alike than SFace's cosine 0.36, among each other and to 0; most others are relatives."""
SEEN_TO_BLINK = (
    *(0, 227, 251, 4, 10, 11, 20, 34, 52, 54, 57, 64, 68, 73, 78, 82, 85, 92, 100, 102),
    *(122, 124, 126, 134, 136),
)
"""Numbers whose painted lids and mouth the packaged engine takes for shut and open: of the first 140 these, and two.

Real lids vary too (see the figures), but a painting that does not work says nothing about people.
"""
_BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276))
_EYES = (33, 133, 159, 145), (263, 362, 386, 374)
_MOUTH = (61, 291, 0, 17)
_NOSE = (1, 2, 98, 327, 4)


@functools.lru_cache(maxsize=32)
def person(number: int) -> Head:
    """The made person of this number; 0 is the portrait as it is."""
    if number == 0:
        return astronaut()
    rng = np.random.default_rng([20_260, number])
    base = astronaut()
    face = base.points[:468]
    shaped = _shaped(face, rng)
    moved = replace(base, points=reshaped(base, shaped))
    return moved.with_picture(_painted(_carried(base, moved.points), shaped, rng))


def _shaped(face: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Another skull: soft stretches of the parts, none so strong that a face stops being one."""
    points = face.astype(np.float64)
    oval = points[list(OVAL)]
    centre, width, height = oval.mean(axis=0), np.ptp(oval[:, 0]), np.ptp(oval[:, 1])
    out = points.copy()
    out[:, 0] = centre[0] + (out[:, 0] - centre[0]) * rng.uniform(0.86, 1.16)
    down = np.clip((points[:, 1] - centre[1]) / (height / 2), -1, 1)
    jaw, brow = rng.uniform(0.75, 1.3), rng.uniform(0.88, 1.15)
    stretch = np.where(down > 0, 1 + (jaw - 1) * down, 1 + (brow - 1) * -down)
    out[:, 0] = centre[0] + (out[:, 0] - centre[0]) * stretch
    long = np.where(down > 0, rng.uniform(0.84, 1.22), rng.uniform(0.9, 1.1))
    out[:, 1] = centre[1] + (out[:, 1] - centre[1]) * long
    apart, size = rng.uniform(-0.055, 0.06) * width, rng.uniform(0.66, 1.3)
    slant, eyes = rng.uniform(-0.25, 0.25), rng.uniform(-0.035, 0.035) * height
    for eye, side in zip(_EYES, (-1, 1), strict=True):
        _swell(out, points, eye, width * 0.16, size, (side * apart, eyes), slant=side * slant)
    _swell(out, points, _MOUTH, width * 0.24, rng.uniform(0.65, 1.35), (0, rng.uniform(-0.05, 0.05) * height))
    _swell(out, points, _NOSE, width * 0.17, rng.uniform(0.7, 1.5), (0, rng.uniform(-0.07, 0.08) * height))
    brows = rng.uniform(-0.06, 0.04) * height
    for one in _BROWS:
        _swell(out, points, one, width * 0.14, 1.0, (0, brows))
    out[:, 2] *= rng.uniform(0.85, 1.15)
    return out.astype(np.float32)


def _swell(
    out: NDArray[np.float64],
    points: NDArray[np.float64],
    part: tuple[int, ...],
    reach: float,
    size: float,
    shift: tuple[float, float],
    *,
    slant: float = 0.0,
) -> None:
    """Make a part larger or smaller, move and slant it (radians), softly up to a reach (pixels)."""
    middle = points[list(part), :2].mean(axis=0)
    near = np.exp(-(((points[:, :2] - middle) / reach) ** 2).sum(axis=1))[:, None]
    from_it = points[:, :2] - middle
    turned = from_it[:, ::-1] * np.array([-slant, slant])
    out[:, :2] += near * (from_it * (size - 1) + turned + np.array(shift))


def _carried(base: Head, moved: NDArray[np.float32]) -> Picture:
    """The portrait pulled along to where its points have gone."""
    seen_x, seen_y = where_seen(
        base.triangles, moved, np.ascontiguousarray(base.points[:, :2]), width=WIDTH, height=HEIGHT
    )
    down, across = np.indices((HEIGHT, WIDTH), np.float32)
    empty = seen_x < 0
    x, y = np.where(empty, across, seen_x), np.where(empty, down, seen_y)
    return cv2.remap(base.picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def _painted(picture: Picture, face: NDArray[np.float32], rng: np.random.Generator) -> Picture:
    """Another skin, other hair and brows, another age; sometimes a beard, sometimes glasses; another wall behind."""
    lab = cv2.cvtColor(picture, cv2.COLOR_BGR2LAB).astype(np.float32)
    skin = cv2.fillConvexPoly(
        np.zeros((HEIGHT, WIDTH), np.float32), face[list(OVAL), :2].astype(np.int32), (1.0,)
    )
    skin = cv2.GaussianBlur(skin, (0, 0), 9)
    lab += skin[..., None] * np.array(
        [rng.uniform(-45, 12), rng.uniform(-6, 8), rng.uniform(-6, 12)], np.float32
    )
    hair = (1 - skin) * np.clip((150 - lab[..., 0]) / 60, 0, 1)
    lab[..., 0] += hair * rng.uniform(-70, 60)
    lab[..., 1:] += (hair * rng.uniform(0, 1))[..., None] * (128 - lab[..., 1:])
    old = rng.uniform(0, 1)
    lab[..., 0] -= old * 16 * skin * _wrinkles(face, rng)
    shown = cv2.cvtColor(np.clip(lab, 0, 255).astype(np.uint8), cv2.COLOR_LAB2BGR).astype(np.uint8)
    shade, thick = rng.uniform(20, 90), float(rng.uniform(0.2, 0.85))
    for one in _BROWS:
        _dab(shown, face[list(one), :2], shade, thick)
    if rng.random() < 0.3:
        _dab(
            shown,
            face[[61, 40, 37, 267, 270, 291, 321, 314, 152, 84, 91], :2],
            shade,
            float(rng.uniform(0.2, 0.55)),
        )
    if rng.random() < 0.25:
        for eye in _EYES:
            centre = face[list(eye), :2].mean(axis=0).astype(int)
            radius = int(0.75 * abs(face[eye[0], 0] - face[eye[1], 0]))
            cv2.circle(shown, (int(centre[0]), int(centre[1])), radius, (30, 30, 34), 2, cv2.LINE_AA)
    return shown


def _wrinkles(face: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Lines on the brow, beside the eyes, from nose to mouth; and uneven skin. From 0 to about 3."""
    lines = np.zeros((HEIGHT, WIDTH), np.float32)
    paths = [
        (103, 104, 105),
        (332, 333, 334),
        (69, 108, 151, 337, 299),
        (203, 206, 216),
        (423, 426, 436),
        (226, 35),
        (446, 265),
    ]
    for path in paths:
        for drop in (0, 5):
            line = (face[list(path), :2] + (0, drop)).astype(np.int32)
            cv2.polylines(lines, [line], isClosed=False, color=(3.0,), thickness=1, lineType=cv2.LINE_AA)
    uneven = cv2.GaussianBlur(rng.standard_normal((HEIGHT, WIDTH)).astype(np.float32), (0, 0), 4) * 6
    return cv2.GaussianBlur(lines, (0, 0), 0.9) + uneven


def _dab(picture: Picture, points: NDArray[np.float32], shade: float, strength: float) -> None:
    """Darken the hull of some points softly towards a grey."""
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.fillConvexPoly(mask, cv2.convexHull(points.astype(np.int32)), (strength,))
    soft = cv2.GaussianBlur(mask, (0, 0), 2.5)[..., None]
    picture[:] = (picture * (1 - soft) + shade * soft).astype(np.uint8)
