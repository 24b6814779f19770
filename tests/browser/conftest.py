"""A small demo agency, served as long as these tests last, and a real Chromium: what the browser tests walk through."""

import csv
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import homes
from homes import built_demo
from typist import typed

ROOT = Path(__file__).parents[2]
WHOLE = Path("/usr/bin/chromium")
"""Debian's browser with all that a window has, also what it asks before a page gets the camera."""
SHELL = Path("/usr/bin/chromium-headless-shell")
CHROMIUM = SHELL if SHELL.exists() else WHOLE
"""The browser without its window, where it is installed: the same pages for two thirds of the work."""
UNUSED = (
    "WebUIOmniboxPopup",  # the address bar's lists: two pages more, with renderers of their own, for every window
    "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync",  # from here on: what Playwright turns off (the last such flag counts alone)
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
)
"""What of Chromium nobody here looks at, and what would come between a test and the page."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=" + ",".join(UNUSED),
]
PEOPLE = int(os.environ.get("YIZHENG_BROWSER_PEOPLE", homes.PEOPLE))
AS_OF = "2026-10-31"


@dataclass(frozen=True)
class Agency:
    """The served demo: where it is, and who stands where (identity numbers by result)."""

    url: str
    numbers: dict[str, list[str]]
    names: dict[str, str]
    home: Path

    def one(self, result: str) -> str:
        """The identity number of somebody with this result. Skips where this little world has nobody."""
        found = self.numbers.get(result)
        if not found:
            pytest.skip(f"nobody among {PEOPLE} people stands at {result}")
        return found[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    """A demo agency, built by the product's own commands and served on a free port, for all tests here."""
    if not WHOLE.exists():
        pytest.skip(f"{WHOLE} is not installed: install Debian's chromium to run the browser tests")
    home = built_demo(tmp_path_factory, "home", people=PEOPLE) / "home"
    environment = {
        **os.environ,
        "YIZHENG_HOME": str(home),
        "YIZHENG_DEMO": "1",
        "YIZHENG_AGENCY": str(_patient(home.parent / "agency")),
    }
    export = home / "results.csv"
    _run(environment, "results", "export", "--as-of", AS_OF, "--out", str(export))
    numbers: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    with export.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            numbers.setdefault(row["result"], []).append(row["id_number"])
            names[row["id_number"]] = row["name"]
    _deliver_slips(environment, home, [*names.items()][:3])
    with served(environment) as url:
        yield Agency(url=url, numbers=numbers, names=names, home=home)


def _patient(folder: Path) -> Path:
    """The demo's agency, but one that slows nobody: here everybody signs in from one address, on new devices."""
    shutil.copytree(ROOT / "agencies" / "demo", folder)
    unhurried = {"tries": 100_000}
    paces = dict.fromkeys(("address", "device", "everybody"), unhurried)
    (folder / "sign_in.yaml").write_text(yaml.safe_dump(paces), encoding="utf-8")
    return folder


def _deliver_slips(environment: dict[str, str], home: Path, people: list[tuple[str, str]]) -> None:
    """A register of deaths written in haste: a digit wrong in each number. It came after the last run."""
    file = home / "death_certificate_2026-10_2026-11-05.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(["证件号码", "死者姓名", "性别", "死亡日期", "死亡地点", "签发单位", "签发日期"])
        for number, name in people:
            slip = f"{number[:5]}{(int(number[5]) + 1) % 10}{number[6:]}"
            sex = "男" if int(number[16]) % 2 else "女"
            rows.writerow([slip, name, sex, "2026-10-20", "家中", "市人民医院", "2026-10-22"])
    _run(environment, "feed", "import", "--source", "death_certificate", str(file))
    _run(environment, "links", "seek")


@contextmanager
def served(environment: dict[str, str]) -> Iterator[str]:
    """The web of a home on a free port, as long as it is looked at. Gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = Path(environment["YIZHENG_HOME"]) / "serve.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "yizheng", "serve", "--port", str(port)],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, server, log)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(150):
        if server.poll() is not None:
            pytest.fail(f"the server ended: {log.read_text()}")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (our own server)
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"the server did not answer in 30 s: {log.read_text()}")


def _run(environment: dict[str, str], *words: str) -> None:
    done = typed(*words, environment=environment, folder=ROOT)
    assert done.returncode == 0, f"yizheng {' '.join(words)}: {done.stderr[-3000:]}"


@pytest.fixture(scope="package")
def browser(agency: Agency) -> Iterator[Browser]:
    """One Chromium for all of these tests, gone after them: its loop would keep Django from its database."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def visitor(
    browser: Browser,
    agency: Agency,
    *,
    width: int = 390,
    height: int = 844,
    elder: bool = False,
    scripts: bool = True,
    english: bool = False,
    worker: bool = True,
    online: bool = True,
) -> Iterator[Page]:
    """A fresh browser window of somebody; fails when any page asks another host for anything or breaks the CSP.

    Who is not `online` all the time may see the browser complain of it.

    Without its `worker` the phone keeps no copies, and a test can hold up what a page fetches.
    """
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=scripts,
        locale="zh-CN",
        service_workers="allow" if worker else "block",
    )
    strangers: list[str] = []
    context.on(
        "request",
        lambda request: (
            strangers.append(request.url) if not request.url.startswith((agency.url, "data:")) else None
        ),
    )
    cookies = [("mode", "elder")] if elder else []
    cookies += [("language", "en")] if english else []
    for name, value in cookies:
        context.add_cookies([{"name": name, "value": value, "url": agency.url}])
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.set_default_timeout(15_000)
    yield page
    context.close()
    assert strangers == []
    known = ("status of 4",) if online else ("status of 4", "ERR_INTERNET_DISCONNECTED")
    assert [trouble for trouble in troubles if not any(words in trouble for words in known)] == []


def read_code(page: Page, agency: Agency) -> str:
    """The newest sign-in code on the simulated phone."""
    found = re.search(r"验证码是\D*(\d+)", page.request.get(f"{agency.url}/demo/phone/").text())
    assert found is not None, "no code has come"
    return found[1]


def walk_in_citizen(page: Page, agency: Agency, number: str) -> None:
    """From the first page to the answer, as a person does it."""
    page.goto(f"{agency.url}/")
    page.get_by_label("身份证号码").fill(number)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_label("验证码", exact=True).fill(read_code(page, agency))
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/me/")


def sign_in_citizen(page: Page, agency: Agency, number: str) -> None:
    """Be signed in, and look at the answer; for tests of what comes after signing in."""
    _submit(page, f"{agency.url}/", {"number": number})
    _submit(page, f"{agency.url}/code/", {"code": read_code(page, agency)})
    page.goto(f"{agency.url}/me/")
    page.wait_for_url("**/me/")


def sign_in_staff(page: Page, agency: Agency, role: str) -> None:
    """Be signed in with the demo account of a role, and look at the first page."""
    _submit(page, f"{agency.url}/staff/login/", {"username": role, "password": f"Demo-{role}-2026"})
    page.goto(f"{agency.url}/staff/")
    page.wait_for_url("**/staff/")


def _submit(page: Page, address: str, fields: dict[str, str]) -> None:
    """Send a page's form in the name of this window, without showing the page."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.request.get(address).text())
    assert token is not None, f"{address} has no form"
    answer = page.request.post(address, form={**fields, "csrfmiddlewaretoken": token[1]}, max_redirects=0)
    assert answer.status == 302, answer.text()
