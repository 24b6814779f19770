"""`yizheng`: every command of the product, one module a subject."""

import os
from importlib import import_module

import click

from yizheng.doors.cli.late import waiting_imports

COMMANDS = {
    "demo": "demo:demo",
    "serve": "serve:serve",
    "init": "agency:init",
    "account": "accounts:account",
    "world": "world:world",
    "roster": "imports:roster",
    "feed": "imports:feed",
    "links": "links:links",
    "source": "sources:source",
    "compare": "compare:compare",
    "certify": "certify:certify",
    "explain": "certify:explain",
    "results": "certify:results",
    "cases": "cases:cases",
    "passes": "cases:passes",
    "faces": "same_face:faces",
    "voice": "voice:voice",
    "pay-run": "pay:pay_run",
    "pause-list": "pay:pause_list",
    "notices": "notices:notices_group",
    "mandates": "mandates:mandates",
    "biometrics": "biometrics:biometrics_group",
    "ledger": "ledger:ledger_group",
    "docs": "docs:docs",
}
"""Word -> module and name of its command, in the order of the work."""


class Commands(click.Group):
    """Imports a command's module when it is asked for, and lets wait what only its work needs (`late`)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every word, in the order of the work."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a word."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        if cmd_name == "demo":
            os.environ["YIZHENG_DEMO"] = "1"  # before the settings are read, which happens once
        module, _, name = COMMANDS[cmd_name].partition(":")
        with waiting_imports():
            found: click.Command = getattr(import_module(f"yizheng.doors.cli.{module}"), name)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="yizheng")
def cli() -> None:
    """Yizheng (颐证): certification of entitlement to pension benefits.

    Exit codes: 0 done, 1 failed (stderr says why in one sentence), 2 misused.

    Example: yizheng certify --as-of 2026-10-31
    """


def main() -> None:
    """The console script."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizheng.settings")
    cli()
