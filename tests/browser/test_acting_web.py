"""Acting for another in a real browser: a daughter is named, acts under a banner, and is refused the moment it ends."""

import pytest
from playwright.sync_api import Browser, Page

from browser import audit
from browser.conftest import Agency, read_code, sign_in_citizen, sign_in_staff, visitor

WIDTHS = (360, 1280)


def name_helper(page: Page, agency: Agency, *, name: str, phone: str) -> None:
    """The mother's three small steps."""
    page.goto(f"{agency.url}/me/")
    page.get_by_role("link", name="谁能帮我办").click()
    page.get_by_role("link", name="请家人帮忙").click()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("对方的姓名").fill(name)
    page.get_by_label("对方的手机号").fill(phone)
    page.get_by_role("button", name="发短信请他帮忙").click()
    page.wait_for_url("**/me/helpers/?said=asked")


def sign_in_helper(page: Page, agency: Agency, phone: str) -> None:
    """A helper signs in by the mobile number."""
    page.goto(f"{agency.url}/")
    page.get_by_role("link", name="我是来帮家人办的").click()
    page.get_by_label("您自己的手机号").fill(phone)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_label("验证码", exact=True).fill(read_code(page, agency))
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/helper/")


def test_daughter_is_named_acts_and_is_refused_when_her_mother_ends_it(
    agency: Agency, browser: Browser
) -> None:
    number = agency.numbers["passed"][20]
    mother_name = agency.names[number]
    with visitor(browser, agency, scripts=False) as mother, visitor(browser, agency) as daughter:
        sign_in_citizen(mother, agency, number)
        name_helper(mother, agency, name="王小兰", phone="13900001111")
        assert "王*兰" in mother.locator("main").inner_text()
        sign_in_helper(daughter, agency, "139 0000 1111")
        daughter.get_by_role("link", name="等您答复").click()
        daughter.get_by_label("老人的全名").fill(mother_name)
        daughter.get_by_role("button", name="同意帮忙").click()
        daughter.get_by_role("button", name=f"替{mother_name}办").click()
        daughter.wait_for_url("**/me/")
        assert f"正在替 {mother_name} 办" in daughter.locator(".acting").inner_text()
        daughter.get_by_role("link", name="以前的记录").click()
        assert daughter.locator(".acting").is_visible()
        mother.goto(f"{agency.url}/me/looks/")
        assert "代办人 王*兰" in mother.locator("main").inner_text()
        assert "替您看或办：以前的记录" in mother.locator("main").inner_text()
        mother.goto(f"{agency.url}/me/helpers/")
        mother.get_by_role("link", name="王*兰").click()
        mother.get_by_role("button", name="结束代办").click()
        assert "已经结束" in mother.locator("main").inner_text()
        daughter.get_by_role("link", name="回我的认证").click()
        daughter.wait_for_url("**/helper/?over=1")
        assert "这份代办已经结束" in daughter.locator("main").inner_text()
        assert not daughter.locator(".acting").is_visible()


@pytest.mark.parametrize("elder", [False, True], ids=["standard", "elder"])
def test_pages_of_acting_keep_the_promises_of_their_mode(
    agency: Agency, browser: Browser, elder: bool
) -> None:
    limits = audit.ELDER if elder else audit.CITIZEN
    phone = "13900002222" if elder else "13900003333"
    number = agency.numbers["passed"][21 if elder else 22]
    found: dict[str, list[str]] = {}
    with visitor(browser, agency, elder=elder) as page:
        sign_in_citizen(page, agency, number)
        name_helper(page, agency, name="李明", phone=phone)
        hold(page, "named", limits, found)
        page.goto(f"{agency.url}/me/helpers/what/")
        page.get_by_role("button", name="下一步").click()
        hold(page, "until", limits, found)
        page.get_by_role("button", name="下一步").click()
        hold(page, "who", limits, found)
        page.get_by_role("button", name="发短信请他帮忙").click()
        hold(page, "who with an error", limits, found)
        page.goto(f"{agency.url}/me/helpers/")
        page.get_by_role("link", name="李*").click()
        hold(page, "one helper", limits, found)
    with visitor(browser, agency, elder=elder) as page:
        sign_in_helper(page, agency, phone)
        hold(page, "asked", limits, found)
        page.get_by_role("link", name="等您答复").click()
        hold(page, "answer", limits, found)
        page.get_by_label("老人的全名").fill(agency.names[number])
        page.get_by_role("button", name="同意帮忙").click()
        hold(page, "mine", limits, found)
        page.goto(f"{agency.url}/helper/ask/")
        hold(page, "ask", limits, found)
        page.goto(f"{agency.url}/helper/")
        page.get_by_role("button", name=f"替{agency.names[number]}办").click()
        page.wait_for_url("**/me/")
        hold(page, "acting", limits, found, choices=False)
        page.goto(f"{agency.url}/me/looks/")
        hold(page, "own only", limits, found)
    assert found == {}


def test_alerts_and_window_mandates_are_accessible_to_staff(agency: Agency, browser: Browser) -> None:
    found: dict[str, list[str]] = {}
    with visitor(browser, agency, width=1280) as page:
        sign_in_staff(page, agency, "certifier")
        page.goto(f"{agency.url}/staff/people/1/helpers/")
        hold(page, "window", audit.STAFF, found, choices=False)
        page.get_by_label("代办人姓名").fill("陈强")
        page.get_by_label("代办人手机号").fill("13900004444")
        page.get_by_label("代办人也在场").check()
        page.get_by_role("button", name="登记").click()
        assert "陈*" in page.locator("main").inner_text()
        hold(page, "window with one", audit.STAFF, found, choices=False)
    with visitor(browser, agency, width=1280) as page:
        sign_in_staff(page, agency, "supervisor")
        page.goto(f"{agency.url}/staff/alerts/")
        hold(page, "alerts", audit.STAFF, found, choices=False)
    assert found == {}


def hold(
    page: Page, name: str, limits: audit.Limits, found: dict[str, list[str]], *, choices: bool = True
) -> None:
    """Sizes, axe, and in elder mode few choices and short buttons."""
    troubles: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        troubles += audit.misses(page, limits)
    troubles += audit.axe(page)
    if limits is audit.ELDER:
        troubles += audit.much_at_once(page, choices=choices)
    if troubles:
        found[name] = troubles
