"""A month's pay run, from the tables to the file, the control total and the ledger."""

import pyarrow.parquet as pq
import pytest

from hands import hands_of
from pay_situations import AT, CLOCK, NOVEMBER, Pension, make
from yizheng import wiring
from yizheng.adapters.store.local import LocalStore
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.pay import pay_run
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Month
from yizheng.rooms import ledger, payments
from yizheng.rooms.entitlements.models import Benefit, PayStateChange
from yizheng.rooms.payments.data import PayKind
from yizheng.rooms.payments.models import PayException, PayRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path: object) -> LocalStore:
    return LocalStore(tmp_path)  # type: ignore[arg-type]


def run(store: LocalStore, month: Month = NOVEMBER) -> object:
    return pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=month)


def test_first_run_reconciles_to_what_the_roster_says_was_paid(store: LocalStore) -> None:
    make(
        Pension(pno=0, monthly_fen=300_000),
        Pension(pno=1, monthly_fen=200_000, steps=(("2026-11", 2, "1201"),)),
        Pension(pno=2, monthly_fen=100_000, steps=(("2026-03", 2, "1201"),), paid_through="2026-02"),
        Pension(pno=3, monthly_fen=400_000, start="2026-11", paid_through="2026-10"),
    )
    report = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    assert (report.same, report.new, report.stopped, report.resumed) == (1, 1, 1, 0)
    assert (report.totals.previous_fen, report.totals.total_fen) == (500_000, 700_000)
    assert report.reconciles
    table = pq.read_table(store.path(report.file))
    assert table["pno"].to_pylist() == [0, 3]
    assert table["kind"].to_pylist() == ["same", "new"]
    assert table["total_fen"].to_pylist() == [300_000, 400_000]
    stopped = payments.queries.exceptions_of(1)[0]
    assert (stopped.kind, stopped.reason_code, stopped.explanation) == (PayKind.STOPPED, "1201", "paused")
    assert [entry.kind for entry in ledger.queries.entries_of("payments_instructions:2026-11")] == [
        "payments:run:instructions"
    ]


def test_resumption_pays_the_paused_months_once(store: LocalStore) -> None:
    make(Pension(pno=0), Pension(pno=1, steps=(("2026-08", 2, "1201"),), paid_through="2026-07"))
    PayStateChange.objects.create(
        pno=1,
        to_state=1,
        reason_code="1301",
        effective_month=NOVEMBER.index,
        arrears_due=True,
        known_since=AT,
        known_by="run",
        decision="run:x",
    )
    report = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    assert (report.resumed, report.totals.arrears_fen) == (1, 3 * 300_000)
    after = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER.plus(1))
    assert (after.same, after.totals.arrears_fen, after.totals.total_fen) == (2, 0, 600_000)
    assert after.totals.previous_fen == 600_000  # arrears are no part of the month's pay


def test_raise_is_paid_from_its_month_on(store: LocalStore) -> None:
    make(Pension(pno=0))
    run(store)
    Benefit.objects.create(
        pno=0,
        scheme="110",
        benefit_type="retirement",
        region="440802",
        start_month=1,
        monthly_fen=310_000,
        paid_through=NOVEMBER.index,
        true_from=Month(2026, 12).first(),
        known_since=AT,
        roster=1,
    )
    december = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=Month(2026, 12))
    assert (december.totals.changed_fen, december.totals.total_fen) == (10_000, 310_000)


def test_second_run_of_a_month_changes_nothing(store: LocalStore) -> None:
    make(Pension(pno=0))
    first = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    size = ledger.queries.size()
    again = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    assert again.already
    assert not first.already
    assert (again.file_hash, ledger.queries.size(), PayRun.objects.count()) == (first.file_hash, size, 1)


@pytest.mark.parametrize("month", [Month(2026, 12), Month(2026, 10)])
def test_month_that_does_not_follow_is_refused(store: LocalStore, month: Month) -> None:
    make(Pension(pno=0))
    with pytest.raises(Refused, match=r"payments:month_after_r.* to_come=2026-11"):
        run(store, month)
    assert not PayRun.objects.exists()


def test_nobody_to_pay_is_refused(store: LocalStore) -> None:
    with pytest.raises(Refused, match="payments:nobody_in_payment"):
        run(store)


def test_person_who_vanished_refuses_the_run(store: LocalStore) -> None:
    make(Pension(pno=0), Pension(pno=1))
    run(store)
    Benefit.objects.filter(pno=1).delete()
    with pytest.raises(Refused, match="payments:same_differs"):
        run(store, NOVEMBER.plus(1))
    assert PayRun.objects.count() == 1
    assert PayException.objects.filter(month=NOVEMBER.plus(1).index).count() == 0


def test_changed_file_of_last_month_refuses_the_next_run(store: LocalStore) -> None:
    make(Pension(pno=0))
    report = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    store.write(report.file, store.read(report.file) + b" ")
    with pytest.raises(Refused, match="payments:instructions_changed"):
        run(store, NOVEMBER.plus(1))


def test_ledger_finds_a_changed_instruction_and_a_changed_exception(store: LocalStore) -> None:
    make(Pension(pno=0), Pension(pno=1, start="2026-11", paid_through="2026-10"))
    report = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)

    def faults() -> list[str]:
        found = ledger_is_verified.verify(
            witnessed=wiring.witnessed(), trees=payments.queries.witnessed_trees(store), store=store
        )
        return [str(fault.told) for fault in found.faults]

    assert faults() == []
    PayException.objects.filter(pno=1).update(monthly_fen=1)
    PayRun.objects.update(total_fen=1)
    table = pq.read_table(store.path(report.file))
    changed = table.set_column(table.schema.get_field_index("total_fen"), "total_fen", [[300_000, 1]])
    pq.write_table(changed, store.path(report.file))
    told = "\n".join(faults())
    assert "payments_payexception" in told
    assert "payments_payrun" in told
    assert "payments_instructions" in told


def test_wiring_knows_the_witnessed_rows_of_pay() -> None:
    assert set(payments.queries.witnessed()) <= set(wiring.witnessed())


def test_month_that_another_command_wrote_meanwhile_is_said_and_not_written_twice(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(Pension(pno=0))
    first = run(store)
    real = payments.queries.find_run
    asked = iter(
        (None, real(NOVEMBER), None)
    )  # the first look, the file of the month before, the look before writing
    monkeypatch.setattr(payments.queries, "find_run", lambda month: next(asked, real(month)))
    monkeypatch.setattr(payments.queries, "check_month", lambda *_, **__: None)
    second = pay_run.run(hands_of("zhao", clock=CLOCK, store=store), month=NOVEMBER)
    assert second.already
    assert second.totals == first.totals  # type: ignore[attr-defined]
    assert PayRun.objects.count() == 1
