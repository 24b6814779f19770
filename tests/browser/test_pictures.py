"""The pictures of the README. They are made anew only when asked for, so that a run of the tests changes no file:

YIZHENG_PICTURES=1 YIZHENG_BROWSER_PEOPLE=20000 ./run test tests/browser/test_pictures.py
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser.conftest import Agency, sign_in_citizen, sign_in_staff, visitor

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SMALLEST = 20_000
"""Bytes: a picture of an empty or broken page is smaller."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the pictures go: into the documents when asked for, else away with the test."""
    if os.environ.get("YIZHENG_PICTURES") != "1":
        return tmp_path
    IMAGES.mkdir(parents=True, exist_ok=True)
    return IMAGES


def test_pictures_of_the_staffs_web(agency: Agency, browser: Browser, folder: Path) -> None:
    with visitor(browser, agency, width=1366, height=1080) as page:
        sign_in_staff(page, agency, "supervisor")
        page.goto(f"{agency.url}/staff/", wait_until="networkidle")
        page.screenshot(path=folder / "staff.png")
        page.goto(f"{agency.url}/staff/cases/?reason=death_contradicted")
        if page.locator("tbody a").count() == 0:
            page.goto(f"{agency.url}/staff/cases/")
        page.locator("tbody a").first.click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / "staff-case.png")
    assert (folder / "staff.png").stat().st_size > SMALLEST
    assert (folder / "staff-case.png").stat().st_size > SMALLEST


def test_picture_of_the_citizens_web_in_elder_mode(agency: Agency, browser: Browser, folder: Path) -> None:
    with visitor(browser, agency, elder=True) as page:
        sign_in_citizen(page, agency, agency.numbers["passed"][6])
        page.screenshot(path=folder / "citizen-elder.png", full_page=True)
    assert (folder / "citizen-elder.png").stat().st_size > SMALLEST
