"""What screens and flows read of certification: runs, where a person stands, results through time."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection
from django.db.models import Max

from yizheng.kernel.portions import portions
from yizheng.kernel.store import Store
from yizheng.kernel.time import CHINA, from_day_number
from yizheng.kernel.told import Told, told, told_of
from yizheng.rooms import ledger, passes
from yizheng.rooms.certification.cycles import pause_month as pause_month
from yizheng.rooms.certification.cycles import policy_for as policy_for
from yizheng.rooms.certification.data import Policy, Reason, Result, RunCounts, RunState, Silence
from yizheng.rooms.certification.evaluation import groups_on as groups_on
from yizheng.rooms.certification.evaluation import judge_bucket as judge_bucket
from yizheng.rooms.certification.evaluation import known_of as known_of
from yizheng.rooms.certification.models import Run, Standing
from yizheng.rooms.certification.reminders import has_had_time as has_had_time
from yizheng.rooms.certification.reminders import may_ask_in_spite_of_freeze as may_ask_in_spite_of_freeze
from yizheng.rooms.certification.reminders import next_reminder as next_reminder
from yizheng.rooms.certification.reminders import reminder_key as reminder_key
from yizheng.rooms.certification.reminders import reminder_templates as reminder_templates
from yizheng.rooms.certification.reminders import was_fully_reminded as was_fully_reminded
from yizheng.rooms.certification.rules import RESULT_OF as RESULT_OF
from yizheng.rooms.certification.rules import RULES_VERSION as RULES_VERSION
from yizheng.rooms.certification.since import holds_until as holds_until
from yizheng.rooms.certification.since import is_moved
from yizheng.rooms.certification.why import Why
from yizheng.rooms.comparison import database
from yizheng.rooms.comparison.data import BUCKET_BITS, EVIDENCE_MASK
from yizheng.rooms.ledger.data import WitnessedFile, WitnessedTable, WitnessedTree

RUNS = WitnessedTable(
    "certification_run",
    "run_id",
    (
        "as_of",
        "state",
        "prior_run_id",
        "inputs_hash",
        "policies_hash",
        "rules_hash",
        "results_hash",
        "counts",
        "frozen",
    ),
    may_lack=lambda row: row["state"] == RunState.RUNNING,
)
RUN_FINISHED = "certification:run:finished"
STANDING_COLUMNS = (
    "pno",
    "run_id",
    "as_of",
    "result",
    "reasons",
    "policy",
    "kind_no",
    "event_day",
    "evidence_no",
    "due_day",
    "step",
    "frozen",
)

RESULT_COLUMNS = (
    "pno",
    "result",
    "reasons",
    "policy",
    "kind_no",
    "event_day",
    "due_day",
    "step",
    "frozen",
    "evidence_no",
)
"""The columns of a result that its ledger leaf commits to, in the order of its canonical text.

The evidence number stands last: it follows the order in which files came in, so the results hash leaves it out.
"""

ROW_TEXT = " || '|' || ".join(
    f"cast({column} as {'integer' if column == 'frozen' else 'varchar'})" for column in RESULT_COLUMNS
)
"""SQL for the canonical text of a result row: DuckDB, SQLite and PostgreSQL give the same text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run as the screens show it."""

    run_id: str
    as_of: date
    state: str
    prior_run_id: str
    inputs_hash: str
    policies_hash: str
    rules_hash: str
    results_hash: str
    counts: RunCounts | None
    frozen: dict[str, Told | str]
    """Why a source was not well. Runs of older versions kept texts."""
    started_at: datetime
    started_by: str
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRecord:
    """Where a person stands: the result of the newest run, opened from its numbers.

    `channel` names the channel of a pass that came after the run and moved it on (`find_standing_today`), else empty.
    """

    pno: int
    run_id: str
    as_of: date
    result: Result
    reasons: tuple[Reason, ...]
    policy: str
    kind_no: int
    event_day: date | None
    evidence_no: int
    due_day: date | None
    step: int
    frozen: bool
    channel: str = ""


def find_run(run_id: str) -> RunRecord | None:
    """The run of that id, if there is one."""
    found = Run.objects.filter(run_id=run_id).first()
    return _run(found) if found else None


def find_latest_run(*, before: date | None = None, upto: date | None = None) -> RunRecord | None:
    """The newest finished run, as of a day before `before` or up to `upto` where given.

    Of runs as of one day it is the one whose closing entry stands last in the ledger: their moments may be the same.
    """
    done = Run.objects.filter(state=RunState.DONE)
    if before is not None:
        done = done.filter(as_of__lt=before)
    if upto is not None:
        done = done.filter(as_of__lte=upto)
    newest = done.aggregate(day=Max("as_of"))["day"]
    found = _by_closing(done.filter(as_of=newest))
    return _run(found[0]) if found else None


def runs(limit: int = 24) -> list[RunRecord]:
    """Finished runs, the newest first."""
    done = Run.objects.filter(state=RunState.DONE).order_by("-as_of", "-finished_at")[:limit]
    return [_run(found) for found in _by_closing(done)]


def _by_closing(done: Iterable[Run]) -> list[Run]:
    """Finished runs by their days and then by their closing entries, the newest first."""
    found = list(done)
    closed = (
        ledger.queries.last_of([RUNS.subject(run.run_id) for run in found], kind=RUN_FINISHED)
        if len({run.as_of for run in found}) < len(found)
        else {}
    )
    return sorted(found, key=lambda run: (run.as_of, closed.get(RUNS.subject(run.run_id), -1)), reverse=True)


def unfinished_runs() -> Iterator[Told]:
    """What is told of every run that was begun and not finished: in progress, or left so."""
    for run in Run.objects.exclude(state=RunState.DONE).order_by("started_at", "run_id"):
        since = run.started_at.astimezone(CHINA).date()
        if run.state == RunState.ABANDONED:
            yield told(Why.RUN_UNFINISHED, run=run.run_id, as_of=run.as_of, since=since)
        elif ledger.queries.entries_of(RUNS.subject(run.run_id)):
            yield told(Why.RUN_IN_PROGRESS, run=run.run_id, as_of=run.as_of, since=since)
        else:
            yield told(Why.RUN_BEGUN_BEFORE, run=run.run_id, as_of=run.as_of, since=since)


def month_ends(*, after: date, before: date) -> list[RunRecord]:
    """The last finished run of each month between two days, the oldest first: enough to follow people through a year,
    however often an agency runs."""
    found = Run.objects.filter(state=RunState.DONE, as_of__gt=after, as_of__lt=before)
    last = {(run.as_of.year, run.as_of.month): run for run in reversed(_by_closing(found))}
    return [_run(run) for run in last.values()]


def first_run_day(*, otherwise: date) -> date:
    """The day that the first finished run is as of; `otherwise` where there is none."""
    first = Run.objects.filter(state=RunState.DONE).order_by("as_of").first()
    return min(first.as_of, otherwise) if first else otherwise


def find_standing(pno: int) -> StandingRecord | None:
    """Where a person stands after the newest run; None for somebody no run has seen."""
    found = Standing.objects.filter(pno=pno).first()
    return _standing(found) if found else None


def find_standing_today(pno: int, *, policies: Sequence[Policy], today: date) -> StandingRecord | None:
    """Where a person stands now: after the newest run, and after a pass on another channel that came since.

    What the screens ask. `find_standing` is what the run said, which the ledger commits to.
    """
    standing = find_standing(pno)
    if standing is None:
        return None
    return next(iter(standings_today([standing], policies=policies, today=today)))


def standings_today(
    standings: Iterable[StandingRecord], *, policies: Sequence[Policy], today: date
) -> list[StandingRecord]:
    """`find_standing_today` for many, in their order."""
    rows = list(standings)
    newest = passes.queries.newest_pass_of([row.pno for row in rows])
    by_key = {policy.key: policy for policy in policies}
    return [_moved_on(row, newest.get(row.pno), by_key.get(row.policy), today) for row in rows]


def _moved_on(
    standing: StandingRecord, passed: tuple[int, str] | None, policy: Policy | None, today: date
) -> StandingRecord:
    if passed is None or policy is None:
        return standing
    pass_day = from_day_number(passed[0])
    if not is_moved(standing.result, decided_by=standing.event_day, pass_day=pass_day):
        return standing
    due_day = holds_until(policy, event_day=pass_day, stands_until=standing.due_day)
    if due_day < today:
        return replace(standing, event_day=pass_day, due_day=due_day)
    return replace(
        standing,
        result=Result.PASSED,
        reasons=(Reason.EARLIER_CERTIFICATION,),
        kind_no=0,
        evidence_no=0,
        event_day=pass_day,
        due_day=due_day,
        step=0,
        frozen=False,
        channel=passed[1],
    )


MOST_RUNS = 100_000
"""More runs than any agency makes."""


def result_file(run_id: str, bucket: int) -> str:
    """The name, inside the store, of the results of one bucket of people."""
    return f"runs/{run_id}/results/bucket={bucket:03d}.parquet"


def mark_file(name: str) -> str:
    """The name of the mark of a result file, which lies beside it."""
    return name.replace("bucket=", "mark-").removesuffix(".parquet")


def find_prior(store: Store, run_id: str, bucket: int) -> pa.Table | None:
    """What the next run needs of a run's results for one bucket: pno, pass_day, due_day. None where nobody was in it."""
    name = result_file(run_id, bucket)
    if not store.exists(name):
        return None
    return pq.read_table(store.path(name), columns=["pno", "pass_day", "due_day"])


def result_files(store: Store, run: RunRecord) -> list[str]:
    """The paths of all result files of a run, in the order of the person numbers."""
    roster = run.counts.roster if run.counts else 0
    names = [result_file(run.run_id, bucket) for bucket in range((roster >> BUCKET_BITS) + 2)]
    return [store.path(name).__fspath__() for name in names if store.exists(name)]


def results_through_time(store: Store, pno: int, limit: int = 24) -> list[StandingRecord]:
    """What each finished run said of one person, the newest first: read from the archive, not from the look-up table."""
    found = (find_archived(store, run, pno) for run in runs(limit))
    return [standing for standing in found if standing is not None]


def find_archived(store: Store, run: RunRecord, pno: int) -> StandingRecord | None:
    """What one run said of one person, from its archive; None for somebody that the run did not know."""
    name = result_file(run.run_id, pno >> BUCKET_BITS)
    if not store.exists(name):
        return None
    rows = pq.read_table(store.path(name), filters=[("pno", "=", pno)]).to_pylist()
    return _archived(run, rows[0]) if rows else None


WINNERS = ("proof", "death", "custody", "missing", "duplicate")
"""What a row of evidence can have won: the proof of life, or being the lead of its kind."""


def winners(store: Store, run: RunRecord, pno: int) -> dict[str, int]:
    """Which rows won in one run, by what they won (WINNERS): read from the archive, nothing is judged again."""
    name = result_file(run.run_id, pno >> BUCKET_BITS)
    columns = [f"{word}_key" for word in WINNERS]
    rows = pq.read_table(store.path(name), columns=columns, filters=[("pno", "=", pno)]).to_pylist()
    keys = rows[0] if rows else {}
    return {word: keys[f"{word}_key"] & EVIDENCE_MASK for word in WINNERS if keys.get(f"{word}_key")}


class Digest(Protocol):
    """Something that takes bytes in, like a SHA-256."""

    def update(self, data: bytes, /) -> None: ...


def row_texts(files: Sequence[str], *, seen_by: Digest | None = None) -> Iterator[bytes]:
    """The canonical text of every result row in result files, in the order of the person numbers.

    `seen_by` is shown the same texts, a line each and without the evidence number, at no cost of another pass.
    """
    for name in files:
        with database.connection() as connection_:
            rows = connection_.execute(f"select {ROW_TEXT} from read_parquet(?) order by pno", [name])  # noqa: S608
            while chunk := rows.fetchmany(100_000):
                texts = [text.encode() for (text,) in chunk]
                if seen_by is not None:
                    seen_by.update(b"\n".join([text.rpartition(b"|")[0] for text in texts]) + b"\n")
                yield from texts


def standing_texts() -> Iterator[bytes]:
    """The same texts as the look-up table holds them now: what the ledger compares with the newest run's leaf."""
    sql = f"SELECT {ROW_TEXT} FROM certification_standing ORDER BY pno"  # noqa: S608 (names are ours)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        while chunk := cursor.fetchmany(100_000):
            yield from [text.encode() for (text,) in chunk]


def witnessed() -> tuple[WitnessedTable, ...]:
    """The tables of this room whose every row the ledger commits to."""
    return (RUNS,)


def witnessed_trees(store: Store) -> tuple[WitnessedTree, ...]:
    """The rows of runs: the newest run's as the look-up table has them, older ones' from their archive."""
    return (WitnessedTree("certification_results", partial(_rows_of_run, store)),)


def witnessed_files() -> Iterator[WitnessedFile]:
    """The archives of every run, as the entry that closed it names them."""
    for entry in ledger.queries.newest(MOST_RUNS, kind="certification:run:results"):
        _, _, run_id = entry.subject.partition(":")
        files = entry.detail.get("files")
        for name, digest in files.items() if isinstance(files, dict) else ():
            yield WitnessedFile(
                name=f"runs/{run_id}/results/{name}", digest=str(digest), table=RUNS.table, key=run_id
            )


def standings_at(result: Result) -> Iterator[StandingRecord]:
    """Everybody who stands at a result, by person number."""
    for found in Standing.objects.filter(result=result).order_by("pno").iterator(50_000):
        yield _standing(found)


def standings_of(pnos: Collection[int]) -> Iterator[StandingRecord]:
    """Where these people stand, by person number; those whom no run has seen are left out."""
    for some in portions(pnos):
        for found in Standing.objects.filter(pno__in=some).order_by("pno"):
            yield _standing(found)


def _rows_of_run(store: Store, subject: str) -> Iterable[bytes]:
    run_id = subject.partition(":")[2]
    newest = find_latest_run()
    if newest is not None and newest.run_id == run_id:
        return standing_texts()
    run = find_run(run_id)
    return row_texts(result_files(store, run)) if run else ()


def _run(found: Run) -> RunRecord:
    facts = {name: getattr(found, name) for name in RunRecord.__dataclass_fields__}
    counts = _counts(found.counts) if found.counts else None
    return RunRecord(**facts | {"counts": counts, "frozen": _frozen(found.frozen)})


def _frozen(kept: object) -> dict[str, Told | str]:
    """Why each source did not count; none where somebody edited it so that it says nothing."""
    try:
        given: dict[str, object] = dict(kept)  # type: ignore[call-overload]
        return {source: told_of(why) for source, why in given.items()}
    except (KeyError, TypeError, ValueError):
        return {}


def _counts(told: object) -> RunCounts | None:
    """The counts of a run; None where somebody edited them so that they are none. Verifying reads runs, too, and has to
    come to its end to name the row.
    """
    try:
        given: dict[str, Any] = dict(told)  # type: ignore[call-overload]
        silence = given.get("silence")
        return RunCounts(**{**given, "silence": Silence(**silence) if silence else None})
    except (TypeError, ValueError):
        return None


def _standing(found: Standing) -> StandingRecord:
    return StandingRecord(
        pno=found.pno,
        run_id=found.run_id,
        as_of=found.as_of,
        result=Result(found.result),
        reasons=_reasons(found.reasons),
        policy=found.policy,
        kind_no=found.kind_no,
        event_day=_day(found.event_day),
        evidence_no=found.evidence_no,
        due_day=_day(found.due_day),
        step=found.step,
        frozen=found.frozen,
    )


def _archived(run: RunRecord, row: Mapping[str, int]) -> StandingRecord:
    return StandingRecord(
        pno=row["pno"],
        run_id=run.run_id,
        as_of=run.as_of,
        result=Result(row["result"]),
        reasons=_reasons(str(row["reasons"])),
        policy=str(row["policy"]),
        kind_no=row["kind_no"],
        event_day=_day(row["event_day"]),
        evidence_no=row["evidence_no"],
        due_day=_day(row["due_day"]),
        step=row["step"],
        frozen=bool(row["frozen"]),
    )


def _reasons(text: str) -> tuple[Reason, ...]:
    return tuple(Reason(word) for word in text.split(",") if word)


def _day(number: int) -> date | None:
    return from_day_number(number) if number else None
