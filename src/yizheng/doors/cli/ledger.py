"""`yizheng ledger`: list it, verify it, prove an entry, read its root."""

import json
import sys

import click
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors.cli.base import Bars, command, console
from yizheng.doors.why import Why
from yizheng.doors.words import told_in
from yizheng.flows.house import ledger_is_verified
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.time import CHINA
from yizheng.rooms import ledger
from yizheng.rooms.ledger.data import LedgerEntry, NotedRoot, VerifyReport


class Noted(click.ParamType[NotedRoot]):
    """A size and a root that were noted earlier, written SIZE:ROOT."""

    name = "size:root"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> NotedRoot:
        if isinstance(value, NotedRoot):
            return value
        size, _, root = str(value).partition(":")
        try:
            noted = NotedRoot(int(size), bytes.fromhex(root))
        except ValueError:
            noted = NotedRoot(0, b"")
        if noted.size < 1 or len(noted.root) != 32:
            self.fail(
                "a size and a root were expected as `yizheng ledger root` prints them, SIZE:ROOT", param, ctx
            )
        return noted


class Subject(click.ParamType[str]):
    """What an entry is about, written TABLE:KEY."""

    name = "table:key"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        table, _, key = str(value).partition(":")
        if not table or not key:
            self.fail(
                "a subject was expected as `yizheng ledger list` prints it, for example casework_case:12",
                param,
                ctx,
            )
        return str(value)


@click.group("ledger")
def ledger_group() -> None:
    """The ledger (存证账本) of everything that was decided, imported and paid.

    Example: yizheng ledger verify
    """


@ledger_group.command()
@click.option(
    "--noted", type=Noted(), help="A size and root noted earlier: also finds a ledger rewritten as a whole."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def verify(noted: NotedRoot | None, as_json: bool) -> None:
    """Verify every entry, witnessed row and bulk tree; exit 1 when anything was changed, and say what.

    Example: yizheng ledger verify --json
    """
    with Bars() as bars:
        report = ledger_is_verified.verify(
            witnessed=wiring.witnessed(),
            trees=wiring.witnessed_trees(),
            files=wiring.witnessed_files(),
            unfinished=wiring.unfinished(),
            store=wiring.store(),
            noted=noted,
            progress=bars,
        )
    if as_json:
        click.echo(json.dumps(report_json(report), ensure_ascii=False, indent=1))
    else:
        _print(report)
    if not report.verified:
        click.echo(
            f"yizheng: the ledger is not verified: {report.faults_found} faults, listed above", err=True
        )
        sys.exit(1)


@ledger_group.command("list")
@click.option("--subject", type=Subject(), help="Only about this row, run or person.")
@click.option("--kind", default="", help="Only of this kind, or of all kinds that begin with these words.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array of objects.")
@command
def list_(subject: str | None, kind: str, limit: int, as_json: bool) -> None:
    """List the newest entries, newest first: index, moment, kind, actor, subject. No entry holds personal data.

    Example: yizheng ledger list --kind casework:case --limit 5
    """
    found = ledger.queries.newest(limit, subject=subject or "", kind=kind)
    if as_json:
        click.echo(
            json.dumps([_facts(entry) | {"detail": entry.detail} for entry in found], ensure_ascii=False)
        )
        return
    table = rich_table.Table(
        "index", "at", *(rich_table.Column(name, overflow="fold") for name in ("kind", "actor", "subject"))
    )
    for entry in found:
        at = f"{entry.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
        table.add_row(str(entry.index), at, entry.kind, entry.actor, entry.subject)
    console().print(table)
    click.echo(f"{len(found):,} shown of {ledger.queries.size():,} entries in the ledger", err=True)


@ledger_group.command()
@click.argument("index", type=int, required=False)
@click.option("--subject", type=Subject(), help="In place of INDEX: the newest entry about this subject.")
@click.option("--size", type=int, help="The size of the tree to prove it in; now, if not given.")
@command
def proof(index: int | None, subject: str | None, size: int | None) -> None:
    """Print an entry and the proof that it stands in the ledger (RFC 6962), as one JSON object.

    Example: yizheng ledger proof 12

    Example: yizheng ledger proof --subject casework_case:12
    """
    now = ledger.queries.size()
    at_size = now if size is None else size
    if not 0 <= at_size <= now:
        raise Misused(Why.TREE_SIZE_WRONG, now=now, came=at_size)
    if (index is None) == (subject is None):
        raise Misused(Why.ENTRY_NOT_NAMED)
    if subject is not None:
        index = _newest_about(subject, at_size)
    elif index is None or not 0 <= index < at_size:
        raise Misused(Why.ENTRY_BEYOND, size=at_size, came=index)
    entry = ledger.queries.entry(index)
    click.echo(
        json.dumps(
            {
                "index": entry.index,
                "size": at_size,
                **_facts(entry),
                "commitment": entry.commitment.hex(),
                "detail": entry.detail,
                "leaf_hash": entry.leaf_hash.hex(),
                "proof": [part.hex() for part in ledger.queries.inclusion(index, at_size)],
                "root": ledger.queries.root(at_size).hex(),
            },
            ensure_ascii=False,
            indent=1,
        )
    )


@ledger_group.command()
@command
def root() -> None:
    """Print size and root as SIZE:ROOT: note them elsewhere, and give them to `verify --noted` later.

    Example: yizheng ledger root
    """
    now = ledger.queries.size()
    click.echo(f"{now}:{ledger.queries.root(now).hex()}")


def _newest_about(subject: str, size: int) -> int:
    found = ledger.queries.newest(1, subject=subject, before=size)
    if not found:
        raise Refused(Why.NO_ENTRY_ABOUT, subject=subject, size=size)
    return found[0].index


def _facts(entry: LedgerEntry) -> dict[str, object]:
    """What every listing says of an entry."""
    return {
        "index": entry.index,
        "kind": entry.kind,
        "actor": entry.actor,
        "at": entry.at.isoformat(),
        "subject": entry.subject,
    }


def report_json(report: VerifyReport) -> dict[str, object]:
    """A report as it is printed with --json."""
    return {
        "size": report.size,
        "root": report.root,
        "verified": report.verified,
        "checked_rows": report.checked_rows,
        "faults_found": report.faults_found,
        "faults": [
            {
                "kind": fault.kind,
                "table": fault.table,
                "key": fault.key,
                "entry": fault.entry,
                "told": told_in(fault.told),
            }
            for fault in report.faults
        ],
        "unfinished": [told_in(what) for what in report.unfinished],
    }


def _print(report: VerifyReport) -> None:
    for fault in report.faults:
        click.echo(f"{fault.kind}: {told_in(fault.told)}")
    for what in report.unfinished:
        click.echo(f"unfinished: {told_in(what)}")
    word = "verified" if report.verified else "NOT verified"
    click.echo(f"{word}: {report.size} entries, {report.checked_rows} rows, root {report.root}")
