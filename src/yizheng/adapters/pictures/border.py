"""The border for uploaded pictures (照片入境检查): what a stranger sent becomes a plain JPEG of ours, or is refused.

Rules that always hold: the content says what a file is, never its name or its label; size and pixels are counted before
anything is decoded; decoding happens in a child process without our database and keys, with little memory and little
time; what comes out was drawn anew, so nothing of the file itself goes further: no EXIF, no profile, no preview, nothing
behind its end.

Live frames of the camera take the shorter way of `frames.clean_frame`.
"""

import threading

from yizheng.adapters.children import Child, ChildLost
from yizheng.rooms.passes.ports import PictureRefused, Wrong

MOST_BYTES = 8 << 20
MOST_PIXELS = 24_000_000
MEGABYTES = 1024
SECONDS = 4.0
USES = 200
"""After so many pictures the child is replaced by a fresh one."""

_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


def kind_of(data: bytes) -> str:
    """JPEG, PNG or WEBP, by the first bytes. Raises PictureRefused for anything else, and for too many bytes."""
    if len(data) > MOST_BYTES:
        raise PictureRefused(Wrong.TOO_MANY_BYTES)
    if data.startswith(_JPEG):
        return "JPEG"
    if data.startswith(_PNG):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    raise PictureRefused(Wrong.NO_PICTURE)


class ChildBorder:
    """Checks and redraws pictures, one at a time; whoever finds it at work waits a little and is then refused kindly."""

    def __init__(
        self, *, seconds: float = SECONDS, patience: float = 20.0, megabytes: int = MEGABYTES
    ) -> None:
        self._seconds, self._patience, self._megabytes = seconds, patience, megabytes
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._uses = 0

    def take(self, data: bytes) -> bytes:
        """The picture as a JPEG of ours, upright, in three colours. Raises PictureRefused."""
        kind = kind_of(data)
        if not self._lock.acquire(timeout=self._patience):
            raise PictureRefused(Wrong.BROKEN)
        try:
            answer = self._ready().ask(f"{kind:<4}".encode() + data, seconds=self._seconds)
        except (ChildLost, OSError):
            self._child = None
            raise PictureRefused(Wrong.BROKEN) from None
        finally:
            self._lock.release()
        if answer[:1] == b"+":
            return answer[1:]
        raise PictureRefused(_wrong(answer))

    def close(self) -> None:
        """End the child."""
        with self._lock:
            if self._child is not None:
                self._child.close()
            self._child = None

    def _ready(self) -> Child:
        if self._child is not None and (self._uses >= USES or not self._child.is_alive()):
            self._child.close()
            self._child = None
        if self._child is None:
            self._child = Child("yizheng.adapters.pictures.decoder", megabytes=self._megabytes)
            self._child.ask(b"", seconds=30.0)
            self._uses = 0
        self._uses += 1
        return self._child


def _wrong(answer: bytes) -> Wrong:
    try:
        return Wrong(answer[1:].decode())
    except ValueError:
        return Wrong.BROKEN
