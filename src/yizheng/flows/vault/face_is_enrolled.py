"""A person's face is enrolled (人脸注册): from pictures taken at a service point or on a visit, from the photo of an
identity card, or from the photo that an authority holds.

1. Consent: in force already, or the operator says that the person signed the page at the counter.
2. Every picture is looked at and judged by itself; what is wrong is said in words that a person can act on.
3. The pictures must be alike among themselves: two people in one enrolment would let either pass as the other.
4. Where a face is stored already and the new pictures are unlike it, nothing is replaced until the operator says that the
   person's identity was checked on paper. A face that changed is no fault of the person, and this is no finding.
5. One transaction: consent, deletion of the former templates, the new ones, the ledger's entries.

Rules that always hold: the engine and gateways work outside any transaction; pictures are kept nowhere; no answer carries
a score. A gateway that does not answer, or holds no photo, says nothing about the person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.db import transaction

from yizheng.flows.house.person_is_looked_at import look
from yizheng.flows.vault.biometric_consent import TEXT_VERSION
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.rooms import biometrics, people
from yizheng.rooms.biometrics.data import (
    Channel,
    Enrolled,
    EnrolSource,
    Match,
    Modality,
    PhotoOutcome,
    PictureFault,
    Vector,
)
from yizheng.rooms.biometrics.face_terms import FaceRules, Thresholds
from yizheng.rooms.biometrics.matching import compare
from yizheng.rooms.biometrics.ports import AuthorityPhoto, FaceEngine
from yizheng.rooms.biometrics.quality import LIMITS, QualityLimits, faults_of
from yizheng.rooms.biometrics.rules import MOST_PICTURES, check_consent

TAKEN: QualityLimits = LIMITS
"""What a picture that can be taken again must be like."""
STORED: QualityLimits = replace(LIMITS, least_width=40, most_share=0.95, off_centre=0.5, brightest=225)
"""What a photo that is as it is must be like: an identity photo is small, tight and on white."""


class EnrolEnd(StrEnum):
    """How an attempt to enrol ended."""

    ENROLLED = "enrolled"
    PICTURES = "pictures"
    """No picture will do; each says why."""
    NOT_ALIKE = "not_alike"
    """The pictures are not all of one face."""
    UNLIKE_STORED = "unlike_stored"
    """Unlike what is stored: the operator checks the identity on paper and says so."""
    NO_PHOTO = "no_photo"
    NOT_MATCHED = "not_matched"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolResult:
    """The end, the faults of each picture in their order (empty: it will do), and the enrolment where there is one."""

    end: EnrolEnd
    faults: tuple[tuple[PictureFault, ...], ...] = ()
    enrolled: Enrolled | None = None

    @property
    def used(self) -> int:
        """How many pictures will do."""
        return sum(1 for fault in self.faults if not fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an operator asks: the pictures, where they come from, and what the operator answers for.

    `signed_on_paper`: the person signed the page of consent here and now. `identity_checked`: the operator saw the
    person's identity document; only then an unlike face takes the place of a stored one.
    """

    pictures: Sequence[bytes] = field(repr=False)
    source: EnrolSource
    signed_on_paper: bool = False
    identity_checked: bool = False


def enrol(hands: Hands, *, pno: Pno, asked: Asked, engine: FaceEngine, rules: FaceRules) -> EnrolResult:
    """Enrol a face from pictures. Raises Refused without a consent, and for no or too many pictures."""
    agreed = asked.signed_on_paper or biometrics.queries.consented(pno, Modality.FACE)
    check_consent(given=agreed)
    if not 1 <= len(asked.pictures) <= MOST_PICTURES:
        raise Refused(biometrics.Why.PICTURES_COUNT, most=MOST_PICTURES)
    limits = TAKEN if asked.source in {EnrolSource.SERVICE_POINT, EnrolSource.HOME_VISIT} else STORED
    faults, vectors = _judged(asked.pictures, engine, limits)
    if not vectors:
        return EnrolResult(end=EnrolEnd.PICTURES, faults=faults)
    thresholds = replace(rules.thresholds(None), frames=1)
    if not _alike(vectors, thresholds):
        return EnrolResult(end=EnrolEnd.NOT_ALIKE, faults=faults)
    if not asked.identity_checked and _unlike_stored(pno, vectors, engine, thresholds):
        return EnrolResult(end=EnrolEnd.UNLIKE_STORED, faults=faults)
    at = hands.now()
    with transaction.atomic():
        if asked.signed_on_paper:
            channel = Channel.HOME_VISIT if asked.source is EnrolSource.HOME_VISIT else Channel.SERVICE_POINT
            biometrics.actions.give_consent(
                pno, Modality.FACE, text_version=TEXT_VERSION, channel=channel, actor=hands.username, at=at
            )
        enrolled = biometrics.actions.enrol(
            pno,
            Modality.FACE,
            vectors,
            engine=engine.engine,
            source=asked.source,
            actor=hands.username,
            at=at,
        )
    return EnrolResult(end=EnrolEnd.ENROLLED, faults=faults, enrolled=enrolled)


def enrol_from_authority(
    hands: Hands, *, pno: Pno, gateway: AuthorityPhoto, engine: FaceEngine, rules: FaceRules
) -> EnrolResult:
    """Enrol a face from the photo that an authority holds. Raises Refused without a consent: then nobody is asked.

    Reading the number and the name, and sending them out, is a look at the person's data: it is recorded first.
    """
    check_consent(given=biometrics.queries.consented(pno, Modality.FACE))
    look(hands, pno=pno, purpose="service", what=f"face:{gateway.authority}")
    identity = people.queries.identity(pno)
    request = f"face-{pno}-{hands.now():%Y%m%d%H%M%S}"
    answer = gateway.photo_of(number=identity.number, name=identity.name, request=request)
    if answer.outcome is PhotoOutcome.FOUND:
        asked = Asked(pictures=(answer.picture,), source=EnrolSource.AUTHORITY)
        try:
            return enrol(hands, pno=pno, asked=asked, engine=engine, rules=rules)
        except Refused:  # what came is no picture: the authority's fault, never the person's
            return EnrolResult(end=EnrolEnd.NO_PHOTO)
    ends = {PhotoOutcome.NONE: EnrolEnd.NO_PHOTO, PhotoOutcome.NOT_MATCHED: EnrolEnd.NOT_MATCHED}
    return EnrolResult(end=ends.get(answer.outcome, EnrolEnd.UNAVAILABLE))


def _judged(
    pictures: Sequence[bytes], engine: FaceEngine, limits: QualityLimits
) -> tuple[tuple[tuple[PictureFault, ...], ...], list[Vector]]:
    faults: list[tuple[PictureFault, ...]] = []
    vectors: list[Vector] = []
    for picture in pictures:
        try:
            seen = engine.look(picture)
        except Refused:
            faults.append((PictureFault.UNREADABLE,))
            continue
        found = faults_of(seen, limits=limits)
        if not found and seen.embedding is not None:
            vectors.append(seen.embedding)
        faults.append(found)
    return tuple(faults), vectors


def _alike(vectors: Sequence[Vector], thresholds: Thresholds) -> bool:
    """Whether each picture is at least not unlike each other."""
    return all(
        compare([one], [other], thresholds) is not Match.DIFFERENT
        for number, one in enumerate(vectors)
        for other in vectors[:number]
    )


def _unlike_stored(pno: Pno, vectors: Sequence[Vector], engine: FaceEngine, thresholds: Thresholds) -> bool:
    stored = [
        record.vector
        for record in biometrics.queries.templates_of(pno, Modality.FACE, engine=engine.engine.code)
    ]
    return compare(vectors, stored, thresholds) in {Match.DIFFERENT, Match.UNSURE}
