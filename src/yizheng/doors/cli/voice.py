"""`yizheng voice`: recordings that have served their purpose are deleted."""

import json

import click

from yizheng import wiring
from yizheng.doors.cli.base import command
from yizheng.flows.channels import voice_certifies


@click.group()
def voice() -> None:
    """Recordings of people who certify by voice (声纹认证).

    Example: yizheng voice forget
    """


@voice.command("forget")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@command
def forget(as_json: bool) -> None:
    """Delete the recordings whose cases are closed. Run it every night; twice deletes nothing twice.

    Example: yizheng voice forget --json
    """
    gone = voice_certifies.forget_recordings(wiring.operator_hands())
    click.echo(json.dumps({"deleted": gone}) if as_json else f"{gone:,} recordings deleted.")
