"""What holds for every page: strict headers, nothing inline, nothing unescaped, no way off the site by `next`."""

import re
import time
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import yizheng.doors
from yizheng.doors.citizen.views.sign_in import PACE_SECONDS

DOORS = Path(next(iter(yizheng.doors.__path__)))
TEMPLATES = sorted(DOORS.rglob("*.html"))
INLINE = re.compile(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape off")
ELSEWHERE = re.compile(r"(?:src|href|action)=\"(?:https?:)?//")


@pytest.mark.parametrize("pattern", [INLINE, UNESCAPED, ELSEWHERE], ids=["inline", "unescaped", "elsewhere"])
def test_no_template_holds_what_the_headers_forbid(pattern: re.Pattern[str]) -> None:
    assert [path.name for path in TEMPLATES if pattern.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "scripts"), [("/", "'none'"), ("/staff/login/", "'self'"), ("/nothing/", "'none'")]
)
def test_every_answer_carries_strict_headers(address: str, scripts: str) -> None:
    answer = Client().get(address)
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert f"script-src {scripts};" in policy
    assert "unsafe" not in policy
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"


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
    assert "页面放得太久了" in answer.content.decode()


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
    asked = client.post("/", {"number": "110101194901010017"})
    assert time.monotonic() - started >= PACE_SECONDS
    assert asked["Location"] == reverse("citizen:code")
    wrong = client.post(reverse("citizen:code"), {"code": "123456"})
    assert wrong.status_code == 400
    assert "验证码不对或者过期了" in wrong.content.decode()
    again = client.post(reverse("citizen:again"))
    assert "请等一分钟再点" in again.content.decode()
