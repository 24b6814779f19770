"""A web process takes a request whole, within limits, before it gives it a thread; who dawdles holds nothing."""

import asyncio
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from django.conf import settings

from yizheng.doors import bodies, front
from yizheng.doors.bodies import Bodies
from yizheng.doors.front import Front

POST = {
    "type": "http",
    "method": "POST",
    "path": "/start/",
    "raw_path": b"/start/%E4%BD%A0%ff",
    "query_string": b"a=1",
    "http_version": "1.1",
    "scheme": "http",
    "server": ("127.0.0.1", 8000),
    "client": ("203.0.113.9", 4711),
    "headers": [(b"host", b"localhost"), (b"content-length", b"100")],
}


def pages(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Says how long the body was."""
    start("200 OK", [("Content-Type", "text/plain")])
    return [str(len(environ["wsgi.input"].read())).encode()]


async def ask(app: Front, *pieces: bytes, more: bool = False, **scope: object) -> tuple[int, bytes]:
    """Send a request in pieces, and after them nothing more, or the end."""
    left = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if left:
            return left.pop(0)
        if more:
            await asyncio.sleep(3600)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    await app(POST | scope, receive, send)
    return said[0]["status"], said[1]["body"]


def test_slow_bodies_are_dropped_and_stop_nobody() -> None:
    app = Front(pages, threads=2, bodies=Bodies(grace=0.3))

    async def both() -> tuple[tuple[int, bytes], float, list[tuple[int, bytes]]]:
        slow = [
            asyncio.create_task(ask(app, b"abc", more=True, client=(f"203.0.113.{one % 100}", 1)))
            for one in range(200)
        ]
        await asyncio.sleep(0.05)
        begun = time.monotonic()
        quick = await ask(app, b"x" * 100, client=("198.51.100.1", 1))
        took = time.monotonic() - begun
        return quick, took, list(await asyncio.gather(*slow))

    quick, took, slow = asyncio.run(both())
    assert quick == (200, b"100")
    assert took < 0.2
    assert {status for status, _ in slow} == {408}
    assert app.bodies == Bodies(grace=0.3)  # nothing is held any more


def test_body_that_goes_on_arriving_is_not_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BYTES_A_SECOND", 10)
    app = Front(pages, bodies=Bodies(grace=0.1))

    async def steadily() -> tuple[int, bytes]:
        pieces = [b"x" * 10] * 4
        said: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0.09)
            if pieces:
                return {"type": "http.request", "body": pieces.pop(), "more_body": bool(pieces)}
            raise AssertionError

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        await app(POST, receive, send)
        return said[0]["status"], said[1]["body"]

    assert asyncio.run(steadily()) == (200, b"40")


@pytest.mark.parametrize(
    ("path", "declared", "status"),
    [
        ("/start/", 9 << 20, 200),
        ("/start/", (9 << 20) + 1, 413),
        ("/staff/sources/railway/answers/", 21 << 20, 200),
        ("/staff/sources/railway/answers/", (21 << 20) + 1, 413),
        ("/start/", "1e3", 413),
    ],
)
def test_body_that_says_it_is_too_large_is_not_awaited(path: str, declared: object, status: int) -> None:
    headers = [(b"content-length", str(declared).encode())]
    assert asyncio.run(ask(Front(pages), b"abc", path=path, headers=headers))[0] == status


def test_body_in_pieces_is_too_large_once_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_BYTES", 20)
    headers = [(b"transfer-encoding", b"chunked")]
    assert asyncio.run(ask(Front(pages), b"x" * 20, headers=headers)) == (200, b"20")
    assert asyncio.run(ask(Front(pages), b"x" * 20, b"x", headers=headers))[0] == 413


def test_forms_go_on_while_large_bodies_fill_what_is_kept_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_WAITING_BYTES", 10)
    app = Front(pages)
    assert asyncio.run(ask(app, b"x" * bodies.SMALL)) == (200, str(bodies.SMALL).encode())
    assert asyncio.run(ask(app, b"x" * (bodies.SMALL + 11)))[0] == 503
    assert app.bodies.waiting_bytes == 0


def test_address_has_so_many_bodies_on_the_way_and_a_proxy_has_no_such_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def many() -> list[int]:
        app = Front(pages, bodies=Bodies(grace=0.1))
        asked = [ask(app, b"abc", more=True) for _ in range(bodies.MOST_OF_AN_ADDRESS + 3)]
        return sorted(status for status, _ in await asyncio.gather(*asked))

    assert asyncio.run(many()) == [408] * bodies.MOST_OF_AN_ADDRESS + [429] * 3
    ours = replace(settings.YIZHENG, proxies=(ip_network("203.0.113.9"),))
    monkeypatch.setattr(settings, "YIZHENG", ours)
    assert set(asyncio.run(many())) == {408}


def test_more_requests_than_threads_can_answer_soon_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "MOST_QUEUED", 1)
    release = threading.Event()

    def stuck(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        release.wait(5)
        return pages(environ, start)

    async def three() -> list[int]:
        app = Front(stuck, threads=1)
        asked = [asyncio.create_task(ask(app, b"x")) for _ in range(3)]
        await asyncio.sleep(0.05)
        release.set()
        return sorted(status for status, _ in await asyncio.gather(*asked))

    assert asyncio.run(three()) == [200, 200, 503]


def test_pages_run_on_so_many_threads_and_hold_no_more_connections_than_those() -> None:
    """A connection belongs to the thread that opened it, so the threads are the bound (docs/adr/0002)."""
    opened: set[int] = set()

    def seen(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        opened.add(threading.get_ident())
        time.sleep(0.001)
        return pages(environ, start)

    async def many() -> list[int]:
        app = Front(seen, threads=3)
        rounds = [await asyncio.gather(*(ask(app, b"x") for _ in range(6))) for _ in range(4)]
        return [status for answers in rounds for status, _ in answers]

    assert set(asyncio.run(many())) == {200}
    assert len(opened) <= 3


def test_pages_see_a_request_as_a_server_shows_it() -> None:
    seen: dict[str, Any] = {}
    closed: list[bool] = []

    class Parts(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    def looks(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        seen.update(environ)
        start("302 Found", [("Location", "/me/"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return Parts([b"a", b"b"])

    headers = [
        (b"host", b"localhost:8000"),
        (b"content-type", b"text/plain"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"x-forwarded-for", b"6.6.6.6"),
        (b"x_forwarded_for", b"7.7.7.7"),
    ]
    assert asyncio.run(ask(Front(looks), headers=headers)) == (302, b"ab")
    assert closed == [True]
    assert seen["PATH_INFO"] == "/start/你".encode().decode("latin-1") + "\xff"
    assert (seen["QUERY_STRING"], seen["REMOTE_ADDR"], seen["HTTP_HOST"]) == (
        "a=1",
        "203.0.113.9",
        "localhost:8000",
    )
    assert (seen["CONTENT_TYPE"], seen["HTTP_COOKIE"]) == ("text/plain", "a=1; b=2")
    assert seen["HTTP_X_FORWARDED_FOR"] == "6.6.6.6"  # the one with hyphens; a proxy cannot be talked over


def test_who_hangs_up_gets_no_answer() -> None:
    async def gone() -> list[object]:
        said: list[object] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(message: object) -> None:
            said.append(message)

        await Front(pages)(POST, receive, send)
        return said

    assert asyncio.run(gone()) == []
