"""A certification run (认证批次): from the evidence that has arrived to where everybody stands on a day.

1. Gather what goes in, and name the run by its hash: the same inputs are the same run.
2. Judge the roster a bucket of people at a time. A bucket is one file, written whole; a run that was killed goes on
   with the buckets that are missing, or not as they were written, and comes to the same hash.
3. In one transaction: the run is closed, everybody's standing is brought up to it, doubts become cases, reminders go
   to the outbox, those who were paused and are proven alive are resumed, and the ledger gets one leaf that commits to
   a tree over all results.

A run as of a day before the newest one only looks back: it is archived and changes nothing that is in force.
Nothing here pauses or ends anybody's pension.
"""

import hashlib
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain

from django.db import transaction

from yizheng.flows.decisions import decision_takes_effect
from yizheng.flows.house.processors import processors
from yizheng.flows.house.tree_is_kept import keep_tree
from yizheng.flows.house.whole_again import whole_again
from yizheng.flows.runs.bucket_is_judged import Judged, has_its_mark, judge_bucket, rows_of
from yizheng.flows.runs.certification_inputs import (
    Inputs,
    columns_of,
    evidence_names,
    gather,
    leads_about,
    said_before,
)
from yizheng.flows.runs.life_after_an_ending import cases_of_the_living
from yizheng.flows.runs.silence_is_measured import silence_after
from yizheng.kernel.errors import Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.ids import Pno
from yizheng.kernel.time import CHINA, from_day_number
from yizheng.rooms import casework, certification, evidence, ledger, notices
from yizheng.rooms.casework.data import CaseRules, NewCase
from yizheng.rooms.certification.data import Result, Rulebook, RunCounts, RunReport, RunState
from yizheng.rooms.comparison import database
from yizheng.rooms.comparison.data import BUCKET_BITS, Key
from yizheng.rooms.evidence.data import Health
from yizheng.rooms.ledger.data import RowTree
from yizheng.rooms.notices.data import NewMessage

OLDEST_REMINDER = timedelta(days=800)
"""Reminders of earlier cycles are of no interest."""
WORTH_PROCESSES = 300_000
"""People: a run over fewer is judged by one process, since starting others would take longer."""
WAITING = 4
"""Buckets that may wait for being judged: what the database knows of them fills memory meanwhile."""


def certify(hands: Hands, *, as_of: date, rulebook: Rulebook, case_rules: CaseRules) -> RunReport:
    """Run the certification as of a day. The same inputs give the same run: asked again, it says what it said.

    Raises Refused when there is no roster, when the results do not add up to it, and for a day that has not come:
    a run in the future would stand in the way of every real one.
    """
    today = hands.now().astimezone(CHINA).date()
    if as_of > today:
        raise Refused(certification.Why.FUTURE_DAY, as_of=as_of, today=today)
    inputs = gather(as_of=as_of, rulebook=rulebook)
    _start(hands, inputs)
    run = certification.queries.find_run(inputs.run_id)
    results = _evaluate(hands, inputs, is_done=run is not None and run.state == RunState.DONE)
    files = [
        hands.store.path(certification.queries.result_file(inputs.run_id, bucket)).__fspath__()
        for bucket in inputs.buckets
    ]
    counts = _count(inputs, files)
    if run is not None and run.state != RunState.DONE:
        tree = _tree(hands, inputs, results)
        _finish(hands, inputs, files, counts, tree, results, case_rules)
    return report(inputs.run_id, resumed_parts=results.resumed)


@whole_again
def _start(hands: Hands, inputs: Inputs) -> None:
    with transaction.atomic(), ledger.actions.appended_last():
        certification.actions.start_run(
            run_id=inputs.run_id,
            as_of=inputs.as_of,
            prior_run_id=inputs.prior.run_id if inputs.prior else "",
            hashes=inputs.hashes,
            frozen={state.source: state.reason for state in inputs.health if state.health is not Health.WELL},
            actor=hands.username,
            at=hands.now(),
        )


def report(run_id: str, *, resumed_parts: int = 0) -> RunReport:
    """What a finished run found, from its record."""
    run = certification.queries.find_run(run_id)
    if run is None or run.counts is None:
        raise Refused(certification.Why.RUN_NOT_FINISHED, run=run_id)
    return RunReport(
        run_id=run_id,
        as_of=run.as_of,
        counts=run.counts,
        unwell_sources=run.frozen,
        inputs_hash=run.inputs_hash,
        results_hash=run.results_hash,
        resumed_parts=resumed_parts,
    )


# -- judging, a bucket at a time -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Results:
    """What judging gave: leaf hashes of all results in order, their hash without any key, and the buckets found done.

    `files` are the SHA-256 of the result files, in order.
    """

    leaves: list[bytes] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    resumed: int = 0

    def add(self, judged: Judged) -> None:
        self.leaves.append(judged.leaves)
        self.files.append(judged.digest)
        self.digest.update(judged.told)


def _evaluate(hands: Hands, inputs: Inputs, *, is_done: bool) -> _Results:
    """Judge the buckets without a marked file: the run was resumed where some have one. One that `is_done` gives no rows.

    What the database knows is read here, a bucket after the other, while other processes judge those before.
    """
    witnessed = chain(evidence.queries.witnessed_files(), certification.queries.witnessed_files())
    digests = {file.name: file.digest for file in witnessed}
    results, waiting = _Results(), deque[Future[Judged]]()
    with processors(worth=inputs.roster >= WORTH_PROCESSES) as pool:
        for done, bucket in enumerate(inputs.buckets):
            name = certification.queries.result_file(inputs.run_id, bucket)
            if is_done and hands.store.exists(name):
                results.resumed += 1
                continue
            if has_its_mark(name, hands.store):
                results.resumed += 1
                waiting.append(pool.submit(rows_of, name, hands.store))
            else:
                waiting.append(_submit(pool, hands, inputs, bucket, digests))
            while waiting and (len(waiting) > WAITING or waiting[0].done()):
                results.add(waiting.popleft().result())
            hands.progress(
                "certify", min(inputs.roster, (done + 1 - len(waiting)) << BUCKET_BITS), inputs.roster
            )
        for judged in waiting:
            results.add(judged.result())
    hands.progress("certify", inputs.roster, inputs.roster)
    return results


def _submit(
    pool: Executor, hands: Hands, inputs: Inputs, bucket: int, digests: Mapping[str, str]
) -> Future[Judged]:
    names = evidence_names(inputs, bucket=bucket, store=hands.store)
    prior = [certification.queries.result_file(inputs.prior.run_id, bucket)] if inputs.prior else []
    return pool.submit(
        judge_bucket,
        inputs,
        columns_of(inputs, first=bucket << BUCKET_BITS, last=(bucket + 1 << BUCKET_BITS) - 1),
        bucket=bucket,
        names=names,
        digests={name: digests[name] for name in (*names, *prior) if name in digests},
        store=hands.store,
    )


# -- what follows ------------------------------------------------------------------------------------------------------


def _count(inputs: Inputs, files: list[str]) -> RunCounts:
    """Count the results, and refuse the run if they are not the roster, everybody once."""
    with database.connection() as connection:
        counted = dict(
            connection.execute(
                "select result, count(*) from read_parquet(?) group by result", [files]
            ).fetchall()
        )
        kinds = connection.execute(
            "select kind_no, count(*) from read_parquet(?) where result = ? group by kind_no",
            [files, Result.PASSED],
        ).fetchall()
        frozen = connection.execute("select count(*) from read_parquet(?) where frozen", [files]).fetchall()
    total = sum(counted.values())
    if total != inputs.roster:
        raise Refused(certification.Why.RESULTS_NOT_THE_ROSTER, expected=inputs.roster, came=total)
    sources: dict[str, int] = {}
    for kind_no, number in sorted(kinds):
        source = inputs.standard.rules.kind(kind_no).source
        sources[source] = sources.get(source, 0) + number
    return RunCounts(
        roster=inputs.roster,
        results={result.word: counted.get(int(result), 0) for result in Result},
        passed_by_source=sources,
        frozen=frozen[0][0],
    )


def _tree(hands: Hands, inputs: Inputs, results: _Results) -> RowTree:
    """The tree over all result rows, kept in the store for proofs."""
    hands.progress("ledger", 0, inputs.roster)
    tree = ledger.actions.tree_over(b"".join(results.leaves))
    keep_tree(hands.store, tree)
    hands.progress("ledger", inputs.roster, inputs.roster)
    return tree


@whole_again
def _finish(
    hands: Hands,
    inputs: Inputs,
    files: list[str],
    counts: RunCounts,
    tree: RowTree,
    results: _Results,
    case_rules: CaseRules,
) -> None:
    with transaction.atomic(), ledger.actions.appended_last():
        _bring_into_force(hands, inputs, files, counts, tree, results, case_rules)


def _bring_into_force(
    hands: Hands,
    inputs: Inputs,
    files: list[str],
    counts: RunCounts,
    tree: RowTree,
    results: _Results,
    case_rules: CaseRules,
) -> None:
    """Bring the run into force, all of it or nothing. Whoever comes second finds it done."""
    run = certification.queries.find_run(inputs.run_id)
    if run is None or run.state == RunState.DONE:
        return
    newest = certification.queries.find_latest_run()
    if newest is None or newest.as_of <= inputs.as_of:
        at = hands.now()
        _write_standings(hands, inputs, files, newest)
        counts = replace(
            counts,
            cases_opened=_open_cases(hands, inputs, files, case_rules, at=at),
            notices_queued=_queue_reminders(inputs, files, at=at),
            resumed=decision_takes_effect.resume_those_who_passed(
                as_of=inputs.as_of, actor=hands.username, at=at
            ),
        )
        counts = replace(counts, silence=silence_after(inputs, files, store=hands.store))
    certification.actions.finish_run(
        run_id=inputs.run_id,
        results_hash=results.digest.hexdigest(),
        counts=counts,
        tree=tree,
        files={name.rsplit("/", 1)[-1]: sha256 for name, sha256 in zip(files, results.files, strict=True)},
        actor=hands.username,
        at=hands.now(),
    )


def _write_standings(
    hands: Hands, inputs: Inputs, files: list[str], newest: certification.queries.RunRecord | None
) -> None:
    """Bring the look-up table up to this run: just the people whose row changed since the run it shows now."""
    before = certification.queries.result_files(hands.store, newest) if newest else []
    row = ", ".join(certification.queries.RESULT_COLUMNS)
    changed = f"select {row} from read_parquet($files)"  # noqa: S608 (names are ours)
    parameters: dict[str, object] = {
        "files": files,
        "run_id": inputs.run_id,
        "as_of": inputs.as_of.isoformat(),
    }
    if before:
        changed += f" except all select {row} from read_parquet($before)"  # noqa: S608
        parameters["before"] = before
    columns = ", ".join(certification.queries.STANDING_COLUMNS)
    told = f"select *, $run_id as run_id, $as_of as as_of from ({changed})"  # noqa: S608
    with database.connection() as connection:
        rows = connection.execute(f"select {columns} from ({told}) order by pno", parameters)  # noqa: S608
        chunks = iter(lambda: rows.fetchmany(50_000), [])
        written = certification.actions.write_standings(chain.from_iterable(chunks), replace=bool(before))
    hands.progress("standings", written, written)


def _open_cases(
    hands: Hands, inputs: Inputs, files: list[str], case_rules: CaseRules, *, at: datetime
) -> int:
    """One case for each person in doubt, with the rows that lead to it; none of a link that somebody has rejected.

    Where likeness alone links the row that won, the person's other leads stand beside it: likeness must not hide a lead
    that is sure.
    """
    with database.connection() as connection:
        rows = connection.execute(
            "select pno, reasons, death_key, custody_key, missing_key, duplicate_key"
            " from read_parquet(?) where result = ? order by pno",
            [files, Result.DOUBTFUL],
        ).fetchall()
    someone_else = evidence.queries.rejected_pairs()
    doubts = [
        (pno, reasons, [Key.unpack(key).evidence_no for key in keys if key]) for pno, reasons, *keys in rows
    ]
    likely = {(link.evidence_no, link.pno) for link in inputs.links if link.is_unsure}
    concerned = [pno for pno, _, leads in doubts if any((lead, pno) in likely for lead in leads)]
    ruled = evidence.queries.ruled()
    ruled_people = [pno for pno, _, _ in doubts if pno in set(ruled.values())]
    beside = leads_about(inputs, concerned, hands.store)
    for pno, _, leads in doubts:
        leads += [lead for lead in beside.get(pno, ()) if lead not in leads]
    in_doubt = (
        NewCase(pno=Pno(pno), reasons=tuple(reasons.split(",")), leads=tuple(left))
        for pno, reasons, leads in doubts
        if (left := [lead for lead in leads if (lead, pno) not in someone_else]) or not leads
    )
    return casework.actions.open_cases(
        chain(cases_of_the_living(inputs, files), in_doubt),
        case_rules=case_rules,
        run_id=inputs.run_id,
        as_of=inputs.as_of,
        at=at,
        actor=hands.username,
        ruled=said_before(inputs, ruled_people, ruled, hands.store),
    )


def _queue_reminders(inputs: Inputs, files: list[str], *, at: datetime) -> int:
    """The next reminder for everybody who is due; none where the conclusion is frozen, unless a policy has waited."""
    policies = {policy.key: policy for policy in inputs.standard.policies}
    with database.connection() as connection:
        rows = connection.execute(
            "select pno, policy, due_day, step, frozen from read_parquet(?)"
            " where result = ? and step > 0 order by pno",
            [files, Result.DUE],
        ).fetchall()
    traces = notices.queries.traces(
        certification.queries.reminder_templates(policies), since=at - OLDEST_REMINDER
    )
    sent = {key: trace.queued_at.astimezone(CHINA).date() for key, trace in traces.items()}
    due = (
        (
            pno,
            due_day,
            certification.queries.next_reminder(
                policies[policy], pno=pno, due_day=due_day, reached=step, sent=sent, today=inputs.as_of
            ),
        )
        for pno, policy, due_day, step, frozen in rows
        if not frozen
        or certification.queries.may_ask_in_spite_of_freeze(
            policies[policy], due_day=due_day, today=inputs.as_of
        )
    )
    return notices.actions.queue_many(
        (
            NewMessage(
                key=reminder.key,
                pno=Pno(pno),
                template=reminder.template,
                channel=reminder.channel,
                facts={"due_date": from_day_number(due_day).isoformat()},
            )
            for pno, due_day, reminder in due
            if reminder is not None
        ),
        at=at,
    )
