"""Films that a browser plays as its camera: Chromium's `--use-file-for-fake-video-capture` takes y4m and mjpeg."""

from collections.abc import Iterable
from pathlib import Path

import cv2

from yizheng.simulators.attacks.camera import opened


def write_mjpeg(path: Path, frames: Iterable[bytes], *, repeat: int = 1) -> None:
    """JPEG after JPEG, nothing between; `repeat` shows each so many times. A browser plays it in a loop."""
    with path.open("wb") as out:
        for frame in frames:
            out.write(frame * repeat)


def write_y4m(path: Path, frames: Iterable[bytes], *, fps: int = 5) -> None:
    """JPEG frames of one size as raw video with its rate in the head. A browser plays it in a loop."""
    with path.open("wb") as out:
        for number, frame in enumerate(frames):
            picture = opened(frame)
            height, width = picture.shape[:2]
            if number == 0:
                out.write(f"YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420jpeg\n".encode())
            out.write(b"FRAME\n" + cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420).tobytes())
