"""Bring the home of YIZHENG_HOME up to this version and write down what it says now: older_home.py EXPECTED FOLDER.

A process of its own, since Django knows one database a process. It asks by the rooms' front doors alone, for everything
that `expected.json` names, and writes FOLDER/found.json; FOLDER/after.sqlite3 is the database right after the upgrade.
"""

import hashlib
import json
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import click
import django

from hands import hands_of

django.setup()

from django.conf import settings  # noqa: E402 (after the settings were read)
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from signing_in import as_citizen, as_staff  # noqa: E402
from yizheng import wiring  # noqa: E402
from yizheng.adapters.database.tables import DjangoTables  # noqa: E402
from yizheng.doors.cli.main import cli  # noqa: E402
from yizheng.flows.house import ledger_is_verified  # noqa: E402
from yizheng.flows.pay import pay_run  # noqa: E402
from yizheng.flows.runs import certification_run  # noqa: E402
from yizheng.kernel.time import FixedClock, Month  # noqa: E402
from yizheng.rooms import (  # noqa: E402
    access,
    biometrics,
    casework,
    certification,
    evidence,
    ledger,
    mandates,
    passes,
    payments,
    people,
)
from yizheng.rooms.biometrics.data import Modality  # noqa: E402
from yizheng.rooms.entitlements.pay_columns import newest_pay_standings  # noqa: E402
from yizheng.rooms.payments.instructions import file_name, row_texts, table_from  # noqa: E402

TODAY = date(2026, 12, 1)
NEXT = date(2026, 12, 31)
Told = dict[str, Any]


def digest(lines: Iterable[bytes | str]) -> str:
    made = hashlib.sha256()
    for line in lines:
        made.update(line if isinstance(line, bytes) else line.encode())
        made.update(b"\n")
    return made.hexdigest()


def text(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value


def run_of(then: Told) -> Told:
    """A run by its own row, and its results hash computed again from its archive."""
    run = certification.queries.find_run(then["run_id"])
    if run is None:
        return {"run_id": "gone"}
    seen = hashlib.sha256()
    files = certification.queries.result_files(wiring.store(), run)
    rows = sum(1 for _ in certification.queries.row_texts(files, seen_by=seen))
    assert seen.hexdigest() == run.results_hash, f"{run.run_id}: its archive gives another results hash"
    facts = {name: getattr(run, name) for name in ("run_id", "state", "inputs_hash", "results_hash")}
    return facts | {"as_of": text(run.as_of), "rows": rows, "results": run.counts.results}


def pay_of(then: Told) -> Told:
    month = Month.parse(then["month"])
    report, data = payments.queries.find_run(month), wiring.store().read(file_name(month))
    if report is None:
        return {"month": "gone"}
    return {
        "month": str(report.month),
        "instructions": report.instructions,
        "stopped": report.stopped,
        "resumed": report.resumed,
        "arrears_fen": report.totals.arrears_fen,
        "total_fen": report.totals.total_fen,
        "file": report.file,
        "file_sha256": hashlib.sha256(data).hexdigest(),
        "rows_sha256": digest(row_texts(table_from(data))),
    }


def list_of(then: Told) -> Told:
    month = Month.parse(then["month"])
    found = payments.queries.find_list(month)
    if found is None:
        return {"month": "gone"}
    held = payments.queries.items(month, held=True, size=10_000)
    return {
        "month": str(found.month),
        "state": found.state,
        "released_by": found.released_by,
        "to_pause": [item.pno for item in payments.queries.items(month, held=False, size=10_000)],
        "held": {str(item.pno): item.hold_reason for item in held},
    }


def case_of(then: Told) -> Told:
    case = casework.queries.get_case(then["case_id"])
    return {
        "case_id": case.case_id,
        "pno": case.pno,
        "state": case.state,
        "reasons": list(case.reasons),
        "leads": list(case.leads),
        "deadline": text(case.deadline),
        "outcome": case.outcome or "",
        "loss": case.loss or "",
        "outcome_day": text(case.outcome_day),
        "proposed_by": case.proposed_by,
        "confirmed_by": case.confirmed_by,
        "steps": [
            [step.from_state, step.to_state, step.note] for step in casework.queries.steps(case.case_id)
        ],
    }


def receipt_of(then: Told) -> Told:
    receipt = passes.queries.find_receipt(then["number"])
    capture = passes.queries.find_capture(then["capture"])
    if receipt is None or capture is None or receipt.capture_id != capture.capture_id:
        return {"number": "gone, or without its capture"}
    return {
        "number": receipt.number,
        "pno": receipt.pno,
        "channel": receipt.channel,
        "event_day": text(receipt.event_day),
        "until": text(receipt.until),
        "capture": capture.code,
        "capture_state": capture.state,
        "capture_why": capture.why or "",
    }


def mandate_of(then: list[Any]) -> list[object]:
    found = mandates.queries.find(then[0])
    return [found.mandate_id, found.pno, found.state, found.end_reason] if found else ["gone"]


def link_of(then: list[Any]) -> list[object]:
    found = evidence.queries.get_link(then[0])
    return [found.link_id, found.evidence_no, found.pno, found.state]


def everybody() -> Iterator[str]:
    """Number, name and phone of everybody, which are sealed in the database."""
    for pno in range(people.queries.roster_size()):
        who, contact = people.queries.identity(pno), people.queries.contact(pno)
        yield f"{pno}|{who.number}|{who.name}|{contact.phone}"


def faces() -> Told:
    """How many templates of each face can be opened."""
    found = {}
    for pno in range(people.queries.roster_size()):
        if biometrics.queries.has_template(pno, Modality.FACE):
            found[str(pno)] = len(biometrics.queries.templates_of(pno, Modality.FACE))
    return found


def verified(noted: Told) -> Told:
    """What `yizheng ledger verify` says, and the root that the ledger had when it was as large as before."""
    report = ledger_is_verified.verify(
        witnessed=wiring.witnessed(), trees=wiring.witnessed_trees(), store=wiring.store()
    )
    return {
        "verified": report.verified,
        "faults": [fault.told for fault in report.faults[:20]],
        "faults_found": report.faults_found,
        "checked_rows": report.checked_rows,
        "root_then": ledger.queries.root(noted["size"]).hex(),
    }


def what_it_says(then: Told) -> Told:
    """The same facts as `expected.json`, asked of today's rooms."""
    states = sorted(newest_pay_standings().items())
    return {
        "runs": [run_of(one) for one in then["runs"]],
        "pay": [pay_of(one) for one in then["pay"]],
        "pay_states": {str(pno): f"{one.state.value}/{one.reason_code}" for pno, one in states},
        "pause_lists": [list_of(one) for one in then["pause_lists"]],
        "cases": [case_of(one) for one in then["cases"]],
        "receipts": [receipt_of(one) for one in then["receipts"]],
        "mandates": [mandate_of(one) for one in then["mandates"]],
        "links": [link_of(one) for one in then["links"]],
        "pictures": {key: digest(passes.queries.pictures_of(int(key))) for key in sorted(then["pictures"])},
        "faces": faces(),
        "people_sha256": digest(everybody()),
    }


def opened(client: Client, name: str, *args: object) -> tuple[int, str]:
    answer = client.get(reverse(name, args=args))
    return answer.status_code, answer.content.decode(errors="replace")


def staff_pages(then: Told) -> Iterator[tuple[str, int]]:
    account = access.queries.find_account("supervisor")
    clerk = access.queries.find_account("certifier")
    assert account is not None
    assert clerk is not None
    boss, hands = Client(), Client()
    as_staff(boss, account.account_id)
    as_staff(hands, clerk.account_id)
    for name in (
        "staff:dashboard",
        "staff:cases",
        "staff:pauses",
        "staff:pay",
        "staff:ledger",
        "staff:alerts",
    ):
        yield name, opened(boss, name)[0]
    for month in ("2026-12", "2027-01"):
        yield f"staff:pause {month}", opened(boss, "staff:pause", month)[0]
    for name in ("staff:cases", "staff:links", "staff:sources"):
        yield f"{name} of a clerk", opened(hands, name)[0]
    for case in then["cases"]:
        told = f"staff:case {case['case_id']} ({case['state']}, {','.join(case['reasons'])})"
        yield told, opened(hands, "staff:case", case["case_id"])[0]
    for pno in sorted({case["pno"] for case in then["cases"]})[:10]:
        yield f"staff:person {pno}", opened(hands, "staff:person", pno)[0]


def citizen_pages(then: Told) -> Iterator[tuple[str, int]]:
    for receipt in then["receipts"]:
        client = Client()
        as_citizen(client, receipt["pno"])
        status, page = opened(client, "citizen:face-receipt", receipt["capture"])
        shown = receipt["number"] in re.sub(r"\s", "", page)
        yield f"receipt {receipt['number']}", status if shown else 0
    for name in ("citizen:me", "citizen:history", "citizen:looks", "citizen:helpers"):
        yield f"{name} of {receipt['pno']}", opened(client, name)[0]


def next_month() -> Told:
    """The month after: certified and paid."""
    agency, store, clock = wiring.agency(), wiring.store(), FixedClock.on(NEXT)
    run = certification_run.certify(
        hands_of("test", clock=clock, store=store),
        as_of=NEXT,
        rulebook=agency.rulebook,
        case_rules=agency.case_rules,
    )
    report = pay_run.run(hands_of("test", clock=clock, store=store), month=Month.of(NEXT).plus(1))
    return {
        "roster": run.counts.roster,
        "results": sum(run.counts.results.values()),
        "pay_month": str(report.month),
        "previous_fen": report.totals.previous_fen,
        "reconciles": report.reconciles,
    }


def killed_on_the_way() -> None:
    """End an upgrade between the tables and the rest, as a kill does; without steps to take nothing happens."""

    class Killed(DjangoTables):
        def bring_up(self) -> None:
            super().bring_up()
            raise KeyboardInterrupt

    tables, wiring.tables = wiring.tables, lambda: Killed(settings.YIZHENG.home)
    with suppress(click.Abort):
        init()
    wiring.tables = tables


def init() -> str:
    """`yizheng init`, and what it says to the operator. Where it refuses, the tests still ask everything else."""
    with redirect_stderr(StringIO()) as said, redirect_stdout(said), suppress(SystemExit):
        cli(args=["init"], standalone_mode=False)
    return said.getvalue()


def main(expected: Path, folder: Path) -> None:
    then = json.loads(expected.read_text(encoding="utf-8"))
    home: Path = settings.YIZHENG.home
    shutil.copy(home / "db.sqlite3", folder / "before.sqlite3")
    wiring.clock = lambda: FixedClock.on(TODAY)
    steps = wiring.tables().steps_to_come()
    killed_on_the_way()
    said = [init(), init()]
    with sqlite3.connect(home / "db.sqlite3") as now, sqlite3.connect(folder / "after.sqlite3") as copy:
        now.backup(copy)
    found = {"steps": steps, "said": said, "ledger": verified(then["ledger"]), **what_it_says(then)}
    found["pages"] = dict([*staff_pages(then), *citizen_pages(then)])
    found["next_month"] = next_month()
    found["ledger_in_the_end"] = verified(then["ledger"])
    (folder / "found.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
