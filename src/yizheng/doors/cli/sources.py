"""`yizheng source health|quality|hand-out|corrections`: how good departments' data is, and what they put right."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
import msgspec
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors.cli.base import Bars, Day, command, console, terminal_language
from yizheng.doors.cli.imports import health
from yizheng.doors.why import Why
from yizheng.doors.words import told_in
from yizheng.doors.words.findings import sentence
from yizheng.flows.house import writing_out
from yizheng.flows.sources import corrections_come_back, corrections_go_out, source_quality
from yizheng.kernel.cells import SafeWriter
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import CHINA
from yizheng.kernel.told import Told
from yizheng.rooms import corrections
from yizheng.rooms.corrections.data import RowState
from yizheng.rooms.quality.data import Finding, Grade, QualityReport, SourceQuality

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def source() -> None:
    """How good each department's data is, and what goes back to it to be put right (数据质量、校核纠错).

    Example: yizheng source quality --as-of 2026-10-31
    """


source.add_command(health)


@source.command("quality")
@click.option("--as-of", type=Day(), help="The day to judge by. [default: today]")
@click.option("--source", "key", default="", help="Show this source alone, with every finding.")
@click.option("--out", type=_FILE, help="Write every finding into a CSV file too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def quality(as_of: date | None, key: str, out: Path | None, as_json: bool) -> None:
    """Measure the quality of every source: complete, in time, as much as ever, no copies, no contradictions.

    Unknown is an answer. Nothing of it counts against anybody. The newest report is what the staff web shows.

    Example: yizheng source quality --as-of 2026-10-31 --source railway
    """
    agency = wiring.agency()
    shown = {agency.source(key).key} if key else {one.key for one in agency.sources}
    if out is not None:
        writing_out.check_place(out)
    with Bars() as bars:
        report = source_quality.measure(
            wiring.operator_hands(progress=bars),
            as_of=as_of or wiring.clock().now().date(),
            rulebook=agency.rulebook,
            rules=agency.quality_rules,
        )
    if out is not None:
        with writing_out.written_out(out):
            _write(report, out)
    if as_json:
        facts = msgspec.to_builtins(report)
        facts["sources"] = [_in_words(one) for one in facts["sources"] if one["source"] in shown]
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    names = {one.key: one.name for one in agency.sources}
    table = rich_table.Table(
        "source",
        "数据源",
        "quality",
        "check",
        rich_table.Column("why", overflow="fold"),
        title=str(report.as_of),
    )
    for one in report.sources:
        if one.source not in shown:
            continue
        told = one.findings if key else _gravest(one)
        if not told:
            table.add_row(one.source, names[one.source], one.grade.value, "", "各项正常。")
        for place, finding in enumerate(told):
            head = (one.source, names[one.source], one.grade.value) if not place else ("", "", "")
            grade = f" ({finding.grade.value})" if key else ""
            table.add_row(
                *head, f"{finding.check.value}{grade}", sentence(finding.said).in_(terminal_language())
            )
    console().print(table)


@source.command("hand-out")
@click.option("--source", "key", required=True, help="The key of the source, as in sources/*.yaml.")
@click.option("--to", "recipient", required=True, help="The office and the person that the file goes to.")
@click.option(
    "--out", required=True, type=_FILE, help="The file to write: .xlsx for people, .csv for programs."
)
@click.option("--as-of", type=Day(), help="The day to judge by. [default: today]")
@click.option(
    "--again", is_flag=True, help="Add the rows that were handed out before and wait for an answer."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def hand_out(key: str, recipient: str, out: Path, as_of: date | None, again: bool, as_json: bool) -> None:
    """Write the rows that a department should correct into a file for it: its own cells alone, and what is wrong.

    It holds personal data: the ledger keeps who handed it out, to whom and when. A row is asked about once.

    Example: yizheng source hand-out --source death_certificate --to "Health bureau, Ms Li" --out corrections.xlsx
    """
    agency = wiring.agency()
    made = corrections_go_out.hand_out_to(
        wiring.operator_hands(),
        out,
        source=agency.source(key),
        recipient=recipient,
        as_of=as_of or wiring.clock().now().date(),
        rulebook=agency.rulebook,
        rules=agency.quality_rules,
        files=wiring.correction_files(),
        again=again,
    )
    if as_json:
        facts = {"hand_out_id": made.hand_out_id, "rows": made.rows, "fresh": made.fresh, "left": made.left}
        click.echo(json.dumps({**facts, "file": str(out)}, ensure_ascii=False))
        return
    click.echo(f"{out}: {made.rows:,} rows to correct, {made.fresh:,} of them for the first time.")
    if made.left:
        click.echo(f"{made.left:,} more wait for the next file.")


@source.group("corrections")
def corrections_group() -> None:
    """What departments answered (校核纠错).

    Example: yizheng source corrections import corrections.xlsx
    """


@corrections_group.command("import")
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def import_corrections(file: Path, as_json: bool) -> None:
    """Take the answers of a department in: rows that are right, corrected, or withdrawn. Twice changes nothing.

    A withdrawn row is set aside; a corrected one comes in as a delivery of its own. Exit code 1 where a row was not used.

    Example: yizheng source corrections import corrections.xlsx
    """
    if not file.is_file():
        raise Refused(Why.FILE_MISSING, file=file)
    agency = wiring.agency()
    report = corrections_come_back.take_in(
        wiring.operator_hands(),
        file=file,
        rulebook=agency.rulebook,
        read_table=wiring.read_table,
        files=wiring.correction_files(),
        case_rules=agency.case_rules,
    )
    if as_json:
        told = [{"row": one.row, "ref": one.ref, "why": told_in(one.why)} for one in report.told]
        click.echo(json.dumps(asdict(report) | {"told": told}, ensure_ascii=False))
    else:
        click.echo(
            f"{report.file_name} ({report.source}): {report.rows:,} rows; right {report.confirmed_right:,},"
            f" corrected {report.corrected:,}, withdrawn {report.withdrawn:,}; {report.taken_over:,} taken over."
        )
        for number, said in (
            (report.known_before, "answers were known already"),
            (report.empty, "rows have no answer yet"),
            (report.waiting, "answers wait for a person: two people ruled otherwise in a case"),
        ):
            if number:
                click.echo(f"  {number:,} {said}")
        for one in report.told:
            click.echo(f"  {one.ref}{f' (row {one.row})' if one.row else ''}: {told_in(one.why)}")
        if report.taken_over:
            click.echo("Runs as of today and later count it: run `yizheng certify` again.")
    if report.told:
        raise Refused(Why.ROWS_NOT_USED, rows=len(report.told), name=report.file_name)


@corrections_group.command("list")
@click.option("--source", "key", default="", help="The key of the source. [default: all]")
@click.option("--state", type=click.Choice([one.value for one in RowState]), help="Rows in this state alone.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a row.")
@command
def list_corrections(key: str, state: str | None, as_json: bool) -> None:
    """The rows that departments were asked about, and where each is: handed out, answered, taken over.

    Example: yizheng source corrections list --source cremation --state handed_out
    """
    agency = wiring.agency()
    keys = [agency.source(key).key] if key else [one.key for one in agency.sources]
    table = rich_table.Table(
        "reference", "source", "row", "asked", "state", "answer", "answered by", "answered on"
    )
    for one in (
        row
        for name in keys
        for row in corrections.queries.rows_of(name, state=RowState(state) if state else None)
    ):
        day = f"{one.answered_at.astimezone(CHINA):%Y-%m-%d}" if one.answered_at else ""
        asked = ", ".join(dict.fromkeys(asked.problem for asked in one.asked))
        facts = (
            one.ref,
            one.source,
            str(one.row),
            asked,
            one.state.value,
            one.answer or "",
            one.answered_by,
            day,
        )
        if as_json:
            names = ("ref", "source", "row", "asked", "state", "answer", "answered_by", "answered_on")
            click.echo(json.dumps(dict(zip(names, facts, strict=True)), ensure_ascii=False))
        else:
            table.add_row(*facts)
    if not as_json:
        console().print(table)


def _gravest(one: SourceQuality) -> list[Finding]:
    """What makes the source as bad as it is; nothing where it is good."""
    return [finding for finding in one.findings if finding.grade in (Grade.POOR, Grade.WATCH)]


def _in_words(facts: dict[str, Any]) -> dict[str, Any]:
    """A source's quality as JSON gives it: each finding with its sentence in both languages."""
    for finding in facts["findings"]:
        told = sentence(Told(one["what"], one["facts"]) for one in finding.pop("said"))
        finding |= {"zh": told.zh, "en": told.en}
    return facts


def _write(report: QualityReport, out: Path) -> None:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = SafeWriter(file)
        writer.row(["source", "as_of", "check", "grade", "counted", "of", "zh", "en"])
        for one in report.sources:
            for finding in one.findings:
                told = sentence(finding.said)
                facts = (finding.check.value, finding.grade.value, finding.counted, finding.of)
                writer.row([one.source, one.as_of, *facts, told.zh, told.en])
