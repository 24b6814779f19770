"""What the webs do while the database does not answer: a read is tried once more, a write never, and the page that says
so reads nothing from the database.

A read that lost its connection is repeated with a fresh one: it changes nothing but the record of looks. A write whose
connection was lost may have been done or not: the page says to look first. Where the server has no connection free,
nothing was done: the request waits for one that another thread of this process gives back.
"""

import sys
import time
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponseBase

AWAY = "_yizheng_database_away"
"""Marks the answer of an outage: which kind it was."""
LOST, CROWDED, BUSY = "lost", "crowded", "busy"
REPEATED_WITHIN = 5.0
"""Seconds: a first try that took longer met a silent server, and a second would hold the page as long again."""
CROWDED_FOR = 60.0
"""Seconds for which the threads of a process give their connections back after each request."""
WAITS = 10
WAIT_SECONDS = 0.3
NO_CONNECTION_FREE = "53300"
"""PostgreSQL's code; at connecting the driver has the text alone."""
_CROWDED_WORDS = ("too many clients", "remaining connection slots", "too many connections")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def kind_of_outage(error: BaseException | None) -> str:
    """Which outage an exception means; empty for what is none."""
    if not isinstance(error, OperationalError | InterfaceError):
        return ""
    said = str(error)
    if getattr(error.__cause__, "sqlstate", None) == NO_CONNECTION_FREE or any(
        words in said for words in _CROWDED_WORDS
    ):
        return CROWDED
    return BUSY if "database is locked" in said else LOST


def outage_now() -> str:
    """Which outage is being handled at this moment, in the page of a failure."""
    return kind_of_outage(sys.exc_info()[1])


def ask_nothing_more(request: HttpRequest) -> None:
    """Let the page of an outage be drawn without the database: nobody is looked up, nothing is kept."""
    request.user = AnonymousUser()
    session = getattr(request, "session", None)
    if session is not None:
        session.modified = False


class DatabaseAway:
    """Repeats what may be repeated, and gives connections back while there are few."""

    crowded_until = 0.0

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.monotonic()
        response = self.get_response(request)
        kind = getattr(response, AWAY, "")
        if kind == LOST and request.method == "GET" and time.monotonic() - begun < REPEATED_WITHIN:
            _give_back()
            response = self.get_response(request)
        for _ in range(WAITS):
            if getattr(response, AWAY, "") != CROWDED:
                break
            DatabaseAway.crowded_until = time.monotonic() + CROWDED_FOR
            time.sleep(WAIT_SECONDS)
            response = self.get_response(request)
        if time.monotonic() < DatabaseAway.crowded_until:
            _give_back()
        return response


def _give_back() -> None:
    """Close this thread's connections without asking the server anything: the next question opens a fresh one."""
    for one in connections.all(initialized_only=True):
        if not one.in_atomic_block:
            one.close()
