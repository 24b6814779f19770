"""A run that died, or is half done, never looks like tampering; nor do two runs on one day."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from link_situations import NAMES, City, four_people, number
from refused import refused
from yizheng import wiring
from yizheng.flows.house import ledger_is_verified
from yizheng.flows.runs import certification_run
from yizheng.rooms import certification, ledger
from yizheng.rooms.certification.data import RunState
from yizheng.rooms.certification.models import Run, Standing
from yizheng.rooms.certification.why import Why
from yizheng.rooms.ledger.data import FaultKind, VerifyReport

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2026, 10, 30), date(2026, 10, 31)


@pytest.fixture
def city(tmp_path: Path) -> City:
    city = four_people(tmp_path)
    city.trains((number(0), NAMES[0]))
    return city


def broken_off(city: City, monkeypatch: pytest.MonkeyPatch, as_of: date = SECOND) -> str:
    """A run that dies before its first bucket; gives its id."""

    def dies(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(certification_run, "_evaluate", dies)
        with pytest.raises(KeyboardInterrupt):
            city.certify(as_of)
    return str(Run.objects.get(as_of=as_of, state=RunState.RUNNING).run_id)


def verified(city: City) -> VerifyReport:
    return ledger_is_verified.verify(
        witnessed=wiring.witnessed(),
        trees=[
            tree
            for tree in (*wiring.witnessed_trees(), *certification.queries.witnessed_trees(city.store))
            if tree.prefix != "certification_results" or tree.rows.args[0] is city.store  # type: ignore[attr-defined]
        ],
        store=city.store,
        unfinished=wiring.unfinished(),
    )


def told(report: VerifyReport) -> list[tuple[object, object]]:
    assert report.faults == ()
    return [(what.what, what.facts["run"]) for what in report.unfinished]


def test_run_that_broke_off_is_in_progress_until_the_next_one_closes_it(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    died = broken_off(city, monkeypatch)
    assert told(verified(city)) == [(Why.RUN_IN_PROGRESS, died)]
    city.trains((number(1), NAMES[1]))  # a new file: the next run is another one
    city.certify(SECOND)
    assert told(verified(city)) == [(Why.RUN_UNFINISHED, died)]
    kinds = [entry.kind for entry in ledger.queries.entries_of(f"certification_run:{died}")]
    assert kinds == ["certification:run:started", "certification:run:abandoned"]


def test_abandoned_run_is_taken_up_by_the_same_inputs(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    died = broken_off(city, monkeypatch)
    city.certify(FIRST)
    assert certification.queries.find_run(died) is not None
    assert Run.objects.get(run_id=died).state == RunState.ABANDONED
    # The prior run is another one now, so it is the same run only where its inputs are named again.
    Run.objects.filter(as_of=FIRST).delete()
    assert city.certify(SECOND).run_id == died
    assert Run.objects.get(run_id=died).state == RunState.DONE
    kinds = [entry.kind for entry in ledger.queries.entries_of(f"certification_run:{died}")]
    assert kinds[-2:] == ["certification:run:resumed", "certification:run:finished"]


def test_run_begun_by_a_version_before_is_no_fault_and_gets_its_leaf(city: City) -> None:
    Run.objects.create(
        run_id="old",
        as_of=FIRST,
        state="running",
        inputs_hash="0" * 64,
        policies_hash="0" * 64,
        rules_hash="0" * 64,
        started_at=datetime(2026, 10, 30, 1, tzinfo=UTC),
        started_by="wang",
    )
    assert told(verified(city)) == [(Why.RUN_BEGUN_BEFORE, "old")]
    city.certify(SECOND)
    assert told(verified(city)) == [(Why.RUN_UNFINISHED, "old")]


def test_run_that_is_called_finished_by_hand_is_named(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    died = broken_off(city, monkeypatch)
    Run.objects.filter(run_id=died).update(state="done")
    (fault, *_) = verified(city).faults
    assert (fault.kind, fault.table, fault.key) == (FaultKind.ROW_CHANGED, "certification_run", died)


def test_two_runs_of_one_day_and_moment_are_told_apart_by_the_ledger(city: City) -> None:
    ids = [city.certify(SECOND).run_id]
    for serial in (1, 2, 3):
        city.trains((number(serial), NAMES[serial]))
        ids.append(city.certify(SECOND).run_id)
        newest = certification.queries.find_latest_run()
        assert newest is not None
        assert newest.run_id == ids[-1]
        assert told(verified(city)) == []
    assert [run.run_id for run in certification.queries.runs()] == ids[::-1]


def judged_and_killed(city: City, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run that dies when all is judged and nothing is in force; gives the name of its results."""

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(certification_run, "_finish", dies)
        with pytest.raises(KeyboardInterrupt):
            city.certify(SECOND)
    run = Run.objects.get(as_of=SECOND, state=RunState.RUNNING)
    return certification.queries.result_file(str(run.run_id), 0)


def forged(data: bytes) -> bytes:
    """The results with everybody passed for a hundred years, in a file that reads well."""
    table = pq.read_table(pa.BufferReader(data))
    days = pa.array([60_000] * len(table), table.schema.field("due_day").type)
    sink = pa.BufferOutputStream()
    pq.write_table(table.set_column(table.schema.get_field_index("due_day"), "due_day", days), sink)
    return bytes(sink.getvalue())


@pytest.mark.parametrize("change", [forged, lambda data: data[:-9], lambda _: b""])
def test_results_changed_between_kill_and_resume_are_judged_anew(
    city: City, monkeypatch: pytest.MonkeyPatch, change: Callable[[bytes], bytes]
) -> None:
    name = judged_and_killed(city, monkeypatch)
    kept = city.store.read(name)
    city.store.write(name, change(kept))
    report = city.certify(SECOND)
    assert (report.resumed_parts, city.store.read(name)) == (0, kept)
    assert not Standing.objects.filter(due_day=60_000).exists()
    assert told(verified(city)) == []


def test_results_without_a_mark_are_judged_anew_and_those_with_one_are_taken_up(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = judged_and_killed(city, monkeypatch)
    assert judged_and_killed(city, monkeypatch) == name
    mark = city.store.path(certification.queries.mark_file(name))
    mark.unlink()  # as an earlier version left it
    judged_and_killed(city, monkeypatch)
    assert mark.exists()
    assert city.certify(SECOND).resumed_parts == 1


def test_results_of_the_run_before_are_held_to_what_was_witnessed(city: City) -> None:
    name = certification.queries.result_file(city.certify(FIRST).run_id, 0)
    kept = city.store.read(name)
    city.store.write(name, forged(kept))
    with refused(Why.RESULTS_NOT_AS_WITNESSED):
        city.certify(SECOND)
    city.store.write(name, kept)
    city.certify(SECOND)
