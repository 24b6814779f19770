"""`yizheng silence`: the four figures that say how silent certification was, with what each counts."""

import json
from datetime import date

import click
from rich import table as rich_table

from yizheng.doors.cli.base import Day, command, console
from yizheng.doors.cli.figures import silence_figures
from yizheng.doors.words import word
from yizheng.doors.words.certification import figure_text
from yizheng.kernel.errors import Refused
from yizheng.rooms import certification


@click.command()
@click.option("--as-of", type=Day(), help="The newest run up to this day. [default: the newest]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
@command
def silence(as_of: date | None, as_json: bool) -> None:
    """How silent certification was in the year up to a run: four figures, each with what it counts.

    Example: yizheng silence --as-of 2026-10-31
    """
    run = certification.queries.find_latest_run(upto=as_of)
    if run is None or run.counts is None or run.counts.silence is None:
        raise Refused(certification.Why.NO_SILENCE)
    found = run.counts.silence
    if as_json:
        told = {"as_of": run.as_of.isoformat(), "run_id": run.run_id, **(silence_figures(found) or {})}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    table = rich_table.Table("", "", "", title=f"{run.as_of}  {found.days}/365", show_header=False)
    for figure, value in found.figures.items():
        table.add_row(word("silence", figure), figure_text(figure, value), word("silence_means", figure))
    console().print(table)
