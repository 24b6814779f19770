"""What a camera makes of a scene: light, noise, a hand that is not still, JPEG; and the times it says it took them."""

from dataclasses import dataclass

import cv2
import numpy as np

from yizheng.simulators.attacks.head import HEIGHT, WIDTH, Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame as it is sent: when the camera says it took it (milliseconds), and the JPEG."""

    at_ms: int
    jpeg: bytes


class Camera:
    """One phone in one hand in one light. Chance comes from the generator given."""

    def __init__(
        self,
        rng: np.random.Generator,
        *,
        gain: float | None = None,
        noise: float | None = None,
        quality: int | None = None,
        shake: float = 1.5,
    ) -> None:
        """Draw the light (`gain`), the noise (standard deviation in grey levels), the JPEG quality; `shake` in pixels."""
        self._rng = rng
        self._gain = gain if gain is not None else float(rng.uniform(0.75, 1.15))
        self._noise = noise if noise is not None else float(rng.uniform(1.0, 5.0))
        self._quality = quality if quality is not None else int(rng.integers(60, 90))
        self._balance = rng.uniform(0.94, 1.06, 3)
        self._shake = shake
        self._offset = np.zeros(2)
        self._angle = 0.0

    def take(self, scene: Picture) -> bytes:
        """The JPEG of a scene (480 x 640)."""
        self._offset = 0.8 * self._offset + self._rng.normal(0, self._shake, 2)
        self._angle = 0.8 * self._angle + float(self._rng.normal(0, 0.2 * self._shake / 1.5))
        there = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), self._angle, 1.0)
        there[:, 2] = there[:, 2] + self._offset
        held = cv2.warpAffine(scene, there, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        lit = held.astype(np.float32) * (self._gain * self._balance).astype(np.float32)
        grain = self._rng.standard_normal((HEIGHT, WIDTH, 1), np.float32) * self._noise
        return jpeg(np.clip(lit + grain, 0, 255).astype(np.uint8), quality=self._quality)


def jpeg(picture: Picture, *, quality: int = 85) -> bytes:
    """A picture as JPEG bytes."""
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("A picture should be encoded as JPEG, but the encoder refused it.")
    return data.tobytes()


def opened(data: bytes) -> Picture:
    """The picture in JPEG bytes."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("A frame should be a JPEG, but cannot be decoded.")
    return picture.astype(np.uint8)
