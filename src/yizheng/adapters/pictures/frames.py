"""The border for live frames (实时画面): small JPEGs from a camera, read marker by marker and written anew. Pure.

Nothing is decoded here; that happens in an engine process. What is not a plain picture of a camera is refused by its
headers, and what is not needed to show it is left out: EXIF with its places and names, comments, profiles, previews, and
whatever stands behind the end of the picture.
"""

import re

from yizheng.rooms.passes.ports import PictureRefused, Wrong

MOST_FRAME_BYTES = 150_000
MOST_FRAME_SIDE = 2048
MOST_FRAME_PIXELS = 2_100_000
LEAST_SIDE = 64
MOST_SCANS = 16

_START, _END, _SCAN = b"\xff\xd8", 0xD9, 0xDA
_PLAIN_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_OTHER_FRAMES = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_TABLES = frozenset({0xDB, 0xC4, 0xDD})
_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def clean_frame(data: bytes) -> bytes:
    """The frame without anything that is not the picture. Raises PictureRefused."""
    if len(data) > MOST_FRAME_BYTES:
        raise PictureRefused(Wrong.TOO_MANY_BYTES)
    return clean_jpeg(data, most_side=MOST_FRAME_SIDE, most_pixels=MOST_FRAME_PIXELS)


def clean_jpeg(data: bytes, *, most_side: int, most_pixels: int) -> bytes:
    """A JPEG's own segments: tables, one frame of 8 bits in grey or three colours, its scans. Raises PictureRefused."""
    if not data.startswith(_START):
        raise PictureRefused(Wrong.NO_PICTURE)
    kept, at, framed, scans = [_START], 2, False, 0
    while True:
        marker, body, after = _segment(data, at)
        if marker == _END:
            break
        if marker in _OTHER_FRAMES or (marker in _PLAIN_FRAMES and framed):
            raise PictureRefused(Wrong.ODD_PICTURE)
        if marker in _PLAIN_FRAMES:
            _check_frame(body, most_side, most_pixels)
            framed = True
        if marker == _SCAN:
            scans += 1
            if not framed or scans > MOST_SCANS:
                raise PictureRefused(Wrong.ODD_PICTURE)
            after = _scan_ends(data, after)
        if marker in _TABLES or marker in _PLAIN_FRAMES or marker == _SCAN:
            kept.append(data[at:after])
        at = after
    if not scans:
        raise PictureRefused(Wrong.BROKEN)
    return b"".join([*kept, b"\xff\xd9"])


def _segment(data: bytes, at: int) -> tuple[int, bytes, int]:
    """Marker, body and end of the segment at `at`."""
    while data[at : at + 2] == b"\xff\xff":
        at += 1
    if at + 2 > len(data) or data[at] != 0xFF:
        raise PictureRefused(Wrong.BROKEN)
    marker = data[at + 1]
    if marker == _END or marker in _NO_LENGTH:
        return marker, b"", at + 2
    length = int.from_bytes(data[at + 2 : at + 4])
    if length < 2 or at + 2 + length > len(data):
        raise PictureRefused(Wrong.BROKEN)
    return marker, data[at + 4 : at + 2 + length], at + 2 + length


def _check_frame(body: bytes, most_side: int, most_pixels: int) -> None:
    """8 bits, one or three colours, and a size that a camera has."""
    if len(body) < 6 or body[0] != 8 or body[5] not in (1, 3):
        raise PictureRefused(Wrong.ODD_PICTURE)
    height, width = int.from_bytes(body[1:3]), int.from_bytes(body[3:5])
    if min(height, width) < LEAST_SIDE:
        raise PictureRefused(Wrong.TOO_SMALL)
    if max(height, width) > most_side or height * width > most_pixels:
        raise PictureRefused(Wrong.TOO_MANY_PIXELS)


def _scan_ends(data: bytes, at: int) -> int:
    """Where the bytes of a scan end: at the next marker that is neither stuffing nor a restart."""
    found = _MARKER.search(data, at)
    if found is None:
        raise PictureRefused(Wrong.BROKEN)
    return found.start()
