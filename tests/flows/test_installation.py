"""An installation from nothing, in a process of its own, as an operator makes it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from typist import typed

ROOT = Path(__file__).parent.parent.parent

APPEND = """
import sys, django
django.setup()
from datetime import UTC, datetime
from django.db import connection, transaction
from yizheng.rooms.ledger import actions
for number in range(40):
    with transaction.atomic():
        subject = f"test:{sys.argv[1]}-{number}"
        actions.append(kind="test:thing:done", actor="t", at=datetime(2026, 1, 1, tzinfo=UTC), subject=subject)
"""


def _environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YIZHENG_", "DJANGO_"))}
    own = {
        "YIZHENG_HOME": str(home),
        "YIZHENG_AGENCY": str(ROOT / "agencies" / "demo"),
        "YIZHENG_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "yizheng.settings",
    }
    return {**kept, **own, **more}


def _yizheng(home: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return typed(*words, environment=_environment(home, **more), folder=ROOT)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("installation") / "home"
    made = _yizheng(home, "init")
    assert made.returncode == 0, made.stderr
    return home


def test_init_makes_a_verified_installation_and_repeating_it_changes_nothing(home: Path) -> None:
    root = _yizheng(home, "ledger", "root").stdout
    keys = (home / "keys.json").read_bytes()
    assert _yizheng(home, "init").returncode == 0
    assert _yizheng(home, "ledger", "root").stdout == root
    assert (home / "keys.json").read_bytes() == keys
    assert home.stat().st_mode & 0o777 == 0o700
    verified = _yizheng(home, "ledger", "verify", "--json", "--noted", root.strip())
    assert verified.returncode == 0, verified.stderr
    report = json.loads(verified.stdout)
    assert report["verified"] is True
    assert f"{report['size']}:{report['root']}" == root.strip()


def test_ledger_proof_is_printed_and_an_index_beyond_is_misused(home: Path) -> None:
    proof = _yizheng(home, "ledger", "proof", "0")
    assert json.loads(proof.stdout)["kind"] == "access:account:created"
    beyond = _yizheng(home, "ledger", "proof", "1000000")
    assert beyond.returncode == 2
    assert "Traceback" not in beyond.stderr


def test_wrong_noted_root_fails_and_an_unreadable_one_is_misused(home: Path) -> None:
    failed = _yizheng(home, "ledger", "verify", "--noted", f"2:{'00' * 32}")
    assert failed.returncode == 1
    assert "root_differs" in failed.stdout
    assert _yizheng(home, "ledger", "verify", "--noted", "2").returncode == 2


def test_damaged_keys_end_every_command_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    (tmp_path / "keys.json").chmod(0o600)
    ended = _yizheng(tmp_path, "ledger", "root")
    assert ended.returncode == 1
    assert ended.stderr.startswith("yizheng: The keys file")
    assert len(ended.stderr.splitlines()) == 1


def test_command_before_init_says_what_to_do(tmp_path: Path) -> None:
    ended = _yizheng(tmp_path / "fresh", "ledger", "root")
    assert ended.returncode == 1
    assert "yizheng init" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("YIZHENG_DEMO", "yes"), ("YIZHENG_AGENCY", "/nowhere"), ("YIZHENG_DATABASE", "mysql://a")],
)
def test_wrong_setting_ends_with_two_and_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    ended = _yizheng(tmp_path, "init", **{name: value})
    assert ended.returncode == 2
    assert ended.stderr.startswith(name)
    assert len(ended.stderr.splitlines()) == 1


def test_two_processes_that_append_at_once_stand_in_line(home: Path) -> None:
    before = int(_yizheng(home, "ledger", "root").stdout.partition(":")[0])
    started = [
        subprocess.Popen([sys.executable, "-c", APPEND, name], env=_environment(home))
        for name in ("one", "two")
    ]
    assert [process.wait(timeout=120) for process in started] == [0, 0]
    verified = _yizheng(home, "ledger", "verify", "--json")
    report = json.loads(verified.stdout)
    assert report["size"] == before + 80
    assert report["verified"] is True
