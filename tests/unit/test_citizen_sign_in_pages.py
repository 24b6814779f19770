"""Signing in, page by page: every answer to a POST leads back to a page, and each page says what is true."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

import yizheng.doors
from signing_in import as_citizen, person
from yizheng import wiring
from yizheng.adapters.messages.files import FileChannel
from yizheng.kernel.time import FixedClock
from yizheng.rooms.notices.data import SMS

pytestmark = pytest.mark.django_db
NUMBER, TYPO = "440882194205297222", "440882194205297223"
KNOWN = "440802194912310017"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yizheng.doors.proofs.PACE_SECONDS", 0.0)


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def to_the_code(client: Client, number: str = NUMBER) -> str:
    answer = client.post("/", {"number": number})
    assert answer.status_code == 302
    assert answer["Location"] == "/code/"
    return said(client, "/code/")


def test_one_wrong_digit_is_told_before_a_code_is_waited_for(client: Client) -> None:
    answer = client.post("/", {"number": TYPO})
    assert answer.status_code == 302
    shown = said(client, answer["Location"])
    assert "这个号码有一位不对，请对照身份证再看一遍。" in shown
    assert TYPO in shown
    assert 'id="errors"' in shown
    assert answer["Location"].endswith("#errors")


def test_what_was_typed_is_shown_back_in_groups_whether_anybody_has_it_or_not(client: Client) -> None:
    person(0, KNOWN)
    assert "4408 8219 4205 2972 22" in to_the_code(client)
    assert "4408 0219 4912 3100 17" in to_the_code(Client(), KNOWN)


def test_wrong_code_says_how_many_tries_are_left_and_warns_before_the_last(client: Client) -> None:
    to_the_code(client)
    found = []
    for _ in range(5):
        answer = client.post("/code/", {"code": "000000"})
        assert answer.status_code == 302
        found.append(said(client, answer["Location"]))
    assert "验证码不对，还可以再试 4 次。" in found[0]
    assert "要等" not in found[0]
    assert "还可以再试 1 次。都不对的话，要等 15 分钟。" in found[3]
    assert "试的次数多了，请在 15 分钟以后再试" in found[4]
    locked = said(client, client.post("/code/", {"code": "000000"})["Location"])
    assert "暂时不能登录" in locked
    assert "请检查下面的内容" not in locked


def test_tries_left_are_the_same_for_a_number_that_nobody_has(client: Client) -> None:
    person(0, KNOWN)
    for number in (NUMBER, KNOWN):
        visitor = Client()
        to_the_code(visitor, number)
        shown = said(visitor, visitor.post("/code/", {"code": "000000"})["Location"])
        assert "验证码不对，还可以再试 4 次。" in shown


@pytest.mark.parametrize("number", [NUMBER, KNOWN], ids=["nobody's", "somebody's"])
def test_expired_code_is_told_apart_from_a_wrong_one(
    client: Client, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    person(0, KNOWN)
    to_the_code(client, number)
    later = FixedClock(wiring.clock().now() + timedelta(minutes=11))
    monkeypatch.setattr(wiring, "clock", lambda: later)
    shown = said(client, client.post("/code/", {"code": "000000"})["Location"])
    assert "验证码已过期，请点“再发一次”。" in shown


def test_helper_has_a_page_of_their_own(client: Client) -> None:
    assert "我是来帮家人办的" in said(client, "/")
    assert "手机号" not in said(client, "/").split("<form")[1].split("</form>")[0]
    answer = client.post("/family/", {"phone": "139 0013 9000"})
    assert answer["Location"] == "/code/"
    shown = said(client, "/code/")
    assert "改手机号" in shown
    assert "1390 0139 000" in shown


def test_without_a_gateway_the_page_does_not_promise_a_text(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert wiring.message_channels()[SMS].needs_phone
    assert "验证码已发往您在社保登记的手机号" in to_the_code(client)
    file = FileChannel(tmp_path)
    monkeypatch.setattr(wiring, "message_channels", lambda: {SMS: file})
    shown = said(client, "/code/")
    assert "这里还没有接通短信" in shown
    assert "已发往" not in shown


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/code/again/", "/code/"),
        ("/sign-out/", "/"),
        ("/enter/second/phone/", "/enter/second/"),
        ("/me/face/consent/agree/", "/me/face/consent/"),
        ("/me/voice/agree/", "/me/voice/"),
        ("/me/voice/forget/", "/me/voice/"),
        ("/me/alive/", "/me/"),
        ("/helper/stop/", "/helper/"),
    ],
)
def test_address_that_only_takes_answers_leads_to_its_form(client: Client, address: str, form: str) -> None:
    person(0, KNOWN)
    as_citizen(client, 0)
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"] == form


def test_form_that_was_open_too_long_comes_back_fresh(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/", {"number": NUMBER}, headers={"Accept": "text/html"})
    assert answer.status_code == 302
    assert "页面停留太久，请重新填写一次。" in said(strict, answer["Location"])
    clerk = strict.post("/staff/login/", {"username": "li"}, headers={"Accept": "text/html"})
    assert "页面停留太久，请重新填写一次。" in said(strict, clerk["Location"])
    assert strict.post("/me/face/begin/", headers={"Accept": "*/*"}).status_code == 403


def visible(html: str) -> str:
    """What a page says: without its tags and scripts."""
    body = html.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return re.sub(r"<[^>]*>|http://\S+", " ", body)


@pytest.mark.parametrize("easy", ["short", "aaaaaaaaaaaaaa", KNOWN, "x" * 200])
@pytest.mark.parametrize(("language", "foreign"), [("zh-hans", r"[A-Za-z]{3,}"), ("en", r"[\u4e00-\u9fff]")])
def test_error_is_said_in_one_language(client: Client, easy: str, language: str, foreign: str) -> None:
    person(0, KNOWN)
    as_citizen(client, 0)
    client.cookies["language"] = language
    answer = client.post("/me/security/password/", {"password": easy, "again": easy})
    shown = said(client, answer["Location"])
    assert 'id="errors"' in shown
    assert re.findall(foreign, visible(shown)) == []


@pytest.mark.parametrize(("language", "foreign"), [("zh-hans", r"[A-Za-z]{3,}"), ("en", r"[\u4e00-\u9fff]")])
@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("/", {}),
        ("/", {"number": TYPO}),
        ("/family/", {"phone": "12"}),
        ("/enter/password/", {"number": "x", "password": ""}),
        ("/enter/slip/", {"number": NUMBER, "code": "1"}),
        ("/enter/qr/", {"ticket": "1"}),
        ("/enter/passkey/", {"answer": "{}"}),
        ("/code/", {"code": "1"}),
        ("/enter/second/", {"code": "000000"}),
    ],
)
def test_every_error_of_signing_in_is_said_in_one_language(
    client: Client, address: str, given: dict[str, str], language: str, foreign: str
) -> None:
    client.cookies["language"] = language
    client.post("/", {"number": NUMBER})
    answer = client.post(address, given)
    shown = said(client, answer["Location"])
    assert 'id="errors"' in shown
    assert re.findall(foreign, visible(shown)) == []


def test_receipt_has_a_button_to_print_and_nothing_else_is_printed() -> None:
    css = (Path(yizheng.doors.__path__[0]) / "static/yizheng/citizen.css").read_text(encoding="utf-8")
    assert "@media print" in css
    templates = Path(yizheng.doors.__path__[0]) / "citizen/templates/citizen"
    for part in ("top", "bars", "foot"):
        assert "no-print" in (templates / f"parts/{part}.html").read_text(encoding="utf-8")
    receipt = (templates / "face_receipt.html").read_text(encoding="utf-8")
    assert "data-print" in receipt
    assert "可以截屏保存" in receipt
