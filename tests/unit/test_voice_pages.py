"""The voice's pages by themselves: consent first, digits in the session, a recording in, words out, never a score."""

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from link_situations import four_people
from signing_in import as_citizen, as_staff
from voices import WANG, silence, spoken
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.adapters.voice.engine import CampplusEngine
from yizheng.adapters.voice.wav import write_wav
from yizheng.flows.signing_in.risk_is_weighed import note_act
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock
from yizheng.rooms import biometrics
from yizheng.rooms.access.data import SignedIn
from yizheng.rooms.biometrics.data import Modality
from yizheng.rooms.biometrics.models import Template
from yizheng.rooms.casework.models import Case
from yizheng.rooms.privacy.models import Look
from yizheng.rooms.risk.data import Act
from yizheng.rooms.risk.models import Weighing

pytestmark = pytest.mark.django_db
WHO = Pno(0)


@cache
def long(seed: int) -> bytes:
    """Six seconds of speech."""
    return write_wav(spoken(WANG, seconds=6, seed=seed))


@pytest.fixture(scope="module")
def engine() -> CampplusEngine:
    return CampplusEngine()


@pytest.fixture
def citizen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: CampplusEngine) -> Client:
    """Somebody of a small roster, signed in; the engine is loaded once for all tests."""
    four_people(tmp_path)
    monkeypatch.setattr(wiring, "voice_engine", lambda: engine)
    monkeypatch.setattr(wiring, "store", lambda: LocalStore(tmp_path / "store"))
    monkeypatch.setattr(wiring, "clock", lambda: FixedClock.on(date(2026, 11, 2)))
    client = Client()
    as_citizen(client, WHO)
    return client


def send(client: Client, recording: bytes, *, enrolling: bool = False) -> dict[str, dict[str, str]]:
    address = reverse("citizen:voice-sound") + ("?what=enrol" if enrolling else "")
    answer = client.post(address, recording, content_type="audio/wav")
    told: dict[str, dict[str, str]] = json.loads(answer.content)
    assert "0." not in answer.content.decode()
    return told


def enrolled(client: Client) -> None:
    client.post(reverse("citizen:voice-agree"))
    client.get(reverse("citizen:voice"))
    for recording in (long(1), long(2)):
        assert "go" in send(client, recording, enrolling=True)
        client.get(reverse("citizen:voice"))


def test_nobody_is_heard_before_consent_and_every_page_is_a_recorded_look(citizen: Client) -> None:
    page = citizen.get(reverse("citizen:voice"))
    assert "我同意" in page.content.decode()
    assert Template.objects.count() == 0
    assert Look.objects.filter(pno=WHO, what="voice").count() == 1
    assert page.headers["Permissions-Policy"].count("microphone=(self)") == 1


def test_two_recordings_enrol_and_a_third_answers_and_a_clerk_sees_it(citizen: Client) -> None:
    enrolled(citizen)
    assert len(biometrics.queries.templates_of(WHO, Modality.VOICE)) == 2
    page = citizen.get(reverse("citizen:voice")).content.decode()
    assert "请念出这些数字" in page
    told = send(citizen, long(3))
    assert told == {"done": reverse("citizen:voice-done")}
    (case,) = Case.objects.all()
    assert case.reasons == ["voice_call"]
    assert "等我们的电话" in citizen.get(reverse("citizen:voice-done")).content.decode()

    clerk = Client()
    account = get_user_model().objects.create(
        username="clerk",
        display_name="认证岗",
        role="certifier",
        created_at=datetime.now(UTC),
        created_by="test",
    )
    as_staff(clerk, account.pk)
    shown = clerk.get(reverse("staff:case-voice", args=[case.pk])).content.decode()
    assert "机器认为是同一个声音" in shown
    assert "没有工作人员在场" in shown
    (answer,) = biometrics.queries.answers(case_id=case.pk)
    sound = clerk.get(reverse("staff:case-recording", args=[case.pk, answer.answer_id]))
    assert sound.content == long(3)
    assert set(Look.objects.filter(pno=WHO, role="certifier").values_list("what", flat=True)) == {
        f"voice:{case.pk}",
        f"sound:{answer.answer_id}",
    }


def test_voice_out_of_the_ordinary_is_asked_about_before_it_is_recorded(citizen: Client) -> None:
    citizen.post(reverse("citizen:voice-agree"))
    clock = wiring.clock()
    who = SignedIn(pno=WHO, since=clock.now())
    for _ in range(4):
        note_act(who=who, pno=WHO, act=Act.CERTIFY, done=False, clock=clock)
    citizen.cookies["device"] = "x" * 43  # and not the device that the session began on
    asked = citizen.get(reverse("citizen:voice"))
    assert asked.status_code == 403
    assert "这不是您的错" in asked.content.decode()
    assert send(citizen, long(1), enrolling=True) == {"go": reverse("citizen:voice")}
    assert Template.objects.count() == 0
    assert {row.asked for row in Weighing.objects.filter(act=Act.ENROL.value)} == {"second_factor"}


def test_enrolment_of_a_voice_is_weighed_once_and_again_on_another_device(citizen: Client) -> None:
    enrolled(citizen)
    assert Weighing.objects.filter(act=Act.ENROL.value).count() == 1
    citizen.post(reverse("citizen:voice-forget"))
    citizen.post(reverse("citizen:voice-agree"))
    citizen.get(reverse("citizen:voice"))
    citizen.cookies["device"] = "y" * 43
    assert send(citizen, long(1), enrolling=True) == {"go": reverse("citizen:voice")}
    citizen.get(reverse("citizen:voice"))
    assert Weighing.objects.filter(act=Act.ENROL.value).count() == 2


def test_recordings_that_will_not_do_are_told_in_words(citizen: Client) -> None:
    citizen.post(reverse("citizen:voice-agree"))
    citizen.get(reverse("citizen:voice"))
    for recording, code in (
        (write_wav(silence(3)), "quiet"),
        (write_wav(spoken(WANG, seconds=2)), "short"),
    ):
        again = send(citizen, recording, enrolling=True)["again"]
        assert again["code"] == code
        assert again["sound"] == f"voice_{code}"
        assert again["say"]
    assert "录音" in send(citizen, b"not a wav", enrolling=True)["other"]["say"]


def test_two_voices_enrol_nobody(citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen.post(reverse("citizen:voice-agree"))
    citizen.get(reverse("citizen:voice"))
    send(citizen, long(1), enrolling=True)
    monkeypatch.setattr("yizheng.flows.vault.voice_is_enrolled._is_one_voice", lambda *_: False)
    assert send(citizen, long(2), enrolling=True)["again"]["code"] == "unlike"
    assert Template.objects.count() == 0


def test_answer_without_digits_leads_back_to_the_page(citizen: Client) -> None:
    enrolled(citizen)
    session = citizen.session
    session.pop("voice_asked")
    session.save()
    assert send(citizen, long(3)) == {"go": reverse("citizen:voice")}
    assert Case.objects.count() == 0


def test_voice_is_deleted_when_the_person_says_so(citizen: Client) -> None:
    enrolled(citizen)
    page = citizen.post(reverse("citizen:voice-forget"), follow=True).content.decode()
    assert "声音已经删掉" in page
    assert Template.objects.count() == 0
    assert "我同意" in citizen.get(reverse("citizen:voice")).content.decode()


def test_who_acts_for_somebody_lends_no_voice(citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yizheng.doors.citizen.views.voice._is_oneself", lambda *_: False)
    assert citizen.get(reverse("citizen:voice")).url == reverse("citizen:ways")  # type: ignore[attr-defined]
    assert citizen.post(reverse("citizen:voice-agree")).url == reverse("citizen:ways")  # type: ignore[attr-defined]
    assert not biometrics.queries.consented(WHO, Modality.VOICE)
