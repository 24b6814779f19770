"""Paint triangles: which pixel of a picture is seen where, when the skin it is painted on has moved. The nearest wins."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

_P = ParamSpec("_P")
_R = TypeVar("_R")


def _compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    return cast("Callable[_P, _R]", njit(cache=True, nogil=True)(function))


def where_seen(
    triangles: NDArray[np.int32],
    moved: NDArray[np.float32],
    home: NDArray[np.float32],
    *,
    width: int,
    height: int,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For each pixel of the new picture the place in the old one (x, y), for `cv2.remap`; -1 where nothing is.

    `moved` are the corners where they are now (x, y, depth; smaller is nearer), `home` where they were (x, y).
    """
    seen_x = np.full((height, width), -1, np.float32)
    seen_y = np.full((height, width), -1, np.float32)
    depth = np.full((height, width), np.inf, np.float32)
    _paint(triangles, moved, home, seen_x, seen_y, depth)
    return seen_x, seen_y


@_compiled
def _paint(
    triangles: NDArray[np.int32],
    moved: NDArray[np.float32],
    home: NDArray[np.float32],
    seen_x: NDArray[np.float32],
    seen_y: NDArray[np.float32],
    depth: NDArray[np.float32],
) -> None:
    height, width = depth.shape
    for one in range(triangles.shape[0]):
        a, b, c = triangles[one, 0], triangles[one, 1], triangles[one, 2]
        xa, ya, xb, yb, xc, yc = (
            moved[a, 0],
            moved[a, 1],
            moved[b, 0],
            moved[b, 1],
            moved[c, 0],
            moved[c, 1],
        )
        area = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya)
        if abs(area) < 1e-4:
            continue
        for y in range(max(0, int(np.ceil(min(ya, yb, yc)))), min(height - 1, int(max(ya, yb, yc))) + 1):
            for x in range(max(0, int(np.ceil(min(xa, xb, xc)))), min(width - 1, int(max(xa, xb, xc))) + 1):
                v = ((x - xa) * (yc - ya) - (xc - xa) * (y - ya)) / area
                w = ((xb - xa) * (y - ya) - (x - xa) * (yb - ya)) / area
                u = 1 - v - w
                if u < -1e-4 or v < -1e-4 or w < -1e-4:
                    continue
                z = u * moved[a, 2] + v * moved[b, 2] + w * moved[c, 2]
                if z < depth[y, x]:
                    depth[y, x] = z
                    seen_x[y, x] = u * home[a, 0] + v * home[b, 0] + w * home[c, 0]
                    seen_y[y, x] = u * home[a, 1] + v * home[b, 1] + w * home[c, 1]
