"""What other processes do is the same, and none of them outlives the one that they help."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from link_situations import NAMES, City, four_people, number
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.runs import certification_run
from yizheng.rooms import certification
from yizheng.rooms.certification.models import Standing
from yizheng.rooms.ledger.data import FaultKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path) -> City:
    city = four_people(tmp_path)
    city.trains((number(0), NAMES[0]), (number(1), NAMES[1]))
    return city


def test_bucket_that_another_process_judges_is_the_same_byte_for_byte(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = city.certify()
    name = certification.queries.result_file(run.run_id, 0)
    kept = city.store.read(name)
    city.store.path(name).unlink()
    monkeypatch.setattr(certification_run, "WORTH_PROCESSES", 0)
    assert city.certify().results_hash == run.results_hash
    assert city.store.read(name) == kept


def test_rows_that_another_process_hashes_make_the_same_tree(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = []
    monkeypatch.setattr(certification_run, "_finish", lambda hands, given, *_: inputs.append((hands, given)))
    with pytest.raises(certification_run.Refused):
        city.certify()  # judged, and not brought into force
    ((hands, given),) = inputs
    here = certification_run._evaluate(hands, given, is_done=False)
    monkeypatch.setattr(certification_run, "WORTH_PROCESSES", 0)
    there = certification_run._evaluate(hands, given, is_done=False)
    assert here.resumed == there.resumed == 1
    assert b"".join(there.leaves) == b"".join(here.leaves) != b""
    assert there.digest.hexdigest() == here.digest.hexdigest()


def test_verifying_by_other_processes_finds_the_row_that_was_changed(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = city.certify()
    monkeypatch.setattr(ledger_is_verified, "WORTH_PROCESSES", 0)

    def faults() -> list[tuple[FaultKind, str, str]]:
        trees = certification.queries.witnessed_trees(city.store)
        report = ledger_is_verified.verify(witnessed=(), trees=trees, store=city.store)
        known = [fault for fault in report.faults if fault.table.startswith("certification_results")]
        return [(fault.kind, fault.table, fault.key) for fault in known]

    assert faults() == []
    Standing.objects.filter(pno=1).update(due_day=1)
    assert faults() == [(FaultKind.TREE_ROW_CHANGED, f"certification_results:{run.run_id}", "1")]


HELPED = """
import os, time
from yizheng.flows.house.processors import processors
if __name__ == "__main__":
    with processors(worth=True) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        time.sleep(60)
"""


def test_process_that_helps_ends_with_the_one_it_helps(tmp_path: Path) -> None:
    program = tmp_path / "helped.py"
    program.write_text(HELPED, encoding="utf-8")
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True) as helped:
        assert helped.stdout is not None
        helper = int(helped.stdout.readline())
        assert Path(f"/proc/{helper}").exists()
        helped.send_signal(signal.SIGKILL)
        helped.wait()
    for _ in range(100):
        if _gone(helper):
            return
        time.sleep(0.1)
    os.kill(helper, signal.SIGKILL)
    pytest.fail("a process that helped lived on")


def _gone(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"
