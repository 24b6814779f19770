"""Pictures with a face in them, for tests: one cleared photograph (skimage's astronaut) and changes of it."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data as pictures

Pixels = NDArray[np.uint8]
"""Height x width x 3, blue first."""


@cache
def astronaut() -> Pixels:
    """The face at 480 rows, looking ahead, blue first."""
    whole = pictures.astronaut()[0:260, 90:390]
    return np.ascontiguousarray(
        cv2.resize(whole, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)[:, :, ::-1]
    )


def other_face() -> Pixels:
    """Somebody else: the same face with its features moved apart, narrowed and turned to stone by a heavy warp."""
    base = astronaut()
    height, width = base.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bent_x = x + 26 * np.sin(y / 38)
    bent_y = y + 30 * np.sin(x / 55) + 14 * np.cos(y / 21)
    return np.asarray(
        cv2.remap(base, bent_x, bent_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def jpeg(pixels: Pixels, quality: int = 92) -> bytes:
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def png(pixels: Pixels) -> bytes:
    return cv2.imencode(".png", pixels)[1].tobytes()


def dimmed(pixels: Pixels, by: float) -> Pixels:
    return np.clip(pixels * by, 0, 255).astype(np.uint8)
