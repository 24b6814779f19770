"""A roster that was delivered before the newest one changes nothing in force, and loses nobody."""

from datetime import date
from pathlib import Path

import pytest

from pay_situations import AT, Pension, make
from roster_situations import number, person, take, write
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.house import ledger_is_verified
from yizheng.kernel.time import Month
from yizheng.rooms import entitlements, people
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.entitlements.models import Benefit
from yizheng.rooms.evidence.data import ImportReport

pytestmark = pytest.mark.django_db
JULY, AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 25) for month in (7, 8, 9, 10))


class Office:
    """Rosters in the order of their arrival, which is not that of their delivery."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store, self._files = folder, LocalStore(folder / "store"), 0

    def roster(self, day: date, *rows: dict[str, str]) -> ImportReport:
        self._files += 1
        through = {"发放至年月": f"{day:%Y-%m}"}
        path = write(self.folder / f"roster-{self._files}.csv", [through | row for row in rows])
        return take(path, self.store, day, today=date(2026, 11, 1))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def one(serial: int, **changes: str) -> dict[str, str]:
    """A row without the month paid: the office adds that of its delivery."""
    row = person(serial, **changes)
    return {name: text for name, text in row.items() if name != "发放至年月"}


def test_states_of_a_late_roster_move_nobody(office: Office) -> None:
    office.roster(JULY, one(1), one(2), one(3))
    office.roster(SEPTEMBER, one(1), one(2), one(3, 发放状态="2", 状态变更年月="2026-09"))
    report = office.roster(
        AUGUST,
        one(1, 发放状态="2", 状态变更年月="2026-08", 状态变更原因="1201"),
        one(2, 发放状态="3", 状态变更年月="2026-08", 状态变更原因="1401"),
        one(3),
    )
    assert report.notes["older_than_newest"] == 3
    assert "state_contradicted" not in report.notes
    states = [entitlements.queries.pay_standing_of(pno).state for pno in range(3)]
    assert states == [PayState.IN_PAYMENT, PayState.IN_PAYMENT, PayState.PAUSED]
    assert sum(len(entitlements.queries.pay_steps_of(pno)) for pno in range(3)) == 1
    again = office.roster(OCTOBER, one(1), one(2), one(3, 发放状态="2", 状态变更年月="2026-09"))
    assert sum(len(entitlements.queries.pay_steps_of(pno)) for pno in range(3)) == 1, again.notes


def test_facts_of_a_late_roster_stand_behind_the_newer_ones(office: Office) -> None:
    office.roster(JULY, one(1, 月待遇金额="2900"))
    office.roster(SEPTEMBER, one(1, 月待遇金额="3100", 手机号码="13900139000"))
    office.roster(AUGUST, one(1, 月待遇金额="3000", 手机号码="13700137000", 行政区划代码="440803"))
    told = [(row.true_from, row.monthly_fen) for row in entitlements.queries.benefits_of(0)]
    assert told == [(JULY, 290_000), (AUGUST, 300_000), (SEPTEMBER, 310_000)]
    history = entitlements.queries.amount_histories([0])[0]
    assert entitlements.queries.amount_in(history, Month(2026, 8).index) == 300_000
    (pno,) = people.queries.find_by_name(person(1)["姓名"])
    assert people.queries.contact(pno).phone == "13900139000"
    assert people.queries.persons([pno])[pno].region == "440802"
    columns = entitlements.queries.benefit_columns(first=0, last=0, as_of=OCTOBER)
    assert columns.monthly_fen.tolist() == [310_000]
    then = entitlements.queries.benefit_columns(first=0, last=0, as_of=date(2026, 8, 31))
    assert then.monthly_fen.tolist() == [300_000]


def test_what_a_newer_roster_repeated_is_not_overtaken(office: Office) -> None:
    """September repeated July's row, so nothing of it was kept; August's is no newer for that."""
    benefit = {"最近认证日期": "2026-03-05", "月待遇金额": "2900"}
    office.roster(JULY, one(1, **benefit))
    through = {"发放至年月": "2026-07"}
    office.roster(SEPTEMBER, one(1, **benefit) | through, one(2))
    office.roster(AUGUST, one(1, 月待遇金额="9900", 手机号码="13700137000"))
    assert [row.monthly_fen for row in entitlements.queries.benefits_of(0)] == [290_000]
    assert people.queries.contact(people.queries.find_by_name(person(1)["姓名"])[0]).phone == "13800138000"


def test_new_people_of_a_late_roster_are_taken_in(office: Office) -> None:
    office.roster(JULY, one(1))
    office.roster(SEPTEMBER, one(1), one(3))
    report = office.roster(AUGUST, one(1), one(2), one(4, 发放状态="3", 状态变更年月="2026-08"))
    assert report.notes["new_people"] == 2
    assert people.queries.find_by_number(number(2)) == 2
    assert entitlements.queries.pay_standing_of(3).state is PayState.ENDED, "as it was when they came"
    assert sorted(people.queries.link_table(office.store)["pno"].to_pylist()) == [0, 1, 2, 3]
    changed = office.roster(OCTOBER, one(1), one(2), one(3), one(4, 发放状态="3"))
    assert "new_people" not in changed.notes
    assert "people_changed" not in changed.notes


def test_two_late_rosters_verify_in_any_order(office: Office) -> None:
    office.roster(OCTOBER, one(1, 月待遇金额="3200"), one(2))
    for day, amount in ((SEPTEMBER, "3100"), (JULY, "2900"), (AUGUST, "3000")):
        office.roster(day, one(1, 月待遇金额=amount), one(2))
    told = [row.monthly_fen for row in entitlements.queries.benefits_of(0)]
    assert told == [290_000, 300_000, 310_000, 320_000]
    found = ledger_is_verified.verify(
        witnessed=(*people.queries.witnessed(), *entitlements.queries.witnessed()),
        trees=(*people.queries.witnessed_trees(), *entitlements.queries.witnessed_trees()),
        store=office.store,
    )
    assert found.verified


def test_month_paid_is_that_of_each_persons_newest_row() -> None:
    """A home may hold a slip of a roster that a version before took: the corrected roster heals it."""
    make(Pension(pno=0), Pension(pno=1, paid_through="2099-12"))
    assert entitlements.queries.paid_through() == Month(2099, 12)
    Benefit.objects.create(
        pno=1,
        scheme="110",
        benefit_type="retirement",
        region="440802",
        start_month=1,
        monthly_fen=1,
        paid_through=Month(2026, 9).index,
        true_from=date(2026, 10, 2),
        known_since=AT,
        roster=1,
    )
    assert entitlements.queries.paid_through() == Month(2026, 10)
