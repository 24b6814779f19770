"""Acting as a member of staff on the command line: by name and password, as in the staff web."""

import sys

import click

from yizheng import wiring
from yizheng.flows import staff_signs_in
from yizheng.kernel.errors import Misused
from yizheng.rooms.access.data import Account

as_option = click.option("--as", "username", required=True, help="The account that acts.")
password_option = click.option(
    "--password-stdin", is_flag=True, help="Take the account's password from the first line of stdin."
)


def signed_in(username: str, *, password_stdin: bool) -> Account:
    """The account that acts. Raises Refused where the password does not fit, Misused where nobody can be asked."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, err=True)
    else:
        raise Misused(
            "a terminal was expected to ask for the password, but there is none. Send it: --password-stdin < FILE."
        )
    return staff_signs_in.sign_in(username=username, password=password, clock=wiring.clock())


def show_refused(refused: tuple[tuple[int, str], ...], *, most: int = 20) -> None:
    """The rows that were refused, on stderr: the first so many, and how many more."""
    for row, why in refused[:most]:
        click.echo(f"row {row}: {why}", err=True)
    if len(refused) > most:
        click.echo(f"... and {len(refused) - most} more rows", err=True)
