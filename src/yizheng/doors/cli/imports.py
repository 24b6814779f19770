"""`yizheng feed import|health|vouch`: departments' files come in."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path

import click
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors.cli.base import Bars, Day, command, console
from yizheng.doors.why import Why
from yizheng.doors.words import refusal_in, told_in
from yizheng.flows.arrivals import delivery_is_vouched, feed_arrives
from yizheng.kernel.errors import Refused
from yizheng.kernel.money import yuan_text
from yizheng.kernel.time import CHINA
from yizheng.rooms import evidence, people
from yizheng.rooms.evidence.data import ImportReport, Source, SourceHealth

BATCH_SHOWN = 12
"""So many characters of a batch id tell an agency's deliveries apart."""
_FILE = click.Path(path_type=Path, dir_okay=False)
HIDDEN_ROWS = click.option(
    "--with-hidden-rows",
    is_flag=True,
    help="Take rows that the workbook hides or strikes through too, because the department says that they count.",
)


@click.group()
def feed() -> None:
    """What other departments deliver (数据源).

    Example: yizheng feed import --source cremation cremation_2026-10_2026-11-05.csv
    """


@feed.command("import")
@click.option("--source", required=True, help="The key of the source, as in sources/*.yaml.")
@click.option(
    "--delivered-on", type=Day(), help="The day of delivery. [default: from the file's name, else today]"
)
@HIDDEN_ROWS
@click.option(
    "--replaces",
    is_flag=True,
    help="The file takes the place of one of its period that has as many rows or more: the department says so.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file.")
@click.argument("files", type=_FILE, nargs=-1, required=True)
@command
def import_feed(
    source: str,
    delivered_on: date | None,
    with_hidden_rows: bool,
    replaces: bool,
    as_json: bool,
    files: tuple[Path, ...],
) -> None:
    """Import delivered files of one source. Each is known by its content: twice changes nothing.

    Example: yizheng feed import --source railway railway_2026-09_2026-10-08.parquet
    """
    agency = wiring.agency()
    known = agency.source(source)
    with Bars() as bars, feed_arrives.roster_opened(wiring.store()) as linker:
        reports = [
            feed_arrives.import_feed(
                wiring.operator_hands(progress=bars),
                file=there(file),
                source=known,
                rules=agency.evidence_rules,
                delivered_on=delivered_on,
                read_table=partial(wiring.read_table, with_hidden=with_hidden_rows),
                linker=linker,
                replaces=replaces,
            )
            for file in files
        ]
    say_imported(reports, as_json=as_json)


@feed.command("import-folder")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file.")
@command
def import_folder(folder: Path, as_json: bool) -> None:
    """Import every delivered file in a folder and below it, in the order of delivery: a whole month at once.

    Source, period and day of delivery come from each file's name (railway_2026-09_2026-10-08.parquet). A file that
    is refused stops nothing; exit 1 then, when the others are in. Links are refused. What systems leave behind
    (.DS_Store, ~$list.xlsx) is named and passed over, and so is a file that still grows.

    Example: yizheng feed import-folder deliveries/2026-10
    """
    agency = wiring.agency()
    found = wiring.look_through(
        folder, beside=tuple(name for source in agency.sources for name in source.control_files)
    )
    refused = list(found.refused)
    for said in found.passed_over:
        click.echo(told_in(said), err=True)
    if not (found.files or refused or found.passed_over):
        raise Refused(Why.FOLDER_EMPTY, folder=folder)
    with Bars() as bars, feed_arrives.roster_opened(wiring.store()) as linker:
        for done, file in enumerate(found.files, 1):
            try:
                report = feed_arrives.import_feed(
                    wiring.operator_hands(),
                    file=file,
                    source=_named_source(agency.sources, file),
                    rules=agency.evidence_rules,
                    delivered_on=None,
                    read_table=wiring.read_table,
                    linker=linker,
                )
                say_imported([report], as_json=as_json)
            except Refused as error:
                refused.append(error)
            bars("files", done, len(found.files))
    for one in refused:
        click.echo(f"yizheng: {refusal_in(one)}", err=True)
    if refused:
        raise Refused(Why.FILES_REFUSED, refused=len(refused), all=len(found.files) + len(found.refused))


def _named_source(sources: Sequence[Source], file: Path) -> Source:
    """The source that a file's name begins with. Raises Refused."""
    for source in sources:
        if file.name.startswith(f"{source.key}_"):
            return source
    raise Refused(Why.FILE_OF_NO_SOURCE, name=file.name)


@feed.command("health")
@click.option("--as-of", type=Day(), help="The day to judge by. [default: today]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def health(as_of: date | None, as_json: bool) -> None:
    """How every source is doing: what came last, what is missing. What is not well proves nothing by its absence.

    Example: yizheng feed health --as-of 2026-10-31
    """
    sources = wiring.agency().sources
    names = {source.key: source.name for source in sources}
    found = evidence.queries.health(
        sources=sources,
        as_of=as_of or wiring.clock().now().date(),
        roster_size=people.queries.roster_size(),
    )
    if as_json:
        facts = [asdict(state) for state in found]
        click.echo(json.dumps(facts, ensure_ascii=False, default=lambda moment: moment.isoformat()))
        return
    head = ("source", "数据源", "health", "last period", "delivered on", "batch")
    table = rich_table.Table(*head, rich_table.Column("why", overflow="fold"))
    for state in found:
        table.add_row(
            state.source,
            names[state.source],
            state.health.value,
            state.last_period,
            str(state.last_delivered_on or ""),
            state.last_batch_id[:BATCH_SHOWN],
            _why(state),
        )
    console().print(table)


@feed.command("vouch")
@click.argument("batch_prefix")
@click.option("--reason", required=True, help="What you looked at and whom you asked; no names, no numbers.")
@command
def vouch(batch_prefix: str, reason: str) -> None:
    """Let the delivery of an ill source count, because somebody has looked at it. The reason is kept.

    BATCH_PREFIX is the beginning of its batch id, at least 8 characters, as `yizheng feed health` shows it.

    Example: yizheng feed vouch 3f9a0c21 --reason "The registry cleared its backlog of three months, by telephone"
    """
    made = delivery_is_vouched.vouch(wiring.operator_hands(), prefix=batch_prefix.lower(), reason=reason)
    delivery = made.delivery
    if made.already:
        click.echo(f"{delivery.file_name}: {delivery.vouched_by} vouched for it before, nothing was changed.")
        return
    click.echo(
        f"{delivery.file_name} ({delivery.source}, {delivery.period}): vouched for."
        " Runs as of today and later count it: run `yizheng certify` again."
    )


def _why(state: SourceHealth) -> str:
    if state.vouched_at is None:
        return told_in(state.reason)
    day = f"{state.vouched_at.astimezone(CHINA):%Y-%m-%d}"
    return f"{told_in(state.reason)}\n{state.vouched_by}, {day}: {state.vouch_reason}"


def _control(report: ImportReport) -> str:
    """Whether the sender said how much the file holds."""
    parts = [f"{report.control['rows']:,} rows"] if "rows" in report.control else []
    parts += [f"{yuan_text(report.control['fen'])} yuan"] if "fen" in report.control else []
    return f"control total: {', '.join(parts)}" if parts else "no control total"


def there(file: Path) -> Path:
    """The file that was named. Raises Refused where there is none."""
    if not file.is_file():
        raise Refused(Why.FILE_MISSING, file=file)
    return file


def say_imported(reports: Sequence[ImportReport], *, as_json: bool) -> None:
    """What became of each file: counts, notes, and where the errors file lies."""
    for report in reports:
        if as_json:
            click.echo(json.dumps(asdict(report), ensure_ascii=False))
            continue
        if report.already_known:
            click.echo(f"{report.file_name}: known already, nothing was changed.")
            continue
        click.echo(
            f"{report.file_name}: {report.rows:,} rows, {report.accepted:,} accepted ({report.repaired:,} repaired),"
            f" {report.refused:,} refused, {report.matched:,} about people on the roster."
        )
        parts = ", ".join(
            f"{part} {number:,}" for part, number in report.lines.items() if part != "all" and number
        )
        click.echo(f"  {report.lines['all']:,} lines = {parts}")
        click.echo(f"  {_control(report)}")
        for said in report.told:
            click.echo(f"  {told_in(said)}")
        for note, number in sorted(report.notes.items()):
            click.echo(f"  {note}: {number:,}")
        if report.errors_file:
            click.echo(f"  errors file: {report.errors_file}")
