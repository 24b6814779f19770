"""Sources in a real browser: health and quality with their plots, rows to correct out, answers in, open to everybody."""

import csv
from pathlib import Path

from playwright.sync_api import Browser, expect

from browser import audit
from browser.conftest import Agency, sign_in_staff, visitor

DESK = {"width": 1366, "height": 900}
PAGES = ("/staff/sources/", "/staff/sources/death_certificate/", "/staff/sources/elder_allowance/")
MOST_BYTES = 400 * 1024


def test_sources_show_health_and_quality_with_a_plot_each(agency: Agency, browser: Browser) -> None:
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "auditor")
        weights: list[int] = []
        page.on("response", lambda response: weights.append(response.request.sizes()["responseBodySize"]))
        page.goto(f"{agency.url}/staff/sources/", wait_until="networkidle")
        assert sum(weights) <= MOST_BYTES
        rows = page.locator("tbody tr")
        assert rows.count() == 16
        assert page.locator(".spark svg").count() == 16
        silent = page.locator("tr", has_text="民航旅客记录")
        expect(silent).to_contain_text("中断")
        expect(silent).to_contain_text("差")
        silent.locator("a").click()
        expect(page.locator("main")).to_contain_text("2026-08、2026-09 没有送来")
        assert page.locator("#chart-periods svg").count() == 1
        assert page.get_by_role("button", name="下载待更正的记录").count() == 0
        assert page.get_by_role("button", name="接收答复").count() == 0


def test_rows_to_correct_go_out_by_one_and_come_back_by_another(
    agency: Agency, browser: Browser, tmp_path: Path
) -> None:
    source = f"{agency.url}/staff/sources/health_check/"
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "supervisor")
        page.goto(source)
        page.get_by_label("交给").fill("公卫科 李医生")
        page.get_by_text("CSV，给系统读", exact=True).click()
        with page.expect_download() as download:
            page.get_by_role("button", name="下载待更正的记录").click()
        out = tmp_path / download.value.suggested_filename
        download.value.save_as(out)
        page.goto(source)
        expect(page.locator("main")).to_contain_text("公卫科 李医生")
        assert page.get_by_role("button", name="接收答复").count() == 0
    with out.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    for row in rows:
        row["答复"], row["答复人"] = "撤回", "李医生"
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with visitor(browser, agency, **DESK) as page:
        sign_in_staff(page, agency, "certifier")
        page.goto(source)
        page.get_by_label("单位填好送回的文件").set_input_files(out)
        page.get_by_role("button", name="接收答复").click()
        expect(page.get_by_role("status")).to_contain_text(f"处理了 {len(rows)} 行")
        taken = page.locator("tr", has_text=rows[0]["核对编号"])
        expect(taken).to_contain_text("已处理")
        expect(taken).to_contain_text("李医生")
        found = audit.axe(page) + audit.misses(page, audit.STAFF)
        page.get_by_label("单位填好送回的文件").set_input_files(Path(__file__))
        page.get_by_role("button", name="接收答复").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert found + audit.axe(page) == []


def test_pages_of_sources_are_accessible_in_every_mode_and_language(agency: Agency, browser: Browser) -> None:
    found: dict[str, list[str]] = {}
    for role, width, elder, english in (
        ("supervisor", 1366, False, False),
        ("certifier", 1366, False, True),
        ("auditor", 1366, True, False),
        ("supervisor", 390, False, False),
    ):
        with visitor(browser, agency, width=width, elder=elder, english=english) as page:
            page.goto(f"{agency.url}/staff/login/")
            page.locator("[name=username]").fill(role)
            page.locator("[name=password]").fill(f"Demo-{role}-2026")
            page.locator("main button").first.click()
            page.wait_for_url("**/staff/")
            for path in PAGES:
                page.goto(agency.url + path)
                audit.drawn(page)
                troubles = audit.axe(page) + audit.misses(page, audit.STAFF)
                if troubles:
                    found[f"{role} {width} {path}"] = troubles
    assert found == {}
