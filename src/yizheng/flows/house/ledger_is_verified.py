"""The ledger is verified: every entry, every hash above it, every witnessed row, bulk tree and file, as they are now.

Read from top to bottom it is what an auditor would do by hand: recompute, compare, and write down each difference.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from itertools import islice

from yizheng.flows.house.processors import processors
from yizheng.kernel.progress import Progress, quiet
from yizheng.kernel.told import Told
from yizheng.rooms import ledger
from yizheng.rooms.ledger.data import (
    MOST_FAULTS,
    Fault,
    NotedRoot,
    RowTree,
    VerifyReport,
    WitnessedFile,
    WitnessedTable,
    WitnessedTree,
)
from yizheng.rooms.ledger.ports import TreeStore

STEP = "verify ledger"
WORTH_PROCESSES = 1_000_000
"""Rows in trees: fewer are hashed by one process, since starting others would take longer."""
WAITING = 4
"""Portions that may wait for being hashed: rows that are read meanwhile fill memory."""


def verify(
    *,
    witnessed: Sequence[WitnessedTable],
    store: TreeStore,
    trees: Sequence[WitnessedTree] = (),
    files: Iterable[WitnessedFile] = (),
    unfinished: Iterable[Told] = (),
    noted: NotedRoot | None = None,
    progress: Progress = quiet,
) -> VerifyReport:
    """Verify everything, and give what was found. Nothing is written.

    `noted` is a size and root written down earlier: it finds a ledger that was rewritten as a whole. All is read as of
    one moment, so that work that goes on meanwhile is not taken for a fault; `unfinished` tells of such work.
    """
    kept: list[Fault] = []
    found = rows = 0

    def keep(faults: Iterable[Fault]) -> None:
        nonlocal found
        for fault in faults:
            found += 1
            if len(kept) < MOST_FAULTS:
                kept.append(fault)

    with ledger.queries.one_moment():
        read = ledger.queries.read_entries()
        steps = 2 + len(witnessed) + len(read.trees)
        progress(STEP, 1, steps)
        keep(read.faults)
        keep(ledger.queries.check_hashes(read, noted))
        keep(ledger.queries.check_everything_is_known(read, witnessed, trees))
        progress(STEP, 2, steps)
        for done, table in enumerate(witnessed, start=3):
            rows += ledger.queries.count_rows(table)
            keep(ledger.queries.check_table(read, table))
            progress(STEP, done, steps)
        with processors(worth=ledger.queries.rows_in_trees(read) >= WORTH_PROCESSES) as pool:
            given = ledger.queries.rows_of_trees(read, trees)
            for done, (subject, source, now) in enumerate(given, start=3 + len(witnessed)):
                rows += ledger.queries.check_tree(
                    read, subject, source, now, store, keep, tree_of=partial(_tree_of, pool)
                )
                progress(STEP, min(done, steps), steps)
        keep(ledger.queries.check_strays(trees))
        keep(ledger.queries.check_files(files, store))
        left = tuple(unfinished)
    return VerifyReport(
        size=read.size,
        root=read.root.hex(),
        checked_rows=rows,
        faults=tuple(kept),
        faults_found=found,
        unfinished=left,
    )


def _tree_of(pool: Executor, rows: Iterable[bytes]) -> RowTree:
    """The tree over rows, hashed a portion at a time by whoever is free while the next rows are read."""
    parts: list[RowTree] = []
    waiting: deque[Future[RowTree]] = deque()
    left = iter(rows)
    while portion := list(islice(left, ledger.queries.PORTION)):
        waiting.append(pool.submit(ledger.actions.row_tree, portion))
        if len(waiting) > WAITING:
            parts.append(waiting.popleft().result())
    parts += [hashed.result() for hashed in waiting]
    return ledger.queries.joined(parts)


def head() -> dict[str, object]:
    """Size and root of the ledger, and whether every entry and hash fits; without the rows, so in a moment."""
    with ledger.queries.one_moment():
        read = ledger.queries.read_entries()
        faults = [*read.faults, *ledger.queries.check_hashes(read, None)]
    return {"size": read.size, "root": read.root.hex(), "verified": not faults}
