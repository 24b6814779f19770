"""468 points on a face, and what they say about the head: turned, looking up, eyes and mouth open (人脸关键点).

The net is Google's `face_landmark.tflite` as the npm package `@mediapipe/face_mesh` 0.4.1657299874 carries it
(Apache-2.0; `bench/extract_face_mesh.py` takes it out again). Its weights are checked against a known hash before
they are used: other weights measure otherwise, and the limits of the liveness check were measured with these.

A picture must not be mirrored: a mirrored one swaps the person's left and right. One `FaceMesh` serves one thread.
"""

import hashlib
import importlib.resources
from dataclasses import dataclass

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from yizheng.adapters.face.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.data import EngineId

SHA256 = "c603fa6149219a3e9487dc9abd7a0c24474c77263273d24868378cdf40aa26d1"
NAME = "mediapipe-face-mesh-0.4"
SIDE = 192
"""The net looks at a square of this many pixels."""
MARGIN = 1.5
"""How much wider than the detector's box that square is."""

_RIGHT_EYE = (33, 160, 158, 133, 153, 144)
_LEFT_EYE = (362, 385, 387, 263, 373, 380)
_PAIRS = np.array([[33, 263], [61, 291], [127, 356], [93, 323], [234, 454]])
"""Points of the person's right and the same on the left; one after another they are an axis through the head."""
_BROW_CHIN = np.array([[10, 152], [151, 199], [9, 200]])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mesh:
    """468 points (x, y in pixels of the picture; z in the same scale, smaller is nearer), and how sure the net is.

    `presence` from 0 to 1: under about 0.5 the net does not believe that it looked at a face.
    """

    points: NDArray[np.float32]
    presence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What the points say. Degrees from the person's own view: yaw to their left, pitch up, roll to their left shoulder.

    `eyes` is how far the left and the right eye are open (height over width), `mouth` the gap between the lips over
    the mouth's width.
    """

    yaw: float
    pitch: float
    roll: float
    eyes: tuple[float, float]
    mouth: float


class FaceMesh:
    """The net, ready to look. Raises Refused where the weights are not the ones that were measured."""

    def __init__(self, weights: bytes | None = None, *, threads: int = 1) -> None:
        """Load the packaged weights, or the ones given; either must have the known hash."""
        model = weights if weights is not None else _packaged()
        found = hashlib.sha256(model).hexdigest()
        if found != SHA256:
            raise Refused(Why.NOT_THE_MEASURED_MESH, expected=SHA256[:12], came=found[:12])
        self._net = Interpreter(model_content=model, num_threads=threads)
        self._net.allocate_tensors()
        self._in = self._net.get_input_details()[0]["index"]
        outputs = self._net.get_output_details()
        self._points = next(one["index"] for one in outputs if one["shape"][-1] == 468 * 3)
        self._flag = next(one["index"] for one in outputs if one["shape"][-1] == 1)

    @property
    def engine(self) -> EngineId:
        """Which net this is."""
        return EngineId(name=NAME, weights=SHA256)

    def see(
        self, rgb: NDArray[np.uint8], box: tuple[float, float, float, float], *, tilt: float = 0.0
    ) -> Mesh:
        """The points of the face in a box (x, y, width, height in pixels) of a picture (height x width x 3, RGB).

        `tilt` is the angle of the line between the eyes in degrees (positive: the person's left eye is the lower
        one); the net sees best when it is told.
        """
        x, y, width, height = box
        middle = (x + width / 2, y + height / 2)
        side = max(width, height) * MARGIN
        if side <= 0:
            raise ValueError("a box around a face wider than nothing was expected")
        there = cv2.getRotationMatrix2D(middle, tilt, SIDE / side)
        there[:, 2] = there[:, 2] + np.array([SIDE / 2 - middle[0], SIDE / 2 - middle[1]])
        crop = cv2.warpAffine(rgb, there, (SIDE, SIDE)).astype(np.float32) / 255
        self._net.set_tensor(self._in, crop[None])
        self._net.invoke()
        raw = np.asarray(self._net.get_tensor(self._points), np.float32).reshape(468, 3)
        logit = float(np.asarray(self._net.get_tensor(self._flag)).reshape(-1)[0])
        back = cv2.invertAffineTransform(there)
        points = np.empty_like(raw)
        points[:, :2] = raw[:, :2] @ back[:, :2].T + back[:, 2]
        points[:, 2] = raw[:, 2] * (side / SIDE)
        return Mesh(points=points, presence=float(1 / (1 + np.exp(-np.clip(logit, -30, 30)))))

    def points(
        self, rgb: NDArray[np.uint8], box: tuple[float, float, float, float], *, tilt: float = 0.0
    ) -> NDArray[np.float32]:
        """Only the points of `see`."""
        return self.see(rgb, box, tilt=tilt).points


def measures(points: NDArray[np.float32]) -> Measures:
    """What 468 points say about the head. Pure; no picture is needed."""
    across = (points[_PAIRS[:, 1]] - points[_PAIRS[:, 0]]).sum(axis=0)
    down = (points[_BROW_CHIN[:, 1]] - points[_BROW_CHIN[:, 0]]).sum(axis=0)
    eye_line = points[263] - points[33]
    return Measures(
        yaw=float(np.degrees(np.arctan2(across[2], np.hypot(across[0], across[1])))),
        pitch=float(np.degrees(np.arctan2(-down[2], np.hypot(down[0], down[1])))),
        roll=float(np.degrees(np.arctan2(eye_line[1], eye_line[0]))),
        eyes=(_open(points, _LEFT_EYE), _open(points, _RIGHT_EYE)),
        mouth=_span(points, 13, 14) / max(_span(points, 61, 291), 1e-6),
    )


def _open(points: NDArray[np.float32], eye: tuple[int, ...]) -> float:
    """Height over width of an eye: mean of two heights between the lids, over the distance of its corners."""
    corner, top, top_in, inner, low_in, low = eye
    height = _span(points, top, low) + _span(points, top_in, low_in)
    return height / max(2 * _span(points, corner, inner), 1e-6)


def _span(points: NDArray[np.float32], one: int, other: int) -> float:
    return float(np.hypot(*(points[one, :2] - points[other, :2])))


def _packaged() -> bytes:
    return (importlib.resources.files(__package__) / "models" / "face_landmark.tflite").read_bytes()
