"""`yizheng notices`: let the outbox out, and look into it."""

import json
import os
import socket
from datetime import date
from pathlib import Path

import click
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors.cli.base import Bars, Day, command, console
from yizheng.doors.words import word
from yizheng.flows.helpers import mandates_copies
from yizheng.flows.telling import notices_are_reported, notices_export, notices_go_out
from yizheng.kernel.time import CHINA
from yizheng.rooms import notices
from yizheng.rooms.notices.data import MessageState, MessageView


@click.group("notices")
def notices_group() -> None:
    """Notices to people: the outbox and its delivery."""


@notices_group.command()
@click.option("--limit", default=100_000, show_default=True, help="Try this many messages at the most.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a sentence.")
@command
def deliver(limit: int, as_json: bool) -> None:
    """Send the messages that are due. What a channel cannot take now is tried again at a later call.

    Example: yizheng notices deliver --limit 1000
    """
    mandates_copies.queue_copies(clock=wiring.clock())
    with Bars() as bars:
        report = notices_go_out.deliver(
            channels=wiring.message_channels(),
            letters=wiring.agency().letters,
            agency=wiring.letter_facts(),
            clock=wiring.clock(),
            worker=f"{socket.gethostname()}:{os.getpid()}",
            limit=limit,
            progress=bars,
        )
    if as_json:
        figures = {name: getattr(report, name) for name in ("claimed", "sent", "later", "dead", "lost")}
        click.echo(json.dumps(figures))
        return
    click.echo(
        f"{report.claimed} tried: {report.sent} sent, {report.later} to be tried again, {report.dead} undeliverable"
    )


@notices_group.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a sentence.")
@command
def reports(as_json: bool) -> None:
    """Ask the gateway what became of the texts of the last three days: delivered, or lost (no such number, phone off).
    A lost message is dead: nobody is paused on it, and a person finds another way.

    Example: yizheng notices reports
    """
    told = notices_are_reported.take_in(wiring.operator_hands(), reports=wiring.message_reports())
    if as_json:
        click.echo(json.dumps({"asked": told.asked, "delivered": told.delivered, "lost": told.lost}))
        return
    click.echo(f"{told.asked} asked for: {told.delivered} delivered, {told.lost} lost")


@notices_group.command("export")
@click.option("--since", required=True, type=Day(), help="The first day, YYYY-MM-DD.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="FILE.csv")
@command
def export(since: date, out: Path) -> None:
    """Write what was sent to whom since a day as CSV: id_number, name, template, channel, state, queued_on, sent_on,
    and the due_date that a reminder names. Texts and phones are not in it. The access is kept in the ledger.

    Example: yizheng notices export --since 2026-10-01 --out notices.csv
    """
    written = notices_export.export(wiring.operator_hands(), since=since, out=out)
    click.echo(f"{written} messages written to {out}", err=True)


@notices_group.command("list")
@click.option(
    "--state", type=click.Choice([state.value for state in MessageState]), help="Only in this state."
)
@click.option("--template", default="", help="Only of this template.")
@click.option("--limit", default=20, show_default=True, help="The newest so many.")
@command
def list_(state: str | None, template: str, limit: int) -> None:
    """List the newest messages and how many there are in each state. Texts and numbers are not shown.

    Example: yizheng notices list --state dead
    """
    table = rich_table.Table("key", "template", "state", "tries", "queued", "error")
    for message in notices.queries.messages(
        state=MessageState(state) if state else None, template=template, limit=limit
    ):
        table.add_row(
            message.key,
            message.template,
            message.state.value,
            str(message.attempts),
            f"{message.queued_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
            _trouble(message),
        )
    console().print(table)
    click.echo(", ".join(f"{word}: {number:,}" for word, number in notices.queries.counts_by_state().items()))


def _trouble(message: MessageView) -> str:
    """Why a message has not arrived, and, where it is tried again, when."""
    why = word("message_error", message.error) if message.error else ""
    if not why or message.state is not MessageState.QUEUED:
        return why
    return f"{why} → {message.next_try_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
