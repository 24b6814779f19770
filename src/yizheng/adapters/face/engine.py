"""The default face engine (人脸比对引擎): YuNet finds a face, five points lay it straight, SFace describes it, a mesh of
468 points says how the head is held. It comes with the installation and never asks the network for anything.

Rules that always hold: the same picture gives the same answer, in any thread; a face is never stored here, nor written to
a log; what is no picture is refused, and a picture without a face is an answer. It measures and decides nothing: quality
(`biometrics.quality`), likeness (`biometrics.matching`) and liveness are judged elsewhere.

Left to others: pictures from strangers pass the border first (size, type, hostile content); many at once want processes
of their own, since one engine looks at one picture at a time.
"""

import hashlib
import io
import math
import warnings
from threading import Lock
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from yizheng.adapters.face.mesh import FaceMesh, measures
from yizheng.adapters.face.weights import SFACE, YUNET, read_weights
from yizheng.adapters.face.why import Why
from yizheng.kernel.errors import Refused
from yizheng.rooms.biometrics.data import EngineId, FaceSeen, Vector

Picture = NDArray[np.uint8]
"""Height x width x 3, blue first, as OpenCV reads it."""

FORMATS: Final = ("JPEG", "PNG")
MOST_PIXELS: Final = 24_000_000
WORKING_SIDE: Final = 1600
"""Larger pictures are shrunk to this before anything is looked for."""
SEEK_SIDES: Final = (320, 640, 1280)
"""A face is sought in a small copy first; only where none is found, in larger ones: small faces are rare and dear."""
REFINE_SIDE: Final = 160
"""The found face is looked at once more, cut out at this side: its five points are then exact for an aligned template."""
SURE: Final = 0.7
"""How sure YuNet must be that something is a face."""
ALSO: Final = 0.4
"""Another face counts from this share of the largest one's width: a passer-by far behind is no second person."""
SIDE: Final = 112
_STRAIGHT: Final = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]],
    dtype=np.float64,
)
"""Where the eyes, the nose and the corners of the mouth lie in an aligned face: what SFace was trained on."""
_EYES: Final = (slice(44, 60), slice(26, 86))
_MOUTH: Final = (slice(84, 102), slice(40, 72))
"""Where lids and lips draw their lines in an aligned face. A mask, a hand or dark glasses wipes out one of the two."""
_FACE: Final = (slice(20, 108), slice(22, 90))
"""The part of an aligned face that is skin whatever the hair and the background are."""


class SFaceEngine:
    """YuNet, SFace and the face mesh in one. Raises Refused where a file of weights is not the one expected."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)  # it warns at every load, of nothing
        self._engine = EngineId(
            name="sface-2021dec",
            weights=hashlib.sha256(f"{YUNET.sha256} {SFACE.sha256}".encode()).hexdigest(),
        )
        self._finder = cv2.FaceDetectorYN.create(
            "onnx",
            np.frombuffer(read_weights(YUNET), np.uint8),
            np.empty(0, np.uint8),
            (SEEK_SIDES[0], SEEK_SIDES[0]),
            SURE,
        )
        self._describer = cv2.dnn.readNetFromONNX(np.frombuffer(read_weights(SFACE), np.uint8))
        self._mesh = FaceMesh()
        self._one_at_a_time = Lock()

    @property
    def engine(self) -> EngineId:
        """Name, and the SHA-256 over the hashes of both files: aligned by another finder, a template is another one."""
        return self._engine

    def look(self, picture: bytes) -> FaceSeen:
        """What is in a picture (JPEG or PNG; turned as its EXIF says). Raises Refused where it is no such picture."""
        pixels = _decoded(picture)
        digest = hashlib.sha256(pixels.tobytes()).digest()
        scale = min(1.0, WORKING_SIDE / max(pixels.shape[:2]))
        working = pixels if scale == 1 else _resized(pixels, scale)
        with self._one_at_a_time:
            return self._seen(working, digest, scale, (pixels.shape[1], pixels.shape[0]))

    def _seen(self, pixels: Picture, digest: bytes, scale: float, size: tuple[int, int]) -> FaceSeen:
        found = self._seek(pixels)
        if not len(found):
            return FaceSeen(faces=0, picture=digest, luma=float(pixels[::4, ::4].mean()))
        largest = found[int(np.argmax(found[:, 2]))]
        faces = int(np.count_nonzero(found[:, 2] >= ALSO * largest[2]))
        face = self._refined(pixels, largest)
        points = face[4:14].reshape(5, 2)
        straight = _aligned(pixels, points)
        tilt = math.degrees(math.atan2(points[1, 1] - points[0, 1], points[1, 0] - points[0, 0]))
        x, y, width, height = (float(side) for side in face[:4])
        rgb = np.ascontiguousarray(pixels[:, :, ::-1])
        mesh = self._mesh.see(rgb, (x, y, width, height), tilt=tilt)
        measured = measures(mesh.points)
        luma = cv2.cvtColor(straight, cv2.COLOR_BGR2GRAY)
        skin = luma[_FACE]
        return FaceSeen(
            faces=faces,
            width=width / scale,
            centre=((x + width / 2) / scale / size[0], (y + height / 2) / scale / size[1]),
            share=width / scale / size[0],
            luma=float(skin.mean()),
            blown=float(np.count_nonzero(skin >= 250) / skin.size),
            sharpness=float(cv2.Laplacian(luma, cv2.CV_64F).var()),
            yaw=measured.yaw,
            pitch=measured.pitch,
            roll=measured.roll,
            eyes=measured.eyes,
            mouth=measured.mouth,
            covered=_covered(straight, mesh.presence),
            mesh=(mesh.points / np.float32(scale)).astype(np.float32),
            embedding=self._described(straight),
            picture=digest,
        )

    def _seek(self, pixels: Picture) -> NDArray[np.float32]:
        """The faces in a picture, a row of 15 each: box, five points, how sure. In pixels of the picture."""
        longest = max(pixels.shape[:2])
        for side in SEEK_SIDES:
            scale = side / longest
            if scale > 1 and side != SEEK_SIDES[0]:
                break  # a picture holds no more than its own pixels: larger copies show nothing new
            found = self._found(_resized(pixels, scale))
            if len(found):
                found[:, :14] /= scale
                return found
        return np.empty((0, 15), np.float32)

    def _refined(self, pixels: Picture, face: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same face, found once more in a square cut around it; as it was where it is not found there."""
        x, y, width, height = face[:4]
        side = float(max(width, height)) * 2
        scale = REFINE_SIDE / side
        there = np.array(
            [
                [scale, 0, REFINE_SIDE / 2 - scale * (x + width / 2)],
                [0, scale, REFINE_SIDE / 2 - scale * (y + height / 2)],
            ]
        )
        source = pixels
        if scale < 0.5:  # a plain cut would skip pixels: shrink the whole first, evenly
            source = _resized(pixels, 2 * scale)
            there[:, :2] /= 2 * scale
        cut = cv2.warpAffine(source, there, (REFINE_SIDE, REFINE_SIDE), borderMode=cv2.BORDER_REPLICATE)
        found = self._found(np.asarray(cut, np.uint8))
        if not len(found):
            return face
        middle = found[:, :2] + found[:, 2:4] / 2 - REFINE_SIDE / 2
        nearest = found[int(np.argmin((middle**2).sum(axis=1)))].copy()
        corner = np.array([x + width / 2, y + height / 2]) - side / 2
        nearest[0:2] = nearest[0:2] / scale + corner
        nearest[2:4] /= scale
        nearest[4:14] = (nearest[4:14].reshape(5, 2) / scale + corner).reshape(-1)
        return np.asarray(nearest, np.float32)

    def _found(self, pixels: Picture) -> NDArray[np.float32]:
        self._finder.setInputSize((pixels.shape[1], pixels.shape[0]))
        _, found = self._finder.detect(pixels)
        return np.empty((0, 15), np.float32) if found is None else np.array(found, np.float32)

    def _described(self, straight: Picture) -> Vector:
        """The template of an aligned face: 128 numbers of unit length."""
        blob = cv2.dnn.blobFromImage(straight, 1.0, (SIDE, SIDE), (0, 0, 0), True, False)
        self._describer.setInput(blob, "data")
        raw = np.array(self._describer.forward(), np.float32).reshape(-1)
        return np.asarray(raw / np.linalg.norm(raw), np.float32)


def _decoded(picture: bytes) -> Picture:
    """The pixels of a picture, turned as its EXIF says. Raises Refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(picture), formats=FORMATS) as head:
                pixels = head.width * head.height
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise Refused(Why.NO_PICTURE) from None
    if pixels > MOST_PIXELS:
        raise Refused(Why.TOO_MANY_PIXELS, most_million=MOST_PIXELS // 1_000_000)
    try:
        found = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        found = None
    if found is None:
        raise Refused(Why.NO_PICTURE)
    return np.asarray(found, np.uint8)


def _resized(pixels: Picture, scale: float) -> Picture:
    width, height = (max(1, round(side * scale)) for side in (pixels.shape[1], pixels.shape[0]))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def _covered(straight: Picture, presence: float) -> float:
    """How much an aligned face looks covered: 0 to 1, above 0.5 it is taken for covered.

    A face has as many level lines about the mouth as about the eyes: in 304 public pictures of uncovered faces the
    share of the two lay between 0.41 and 1.8. Something over the mouth takes it below 0.40, dark glasses above 1.8.
    What the mesh does not believe to be a face (`presence`) counts too.
    """
    light = cv2.cvtColor(straight, cv2.COLOR_BGR2LAB)[:, :, 0]
    lines = np.abs(cv2.Sobel(light, cv2.CV_64F, 0, 1))
    share = float(lines[_MOUTH].mean() / max(lines[_EYES].mean(), 1.0))
    return min(1.0, max(0.0, (0.5 - share) / 0.2, (share - 1.6) / 0.4, (1 - presence) * 5))


def _aligned(pixels: Picture, points: NDArray[np.float32]) -> Picture:
    """The face laid straight on 112 x 112, by the similarity that best carries its five points (Umeyama 1991)."""
    source = points.astype(np.float64)
    source_mean, target_mean = source.mean(axis=0), _STRAIGHT.mean(axis=0)
    one, other = source - source_mean, _STRAIGHT - target_mean
    u, spread, v = np.linalg.svd(other.T @ one / len(points))
    kept = np.array([1.0, 1.0 if np.linalg.det(u) * np.linalg.det(v) > 0 else -1.0])
    turn = u @ np.diag(kept) @ v
    size = float((spread * kept).sum() / max(one.var(axis=0).sum(), 1e-9))
    there = np.hstack([size * turn, (target_mean - size * turn @ source_mean)[:, None]])
    return np.asarray(cv2.warpAffine(pixels, there, (SIDE, SIDE)), np.uint8)
