"""A roster is written a portion at a time (分批写入): an import of everybody stops nobody else's writing.

Part of the story in `roster_arrives`. SQLite has one writer: while a month's million benefits went in at once, every
web that wanted to write waited. Now each portion is a short transaction. Until the last one, which registers the
roster, marks say that its rows do not count: nobody reads half a roster. Killed in between, marks and rows stay
behind; the next import takes the marks over, deletes the rows and begins anew. An import that lives and finds its mark
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

ROWS = 5_000
"""Rows of a portion: their transaction takes less than a tenth of a second, a quarter where all are of new people."""
PAUSE_SECONDS = 0.025
"""Between two portions. Who waits for SQLite looks again after 25 milliseconds at first, after 100 at last: without a
pause they would always find the next portion there already."""


class OvertakenError(Exception):
    """Another roster was registered while this one was read, or is being written: it has taken the place."""


def write_portions(hands: Hands, record: RosterRecord, parts: Sequence[Sealed], *, first_pno: int) -> str:
    """Write people, what is known of them and benefits, where they changed, in portions behind a mark; gives its token.

    Nothing counts before the roster is accepted. Raises OvertakenError.
    """
    token = secrets.token_hex(16)
    _begin(record.position, first_pno, token)
    while _drop(record.position, token):
        time.sleep(PAUSE_SECONDS)
    total, done = sum(part.rows.num_rows for part in parts), 0
    for rows in _portions(parts):
        if done:
            time.sleep(PAUSE_SECONDS)
        _write(rows, record.position, token, true_from=record.delivered_on, at=record.imported_at)
        done += rows.num_rows
        hands.progress("people", done, total)
    return token


def check_place(roster: int, first_pno: int, token: str = "") -> None:
    """Raise OvertakenError where the roster's place was taken since it was read, or the mark with this token."""
    known = len(people.queries.rosters()), people.queries.roster_size()
    if known != (roster, first_pno):
        raise OvertakenError
    if token:
        _check_mark(roster, token)


def _check_mark(roster: int, token: str) -> None:
    mine = people.actions.holds_mark(roster=roster, token=token)
    if not mine or not entitlements.actions.holds_mark(roster=roster, token=token):
        raise OvertakenError


def _portions(parts: Sequence[Sealed]) -> Iterator[pa.Table]:
    for part in parts:
        for start in range(0, part.rows.num_rows, ROWS):
            yield part.rows.slice(start, ROWS)


@whole_again
def _begin(roster: int, first_pno: int, token: str) -> None:
    with transaction.atomic():
        check_place(roster, first_pno)
        people.actions.begin_people(roster=roster, token=token)
        entitlements.actions.begin_benefits(roster=roster, token=token)


@whole_again
def _drop(roster: int, token: str) -> int:
    """Delete a portion of what a killed import left; gives how many rows."""
    with transaction.atomic():
        _check_mark(roster, token)
        left = people.actions.drop_incoming(roster=roster, most=ROWS)
        return left + entitlements.actions.drop_incoming(roster=roster, most=ROWS)


@whole_again
def _write(rows: pa.Table, roster: int, token: str, *, true_from: date, at: datetime) -> None:
    fresh = _columns(rows, "is_new", people.actions.TOLD_OF_PERSON)
    versions = _columns(rows, "person_changed", people.actions.TOLD_OF_VERSION)
    benefits = _columns(rows, "benefit_changed", entitlements.actions.TOLD)
    with transaction.atomic():
        _check_mark(roster, token)
        people.actions.add_people(fresh, roster=roster, at=at)
        people.actions.add_versions(versions, roster=roster, true_from=true_from, at=at)
        entitlements.actions.add_benefits(benefits, roster=roster, true_from=true_from, at=at)


def _columns(rows: pa.Table, which: str, columns: tuple[str, ...]) -> list[list[object]]:
    some = rows.filter(rows[which])
    return [some[column].to_pylist() for column in columns]
