"""Measures the citizens' pages as a phone meets them, and writes `docs/reference/pages-and-weights.md`.

    .venv/bin/python bench/citizen_pages.py [--people 200] [--journeys 3]

A small demo agency is built and served on this machine; Chromium visits every page with an empty cache. Bytes are those
on the wire, packed. Paint is measured with Chromium's own throttle (line and processor); journeys with a made person
before a made camera (`simulators.attacks`) who needs no time to read, so they say what the product takes, not the person.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE / "tests"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizheng.settings")
os.environ.setdefault("YIZHENG_HOME", tempfile.mkdtemp(prefix="yizheng-bench-"))
os.environ.setdefault("YIZHENG_DEMO", "1")

import django  # noqa: E402
from playwright.sync_api import Browser, Page, Response, sync_playwright  # noqa: E402

django.setup()

from browser import camera, conftest  # noqa: E402
from browser.conftest import _run as run  # noqa: E402
from browser.conftest import _served as serve  # noqa: E402
from browser.test_citizen_audits import ABOUT_ME, own_pages, weight  # noqa: E402

PAGE = HERE / "docs" / "reference" / "pages-and-weights.md"
LINES = {"slow 3G (400 kbit/s, 400 ms)": (400, 400), "weak 4G (1.6 Mbit/s, 150 ms)": (1600, 150)}
SLOWER = 4
"""How much slower the processor is made for paint and guidance."""
PAINTED = "performance.getEntriesByName('first-contentful-paint')"
MARK = "<!-- figures -->"


@contextmanager
def served(people: int) -> Iterator[conftest.Agency]:
    """A demo agency of so many people."""
    conftest.PEOPLE = people
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        environment = {**os.environ, "YIZHENG_HOME": str(home), "YIZHENG_DEMO": "1"}
        run(environment, "demo", "--people", str(people), "--no-serve", "--json")
        export = home / "results.csv"
        run(environment, "results", "export", "--as-of", conftest.AS_OF, "--out", str(export))
        numbers: dict[str, list[str]] = {}
        for line in export.read_text(encoding="utf-8-sig").splitlines()[1:]:
            row = line.split(",")
            numbers.setdefault(row[4], []).append(row[0])
        with serve(environment) as url:
            yield conftest.Agency(url=url, numbers=numbers, names={}, home=home)


def weights(browser: Browser, agency: conftest.Agency, number: str) -> dict[str, tuple[int, int]]:
    """Requests and bytes of the first visit of every page."""
    with conftest.visitor(browser, agency) as page:
        conftest.sign_in_citizen(page, agency, number)
        kept = page.context.cookies()
        pages = own_pages(page, agency, ABOUT_ME)
    found = {}
    for address in ("/", "/offline/", *pages):
        with conftest.visitor(browser, agency) as page:
            page.context.add_cookies(kept if address.startswith("/me/") else [])  # type: ignore[arg-type]
            seen: list[Response] = []
            page.on("response", lambda one, into=seen: into.append(one))
            answer = page.goto(agency.url + address, wait_until="networkidle")
            if answer is None or answer.status != 200 or page.url != agency.url + address:
                continue
            if address == "/me/face/":
                page.wait_for_selector("#camera[data-guidance]", state="attached")
            found[address] = (len(seen), sum(weight(one) for one in seen))
    return found


def throttled(page: Page, kbit: int, delay: int) -> None:
    """Make line and processor of a page slower."""
    tool = page.context.new_cdp_session(page)
    tool.send("Network.enable")
    speed = {"downloadThroughput": kbit * 125, "uploadThroughput": kbit * 125, "latency": delay}
    tool.send("Network.emulateNetworkConditions", {"offline": False, **speed})
    tool.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def paints(browser: Browser, agency: conftest.Agency, number: str) -> dict[str, tuple[float, float]]:
    """First paint of the first page and readiness of the guidance, in seconds, by line; empty caches."""
    with conftest.visitor(browser, agency) as page:
        conftest.sign_in_citizen(page, agency, number)
        kept = page.context.cookies()
    found = {}
    for name, (kbit, delay) in LINES.items():
        with conftest.visitor(browser, agency) as page:
            throttled(page, kbit, delay)
            page.goto(f"{agency.url}/", wait_until="load", timeout=120_000)
            page.wait_for_function(f"{PAINTED}.length", timeout=120_000)
            paint = page.evaluate(f"{PAINTED}[0].startTime / 1000")
        with conftest.visitor(browser, agency, worker=False) as page:
            page.context.add_cookies(kept)  # type: ignore[arg-type]
            throttled(page, kbit, delay)
            began = time.monotonic()
            page.goto(f"{agency.url}/me/face/", timeout=120_000)
            page.wait_for_selector("#camera[data-guidance=yes]", state="attached", timeout=120_000)
            found[name] = (paint, time.monotonic() - began)
    return found


def journeys(browser: Browser, agency: conftest.Agency, numbers: list[str]) -> list[tuple[float, bool]]:
    """Seconds from pressing "now" on the home page to the result, and whether it was a pass."""
    found = []
    for number in numbers:
        with conftest.visitor(browser, agency, width=360, height=780) as page:
            camera.stage(page.context, camera.alive())
            conftest.sign_in_citizen(page, agency, number)
            began = time.monotonic()
            page.get_by_role("link", name="现在认证").click()
            page.get_by_role("button", name="开始").click()
            page.wait_for_url("**/me/face/result/**", timeout=90_000)
            found.append((time.monotonic() - began, "已认证" in page.locator("h1").inner_text()))
    return found


def main() -> None:
    """Measure, and put the figures under the mark of the page."""
    parser = argparse.ArgumentParser(description="Measure the citizens' pages.")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--journeys", type=int, default=3)
    asked = parser.parse_args()
    with served(asked.people) as agency, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(conftest.CHROMIUM), args=conftest.FLAGS)
        known = agency.numbers["due"][-asked.journeys :]
        camera.enrol(agency, [*known, agency.numbers["passed"][0]])
        heavy = weights(browser, agency, agency.numbers["passed"][0])
        seen = paints(browser, agency, agency.numbers["passed"][0])
        taken = journeys(browser, agency, known)
        browser.close()
    load = os.getloadavg()[0]
    lines = [
        f"Measured on {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, load {load:.1f} at the end.",
        "",
    ]
    lines += ["| page | requests | bytes |", "|---|---|---|"]
    lines += [f"| `{name}` | {count} | {size:,} |" for name, (count, size) in sorted(heavy.items())]
    lines += [
        "",
        f"| line, processor {SLOWER} times slower | first paint of `/`, s | guidance ready, s |",
        "|---|---|---|",
    ]
    lines += [f"| {name} | {paint:.2f} | {ready:.1f} |" for name, (paint, ready) in seen.items()]
    times = [seconds for seconds, _ in taken]
    passed = sum(1 for _, is_pass in taken if is_pass)
    told = (
        f'Journeys from "现在认证" to the result: {len(times)}, of them {passed} passed; median '
        f"{statistics.median(times):.1f} s, longest {max(times):.1f} s."
    )
    lines += ["", told, ""]
    head = PAGE.read_text(encoding="utf-8").split(MARK)[0]
    PAGE.write_text(f"{head}{MARK}\n\n" + "\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
