"""`yizheng init`: make an installation, or bring one up to date."""

import json
from pathlib import Path

import click
from django import db
from django.conf import settings
from django.core import management

from yizheng import wiring
from yizheng.doors.cli.base import command
from yizheng.flows.house import agency_is_set_up
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import NamedActor
from yizheng.rooms.access.data import NewAccount

INSTALLER = NamedActor("installer", role="operator")
"""Who makes the accounts of a demo."""


@click.command()
@command
def init() -> None:
    """Make home, keys, database and, in a demo, its accounts. Doing it again changes nothing that is there.

    Example: YIZHENG_HOME=/srv/yizheng yizheng init
    """
    prepare()
    click.echo(f"Ready: {wiring.agency().name}, in {settings.YIZHENG.home}.")


def prepare() -> None:
    """What `init` does, without a word: for commands that need an installation. Raises Refused."""
    home = settings.YIZHENG.home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _mark_simulated(home)
        settings.YIZHENG_KEYS.active_field_key()
        wiring.store().folder("ledger/trees")
    except OSError as error:
        raise Refused(
            f"The home {home} was expected to be writable, but the system says: {error.strerror}."
            " Give the folder to the user of this process, or set YIZHENG_HOME to another."
        ) from error
    try:
        management.call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    except db.DatabaseError as error:
        raise Refused(
            "The database was expected to take the product's tables, but it refused."
            f" Check YIZHENG_DATABASE and the disk, then run `yizheng init` again. It said: {error}"
        ) from error
    if settings.YIZHENG.demo:
        demo = [NewAccount(**account) for account in wiring.agency().demo_accounts]
        agency_is_set_up.make_accounts(wiring.hands(INSTALLER), demo)


def _mark_simulated(home: Path) -> None:
    """Mark a home without a database as made for a simulated day: what is in use can never be turned into one."""
    config = settings.YIZHENG
    if config.today is not None and not config.database and not (home / "db.sqlite3").exists():
        config.simulated_mark.write_text(
            json.dumps({"first_day": config.today.isoformat()}), encoding="utf-8"
        )
