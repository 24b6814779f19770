"""A newest delivery that somebody has vouched for does not make its source ill; from the day of the vouch on."""

from datetime import date, datetime
from typing import Any

import pytest

from yizheng.kernel.errors import Misused
from yizheng.kernel.time import CHINA
from yizheng.rooms.evidence.data import Column, DeliveryRecord, Expectation, Health, KindRule, Source
from yizheng.rooms.evidence.rules import check_vouch_reason, health_of, ill_deliveries

SOURCE = Source(
    key="railway",
    no=2,
    name="铁路",
    owner="国铁",
    legal_basis="经办条例第八条",
    purpose="核实",
    expectation=Expectation(due_day=10, patience_days=15, per_thousand=(1, 20)),
    columns={"id_number": Column(names=("证件号码",)), "day": Column(names=("乘车日期",), kind="date")},
    kinds=(KindRule(kind="railway_entered", day="day"),),
)
FEW = {"rows": 60, "accepted": 60}  # 100 to 2,000 are expected of 100,000 people
REFUSED = {"rows": 500, "accepted": 300, "refused": 200}
LAST_MOMENT = "2026-10-31T23:59:59"
AS_OF = date(2026, 10, 31)


def came(period: str, day: str, vouched: str = "", **changes: int) -> DeliveryRecord:
    facts: dict[str, Any] = {"rows": 500, "accepted": 500, "refused": 0} | changes
    if vouched:
        at = datetime.fromisoformat(vouched).replace(tzinfo=CHINA)
        facts |= {"vouched_at": at, "vouched_by": "operator", "vouch_reason": "积压三个月一次送来"}
    return DeliveryRecord(
        batch_id=period + day,
        source="railway",
        file_name="f.csv",
        period=period,
        delivered_on=date.fromisoformat(day),
        first_evidence_no=1,
        repaired=0,
        matched=0,
        kinds={},
        notes={},
        files={},
        errors_file="",
        imported_at=datetime(2026, 1, 1, tzinfo=CHINA),
        imported_by="test",
        **facts,
    )


@pytest.mark.parametrize(
    ("deliveries", "as_of", "health"),
    [
        ([came("2026-09", "2026-10-05", **FEW)], "2026-10-31", Health.ILL),  # nobody has looked
        ([came("2026-09", "2026-10-05", "2026-10-06T09:00:00", **FEW)], "2026-10-31", Health.WELL),
        ([came("2026-09", "2026-10-05", "2026-10-06T09:00:00", **REFUSED)], "2026-10-31", Health.WELL),
        (
            [came("2026-09", "2026-10-05", LAST_MOMENT, **FEW)],
            "2026-10-31",
            Health.WELL,
        ),  # the last moment of the day
        (
            [came("2026-09", "2026-10-05", "2026-11-01T00:00:00", **FEW)],
            "2026-10-31",
            Health.ILL,
        ),  # not known that day
        (
            [came("2026-09", "2026-10-05", "2026-11-01T00:00:00", **FEW)],
            "2026-11-01",
            Health.WELL,
        ),  # a later day counts it
        (
            [came("2026-09", "2026-10-05", "2026-10-06T09:00:00")],
            "2026-10-31",
            Health.WELL,
        ),  # nothing was wrong
        # a vouch is for one delivery, not for the source
        (
            [
                came("2026-08", "2026-09-05", "2026-09-06T09:00:00", **FEW),
                came("2026-09", "2026-10-05", **FEW),
            ],
            "2026-10-31",
            Health.ILL,
        ),
        # a vouch brings back nothing that did not come
        ([came("2026-08", "2026-09-05", "2026-09-06T09:00:00", **FEW)], "2026-10-12", Health.LATE),
        ([came("2026-08", "2026-09-05", "2026-09-06T09:00:00", **FEW)], "2026-10-31", Health.SILENT),
    ],
)
def test_health_of_a_source_with_a_vouched_delivery(
    deliveries: list[DeliveryRecord], as_of: str, health: Health
) -> None:
    state = health_of(SOURCE, deliveries, as_of=date.fromisoformat(as_of), roster_size=100_000)
    assert state.health is health, state.reason


def test_health_says_who_vouched_once_it_was_so() -> None:
    vouched = came("2026-09", "2026-10-05", "2026-11-01T09:00:00", **FEW)
    before = health_of(SOURCE, [vouched], as_of=date(2026, 10, 31), roster_size=100_000)
    assert (before.vouched_at, before.vouched_by, before.vouch_reason) == (None, "", "")
    after = health_of(SOURCE, [vouched], as_of=date(2026, 11, 1), roster_size=100_000)
    assert (after.vouched_at, after.vouched_by) == (vouched.vouched_at, "operator")
    assert after.vouch_reason == "积压三个月一次送来"
    assert after.reason.what == "evidence:vouched_for"
    assert after.last_batch_id == vouched.batch_id


@pytest.mark.parametrize("reason", ["", "   ", "长" * 301])
def test_vouch_without_a_reason_that_can_be_read_is_misused(reason: str) -> None:
    with pytest.raises(Misused, match="evidence:vouch_reason_length most=300"):
        check_vouch_reason(reason)


def test_ill_delivery_counts_for_nothing_also_when_a_newer_one_came() -> None:
    ill, well = came("2026-08", "2026-09-05", **FEW), came("2026-09", "2026-10-05")
    state = health_of(SOURCE, [ill, well], as_of=AS_OF, roster_size=100_000)
    assert state.health is Health.ILL  # what August lost is still lost
    assert ill_deliveries(SOURCE, [ill], as_of=AS_OF, roster_size=100_000)
    assert not ill_deliveries(SOURCE, [well], as_of=AS_OF, roster_size=100_000)
    vouched = came("2026-08", "2026-09-05", "2026-10-01T10:00:00", **FEW)
    assert not ill_deliveries(SOURCE, [vouched], as_of=AS_OF, roster_size=100_000)
    assert health_of(SOURCE, [vouched, well], as_of=AS_OF, roster_size=100_000).health is Health.WELL
