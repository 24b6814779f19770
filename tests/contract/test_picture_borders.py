"""What any border for pictures must keep to: a plain upright JPEG of ours comes out, or a refusal with its code."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from contract.parties import Parties, each
from yizheng.adapters.pictures.border import ChildBorder
from yizheng.rooms.passes.ports import PictureBorder, PictureRefused, Wrong

BORDERS = {ChildBorder: lambda _: ChildBorder()}
PARTIES: Parties = {PictureBorder: BORDERS}


@pytest.fixture(scope="module", **each(BORDERS))
def border(request: pytest.FixtureRequest) -> Iterator[PictureBorder]:
    made = request.param(Path())
    yield made
    made.close()


def saved(kind: str, picture: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (picture or two_halves()).save(out, kind, **options)
    return out.getvalue()


def two_halves() -> Image.Image:
    """Red above, blue below."""
    made = Image.new("RGB", (160, 200), "red")
    made.paste("blue", (0, 100, 160, 200))
    return made


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_comes_out_as_a_jpeg_of_three_colours(border: PictureBorder, kind: str) -> None:
    picture = opened(border.take(saved(kind)))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (160, 200))
    above, below = picture.getpixel((80, 40)), picture.getpixel((80, 160))
    assert above[0] > above[2] + 140
    assert below[2] > below[0] + 140


@pytest.mark.parametrize("mode", ["L", "RGBA", "P"])
def test_other_colours_become_three(border: PictureBorder, mode: str) -> None:
    assert opened(border.take(saved("PNG", two_halves().convert(mode)))).mode == "RGB"


def test_picture_is_turned_upright_and_says_nothing_of_itself(border: PictureBorder) -> None:
    told = Image.Exif()
    told[0x0112], told[0x010E] = 6, "home address of somebody"
    data = border.take(saved("JPEG", exif=told) + b"<?php more ?>")
    assert opened(data).size == (200, 160)
    assert not opened(data).getexif()
    for word in (b"address", b"<?php"):
        assert word not in data


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (lambda: b"", {Wrong.NO_PICTURE}),
        (lambda: b"no picture", {Wrong.NO_PICTURE}),
        (lambda: saved("GIF"), {Wrong.NO_PICTURE}),
        (lambda: saved("BMP"), {Wrong.NO_PICTURE}),
        (lambda: saved("JPEG") + bytes(9 << 20), {Wrong.TOO_MANY_BYTES}),
        (lambda: saved("PNG", Image.new("1", (7000, 7000))), {Wrong.TOO_MANY_PIXELS}),
        (lambda: saved("JPEG", Image.new("RGB", (9, 9))), {Wrong.TOO_SMALL}),
        (lambda: saved("JPEG")[:-200], {Wrong.BROKEN}),
        (lambda: saved("JPEG", two_halves().convert("CMYK")), {Wrong.ODD_PICTURE}),
        (
            lambda: saved("WEBP", save_all=True, append_images=[Image.new("RGB", (160, 200))]),
            {Wrong.MOVES},
        ),
    ],
    ids=["nothing", "text", "gif", "bmp", "bytes", "pixels", "small", "cut", "odd", "moving"],
)
def test_what_is_not_taken_is_refused_with_its_code_and_the_next_is_taken(
    border: PictureBorder, data: Callable[[], bytes], wrong: set[Wrong]
) -> None:
    with pytest.raises(PictureRefused) as refused:
        border.take(data())
    assert {refused.value.wrong} == wrong
    assert opened(border.take(saved("JPEG"))).format == "JPEG"
