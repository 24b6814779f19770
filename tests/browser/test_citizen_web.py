"""A citizen's way through the web, in a real browser: answers, elder mode, settings, reading aloud, no scripts."""

import re

import pytest
from playwright.sync_api import Browser

from browser.conftest import Agency, read_code, visitor, walk_in_citizen


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
        walk_in_citizen(page, agency, number)
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
        links = {
            "结果怎么来的": "why",
            "以前的记录": "history",
            "谁查看过我的信息": "looks",
            "怎么认证": "ways",
        }
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


def proofs_in_groups(number: str) -> str:
    """A number as the page shows it back."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def test_unknown_number_looks_like_a_known_one(agency: Agency, browser: Browser) -> None:
    seen = []
    for number in ("110101194901010018", agency.numbers["passed"][0]):
        with visitor(browser, agency) as page:
            page.goto(f"{agency.url}/")
            page.get_by_label("身份证号码").fill(number)
            page.get_by_role("button", name="获取验证码").click()
            page.wait_for_url("**/code/")
            typed = proofs_in_groups(number)
            asked = page.locator("main").inner_text()
            assert typed in asked
            page.get_by_label("验证码", exact=True).fill("000000")
            page.get_by_role("button", name="登录", exact=True).click()
            page.locator("#errors").wait_for()
            told = page.locator("main").inner_text()
            seen.append((asked.replace(typed, ""), told.replace(typed, "")))
    assert seen[0] == seen[1]


def test_mistyped_number_keeps_what_was_typed_and_says_what_to_do(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency) as page:
        page.goto(f"{agency.url}/")
        page.get_by_label("身份证号码").fill("12345")
        page.get_by_role("button", name="获取验证码").click()
        assert "请填 18 位身份证号码" in page.locator(".govuk-error-summary").inner_text()
        assert page.get_by_label("身份证号码").input_value() == "12345"
        assert page.evaluate("document.activeElement.id") == "errors"


def test_back_after_a_wrong_code_shows_a_page_and_not_the_browsers_own_error(
    agency: Agency, browser: Browser
) -> None:
    number = agency.numbers["passed"][14]
    with visitor(browser, agency) as page:
        page.goto(f"{agency.url}/")
        page.get_by_label("身份证号码").fill(number)
        page.get_by_role("button", name="获取验证码").click()
        page.wait_for_url("**/code/")
        page.get_by_label("验证码", exact=True).fill("000000")
        page.get_by_role("button", name="登录", exact=True).click()
        page.locator("#errors").wait_for()
        assert page.evaluate("document.activeElement.id") == "errors"
        page.get_by_label("验证码", exact=True).fill(read_code(page, agency))
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url("**/me/")
        answer = page.go_back()
        assert answer is None or answer.status == 200
        assert page.url.partition("#")[0] in (f"{agency.url}/me/", f"{agency.url}/")
        answer = page.reload()
        assert answer is not None
        assert answer.status == 200


@pytest.mark.parametrize("path", ["/", "/family/", "/code/"])
def test_first_screen_of_an_elder_holds_the_field(agency: Agency, browser: Browser, path: str) -> None:
    with visitor(browser, agency, width=360, height=640, elder=True) as page:
        page.goto(f"{agency.url}/")
        if path == "/code/":
            page.get_by_label("身份证号码").fill("110101194901010018")
            page.get_by_role("button", name="获取验证码").click()
            page.wait_for_url("**/code/")
        else:
            page.goto(f"{agency.url}{path}")
        field = page.locator("main input[type=text]").first.bounding_box()
        assert field is not None
        assert field["y"] + field["height"] <= 640
        heads = page.locator(".top__in > *:visible, .top__tools > *:visible")
        tops = {round(heads.nth(number).bounding_box()["y"]) for number in range(heads.count())}  # type: ignore[index]
        assert max(tops) - min(tops) <= 4, "the head is one row"


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
