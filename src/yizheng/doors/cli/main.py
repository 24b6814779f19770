"""`yizheng`: every command of the product, one module a subject."""

import os

import click

from yizheng.doors.cli import world


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="yizheng")
def cli() -> None:
    """Yizheng (颐证): certification of entitlement to pension benefits.

    Exit codes: 0 done, 1 failed (stderr says why in one sentence), 2 misused.

    Example: yizheng certify --as-of 2026-10-31
    """


# Each subject's module exposes click commands; they are added here, in the order of the work.
cli.add_command(world.world)


def main() -> None:
    """The console script."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizheng.settings")
    cli()
