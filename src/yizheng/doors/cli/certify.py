"""`yizheng certify`, `explain` and `results export`: run the certification, ask why, hand the results out."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import click
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors.cli.base import Bars, Day, command, console
from yizheng.doors.cli.figures import Stopwatch, peak_mib, run_figures
from yizheng.doors.why import Why
from yizheng.doors.words import code_in, told_in
from yizheng.doors.words.comparison import field_says
from yizheng.flows.house import ledger_is_verified, person_is_looked_at
from yizheng.flows.runs import certification_run, explanation, results_export
from yizheng.kernel.errors import Refused
from yizheng.rooms import people, privacy
from yizheng.rooms.certification.data import Result


@click.command()
@click.option("--as-of", required=True, type=Day(), help="The day to certify as of, YYYY-MM-DD.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
@command
def certify(as_of: date, as_json: bool) -> None:
    """Certify everybody on the roster as of a day.

    Example: yizheng certify --as-of 2026-10-31 --json
    """
    watch, agency = Stopwatch(), wiring.agency()
    with Bars() as bars, watch.step("certify"):
        report = certification_run.certify(
            wiring.operator_hands(progress=bars),
            as_of=as_of,
            rulebook=agency.rulebook,
            case_rules=agency.case_rules,
        )
    figures = run_figures(report)
    if as_json:
        figures["ledger"] = ledger_is_verified.head()
        click.echo(
            json.dumps(figures | {"seconds": watch.seconds, "peak_mib": peak_mib()}, ensure_ascii=False)
        )
        return
    table = rich_table.Table("结果", "result", "people", title=f"{report.as_of}  run {report.run_id}")
    for result in Result:
        table.add_row(
            code_in("result", result, "zh-hans"), result.word, f"{report.counts.results[result.word]:,}"
        )
    table.add_row("合计", "roster", f"{report.counts.roster:,}")
    console().print(table)


@click.command()
@click.argument("id_number")
@click.option("--as-of", type=Day(), help="Explain the newest run up to this day. [default: today]")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option(
    "--purpose", default="explain", show_default=True, help="Why you look; it is kept in the ledger."
)
@command
def explain(id_number: str, as_of: date | None, language: str, purpose: str) -> None:
    """Say in plain words why a person stands where they stand: policy, evidence, the record that decided, versions.

    A number that is typed as an argument stands in the machine's list of processes and in the shell's history: give - and
    type it, or send it, on standard input.

    Example: yizheng explain - --as-of 2026-10-31
    """
    agency, hands = wiring.agency(), wiring.operator_hands()
    number = sys.stdin.readline().strip() if id_number == "-" else id_number
    pno = people.queries.find_by_number(number)
    if pno is None:
        raise Refused(Why.NOBODY_HAS_NUMBER)
    person_is_looked_at.look(hands, pno=pno, purpose=purpose, what="explanation")
    found = explanation.explain(
        pno=pno,
        as_of=as_of or hands.now().date(),
        rulebook=agency.rulebook,
        store=hands.store,
    )
    for one in found.told:
        click.echo(told_in(one, language))
    if found.evidence:
        click.echo("")
        click.echo("比对到的记录：" if language == "zh" else "Records found:")
    for line in found.evidence:
        mark = "*" if line.decided else " "
        counted = "" if line.counted else ("（不计）" if language == "zh" else " (not counted)")
        says, strength = code_in("says", line.says, language), code_in("strength", line.strength, language)
        click.echo(
            f" {mark} {line.day}  {' · '.join(line.names)}  {says} [{strength}]{counted}  {line.file_name}:{line.row}"
        )
        if line.decided or line.won:
            _show_winner(line, language)
    click.echo("")
    click.echo(
        f"run {found.run.run_id}  rule set {found.rules_version}"
        f"  policies {found.run.policies_hash[:12]}  rules {found.run.rules_hash[:12]}"
    )
    if not found.same_today:
        click.echo(
            "现在重新比对会得到不同的结果：之后有新的核实结论或迟到的数据。"
            if language == "zh"
            else "Judged again now, the result would differ: a ruling or a late delivery came in since."
        )


def _show_winner(line: explanation.EvidenceLine, language: str) -> None:
    """A row that won: what it won, how it came to the person, and its cells as delivered; numbers of people are masked.

    A terminal keeps what it showed; whoever has to see the row in full opens the person's page.
    """
    between = "；" if language == "zh" else "; "
    won = between.join(code_in("won", what, language) for what in line.won)
    linked = told_in(line.linked.how, language)
    click.echo(f"      {won}{between if won else ''}{'关联：' if language == 'zh' else 'linked: '}{linked}")
    for field in line.linked.fields:
        click.echo(f"        {field_says(field, language)}")
    cells = "  ".join(f"{name}={value}" for name, value in line.cells.items())
    click.echo(
        f"      {'原始记录：' if language == 'zh' else 'as delivered: '}{privacy.queries.mask_numbers(cells)}"
    )


@click.group()
def results() -> None:
    """Hand the results of a run out."""


@results.command("export")
@click.option("--as-of", required=True, type=Day(), help="The newest run up to this day.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="FILE.csv or FILE.parquet.")
@command
def export(as_of: date, out: Path) -> None:
    """Write one row a person: id_number, name, benefit, region, result, reasons, source, event_date, due_date,
    pay_state, case_id. The export is an access to personal data and is kept in the ledger.

    Example: yizheng results export --as-of 2026-10-31 --out results.csv
    """
    with Bars() as bars:
        written = results_export.export(
            wiring.operator_hands(progress=bars), as_of=as_of, out=out, rules=wiring.agency().evidence_rules
        )
    click.echo(f"{written} people written to {out}", err=True)
