"""Without the database: 503 in plain words on both webs, a read is tried once more, a write never, and nothing hangs."""

import asyncio
import time
from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from unit.test_front import ask
from yizheng.doors import outage
from yizheng.doors.front import Front
from yizheng.doors.outage import DatabaseAway
from yizheng.doors.urls import handler500  # noqa: F401 (Django looks for it here)
from yizheng.doors.urls import urlpatterns as of_the_product

LOST = "consuming input failed: server closed the connection unexpectedly"
CROWDED = "connection failed: FATAL:  sorry, too many clients already"
asked: list[str] = []
trouble: list[str] = []


def told(request: HttpRequest) -> HttpResponse:
    """Fails as often as the test says."""
    asked.append(str(request.method))
    if trouble:
        raise OperationalError(trouble.pop(0))
    return HttpResponse("ok")


urlpatterns = [path("here/", told), path("staff/here/", told), *of_the_product]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterable[None]:
    """Nobody reads the database in these pages: whoever does fails the test. No waiting, no traces of tests before."""
    asked.clear()
    trouble.clear()
    monkeypatch.setattr(outage, "WAIT_SECONDS", 0)
    with override_settings(ROOT_URLCONF=__name__):
        yield
    DatabaseAway.crowded_until = 0.0


def visit(web: str, method: str = "get") -> HttpResponse:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32  # somebody who may be signed in
    answer: HttpResponse = getattr(client, method)(f"{web}here/")
    return answer


@pytest.mark.parametrize("web", ["/", "/staff/"])
def test_read_is_tried_once_more_and_then_the_page_says_so_without_the_database(web: str) -> None:
    trouble.extend([LOST])
    assert visit(web).status_code == 200
    assert asked == ["GET", "GET"]
    trouble.extend([LOST] * 3)
    answer = visit(web)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "系统暂时不能用" in answer.content.decode()
    assert len(asked) == 4


@pytest.mark.parametrize("web", ["/", "/staff/"])
def test_write_whose_connection_was_lost_is_never_tried_again(web: str) -> None:
    trouble.extend([LOST])
    answer = visit(web, "post")
    assert answer.status_code == 503
    assert "请先看一看结果，再决定要不要重新办" in answer.content.decode()
    assert asked == ["POST"]


@pytest.mark.parametrize("web", ["/", "/staff/"])
def test_failure_of_another_kind_is_said_without_the_database_too(
    web: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        SessionStore, "load", lambda _: pytest.fail("the page of a failure reads the session")
    )
    trouble.extend(["x"])
    monkeypatch.setattr(outage, "OperationalError", ZeroDivisionError)
    answer = visit(web)
    assert answer.status_code == 500
    assert "系统出了点问题" in answer.content.decode()


def test_thread_without_a_connection_waits_for_one_that_another_gives_back() -> None:
    trouble.extend([CROWDED] * 3)
    assert visit("/", "post").status_code == 200  # nothing was done before there was a connection
    assert asked == ["POST"] * 4
    assert DatabaseAway.crowded_until > time.monotonic()
    trouble.extend([CROWDED] * 99)
    assert visit("/").status_code == 503


def test_page_that_a_silent_server_holds_is_answered_all_the_same() -> None:
    def silent(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        time.sleep(0.4)
        start("200 OK", [])
        return [b"late"]

    status, said = asyncio.run(ask(Front(silent, within=0.1), b"x"))
    assert status == 503
    assert "look first" in said.decode()
