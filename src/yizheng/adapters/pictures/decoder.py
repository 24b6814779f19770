"""The child that decodes what strangers sent, and draws it anew as JPEG. `python -m` starts it; see `border`.

Whatever a picture does to the libraries happens here, where there is nothing to take: it answers `+` and the new picture,
or `-` and the code of what is wrong.
"""

import io
import sys
import warnings

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from PIL.Image import DecompressionBombError, DecompressionBombWarning

from yizheng.adapters.children import serve_parent
from yizheng.adapters.pictures.frames import LEAST_SIDE, clean_jpeg
from yizheng.rooms.passes.ports import PictureRefused, Wrong

MOST_PIXELS = 24_000_000
MOST_SIDE = 12_000
WORKING_SIDE = 2400
QUALITY = 90
_MODES = frozenset({"RGB", "RGBA", "L", "LA", "P", "PA"})


def redrawn(question: bytes) -> bytes:
    """`KIND` (4 letters) and the file in, the answer out. Never raises for what a file does."""
    if not question:
        return b"+"
    try:
        return b"+" + _redraw(question[:4].decode().strip(), question[4:])
    except PictureRefused as refused:
        return b"-" + refused.wrong.value.encode()
    except (DecompressionBombError, DecompressionBombWarning, MemoryError):
        return b"-" + Wrong.TOO_MANY_PIXELS.value.encode()
    except UnidentifiedImageError:
        return b"-" + Wrong.NO_PICTURE.value.encode()
    except Exception:  # noqa: BLE001 (hostile bytes reach the deepest corners of a decoder; every failure is a refusal)
        return b"-" + Wrong.BROKEN.value.encode()


def _redraw(kind: str, data: bytes) -> bytes:
    if kind == "JPEG":
        upright = _orientation(data)
        data = clean_jpeg(data, most_side=MOST_SIDE, most_pixels=MOST_PIXELS)
    else:
        upright = 1
    with Image.open(io.BytesIO(data), formats=(kind,)) as picture:
        _check(picture)
        picture.load()
        drawn = _turned(picture, upright).convert(
            "RGBA" if picture.mode in ("RGBA", "LA", "PA", "P") else "RGB"
        )
        if drawn.mode == "RGBA":
            paper = Image.new("RGB", drawn.size, "white")
            paper.paste(drawn, mask=drawn.getchannel("A"))
            drawn = paper
        drawn.thumbnail((WORKING_SIDE, WORKING_SIDE))
        fresh = Image.frombytes("RGB", drawn.size, drawn.tobytes())
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _check(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
        raise PictureRefused(Wrong.TOO_MANY_PIXELS)
    if min(width, height) < LEAST_SIDE:
        raise PictureRefused(Wrong.TOO_SMALL)
    if getattr(picture, "n_frames", 1) > 1:
        raise PictureRefused(Wrong.MOVES)
    if picture.mode not in _MODES:
        raise PictureRefused(Wrong.ODD_PICTURE)


def _orientation(data: bytes) -> int:
    """How the phone was held, the one thing that is read of EXIF; 1 where that cannot be read."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            return int(picture.getexif().get(0x0112, 1))
    except Exception:  # noqa: BLE001 (EXIF is a stranger's too: what cannot be read says nothing)
        return 1


def _turned(picture: Image.Image, orientation: int) -> Image.Image:
    exif = Image.Exif()
    exif[0x0112] = orientation if 1 <= orientation <= 8 else 1
    picture.info["exif"] = exif.tobytes()
    turned = ImageOps.exif_transpose(picture)
    turned.info = {}
    return turned


def main() -> None:
    """`decoder MEGABYTES`."""
    warnings.simplefilter("error", DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    serve_parent(redrawn, megabytes=int(sys.argv[1]))


if __name__ == "__main__":
    main()
