"""The only writes of certification. Each leaves its entry in the ledger, in the transaction of the flow that calls it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime

from yizheng.kernel.told import Told
from yizheng.rooms import ledger
from yizheng.rooms.bulk import insert_rows
from yizheng.rooms.certification.data import RUN_LIFE, RunCounts, RunState
from yizheng.rooms.certification.models import Run, Standing
from yizheng.rooms.certification.queries import RUN_FINISHED, RUNS, STANDING_COLUMNS
from yizheng.rooms.ledger.data import RowTree


def start_run(
    *,
    run_id: str,
    as_of: date,
    prior_run_id: str,
    hashes: Mapping[str, str],
    frozen: Mapping[str, Told],
    actor: str,
    at: datetime,
) -> bool:
    """Write down that a run begins, and what went into it. False when it had begun before (it is then resumed).

    Every other run that is unfinished broke off, or is overtaken by this one: it is closed as abandoned.
    """
    _abandon_others(run_id, actor=actor, at=at)
    run, is_new = Run.objects.get_or_create(
        run_id=run_id,
        defaults={
            "as_of": as_of,
            "state": RunState.RUNNING,
            "prior_run_id": prior_run_id,
            "inputs_hash": hashes["inputs"],
            "policies_hash": hashes["policies"],
            "rules_hash": hashes["rules"],
            "frozen": {source: why.stored() for source, why in frozen.items()},
            "started_at": at,
            "started_by": actor,
        },
    )
    if run.state == RunState.ABANDONED:
        _move(run, "take_up")
        run.save()
        _append_run(run, "certification:run:resumed", actor=actor, at=at)
    elif is_new:
        _append_run(run, "certification:run:started", actor=actor, at=at)
    return is_new


def _abandon_others(run_id: str, *, actor: str, at: datetime) -> None:
    left = Run.objects.select_for_update().filter(state=RunState.RUNNING).exclude(run_id=run_id)
    for run in left.order_by("run_id"):
        _move(run, "abandon")
        run.save()
        _append_run(run, "certification:run:abandoned", actor=actor, at=at)


def _move(run: Run, step: str) -> None:
    run.state = RUN_LIFE.check(RunState(run.state), step).to


def _append_run(run: Run, kind: str, *, actor: str, at: datetime) -> None:
    ledger.actions.append(
        kind=kind, actor=actor, at=at, subject=RUNS.subject(run.run_id), row=RUNS.row_of(run)
    )


def finish_run(
    *,
    run_id: str,
    results_hash: str,
    counts: RunCounts,
    tree: RowTree,
    files: Mapping[str, str],
    actor: str,
    at: datetime,
) -> None:
    """Close a run: its results are now what people stand at, committed to by one entry over all its rows."""
    run = Run.objects.select_for_update().get(run_id=run_id)
    _move(run, "finish")
    run.results_hash = results_hash
    run.counts = asdict(counts)
    run.finished_at = at
    run.save()
    _append_run(run, RUN_FINISHED, actor=actor, at=at)
    ledger.actions.append_tree(
        kind="certification:run:results",
        actor=actor,
        at=at,
        subject=f"certification_results:{run_id}",
        tree=tree,
        detail={"results_hash": results_hash, "files": dict(files)},
    )


def write_standings(rows: Iterable[tuple[object, ...]], *, replace: bool) -> int:
    """Bring the look-up table up to a run: rows in the order of `STANDING_COLUMNS`.

    With `replace` a row takes the place of the person's last; without, the table is drawn anew from nothing.
    """
    if not replace:
        Standing.objects.all().delete()
    return insert_rows(Standing, STANDING_COLUMNS, rows, replace=replace)
