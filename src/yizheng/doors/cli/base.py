"""What every command shares: exit codes, error sentences, progress bars and option types."""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypeVar

import click
import django
from django import db
from django.utils import translation
from rich import console as rich_console

from yizheng.doors import words
from yizheng.doors.why import Why
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.text import is_plain
from yizheng.kernel.time import Month

if TYPE_CHECKING:
    from rich.progress import TaskID

P = ParamSpec("P")
R = TypeVar("R")

WIDE = 160
"""Columns of a table that goes into a pipe or a file: a log has no edge to be cut at."""


class Day(click.ParamType[date]):
    """A day, written YYYY-MM-DD."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(
                f"a day was expected as YYYY-MM-DD, for example 2026-10-31, but {value!r} came", param, ctx
            )


class PayrollMonth(click.ParamType[Month]):
    """A payroll month, written YYYY-MM."""

    name = "month"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def terminal_language() -> str:
    """The language of commands: `YIZHENG_LANGUAGE` (zh or en), else the terminal's own; else English."""
    for name in ("YIZHENG_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        chosen = os.environ.get(name, "")
        if chosen:
            return "zh-hans" if chosen.lower().startswith("zh") else "en"
    return "en"


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Start Django, run the command, and turn a refusal into one sentence on stderr and the right exit code."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            _check_plain(kwargs)
            django.setup()
            with translation.override(terminal_language()):
                return function(*args, **kwargs)
        except Refused as refusal:
            _end(refusal)
        except db.IntegrityError:
            _end(Refused(Why.WRITTEN_MEANWHILE))
        except (db.OperationalError, db.ProgrammingError) as error:
            _end(Refused(Why.DATABASE_NOT_READY, said=str(error).splitlines()[0]))

    return run


def _check_plain(given: Mapping[str, object]) -> None:
    """Raises Misused for an argument with a control character, or with bytes that are no text."""
    for name, value in given.items():
        values = value if isinstance(value, tuple) else (value,)
        if not all(is_plain(str(one)) for one in values if isinstance(one, str | Path)):
            raise Misused(Why.ARGUMENT_NOT_TEXT, name=name)


def _end(refusal: Refused) -> NoReturn:
    """Say the refusal in the terminal's language, and leave with its exit code."""
    click.echo(f"yizheng: {words.refusal_in(refusal, terminal_language())}", err=True)
    sys.exit(2 if isinstance(refusal, Misused) else 1)


def console() -> "rich_console.Console":
    """Where tables are printed: as wide as the terminal, and `WIDE` where stdout is none."""
    return rich_console.Console(width=None if sys.stdout.isatty() else WIDE)


class Bars:
    """Progress bars on stderr, one a step; nothing at all where nobody looks (a pipe, a log)."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415 (few need it)

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:>10,.0f} / {task.total:,.0f}"),
            TimeElapsedColumn(),
            console=rich_console.Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(step, total=total)
        self._progress.update(self._tasks[step], completed=done, total=total)
