"""`yizheng serve`: both webs on one port. Also what `yizheng demo` ends with."""

import os
import sys
from dataclasses import replace

import click
from django.conf import settings

from yizheng import wiring
from yizheng.doors import words
from yizheng.doors.cli.base import command
from yizheng.doors.why import Why
from yizheng.kernel.errors import Misused, Refused

MOST_CONNECTIONS = 4096
"""Of a process, at once. The server counts those that only wait, too: at the default of 1,024 as many idle ones would
keep everybody out."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port.")
@click.option(
    "--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes, all alike."
)
@command
def serve(host: str, port: int, processes: int) -> None:
    """Serve the citizens' and the staff's web until Ctrl-C.

    Put a reverse proxy with HTTPS before it in production (deploy/nginx.conf), and set YIZHENG_HTTPS=1,
    YIZHENG_HOSTS, YIZHENG_ORIGIN and YIZHENG_PROXIES.

    Example: yizheng serve --port 8000
    """
    serve_web(host=host, port=port, processes=processes)


def serve_web(*, host: str, port: int, processes: int = 1) -> None:
    """Listen until told to stop.

    Raises Misused where there is nothing to serve yet; Refused where an earlier version made the home, or the agency
    names a passive check whose files are not there or are others, or a needed supplier cannot work.
    """
    if not settings.YIZHENG.database and not (settings.YIZHENG.home / "db.sqlite3").is_file():
        raise Misused(Why.HOME_WITHOUT_DATABASE, home=settings.YIZHENG.home)
    if wiring.tables().steps_to_come():
        raise Refused(Why.HOME_OLDER, home=settings.YIZHENG.home)
    for fault in wiring.check_suppliers():
        click.echo(f"yizheng: {words.refusal_in(fault)}", err=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizheng.settings")
    if not os.environ.get("YIZHENG_ORIGIN"):
        # For the worker, whether it is a copy of this process or begins anew.
        os.environ["YIZHENG_ORIGIN"] = f"http://localhost:{port}"
        settings.YIZHENG = replace(settings.YIZHENG, origin=os.environ["YIZHENG_ORIGIN"])
    from granian.constants import Interfaces  # noqa: PLC0415 (only who serves pays for a server)
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    _say(host, port, demo=os.environ.get("YIZHENG_DEMO") == "1")
    Server(
        "yizheng.doors.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=processes,
        backlog=1024,
        backpressure=MOST_CONNECTIONS,
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,  # one that a file or a library ends must not end the service
    ).serve()


def _say(host: str, port: int, *, demo: bool) -> None:
    """Print where the webs are and, in a demo, who can sign in."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 (compared, not bound)
    lines = [f"Citizens  http://{shown}:{port}/", f"Staff     http://{shown}:{port}/staff/"]
    if demo:
        lines.append(f"Phone     http://{shown}:{port}/demo/phone/   (the simulated phone shows every code)")
        lines += [
            f"  {account['role']:<11} {account['username']:<11} {account['password']}"
            for account in wiring.agency().demo_accounts
        ]
    sys.stdout.write("\n".join([*lines, "Stop with Ctrl-C.", ""]))
    sys.stdout.flush()
