"""The staff's work in a real browser: dashboard, a doubt from lead to confirmed outcome, pause list, ledger, files."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser import audit
from browser.conftest import Agency, sign_in_staff, visitor

DESK = {"width": 1366, "height": 900}
MOST_BYTES = 400 * 1024


def test_doubt_is_proposed_by_one_and_confirmed_by_another(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "certifier")
        page.get_by_role("link", name="疑点核查", exact=True).click()
        page.locator("tbody a").first.click()
        address = page.url
        assert page.locator(".because li").count() >= 1
        assert page.locator(".piece--lead").count() >= 1
        page.get_by_role("radio", name=re.compile("^无法确认")).check()
        page.get_by_label("理由").fill("电话联系三次无人接听，邻居说去了外地儿子家。")
        page.get_by_role("button", name="提交复核").click()
        expect(page.get_by_role("status")).to_contain_text("结论已提交")
        expect(page.locator("main")).to_contain_text("要由另一位同事复核")
        page.get_by_role("link", name="下一件", exact=True).click()
        assert page.url != address
        page.go_back()
        assert page.get_by_role("button", name="同意").count() == 0
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "rechecker")
        page.goto(address)
        expect(page.locator("main")).to_contain_text("电话联系三次无人接听")
        page.get_by_role("button", name="同意").click()
        expect(page.get_by_role("status")).to_contain_text("结论生效")
        expect(page.locator("h1")).to_contain_text("已办结")


def test_death_is_confirmed_by_two_and_pay_ends(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "certifier")
        page.goto(f"{agency.url}/staff/cases/?reason=death_reported&state=open")
        if page.locator("tbody a").count() == 0:
            pytest.skip("nobody of this little world is reported dead")
        page.locator("tbody a").first.click()
        address = page.url
        died = page.locator(".piece--lead h3 .number").first.inner_text()
        page.get_by_role("radio", name=re.compile("^确认丧失")).check()
        page.get_by_label("丧失的类别").select_option(label="死亡")
        page.get_by_label("日期", exact=True).fill(died)
        page.get_by_label("理由").fill("与家属核实，已于当日去世，火化证明已看过。")
        page.get_by_role("button", name="提交复核").click()
        expect(page.get_by_role("status")).to_contain_text("结论已提交")
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "rechecker")
        page.goto(address)
        expect(page.locator("#consequences")).to_be_visible()
        page.get_by_role("button", name="同意").click()
        expect(page.get_by_role("status")).to_contain_text("终止发放")
        page.get_by_role("link", name="看全部档案").click()
        expect(page.locator("main")).to_contain_text("事由：办理疑点核查")
        timeline = page.locator("section", has=page.locator("#life"))
        expect(timeline).to_contain_text("终止发放")
        expect(timeline).to_contain_text("已核实：死亡")
        expect(timeline).to_contain_text("去世后停发通知")


def test_worklist_by_county_holds_that_county_alone(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "certifier")
        page.goto(f"{agency.url}/staff/cases/")
        everybody = page.locator("tbody tr").count()
        county = page.locator("tbody tr td").nth(2).inner_text()
        page.get_by_label("地区").select_option(label=county)
        page.get_by_role("button", name="筛选").click()
        shown = page.locator("tbody tr td:nth-child(4)").all_inner_texts()
        assert set(shown) == {county}
        assert 1 <= len(shown) < everybody


def test_refused_outcome_keeps_what_was_written(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency, width=1366, height=768) as page:
        sign_in_staff(page, agency, "certifier")
        page.goto(f"{agency.url}/staff/cases/?state=open")
        page.locator("tbody a").last.click()
        page.get_by_role("radio", name=re.compile("^具备资格")).check()
        page.get_by_label("理由").fill("本人到窗口。")
        page.get_by_role("button", name="提交复核").click()
        summary = page.get_by_role("alert")
        expect(summary).to_be_in_viewport()
        assert page.evaluate("document.activeElement.id") == "errors"
        expect(page).to_have_title(re.compile("^请改一下: "))
        summary.get_by_role("link", name=re.compile("请填日期")).click()
        assert page.evaluate("document.activeElement.id") == "outcome_day"
        page.go_back()
        page.go_forward()
        page.reload()
        assert page.get_by_label("理由").input_value() == "本人到窗口。"
        assert page.get_by_role("radio", name=re.compile("^具备资格")).is_checked()


def test_two_at_once_on_a_case_the_second_is_told(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "certifier")
        page.goto(f"{agency.url}/staff/cases/?state=open")
        page.locator("tbody a").last.click()
        other = page.context.new_page()
        other.goto(page.url)
        for window in (page, other):
            window.get_by_role("radio", name=re.compile("^仍有疑点")).check()
            window.get_by_label("理由").fill("等家属寄来住院证明。")
            window.get_by_role("button", name="提交复核").click()
        expect(page.get_by_role("status")).to_contain_text("结论已提交")
        expect(other.get_by_role("alert")).to_be_visible()


def test_person_is_found_by_number_and_the_look_is_recorded(agency: Agency, browser: Browser) -> None:
    number = agency.numbers["passed"][0]
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "auditor")
        page.goto(f"{agency.url}/staff/people/")
        page.get_by_label("身份证号码或姓名").fill(number)
        page.get_by_text("稽核审计", exact=True).click()
        page.get_by_role("button", name="查找").click()
        assert number not in page.locator("table").inner_text()
        page.get_by_role("link", name=re.compile("打开")).click()
        assert number in page.locator("main").inner_text().replace(" ", "")
        page.go_back()
        expect(page.locator("#found")).to_contain_text("找到 1 人")
        page.go_forward()
        looks = page.locator("section", has=page.locator("#looks"))
        expect(looks).to_contain_text("吴国平")
        expect(looks).to_contain_text("稽核审计")
        assert page.locator(".life li").count() >= 1


def test_pause_list_is_released_after_a_tick_and_only_by_a_supervisor(
    agency: Agency, browser: Browser
) -> None:
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "supervisor")
        page.get_by_role("link", name="暂停名单", exact=True).click()
        if page.get_by_text("待审批").count() == 0:
            pytest.skip("this little world has no pause list that waits")
        page.locator("tr", has_text="待审批").locator("a").first.click()
        page.get_by_role("link", name="看不列入的人").click()
        page.get_by_role("link", name="看名单上的人").click()
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="批准暂停").click()
        expect(page.locator("h1")).to_contain_text("已批准")


def test_ledger_is_verified_and_an_entry_proven(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "auditor")
        page.get_by_role("link", name="存证", exact=True).click()
        page.get_by_role("button", name="现在核验").click()
        expect(page.get_by_role("status")).to_contain_text("核验通过")
        page.locator("tbody a").first.click()
        expect(page.locator("main")).to_contain_text("已验算，相符")


def test_wrong_password_is_refused_in_words(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency, **DESK) as page:
        page.goto(f"{agency.url}/staff/login/")
        page.get_by_label("账号", exact=True).fill("nobody")
        page.get_by_label("密码").fill("wrong-password")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert")).to_contain_text("不正确")


def test_every_staff_page_is_accessible(agency: Agency, browser: Browser) -> None:
    found: dict[str, list[str]] = {}
    with visitor(browser, agency, **DESK) as page:
        page.goto(f"{agency.url}/staff/login/")
        _audit(page, "login", found)
        sign_in_staff(page, agency, "auditor")
        for path in _paths(page, agency):
            page.goto(agency.url + path)
            audit.drawn(page)
            _audit(page, path, found)
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "certifier")
        page.goto(f"{agency.url}/staff/cases/?state=open")
        page.locator("tbody a").first.click()
        _audit(page, "case to propose", found)
    assert found == {}


def test_dashboard_is_light_and_its_numbers_download(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "supervisor")
        weights: list[int] = []
        page.on("response", lambda response: weights.append(response.request.sizes()["responseBodySize"]))
        page.goto(f"{agency.url}/staff/", wait_until="networkidle")
        assert sum(weights) <= MOST_BYTES
        assert page.locator("#chart-sources svg").count() == 1
        with page.expect_download() as download:
            page.get_by_role("link", name="下载 CSV").click()
        rows = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
        assert rows[0] == "source,name,people"
        assert len(rows) > 2


def _paths(page: Page, agency: Agency) -> list[str]:
    """One page of every kind that an auditor may see."""
    paths = [
        "/staff/",
        "/staff/cases/",
        "/staff/links/",
        "/staff/people/",
        "/staff/pauses/",
        "/staff/rosters/",
        "/staff/rosters/?missing=1",
        "/staff/pay/",
        "/staff/sources/",
    ]
    paths += ["/staff/ledger/", "/staff/ledger/0/", "/staff/sources/railway/", "/staff/nothing-here/"]
    for listed in ("/staff/cases/", "/staff/links/", "/staff/pauses/", "/staff/pay/"):
        page.goto(agency.url + listed)
        links = page.locator("tbody a")
        if links.count():
            paths.append(str(links.first.get_attribute("href")))
    return [*paths, "/staff/people/0/"]


def _audit(page: Page, name: str, found: dict[str, list[str]]) -> None:
    troubles = audit.axe(page) + audit.misses(page, audit.STAFF)
    troubles += audit.lost_at(page, width=360)
    page.set_viewport_size(DESK)
    if troubles:
        found[name] = troubles


def _first_link(page: Page, agency: Agency) -> str:
    """The address of a link that waits for a clerk. Skips where this little world has none."""
    page.goto(f"{agency.url}/staff/links/")
    if page.locator("tbody a").count() == 0:
        pytest.skip("no row of this little world is uncertain")
    return agency.url + str(page.locator("tbody a").first.get_attribute("href"))


def test_uncertain_link_is_compared_and_decided_and_the_second_clerk_is_told(
    agency: Agency, browser: Browser
) -> None:
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "certifier")
        page.get_by_role("link", name="关联核对", exact=True).click()
        assert not any(name in page.locator("main").inner_text() for name in agency.names.values())
        address = _first_link(page, agency)
        page.goto(address)
        fields = page.locator(".table--sides tbody tr")
        assert fields.count() == 5
        assert fields.first.locator("mark").count() == 2  # the digit that differs, on either side
        expect(page.locator("main")).to_contain_text("分")
        yes, no = (
            page.get_by_role("button", name="是本人", exact=True),
            page.get_by_role("button", name="不是本人"),
        )
        assert yes.bounding_box()["width"] == no.bounding_box()["width"]  # type: ignore[index]
        assert yes.evaluate("e => getComputedStyle(e).backgroundColor") == no.evaluate(
            "e => getComputedStyle(e).backgroundColor"
        )
        other = page.context.new_page()
        other.goto(address)
        page.get_by_label("理由").fill("号码只差一位，姓名和出生日期一致。")
        yes.click()
        expect(page.get_by_role("status")).to_contain_text("已确认是本人")
        assert page.get_by_role("button", name="是本人", exact=True).count() == 0
        other.get_by_label("理由").fill("看错了。")
        other.get_by_role("button", name="不是本人").click()
        expect(other.get_by_role("alert")).to_contain_text("certifier")
        expect(other.locator("h1")).to_contain_text("确认是本人")


def test_link_is_masked_for_who_does_not_compare_and_every_look_is_kept(
    agency: Agency, browser: Browser
) -> None:
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "auditor")
        page.goto(f"{agency.url}/staff/links/?state=confirmed")
        if page.locator("tbody a").count() == 0:
            page.goto(f"{agency.url}/staff/links/")
        if page.locator("tbody a").count() == 0:
            pytest.skip("no row of this little world is uncertain")
        page.locator("tbody a").first.click()
        shown = page.locator("main").inner_text().replace(" ", "")
        assert not any(number in shown or name in shown for number, name in agency.names.items())
        assert page.get_by_role("button", name="是本人", exact=True).count() == 0
        page.get_by_role("link", name="看本人的档案").click()
        expect(page.locator("section", has=page.locator("#looks"))).to_contain_text("关联核对")
