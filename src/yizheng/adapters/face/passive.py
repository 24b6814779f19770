"""Does one picture look like a live face? A passive check (静默活体) with weights that an operator brings along.

Nothing is packaged: of the models that packages carry none was any good (`docs/reference/liveness-figures.md`). This
adapter runs MiniFASNet (minivision, Apache-2.0), exported to ONNX: one or more nets that look at the face at 80 x 80
pixels, each with its own margin around it. The agency names the files, their SHA-256 and their margins; a file with
another hash is refused. Without files there is no passive check at all: "not checked", never "live".

What it says raises a doubt and passes nobody. Its error rates are the operator's to measure, with their own cameras.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from yizheng.adapters.face.passive_files import PassiveNet, read_net
from yizheng.adapters.face.weights import YUNET, read_weights
from yizheng.adapters.face.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.data import EngineId, FaceSeen
from yizheng.rooms.biometrics.ports import FaceEngine, PassivePad

SIDE = 80
LIVE = 1
"""MiniFASNet's classes: 0 a flat attack, 1 a live face, 2 a replay."""


def passive_check(nets: Sequence[PassiveNet]) -> "MiniFasNet | None":
    """The check with these nets; None where there are none, which means "not checked"."""
    return MiniFasNet(nets) if nets else None


class MiniFasNet:
    """`PassivePad` with the mean of one or more nets. Raises Refused where a file is missing or another one."""

    def __init__(self, nets: Sequence[PassiveNet]) -> None:
        """Load and check the files."""
        if not nets:
            raise ValueError("the file of at least one net was expected")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._nets = [(_loaded(net, options), net.margin) for net in nets]
        together = "".join(f"{net.sha256}@{net.margin}" for net in nets)
        self._engine = EngineId(name="minifasnet", weights=hashlib.sha256(together.encode()).hexdigest())
        self._finder = cv2.FaceDetectorYN.create(
            "onnx", np.frombuffer(read_weights(YUNET), np.uint8), np.empty(0, np.uint8), (320, 320), 0.7
        )

    @property
    def engine(self) -> EngineId:
        """Name, and a hash over the hashes and margins of all nets."""
        return self._engine

    def live(self, picture: bytes) -> float:
        """From 0 (an attack) to 1 (alive). Raises Refused where there is no picture, or no face in it."""
        pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR) if picture else None
        if pixels is None:
            raise Refused(Why.NO_PICTURE)
        shown = np.asarray(pixels, np.uint8)
        box = self._face(shown)
        votes = [_vote(net, _cut(shown, box, margin)) for net, margin in self._nets]
        return float(np.mean(votes))

    def _face(self, pixels: NDArray[np.uint8]) -> tuple[float, float, float, float]:
        height, width = pixels.shape[:2]
        scale = min(1.0, 640 / max(height, width))
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        self._finder.setInputSize((small.shape[1], small.shape[0]))
        _, found = self._finder.detect(small)
        if found is None:
            raise Refused(Why.NO_FACE)
        x, y, wide, high = (float(side) / scale for side in max(found, key=lambda one: float(one[2]))[:4])
        return x, y, wide, high


class CheckedEngine:
    """`FaceEngine` with a passive check beside it, whose word travels as `FaceSeen.live`; the code is the engine's."""

    def __init__(self, engine: FaceEngine, check: PassivePad) -> None:
        """Look with `engine`, then check."""
        self._looks, self._check = engine, check

    @property
    def engine(self) -> EngineId:
        """The engine that makes the templates: a check changes none of them."""
        return self._looks.engine

    def look(self, picture: bytes) -> FaceSeen:
        """What is in a picture; `live` stays None where the check finds nothing to judge."""
        seen = self._looks.look(picture)
        if not seen.faces:
            return seen
        try:
            return replace(seen, live=self._check.live(picture))
        except Refused:
            return seen


def _loaded(net: PassiveNet, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    """The net, tried on an empty picture. Raises Refused where it is no net, or not of this kind."""
    content = read_net(net)
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        _vote(session, np.zeros((1, 3, SIDE, SIDE), np.float32))
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 (onnxruntime's errors have no common name of their own)
        raise Refused(Why.NET_CANNOT_RUN, file=net.file.name, side=SIDE, error=type(error).__name__) from None
    return session


def _cut(
    pixels: NDArray[np.uint8], box: tuple[float, float, float, float], margin: float
) -> NDArray[np.float32]:
    """The face with its margin at 80 x 80, as the nets were trained: blue first, 0 to 255; kept inside the picture."""
    height, width = pixels.shape[:2]
    x, y, wide, high = box
    grown = min((height - 1) / high, (width - 1) / wide, margin)
    half_wide, half_high = wide * grown / 2, high * grown / 2
    middle_x = min(max(x + wide / 2, half_wide), width - 1 - half_wide)
    middle_y = min(max(y + high / 2, half_high), height - 1 - half_high)
    left, top = int(middle_x - half_wide), int(middle_y - half_high)
    right, bottom = int(middle_x + half_wide), int(middle_y + half_high)
    face = cv2.resize(pixels[top : bottom + 1, left : right + 1], (SIDE, SIDE))
    return np.asarray(face.transpose(2, 0, 1)[None], np.float32)


def _vote(net: onnxruntime.InferenceSession, face: NDArray[np.float32]) -> float:
    """How much of a net's three classes is "live"."""
    answer = np.asarray(net.run(None, {net.get_inputs()[0].name: face})[0], np.float64).reshape(-1)
    if answer.size <= LIVE:
        raise Refused(Why.NET_OF_OTHER_CLASSES, classes=answer.size)
    strength = np.exp(answer - answer.max())
    return float(strength[LIVE] / strength.sum())
