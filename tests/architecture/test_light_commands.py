"""A command that does little starts with little: help pages without Django's tables, small questions without engines."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from typist import typed
from yizheng.doors.cli.main import COMMANDS, cli

ENGINES = {"cv2", "duckdb", "faiss", "granian", "kaldi_native_fbank", "numba", "onnxruntime", "PIL", "splink"}
"""What no command may load that looks at no face, hears no voice, serves no page and compares nothing."""

TABLES = {"django.db.models", "pyarrow", "yizheng.wiring"}
"""What no help page may load."""

SAY_WHAT_RAN = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from types import ModuleType
from yizheng.doors.cli.main import cli
loaded = {}
for words in json.load(sys.stdin):
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        try:
            cli(args=words)
        except SystemExit as end:
            assert end.code == 0, (words, end.code)
    loaded[" ".join(words)] = [name for name, one in list(sys.modules.items()) if type(one) is ModuleType]
print(json.dumps(loaded))
"""
"""A module that waits is in sys.modules, but is of another type until it has run."""


def living_in(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "YIZHENG_HOME": str(folder / "home"),
        "YIZHENG_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "yizheng.settings",
    }


def after_each(home: Path, *commands: tuple[str, ...]) -> dict[str, set[str]]:
    """Which modules have run after each of the commands, typed one after the other at one fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", SAY_WHAT_RAN],
        input=json.dumps(commands),
        env=living_in(home.parent),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return {command: set(modules) for command, modules in found.items()}


@pytest.fixture(scope="module")
def after_help(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Every command's help page, and the list of commands."""
    words = [("--help",), *((word, "--help") for word in COMMANDS)]
    return after_each(tmp_path_factory.mktemp("help") / "home", *words)


def test_help_page_loads_no_tables_and_no_engines(after_help: dict[str, set[str]]) -> None:
    found = {command: sorted(loaded & (ENGINES | TABLES)) for command, loaded in after_help.items()}
    assert {command: names for command, names in found.items() if names} == {}


def test_help_page_runs_no_story(after_help: dict[str, set[str]]) -> None:
    stories = {
        name
        for loaded in after_help.values()
        for name in loaded
        if name.startswith("yizheng.flows.") and name.count(".") > 2 and not name.endswith(".why")
    }
    assert stories == set()


def test_small_question_loads_no_engine_and_no_table_reader(tmp_path: Path) -> None:
    typed("init", environment=living_in(tmp_path), folder=tmp_path)
    after = after_each(tmp_path / "home", ("ledger", "list"), ("notices", "list"), ("account", "list"))
    assert after["account list"] & (ENGINES | {"numpy", "pyarrow", "webauthn"}) == set()


def test_list_of_commands_says_what_the_commands_say_of_themselves() -> None:
    shown = " ".join(CliRunner().invoke(cli, ["--help"], terminal_width=400).output.split())
    context = click.Context(cli)
    for word in COMMANDS:
        command = cli.get_command(context, word)
        assert command is not None
        assert f" {word} {command.get_short_help_str(400).removesuffix('...')}" in shown
