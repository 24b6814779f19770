"""Passkeys, apps, recovery and sessions in a real browser with a virtual authenticator; every page is measured."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from browser import audit
from browser.conftest import ROOT, Agency, sign_in_citizen, visitor
from typist import typed

PASSWORD = "three geese over the lake"
STDIN = "--password-stdin"
BEFORE = ("/enter/", "/enter/passkey/", "/enter/password/", "/enter/slip/", "/enter/qr/", "/demo/card/")
OWN = (
    "/me/security/",
    "/me/security/passkeys/",
    "/me/security/password/",
    "/me/security/app/",
    "/me/security/codes/",
    "/me/security/sessions/",
    "/me/security/qr/",
)


@pytest.fixture
def place(agency: Agency) -> Agency:
    """The agency under the host name that passkeys are made for: browsers make none for a bare address."""
    return replace(agency, url=agency.url.replace("127.0.0.1", "localhost"))


def _authenticator(page: Page) -> None:
    """A phone that knows its holder, as far as the browser can tell."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _add_account(agency: Agency, username: str, role: str) -> None:
    done = typed(
        *("account", "add", username, "--name", "试用", "--role", role, STDIN),
        environment={**os.environ, "YIZHENG_HOME": str(agency.home), "YIZHENG_DEMO": "1"},
        folder=ROOT,
        stdin=PASSWORD,
    )
    assert done.returncode == 0, done.stderr


def _log_in(page: Page, place: Agency, username: str) -> None:
    page.goto(f"{place.url}/staff/login/")
    page.get_by_label("账号", exact=True).fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_citizen_adds_a_passkey_and_signs_in_with_it(place: Agency, browser: Browser) -> None:
    with visitor(browser, place) as page:
        _authenticator(page)
        sign_in_citizen(page, place, place.numbers["passed"][10])
        page.goto(f"{place.url}/me/security/")
        page.get_by_role("link", name=re.compile("通行密钥")).click()
        page.get_by_role("button", name="登记这台手机").click()
        page.locator(".keys strong", has_text="通行密钥 1").wait_for()
        page.get_by_role("button", name="退出").click()
        page.goto(f"{place.url}/")
        page.get_by_role("link", name="其他登录方式").click()
        page.get_by_role("link", name=re.compile("通行密钥")).click()
        page.get_by_role("button", name="用通行密钥").click()
        page.wait_for_url("**/me/")
        page.goto(f"{place.url}/me/security/passkeys/")
        page.get_by_role("button", name="删掉").click()
        page.locator(".keys strong").wait_for(state="detached")


def test_staff_adds_a_key_and_then_shows_two_factors(place: Agency, browser: Browser) -> None:
    _add_account(place, "li.key", "supervisor")
    with visitor(browser, place, width=1280) as page:
        _authenticator(page)
        _log_in(page, place, "li.key")
        page.wait_for_url("**/staff/")
        page.get_by_role("link", name=re.compile("试用")).click()
        page.get_by_label("给它起个名字").fill("黑色安全密钥")
        page.get_by_role("button", name="登记一把").click()
        page.get_by_role("rowheader", name="黑色安全密钥").wait_for()
        page.get_by_role("button", name="退出").click()
        _log_in(page, place, "li.key")
        page.wait_for_url("**/staff/login/second/")
        page.goto(f"{place.url}/staff/")
        page.wait_for_url("**/staff/login/**")
        _log_in(page, place, "li.key")
        page.get_by_role("button", name="用通行密钥").click()
        page.wait_for_url("**/staff/")
        page.get_by_role("button", name="退出").click()
        page.get_by_role("link", name="用通行密钥").click()
        page.get_by_role("button", name="用通行密钥").click()
        page.wait_for_url("**/staff/")


def test_staff_connects_an_app_without_a_script(place: Agency, browser: Browser) -> None:
    _add_account(place, "li.app", "certifier")
    with visitor(browser, place, width=1280, scripts=False) as page:
        _log_in(page, place, "li.app")
        page.goto(f"{place.url}/staff/security/")
        page.get_by_role("button", name="绑定验证器应用").click()
        secret = page.locator("#app ~ p .secret").inner_text().replace(" ", "")
        page.get_by_label("动态码", exact=True).and_(page.locator("input")).fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="确认绑定").click()
        page.get_by_text("动态码设好了").wait_for()
        page.get_by_role("button", name="退出").click()
        _log_in(page, place, "li.app")
        next_step = int(datetime.now(UTC).timestamp()) // 30 + 1
        page.get_by_label("动态码或恢复码").fill(pyotp.TOTP(secret).generate_otp(next_step))
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/staff/")


def test_clerks_slip_lets_a_citizen_back_in(place: Agency, browser: Browser) -> None:
    number = place.numbers["passed"][11]
    with visitor(browser, place, width=1280) as page:
        page.goto(f"{place.url}/staff/login/")
        page.get_by_label("账号", exact=True).fill("certifier")
        page.get_by_label("密码").fill("Demo-certifier-2026")
        page.get_by_role("button", name="登录").click()
        page.goto(f"{place.url}/staff/recovery/")
        page.get_by_label("身份证号码，或代办人的手机号").fill(number)
        page.get_by_role("button", name="查找").click()
        assert place.names[number] in page.locator("main").inner_text()
        page.get_by_label("我看过证件原件，和来的人是同一个人").check()
        page.get_by_role("button", name="生成恢复码").click()
        code = page.locator(".slip").inner_text()
        assert audit.axe(page) + audit.misses(page, audit.STAFF) == []
    with visitor(browser, place, scripts=False) as page:
        page.goto(f"{place.url}/enter/slip/")
        page.get_by_label("身份证号码").fill(number)
        page.locator("#code").fill(code)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url("**/me/security/")
        page.goto(f"{place.url}/demo/phone/")
        assert "办了登录用的恢复码" in page.locator("main").inner_text()


def test_card_in_the_demo_reader_signs_in_and_a_copied_one_does_not(place: Agency, browser: Browser) -> None:
    with visitor(browser, place, scripts=False) as page:
        page.goto(f"{place.url}/demo/card/")
        page.get_by_label("卡的毛病").select_option("cloned")
        page.get_by_role("button", name="插卡").click()
        assert "这张卡没有认出来" in page.locator(".govuk-error-summary").inner_text()
        page.get_by_label("卡的毛病").select_option("none")  # the form keeps what was chosen before
        page.get_by_role("button", name="插卡").click()
        page.wait_for_url("**/me/")


@pytest.mark.parametrize("elder", [False, True], ids=["standard", "elder"])
def test_every_page_of_signing_in_is_accessible(place: Agency, browser: Browser, elder: bool) -> None:
    limits = audit.ELDER if elder else audit.CITIZEN
    found: dict[str, list[str]] = {}

    def measure(page: Page, name: str) -> None:
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 844})
            troubles = audit.misses(page, limits) + (audit.axe(page) if width == 390 else [])
            troubles += audit.much_at_once(page)
            if troubles:
                found[f"{name} {width}"] = troubles

    with visitor(browser, place, elder=elder) as page:
        for path in BEFORE:
            page.goto(place.url + path)
            measure(page, path)
        page.goto(f"{place.url}/enter/password/")
        page.get_by_label("身份证号码").fill("110101194901010018")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="下一步").click()
        measure(page, "/enter/second/")
        sign_in_citizen(page, place, place.numbers["passed"][12 if elder else 13])
        for path in OWN:
            page.goto(place.url + path)
            measure(page, path)
        page.get_by_role("button", name="显示二维码").click()
        measure(page, "shown qr")
        page.goto(f"{place.url}/me/security/app/")
        page.get_by_role("button", name="绑定验证器应用").click()
        measure(page, "app picture")
        page.goto(f"{place.url}/me/security/codes/")
        page.get_by_role("button", name="生成新的恢复码").click()
        measure(page, "new codes")
        page.goto(f"{place.url}/me/security/confirm/")
        measure(page, "confirm")
    assert found == {}


def test_every_staff_page_of_signing_in_is_accessible(place: Agency, browser: Browser) -> None:
    _add_account(place, "li.look", "auditor")
    found: dict[str, list[str]] = {}
    with visitor(browser, place, width=1280) as page:
        for path in ("/staff/login/", "/staff/login/passkey/"):
            page.goto(place.url + path)
            found[path] = audit.axe(page) + audit.misses(page, audit.STAFF)
        _log_in(page, place, "li.look")
        page.wait_for_url("**/staff/")
        for path in ("/staff/security/", "/staff/security/confirm/"):
            page.goto(place.url + path)
            found[path] = audit.axe(page) + audit.misses(page, audit.STAFF)
        page.goto(f"{place.url}/staff/security/")
        page.get_by_role("button", name="生成新的恢复码").click()
        found["codes"] = audit.axe(page) + audit.misses(page, audit.STAFF)
    assert {name: troubles for name, troubles in found.items() if troubles} == {}
