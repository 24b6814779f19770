"""Doubts are resolved by the list (疑点批量办理): a worklist leaves the house, proposals and confirmations come back.

Every row goes the same way as a click in the staff web (`doubt_is_resolved`), in a transaction of its own and under the
name of the account that signed in for the file: who proposes may not confirm, and one bad row stops no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from django.db import transaction

from yizheng.flows.cases import doubt_is_resolved
from yizheng.flows.house.staff_files import read_rows, write_private
from yizheng.flows.house.writing_out import check_place
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.rooms import casework, ledger, people
from yizheng.rooms.casework.data import CaseState, CaseView, Loss, Outcome
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
W = TypeVar("W", Outcome, Loss)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedReport:
    """What became of a file: rows in it, those that took effect, and those refused (row number and why)."""

    rows: int
    done: int
    refused: tuple[tuple[int, str], ...]


def export(hands: Hands, *, out: Path, state: CaseState | None) -> int:
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
            detail={"state": state.value if state else "waiting", "columns": list(WORKLIST)},
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
                case.state.value,
                names[case.pno].number,
                names[case.pno].name,
                ",".join(case.reasons),
                case.opened_on,
                case.deadline,
                case.outcome.value if case.outcome else "",
                case.loss.value if case.loss else "",
                case.outcome_day or "",
                case.proposed_by,
            )
            for case in cases
        ),
    )


def propose(hands: Hands, *, file: Path, read_table: TableReader) -> DecidedReport:
    """Propose an outcome for each row of a file with the columns `PROPOSALS`. Raises Refused for no such table."""

    def one(cells: dict[str, str]) -> None:
        doubt_is_resolved.propose(
            hands,
            case_id=_number(cells, "case_id"),
            expected_version=_number(cells, "version"),
            outcome=_word(cells, "outcome", Outcome),
            loss=_word(cells, "loss", Loss) if cells["loss"] else None,
            outcome_day=_day(cells["outcome_day"]),
            reason=cells["reason"],
        )

    return _each(file, read_table, PROPOSALS, one)


def confirm(hands: Hands, *, file: Path, read_table: TableReader) -> DecidedReport:
    """Confirm or send back each row of a file with the columns `CONFIRMATIONS`. Raises Refused for no such table."""

    def one(cells: dict[str, str]) -> None:
        if cells["agree"] not in ("yes", "no"):
            raise Refused("agree: yes or no was expected. Correct it.")
        doubt_is_resolved.confirm(
            hands,
            case_id=_number(cells, "case_id"),
            expected_version=_number(cells, "version"),
            agree=cells["agree"] == "yes",
            note=cells["note"],
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
            refused.append((number, str(error)))
    return DecidedReport(rows=rows, done=rows - len(refused), refused=tuple(refused))


def _number(cells: dict[str, str], name: str) -> int:
    if not cells[name].isdecimal():
        raise Refused(f"{name}: a number was expected. Take it from `yizheng cases export`.")
    return int(cells[name])


def _word(cells: dict[str, str], name: str, words: type[W]) -> W:
    try:
        return words(cells[name])
    except ValueError:
        raise Refused(f"{name}: one of {', '.join(words)} was expected. Correct it.") from None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("outcome_day: a day was expected as YYYY-MM-DD. Correct it.") from None
