"""`yizheng world`: make a demo world, and score a run's results against its truth."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from yizheng import wiring
from yizheng.doors.cli.base import Bars, Day, PayrollMonth, command
from yizheng.kernel.time import Month


@click.group()
def world() -> None:
    """A made world: roster and feeds as an agency receives them, and the truth beside them.

    Example: yizheng world make --people 10000 --seed 7 --out demo-world
    """


@world.command()
@click.option("--people", type=int, default=100_000, show_default=True, help="People on the roster.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same bytes.")
@click.option("--months", type=int, default=12, show_default=True, help="Months of deliveries.")
@click.option(
    "--last-month",
    type=PayrollMonth(),
    default="2026-10",
    show_default=True,
    help="The last month of deliveries.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new or empty folder.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as one JSON object.")
@command
def make(people: int, seed: int, months: int, last_month: Month, out: Path, as_json: bool) -> None:
    """Make a world of the agency's counties, with faults on purpose and the truth beside it.

    Example: yizheng world make --people 100000 --seed 1 --out demo-world
    """
    with Bars() as bars:
        manifest = wiring.make_world(
            people=people, seed=seed, months=months, last_month=last_month, out=out, progress=bars
        )
    if as_json:
        click.echo(json.dumps(manifest, ensure_ascii=False))
        return
    feeds = manifest["feeds"]
    click.echo(
        f"{out}: a roster of {people:,} people and {len(feeds)} deliveries with"
        f" {sum(feed['rows'] for feed in feeds):,} rows, {manifest['first_month']} to {manifest['last_month']}."
    )


@world.command()
@click.option("--world", "folder", type=click.Path(path_type=Path), required=True, help="The world's folder.")
@click.option(
    "--results", type=click.Path(path_type=Path), required=True, help="What `yizheng results export` wrote."
)
@click.option("--as-of", type=Day(), help="The day of the results; by default the world's last day.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def score(folder: Path, results: Path, as_of: date | None, as_json: bool) -> None:
    """Compare a run's exported results with what really happened.

    Example: yizheng world score --world demo-world --results results.csv
    """
    report = asdict(wiring.score_world(world=folder, results=results, as_of=as_of))
    report["as_of"] = str(report["as_of"])
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for name, value in report.items():
        shown = (
            ", ".join(f"{word} {count:,}" for word, count in value.items())
            if isinstance(value, dict)
            else value
        )
        click.echo(f"{name.replace('_', ' '):>30}  {shown}")
