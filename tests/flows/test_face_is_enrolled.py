"""Enrolling a face: consent first, plain reasons for each picture, never two people, an authority that may be silent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pytest

from hands import hands_of
from yizheng.flows.vault import biometric_consent, face_is_enrolled
from yizheng.flows.vault.face_is_enrolled import Asked, EnrolEnd
from yizheng.kernel.errors import Refused
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock
from yizheng.rooms import biometrics
from yizheng.rooms.biometrics.data import (
    AuthorityAnswer,
    Channel,
    EngineId,
    EnrolSource,
    FaceSeen,
    Modality,
    PhotoOutcome,
    PictureFault,
    Vector,
)
from yizheng.rooms.biometrics.face_terms import FaceRules
from yizheng.rooms.ledger.models import Entry
from yizheng.rooms.people.data import Identity
from yizheng.rooms.privacy.queries import looks_at

pytestmark = pytest.mark.django_db

CLOCK = FixedClock(datetime(2026, 11, 2, 1, tzinfo=UTC))
WHO = Pno(7)


class FakeFaceEngine:
    """A picture is a word: `name` or `name/fault`; people of one name look alike."""

    engine = EngineId(name="fake", weights="ab" * 32)

    def look(self, picture: bytes) -> FaceSeen:
        name, _, fault = picture.decode().partition("/")
        if name == "broken":
            raise Refused("no picture")
        if name == "nobody":
            return FaceSeen(faces=0)
        seed = int.from_bytes(name.encode(), "big") % 2**32
        vector = np.random.default_rng(seed).normal(size=128).astype(np.float32)
        return FaceSeen(
            faces=1,
            width=60 if fault == "small" else 200,
            centre=(0.5, 0.5),
            share=0.3,
            luma=20 if fault == "dark" else 120,
            sharpness=200,
            embedding=self._unit(vector),
        )

    @staticmethod
    def _unit(vector: Vector) -> Vector:
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


@dataclass
class Gateway:
    """An authority with one answer."""

    answer: AuthorityAnswer
    authority: str = "police_id_photo"
    asked: list[str] = field(default_factory=list)

    def photo_of(self, *, number: str, name: str, request: str) -> AuthorityAnswer:
        assert (number, name) == ("110101195003070018", "李")
        self.asked.append(request)
        return self.answer


def _agreed() -> None:
    biometric_consent.agree(hands_of("citizen", clock=CLOCK), pno=WHO, channel=Channel.WEB)


def _enrol(
    *pictures: str,
    source: EnrolSource = EnrolSource.SERVICE_POINT,
    signed: bool = False,
    checked: bool = False,
) -> face_is_enrolled.EnrolResult:
    asked = Asked(
        pictures=[picture.encode() for picture in pictures],
        source=source,
        signed_on_paper=signed,
        identity_checked=checked,
    )
    return face_is_enrolled.enrol(
        hands_of("certifier", clock=CLOCK), pno=WHO, asked=asked, engine=FakeFaceEngine(), rules=FaceRules()
    )


def test_pictures_are_taken_once_the_person_agreed() -> None:
    with pytest.raises(Refused, match="biometrics:no_consent"):
        _enrol("li", "li")
    _agreed()
    result = _enrol("li", "li")
    assert result.end is EnrolEnd.ENROLLED
    assert result.enrolled is not None
    assert (result.enrolled.pictures, result.enrolled.source) == (2, EnrolSource.SERVICE_POINT)
    assert len(biometrics.queries.templates_of(WHO, Modality.FACE, engine=FakeFaceEngine.engine.code)) == 2


def test_paper_signed_at_the_counter_is_a_consent_of_that_moment() -> None:
    assert _enrol("li", signed=True).end is EnrolEnd.ENROLLED
    (consent,) = biometrics.queries.consents(WHO)
    assert (consent.channel, consent.given_by) == (Channel.SERVICE_POINT, "certifier")


def test_paper_is_not_recorded_where_nothing_was_enrolled() -> None:
    assert _enrol("nobody", signed=True).end is EnrolEnd.PICTURES
    assert biometrics.queries.consents(WHO) == []


def test_each_picture_says_what_is_wrong_with_it() -> None:
    result = _enrol("li/dark", "broken", "nobody", "li/small", signed=True)
    assert result.end is EnrolEnd.PICTURES
    assert result.faults == (
        (PictureFault.DARK,),
        (PictureFault.UNREADABLE,),
        (PictureFault.NO_FACE,),
        (PictureFault.FAR,),
    )
    assert result.used == 0


def test_good_pictures_are_used_and_the_others_left() -> None:
    result = _enrol("li/dark", "li", "li", signed=True)
    assert result.end is EnrolEnd.ENROLLED
    assert result.used == 2


def test_photo_of_an_identity_card_may_be_small() -> None:
    assert _enrol("li/small", source=EnrolSource.ID_PHOTO, signed=True).end is EnrolEnd.ENROLLED


def test_two_people_in_one_enrolment_are_sent_back() -> None:
    assert _enrol("li", "wang", signed=True).end is EnrolEnd.NOT_ALIKE
    assert not biometrics.queries.has_template(WHO, Modality.FACE)


def test_other_face_takes_the_place_only_after_the_identity_was_checked() -> None:
    _enrol("li", signed=True)
    assert _enrol("wang").end is EnrolEnd.UNLIKE_STORED
    assert len(biometrics.queries.enrolments(WHO, Modality.FACE)) == 1
    assert _enrol("wang", checked=True).end is EnrolEnd.ENROLLED
    assert _enrol("wang").end is EnrolEnd.ENROLLED  # alike: nothing to check


@pytest.mark.parametrize("pictures", [(), ("li",) * 13])
def test_none_and_too_many_pictures_are_refused(pictures: Sequence[str]) -> None:
    with pytest.raises(Refused, match="biometrics:pictures_count most=12"):
        _enrol(*pictures, signed=True)


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (AuthorityAnswer(outcome=PhotoOutcome.FOUND, picture=b"li"), EnrolEnd.ENROLLED),
        (AuthorityAnswer(outcome=PhotoOutcome.FOUND, picture=b"li/dark"), EnrolEnd.PICTURES),
        (AuthorityAnswer(outcome=PhotoOutcome.NONE), EnrolEnd.NO_PHOTO),
        (AuthorityAnswer(outcome=PhotoOutcome.NOT_MATCHED), EnrolEnd.NOT_MATCHED),
        (AuthorityAnswer(outcome=PhotoOutcome.UNAVAILABLE), EnrolEnd.UNAVAILABLE),
    ],
)
def test_authority_is_asked_after_consent_and_may_be_silent(
    answer: AuthorityAnswer, end: EnrolEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        face_is_enrolled.people.queries,
        "identity",
        lambda _: Identity(number="110101195003070018", name="李"),
    )
    gateway = Gateway(answer)

    def ask() -> face_is_enrolled.EnrolResult:
        return face_is_enrolled.enrol_from_authority(
            hands_of("self", role="self", clock=CLOCK),
            pno=WHO,
            gateway=gateway,
            engine=FakeFaceEngine(),
            rules=FaceRules(),
        )

    with pytest.raises(Refused, match="biometrics:no_consent"):
        ask()
    assert gateway.asked == []
    _agreed()
    assert ask().end is end
    (looked,) = looks_at(WHO)
    assert looked.what == "face:police_id_photo"
    assert "110101195003070018" not in str(list(Entry.objects.values_list("detail", "subject")))


def test_taking_it_back_deletes_what_is_stored() -> None:
    _enrol("li", "li", signed=True)
    assert biometric_consent.stands(WHO).stored
    done = biometric_consent.withdraw(hands_of("citizen", clock=CLOCK), pno=WHO)
    assert done is not None
    assert done.templates == 2
    assert biometric_consent.stands(WHO) == biometric_consent.Stands(consent=None, stored=False)
    assert biometric_consent.withdraw(hands_of("citizen", clock=CLOCK), pno=WHO) is None
