"""The border for pictures: hostile files are refused with a code, or redrawn into nothing but a picture, quickly."""

import contextlib
import io
import os
import random
import signal
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from yizheng.adapters.children import Child, ChildLost, ChildSlow
from yizheng.adapters.pictures import border as border_module
from yizheng.adapters.pictures.border import ChildBorder, kind_of
from yizheng.adapters.pictures.frames import MOST_FRAME_BYTES, clean_frame
from yizheng.doors.citizen.capture_words import PICTURES
from yizheng.rooms.passes.ports import PictureRefused, Wrong

MARK = b"<?php system($_GET['c']); ?>"


@pytest.fixture(scope="module")
def border() -> Iterator[ChildBorder]:
    made = ChildBorder()
    yield made
    made.close()


def drawn(mode: str = "RGB", size: tuple[int, int] = (160, 200)) -> Image.Image:
    """A picture with something in it."""
    grey = Image.effect_mandelbrot(size, (-2, -1.5, 1, 1.5), 50)
    return grey.convert(mode)


def saved(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


GOOD = saved(drawn())
PNG = saved(drawn(), "PNG")
WEBP = saved(drawn(), "WEBP")


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int, *, depth: int = 8, colour: int = 2, data: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", data or zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def resized(data: bytes, width: int, height: int) -> bytes:
    """The same JPEG with another size in its header."""
    at = data.index(b"\xff\xc0")
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def with_segment(marker: int, body: bytes, data: bytes = GOOD) -> bytes:
    return data[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + data[2:]


def exif(**tags: object) -> Image.Exif:
    made = Image.Exif()
    made[0x010E] = "home address of somebody"
    made[0x0112] = tags.get("orientation", 1)
    made.get_ifd(0x8825)[2] = (21.0, 12.0, 30.0)
    return made


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", b"\0" * 5_000_000)
    return out.getvalue()


def scans(many: int) -> bytes:
    at = GOOD.index(b"\xff\xda")
    return GOOD[:at] + GOOD[at:-2] * many + b"\xff\xd9"


def animated(kind: str) -> bytes:
    pictures = [drawn(size=(80, 80)), Image.new("RGB", (80, 80), "red")]
    return saved(pictures[0], kind, save_all=True, append_images=pictures[1:])


def tiff_in(data: bytes) -> bytes:
    return b"II*\0" + data


def webp_with(flags: int) -> bytes:
    body = b"VP8X" + struct.pack("<I", 10) + bytes([flags, 0, 0, 0]) + b"\x4f\0\0\x4f\0\0"
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


REFUSED: dict[str, bytes] = {
    "nothing": b"",
    "one byte": b"\xff",
    "two bytes": b"\xff\xd8",
    "start and end": b"\xff\xd8\xff\xd9",
    "start only": b"\xff\xd8\xff",
    "gif": saved(drawn("P"), "GIF"),
    "moving gif": animated("GIF"),
    "bmp": saved(drawn(), "BMP"),
    "tiff": saved(drawn(), "TIFF"),
    "tiff in name": tiff_in(GOOD),
    "ico": saved(drawn(size=(64, 64)), "ICO"),
    "ppm": saved(drawn(), "PPM"),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg that asks another host": b'<svg><image href="http://169.254.169.254/"/></svg>',
    "xml with an entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "html": b"<html><script>alert(1)</script></html>",
    "php": MARK,
    "php behind a gif's magic": b"GIF89a" + MARK,
    "php behind a jpeg's magic": b"\xff\xd8\xff\xe0" + MARK,
    "php behind a png's magic": b"\x89PNG\r\n\x1a\n" + MARK,
    "shell": b"#!/bin/sh\nrm -rf /\n",
    "elf": b"\x7fELF" + b"\0" * 200,
    "exe": b"MZ" + b"\0" * 200,
    "zip": zipped(),
    "zip behind a jpeg's magic": b"\xff\xd8\xff" + zipped(),
    "pdf": b"%PDF-1.7\n1 0 obj<</OpenAction 2 0 R>>endobj\n%%EOF",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n",
    "mvg": b"push graphic-context\nimage over 0,0 0,0 'https://example.org'\npop graphic-context",
    "random": random.Random(1).randbytes(5000),
    "zeros": b"\0" * 5000,
    "too many bytes": GOOD + b"\0" * (9 << 20),
    "jpeg of 60,000 pixels a side": resized(GOOD, 60_000, 60_000),
    "jpeg of 65,535 by 400": resized(GOOD, 65_535, 400),
    "jpeg of 900 million pixels": resized(GOOD, 30_000, 30_000),
    "jpeg of no width": resized(GOOD, 0, 200),
    "jpeg of no height": resized(GOOD, 160, 0),
    "jpeg too small": saved(drawn(size=(20, 20))),
    "jpeg cut in its header": GOOD[:40],
    "jpeg cut in its tables": GOOD[:300],
    "jpeg cut in half": GOOD[: len(GOOD) // 2],
    "jpeg without its end": GOOD[:-2],
    "jpeg with a length of 0": GOOD[:4] + b"\0\0" + GOOD[6:],
    "jpeg with a length beyond it": GOOD[:4] + b"\xff\xff" + GOOD[6:],
    "jpeg with two frames": with_segment(0xC0, GOOD[GOOD.index(b"\xff\xc0") + 4 :][:15]),
    "jpeg in CMYK": saved(drawn("CMYK")),
    "jpeg of 12 bits": GOOD.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c"),
    "jpeg, lossless": GOOD.replace(b"\xff\xc0", b"\xff\xc3"),
    "jpeg, arithmetic": GOOD.replace(b"\xff\xc0", b"\xff\xc9"),
    "jpeg, hierarchical": GOOD.replace(b"\xff\xc0", b"\xff\xc5"),
    "jpeg of two colours": GOOD.replace(b"\x03\x01\x22\x00", b"\x02\x01\x22\x00"),
    "jpeg of a thousand scans": scans(1000),
    "jpeg with a scan before its frame": GOOD[:2] + GOOD[GOOD.index(b"\xff\xda") :],
    "jpeg without any scan": GOOD[: GOOD.index(b"\xff\xda")] + b"\xff\xd9",
    "png of 900 million pixels": png_of(30_000, 30_000),
    "png of 65,000 by 1": png_of(65_000, 1),
    "png of 16 bits, grey": saved(Image.new("I;16", (100, 100)), "PNG"),
    "png that unpacks to 400 MB": png_of(20_000, 20_000, colour=0, data=zlib.compress(b"\0" * 50_000_000, 1)),
    "png cut": PNG[: len(PNG) // 2],
    "png with a wrong checksum": PNG[:29] + b"\0\0\0\0" + PNG[33:],
    "png with a text bomb": PNG[:33]
    + chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 80_000_000, 1))
    + PNG[33:-50],
    "moving png": animated("PNG"),
    "png too small": saved(drawn(size=(10, 10)), "PNG"),
    "png without data": b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""),
    "png of colours without a palette": png_of(100, 100, colour=3),
    "webp of nothing": b"RIFF\x04\0\0\0WEBP",
    "webp cut": WEBP[: len(WEBP) // 2],
    "webp that moves": webp_with(0x02),
    "moving webp": animated("WEBP"),
    "webp with lies in its length": b"RIFF\xff\xff\xff\x7fWEBPVP8 \xff\xff\xff\x7f",
    "wave under webp's name": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40,
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100,
    "mp4": b"\0\0\0\x18ftypisom\0\0\0\0isomiso2" + b"\0" * 100,
    "utf-16 text": "照片".encode("utf-16"),
}
"""Each is refused with a code; the name says what it is."""

NEUTRALISED: dict[str, bytes] = {
    "script behind its end": GOOD + MARK,
    "zip behind its end": GOOD + zipped(),
    "film behind its end": GOOD + b"ftypmp42" * 5000,
    "script in a comment": with_segment(0xFE, MARK),
    "script in a profile": with_segment(0xE2, b"ICC_PROFILE\0" + MARK),
    "script in an APP segment": with_segment(0xE5, MARK),
    "exif with a place": saved(drawn(), exif=exif()),
    "exif that lies about its length": with_segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff" + MARK),
    "exif that points to itself": with_segment(
        0xE1, b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"
    ),
    "xmp with a script": with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + MARK),
    "progressive": saved(drawn(), progressive=True),
    "grey": saved(drawn("L")),
    "png with a script in its text": PNG[:33] + chunk(b"tEXt", b"Comment\0" + MARK) + PNG[33:],
    "png with a script behind its end": PNG + MARK,
    "png with transparency": saved(drawn("RGBA"), "PNG"),
    "png with a palette": saved(drawn("P"), "PNG"),
    "png grey with transparency": saved(drawn("LA"), "PNG"),
    "png of 16 bits, colours": png_of(
        100, 100, depth=16, data=zlib.compress((b"\0" + b"\x12\x34" * 300) * 100)
    ),
    "webp": WEBP,
    "webp without loss": saved(drawn(), "WEBP", lossless=True),
    "webp with exif": saved(drawn(), "WEBP", exif=exif()),
}
"""Pictures with something else in them: what comes out is a picture and nothing else."""


def test_there_are_enough_of_them() -> None:
    assert len(REFUSED) + len(NEUTRALISED) >= 60


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_file_is_refused_with_a_plain_word_and_quickly(border: ChildBorder, name: str) -> None:
    started = time.monotonic()
    with pytest.raises(PictureRefused) as refusal:
        border.take(REFUSED[name])
    assert refusal.value.wrong.value in PICTURES
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("name", NEUTRALISED)
def test_what_is_not_the_picture_goes_no_further(border: ChildBorder, name: str) -> None:
    taken = border.take(NEUTRALISED[name])
    for trace in (b"<?php", b"Exif", b"http", b"PK\x03\x04", b"ftyp", b"ICC_PROFILE", b"home address"):
        assert trace not in taken
    with Image.open(io.BytesIO(taken)) as picture:
        picture.load()
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        assert not picture.getexif()


def test_phone_held_sideways_comes_out_upright(border: ChildBorder) -> None:
    with Image.open(io.BytesIO(border.take(saved(drawn(), exif=exif(orientation=6))))) as picture:
        assert picture.size == (200, 160)


def test_large_picture_is_brought_to_a_size_that_suffices(border: ChildBorder) -> None:
    with Image.open(io.BytesIO(border.take(saved(drawn(size=(4000, 3000)))))) as picture:
        assert picture.size == (2400, 1800)


def mutated(seed: int, data: bytes) -> bytes:
    """A file with some bytes changed, cut out, doubled or shortened."""
    rng = random.Random(seed)
    broken = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(broken))
        kind = rng.randrange(4)
        if kind == 0:
            broken[at] = rng.randrange(256)
        elif kind == 1:
            del broken[at : at + rng.randrange(1, 40)]
        elif kind == 2:
            broken[at:at] = broken[at : at + rng.randrange(1, 40)]
        else:
            broken[at : at + 2] = b"\xff" + bytes([rng.randrange(256)])
    return bytes(broken[: len(broken) - rng.choice((0, 0, 0, rng.randrange(len(broken) or 1)))])


def storm(border: ChildBorder, seeds: range) -> tuple[int, int]:
    """Mutated files through the border: how many were taken and refused. Anything else is a failure."""
    small = [
        saved(drawn(size=(96, 96))),
        saved(drawn(size=(96, 96)), "PNG"),
        saved(drawn(size=(96, 96)), "WEBP"),
    ]
    taken = refused = 0
    for seed in seeds:
        data = mutated(seed, small[seed % 3 if seed % 4 == 0 else 0])
        try:
            assert border.take(data).startswith(b"\xff\xd8")
            taken += 1
        except PictureRefused:
            refused += 1
        with contextlib.suppress(PictureRefused):
            assert clean_frame(data).endswith(b"\xff\xd9")
    return taken, refused


def test_three_hundred_mutated_pictures_break_nothing(border: ChildBorder) -> None:
    taken, refused = storm(border, range(300))
    assert taken + refused == 300
    assert taken > 30
    assert refused > 30


@pytest.mark.long
def test_ten_thousand_mutated_pictures_break_nothing(border: ChildBorder) -> None:
    taken, refused = storm(border, range(1_000, 11_000))
    assert taken + refused == 10_000


# --- the child that decodes ---


def test_decoder_that_hangs_is_killed_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = ChildBorder(seconds=0.3)
    slow.take(GOOD)
    child = slow._child
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)
    with pytest.raises(PictureRefused) as refusal:
        slow.take(GOOD)
    assert refusal.value.wrong is Wrong.BROKEN
    assert not child.is_alive()
    assert slow.take(GOOD).startswith(b"\xff\xd8")
    slow.close()


def test_decoder_that_is_killed_costs_one_picture(border: ChildBorder) -> None:
    border.take(GOOD)
    child = border._child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)
    while child.is_alive():
        time.sleep(0.01)
    assert border.take(GOOD).startswith(b"\xff\xd8")


def test_decoder_is_replaced_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(border_module, "USES", 1)
    fresh = ChildBorder()
    fresh.take(GOOD)
    first = fresh._child
    fresh.take(GOOD)
    assert fresh._child is not first
    fresh.close()


def test_child_has_neither_database_nor_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIZHENG_DATABASE", "postgresql://secret")
    child = Child("yizheng.adapters.pictures.decoder", megabytes=1024)
    child.ask(b"", seconds=30)
    process = Path(f"/proc/{child.pid}")
    assert b"YIZHENG" not in (process / "environ").read_bytes()
    handles = {str(handle.readlink()) for handle in (process / "fd").iterdir()}
    assert not [name for name in handles if "sqlite" in name or "keys" in name]
    child.close()
    assert not child.is_alive()


@pytest.mark.parametrize("wrong", [ChildSlow, ChildLost])
def test_child_that_does_not_answer_is_told_apart_from_one_that_died(wrong: type[Exception]) -> None:
    child = Child("yizheng.adapters.pictures.decoder", megabytes=1024)
    child.ask(b"", seconds=30)
    os.kill(child.pid, signal.SIGSTOP if wrong is ChildSlow else signal.SIGKILL)
    with pytest.raises(wrong):
        child.ask(b"", seconds=0.2)
    assert not child.is_alive()


# --- live frames ---


def test_frame_of_a_camera_passes_unchanged_in_what_it_shows() -> None:
    cleaned = clean_frame(with_segment(0xFE, MARK) + MARK)
    assert MARK not in cleaned
    with Image.open(io.BytesIO(cleaned)) as after, Image.open(io.BytesIO(GOOD)) as before:
        assert after.tobytes() == before.tobytes()


LIES: dict[str, Callable[[], bytes]] = {
    "too many bytes": lambda: GOOD + b"\0" * MOST_FRAME_BYTES,
    "png": lambda: PNG,
    "webp": lambda: WEBP,
    "60,000 pixels": lambda: resized(GOOD, 60_000, 60_000),
    "three million pixels": lambda: resized(GOOD, 2000, 1500),
    "thumb": lambda: saved(drawn(size=(32, 32))),
    "cut": lambda: GOOD[:-200],
    "empty": lambda: b"",
    "many scans": lambda: scans(40),
    "cmyk": lambda: saved(drawn("CMYK")),
}


@pytest.mark.parametrize("name", LIES)
def test_frame_that_no_camera_makes_is_refused(name: str) -> None:
    with pytest.raises(PictureRefused):
        clean_frame(LIES[name]())


def test_kind_is_what_the_first_bytes_say() -> None:
    assert [kind_of(data) for data in (GOOD, PNG, WEBP)] == ["JPEG", "PNG", "WEBP"]


def test_every_wrong_has_words_on_the_page() -> None:
    assert {wrong.value for wrong in Wrong} <= set(PICTURES)
