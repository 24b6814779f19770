"""Certifications made in person arrive (本人到场认证): at a window or terminal, by a visit, at another agency.

Each row is a person who was there on a day. It is recorded as a pass like any other (`pass_is_recorded`): the person gets
a receipt, and what a pass alone does not settle goes to two people. Nothing here stops anybody's pay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from django.db import transaction

from yizheng.flows.channels.pass_is_recorded import ComingPass, Recorded, look_up, record
from yizheng.flows.house.staff_files import read_rows
from yizheng.flows.house.whole_again import whole_again
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, day_number
from yizheng.rooms import ledger, passes, people
from yizheng.rooms.casework.data import CaseRules
from yizheng.rooms.certification.data import Policy
from yizheng.rooms.evidence.ports import TableReader
from yizheng.rooms.passes.data import CHANNELS, NewPass
from yizheng.rooms.people.data import Identity

COLUMNS = ("id_number", "name", "day", "channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class PassesReport:
    """What became of a file: rows in it, passes recorded, known before, refused (row number and why), cases opened."""

    rows: int
    recorded: int
    known: int
    refused: tuple[tuple[int, Refused], ...]
    cases_opened: int


def import_passes(
    hands: Hands,
    *,
    file: Path,
    read_table: TableReader,
    policies: Sequence[Policy],
    case_rules: CaseRules,
    rng: Random,
) -> PassesReport:
    """Record the passes of a file with the columns `COLUMNS`. The same file twice records nothing twice.

    Raises Refused where the file is no such table; a row that cannot be used is refused by itself.
    """
    at = hands.now()
    today = at.astimezone(CHINA).date()
    found, refused = [], []
    rows = []
    for number, cells in read_rows(file, read_table, COLUMNS):
        try:
            rows.append((number, cells, people.queries.find_by_number(cells["id_number"])))
        except Refused as error:
            refused.append((number, error))
    names = people.queries.identities(pno for _, _, pno in rows if pno is not None)
    for number, cells, pno in rows:
        try:
            found.append(_pass_of(cells, pno, names, today=today))
        except Refused as error:
            refused.append((number, error))
    coming = look_up(found, policies=policies, today=today)
    recorded = _write(hands, coming, case_rules=case_rules, rng=rng)
    return PassesReport(
        rows=len(found) + len(refused),
        recorded=recorded.passes,
        known=len(found) - recorded.passes,
        refused=tuple(refused),
        cases_opened=recorded.cases_opened,
    )


@whole_again
def _write(hands: Hands, coming: Sequence[ComingPass], *, case_rules: CaseRules, rng: Random) -> Recorded:
    """Record what is still not known: another import of the same file may have come between."""
    with transaction.atomic(), ledger.actions.appended_last():
        passes.actions.wait_for_other_imports()
        known = passes.queries.known_passes([one.new.pno for one in coming])
        fresh = [one for one in coming if (one.new.pno, one.new.channel, one.new.event_day) not in known]
        return record(fresh, case_rules=case_rules, rng=rng, actor=hands.username, at=hands.now())


def _pass_of(
    cells: dict[str, str], pno: Pno | None, names: Mapping[Pno, Identity], *, today: date
) -> NewPass:
    """A row as a pass. Raises Refused with what is wrong, without the person's data."""
    if pno is None:
        raise Refused(passes.Why.NUMBER_NOT_ON_ROSTER)
    if people.queries.name_key(cells["name"]) != people.queries.name_key(names[pno].name):
        raise Refused(passes.Why.NAME_DIFFERS)
    by_file = tuple(channel.code for channel in CHANNELS.values() if channel.by_file)
    if cells["channel"] not in by_file:
        raise Refused(passes.Why.CHANNEL_UNKNOWN, known=by_file)
    day = people.queries.parse_day(cells["day"])
    if day is None:
        raise Refused(passes.Why.NO_DAY)
    if day > today:
        raise Refused(passes.Why.DAY_AHEAD, today=today)
    return NewPass(pno=pno, channel=cells["channel"], event_day=day_number(day))
