"""Agreeing to have the face compared, and taking it back, in a real browser, without scripts too."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser import audit
from browser.conftest import Agency, sign_in_citizen, sign_in_staff, visitor
from faces import astronaut, dimmed, jpeg


def _troubles(page: Page, limits: audit.Limits) -> list[str]:
    return [*audit.misses(page, limits), *audit.axe(page), *audit.crowded(page, limits)]


@pytest.mark.parametrize("elder", [False, True], ids=["standard", "elder"])
def test_consent_is_given_and_taken_back_as_easily(agency: Agency, browser: Browser, elder: bool) -> None:
    limits = audit.ELDER if elder else audit.CITIZEN
    number = agency.numbers["due"][3 if elder else 4]
    found: dict[str, list[str]] = {}
    with visitor(browser, agency, elder=elder) as page:
        sign_in_citizen(page, agency, number)
        page.goto(f"{agency.url}/me/face/consent/")
        agree = page.get_by_role("button", name="同意刷脸").bounding_box()
        other = page.get_by_role("link", name="不用刷脸，换别的办法").bounding_box()
        assert agree is not None
        assert other is not None
        assert other["width"] == pytest.approx(agree["width"], abs=2)
        assert other["height"] >= agree["height"] - 2
        found["before"] = _troubles(page, limits)
        page.get_by_role("button", name="同意刷脸").click()
        page.wait_for_url("**/me/face/consent/")
        assert page.get_by_role("heading", level=1).inner_text() == "您已经同意刷脸"
        found["agreed"] = _troubles(page, limits)
        page.get_by_role("link", name="撤回同意").click()
        found["asked"] = _troubles(page, limits)
        page.get_by_role("button", name="撤回并删掉").click()
        assert page.get_by_role("heading", level=1).inner_text() == "已经撤回"
        assert re.search(r"BIO-\d{4}-\d{6}", page.locator("main").inner_text())
        found["taken back"] = _troubles(page, limits)
        page.goto(f"{agency.url}/me/face/consent/")
        assert page.get_by_role("button", name="同意刷脸").is_visible()
    assert {name: told for name, told in found.items() if told} == {}


def test_another_way_is_one_press_away_without_scripts(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency, scripts=False) as page:
        sign_in_citizen(page, agency, agency.numbers["due"][5])
        page.goto(f"{agency.url}/me/face/consent/")
        page.get_by_role("link", name="不用刷脸，换别的办法").click()
        page.wait_for_url("**/me/ways/")
        assert page.get_by_role("link", name=re.compile("找人工")).is_visible()


def test_clerk_enrols_at_the_counter_and_reads_what_is_wrong(
    agency: Agency, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "dark.jpg").write_bytes(jpeg(dimmed(astronaut(), 0.2)))
    (tmp_path / "good.jpg").write_bytes(jpeg(astronaut()))
    with visitor(browser, agency, width=1280) as page:
        sign_in_staff(page, agency, "certifier")
        page.goto(f"{agency.url}/staff/people/7/face/")
        page.get_by_label("照片", exact=True).set_input_files(str(tmp_path / "dark.jpg"))
        page.get_by_label(re.compile("本人读过说明")).check()
        page.get_by_role("button", name="登记", exact=True).click()
        assert "光线太暗" in page.locator("main").inner_text()
        page.get_by_label("照片", exact=True).set_input_files([str(tmp_path / "good.jpg")] * 2)
        page.get_by_label(re.compile("本人读过说明")).check()
        page.get_by_role("button", name="登记", exact=True).click()
        page.wait_for_url("**/staff/people/7/face/")
        assert "用了 2 张照片" in page.locator("main").inner_text()
        assert audit.axe(page) == []
        page.get_by_role("button", name=re.compile("按本人要求撤回")).click()
        assert "存着的人脸数据已删除" in page.locator("main").inner_text()
    with visitor(browser, agency, width=1280) as page:
        sign_in_staff(page, agency, "supervisor")
        page.get_by_role("link", name="人脸库").click()
        assert "100,000" in page.locator("main").inner_text()
        assert audit.axe(page) == []
