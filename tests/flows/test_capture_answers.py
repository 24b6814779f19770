"""What the camera's page gets: the contract's JSON, plain words for every code, and nothing that tells more."""

import json
from dataclasses import replace
from datetime import date
from io import BytesIO
from random import Random

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.utils import translation
from PIL import Image
from test_citizen_certifies import FACE, agree_and_enrol

from case_situations import CASE_RULES
from face_fakes import ENGINE, Body, FakeLooker, near, template
from pay_situations import AT, POLICY, Pension, make, make_run, stand
from signing_in import as_staff
from yizheng import wiring
from yizheng.doors import identity
from yizheng.doors.bodies import MOST_BYTES
from yizheng.doors.citizen import capture_words
from yizheng.flows.channels.citizen_certifies import HINTS, Means
from yizheng.flows.channels.face_is_decided import Rules
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import FixedClock
from yizheng.rooms import casework, passes, privacy
from yizheng.rooms.biometrics.face_terms import AgeBand, FaceRules
from yizheng.rooms.biometrics.liveness_data import Step
from yizheng.rooms.certification.data import Result
from yizheng.rooms.passes.data import CaptureWhy
from yizheng.rooms.passes.models import Pass
from yizheng.rooms.passes.ports import Waiting
from yizheng.rooms.passes.receipts import read_number

pytestmark = pytest.mark.django_db
BLAME = ("失败", "必须", "否则", "逾期", "违规", "可疑", "攻击", "冒充", "欺诈", "停发")


class Page:
    """The camera's page of one person, without a browser."""

    def __init__(self, client: Client, looker: FakeLooker) -> None:
        self.client, self.looker = client, looker
        self.body = Body(looker, near(FACE, 0.9))
        self.raw = ""

    def post(self, address: str, data: dict[str, object], key: str = "") -> dict[str, object]:
        headers = {"Idempotency-Key": key} if key else {}
        response = self.client.post(address, data, headers=headers)
        self.raw += response.content.decode()
        answer: dict[str, object] = response.json()
        return answer

    def begin(self, **data: object) -> dict[str, object]:
        return self.post("/me/face/begin/", data)

    def send(
        self, answer: dict[str, object], files: list[bytes], times: object, **more: object
    ) -> dict[str, object]:
        data: dict[str, object] = {
            "capture": answer["capture"],
            "no": answer["no"],
            "camera": "Front Camera",
            "times": json.dumps(times),
            "frames": [SimpleUploadedFile(f"{n}.jpg", one) for n, one in enumerate(files)],
        }
        return self.post("/me/face/frames/", data, **more)  # type: ignore[arg-type]

    def do(self, answer: dict[str, object], **more: object) -> dict[str, object]:
        step = answer["step"]
        assert isinstance(step, dict)
        files, times = self.body.does(Step(step["code"]))
        return self.send(answer, list(files), times, **more)


@pytest.fixture
def page(client: Client, monkeypatch: pytest.MonkeyPatch) -> Page:
    make(Pension(pno=0, phone=""), Pension(pno=1))
    make_run()
    stand(1, Result.DUE, due=date(2026, 11, 20), event=date(2025, 11, 20))
    agree_and_enrol()
    looker = FakeLooker()
    face = FaceRules(engine=ENGINE.code, bands=(AgeBand(from_age=0, accept=0.5, refer=0.36),))
    rules = Rules(policies=(POLICY,), face=face, engine=ENGINE.code, case_rules=CASE_RULES)
    means = Means(looker=looker, rules=rules, rng=Random(4))
    monkeypatch.setattr(wiring, "capture_means", lambda: means)
    monkeypatch.setattr(wiring, "clock", lambda: FixedClock(AT))
    agency = replace(wiring.agency(), policies=(POLICY,))
    monkeypatch.setattr(wiring, "agency", lambda: agency)
    sign_in(client)
    return Page(client, looker)


def sign_in(client: Client) -> None:
    """A citizen's session, as signing in makes it."""
    request = RequestFactory().get("/")
    request.session = client.session
    identity.start_citizen(request, Pno(1))
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)


def test_whole_way_to_certified_until_with_a_receipt_number(page: Page) -> None:
    answer = page.begin()
    assert set(answer) == {"capture", "step", "no", "of"}
    step = answer["step"]
    assert isinstance(step, dict)
    assert set(step) == {"code", "say", "sound"}
    while "done" not in answer:
        answer = page.do(answer)
    address = str(answer["done"])
    shown = page.client.get(address).content.decode()
    assert "已认证" in shown
    assert "有效期至" in shown
    assert "2027年10月31日" in shown
    number = shown.partition('<dd class="number">')[2].partition("<")[0]
    assert read_number(number) is not None
    printed = page.client.get(address.replace("result", "receipt")).content.decode()
    assert number in printed
    assert "已通过认证" in page.client.get("/me/").content.decode()
    assert "网上刷脸" in page.client.get("/me/").content.decode()
    assert "440802" not in page.raw + shown + printed


def test_no_answer_carries_a_measure(page: Page) -> None:
    answer = page.begin()
    files, times = page.body.still()
    page.send(answer, list(files), times)
    while "done" not in answer:
        answer = page.do(answer)
    for word in ("score", "likeness", "threshold", "yaw", "mesh", "embedding", "cosine", "0."):
        assert word not in page.raw


def test_step_again_says_what_would_help_and_then_shows_ways(page: Page) -> None:
    answer = page.begin()
    for misses in (1, 2):
        files, times = page.body.still()
        answer = page.send(answer, list(files), times)
        again = answer["again"]
        assert isinstance(again, dict)
        assert set(again) == {"code", "say", "sound"}
        assert ("ways" in answer) is (misses >= 2)


def test_wait_says_seconds_and_people_and_the_same_key_goes_on(page: Page) -> None:
    answer = page.begin()
    step = answer["step"]
    assert isinstance(step, dict)
    files, times = page.body.does(Step(step["code"]))
    page.looker.waiting = [Waiting(7, 3)]
    wait = page.send(answer, list(files), times, key="k")["wait"]
    assert isinstance(wait, dict)
    assert (wait["seconds"], wait["ahead"]) == (7, 3)
    assert "3" in wait["say"]
    assert "7" in wait["say"]
    assert page.send(answer, list(files), times, key="k")["no"] == 2


def test_another_face_gets_other_ways_at_once(page: Page) -> None:
    page.body.face = template(9)
    answer = page.begin()
    while "other" not in answer:
        answer = page.do(answer)
    other = answer["other"]
    assert isinstance(other, dict)
    assert {way["code"] for way in other["ways"]} >= {"video", "window", "visit", "phone"}
    assert "养老金" in other["say"]


def test_not_due_offers_to_insist_and_insisting_begins(page: Page) -> None:
    stand(1, Result.NOT_DUE, due=date(2027, 3, 1), event=date(2026, 3, 1))
    other = page.begin()["other"]
    assert isinstance(other, dict)
    assert other["say"].startswith("今年不用您做")
    assert "insist" in {way["code"] for way in other["ways"]}
    assert "step" in page.begin(insist="1")


@pytest.mark.parametrize(
    ("files", "times"),
    [
        ([b"GIF89a"], [1]),
        ([b""], [1]),
        ([b"\xff\xd8\xff"], [1]),
        ([], []),
        ([b"\xff\xd8" + b"\0" * 200_000], [1]),
    ],
)
def test_pictures_that_are_none_are_asked_for_again_in_plain_words(
    page: Page, files: list[bytes], times: list[int]
) -> None:
    answer = page.begin()
    again = page.send(answer, files, times)["again"]
    assert isinstance(again, dict)
    assert again["code"] == "unreadable"


@pytest.mark.parametrize("times", ["[1]", "[]", "null", "{}", '["x"]', "[1e999]", "nonsense", "[[1]]"])
def test_times_that_are_none_break_nothing(page: Page, times: str) -> None:
    answer = page.begin()
    step = answer["step"]
    assert isinstance(step, dict)
    files, _ = page.body.does(Step(step["code"]))
    data = {
        "capture": answer["capture"],
        "no": "1",
        "times": times,
        "frames": [SimpleUploadedFile(f"{n}.jpg", one) for n, one in enumerate(files)],
    }
    response = page.client.post("/me/face/frames/", data)
    assert response.status_code == 200
    assert "again" in response.json()


def test_thirteen_pictures_are_too_many(page: Page) -> None:
    answer = page.begin()
    files = [*page.body.does(Step.NOD)[0], page.body.still(1)[0][0]]
    assert "again" in page.send(answer, list(files), list(range(13)))


def test_capture_that_is_not_ours_is_no_capture(page: Page) -> None:
    answer = page.begin() | {"capture": "f" * 32}
    response = page.client.post("/me/face/frames/", {"capture": "f" * 32, "no": "1", "times": "[]"})
    assert response.status_code == 409
    assert "other" in response.json()
    assert page.client.get("/me/face/result/" + "f" * 32 + "/").status_code == 404
    del answer


def test_whoever_is_not_signed_in_is_told_in_json(client: Client) -> None:
    make(Pension(pno=1))
    response = client.post("/me/face/begin/")
    assert response.status_code == 401
    assert response.json()["other"]["code"] == "sign_in"


def test_photograph_goes_to_a_person_and_says_so(page: Page) -> None:
    out = BytesIO()
    Image.new("RGB", (300, 400), "grey").save(out, "JPEG")
    photo = SimpleUploadedFile("a.jpg", out.getvalue())
    response = page.client.post("/me/face/photo/", {"photo": photo}, follow=True)
    assert "已经收到" in response.content.decode()
    assert Pass.objects.count() == 0


@pytest.mark.parametrize("data", [b"", b"<svg><script/></svg>", b"%PDF-1.7", b"GIF89a"])
def test_photograph_that_is_none_is_refused_kindly_with_other_ways(page: Page, data: bytes) -> None:
    photo = SimpleUploadedFile("a.jpg", data)
    shown = page.client.post("/me/face/photo/", {"photo": photo}, follow=True).content.decode()
    assert "用不了" in shown
    assert 'href="/me/ways/"' in shown


def test_every_code_has_words_that_blame_nobody_in_both_languages() -> None:
    assert set(HINTS) <= set(capture_words.HINTS)
    assert {why.value for why in CaptureWhy if why is not CaptureWhy.SAME} <= set(capture_words.WHYS)
    assert set(Step) == set(capture_words.STEPS)
    tables = (capture_words.HINTS, capture_words.WHYS, capture_words.STEPS, capture_words.PICTURES)
    texts = [str(text) for table in tables for text in table.values()]
    assert [text for text in texts if any(word in text for word in BLAME)] == []
    with translation.override("en"):
        assert [text for table in tables for text in map(str, table.values()) if not text.isascii()] == []


@pytest.mark.parametrize("why", [why.value for why in CaptureWhy if why is not CaptureWhy.SAME])
def test_every_end_offers_at_least_two_ways_and_at_most_six(why: str) -> None:
    ways = capture_words.ways_for(why, agency_tel="12333")
    assert 2 <= len(ways) <= 6
    assert all(len(way.say) <= 8 for way in ways)


def test_upload_that_is_too_large_is_refused_before_it_is_read(page: Page) -> None:
    photo = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"\0" * (10 << 20))
    response = page.client.post("/me/face/photo/", {"photo": photo})
    assert response.status_code == 400


def test_no_upload_touches_the_disk(page: Page) -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["yizheng.doors.uploads.InMemoryOnly"]
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE >= MOST_BYTES


def test_two_who_decide_see_the_pictures_and_nobody_else(page: Page) -> None:
    page.body.face = near(FACE, 0.44)
    answer = page.begin()
    while "done" not in answer:
        answer = page.do(answer)
    case = casework.queries.case_of_person(1)
    assert case is not None
    (capture,) = passes.queries.captures_of_case(case.case_id)
    for role, status in (("certifier", 200), ("rechecker", 200), ("auditor", 404)):
        staff, user = Client(), get_user_model().objects.create(username=role, role=role, created_at=AT)
        as_staff(staff, user.pk)
        shown = staff.get(f"/staff/cases/{case.case_id}/captures/").content.decode()
        assert ("<img" in shown) is (status == 200)
        picture = staff.get(f"/staff/cases/{case.case_id}/captures/{capture.capture_id}/0.jpg")
        assert picture.status_code == status
        assert "看刷脸的照片" in staff.get(f"/staff/cases/{case.case_id}/").content.decode()
    assert "capture:" in {look.what.partition(":")[0] + ":" for look in privacy.queries.looks_at(1)}
