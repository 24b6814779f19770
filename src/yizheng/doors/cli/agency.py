"""`yizheng init`: make an installation, or bring one up to date."""

import json
from pathlib import Path

import click
from django import db
from django.conf import settings

from yizheng import wiring
from yizheng.doors.cli.base import Bars, command
from yizheng.doors.why import Why
from yizheng.flows.house import agency_is_set_up, home_is_upgraded
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import NamedActor
from yizheng.rooms.access.data import NewAccount

INSTALLER = NamedActor("installer", role="operator")
"""Who makes the accounts of a demo."""
UPGRADE = NamedActor("upgrade", role="operator")
"""Who makes what a home of an earlier version lacks."""


@click.command()
@command
def init() -> None:
    """Make home, keys, database and, in a demo, its accounts, or bring a home of an earlier version up to this one.

    Doing it again changes nothing that is there, and finishes an upgrade that was stopped. Stop the web and the timers
    before you upgrade, and have a backup. The ledger is verified before and after.

    Example: YIZHENG_HOME=/srv/yizheng yizheng init
    """
    say_what_was_done(prepare())
    click.echo(f"Ready: {wiring.agency().name}, in {settings.YIZHENG.home}.")


def prepare() -> "home_is_upgraded.UpgradeReport":
    """What `init` does, without a word: for commands that need an installation. Raises Refused."""
    home = settings.YIZHENG.home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(
            0o700
        )  # also a folder that was there: database and store inside are made for everybody to read
        _mark_simulated(home)
        wiring.keys().general.active_field_key()
        wiring.store().folder("ledger/trees")
    except OSError as error:
        raise Refused(Why.HOME_NOT_WRITABLE, home=home, said=error.strerror) from error
    try:
        report = _bring_up()
    except db.DatabaseError as error:
        raise Refused(Why.DATABASE_REFUSES, said=error) from error
    _check(report)
    if settings.YIZHENG.demo:
        demo = [NewAccount(**account) for account in wiring.agency().demo_accounts]
        agency_is_set_up.make_accounts(wiring.hands(INSTALLER), demo)
    return report


def say_what_was_done(report: "home_is_upgraded.UpgradeReport") -> None:
    """Print, on stderr, what became of an older home; nothing where there was nothing to do."""
    if report.end is not home_is_upgraded.UpgradeEnd.UPGRADED or report.noted is None or report.found is None:
        return
    lines = [
        f"This home was made by an earlier version. Its tables were changed: {', '.join(report.steps) or 'before'}.",
    ]
    lines.append(
        f"The ledger was verified: all {report.noted.size:,} entries from before stand as they were,"
        f" and {report.found.checked_rows:,} rows fit what witnessed them."
    )
    if report.copy:
        lines.append(
            f"The database as it was lies in {report.copy}, as secret as the database."
            " Delete it when you need it no more."
        )
    click.echo("\n".join(lines), err=True)


def _bring_up() -> "home_is_upgraded.UpgradeReport":
    with Bars() as bars:
        return home_is_upgraded.upgrade(
            wiring.hands(UPGRADE, progress=bars),
            tables=wiring.tables(),
            witnessed=wiring.witnessed(),
            trees=wiring.witnessed_trees(),
        )


def _check(report: "home_is_upgraded.UpgradeReport") -> None:
    """Raises Refused where the home could not be brought up, or what was brought up does not fit the ledger."""
    home = settings.YIZHENG.home
    if report.end is home_is_upgraded.UpgradeEnd.NEWER:
        raise Refused(Why.HOME_NEWER, home=home, steps=tuple(report.steps))
    if report.end is home_is_upgraded.UpgradeEnd.LEDGER_BROKEN:
        raise Refused(Why.LEDGER_BROKEN, home=home)
    if report.end is home_is_upgraded.UpgradeEnd.NOT_VERIFIED and report.found is not None:
        found, told = report.found.faults_found, tuple(fault.told for fault in report.found.faults[:3])
        if report.copy:
            raise Refused(
                Why.UPGRADE_NOT_VERIFIED_COPY_KEPT, home=home, faults=found, told=told, copy=report.copy
            )
        raise Refused(Why.UPGRADE_NOT_VERIFIED, home=home, faults=found, told=told)


def _mark_simulated(home: Path) -> None:
    """Mark a home without a database as made for a simulated day: what is in use can never be turned into one."""
    config = settings.YIZHENG
    if config.today is not None and not config.database and not (home / "db.sqlite3").exists():
        config.simulated_mark.write_text(
            json.dumps({"first_day": config.today.isoformat()}), encoding="utf-8"
        )
