"""`yizheng`: every command of the product, one module a subject."""

import gc
import os
from importlib import import_module
from pathlib import Path

import click

from yizheng.doors.cli.late import waiting_imports

COMMANDS = {
    "demo": "demo:demo",
    "serve": "serve:serve",
    "init": "agency:init",
    "account": "accounts:account",
    "world": "world:world",
    "roster": "rosters:roster",
    "feed": "imports:feed",
    "links": "links:links",
    "source": "sources:source",
    "compare": "compare:compare",
    "certify": "certify:certify",
    "explain": "certify:explain",
    "results": "certify:results",
    "silence": "silence:silence",
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
    "suppliers": "suppliers:suppliers",
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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, each with its first sentence: read out of the modules, of which none is imported."""
        del ctx
        room = formatter.width - max(map(len, COMMANDS)) - 6  # click's own margins
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (word, click.Command(word, help=_told(place)).get_short_help_str(room))
                    for word, place in COMMANDS.items()
                ]
            )


def _told(place: str) -> str | None:
    """What a command says of itself in its source."""
    import ast  # noqa: PLC0415 (for the list of commands alone)

    module, _, name = place.partition(":")
    source = Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
    functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    return next(ast.get_docstring(function) for function in functions if function.name == name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="yizheng")
def cli() -> None:
    """Yizheng (颐证): certification of entitlement to pension benefits.

    Exit codes: 0 done, 1 failed (stderr says why in one sentence), 2 misused.

    Example: yizheng certify --as-of 2026-10-31
    """


def main() -> None:
    """The console script."""
    # What a start makes stays, and so does most of what a command makes: to look through it for garbage at every 700 new
    # objects, as Python does, takes a tenth of the time of a start and of a run over many rows.
    gc.set_threshold(50_000, 20, 100)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizheng.settings")
    cli()
