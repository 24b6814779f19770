"""`yizheng serve` says what to do where there is nothing to serve, and who can sign in where it is a demo."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from refused import refused
from yizheng import wiring
from yizheng.adapters.database.tables import DjangoTables
from yizheng.doors.cli import serve
from yizheng.doors.why import Why


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


def test_home_of_an_earlier_version_is_not_served_but_told_to_be_brought_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "db.sqlite3").touch()
    monkeypatch.setattr(settings, "YIZHENG", replace(settings.YIZHENG, home=tmp_path))
    monkeypatch.setattr(DjangoTables, "steps_to_come", lambda _: ["casework 0002_kinds"])
    with refused(Why.HOME_OLDER, home=tmp_path):
        serve.serve_web(host="127.0.0.1", port=1)


@pytest.mark.parametrize("demo", [True, False])
def test_demo_logins_are_printed_in_a_demo_only(demo: bool, capsys: pytest.CaptureFixture[str]) -> None:
    serve._say("0.0.0.0", 8000, demo=demo)  # noqa: S104 (printed, not bound)
    printed = capsys.readouterr().out
    assert "http://127.0.0.1:8000/staff/" in printed
    for account in wiring.agency().demo_accounts:
        assert (account["password"] in printed) is demo
