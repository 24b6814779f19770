"""What makes the citizens' web a thing on the phone's first screen: the worker that keeps looks and letters, and the
page for when the line is gone.

Rules that always hold: the phone keeps what is the same for everybody (style sheets, scripts, recorded prompts, the
offline page), never a page about a person; a new version of any of it throws the old copies away.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_GET

from yizheng.doors.context import Empty, draw
from yizheng.doors.web import policy

WORKER = "yizheng/worker.js"
KEPT = (
    "vendor/govuk-frontend-6.6.0.css",
    "yizheng/base.css",
    "yizheng/citizen.css",
    "yizheng/citizen.js",
)
"""What the offline page needs: fetched once, when the worker is put in."""
RENEWED = (*KEPT, WORKER, "yizheng/camera.js", "yizheng/guidance.js", "prompts/prompts.js")
"""A change in any of these is a new version."""


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker (`/sw.js`), which the phone asks for again at every visit."""
    del request
    kept = ",".join(f'"{static(name)}"' for name in KEPT)
    text = (
        _file(WORKER).read_text(encoding="utf-8").replace("@VERSION@", _version()).replace('"@KEPT@"', kept)
    )
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Content-Security-Policy"] = policy({"default-src": "'none'", "connect-src": "'self'"})
    return answer


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What the phone shows when the line is gone. Drawn as for a visitor, since the phone keeps it."""
    return draw(request, "citizen/offline.html", Empty(), citizen=False)


@lru_cache(maxsize=1)
def _version() -> str:
    digest = sha256()
    for name in RENEWED:
        digest.update(_file(name).read_bytes())
    return digest.hexdigest()[:12]


def _file(name: str) -> Path:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(f"Expected the static file {name} in the package, but it is not there.")
    return Path(found)
