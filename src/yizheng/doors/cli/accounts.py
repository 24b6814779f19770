"""`yizheng account`: the accounts of the staff's web. Passwords come from a terminal or stdin, never from options."""

import json
import sys
from dataclasses import asdict

import click
from rich import table as rich_table

from yizheng import wiring
from yizheng.doors.cli.base import command, console
from yizheng.doors.why import Why
from yizheng.doors.words import word
from yizheng.flows.signing_in import accounts_are_managed, recovery_at_a_service_point
from yizheng.kernel.errors import Misused
from yizheng.rooms import access
from yizheng.rooms.access.data import NewAccount, RoleCode

ROLES = tuple(role.value for role in RoleCode)


@click.group()
def account() -> None:
    """Accounts of the staff's web (账号): one a person, each with one role.

    Example: yizheng account list
    """


@account.command()
@click.argument("username")
@click.option("--name", required=True, help="The name that colleagues see, at most 64 characters.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the person may do.")
@click.option("--password-stdin", is_flag=True, help="Take the password from the first line of stdin.")
@command
def add(username: str, name: str, role: str, password_stdin: bool) -> None:
    """Make an account. The password is asked for twice and not shown; it has 12 characters at least.

    Example: yizheng account add li.na --name 李娜 --role certifier
    """
    new = NewAccount(
        username=username, display_name=name.strip(), role=role, password=_password(from_stdin=password_stdin)
    )
    made = accounts_are_managed.add(wiring.operator_hands(), new)
    click.echo(f"{made.username} can sign in as {made.role}.")


@account.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array of objects.")
@command
def list_(as_json: bool) -> None:
    """List the accounts by user name: name, role, and whether they can sign in.

    Example: yizheng account list
    """
    found = access.queries.accounts()
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    table = rich_table.Table(
        rich_table.Column("user name", overflow="fold"),
        rich_table.Column("name", overflow="fold"),
        "role",
        "role in words",
        "state",
    )
    for one in found:
        state = "open" if one.is_active else "closed"
        table.add_row(one.username, one.display_name, one.role, word("role", one.role), state)
    console().print(table)


@account.command()
@click.argument("username")
@command
def disable(username: str) -> None:
    """Close an account: it cannot sign in any more, and its open pages end. What it did stays in the ledger.

    Example: yizheng account disable li.na
    """
    _set_active(username, active=False)


@account.command()
@click.argument("username")
@command
def enable(username: str) -> None:
    """Open an account again that was closed, with the password it had.

    Example: yizheng account enable li.na
    """
    _set_active(username, active=True)


@account.command()
@click.argument("username")
@click.option("--password-stdin", is_flag=True, help="Take the new password from the first line of stdin.")
@command
def password(username: str, password_stdin: bool) -> None:
    """Give an account another password: all its sessions end. Its second factor stays.

    Example: yizheng account password li.na
    """
    accounts_are_managed.set_password(wiring.operator_hands(), username, _password(from_stdin=password_stdin))
    click.echo(f"{username} has another password, and was signed out everywhere.")


@account.command()
@click.argument("username")
@command
def recover(username: str) -> None:
    """Print a code that stands in once, within a day, for a second factor that was lost. The password is still needed.

    Example: yizheng account recover li.na
    """
    code = recovery_at_a_service_point.issue_to_staff(wiring.operator_hands(), username)
    click.echo(code)


def _set_active(username: str, *, active: bool) -> None:
    changed = accounts_are_managed.set_active(wiring.operator_hands(), username, active=active)
    word = "open" if active else "closed"
    click.echo(f"{username} is {word}." if changed else f"{username} is {word} already, nothing was changed.")


def _password(*, from_stdin: bool) -> str:
    """The password, as it was typed or sent. Raises Misused where there is nobody to ask."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Misused(Why.PASSWORD_WITHOUT_TERMINAL, call="yizheng account add ... --password-stdin")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True)
    return asked
