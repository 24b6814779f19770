"""`yizheng cases` and `yizheng passes`: doubts by the list, and certifications that people made in person."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from random import SystemRandom

import click

from yizheng import wiring
from yizheng.doors import words
from yizheng.doors.cli.base import Day, command
from yizheng.doors.cli.staff import as_option, password_option, show_refused, signed_in
from yizheng.flows.cases import cases_by_file, clocks_strike, sentences_end
from yizheng.flows.channels import passes_arrive
from yizheng.flows.house import leftovers_are_cleared
from yizheng.kernel.time import CHINA
from yizheng.rooms.casework.data import CaseState

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def cases() -> None:
    """Doubts that people resolve (疑点核查), many at once: a worklist out, proposals and confirmations in.

    Example: yizheng cases export --out worklist.csv
    """


@cases.command("export")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="FILE.csv")
@click.option("--state", type=click.Choice([state.value for state in CaseState]), help="Only in this state.")
@command
def export(out: Path, state: str | None) -> None:
    """Write the worklist as CSV, the nearest deadline first: by default all cases that wait for somebody.

    Columns: case_id, version, state, id_number, name, reasons, opened_on, deadline, outcome, loss, outcome_day,
    proposed_by. The export is an access to personal data and is kept in the ledger.

    Example: yizheng cases export --state proposed --out to-confirm.csv
    """
    written = cases_by_file.export(wiring.operator_hands(), out=out, state=state or "")
    click.echo(f"{written} cases written to {out}", err=True)


@cases.command("propose")
@click.argument("file", type=_FILE)
@as_option
@password_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def propose(file: Path, username: str, password_stdin: bool, as_json: bool) -> None:
    """Propose outcomes from a CSV file, as a certifier: case_id, version, outcome, loss, outcome_day, reason.

    Each row is a proposal of its own; what cannot be done is said by row, and stops no other. Nothing takes effect
    until a second person confirms.

    Example: yizheng cases propose outcomes.csv --as certifier
    """
    actor = signed_in(username, password_stdin=password_stdin)
    report = cases_by_file.propose(
        wiring.hands(actor),
        file=file,
        read_table=wiring.read_table,
        case_rules=wiring.agency().case_rules,
    )
    _say(report, "proposed", as_json=as_json)


@cases.command("confirm")
@click.argument("file", type=_FILE)
@as_option
@password_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def confirm(file: Path, username: str, password_stdin: bool, as_json: bool) -> None:
    """Confirm or send back from a CSV file, as a re-checker: case_id, version, agree (yes or no), note.

    Who proposed a row cannot confirm it. Each row takes effect by itself.

    Example: yizheng cases confirm confirmed.csv --as rechecker
    """
    actor = signed_in(username, password_stdin=password_stdin)
    report = cases_by_file.confirm(
        wiring.hands(actor),
        file=file,
        read_table=wiring.read_table,
        case_rules=wiring.agency().case_rules,
    )
    _say(report, "decided", as_json=as_json)


@cases.command("clocks")
@click.option("--as-of", type=Day(), help="The day to count as of; by default today.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def clocks(as_of: date | None, as_json: bool) -> None:
    """Let the terms of open cases strike, once a day: remind, lapse, and count again what was provisional.

    A term that touches a year without a notice of holidays is provisional until the notice stands in calendar.yaml. A
    lapse moves a case or tells a post; it decides nothing. Whoever is unpaid for a sentence whose term has passed gets a
    case. Twice on a day does nothing twice. What browsers left behind and nothing needs any more is deleted too.

    Example: yizheng cases clocks --as-of 2026-11-20
    """
    hands, agency = wiring.operator_hands(), wiring.agency()
    day = as_of or hands.now().astimezone(CHINA).date()
    report = clocks_strike.strike(hands, as_of=day, case_rules=agency.case_rules)
    over = sentences_end.look_at_ended_sentences(
        hands, as_of=day, sources=agency.sources, case_rules=agency.case_rules
    )
    leftovers_are_cleared.clear(hands)
    if as_json:
        click.echo(json.dumps(asdict(report) | {"sentences_over": over}))
        return
    click.echo(
        f"{report.reminded} reminded, {report.lapsed} lapsed, {report.recounted} counted again;"
        f" {over} cases of sentences that are over."
    )


def _say(report: cases_by_file.DecidedReport, word: str, *, as_json: bool) -> None:
    refused = tuple((row, words.refusal_in(why)) for row, why in report.refused)
    if as_json:
        told = {"rows": report.rows, "done": report.done, "refused": refused}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{report.rows} rows: {report.done} {word}, {len(refused)} refused.")
    show_refused(report.refused)


@click.group()
def passes() -> None:
    """Certifications that people made in person (本人到场认证): at a window, by a visit, at another agency.

    Example: yizheng passes import window-2026-10.csv
    """


@passes.command("import")
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def import_passes(file: Path, as_json: bool) -> None:
    """Record certifications from a CSV file: id_number, name, day, channel (window, visit or other_agency).

    The next run counts them, and ends pauses for want of one. For a person whose pay was ended, or paused for another
    reason, a case is opened: two people look again. The same file twice changes nothing.

    Example: yizheng passes import window-2026-10.csv
    """
    report = passes_arrive.import_passes(
        wiring.operator_hands(),
        file=file,
        read_table=wiring.read_table,
        policies=wiring.agency().policies,
        case_rules=wiring.agency().case_rules,
        rng=SystemRandom(),
    )
    if as_json:
        refused = [(row, words.refusal_in(why)) for row, why in report.refused]
        click.echo(json.dumps(asdict(report) | {"refused": refused}, ensure_ascii=False))
        return
    click.echo(
        f"{report.rows} rows: {report.recorded} recorded, {report.known} known before, {len(report.refused)} refused;"
        f" {report.cases_opened} cases opened."
    )
    show_refused(report.refused)
