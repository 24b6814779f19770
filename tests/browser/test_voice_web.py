"""The voice's pages: agree, hear the digits, record with a real microphone's stand-in, in both modes; and no script."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from browser.audit import CITIZEN, ELDER, axe, misses
from browser.conftest import CHROMIUM, FLAGS, Agency, sign_in_citizen, visitor
from voices import WANG, spoken
from yizheng.adapters.voice.wav import write_wav

SHOTS = os.environ.get("YIZHENG_SHOTS", "")


@pytest.fixture(scope="module")
def listening(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium whose microphone hears a made voice."""
    sound = tmp_path_factory.mktemp("voice") / "wang.wav"
    heard = spoken(WANG, seconds=10)
    sound.write_bytes(write_wav(np.repeat(heard, 3), 48_000))
    chromium = browser.browser_type.launch(
        executable_path=str(CHROMIUM),
        args=[
            *FLAGS,
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-audio-capture={sound}",
        ],
    )
    yield chromium
    chromium.close()


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("elder", [False, True], ids=["standard", "elder"])
def test_pages_of_the_voice_keep_their_promises(listening: Browser, agency: Agency, elder: bool) -> None:
    limits, mode = (ELDER, "elder") if elder else (CITIZEN, "standard")
    with visitor(listening, agency, elder=elder) as page:
        sign_in_citizen(page, agency, agency.numbers["due"][int(elder)])
        page.goto(f"{agency.url}/me/voice/")
        assert (axe(page), misses(page, limits)) == ([], [])
        shot(page, f"voice-agree-{mode}")
        page.get_by_role("button", name="我同意，开始登记").click()
        digits = page.locator("#digits").get_attribute("data-digits")
        assert digits is not None
        assert len(digits.split()) == 12
        assert page.get_by_role("button", name="开始念").is_visible()
        assert (axe(page), misses(page, limits)) == ([], [])
        shot(page, f"voice-{mode}")
        page.goto(f"{agency.url}/me/voice/done/")
        assert (axe(page), misses(page, limits)) == ([], [])
        shot(page, f"voice-done-{mode}")


def test_recording_reaches_the_server_and_is_told_what_is_missing(listening: Browser, agency: Agency) -> None:
    """A second of speech: it was heard as speech, made into a WAV by the page, and is too short."""
    with visitor(listening, agency) as page:
        sign_in_citizen(page, agency, agency.numbers["due"][2])
        page.goto(f"{agency.url}/me/voice/")
        page.get_by_role("button", name="我同意，开始登记").click()
        page.get_by_role("button", name="开始念").click()
        page.get_by_role("button", name="念完了").wait_for()
        page.wait_for_timeout(1_500)
        shot(page, "voice-listening")
        page.get_by_role("button", name="念完了").click()
        page.get_by_text("读得太短了，请把数字都读出来").wait_for()
        shot(page, "voice-short")


def test_without_a_script_the_page_says_whom_to_ring(browser: Browser, agency: Agency) -> None:
    with visitor(browser, agency, scripts=False) as page:
        sign_in_citizen(page, agency, agency.numbers["due"][3])
        page.goto(f"{agency.url}/me/voice/")
        page.get_by_role("button", name="我同意，开始登记").click()
        page.get_by_text("这个浏览器不能录音").wait_for()
        assert not page.get_by_role("button", name="开始念").is_visible()
