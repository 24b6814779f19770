"""Certifications made in person arrive (本人到场认证): at a window or terminal, by a visit, at another agency.

Each row is a person who was there on a day. It is recorded as a pass, which the next run counts; a pause for want of a
certification ends with that run, and the paused months are paid. Who comes although pay was ended, or paused for another
reason, cannot be helped by a pass: a case is opened, and two people look again. Nothing here stops anybody's pay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from yizheng.flows.house.staff_files import read_rows
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, day_number
from yizheng.rooms import casework, entitlements, evidence, passes, payments, people
from yizheng.rooms.casework.data import PERSON_ASKS, NewCase
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.evidence.ports import TableReader
from yizheng.rooms.passes.data import DELIVERED_CHANNELS, NewPass
from yizheng.rooms.people.data import Identity

COLUMNS = ("id_number", "name", "day", "channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class PassesReport:
    """What became of a file: rows in it, passes recorded, known before, refused (row number and why), cases opened."""

    rows: int
    recorded: int
    known: int
    refused: tuple[tuple[int, str], ...]
    cases_opened: int


def import_passes(hands: Hands, *, file: Path, read_table: TableReader) -> PassesReport:
    """Record the passes of a file with the columns `COLUMNS`. The same file twice records nothing twice.

    Raises Refused where the file is no such table; a row that cannot be used is refused by itself.
    """
    at = hands.now()
    today = at.astimezone(CHINA).date()
    found, refused = [], []
    rows = [
        (number, cells, people.queries.find_by_number(cells["id_number"]))
        for number, cells in read_rows(file, read_table, COLUMNS)
    ]
    names = people.queries.identities(pno for _, _, pno in rows if pno is not None)
    for number, cells, pno in rows:
        try:
            found.append(_pass_of(cells, pno, names, today=today))
        except Refused as error:
            refused.append((number, str(error)))
    known = passes.queries.known_passes([one.pno for one in found])
    fresh = list(
        {key: one for one in found if (key := (one.pno, one.channel, one.event_day)) not in known}.values()
    )
    with transaction.atomic():
        recorded = passes.actions.record_passes(fresh, actor=hands.username, at=at)
        opened = _open_cases(hands, [one.pno for one in fresh])
    return PassesReport(
        rows=len(rows),
        recorded=recorded,
        known=len(found) - len(fresh),
        refused=tuple(refused),
        cases_opened=opened,
    )


def _pass_of(
    cells: dict[str, str], pno: Pno | None, names: Mapping[Pno, Identity], *, today: date
) -> NewPass:
    """A row as a pass. Raises Refused with what is wrong, without the person's data."""
    if pno is None:
        raise Refused("nobody on the roster has this number. Check the number.")
    if people.queries.name_key(cells["name"]) != people.queries.name_key(names[pno].name):
        raise Refused("the number is on the roster under another name. Check both.")
    if cells["channel"] not in DELIVERED_CHANNELS:
        raise Refused(f"a channel of {', '.join(DELIVERED_CHANNELS)} was expected. Correct it.")
    try:
        day = date.fromisoformat(cells["day"])
    except ValueError:
        raise Refused("a day was expected as YYYY-MM-DD. Correct it.") from None
    if day > today:
        raise Refused(f"a day up to today ({today}) was expected. Correct it.")
    return NewPass(pno=pno, channel=cells["channel"], event_day=day_number(day))


def _open_cases(hands: Hands, pnos: Sequence[int]) -> int:
    """A case for everybody who came and whose pay a pass cannot bring back; none where one is open."""
    at = hands.now()
    standings = entitlements.queries.newest_pay_standings()
    stuck = [
        pno
        for pno in sorted(set(pnos))
        if (standing := standings.get(pno)) is not None
        and (
            standing.state is PayState.ENDED
            or (
                standing.state is PayState.PAUSED
                and not payments.queries.is_pause_for_missing_proof(standing.reason_code)
            )
        )
    ]
    if not stuck:
        return 0
    rests_on = evidence.queries.confirmed_about(stuck)
    return casework.actions.open_cases(
        [NewCase(pno=Pno(pno), reasons=(PERSON_ASKS,), leads=rests_on.get(pno, ())) for pno in stuck],
        run_id="",
        as_of=at.astimezone(CHINA).date(),
        at=at,
        actor=hands.username,
    )
