"""`yizheng suppliers`: who supplies what the product needs from outside, and whether it can work."""

import json
import sys

import click
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors import words
from yizheng.doors.cli.base import command, console


@click.group()
def suppliers() -> None:
    """Who supplies what the product needs from outside (外部接口), as the agency's suppliers.yaml says.

    Example: yizheng suppliers check
    """


@suppliers.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@command
def check(as_json: bool) -> None:
    """Try every supplier and say what to do about those that cannot work. Exit 1 where there is one.

    Example: yizheng suppliers check
    """
    states = list(wiring.supplier_states())
    told = [
        {
            "port": state.port,
            "supplier": state.supplier,
            "works": state.fault is None,
            "fault": words.refusal_in(state.fault) if state.fault else "",
        }
        for state in states
    ]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        table = rich_table.Table("接口 port", "提供方 supplier", "情况 state")
        for state, line in zip(states, told, strict=True):
            table.add_row(state.port, state.supplier, str(line["fault"] or "可用 works"))
        console().print(table)
    if any(state.fault for state in states):
        sys.exit(1)
