"""What may be known about biometrics (生物特征): what an engine sees in a picture, and what rules make of it.

Every figure here stays on the server. No page, no answer of an interface and no log carries a score, a template or a
landmark: whoever learns scores can rebuild a template from a few dozen of them.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""A template as an engine makes it: one row of unit length."""


class Modality(StrEnum):
    """What of a person is compared (生物特征种类)."""

    FACE = "face"
    VOICE = "voice"
    FINGERPRINT = "fingerprint"
    IRIS = "iris"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineId:
    """Which engine judged: its name and the SHA-256 of its weights. A template fits the engine that made it, no other."""

    name: str
    weights: str

    @property
    def code(self) -> str:
        """The short code kept beside templates and decisions: name and the head of the hash."""
        return f"{self.name}:{self.weights[:12]}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceSeen:
    """What an engine measured in one picture. Angles in degrees, from the person's own view; shares from 0 to 1.

    `faces` counts faces; everything else is of the largest, and empty or 0 where there is none. `width` is the face's
    width in pixels of the picture, `centre` its middle as shares of the picture's width and height, `share` its width
    as a share of the picture's. `luma` is the mean brightness of the face (0-255), `blown` the share of it that is
    burnt out, `sharpness` the variance of its Laplacian at 112 x 112. `yaw` is positive when the person turns to their
    own left, `pitch` when they look up. `eyes` is the openness of each eye (left, right: height over width), `mouth` the
    gap between the lips over the mouth's width. `covered` is from 0 (mouth, nose and eyes are to be seen) to 1 (something
    lies over them), as far as an engine can tell. `mesh` are 468 points (x, y, z) in pixels of the picture; `embedding`
    is the template, `picture` a digest of the decoded pixels that finds the same frame sent twice.
    """

    faces: int
    width: float = 0.0
    centre: tuple[float, float] = (0.0, 0.0)
    share: float = 0.0
    luma: float = 0.0
    blown: float = 0.0
    sharpness: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    eyes: tuple[float, float] = (0.0, 0.0)
    mouth: float = 0.0
    covered: float = 0.0
    mesh: NDArray[np.float32] | None = None
    embedding: Vector | None = None
    picture: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observed:
    """One frame of a capture: when the camera took it (milliseconds, the camera's clock), and what was seen."""

    at_ms: int
    seen: FaceSeen


class PictureFault(StrEnum):
    """Why a picture will not do (照片质量问题): each has one plain sentence for the person, and one thing to do."""

    NO_FACE = "no_face"
    MANY_FACES = "many_faces"
    FAR = "far"
    NEAR = "near"
    OFF_CENTRE = "off_centre"
    DARK = "dark"
    BRIGHT = "bright"
    TURNED = "turned"
    COVERED = "covered"
    BLURRED = "blurred"
    UNREADABLE = "unreadable"


class Match(StrEnum):
    """How a comparison ended (比对结论): three answers, never a number. `UNSURE` goes to a person."""

    SAME = "same"
    UNSURE = "unsure"
    DIFFERENT = "different"
    NOT_COMPARED = "not_compared"
