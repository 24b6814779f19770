"""Cases by the list, and people who come in person: the same rules as one by one, on many rows."""

import csv
import json
import threading
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import transaction

from case_situations import CASE_RULES
from hands import hands_of
from pay_situations import AS_OF, AT, NOVEMBER, Pension, doubt, make, make_run, stand
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.doors.cli import cases, imports, pay
from yizheng.doors.cli.notices import notices_group
from yizheng.flows.house import agency_is_set_up, ledger_is_verified
from yizheng.flows.pay import pay_run
from yizheng.kernel.time import FixedClock
from yizheng.rooms import casework
from yizheng.rooms.access.data import NewAccount
from yizheng.rooms.casework.data import CaseState
from yizheng.rooms.certification.data import Result as Standing
from yizheng.rooms.entitlements.models import PayStateChange
from yizheng.rooms.evidence.models import Ruling
from yizheng.rooms.passes.models import Pass, Receipt
from yizheng.rooms.passes.receipts import is_number
from yizheng.rooms.people.models import Person
from yizheng.rooms.privacy.queries import blind

pytestmark = pytest.mark.django_db
PASSWORDS = {
    "certifier": "Demo-certifier-2026",
    "rechecker": "Demo-rechecker-2026",
    "supervisor": "Demo-supervisor-2026",
}
NUMBER = "11010519491231002X"


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "store", lambda: LocalStore(tmp_path / "store"))
    monkeypatch.setattr(wiring, "clock", lambda: FixedClock(AT))
    agency_is_set_up.make_accounts(
        hands_of("test", clock=FixedClock(AT)),
        [
            NewAccount(username=role, display_name=role, role=role, password=password)
            for role, password in PASSWORDS.items()
        ],
    )


def run(command: object, *words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(command, list(words), input=stdin)  # type: ignore[arg-type]


def as_(role: str, command: object, *words: str) -> dict[str, object]:
    done = run(command, *words, "--as", role, "--password-stdin", "--json", stdin=f"{PASSWORDS[role]}\n")
    assert done.exit_code == 0, done.output
    told: dict[str, object] = json.loads(done.stdout)
    return told


def table(path: Path, *rows: tuple[object, ...]) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return str(path)


def open_cases(*pnos: int) -> list[int]:
    with transaction.atomic():
        casework.actions.open_cases(
            [doubt(pno, 40 + pno) for pno in pnos],
            run_id="r",
            as_of=AS_OF,
            at=AT,
            actor="run",
            case_rules=CASE_RULES,
        )
    found = [casework.queries.case_of_person(pno) for pno in pnos]
    return [case.case_id for case in found if case is not None]


def known_by_number(pno: int) -> None:
    """Let the person be found by a real number."""
    Person.objects.filter(pno=pno).update(number_index=blind("number", NUMBER))


def decide(tmp_path: Path, case_id: int, outcome: str, *, loss: str = "", day: str = "2026-10-02") -> None:
    version = casework.queries.get_case(case_id).version
    proposals = table(
        tmp_path / "p.csv",
        ("case_id", "version", "outcome", "loss", "outcome_day", "reason"),
        (case_id, version, outcome, loss, day, "上门核实"),
    )
    assert as_("certifier", cases.cases, "propose", proposals)["done"] == 1
    confirmations = table(
        tmp_path / "c.csv", ("case_id", "version", "agree", "note"), (case_id, version + 1, "yes", "")
    )
    assert as_("rechecker", cases.cases, "confirm", confirmations)["done"] == 1


def test_list_goes_out_and_decisions_come_back(tmp_path: Path) -> None:
    make(Pension(pno=1), Pension(pno=2))
    first, second = open_cases(1, 2)
    out = tmp_path / "worklist.csv"
    assert run(cases.cases, "export", "--out", str(out)).exit_code == 0
    rows = list(csv.DictReader(out.open(encoding="utf-8-sig")))
    assert [(row["case_id"], row["version"], row["state"], row["name"]) for row in rows] == [
        (str(first), "1", "open", "测试1"),
        (str(second), "1", "open", "测试2"),
    ]
    assert out.stat().st_mode & 0o077 == 0
    decide(tmp_path, first, "lost_confirmed", loss="death")
    case = casework.queries.get_case(first)
    assert (case.state, case.proposed_by, case.confirmed_by) == (CaseState.CLOSED, "certifier", "rechecker")
    assert PayStateChange.objects.get(pno=1).to_state == 3
    assert casework.queries.get_case(second).state == CaseState.OPEN


def test_bad_row_is_said_and_stops_no_other(tmp_path: Path) -> None:
    make(Pension(pno=1), Pension(pno=2))
    first, second = open_cases(1, 2)
    proposals = table(
        tmp_path / "p.csv",
        ("case_id", "version", "outcome", "loss", "outcome_day", "reason"),
        (first, 9, "eligible", "", "2026-10-02", "电话核实"),
        (first, "x", "eligible", "", "2026-10-02", "电话核实"),
        (second, 1, "perhaps", "", "2026-10-02", "电话核实"),
        (second, 1, "eligible", "", "2.10.2026", "电话核实"),
        (second, 1, "eligible", "", "2026-10-02", "电话核实"),
    )
    told = as_("certifier", cases.cases, "propose", proposals)
    refused = told["refused"]
    assert isinstance(refused, list)
    assert (told["rows"], told["done"], [row for row, _ in refused]) == (5, 1, [2, 3, 4, 5])
    assert casework.queries.get_case(second).state == CaseState.PROPOSED


def test_each_role_does_only_its_own_part(tmp_path: Path) -> None:
    make(Pension(pno=1))
    (case_id,) = open_cases(1)
    proposals = table(
        tmp_path / "p.csv",
        ("case_id", "version", "outcome", "loss", "outcome_day", "reason"),
        (case_id, 1, "cannot_confirm", "", "", "联系不上"),
    )
    assert as_("rechecker", cases.cases, "propose", proposals)["done"] == 0
    assert as_("certifier", cases.cases, "propose", proposals)["done"] == 1
    confirmations = table(
        tmp_path / "c.csv", ("case_id", "version", "agree", "note"), (case_id, 2, "yes", "")
    )
    assert as_("certifier", cases.cases, "confirm", confirmations)["done"] == 0
    undecided = table(tmp_path / "d.csv", ("case_id", "version", "agree", "note"), (case_id, 2, "maybe", ""))
    assert as_("rechecker", cases.cases, "confirm", undecided)["done"] == 0
    assert as_("rechecker", cases.cases, "confirm", confirmations)["done"] == 1


def test_wrong_password_or_columns_change_nothing(tmp_path: Path) -> None:
    file = table(tmp_path / "p.csv", ("case_id",), (1,))
    wrong = run(cases.cases, "propose", file, "--as", "certifier", "--password-stdin", stdin="no\n")
    assert (wrong.exit_code, "User name and password" in wrong.stderr) == (1, True)
    nobody = run(cases.cases, "propose", file, "--as", "certifier")
    assert (nobody.exit_code, "--password-stdin" in nobody.stderr) == (2, True)
    columns = run(
        cases.cases, "propose", file, "--as", "certifier", "--password-stdin", stdin="Demo-certifier-2026\n"
    )
    assert (columns.exit_code, "version" in columns.stderr) == (1, True)


def test_pass_at_a_window_is_recorded_once_and_wrong_rows_are_said(tmp_path: Path) -> None:
    make(Pension(pno=1))
    known_by_number(1)
    file = table(
        tmp_path / "w.csv",
        ("id_number", "name", "day", "channel"),
        (NUMBER, "测试1", "2026-10-20", "window"),
        (NUMBER, "测试2", "2026-10-20", "window"),
        ("110105194912310010", "测试1", "2026-10-20", "window"),
        (NUMBER, "测试1", "2026-11-20", "window"),
        (NUMBER, "测试1", "soon", "window"),
        (NUMBER, "测试1", "2026-10-20", "telephone"),
    )
    told = json.loads(run(cases.passes, "import", file, "--json").stdout)
    assert (told["recorded"], told["cases_opened"]) == (1, 0)
    assert [row for row, _ in told["refused"]] == [3, 4, 5, 6, 7]
    again = json.loads(run(cases.passes, "import", file, "--json").stdout)
    assert (again["recorded"], again["known"]) == (0, 1)
    assert Pass.objects.get().channel == "window"
    for day in ("2026/10/20", "20261020", "2026年10月20日", "46315"):
        rows = f"id_number,name,day,channel\n{NUMBER},测试1,{day},window\n"
        Path(file).write_text(rows, "gb18030")
        again = json.loads(run(cases.passes, "import", file, "--json").stdout)
        assert (again["recorded"], again["known"], again["refused"]) == (0, 1, [])
    receipt = Receipt.objects.get()
    assert (receipt.pno, receipt.channel, is_number(receipt.number)) == (1, "window", True)
    found = ledger_is_verified.verify(
        witnessed=wiring.witnessed(), trees=wiring.witnessed_trees(), store=wiring.store()
    )
    assert found.verified, found.faults


def test_person_ended_by_mistake_comes_and_is_paid_again_in_full(tmp_path: Path) -> None:
    make(Pension(pno=0), Pension(pno=1))
    known_by_number(1)
    (case_id,) = open_cases(1)
    decide(tmp_path, case_id, "lost_confirmed", loss="death")
    for month in (NOVEMBER, NOVEMBER.plus(1)):
        report = pay_run.run(hands_of("zhao", clock=FixedClock(AT), store=wiring.store()), month=month)
        assert report.totals.total_fen == 300_000
    file = table(
        tmp_path / "w.csv", ("id_number", "name", "day", "channel"), (NUMBER, "测试1", "2026-10-30", "window")
    )
    assert json.loads(run(cases.passes, "import", file, "--json").stdout)["cases_opened"] == 1
    asks = casework.queries.case_of_person(1)
    assert asks is not None
    assert (asks.reasons, asks.leads) == (("person_asks",), (41,))
    decide(tmp_path, asks.case_id, "eligible", day="2026-10-30")
    assert set(Ruling.objects.values_list("ruling", flat=True)) == {"confirmed", "set_aside"}
    report = pay_run.run(hands_of("zhao", clock=FixedClock(AT), store=wiring.store()), month=NOVEMBER.plus(2))
    assert (report.resumed, report.totals.arrears_fen) == (1, 2 * 300_000)
    step = PayStateChange.objects.filter(pno=1).order_by("-id")[0]
    assert (step.to_state, step.reason_code, step.decision) == (1, "1399", f"case:{asks.case_id}")


def test_reinstated_before_any_run_missed_a_month_is_owed_nothing_extra(tmp_path: Path) -> None:
    make(Pension(pno=0), Pension(pno=1))
    known_by_number(1)
    (case_id,) = open_cases(1)
    decide(tmp_path, case_id, "lost_confirmed", loss="death")
    file = table(
        tmp_path / "w.csv", ("id_number", "name", "day", "channel"), (NUMBER, "测试1", "2026-10-30", "visit")
    )
    run(cases.passes, "import", file)
    asks = casework.queries.case_of_person(1)
    assert asks is not None
    decide(tmp_path, asks.case_id, "eligible", day="2026-10-30")
    report = pay_run.run(hands_of("zhao", clock=FixedClock(AT), store=wiring.store()), month=NOVEMBER)
    assert (report.same, report.totals.arrears_fen) == (2, 0)


def test_months_that_went_to_the_heirs_are_not_paid_again(tmp_path: Path) -> None:
    make(Pension(pno=0), Pension(pno=1, steps=(("2026-08", 2, "1201"),), paid_through="2026-07"))
    known_by_number(1)
    (case_id,) = open_cases(1)
    decide(tmp_path, case_id, "lost_confirmed", loss="death", day="2026-09-20")
    report = pay_run.run(hands_of("zhao", clock=FixedClock(AT), store=wiring.store()), month=NOVEMBER)
    assert report.totals.arrears_fen == 2 * 300_000  # August and September, to the heirs
    file = table(
        tmp_path / "w.csv", ("id_number", "name", "day", "channel"), (NUMBER, "测试1", "2026-10-30", "window")
    )
    run(cases.passes, "import", file)
    asks = casework.queries.case_of_person(1)
    assert asks is not None
    decide(tmp_path, asks.case_id, "eligible", day="2026-10-30")
    report = pay_run.run(hands_of("zhao", clock=FixedClock(AT), store=wiring.store()), month=NOVEMBER.plus(1))
    assert report.totals.arrears_fen == 2 * 300_000  # October and November


def test_person_paused_for_want_of_a_certification_needs_no_case(tmp_path: Path) -> None:
    make(Pension(pno=1, steps=(("2026-09", 2, "1201"),)), Pension(pno=2, steps=(("2026-09", 2, "1202"),)))
    for pno, opened in ((1, 0), (2, 1)):
        known_by_number(pno)
        file = table(
            tmp_path / f"{pno}.csv",
            ("id_number", "name", "day", "channel"),
            (NUMBER, f"测试{pno}", "2026-10-30", "window"),
        )
        assert json.loads(run(cases.passes, "import", file, "--json").stdout)["cases_opened"] == opened
        Person.objects.filter(pno=pno).update(number_index=blind("number", str(pno)))


def test_who_is_not_paid_is_listed_with_the_decision(tmp_path: Path) -> None:
    make(Pension(pno=0), Pension(pno=1), Pension(pno=2, steps=(("2026-09", 2, "1202"),)))
    (case_id,) = open_cases(1)
    decide(tmp_path, case_id, "lost_confirmed", loss="death")
    out = tmp_path / "stopped.csv"
    done = run(pay.pay_run, "stopped", "--month", "2026-11", "--out", str(out))
    assert done.exit_code == 0, done.output
    rows = [tuple(row.values())[2:] for row in csv.DictReader(out.open(encoding="utf-8-sig"))]
    assert rows == [
        ("ended", "1401", "2026-11", f"case:{case_id}", "rechecker"),
        ("paused", "1202", "2026-09", "roster", "roster"),
    ]


def test_list_is_released_by_a_supervisor_alone(tmp_path: Path) -> None:
    make(Pension(pno=0), Pension(pno=1))
    make_run()
    stand(1, Standing.DUE, due=date(2026, 9, 1))
    assert run(pay.pause_list, "draw", "--month", "2026-11", "--as-of", str(AS_OF)).exit_code == 0
    words = ("release", "--month", "2026-11", "--as", "certifier", "--password-stdin")
    assert run(pay.pause_list, *words, stdin="Demo-certifier-2026\n").exit_code == 1
    assert as_("supervisor", pay.pause_list, "release", "--month", "2026-11")["state"] == "released"


def test_messages_are_listed_by_person(tmp_path: Path) -> None:
    make(Pension(pno=1))
    (case_id,) = open_cases(1)
    decide(tmp_path, case_id, "cannot_confirm", day="")
    out = tmp_path / "notices.csv"
    done = run(notices_group, "export", "--since", str(AS_OF), "--out", str(out))
    assert done.exit_code == 0, done.output
    (row,) = csv.DictReader(out.open(encoding="utf-8-sig"))
    assert (row["name"], row["template"], row["state"], row["queued_on"]) == (
        "测试1",
        "case_must_act",
        "queued",
        str(AS_OF),
    )


def test_month_of_deliveries_comes_in_by_the_folder(tmp_path: Path) -> None:
    make(Pension(pno=1))
    folder = tmp_path / "2026-10"
    (folder / "more").mkdir(parents=True)
    assert run(imports.feed, "import-folder", str(tmp_path / "2026-10")).exit_code == 1
    header = ("证件号码", "旅客姓名", "车次", "乘车站", "乘车日期", "进站标志")
    row = ("11010519491231002X", "测试1", "G1", "湛江西", "2026-09-03", "是")
    table(folder / "more" / "railway_2026-09_2026-10-03.csv", header, row)
    done = run(imports.feed, "import-folder", str(folder), "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["rows"] == 1
    assert json.loads(done.stdout)["lines"]["all"] == 2
    table(folder / "surprise_2026-09_2026-10-03.csv", header, row)
    refused = run(imports.feed, "import-folder", str(folder))
    assert (refused.exit_code, "1 of 2 files were refused" in refused.stderr) == (1, True)
    assert "known already" in refused.stdout


def test_folder_with_links_junk_damage_and_a_growing_file_is_read_to_its_end(tmp_path: Path) -> None:
    """No bad file stops a folder, and none says in a log what stands in it."""
    make(Pension(pno=1))
    folder = tmp_path / "2026-10"
    (folder / "__MACOSX").mkdir(parents=True)
    header = ("证件号码", "旅客姓名", "车次", "乘车站", "乘车日期", "进站标志")
    row = ("11010519491231002X", "测试1", "G1", "湛江西", "2026-09-03", "是")
    table(folder / "railway_2026-09_2026-10-03.csv", header, row)
    for name in (
        ".DS_Store",
        "~$railway_2026-09.xlsx",
        "__MACOSX/railway_2026-09_2026-10-01.csv",
        "railway.csv.part",
    ):
        (folder / name).write_bytes(b"\0junk")
    assert run(imports.feed, "import-folder", str(folder)).exit_code == 0
    (tmp_path / "secret").write_text("root:x:0:0\n", "utf-8")
    (folder / "railway_2026-08_2026-09-03.csv").symlink_to(tmp_path / "secret")
    (folder / "railway_2026-07_2026-08-03.csv").write_bytes(b"PAR1" + bytes(range(256)) + b"PAR1")
    (folder / "railway_2026-06_2026-07-03.xls").write_text("<html>11010519491231002X</html>", "utf-8")
    (folder / "railway_2026-05_2026-06-03.csv").write_text(f"{row[0]},{row[1]}\n" * 3, "utf-8")
    growing = folder / "railway_2026-04_2026-05-03.csv"
    growing.write_text("证件号码\n", "utf-8")
    ended = threading.Event()

    def write_on() -> None:
        while not ended.wait(0.05):
            with growing.open("a", encoding="utf-8") as file:
                file.write("1\n")

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        done = run(imports.feed, "import-folder", str(folder))
    finally:
        ended.set()
        writer.join()
    assert (done.exit_code, "4 of 5 files were refused" in done.stderr) == (1, True), done.stderr
    assert "known already" in done.stdout
    assert "railway_2026-04_2026-05-03.csv: still being written" in done.stderr
    assert "railway_2026-08_2026-09-03.csv: a file was expected, but it is a link" in done.stderr
    assert "it is a HTML file" in done.stderr
    assert not [word for word in ("root:", "1949", "测试1") if word in done.output]
