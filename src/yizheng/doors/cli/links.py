"""`yizheng links`: people sought for rows that reached nobody on arrival, and a clerk's word on the uncertain ones."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors.cli.base import Bars, command, console, terminal_language
from yizheng.doors.cli.staff import as_option, password_option, show_refused, signed_in
from yizheng.doors.words import refusal_in, word
from yizheng.doors.words.comparison import field_says
from yizheng.flows.house import person_is_looked_at
from yizheng.flows.sources import link_is_reviewed, link_sides, links_are_sought, links_by_file
from yizheng.kernel.ids import Pno
from yizheng.rooms import evidence
from yizheng.rooms.comparison.tail import models
from yizheng.rooms.evidence.data import LinkRecord, LinkState

_FILE = click.Path(path_type=Path, dir_okay=False)
_REASON = "What you compared and whom you asked; no names, no numbers."


@click.group()
def links() -> None:
    """Rows whose person is not certain (关联核对): seek, look, confirm or reject.

    Example: yizheng links seek
    """


@links.command("seek")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def seek(as_json: bool) -> None:
    """Seek the people of rows that reached nobody: exactly where a roster brought them, by likeness for leads.

    A lead that is as good as surely somebody's raises a doubt at the next run, and never more; what is less sure waits
    for a clerk. Doing it twice finds nothing twice; killed, the same command goes on.

    Example: yizheng links seek --json
    """
    with Bars() as bars:
        report = links_are_sought.seek(wiring.operator_hands(progress=bars), model=models.default_model())
    waiting = evidence.queries.link_queue(page_size=1).counts
    if as_json:
        click.echo(json.dumps(asdict(report) | {"links": waiting}))
        return
    click.echo(
        f"{report.deliveries:,} deliveries searched: {report.linked:,} rows linked exactly, {report.leads:,} leads looked"
        f" at, {report.suspected:,} suspicions, {report.waiting:,} for a clerk."
    )
    undecided = waiting[LinkState.SUSPECTED] + waiting[LinkState.WAITING]
    click.echo(
        f"{undecided:,} uncertain links wait for a clerk: staff web, 关联核对, or `yizheng links list`."
    )


@links.command("list")
@click.option(
    "--state",
    type=click.Choice([state.value for state in LinkState]),
    help="Only in this state. [default: suspected and waiting]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a link.")
@command
def list_links(state: str | None, as_json: bool) -> None:
    """List uncertain links, the likeliest first: by numbers and codes, nobody's name.

    Example: yizheng links list --state waiting
    """
    wanted = LinkState(state) if state else None
    found = links_by_file.all_links(wanted)
    kinds = {kind.no: kind for kind in wiring.agency().evidence_rules.kinds}
    if as_json:
        for link in found:
            click.echo(json.dumps(_facts(link) | {"kind": kinds[link.kind_no].key}, ensure_ascii=False))
        return
    table = rich_table.Table(
        "link",
        "state",
        "状态",
        "probability",
        "method",
        "event",
        "day",
        rich_table.Column("decided", overflow="fold"),
    )
    for link in found:
        table.add_row(
            str(link.link_id),
            link.state.value,
            word("link_state", link.state),
            f"{link.probability:.2%}",
            link.method,
            kinds[link.kind_no].name,
            link_sides.event_day(link),
            f"{link.decided_by} {link.reason}".strip(),
        )
    console().print(table)


@links.command("show")
@click.argument("link_id", type=int)
@click.option("--purpose", default="case", show_default=True, help="Why you look; it is kept in the ledger.")
@command
def show(link_id: int, purpose: str) -> None:
    """Show both records of a link side by side, with what each field says. The look is recorded.

    Example: yizheng links show 12
    """
    agency, link = wiring.agency(), evidence.queries.get_link(link_id)
    person_is_looked_at.look(
        wiring.operator_hands(), pno=Pno(link.pno), purpose=purpose, what=f"link:{link_id}"
    )
    kind = agency.evidence_rules.kind(link.kind_no)
    shown = link_sides.sides(link, kind=kind, source=agency.source(kind.source), store=wiring.store())
    click.echo(
        f"{link.link_id}  {link.state.value} {word('link_state', link.state)}  {link.probability:.2%}  "
        f"{word('link_method', shown.method)}"
        f"  {shown.source.name} · {kind.name}  {link_sides.event_day(link)}"
    )
    table = rich_table.Table(
        "field", f"{shown.source.owner}", "名册", "agrees", rich_table.Column("说明", overflow="fold")
    )
    for one in shown.fields:
        table.add_row(
            one.field,
            one.theirs or "—",
            one.ours or "—",
            one.agreement.value,
            field_says(one.says, terminal_language()),
        )
    console().print(table)
    click.echo("  ".join(f"{name}={value}" for name, value in shown.raw.cells.items()))
    click.echo(f"{shown.raw.file_name}:{shown.raw.row}")


@links.command("confirm")
@click.argument("link_id", type=int)
@click.option("--reason", required=True, help=_REASON)
@as_option
@password_option
@command
def confirm(link_id: int, reason: str, username: str, password_stdin: bool) -> None:
    """Confirm, as a certifier, that a row is about this person: from now on it is evidence like any other.

    Example: yizheng links confirm 12 --reason "Birth day and address agree, family asked" --as certifier
    """
    actor = signed_in(username, password_stdin=password_stdin)
    link = link_is_reviewed.confirm(wiring.hands(actor), link_id=link_id, reason=reason)
    click.echo(
        f"link {link.link_id}: {word('link_state', link.state)}. The next run counts it: yizheng certify."
    )


@links.command("reject")
@click.argument("link_id", type=int)
@click.option("--reason", required=True, help=_REASON)
@as_option
@password_option
@command
def reject(link_id: int, reason: str, username: str, password_stdin: bool) -> None:
    """Reject a link, as a certifier: the row is about somebody else. It counts nothing, and nobody is asked again.

    Example: yizheng links reject 12 --reason "Another village, another birth day" --as certifier
    """
    actor = signed_in(username, password_stdin=password_stdin)
    link = link_is_reviewed.reject(wiring.hands(actor), link_id=link_id, reason=reason)
    click.echo(f"link {link.link_id}: {word('link_state', link.state)}. The next run counts it no more.")


@links.command("export")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="FILE.csv")
@command
def export(out: Path) -> None:
    """Write the links that wait for a clerk as CSV, with both sides of every field: personal data, kept in the ledger.

    Columns: link_id, state, probability, method, source, kind, day, file_name, row, and for number, name, birth, sex and
    region what the department wrote and what we have.

    Example: yizheng links export --out links.csv
    """
    agency = wiring.agency()
    written = links_by_file.export(
        wiring.operator_hands(), out=out, rules=agency.evidence_rules, sources=agency.sources
    )
    click.echo(f"{written} links written to {out}", err=True)


@links.command("decide")
@click.argument("file", type=_FILE)
@as_option
@password_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def decide(file: Path, username: str, password_stdin: bool, as_json: bool) -> None:
    """Decide links from a CSV file, as a certifier: link_id, same (yes or no), reason.

    Each row is a decision of its own; what cannot be done is said by row, and stops no other.

    Example: yizheng links decide decided.csv --as certifier
    """
    actor = signed_in(username, password_stdin=password_stdin)
    report = links_by_file.decide(wiring.hands(actor), file=file, read_table=wiring.read_table)
    refused = tuple((row, refusal_in(why)) for row, why in report.refused)
    if as_json:
        told = {"rows": report.rows, "done": report.done, "refused": refused}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(f"{report.rows:,} rows, {report.done:,} decided, {len(refused):,} refused.")
        show_refused(report.refused)


def _facts(link: LinkRecord) -> dict[str, object]:
    """A link without anything that says who."""
    return {
        "link_id": link.link_id,
        "state": link.state.value,
        "probability": link.probability,
        "method": link.method,
        "model_id": link.model_id,
        "evidence_no": link.evidence_no,
        "day": link_sides.event_day(link),
        "weights": link.weights,
        "decided_by": link.decided_by,
        "reason": link.reason,
    }
