"""`yizheng ledger`: verify it, prove an entry, read its root."""

import json
import sys

import click

from yizheng import wiring
from yizheng.doors.cli.base import Bars, command
from yizheng.flows.ledger_is_verified import verify as verify_ledger
from yizheng.kernel.errors import Misused
from yizheng.rooms.ledger import queries
from yizheng.rooms.ledger.data import NotedRoot, VerifyReport


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


@click.group()
def ledger() -> None:
    """The ledger (存证账本) of everything that was decided, imported and paid.

    Example: yizheng ledger verify
    """


@ledger.command()
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
        report = verify_ledger(
            witnessed=wiring.witnessed(),
            trees=wiring.witnessed_trees(),
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


@ledger.command()
@click.argument("index", type=int)
@click.option("--size", type=int, help="The size of the tree to prove it in; now, if not given.")
@command
def proof(index: int, size: int | None) -> None:
    """Print an entry and the proof that it stands in the ledger (RFC 6962), as one JSON object.

    Example: yizheng ledger proof 12
    """
    now = queries.size()
    at_size = now if size is None else size
    if not 0 <= index < at_size <= now:
        raise Misused(
            f"An entry of a ledger with {now} entries was expected, but entry {index} of {at_size} came."
        )
    entry = queries.entry(index)
    click.echo(
        json.dumps(
            {
                "index": index,
                "size": at_size,
                "kind": entry.kind,
                "actor": entry.actor,
                "at": entry.at.isoformat(),
                "subject": entry.subject,
                "commitment": entry.commitment.hex(),
                "detail": entry.detail,
                "leaf_hash": entry.leaf_hash.hex(),
                "proof": [part.hex() for part in queries.inclusion(index, at_size)],
                "root": queries.root(at_size).hex(),
            },
            ensure_ascii=False,
            indent=1,
        )
    )


@ledger.command()
@command
def root() -> None:
    """Print size and root as SIZE:ROOT: note them elsewhere, and give them to `verify --noted` later.

    Example: yizheng ledger root
    """
    now = queries.size()
    click.echo(f"{now}:{queries.root(now).hex()}")


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
                "told": fault.told,
            }
            for fault in report.faults
        ],
    }


def _print(report: VerifyReport) -> None:
    for fault in report.faults:
        click.echo(f"{fault.kind}: {fault.told}")
    word = "verified" if report.verified else "NOT verified"
    click.echo(f"{word}: {report.size} entries, {report.checked_rows} rows, root {report.root}")
