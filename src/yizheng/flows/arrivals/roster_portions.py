"""A roster's benefits are written a portion at a time (分批写入): an import of everybody stops nobody else's writing.

Part of the story in `roster_arrives`. SQLite has one writer: while a month's million benefits went in at once, every
web that wanted to write waited. Now each portion is a short transaction. Until the last one, which registers the
roster, a mark says that its rows do not count: nobody reads half a roster. Killed in between, mark and rows stay
behind; the next import takes the mark over, deletes the rows and begins anew. An import that lives and finds its mark
taken has been overtaken, and starts over.
"""

import secrets
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime

import pyarrow as pa
from django.db import transaction

from yizheng.flows.arrivals.roster_sealing import Sealed
from yizheng.flows.house.whole_again import whole_again
from yizheng.kernel.hands import Hands
from yizheng.rooms import entitlements, people
from yizheng.rooms.people.data import RosterRecord

ROWS = 10_000
"""Rows of a portion: their transaction takes about a tenth of a second."""
PAUSE_SECONDS = 0.025
"""Between two portions. Who waits for SQLite looks again after 25 milliseconds at first, after 100 at last: without a
pause they would always find the next portion there already."""
_COLUMNS = (
    "pno",
    "scheme",
    "benefit_type",
    "region",
    "groups",
    "start_month",
    "monthly_fen",
    "last_certified_on",
    "paid_through",
)


class OvertakenError(Exception):
    """Another roster was registered while this one was read, or is being written: it has taken the place."""


def write_benefits(hands: Hands, record: RosterRecord, parts: Sequence[Sealed], *, first_pno: int) -> str:
    """Write the benefits that changed, in portions, behind a mark; gives its token.

    Nothing counts before `commit_benefits`. Raises OvertakenError.
    """
    token = secrets.token_hex(16)
    _begin(record.position, first_pno, token)
    while _drop(record.position, token):
        time.sleep(PAUSE_SECONDS)
    changed = [part.rows.filter(part.rows["benefit_changed"]).select(_COLUMNS) for part in parts]
    total, done = sum(rows.num_rows for rows in changed), 0
    for some in _portions(changed):
        if done:
            time.sleep(PAUSE_SECONDS)
        _write(some, record.position, token, true_from=record.delivered_on, at=record.imported_at)
        done += some.num_rows
        hands.progress("people", done, total)
    return token


def check_place(roster: int, first_pno: int, token: str = "") -> None:
    """Raise OvertakenError where the roster's place was taken since it was read, or the mark with this token."""
    known = len(people.queries.rosters()), people.queries.roster_size()
    if known != (roster, first_pno):
        raise OvertakenError
    if token and not entitlements.actions.holds_mark(roster=roster, token=token):
        raise OvertakenError


def _portions(tables: Sequence[pa.Table]) -> Iterator[pa.Table]:
    for table in tables:
        for start in range(0, table.num_rows, ROWS):
            yield table.slice(start, ROWS)


@whole_again
def _begin(roster: int, first_pno: int, token: str) -> None:
    with transaction.atomic():
        check_place(roster, first_pno)
        entitlements.actions.begin_benefits(roster=roster, token=token)


@whole_again
def _drop(roster: int, token: str) -> int:
    """Delete a portion of what a killed import left; gives how many rows."""
    with transaction.atomic():
        if not entitlements.actions.holds_mark(roster=roster, token=token):
            raise OvertakenError
        return entitlements.actions.drop_incoming(roster=roster, most=ROWS)


@whole_again
def _write(some: pa.Table, roster: int, token: str, *, true_from: date, at: datetime) -> None:
    columns = [column.to_pylist() for column in some.columns]
    with transaction.atomic():
        if not entitlements.actions.holds_mark(roster=roster, token=token):
            raise OvertakenError
        entitlements.actions.add_benefits(columns, roster=roster, true_from=true_from, at=at)
