"""The pages about faces: equal ways, a consent that is taken back as easily as given, and nothing made of a template."""

import json
import re
from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from faces import astronaut, dimmed, jpeg
from signing_in import as_citizen, as_staff
from yizheng import wiring
from yizheng.doors.staff.views import biometrics as staff_views
from yizheng.flows.signing_in.risk_is_weighed import note_act
from yizheng.flows.vault import biometric_consent
from yizheng.kernel.ids import Pno
from yizheng.rooms import biometrics
from yizheng.rooms.access.data import SignedIn
from yizheng.rooms.biometrics.data import AuthorityAnswer, Channel, Modality, PhotoOutcome
from yizheng.rooms.people.data import Identity, Lately, PersonFacts
from yizheng.rooms.risk.data import Act
from yizheng.rooms.risk.models import Weighing

pytestmark = pytest.mark.django_db

WHO = Pno(5)
FACTS = PersonFacts(
    pno=WHO,
    sex=1,
    birth_day=date(1950, 3, 7),
    region="110101",
    true_from=date(2026, 1, 1),
    known_since=wiring.clock().now(),
)


@pytest.fixture
def citizen(monkeypatch: pytest.MonkeyPatch) -> Client:
    """The person, in an agency that has no gateway to an authority's photos."""
    monkeypatch.setattr(wiring, "authority_photo", lambda: None)
    client = Client()
    as_citizen(client, WHO)
    return client


@pytest.fixture
def clerk(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A certifier, and a person on the roster who is called 李."""
    monkeypatch.setattr(staff_views.people.queries, "person", lambda pno: FACTS if pno == WHO else None)
    monkeypatch.setattr(staff_views.insight.queries, "name_of", lambda _: "李")
    client = Client()
    as_staff(client, _account("certifier"))
    return client


def _account(role: str) -> int:
    made = get_user_model().objects.create(
        username=role, display_name=role, role=role, created_at=wiring.clock().now(), created_by="test"
    )
    return int(made.pk)


def _upload(*pictures: bytes) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{no}.jpg", picture, "image/jpeg") for no, picture in enumerate(pictures)]


def _numbers_of(client_pno: Pno) -> Iterator[str]:
    """Every figure of the stored templates, as a page or an answer might write it."""
    for record in biometrics.queries.templates_of(client_pno, Modality.FACE):
        for value in record.vector:
            yield f"{abs(float(value)):.4f}"


def _is_silent(answer: HttpResponse) -> None:
    """No figure of a template, no score, no threshold, no landmark and no word for them in an answer."""
    text = re.sub(r"<svg.*?</svg>", "", answer.content.decode(), flags=re.DOTALL)
    for figure in _numbers_of(WHO):
        assert figure not in text
    assert not re.search(r"0\.(?:36|50?)\b", text)
    assert not re.search(
        r"score|cosine|threshold|embedding|template_id|landmark|similarity|相似度|得分|分数",
        text,
        re.IGNORECASE,
    )
    assert not re.search(r"\d\.\d{3,}", text)


# ---- the citizen ------------------------------------------------------------------------------------------------


def test_both_answers_have_the_same_weight(citizen: Client) -> None:
    page = citizen.get(reverse("citizen:face-consent"))
    text = page.content.decode()
    form = text[text.index('<form class="acts" method="post" action="/me/face/consent/agree/"') :]
    form = form[: form.index("</form>")]
    assert re.findall(r'class="(act\b[^"]*)"', form) == ["act", "act"]
    assert "同意刷脸" in form
    assert "不用刷脸，换别的办法" in form
    for heading in ("看什么", "为什么", "存多久", "谁看得到", "能撤回吗"):
        assert heading in text
    assert "找人工" in text
    _is_silent(page)


def test_not_agreeing_costs_nothing_and_is_no_request(citizen: Client) -> None:
    citizen.get(reverse("citizen:face-consent"))
    assert citizen.get(reverse("citizen:ways")).status_code == 200
    assert biometrics.queries.consents(WHO) == []


def test_agreeing_is_a_press_and_never_a_visit(citizen: Client) -> None:
    assert citizen.get(reverse("citizen:face-agree"))["Location"] == reverse("citizen:face-consent")
    assert not biometrics.queries.consented(WHO, Modality.FACE)
    citizen.post(reverse("citizen:face-agree"))
    (consent,) = biometrics.queries.consents(WHO)
    assert (consent.channel, consent.text_version) == (Channel.WEB, biometric_consent.TEXT_VERSION)
    page = citizen.get(reverse("citizen:face-consent"))
    assert consent.receipt in page.content.decode()
    _is_silent(page)


def test_authority_is_asked_for_a_photo_once_the_person_agreed(
    citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gateway:
        authority = "police_id_photo"

        def photo_of(self, *, number: str, name: str, request: str) -> AuthorityAnswer:
            assert (number, name) == ("110101195003070018", "李")
            assert str(int(WHO)) in request
            return AuthorityAnswer(outcome=PhotoOutcome.FOUND, picture=jpeg(astronaut()))

    monkeypatch.setattr(wiring, "authority_photo", Gateway)
    monkeypatch.setattr(
        "yizheng.rooms.people.queries.identity", lambda _: Identity(number="110101195003070018", name="李")
    )
    assert "公安部门" in citizen.get(reverse("citizen:face-consent")).content.decode()
    citizen.post(reverse("citizen:face-agree"))
    assert biometrics.queries.has_template(WHO, Modality.FACE)
    page = citizen.get(reverse("citizen:face-consent"))
    assert "您的脸已经登记好" in page.content.decode()
    _is_silent(page)


def test_enrolment_out_of_the_ordinary_is_asked_about_before_anything_is_kept(
    citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gateway:
        authority = "police_id_photo"

        def photo_of(self, *, number: str, name: str, request: str) -> AuthorityAnswer:
            raise AssertionError(f"nobody was to be asked: {len(number + name + request)} letters came")

    monkeypatch.setattr(wiring, "authority_photo", Gateway)
    # failed tries and another phone lately: over the first step of `enrol`
    who = SignedIn(pno=WHO, since=wiring.clock().now())
    for _ in range(4):
        note_act(who=who, pno=WHO, act=Act.CERTIFY, done=False, clock=wiring.clock())
    monkeypatch.setattr(
        "yizheng.rooms.people.queries.lately",
        lambda *_, **__: Lately(
            birth_day=FACTS.birth_day,
            phone="",
            phone_changed=wiring.clock().now(),
            account_changed=None,
        ),
    )
    asked = citizen.post(reverse("citizen:face-agree"))
    text = asked.content.decode()
    assert asked.status_code == 403
    assert "这不是您的错" in text
    assert "到窗口" in text
    assert "照样可以刷脸" not in text  # that is what is asked about
    assert biometrics.queries.consents(WHO) == []
    assert Weighing.objects.get(act=Act.ENROL.value).asked == "second_factor"


def test_consent_where_no_photo_would_be_asked_for_is_never_held_up(citizen: Client) -> None:
    citizen.post(reverse("citizen:face-agree"))
    assert biometrics.queries.consented(WHO, Modality.FACE)
    assert not Weighing.objects.filter(act=Act.ENROL.value).exists()


def test_page_names_the_search_to_those_alone_who_are_sought(citizen: Client) -> None:
    new, old = "也用来发现同一张脸被登记在两个人名下；只会请工作人员核对。", "所以不会拿您的脸去查找"
    text = citizen.get(reverse("citizen:face-consent")).content.decode()
    assert new in text
    assert old not in text
    with transaction.atomic():
        biometrics.actions.give_consent(
            WHO,
            Modality.FACE,
            text_version="face-2026-11",
            channel=Channel.WEB,
            actor="citizen",
            at=wiring.clock().now(),
        )
    text = citizen.get(reverse("citizen:face-consent")).content.decode()
    assert new not in text
    assert old in text


def test_taking_back_asks_once_and_deletes_at_once(citizen: Client, clerk: Client) -> None:
    _enrolled(clerk)
    assert citizen.get(reverse("citizen:face-withdraw")).status_code == 200
    assert biometrics.queries.has_template(WHO, Modality.FACE)  # looking at the question deletes nothing
    figures = list(_numbers_of(WHO))
    done = citizen.post(reverse("citizen:face-withdraw"), follow=True)
    text = done.content.decode()
    assert "存着的人脸数据已经删掉了" in text
    assert re.search(r"BIO-\d{4}-\d{6}", text)
    assert not any(figure in text for figure in figures)
    assert not biometrics.queries.has_template(WHO, Modality.FACE)
    assert citizen.post(reverse("citizen:face-withdraw")).status_code == 302  # nothing is left to take back


@pytest.mark.parametrize("name", ["face-consent", "face-agree", "face-withdraw"])
def test_visitor_reaches_none_of_it(name: str) -> None:
    method = "post" if name == "face-agree" else "get"
    assert getattr(Client(), method)(reverse(f"citizen:{name}")).status_code == 302


# ---- the counter ------------------------------------------------------------------------------------------------


def _enrolled(clerk: Client, *pictures: bytes, **more: str) -> HttpResponse:
    given = {
        "pictures": _upload(*(pictures or (jpeg(astronaut()),))),
        "source": "service_point",
        "signed": "yes",
    }
    return clerk.post(reverse("staff:face-enrol", args=[WHO]), {**given, **more}, follow=True)


def test_counter_enrols_and_says_what_is_wrong_picture_by_picture(clerk: Client) -> None:
    answer = _enrolled(
        clerk, jpeg(dimmed(astronaut(), 0.2)), b"GIF89a", jpeg(np.full((300, 300, 3), 128, np.uint8))
    )
    text = answer.content.decode()
    for told in ("光线太暗", "打不开这张照片", "没有看到脸", "都不能用"):
        assert told in text
    assert not biometrics.queries.consented(WHO, Modality.FACE)
    _is_silent(answer)
    assert "已登记" in _enrolled(clerk).content.decode()
    assert biometrics.queries.has_template(WHO, Modality.FACE)
    page = clerk.get(reverse("staff:face", args=[WHO]))
    assert "在服务点拍的" in page.content.decode()
    _is_silent(page)


def test_counter_without_a_signature_enrols_nobody(clerk: Client) -> None:
    answer = _enrolled(clerk, signed="")
    assert "请先请本人读说明并签字" in answer.content.decode()
    assert not biometrics.queries.has_template(WHO, Modality.FACE)


def test_counter_takes_back_as_the_person_asks(clerk: Client) -> None:
    _enrolled(clerk)
    clerk.post(reverse("staff:face-withdrawn", args=[WHO]))
    assert not biometrics.queries.has_template(WHO, Modality.FACE)
    again = clerk.post(reverse("staff:face-withdrawn", args=[WHO]), follow=True)
    assert "没有什么可撤回" in again.content.decode()


def test_person_who_is_not_on_the_roster_has_no_page(clerk: Client) -> None:
    assert clerk.get(reverse("staff:face", args=[99])).status_code == 404


def test_operator_sees_the_count_and_the_duty(clerk: Client) -> None:
    _enrolled(clerk)
    boss = Client()
    as_staff(boss, _account("supervisor"))
    page = boss.get(reverse("staff:faces"))
    text = page.content.decode()
    assert "100,000" in text
    assert wiring.face_engine().engine.code in text
    assert "最迟哪天备案" not in text
    _is_silent(page)
    filed = {"filed_on": "2099-01-01", "reference": "17"}
    wrong = boss.post(reverse("staff:faces-filed"), filed, follow=True)
    assert "不能晚于今天" in wrong.content.decode()
    today = wiring.clock().now().date().isoformat()
    assert (
        boss.post(reverse("staff:faces-filed"), {"filed_on": today, "reference": "京网备 17"}).status_code
        == 302
    )
    assert "京网备 17" in boss.get(reverse("staff:faces")).content.decode()


def test_scan_would_find_a_leak() -> None:
    """The scan itself: it fails for a figure of a template, a score and a threshold."""
    for leak in ("score", json.dumps({"s": 0.4711}), "0.36", "相似度"):
        with pytest.raises(AssertionError):
            _is_silent(HttpResponse(f"<p>{leak}</p>"))
