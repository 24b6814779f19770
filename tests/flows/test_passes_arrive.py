"""Files of passes: the same file twice records nothing twice, also by two commands at once."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from case_situations import CASE_RULES
from hands import hands_of
from pay_situations import CLOCK, POLICY, Pension, make
from yizheng import wiring
from yizheng.flows.channels import passes_arrive
from yizheng.flows.channels.passes_arrive import PassesReport
from yizheng.kernel.ids import Pno
from yizheng.rooms import ledger, passes

pytestmark = pytest.mark.django_db
ROWS = "id_number,name,day,channel\n440802195001010001,测试1,2026-10-20,window\n"


@pytest.fixture(autouse=True)
def one_pensioner(monkeypatch: pytest.MonkeyPatch) -> None:
    make(Pension(pno=1))
    monkeypatch.setattr("yizheng.rooms.people.queries.find_by_number", lambda _: Pno(1))


def bring(file: Path) -> PassesReport:
    file.write_text(ROWS, "utf-8")
    return passes_arrive.import_passes(
        hands_of("wang", clock=CLOCK),
        file=file,
        read_table=wiring.read_table,
        policies=(POLICY,),
        case_rules=CASE_RULES,
        rng=Random(1),
    )


def test_file_that_another_command_brings_meanwhile_is_recorded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, other = passes_arrive.look_up, []

    def meanwhile(*args: Any, **words: Any) -> Any:
        looked_up = really(*args, **words)
        if not other:
            other.append(True)
            other[0] = bring(tmp_path / "other.csv")
        return looked_up

    monkeypatch.setattr(passes_arrive, "look_up", meanwhile)
    report = bring(tmp_path / "one.csv")
    assert (other[0].recorded, other[0].known) == (1, 0)
    assert (report.recorded, report.known) == (0, 1)
    assert len(passes.queries.known_passes([1])) == 1
    kinds = [entry.kind for entry in ledger.queries.entries()]
    assert kinds.count("certification:pass:recorded") == 1
    assert len(passes.queries.receipts_of(1)) == 1
