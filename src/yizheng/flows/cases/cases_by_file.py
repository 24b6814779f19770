"""Doubts are resolved by the list (疑点批量办理): a worklist leaves the house, proposals and confirmations come back.

Every row goes the same way as a click in the staff web (`doubt_is_resolved`), in a transaction of its own and under the
name of the account that signed in for the file: who proposes may not confirm, and one bad row stops no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.house.staff_files import read_rows, write_private
from yizheng.flows.house.writing_out import check_place
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.rooms import casework, ledger, people
from yizheng.rooms.casework.data import CaseRules, CaseView
from yizheng.rooms.evidence.ports import TableReader

WORKLIST = (
    "case_id",
    "version",
    "state",
    "id_number",
    "name",
    "reasons",
    "opened_on",
    "deadline",
    "outcome",
    "loss",
    "outcome_day",
    "proposed_by",
)
PROPOSALS = ("case_id", "version", "outcome", "loss", "outcome_day", "reason")
CONFIRMATIONS = ("case_id", "version", "agree", "note")
_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedReport:
    """What became of a file: rows in it, those that took effect, and those refused (row number and why)."""

    rows: int
    done: int
    refused: tuple[tuple[int, Refused], ...]


def export(hands: Hands, *, out: Path, state: str) -> int:
    """Write the worklist, the nearest deadline first, and give how many. Without a state: all that wait for somebody.

    The export opens numbers and names, so it is written into the ledger before the file is made.
    """
    check_place(out)
    with transaction.atomic(), ledger.actions.appended_last():
        ledger.actions.append(
            kind="privacy:export:made",
            actor=hands.username,
            at=hands.now(),
            subject="casework_export:worklist",
            detail={"state": state or "waiting", "columns": list(WORKLIST)},
        )
    cases: list[CaseView] = []
    page = 1
    while True:
        found = casework.queries.worklist(state=state, page=page, page_size=_PAGE)
        cases += found.cases
        if page >= found.pages:
            break
        page += 1
    names = people.queries.identities({case.pno for case in cases})
    return write_private(
        out,
        WORKLIST,
        (
            (
                case.case_id,
                case.version,
                case.state,
                names[case.pno].number,
                names[case.pno].name,
                ",".join(case.reasons),
                case.opened_on,
                case.deadline,
                case.outcome,
                case.loss,
                case.outcome_day or "",
                case.proposed_by,
            )
            for case in cases
        ),
    )


def propose(hands: Hands, *, file: Path, read_table: TableReader, case_rules: CaseRules) -> DecidedReport:
    """Propose an outcome for each row of a file with the columns `PROPOSALS`. Raises Refused for no such table."""

    def one(cells: dict[str, str]) -> None:
        doubt_is_resolved.propose(
            hands,
            case_id=_number(cells, "case_id"),
            expected_version=_number(cells, "version"),
            outcome=cells["outcome"],
            loss=cells["loss"],
            outcome_day=_day(cells["outcome_day"]),
            reason=cells["reason"],
            case_rules=case_rules,
        )

    return _each(file, read_table, PROPOSALS, one)


def confirm(hands: Hands, *, file: Path, read_table: TableReader, case_rules: CaseRules) -> DecidedReport:
    """Confirm or send back each row of a file with the columns `CONFIRMATIONS`. Raises Refused for no such table."""

    def one(cells: dict[str, str]) -> None:
        agree = people.queries.parse_yes(cells["agree"])
        if agree is None:
            raise Refused(casework.Why.CELL_NOT_YES_OR_NO, column="agree")
        doubt_is_resolved.confirm(
            hands,
            case_id=_number(cells, "case_id"),
            expected_version=_number(cells, "version"),
            agree=agree,
            note=cells["note"],
            case_rules=case_rules,
        )

    return _each(file, read_table, CONFIRMATIONS, one)


def _each(
    file: Path, read_table: TableReader, columns: tuple[str, ...], one: Callable[[dict[str, str]], None]
) -> DecidedReport:
    rows, refused = 0, []
    for number, cells in read_rows(file, read_table, columns):
        rows += 1
        try:
            one(cells)
        except Refused as error:
            refused.append((number, error))
    return DecidedReport(rows=rows, done=rows - len(refused), refused=tuple(refused))


def _number(cells: dict[str, str], name: str) -> int:
    if not cells[name].isdecimal():
        raise Refused(casework.Why.CELL_NOT_NUMBER, column=name)
    return int(cells[name])


def _day(text: str) -> date | None:
    """A day in any form that deliveries may have. Raises Refused."""
    if not text:
        return None
    day = people.queries.parse_day(text)
    if day is None:
        raise Refused(casework.Why.CELL_NOT_DAY, column="outcome_day")
    return day
