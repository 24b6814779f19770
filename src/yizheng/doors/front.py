"""The front of a web process: takes every request whole, then gives it a thread of the pages.

The pages are Django's, one thread a request. A thread that waits for a sender is a thread that nobody else has, and eight
senders would stop both webs. So the front waits without a thread, within the limits of `bodies.py`, and the pages get
requests that are here. Answers are taken from the thread whole, for the same reason: who reads slowly holds no thread.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings

from yizheng.doors.bodies import FROM_SOURCES, Bodies, BodyCut, Cut, SenderGone, declared_bytes

THREADS = 8
"""Threads of a process. One process suffices for a branch office: SQLite has one writer anyway. On PostgreSQL
take as many processes as there are cores: they share everything through the database and the store."""
MOST_QUEUED = 256
"""Requests that wait for a thread: at twenty pages a second the last of them waits for 13 seconds, more is refused."""
ANSWERED_WITHIN = 60.0
"""Seconds from a request's arrival to its answer. A database that accepts a question and says nothing holds a thread for
as long as it likes; it does not hold the reader."""
ANSWERED_WITHIN_OF_A_SOURCE = 300.0
"""A file of a department is read and counted before the page answers."""
SAID = {
    Cut.TOO_LATE: "请求没有在规定时间内送完，请重试。 The request did not arrive in time. Try again.",
    Cut.TOO_LARGE: "文件太大，未接收。 The file is too large and was not taken.",
    Cut.TOO_MANY: "这个地址同时发来的请求太多，请稍候重试。 Too many requests from here at once. Try again shortly.",
    Cut.NO_ANSWER: (
        "系统没有及时答复，刚才那一步可能已经办成，也可能没有。请先看一看结果，再决定要不要重新办。"
        " No answer came in time. What you did may have been done or not: look first, then decide whether to do it again."
    ),
    Cut.TOO_MUCH: "系统正忙，请稍候重试。 The service is busy. Try again shortly.",
}
Environ = dict[str, Any]
Pages = Callable[[Environ, Any], Any]  # of WSGI: an answer in pieces
Send = Callable[[dict[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]
Answer = tuple[int, list[Header], bytes]
log = logging.getLogger(__name__)


class Front:
    """An ASGI application before WSGI pages."""

    def __init__(
        self,
        pages: Pages,
        *,
        threads: int = THREADS,
        bodies: Bodies | None = None,
        within: float = ANSWERED_WITHIN,
    ) -> None:
        self.within = within
        self.pages = pages
        self.bodies = bodies or Bodies()
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")
        self.at_work = 0
        self.most_at_work = threads + MOST_QUEUED

    async def __call__(self, scope: dict[str, Any], receive: Callable[[], Any], send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError("expected a request over HTTP")
        headers = _headers(scope)
        try:
            body = await self.bodies.whole(
                receive,
                path=scope["path"],
                address=_counted_address(scope),
                declared=declared_bytes(headers),
                within=asyncio.wait_for,
            )
            status, answered, content = await self._answer(environ(scope, headers, body))
        except SenderGone:
            return
        except BodyCut as cut:
            status, answered, content = _said(cut.why)
        await send({"type": "http.response.start", "status": status, "headers": answered})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content})

    async def _answer(self, asked: Environ) -> Answer:
        if self.at_work >= self.most_at_work:
            raise BodyCut(Cut.TOO_MUCH)
        self.at_work += 1
        try:
            work = asyncio.get_running_loop().run_in_executor(self.threads, _ask, self.pages, asked)
            return await asyncio.wait_for(work, self._within(asked))  # one that waits is dropped
        except TimeoutError:
            log.warning("no answer within %.0f seconds", self._within(asked))
            raise BodyCut(Cut.NO_ANSWER) from None
        finally:
            self.at_work -= 1

    def _within(self, asked: Environ) -> float:
        source = asked["PATH_INFO"].startswith(FROM_SOURCES)
        return max(self.within, ANSWERED_WITHIN_OF_A_SOURCE) if source else self.within


def _ask(pages: Pages, asked: Environ) -> Answer:
    """The whole answer of the pages, in one of their threads."""
    begun: list[tuple[int, list[Header]]] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        del exc_info
        as_bytes = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        begun.append((int(status[:3]), as_bytes))

    parts = pages(asked, start)
    try:
        content = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()  # the pages count on it: it gives their connection to the database back
    return (*begun[-1], content)


def _said(why: Cut) -> Answer:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    if why in (Cut.TOO_MANY, Cut.TOO_MUCH, Cut.NO_ANSWER):
        headers.append((b"retry-after", b"10"))
    return why.status, headers, SAID[why].encode()


def _headers(scope: dict[str, Any]) -> dict[str, str]:
    """Headers by lower name. One that came twice is one list, as HTTP says. A name with an underscore is left out: for
    the pages it would be the same as one with a hyphen, and a client could write what a proxy is to write.
    """
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if "_" in name:
            continue
        joint = "; " if name == "cookie" else ","
        found[name] = f"{found[name]}{joint}{value}" if name in found else value
    return found


def environ(scope: dict[str, Any], headers: dict[str, str], body: bytes) -> Environ:
    """What the pages know of a request, as PEP 3333 names it."""
    host, port = scope.get("server") or ("localhost", 80)
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    told = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw_path.partition(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": _address(scope),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        if name == "content-type":
            told["CONTENT_TYPE"] = value
        elif name not in ("content-length", "transfer-encoding"):
            told[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return told


def _address(scope: dict[str, Any]) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _counted_address(scope: dict[str, Any]) -> str:
    """The address whose bodies are counted; empty for our own proxies, which read bodies whole themselves."""
    text = _address(scope)
    try:
        seen = ip_address(text)
    except ValueError:
        return ""
    return "" if any(seen in network for network in settings.YIZHENG.proxies) else text
