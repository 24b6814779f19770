"""What holds for every page: strict headers, nothing inline, nothing unescaped, no way off the site by `next`."""

import re
import time
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

import yizheng.doors
from yizheng.doors import web
from yizheng.doors.proofs import PACE_SECONDS

DOORS = Path(next(iter(yizheng.doors.__path__)))
TEMPLATES = sorted(DOORS.rglob("*.html"))
INLINE = re.compile(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape off")
ELSEWHERE = re.compile(r"(?:src|href|action)=\"(?:https?:)?//")


@pytest.mark.parametrize("pattern", [INLINE, UNESCAPED, ELSEWHERE], ids=["inline", "unescaped", "elsewhere"])
def test_no_template_holds_what_the_headers_forbid(pattern: re.Pattern[str]) -> None:
    assert [path.name for path in TEMPLATES if pattern.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/staff/login/", "/nothing/"])
def test_every_answer_carries_strict_headers(address: str) -> None:
    answer = Client().get(address)
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src 'self';" in policy
    assert "connect-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "(self)" not in answer["Permissions-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"


def _empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"X-Asked": request.path})


@pytest.mark.parametrize(
    ("devices", "scripts"),
    [
        ((web.Device.CAMERA,), "'self' 'wasm-unsafe-eval'"),
        ((web.Device.MICROPHONE,), "'self'"),
        ((web.Device.CAMERA, web.Device.MICROPHONE), "'self' 'wasm-unsafe-eval'"),
    ],
)
def test_page_opens_only_the_devices_its_view_names(devices: tuple[web.Device, ...], scripts: str) -> None:
    page = web.SecurityHeaders(web.uses(*devices)(_empty))
    answer = page(RequestFactory().get("/me/face/"))
    said = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert said["script-src"] == scripts
    assert said["connect-src"] == "'self'"
    assert {said[name] for name in ("media-src", "worker-src")} == {"'self' blob:"}
    assert said["default-src"] == "'none'"
    opened = [part for part in answer["Permissions-Policy"].split(", ") if part.endswith("(self)")]
    assert opened == [f"{device.value}=(self)" for device in devices]


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/me/", "/me/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("me/", "/"),
        ("", "/"),
    ],
)
def test_choosing_a_mode_leads_back_to_a_page_of_ours(wanted: str, reached: str) -> None:
    answer = Client().get("/mode/elder/", {"next": wanted})
    assert answer.status_code == 302
    assert answer["Location"] == reached
    assert answer.cookies["mode"].value == "elder"
    assert answer.cookies["mode"]["httponly"]


@pytest.mark.django_db
def test_language_is_chinese_whatever_the_browser_prefers_until_english_is_chosen() -> None:
    client = Client(headers={"accept-language": "en-US"})
    assert client.get("/")["Content-Language"] == "zh-hans"
    client.get(reverse("language", args=["en"]))
    assert client.get("/")["Content-Language"] == "en"


@pytest.mark.django_db
def test_form_without_its_protection_is_refused_in_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/", {"number": "1"})
    assert answer.status_code == 403
    assert "页面停留太久" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["me", "why", "history", "looks", "ways"])
def test_page_about_a_person_needs_that_person(name: str) -> None:
    answer = Client().get(reverse(f"citizen:{name}"))
    assert answer.status_code == 302
    assert answer["Location"] == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["code", "again", "sign-out"])
def test_steps_of_signing_in_cannot_be_skipped(name: str) -> None:
    client = Client()
    answer = client.post(reverse(f"citizen:{name}"), {"code": "123456"})
    assert answer.status_code == 302
    assert answer["Location"] == "/"


@pytest.mark.django_db
def test_number_that_nobody_has_takes_as_long_and_reads_the_same() -> None:
    client = Client()
    started = time.monotonic()
    asked = client.post("/", {"number": "110101194901010018"})
    assert time.monotonic() - started >= PACE_SECONDS
    assert asked["Location"] == reverse("citizen:code")
    wrong = client.post(reverse("citizen:code"), {"code": "123456"}, follow=True)
    assert "验证码不对，还可以再试 4 次" in wrong.content.decode()
    again = client.post(reverse("citizen:again"), follow=True)
    assert "请等一分钟再点" in again.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/staff/login/", "/offline/", "/nothing/"])
def test_head_is_answered_as_a_get_without_its_body(address: str) -> None:
    asked, whole = Client().head(address), Client().get(address)
    assert (asked.status_code, asked.content) == (whole.status_code, b"")
    assert asked["Content-Type"] == whole["Content-Type"]
