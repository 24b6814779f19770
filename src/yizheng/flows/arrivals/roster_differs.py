"""What core system and product say otherwise of people's pay leaves the house (与核心系统不一致清单): for its owner.

Numbers and names are in these files, so the entry in the ledger comes first.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from django.db import transaction

from yizheng.flows.house.staff_files import write_private
from yizheng.flows.house.writing_out import check_place
from yizheng.kernel.cells import safe_cell
from yizheng.kernel.hands import Hands
from yizheng.rooms import entitlements, ledger, people
from yizheng.rooms.entitlements.data import Disagreement

_PERSON = ("id_number", "name")
OTHERWISE = (
    *_PERSON,
    "core_state",
    "core_month",
    "core_reason",
    "core_said_since",
    "core_file",
    "our_state",
    "our_reason",
    "our_since",
    "our_decision",
)
MISSING = (*_PERSON, "missing_since", "first_file_without", "our_state")


def export(hands: Hands, *, out: Path, missing: bool = False) -> int:
    """Write where core system and product say otherwise, or with `missing` whom the newest roster does not name.

    Gives how many people. Raises Refused when `out` cannot be written.
    """
    check_place(out)
    found = entitlements.queries.disagreements(missing=missing)
    columns = MISSING if missing else OTHERWISE
    with transaction.atomic():
        ledger.actions.append(
            kind="entitlements:differences:exported",
            actor=hands.username,
            at=hands.now(),
            subject="entitlements_export:missing" if missing else "entitlements_export:otherwise",
            detail={"rows": len(found), "columns": list(columns)},
        )
    names = people.queries.identities([one.pno for one in found])
    files = file_names()
    rows = (
        (names[one.pno].number, names[one.pno].name, *(_missing if missing else _otherwise)(one, files))
        for one in found
    )
    return write_private(out, columns, (_guarded(row) for row in rows))


def file_names() -> dict[int, str]:
    """The file of each roster, by its position."""
    return {record.position: record.file_name for record in people.queries.rosters()}


def _otherwise(one: Disagreement, files: dict[int, str]) -> Sequence[object]:
    return (
        one.said.state,
        one.said.month,
        one.said.reason_code,
        one.since,
        files.get(one.first_roster, ""),
        int(one.here.state),
        one.here.reason_code,
        one.here.since,
        one.decision,
    )


def _missing(one: Disagreement, files: dict[int, str]) -> Sequence[object]:
    return (one.since, files.get(one.first_roster, ""), int(one.here.state))


def _guarded(row: Iterable[object]) -> list[str]:
    """Cells that a spreadsheet takes for no formula; empty where nothing is known."""
    return [safe_cell("" if value is None else str(value)) for value in row]
