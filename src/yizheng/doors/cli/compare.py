"""`yizheng compare`: bring everybody's state up to a day, and look one person's up."""

import json
from datetime import date

import click
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors.cli.base import Bars, Day, command, console
from yizheng.doors.cli.figures import Stopwatch, peak_mib
from yizheng.doors.why import Why
from yizheng.doors.words import code_in
from yizheng.flows.house import person_is_looked_at
from yizheng.flows.runs import states_follow_evidence
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import from_day_number
from yizheng.rooms import people
from yizheng.rooms.comparison import states as comparison_states
from yizheng.rooms.comparison.data import Key


@click.command()
@click.option("--as-of", type=Day(), help="The day to compare as of, YYYY-MM-DD. [default: today]")
@click.option("--person", metavar="ID_NUMBER", help="Only look this person's state up; nothing is compared.")
@click.option(
    "--purpose", default="compare", show_default=True, help="Why you look; it is kept in the ledger."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
@command
def compare(as_of: date | None, person: str | None, purpose: str, as_json: bool) -> None:
    """Bring everybody's state up to a day: judge those again whom new, withdrawn or expired evidence concerns.

    It says who gained or lost a proof or a lead since the last time. Nothing is decided by it: that is certify's work.

    Example: yizheng compare --as-of 2026-10-31 --json
    """
    if person is not None:
        _look_up(person, purpose, as_json)
        return
    watch, agency = Stopwatch(), wiring.agency()
    with Bars() as bars, watch.step("compare"):
        report = states_follow_evidence.follow(
            wiring.operator_hands(progress=bars),
            as_of=as_of or wiring.clock().now().date(),
            rulebook=agency.rulebook,
        )
    if as_json:
        figures = {
            "as_of": report.as_of.isoformat(),
            "judged": report.judged,
            "changed": report.changed,
            "gained": report.gained,
            "lost": report.lost,
            "changes_file": report.changes_file,
            "seconds": watch.seconds,
            "peak_mib": peak_mib(),
        }
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    table = rich_table.Table(
        "线索", "", "gained", "lost", title=f"{report.as_of}  {report.judged:,} people judged again"
    )
    for word in comparison_states.TOLD:
        table.add_row(
            code_in("says", "alive" if word == "proof" else word, "zh-hans"),
            word,
            f"{report.gained[word]:,}",
            f"{report.lost[word]:,}",
        )
    console().print(table)


def _look_up(number: str, purpose: str, as_json: bool) -> None:
    """Print one person's state: which event of which day stands for what."""
    pno = people.queries.find_by_number(number)
    if pno is None:
        raise Refused(Why.NOBODY_HAS_NUMBER)
    person_is_looked_at.look(wiring.operator_hands(), pno=pno, purpose=purpose, what="state")
    as_of, state = states_follow_evidence.state_of(pno, wiring.store())
    rules = wiring.agency().evidence_rules
    events = {}
    for word, name in comparison_states.TOLD.items():
        if state[name]:
            key = Key.unpack(state[name])
            day = from_day_number(key.day)
            events[word] = {"day": day.isoformat(), "kind": rules.kind(key.kind).name, "row": key.evidence_no}
    if as_json:
        click.echo(
            json.dumps(
                {"as_of": as_of.isoformat(), "points": state["proof_points"]} | events, ensure_ascii=False
            )
        )
        return
    click.echo(f"{as_of}  {state['proof_points']} / {rules.threshold}")
    for word, event in events.items():
        says = code_in("says", "alive" if word == "proof" else word, "zh-hans")
        click.echo(f"  {event['day']}  {event['kind']}  {says}")
