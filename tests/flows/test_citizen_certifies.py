"""Certifying by face from home: every branch, from the first step to what follows of its end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.db import transaction

from face_fakes import ENGINE, Body, FakeLooker, near, template
from pay_situations import AT, POLICY, Pension, make, make_run, stand
from yizheng.flows import citizen_certifies
from yizheng.flows.citizen_certifies import Means, Sent, Tell, Told
from yizheng.flows.face_is_decided import Rules
from yizheng.kernel.ids import Pno
from yizheng.rooms.access.data import Factor, SignedIn
from yizheng.rooms.biometrics import actions as biometrics
from yizheng.rooms.biometrics.data import Channel, EnrolSource, Modality
from yizheng.rooms.biometrics.liveness_data import Abilities
from yizheng.rooms.biometrics.matching import AgeBand, FaceRules
from yizheng.rooms.certification import queries
from yizheng.rooms.certification.capture import CaptureState, CaptureView, CaptureWhy
from yizheng.rooms.certification.data import Result
from yizheng.rooms.certification.models import CaptureFrames, CapturePicture, Pass, Receipt
from yizheng.rooms.notices.models import Message
from yizheng.rooms.risk.data import Circumstances

pytestmark = pytest.mark.django_db
MOTHER = Pno(1)
FACE = template(1)


@dataclass
class Moving:
    """A clock that tests move."""

    moment: datetime = AT

    def now(self) -> datetime:
        return self.moment


@dataclass
class Home:
    """Somebody at home before the camera, with everything that the story needs around them."""

    pno: Pno = MOTHER
    looker: FakeLooker = field(default_factory=FakeLooker)
    clock: Moving = field(default_factory=Moving)
    keys: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))
    who: SignedIn = field(
        default_factory=lambda: SignedIn(pno=MOTHER, factors=frozenset({Factor.SMS_CODE}), since=AT)
    )
    body: Body = field(init=False)
    means: Means = field(init=False)

    def __post_init__(self) -> None:
        self.body = Body(self.looker, near(FACE, 0.9))
        face = FaceRules(engine=ENGINE.code, bands=(AgeBand(from_age=0, accept=0.5, refer=0.36),))
        rules = Rules(policies=(POLICY,), face=face, engine=ENGINE.code)
        self.means = Means(looker=self.looker, rules=rules, rng=Random(5))

    def key(self) -> str:
        return f"key-{next(self.keys)}"

    def begin(self, *, insist: bool = False, key: str = "", able: Abilities | None = None) -> Told:
        return citizen_certifies.begin(
            who=self.who,
            pno=self.pno,
            able=able or Abilities(),
            insist=insist,
            key=key or self.key(),
            means=self.means,
            clock=self.clock,
        )

    def send(
        self,
        told: Told,
        filmed: tuple[tuple[bytes, ...], tuple[int, ...]],
        *,
        key: str = "",
        camera: str = "",
    ) -> Told:
        return citizen_certifies.frames(
            who=self.who,
            pno=self.pno,
            code=told.capture,
            no=told.no,
            sent=Sent(pictures=filmed[0], times=filmed[1]),
            key=key or self.key(),
            seen=Circumstances(at=self.clock.now(), camera_label=camera),
            means=self.means,
            clock=self.clock,
        )

    def do(self, told: Told) -> Told:
        """Do the step that is asked."""
        assert told.step is not None
        self.clock.moment += timedelta(seconds=3)
        return self.send(told, self.body.does(told.step))

    def certify(self, told: Told | None = None) -> Told:
        """Do every step to the end."""
        told = told or self.begin()
        while told.tell in (Tell.STEP, Tell.AGAIN):
            told = self.do(told)
        return told

    def capture(self, told: Told) -> CaptureView:
        found = queries.find_capture(told.capture)
        assert found is not None
        return found


def agree_and_enrol(pno: Pno = MOTHER) -> None:
    with transaction.atomic():
        biometrics.give_consent(
            pno, Modality.FACE, text_version="1", channel=Channel.WEB, actor="citizen", at=AT
        )
        biometrics.enrol(
            pno,
            Modality.FACE,
            [near(FACE, 0.97, 1), near(FACE, 0.97, 2)],
            engine=ENGINE,
            source=EnrolSource.SERVICE_POINT,
            actor="clerk",
            at=AT,
        )


@pytest.fixture
def home() -> Home:
    make(Pension(pno=0, phone=""), Pension(pno=1))
    make_run()
    stand(1, Result.DUE, due=date(2026, 11, 20), event=date(2025, 11, 20))
    agree_and_enrol()
    return Home()


def test_mother_certifies_and_has_it_in_her_hand(home: Home) -> None:
    told = home.certify()
    assert told.tell is Tell.DONE
    capture = home.capture(told)
    assert (capture.state, capture.why) == (CaptureState.PASSED, CaptureWhy.SAME)
    assert [(row.pno, row.channel) for row in Pass.objects.all()] == [(1, "face_web")]
    receipt = queries.receipt_of_capture(capture.capture_id)
    assert receipt is not None
    assert receipt.until == date(2027, 10, 31)
    standing = queries.find_standing_today(1, policies=(POLICY,), today=AT.date())
    assert standing is not None
    assert (standing.result, standing.due_day, standing.channel) == (
        Result.PASSED,
        date(2027, 10, 31),
        "face_web",
    )
    assert [row.template for row in Message.objects.all()] == ["passed_face"]
    assert CaptureFrames.objects.count() == CapturePicture.objects.count() == 0
    assert Receipt.objects.count() == 1
