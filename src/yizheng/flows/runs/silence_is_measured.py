"""How silent certification was in the year up to a run (静默程度): gathered from the results of runs and the outbox.

The definitions stand in one pure place, `certification.silence`; here is only read what they count. Of a year's runs the
last of each month is looked at, for the people who were asked alone: what was proven of whom, and when it became known.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import duckdb
import pyarrow as pa

from yizheng.flows.runs.certification_inputs import Inputs
from yizheng.kernel.store import Store
from yizheng.kernel.time import CHINA, day_number, from_day_number
from yizheng.rooms import certification, notices
from yizheng.rooms.certification.data import (
    Ask,
    AskedPerson,
    Proof,
    Result,
    Silence,
    silence_of,
    year_before,
)
from yizheng.rooms.comparison import database
from yizheng.rooms.comparison.data import DAY_SHIFT

MUST_CERTIFY = (Result.PASSED, Result.DOUBTFUL, Result.DUE, Result.NOT_DUE)
"""Who must certify: not the exempt; and of records that cannot be true, or without a policy, nobody knows."""
MUST_ACT = "case_must_act"
"""The letter after a case that could not be settled: it asks the person to certify, as reminders do."""
LATE_PROOFS = timedelta(days=35)
"""So much earlier than the year the runs begin that are looked at: the first of them says what was known before."""

Asks = dict[int, list[Ask]]


def silence_after(inputs: Inputs, files: Sequence[str], *, store: Store) -> Silence:
    """The figures as of a run, whose results lie in `files` and whose reminders are queued."""
    since = year_before(inputs.as_of)
    asks = _asks(inputs, since)
    with database.connection() as connection:
        connection.register("asked", pa.table({"pno": pa.array(sorted(asks), pa.int32())}))
        unasked, unasked_confirmed, confirmed = _people(connection, files, since=since)
        proofs = _proofs(connection, inputs, files, store=store)
        connection.unregister("asked")
    return silence_of(
        (
            AskedPerson(
                asks=tuple(asks[pno]),
                proofs=tuple(Proof(on, known) for on, known in proofs.get(pno, {}).items()),
                is_confirmed=is_confirmed,
            )
            for pno, is_confirmed in confirmed.items()
        ),
        as_of=inputs.as_of,
        first_run=certification.queries.first_run_day(otherwise=inputs.as_of),
        unasked=unasked,
        unasked_confirmed=unasked_confirmed,
    )


def _asks(inputs: Inputs, since: date) -> Asks:
    """Who was asked in the year. A run as of a past day asks today: that counts as asked on its day."""
    policies = {policy.key: policy for policy in inputs.standard.policies}
    letters = certification.queries.reminder_templates(policies) | {MUST_ACT}
    after = datetime.combine(since + timedelta(days=1), time(), CHINA)
    asks: Asks = defaultdict(list)
    for pno, on, due in notices.queries.asks_since(after, letters):
        asks[pno].append(Ask(min(on, inputs.as_of), due))
    return asks


def _people(
    connection: duckdb.DuckDBPyConnection, files: Sequence[str], *, since: date
) -> tuple[int, int, dict[int, bool]]:
    """Who must certify and of whom nobody reports a death: how many were not asked, how many of these data prove alive
    in the year, and of each who was asked whether data do."""
    people = (
        "select pno, proof_key >> $shift > $since as alive from read_parquet($files)"
        " where death_key = 0 and list_contains($must, result)"
    )
    told: dict[str, object] = {
        "files": list(files),
        "shift": DAY_SHIFT,
        "since": day_number(since),
        "must": [int(result) for result in MUST_CERTIFY],
    }
    unasked, unasked_confirmed = connection.execute(
        f"select count(*), count(*) filter (where alive) from ({people})"  # noqa: S608 (it is ours)
        " where pno not in (select pno from asked)",
        told,
    ).fetchall()[0]
    asked = connection.execute(
        f"select pno, alive from ({people}) where pno in (select pno from asked) order by pno",  # noqa: S608
        told,
    ).fetchall()
    return unasked, unasked_confirmed, dict(asked)


def _proofs(
    connection: duckdb.DuckDBPyConnection, inputs: Inputs, files: Sequence[str], *, store: Store
) -> dict[int, dict[date, date]]:
    """What data proved of the people who were asked: the day of each event, and of the first run that knew of it."""
    before = certification.queries.month_ends(
        after=year_before(inputs.as_of) - LATE_PROOFS, before=inputs.as_of
    )
    looked_at = [(run.as_of, certification.queries.result_files(store, run)) for run in before]
    found: dict[int, dict[date, date]] = defaultdict(dict)
    for as_of, names in [*looked_at, (inputs.as_of, list(files))]:
        rows = connection.execute(
            "select pno, cast(proof_key >> $shift as integer) from read_parquet($files)"
            " where proof_key > 0 and pno in (select pno from asked)",
            {"files": names, "shift": DAY_SHIFT},
        ).fetchall()
        for pno, day in rows:
            found[pno].setdefault(from_day_number(day), as_of)
    return found
