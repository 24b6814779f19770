"""An ill delivery is left out until somebody vouches for it: who, when and why stand in the ledger."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import transaction

from hands import hands_of
from pay_situations import Pension, make
from worlds import demo_agency
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.doors.cli import imports
from yizheng.flows.arrivals.delivery_is_vouched import vouch
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.runs.certification_inputs import Inputs, gather
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.time import CHINA, FixedClock
from yizheng.rooms import evidence, ledger
from yizheng.rooms.certification.data import Rulebook
from yizheng.rooms.evidence.actions import Counts
from yizheng.rooms.evidence.models import Delivery
from yizheng.rooms.people.models import RosterDelivery

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 3, 9, tzinfo=CHINA)
CLOCK = FixedClock(AT)
AGENCY_DATA = demo_agency()
SOURCE = replace(
    AGENCY_DATA.source("household_cancel"),
    expectation=replace(AGENCY_DATA.source("household_cancel").expectation, per_thousand=(100_000, 200_000)),
)
WHY = "户籍科电话核实：系统迁移，当月数据确实少"


def delivered(batch_id: str, *, period: str = "2026-10", day: date = date(2026, 11, 2)) -> str:
    """A delivery of one row, in force."""
    counts = Counts(rows=1, accepted=1, repaired=0, refused=0, matched=0, kinds={}, notes={})
    with transaction.atomic():
        evidence.actions.receive(
            batch_id=batch_id,
            source=SOURCE.key,
            file_name=f"{SOURCE.key}_{period}_{day}.csv",
            period=period,
            delivered_on=day,
            counts=counts,
            errors_file="",
            actor="import",
            at=AT - timedelta(days=1),
        )
        evidence.actions.accept(batch_id=batch_id, files={}, actor="import", at=AT - timedelta(days=1))
    return batch_id


@pytest.fixture
def batch() -> str:
    return delivered("3f9a0c21" + "0" * 56)


def inputs(as_of: date) -> Inputs:
    return gather(
        as_of=as_of,
        rulebook=Rulebook(policies=AGENCY_DATA.policies, rules=AGENCY_DATA.evidence_rules, sources=(SOURCE,)),
    )


def run(*words: str) -> Result:
    return CliRunner().invoke(imports.feed, list(words))


def test_vouched_delivery_counts_from_that_day_on_and_in_no_run_before(batch: str) -> None:
    make(Pension(pno=0))
    RosterDelivery.objects.create(
        batch_id="r",
        position=0,
        file_name="r.csv",
        delivered_on=date(2026, 10, 1),
        rows=1,
        accepted=1,
        repaired=0,
        refused=0,
        imported_at=AT,
        imported_by="test",
    )
    day_before, that_day = inputs(date(2026, 11, 2)), inputs(AT.date())
    assert (day_before.deliveries, that_day.deliveries) == ((), ())
    made = vouch(hands_of("operator", clock=CLOCK), prefix=batch[:8], reason=f" {WHY} ")
    assert not made.already
    assert (made.delivery.vouched_at, made.delivery.vouched_by) == (AT, "operator")
    assert made.delivery.vouch_reason == WHY
    after = inputs(AT.date())
    assert after.deliveries == (batch,)
    assert after.hashes["inputs"] != that_day.hashes["inputs"]
    assert not after.is_silent(SOURCE.key)
    assert inputs(date(2026, 11, 2)).hashes == day_before.hashes


def test_vouch_is_in_the_ledger_and_cannot_be_changed_behind_it(batch: str, tmp_path: Path) -> None:
    vouch(hands_of("operator", clock=CLOCK), prefix=batch[:8], reason=WHY)
    entries = ledger.queries.entries_of(f"evidence_delivery:{batch}")
    assert [entry.kind for entry in entries] == [
        "evidence:delivery:received",
        "evidence:delivery:accepted",
        "evidence:delivery:vouched",
    ]
    assert (entries[-1].actor, entries[-1].at) == ("operator", AT)
    assert "户籍" not in json.dumps(entries[-1].detail, ensure_ascii=False)

    def faults() -> list[str]:
        report = ledger_is_verified.verify(witnessed=evidence.queries.witnessed(), store=LocalStore(tmp_path))
        return [fault.key for fault in report.faults]

    assert faults() == []
    Delivery.objects.update(vouch_reason="另一个理由")
    assert faults() == [batch]
    Delivery.objects.update(vouch_reason=WHY, vouched_by="somebody")
    assert faults() == [batch]
    Delivery.objects.update(vouched_by="operator", vouched_at=None)
    assert faults() == [batch]


def test_delivery_that_was_vouched_behind_the_products_back_is_found(batch: str, tmp_path: Path) -> None:
    Delivery.objects.update(vouched_at=AT, vouched_by="operator", vouch_reason=WHY)
    report = ledger_is_verified.verify(witnessed=evidence.queries.witnessed(), store=LocalStore(tmp_path))
    assert [fault.key for fault in report.faults] == [batch]


def test_second_vouch_changes_nothing(batch: str) -> None:
    vouch(hands_of("operator", clock=CLOCK), prefix=batch[:8], reason=WHY)
    size = ledger.queries.size()
    again = vouch(
        hands_of("other", clock=FixedClock(AT + timedelta(days=1))), prefix=batch, reason="再说一遍"
    )
    assert (again.already, again.delivery.vouched_by, again.delivery.vouch_reason) == (True, "operator", WHY)
    assert ledger.queries.size() == size


@pytest.mark.parametrize("prefix", ["", "3f9a0c2", "3f9a0c2%", "3f9a0c2g", "0" * 65])
def test_prefix_that_is_none_is_misused(batch: str, prefix: str) -> None:
    with pytest.raises(Misused, match="arrivals:prefix_too_short least=8"):
        vouch(hands_of("operator", clock=CLOCK), prefix=prefix, reason=WHY)


def test_prefix_of_no_delivery_or_of_two_is_refused(batch: str) -> None:
    with pytest.raises(Refused, match="arrivals:no_delivery_begins"):
        vouch(hands_of("operator", clock=CLOCK), prefix="aaaaaaaa", reason=WHY)
    delivered("3f9a0c21" + "1" * 56, period="2026-09", day=date(2026, 10, 2))
    with pytest.raises(Refused, match=r"arrivals:many_deliveries_begin .*count=2"):
        vouch(hands_of("operator", clock=CLOCK), prefix="3f9a0c21", reason=WHY)
    assert not Delivery.objects.exclude(vouched_at=None).exists()


def test_delivery_that_is_still_being_received_cannot_be_vouched_for(batch: str) -> None:
    Delivery.objects.update(state="receiving")
    with pytest.raises(Refused, match="arrivals:no_delivery_begins"):
        vouch(hands_of("operator", clock=CLOCK), prefix=batch[:8], reason=WHY)
    with transaction.atomic(), pytest.raises(LookupError):
        evidence.actions.vouch(batch_id=batch, reason=WHY, actor="operator", at=AT)


def test_commands_vouch_and_show_it(batch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Agency:
        sources = (SOURCE,)

    monkeypatch.setattr(wiring, "agency", Agency)
    monkeypatch.setattr(wiring, "clock", lambda: CLOCK)
    make(Pension(pno=0))
    ill = run("health")
    assert (ill.exit_code, "ill" in ill.stdout, batch[:12] in ill.stdout) == (0, True, True), ill.output
    assert run("vouch", batch[:8]).exit_code == 2
    assert run("vouch", batch[:8], "--reason", " ").exit_code == 2
    done = run("vouch", batch[:8].upper(), "--reason", WHY)
    assert (done.exit_code, "vouched for" in done.stdout) == (0, True), done.output
    assert "nothing was changed" in run("vouch", batch[:8], "--reason", WHY).stdout
    well = run("health")
    assert "well" in well.stdout
    assert "command line, 2026-11-03" in well.stdout
    (facts,) = json.loads(run("health", "--json").stdout)
    assert (facts["health"], facts["vouched_by"], facts["vouch_reason"]) == ("well", "command line", WHY)
    assert datetime.fromisoformat(facts["vouched_at"]) == AT
    (before,) = json.loads(run("health", "--json", "--as-of", "2026-11-02").stdout)
    assert (before["health"], before["vouched_at"]) == ("ill", None)
