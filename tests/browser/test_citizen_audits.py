"""Every page of the citizens' web, in both modes and at every width, held against what the modes promise.

The pages are taken from the addresses themselves, so that a new one is held against the same promises from its first
day. Colours, roles and names are axe-core's to judge; sizes, room, narrow windows, large letters, weight and strangers
are judged here.
"""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from browser import audit
from browser.conftest import Agency, sign_in_citizen, visitor, walk_in_citizen
from yizheng.doors.citizen.urls import urlpatterns

ADDRESSES = sorted({"/" + str(one.pattern) for one in urlpatterns if "<" not in str(one.pattern)})
ABOUT_ME = [address for address in ADDRESSES if address.startswith("/me/")]
OPEN = ["/", "/offline/", "/demo/phone/", "/nothing-here/"]
WIDTHS = (1280, 768, 320, 360)
AXE_WIDTHS = {audit.CITIZEN: 1280, audit.ELDER: 360}
"""Where axe judges a mode: once on a desk, once on a phone. It takes half a second a page."""
NARROWEST = 256
MOST_BYTES, MOST_REQUESTS = 60 * 1024, 6
WINDOWS = 6
"""Pages that are weighed side by side."""
FREE_CHOICE = ("/demo/phone/",)
"""Pages of the demo alone, which no citizen has."""


def own_pages(page: Page, agency: Agency, addresses: list[str]) -> list[str]:
    """Those of the addresses that are pages of their own: answered with HTML, and not by leading elsewhere."""
    found = []
    for address in addresses:
        answer = page.request.get(agency.url + address, max_redirects=0)
        if answer.status in (200, 404) and "html" in answer.headers.get("content-type", ""):
            found.append(address)
    return found


@pytest.mark.parametrize("elder", [False, True], ids=["standard", "elder"])
def test_every_page_keeps_the_promises_of_its_mode(agency: Agency, browser: Browser, elder: bool) -> None:
    limits = audit.ELDER if elder else audit.CITIZEN
    found: dict[str, list[str]] = {}
    with visitor(browser, agency, elder=elder) as page:
        _before_signing_in(page, agency, limits, found)
        sign_in_citizen(page, agency, agency.numbers["passed"][1 if elder else 2])
        pages = own_pages(page, agency, ABOUT_ME)
        assert {"/me/", "/me/face/able/", "/me/face/consent/", "/me/settings/", "/me/ways/"} <= set(pages)
        for address in pages:
            page.goto(agency.url + address)
            _hold(page, address, limits, found)
        page.goto(f"{agency.url}/me/face/consent/")
        page.get_by_role("button", name="同意刷脸").click()
        page.wait_for_load_state()
        for address in own_pages(
            page, agency, ["/me/face/", "/me/face/consent/", "/me/face/consent/withdraw/"]
        ):
            page.goto(agency.url + address)
            _hold(page, f"{address}, agreed", limits, found)
        assert page.request.get(f"{agency.url}/me/face/", max_redirects=0).status == 200
    assert found == {}


@pytest.mark.parametrize("result", ["due", "doubtful", "not_due"])
def test_every_answer_keeps_the_promises_of_elder_mode(agency: Agency, browser: Browser, result: str) -> None:
    found: dict[str, list[str]] = {}
    with visitor(browser, agency, elder=True) as page:
        walk_in_citizen(page, agency, agency.numbers[result][-1])
        _hold(page, result, audit.ELDER, found)
    assert found == {}


def test_first_visit_of_any_page_is_light(agency: Agency, browser: Browser) -> None:
    heavy: dict[str, tuple[int, int]] = {}
    with visitor(browser, agency, worker=False) as page:  # nothing kept: every visit is a first one
        heavy |= weighed(page.context, agency, ["/"])
        sign_in_citizen(page, agency, agency.numbers["passed"][3])
        pages = [one for one in own_pages(page, agency, ABOUT_ME) if one != "/me/face/"]
        for first in range(0, len(pages), WINDOWS):
            heavy |= weighed(page.context, agency, pages[first : first + WINDOWS])
    assert heavy == {}


def weighed(context: BrowserContext, agency: Agency, addresses: list[str]) -> dict[str, tuple[int, int]]:
    """The pages that fetch too much on a first visit, each with its requests and bytes; in windows side by side, since
    each is waited for until nothing has come for half a second.
    """
    windows = {address: context.new_page() for address in addresses}
    answers = {address: answers_to(window) for address, window in windows.items()}
    for address, window in windows.items():
        devtools = context.new_cdp_session(window)
        devtools.send("Network.enable")  # without it the next is heard and not done
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        window.goto(agency.url + address, wait_until="commit")
    for window in windows.values():
        window.wait_for_load_state("networkidle")
    weights = {address: [weight(answer) for answer in answers[address]] for address in addresses}
    for window in windows.values():
        window.close()
    return {
        address: (len(found), sum(found))
        for address, found in weights.items()
        if len(found) > MOST_REQUESTS or sum(found) > MOST_BYTES
    }


def answers_to(page: Page) -> list[Response]:
    """What comes for a page, from now on."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 (Playwright marks what it calls)
    return answers


def weight(response: Response) -> int:
    """Bytes on the wire: head and body as they came, packed."""
    sizes = response.request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


def _before_signing_in(page: Page, agency: Agency, limits: audit.Limits, found: dict[str, list[str]]) -> None:
    for address in OPEN:
        page.goto(agency.url + address)
        _hold(page, address, limits, found)
    page.goto(f"{agency.url}/")
    page.get_by_role("button", name="获取验证码").click()
    _hold(page, "/ with an error", limits, found)
    page.get_by_label("身份证号码").fill("110101194901010018")
    page.get_by_role("button", name="获取验证码").click()
    page.wait_for_url("**/code/")
    _hold(page, "/code/", limits, found)


def _hold(page: Page, name: str, limits: audit.Limits, found: dict[str, list[str]]) -> None:
    """Everything that a page has to keep, at every width; axe at the one of the mode."""
    troubles: list[str] = []
    troubles += audit.lost_at(page, width=NARROWEST) + audit.lost_at(page, width=400, letters="200%")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        troubles += [f"{trouble} (at {width})" for trouble in audit.misses(page, limits)]
        if width == AXE_WIDTHS[limits]:
            troubles += [f"{trouble} (at {width})" for trouble in audit.axe(page)]
    troubles += audit.crowded(page, limits) + audit.unringed(page)  # at the last width, a phone's
    if limits is audit.ELDER and name not in FREE_CHOICE:
        troubles += audit.much_at_once(page)
    if troubles:
        found[name] = troubles
