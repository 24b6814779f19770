"""`yizheng roster ...`: rosters come in; what they change of many at once is decided, what they say otherwise listed."""

import json
from datetime import date
from functools import partial
from pathlib import Path

import click
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors.cli.base import Bars, Day, command, console
from yizheng.doors.cli.imports import HIDDEN_ROWS, say_imported, there
from yizheng.doors.cli.staff import as_option, password_option, signed_in
from yizheng.doors.words import word
from yizheng.flows.arrivals import roster_arrives, roster_differs, roster_hold_is_decided
from yizheng.rooms import entitlements
from yizheng.rooms.entitlements.data import Disagreement, RosterHold

_FILE = click.Path(path_type=Path, dir_okay=False)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_HOLD = click.argument("hold", type=int)
_REASON = click.option(
    "--reason", required=True, help="Whom you asked and what you looked at; no names, no numbers."
)
_OUT = click.option("--out", type=click.Path(path_type=Path), help="FILE.csv, with numbers and names.")


@click.group()
def roster() -> None:
    """The roster of beneficiaries (花名册): a witness of the core system, and no master.

    Example: yizheng roster import roster.csv --delivered-on 2026-09-01
    """


@roster.command("import")
@click.argument("file", type=_FILE)
@click.option(
    "--delivered-on", type=Day(), help="The day of delivery. [default: from the file's name, else today]"
)
@HIDDEN_ROWS
@_AS_JSON
@command
def import_roster(file: Path, delivered_on: date | None, with_hidden_rows: bool, as_json: bool) -> None:
    """Import a roster: CSV, Excel or Parquet. Rows that cannot be used go into an errors file for Excel.

    The same file twice changes nothing. A newer roster adds what changed; nothing is overwritten, no decision undone.

    Example: yizheng roster import roster.csv --delivered-on 2026-09-01
    """
    with Bars() as bars:
        hands = wiring.operator_hands(progress=bars)
        report = roster_arrives.import_roster(
            hands,
            file=there(file),
            delivered_on=delivered_on or roster_arrives.delivered_in_name(file) or hands.now().date(),
            terms=wiring.roster_terms(),
            read_table=partial(wiring.read_table, with_hidden=with_hidden_rows),
        )
    say_imported([report], as_json=as_json)


@roster.command("held")
@click.option("--all", "also_decided", is_flag=True, help="Also those that were decided.")
@_AS_JSON
@command
def held(also_decided: bool, as_json: bool) -> None:
    """What rosters would change of many people at once, and a supervisor has not decided. Nothing is changed meanwhile.

    Example: yizheng roster held --json
    """
    found = entitlements.queries.roster_holds(waiting=not also_decided)
    files = roster_differs.file_names()
    if as_json:
        click.echo(json.dumps([_hold_facts(one, files) for one in found], ensure_ascii=False))
        return
    table = rich_table.Table("no", "file", "to state", "district", "people", "of named", "state")
    for one in found:
        table.add_row(
            str(one.hold_id),
            files.get(one.roster, ""),
            word("pay_state", one.to_state),
            one.district or "-",
            f"{one.people - one.dropped:,}",
            f"{one.named:,}",
            word("roster_hold_state", one.state),
        )
    console().print(table)


@roster.command("release")
@_HOLD
@_REASON
@as_option
@password_option
@command
def release(hold: int, reason: str, username: str, password_stdin: bool) -> None:
    """Let what waits be taken, as a supervisor who did not import the roster. HOLD is its number in `roster held`.

    Example: yizheng roster release 3 --reason "The county closed its yearly round" --as supervisor
    """
    actor = signed_in(username, password_stdin=password_stdin)
    taken = roster_hold_is_decided.release(wiring.hands(actor), hold_id=hold, reason=reason)
    click.echo(f"{taken:,} people's pay follows the roster from the payroll month to come.", err=True)


@roster.command("reject")
@_HOLD
@_REASON
@as_option
@password_option
@command
def reject(hold: int, reason: str, username: str, password_stdin: bool) -> None:
    """Leave everybody's pay as it is, as a supervisor. HOLD is its number in `roster held`.

    Example: yizheng roster reject 3 --reason "A column was shifted, the core system exports again" --as supervisor
    """
    actor = signed_in(username, password_stdin=password_stdin)
    roster_hold_is_decided.reject(wiring.hands(actor), hold_id=hold, reason=reason)
    click.echo("Nothing was changed.", err=True)


@roster.command("contradictions")
@_OUT
@_AS_JSON
@command
def contradictions(out: Path | None, as_json: bool) -> None:
    """Where the newest roster and this product say otherwise of somebody's pay, side by side, for the roster's owner.

    Without --out by person number (pno); with it numbers and names are written, and the access is kept in the ledger.

    Example: yizheng roster contradictions --out contradictions.csv
    """
    _list(missing=False, out=out, as_json=as_json)


@roster.command("missing")
@_OUT
@_AS_JSON
@command
def missing(out: Path | None, as_json: bool) -> None:
    """The people whom the newest roster does not name, since which delivery. Their pay goes on.

    Without --out by person number (pno); with it numbers and names are written, and the access is kept in the ledger.

    Example: yizheng roster missing --out missing.csv
    """
    _list(missing=True, out=out, as_json=as_json)


def _list(*, missing: bool, out: Path | None, as_json: bool) -> None:
    if out is not None:
        written = roster_differs.export(wiring.operator_hands(), out=out, missing=missing)
        click.echo(f"{written} people written to {out}", err=True)
        return
    found = entitlements.queries.disagreements(missing=missing)
    if as_json:
        click.echo(json.dumps([_facts(one) for one in found], ensure_ascii=False))
        return
    table = rich_table.Table("pno", "roster", "since", "here", "from", "decision")
    for one in found:
        said = word("roster_says", one.said.state)
        here = word("pay_state", one.here.state)
        table.add_row(str(one.pno), said, str(one.since), here, str(one.here.since or ""), one.decision)
    console().print(table)


def _facts(one: Disagreement) -> dict[str, object]:
    """A disagreement for tools: codes and days, no name and no number."""
    return {
        "pno": one.pno,
        "core_state": one.said.state,
        "core_month": str(one.said.month or ""),
        "core_reason": one.said.reason_code,
        "core_said_since": one.since.isoformat(),
        "our_state": int(one.here.state),
        "our_reason": one.here.reason_code,
        "our_since": str(one.here.since or ""),
        "our_decision": one.decision,
    }


def _hold_facts(one: RosterHold, files: dict[int, str]) -> dict[str, object]:
    return {
        "hold": one.hold_id,
        "file": files.get(one.roster, ""),
        "to_state": int(one.to_state),
        "district": one.district,
        "people": one.people,
        "dropped": one.dropped,
        "named": one.named,
        "state": one.state.value,
        "held_by": one.held_by,
        "decided_by": one.decided_by,
        "reason": one.reason,
    }
