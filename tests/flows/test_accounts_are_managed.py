"""Accounts of a real installation: made, closed and opened from the command line, each step in the ledger."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from signing_in import as_staff
from yizheng.adapters.store.local import LocalStore
from yizheng.doors.cli.accounts import ROLES, account
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.signing_in import staff_signs_in
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import SystemClock
from yizheng.rooms import access, ledger
from yizheng.rooms.access import models

PASSWORD = "correct horse battery"
NEW = ("add", "li.na", "--name", "李娜", "--role", "certifier", "--password-stdin")


def run(*words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(account, list(words), input=stdin)


def can_sign_in(password: str = PASSWORD) -> bool:
    try:
        staff_signs_in.sign_in(username="li.na", password=password, clock=SystemClock())
    except Refused:
        return False
    return True


def steps() -> list[tuple[str, str]]:
    found = (entry for entry in ledger.queries.entries() if entry.kind.startswith("access:account:"))
    return [(entry.kind.removeprefix("access:account:"), entry.actor) for entry in found]


@pytest.mark.django_db
def test_account_that_was_added_can_sign_in_and_is_in_the_ledger(tmp_path: Path) -> None:
    done = run(*NEW, stdin=f"{PASSWORD}\n")
    assert (done.exit_code, done.stdout) == (0, "li.na can sign in as certifier.\n"), done.output
    assert PASSWORD not in done.output
    assert can_sign_in()
    assert not can_sign_in("another sentence")
    assert steps() == [("created", "command line")]
    report = ledger_is_verified.verify(witnessed=access.queries.witnessed(), store=LocalStore(tmp_path))
    assert report.faults == ()


@pytest.mark.django_db
def test_every_role_has_an_account_that_can_be_made() -> None:
    assert set(ROLES) == {"certifier", "rechecker", "supervisor", "auditor"}
    for role in ROLES:
        made = run("add", role, "--name", role, "--role", role, "--password-stdin", stdin=PASSWORD)
        assert made.exit_code == 0, made.output
    assert [one["role"] for one in json.loads(run("list", "--json").stdout)] == sorted(ROLES)


@pytest.mark.django_db
def test_closed_account_cannot_sign_in_and_its_open_pages_end(tmp_path: Path) -> None:
    run(*NEW, stdin=PASSWORD)
    client = Client()
    as_staff(client, models.Account.objects.get().pk)
    assert client.get("/staff/").status_code == 200
    closed = run("disable", "li.na")
    assert (closed.exit_code, closed.stdout) == (0, "li.na is closed.\n"), closed.output
    assert client.get("/staff/").status_code == 302
    assert not can_sign_in()
    assert "closed" in run("list").stdout
    assert run("disable", "li.na").stdout == "li.na is closed already, nothing was changed.\n"
    assert run("enable", "li.na").stdout == "li.na is open.\n"
    assert can_sign_in()
    assert run("enable", "li.na").stdout == "li.na is open already, nothing was changed.\n"
    assert [step for step, _ in steps()] == ["created", "closed", "opened"]
    report = ledger_is_verified.verify(witnessed=access.queries.witnessed(), store=LocalStore(tmp_path))
    assert report.faults == ()


@pytest.mark.django_db
def test_list_shows_names_roles_and_states_and_no_password() -> None:
    run(*NEW, stdin=PASSWORD)
    shown = run("list").stdout
    for word in ("li.na", "李娜", "certifier", "Certifier", "open"):
        assert word in shown
    (one,) = json.loads(run("list", "--json").stdout)
    assert set(one) == {"account_id", "username", "display_name", "role", "is_active"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "stdin", "code", "said"),
    [
        (NEW, "short", 2, "12 to 128 characters"),
        (NEW, "", 2, "12 to 128 characters"),
        (NEW[:-1], PASSWORD, 2, "a terminal was expected"),
        (("add", "li na", *NEW[2:]), PASSWORD, 2, "A user name of letters"),
        (("add", "li.na", "--name", " ", *NEW[4:]), PASSWORD, 2, "A name of 1 to 64 characters"),
        (("add", "li.na", "--name", "娜" * 65, *NEW[4:]), PASSWORD, 2, "A name of 1 to 64 characters"),
        (("add", "li.na", "--name", "李娜", "--role", "boss", "--password-stdin"), PASSWORD, 2, "--role"),
        (("add", "li.na", "--role", "auditor", "--password-stdin"), PASSWORD, 2, "--name"),
        (("disable", "li.na"), "", 1, "yizheng account list"),
        (("enable", "li.na"), "", 1, "yizheng account list"),
    ],
)
def test_what_cannot_be_is_said_and_makes_nothing(
    words: tuple[str, ...], stdin: str, code: int, said: str
) -> None:
    ended = run(*words, stdin=stdin)
    assert (ended.exit_code, said in ended.stderr) == (code, True), ended.output
    assert access.queries.accounts() == []
    assert steps() == []


@pytest.mark.django_db
def test_name_that_is_taken_is_refused_and_its_password_stays() -> None:
    run(*NEW, stdin=PASSWORD)
    again = run(*NEW, stdin="another long sentence")
    assert (again.exit_code, "not in use" in again.stderr) == (1, True)
    assert can_sign_in()


def test_password_is_asked_for_twice_on_a_terminal_and_not_shown(tmp_path: Path) -> None:
    environment = os.environ | {"YIZHENG_HOME": str(tmp_path / "home"), "YIZHENG_DEMO": "0"}
    program = [sys.executable, "-m", "yizheng"]
    subprocess.run([*program, "init"], env=environment, check=True, capture_output=True, timeout=120)
    ours, theirs = pty.openpty()
    words = ["account", "add", "li.na", "--name", "李娜", "--role", "certifier"]
    process = subprocess.Popen(
        [*program, *words],
        env=environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    for asked in (b"Password: ", b"The same again: "):
        while not seen.endswith(asked):
            seen += os.read(ours, 1024)
        os.write(ours, f"{PASSWORD}\n".encode())
    out, _ = process.communicate(timeout=60)
    os.close(ours)
    assert (process.returncode, out.decode()) == (0, "li.na can sign in as certifier.\n")
    assert PASSWORD.encode() not in seen
