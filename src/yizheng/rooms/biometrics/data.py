"""What may be known about biometrics (生物特征): what an engine sees in a picture, and what rules make of it.

Every figure here stays on the server. No page, no answer of an interface and no log carries a score, a template or a
landmark: whoever learns scores can rebuild a template from a few dozen of them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from yizheng.kernel.ids import Pno

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
    as a share of the picture's. `luma` is the mean brightness of the face (0-255; of the whole picture where there is no
    face), `blown` the share of it that is burnt out, `sharpness` the variance of its Laplacian at 112 x 112. `yaw` is
    positive when the person turns to their own left, `pitch` when they look up. `eyes` is the openness of each eye
    (left, right: height over width), `mouth` the gap between the lips over the mouth's width. `covered` is from 0
    (mouth, nose and eyes are to be seen) to 1 (something lies over them), as far as an engine can tell. `mesh` are 468
    points (x, y, z) in pixels of the picture; `embedding` is the template, `picture` a digest of the decoded pixels that
    finds the same frame sent twice. `live` is what an operator's passive check said, 0 (an attack) to 1 (alive): only a
    signal, which may raise a doubt and passes nobody; None means not checked.
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
    live: float | None = None


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


class EnrolSource(StrEnum):
    """Where the pictures or recordings of an enrolment came from (注册来源)."""

    SERVICE_POINT = "service_point"
    ID_PHOTO = "id_photo"
    AUTHORITY = "authority"
    HOME_VISIT = "home_visit"
    SELF = "self"
    """The person's own phone, with no member of staff beside: a voice may come so, and passes nobody."""


class Channel(StrEnum):
    """Where a person agreed, or withdrew (办理渠道)."""

    WEB = "web"
    SERVICE_POINT = "service_point"
    HOME_VISIT = "home_visit"
    PHONE = "phone"


class RevokeReason(StrEnum):
    """Why a template was deleted (删除原因)."""

    WITHDRAWN = "withdrawn"
    """The person took the consent back."""
    REPLACED = "replaced"
    """A newer enrolment took its place."""
    ENDED = "ended"
    """The benefit ended: nothing is left to be compared."""
    MISTAKEN = "mistaken"
    """A member of staff found that it should not have been made."""
    ENGINE_CHANGED = "engine_changed"
    """Another engine compares now; this template fits none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TemplateRecord:
    """One template of the vault, opened: only ever for a comparison on the server. Nothing may show, send or log it."""

    template_id: int
    pno: Pno
    modality: Modality
    engine: str
    vector: Vector = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What may be told of an enrolment: when, from what, by whom, with how many pictures, and when it was deleted."""

    enrolment_id: int
    pno: Pno
    modality: Modality
    engine: str
    source: EnrolSource
    pictures: int
    made_at: datetime
    made_by: str
    revoked_at: datetime | None
    revoke_reason: str


FACE_TEXT = "face-2026-11-2"
"""The words about faces that people agree to now, on the citizens' page and on the paper at the counter."""
NAMES_SEARCH = frozenset({FACE_TEXT})
"""The words that name the search of one face under two numbers. Who agreed to others is sought by nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """That a person agreed to one kind of comparison, on its own page (单独同意): when, to which text, and until when."""

    consent_id: int
    pno: Pno
    modality: Modality
    text_version: str
    channel: Channel
    given_at: datetime
    given_by: str
    withdrawn_at: datetime | None

    @property
    def receipt(self) -> str:
        """The number that the person is given: it names the consent and tells nothing else."""
        return f"BIO-{self.given_at.year}-{self.consent_id:06d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What a withdrawal did: the consent it ended, and how many templates were deleted."""

    consent: Consent
    templates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """The rule of filing for stored faces (人脸信息存储备案): how many people's faces there are now, from how many on the
    office files, since when there are so many, and the filing that was made. Days are days of China.
    """

    faces: int
    filing_from: int
    reached_on: date | None
    filed_on: date | None
    reference: str

    @property
    def due(self) -> bool:
        """Whether a filing is owed."""
        return self.reached_on is not None and self.filed_on is None


class PhotoOutcome(StrEnum):
    """How an authority answered a request for a photo."""

    FOUND = "found"
    NONE = "none"
    """It holds no photo of this person. That says nothing about the person."""
    NOT_MATCHED = "not_matched"
    """Number and name do not fit in its register: our record or theirs wants correcting."""
    UNAVAILABLE = "unavailable"
    """It did not answer. Unknown, never counted against anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityAnswer:
    """An authority's answer: a picture (JPEG or PNG) only where it was found; when it was taken, if that was told."""

    outcome: PhotoOutcome
    picture: bytes = field(default=b"", repr=False)
    taken_on: date | None = None


YES, NO = frozenset({"yes", "1", "true", "是"}), frozenset({"no", "0", "false", "否"})
"""How lists of pictures say yes and no."""
