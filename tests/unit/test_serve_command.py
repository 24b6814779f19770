"""`yizheng serve` says what to do where there is nothing to serve, and who can sign in where it is a demo."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from yizheng import wiring
from yizheng.doors.cli import serve


def test_serve_without_an_installation_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "yizheng", "serve"],
        env={**os.environ, "YIZHENG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Make one first: yizheng demo" in done.stderr


@pytest.mark.parametrize("demo", [True, False])
def test_demo_logins_are_printed_in_a_demo_only(demo: bool, capsys: pytest.CaptureFixture[str]) -> None:
    serve._say("0.0.0.0", 8000, demo=demo)  # noqa: S104 (printed, not bound)
    printed = capsys.readouterr().out
    assert "http://127.0.0.1:8000/staff/" in printed
    for account in wiring.agency().demo_accounts:
        assert (account["password"] in printed) is demo
