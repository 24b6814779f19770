"""The only writes of certification. Each leaves its entry in the ledger, in the transaction of the flow that calls it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime

from yizheng.kernel.told import Told
from yizheng.rooms import ledger
from yizheng.rooms.bulk import insert_rows
from yizheng.rooms.certification.data import RunCounts
from yizheng.rooms.certification.models import Run, Standing
from yizheng.rooms.certification.queries import RUNS, STANDING_COLUMNS
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
    """Write down that a run begins, and what went into it. False when it had begun before (it is then resumed)."""
    _, is_new = Run.objects.get_or_create(
        run_id=run_id,
        defaults={
            "as_of": as_of,
            "state": "running",
            "prior_run_id": prior_run_id,
            "inputs_hash": hashes["inputs"],
            "policies_hash": hashes["policies"],
            "rules_hash": hashes["rules"],
            "frozen": {source: why.stored() for source, why in frozen.items()},
            "started_at": at,
            "started_by": actor,
        },
    )
    return is_new


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
    run = Run.objects.get(run_id=run_id)
    run.state = "done"
    run.results_hash = results_hash
    run.counts = asdict(counts)
    run.finished_at = at
    run.save()
    ledger.actions.append(
        kind="certification:run:finished",
        actor=actor,
        at=at,
        subject=RUNS.subject(run_id),
        row=RUNS.row_of(run),
    )
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
