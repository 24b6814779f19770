"""`yizheng faces`: the same face sought under two numbers."""

import json
from dataclasses import asdict

import click

from yizheng import wiring
from yizheng.doors.cli.base import Bars, command
from yizheng.flows.vault import same_face_is_sought


@click.group()
def faces() -> None:
    """Faces of everybody who is enrolled (同一面孔查找): likeness is a question for a person, and nothing else.

    Example: yizheng faces seek
    """


@faces.command("seek")
@click.option(
    "--most", type=click.IntRange(min=1), help="Seek so many templates at the most. [default: all due]"
)
@click.option(
    "--processes",
    type=click.IntRange(0, 64),
    default=0,
    show_default=True,
    help="Search in so many processes of its own; 0: in this one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def seek(most: int | None, processes: int, as_json: bool) -> None:
    """Seek faces that were enrolled since the last search among all, and open a case where two people look alike.

    Nobody's result, pay or sign-in changes: a member of staff reads the case. A pair is asked about once. The index is
    built in memory from the sealed vault and written nowhere; killed, the same command goes on.

    Example: yizheng faces seek --most 5000 --processes 2
    """
    engine = wiring.face_engine().engine.code
    with Bars() as bars, wiring.face_index(shards=processes) as index:
        report = same_face_is_sought.seek(
            wiring.operator_hands(progress=bars),
            index=index,
            engine=engine,
            case_rules=wiring.agency().case_rules,
            most=most,
        )
    if as_json:
        click.echo(json.dumps(asdict(report)))
        return
    click.echo(
        f"{report.sought:,} templates sought among {report.against:,}: {report.pairs:,} pairs in {report.cases:,} new"
        f" cases, {report.known:,} pairs asked about before, {report.left:,} templates still due."
    )
