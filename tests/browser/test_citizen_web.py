"""A citizen's way through the web, in a real browser: answers, elder mode, settings, reading aloud, no scripts."""

import re

import pytest
from playwright.sync_api import Browser

from browser.conftest import Agency, read_code, sign_in_citizen, visitor


@pytest.mark.parametrize(
    ("result", "title"),
    [
        ("passed", "您已通过认证"),
        ("not_due", "您现在不用认证"),
        ("due", "请您认证一次"),
        ("doubtful", "我们正在核对"),
    ],
)
def test_answer_for_each_result_in_plain_words(
    agency: Agency, browser: Browser, result: str, title: str
) -> None:
    number = agency.one(result)
    with visitor(browser, agency) as page:
        sign_in_citizen(page, agency, number)
        assert page.get_by_role("heading", level=1).inner_text() == title
        assert agency.names[number] in page.locator("main").inner_text()
        assert "养老金" in page.locator(".facts").inner_text()
        assert page.get_by_role("link", name=re.compile("找人工")).is_visible()


def test_whole_journey_without_a_script_and_by_keyboard_alone(agency: Agency, browser: Browser) -> None:
    number = agency.numbers["passed"][-1]
    with visitor(browser, agency, scripts=False) as page:
        page.goto(f"{agency.url}/")
        page.locator("#number").focus()
        page.keyboard.type(number)
        page.keyboard.press("Enter")
        page.wait_for_url("**/code/")
        code = read_code(page, agency)
        page.locator("#code").focus()
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        page.wait_for_url("**/me/")
        links = {"结果怎么来的": "why", "以前的记录": "history", "谁看过我": "looks", "怎么认证": "ways"}
        for name, reached in links.items():
            page.get_by_role("link", name=name).focus()
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/me/{reached}/")
            assert page.get_by_role("heading", level=1).count() == 1
            page.get_by_role("link", name="回我的认证").focus()
            page.keyboard.press("Enter")
            page.wait_for_url("**/me/")
        page.get_by_role("button", name="退出").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"{agency.url}/")
        page.goto(f"{agency.url}/me/")
        assert page.url == f"{agency.url}/"


def test_unknown_number_looks_like_a_known_one(agency: Agency, browser: Browser) -> None:
    seen = []
    for number in ("110101194901010018", agency.numbers["passed"][0]):
        with visitor(browser, agency) as page:
            page.goto(f"{agency.url}/")
            page.get_by_label("身份证号码").fill(number)
            page.get_by_role("button", name="发验证码").click()
            page.wait_for_url("**/code/")
            asked = page.locator("main").inner_text()
            page.get_by_label("验证码", exact=True).fill("000000")
            page.get_by_role("button", name="进去看看").click()
            seen.append((asked, page.locator("main").inner_text()))
    assert seen[0] == seen[1]


def test_mistyped_number_keeps_what_was_typed_and_says_what_to_do(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency) as page:
        page.goto(f"{agency.url}/")
        page.get_by_label("身份证号码").fill("12345")
        page.get_by_role("button", name="发验证码").click()
        assert "请填 18 位身份证号码" in page.locator(".govuk-error-summary").inner_text()
        assert page.get_by_label("身份证号码").input_value() == "12345"


def test_elder_mode_is_one_press_away_and_remembered(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency) as page:
        page.goto(f"{agency.url}/")
        page.get_by_role("link", name="长辈版").click()
        assert page.locator("html").get_attribute("data-mode") == "elder"
        page.goto(f"{agency.url}/")
        assert page.locator("html").get_attribute("data-mode") == "elder"
        page.get_by_role("link", name="普通版").click()
        assert page.locator("html").get_attribute("data-mode") == "standard"


def test_english_pages_hold_no_chinese_of_ours(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency, english=True) as page:
        page.goto(f"{agency.url}/")
        assert page.locator("html").get_attribute("lang") == "en"
        words = page.locator("body").inner_text().replace("中文", "")
        assert re.findall(r"[\u4e00-\u9fff]+", words) == []
