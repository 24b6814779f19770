"""`yizheng mandates`: what the calendar ends, and what kind of helper somebody is. A phone is typed, never an option."""

import click

from yizheng import wiring
from yizheng.doors.cli.base import command
from yizheng.flows.helpers import mandates_kind, mandates_lapse


@click.group()
def mandates() -> None:
    """Acting for another (亲情代办): what is over, and who may act for many.

    Example: yizheng mandates lapse
    """


@mandates.command()
@command
def lapse() -> None:
    """Write down what the calendar ended, and queue the texts; run it once a day. A mandate that is over allows nothing
    from that day on, whether or not this ran.

    Example: yizheng mandates lapse
    """
    done = mandates_lapse.lapse(rules=wiring.agency().mandates, clock=wiring.clock())
    click.echo(f"{done.past} past their last day, {done.unanswered} unanswered, {done.death} after a death.")


@mandates.command()
@click.argument("kind")
@command
def kind(kind: str) -> None:
    """Say what kind of helper somebody is, by the name of a limit in mandates.yaml. Asks for the mobile number.

    Example: yizheng mandates kind community
    """
    phone = click.prompt("mobile number of the helper", err=True)
    kinds = tuple(wiring.agency().mandates.limits)
    mandates_kind.set_kind(wiring.operator_hands(), phone, kind, kinds=kinds)
    click.echo(f"The helper is {kind} from now on.")
