"""The commands of pay, pause lists and notices, as an engineer types them."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import transaction

from case_situations import CASE_RULES
from pay_situations import AS_OF, AT, POLICY, Pension, make, make_run, stand
from yizheng import wiring
from yizheng.adapters.messages.files import FileChannel
from yizheng.adapters.store.local import LocalStore
from yizheng.doors.cli import docs, pay
from yizheng.doors.cli.notices import notices_group
from yizheng.kernel.time import FixedClock
from yizheng.rooms import ledger, notices
from yizheng.rooms.certification import data as certification

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store and a clock of the test's own."""
    monkeypatch.setattr(wiring, "store", lambda: LocalStore(tmp_path / "store"))
    monkeypatch.setattr(wiring, "clock", lambda: FixedClock(AT))


def run(command: object, *words: str) -> Result:
    return CliRunner().invoke(command, list(words))  # type: ignore[arg-type]


def test_pay_run_prints_the_control_total_and_says_what_exists() -> None:
    make(Pension(pno=0), Pension(pno=1, start="2026-11"))
    first = run(pay.pay_run, "--month", "2026-11", "--json")
    assert first.exit_code == 0, first.output
    figures = json.loads(first.stdout)
    assert {
        name: figures[name] for name in ("same", "new", "stopped", "resumed", "total_fen", "already")
    } == {
        "same": 1,
        "new": 1,
        "stopped": 0,
        "resumed": 0,
        "total_fen": 600_000,
        "already": False,
    }
    assert figures["reconciles"]
    again = run(pay.pay_run, "--month", "2026-11")
    assert again.exit_code == 0
    assert "exists already; nothing was changed" in again.stderr
    assert "6,000.00" in again.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "a month was expected"),
        (("--month", "11/2026"), 2, "YYYY-MM"),
        (("--month", "2027-03"), 1, "the pay run to come is 2026-11"),
    ],
)
def test_pay_run_says_no_in_one_sentence(words: tuple[str, ...], code: int, said: str) -> None:
    make(Pension(pno=0))
    refused = run(pay.pay_run, *words)
    assert (refused.exit_code, said in refused.stderr) == (code, True), refused.output


def test_export_with_numbers_is_an_access_that_the_ledger_keeps(tmp_path: Path) -> None:
    make(Pension(pno=0))
    run(pay.pay_run, "--month", "2026-11")
    out = tmp_path / "pay.csv"
    done = run(pay.pay_run, "export", "--month", "2026-11", "--out", str(out), "--with-numbers")
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(out.open(encoding="utf-8-sig")))
    assert (rows[0]["id_number"], rows[0]["pno"], rows[0]["total_fen"]) == (
        "440802195001010000",
        "0",
        "300000",
    )
    assert out.stat().st_mode & 0o077 == 0
    assert ledger.queries.entries_of("payments_export:2026-11")[0].detail == {"rows": 1, "with_numbers": True}
    without = tmp_path / "plain.csv"
    run(pay.pay_run, "export", "--month", "2026-11", "--out", str(without))
    assert "id_number" not in without.read_text("utf-8-sig")


def test_export_of_a_month_that_was_not_run_or_into_nowhere_is_refused(tmp_path: Path) -> None:
    refused = run(pay.pay_run, "export", "--month", "2026-11", "--out", str(tmp_path / "x.csv"))
    assert (refused.exit_code, "there is no pay run" in refused.stderr) == (1, True)
    make(Pension(pno=0))
    run(pay.pay_run, "--month", "2026-11")
    refused = run(pay.pay_run, "export", "--month", "2026-11", "--out", str(tmp_path / "no" / "x.csv"))
    assert (refused.exit_code, "does not exist. Make it" in refused.stderr) == (1, True)
    assert ledger.queries.entries_of("payments_export:2026-11") == []


def test_pause_list_is_drawn_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    class Agency:
        policies = (POLICY,)
        case_rules = CASE_RULES

    monkeypatch.setattr(wiring, "agency", Agency)
    make_run()
    make(Pension(pno=1, groups=1))
    stand(1, certification.Result.DUE, due=AS_OF - timedelta(days=31))
    missing = run(pay.pause_list, "show", "--month", "2026-11")
    assert (missing.exit_code, "Draw it up" in missing.stderr) == (1, True)
    drawn = run(pay.pause_list, "draw", "--month", "2026-11", "--as-of", str(AS_OF), "--json")
    assert json.loads(drawn.stdout)["held_by_reason"] == {"special_group": 1}
    assert (
        "special group: visit first (special_group)"
        in run(pay.pause_list, "show", "--month", "2026-11").stdout
    )


def test_notices_are_delivered_and_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(wiring, "message_channels", lambda: {"sms": FileChannel(tmp_path)})
    make(Pension(pno=1))
    with transaction.atomic():
        notices.actions.queue("paused:1", pno=1, template="paused", facts={"from_month": "2026-11"}, at=AT)
    assert json.loads(run(notices_group, "deliver", "--json").stdout) == {
        "claimed": 1,
        "sent": 1,
        "later": 0,
        "dead": 0,
        "lost": 0,
    }
    assert "0 tried" in run(notices_group, "deliver").stdout
    listed = run(notices_group, "list", "--state", "sent")
    assert "sent: 1" in listed.stdout
    assert "13800000000" not in listed.stdout


def test_docs_diagrams_writes_the_page(tmp_path: Path) -> None:
    out = tmp_path / "reference" / "states.md"
    assert run(docs.docs, "diagrams", "--out", str(out)).exit_code == 0
    assert "stateDiagram-v2" in out.read_text("utf-8")


@pytest.mark.parametrize(
    "command",
    [
        pay.pay_run,
        pay.pay_run.commands["export"],
        pay.pause_list.commands["draw"],
        pay.pause_list.commands["show"],
        notices_group.commands["deliver"],
        notices_group.commands["list"],
        docs.docs.commands["diagrams"],
    ],
)
def test_help_has_an_example(command: object) -> None:
    assert "Example: yizheng " in run(command, "--help").stdout
