"""Acting as a member of staff on the command line: by name, password and second factor, as in the staff web."""

import sys

import click

from yizheng import wiring
from yizheng.doors.why import Why
from yizheng.doors.words import refusal_in
from yizheng.flows.signing_in import staff_signs_in
from yizheng.kernel.errors import Misused, Refused
from yizheng.rooms.access.data import Account

as_option = click.option("--as", "username", required=True, help="The account that acts.")
password_option = click.option(
    "--password-stdin",
    is_flag=True,
    help="Take the account's password from the first line of stdin, and a code of its app from the second.",
)


def signed_in(username: str, *, password_stdin: bool) -> Account:
    """The account that acts. Raises Refused where the password does not fit, Misused where nobody can be asked.

    Whoever has a second factor shows it here too: a code of the app or a recovery code.
    """
    password = _asked("Password", from_stdin=password_stdin)
    asked = staff_signs_in.Asked(typed=username, most_in_a_row=wiring.agency().sign_in.failures_in_a_row)
    account = staff_signs_in.check_password(asked, password, clock=wiring.clock())
    if staff_signs_in.needs_second(account):
        code = _asked("Code of the app, or a recovery code", from_stdin=password_stdin)
        staff_signs_in.check_second(account, code, asked=asked, clock=wiring.clock())
    return account


def _asked(what: str, *, from_stdin: bool) -> str:
    """What was typed or sent. Raises Misused where there is nobody to ask."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Misused(Why.PASSWORD_WITHOUT_TERMINAL, call="--password-stdin")
    asked: str = click.prompt(what, hide_input=True, err=True)
    return asked


def show_refused(refused: tuple[tuple[int, Refused], ...], *, most: int = 20) -> None:
    """The rows that were refused, on stderr: the first so many, and how many more."""
    for row, why in refused[:most]:
        click.echo(f"row {row}: {refusal_in(why)}", err=True)
    if len(refused) > most:
        click.echo(f"... and {len(refused) - most} more rows", err=True)
