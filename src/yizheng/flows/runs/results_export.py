"""The results of a run are handed out (结果导出): one row a person, CSV or Parquet, for outside tools.

The columns are a contract (docs/reference/results-export.md). The export opens everybody's number and name, so it is
written into the ledger before the file is made.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from yizheng.flows.house.writing_out import check_place, make_private, written_out
from yizheng.kernel.cells import SafeWriter
from yizheng.kernel.errors import Misused, Refused
from yizheng.kernel.hands import Hands
from yizheng.kernel.time import from_day_number
from yizheng.rooms import casework, certification, entitlements, ledger, people
from yizheng.rooms.certification.data import Result
from yizheng.rooms.entitlements.data import PayState
from yizheng.rooms.evidence.data import EvidenceRules

COLUMNS = (
    "id_number",
    "name",
    "benefit",
    "region",
    "result",
    "reasons",
    "source",
    "event_date",
    "due_date",
    "pay_state",
    "case_id",
)
PORTION = 50_000

Row = tuple[str, ...]


def export(hands: Hands, *, as_of: date, out: Path, rules: EvidenceRules) -> int:
    """Write the newest run up to a day to `out` and give the number of people. Raises Misused, Refused."""
    if out.suffix not in (".csv", ".parquet"):
        raise Misused(certification.Why.OUT_NAME, name=out.name)
    check_place(out)
    run = certification.queries.find_latest_run(upto=as_of)
    if run is None:
        raise Refused(certification.Why.NO_RUN, as_of=as_of, day=as_of.isoformat())
    with transaction.atomic():
        ledger.actions.append(
            kind="privacy:export:made",
            actor=hands.username,
            at=hands.now(),
            subject=f"certification_export:{run.run_id}",
            detail={"run_id": run.run_id, "columns": list(COLUMNS)},
        )
    portions = _portions(hands, run, rules)
    with written_out(out):
        make_private(out)
        return _write_csv(portions, out) if out.suffix == ".csv" else _write_parquet(portions, out)


def _portions(
    hands: Hands, run: certification.queries.RunRecord, rules: EvidenceRules
) -> Iterator[list[Row]]:
    """The rows, so many people at a time, by person number."""
    sources = {kind.no: kind.source for kind in rules.kinds}
    cases = casework.queries.open_case_ids()
    names = people.queries.all_identities()
    for file in certification.queries.result_files(hands.store, run):
        for batch in pq.ParquetFile(file).iter_batches(PORTION):
            results = batch.to_pydict()
            first, last = results["pno"][0], results["pno"][-1]
            benefits = entitlements.queries.benefit_columns(first=first, last=last, as_of=run.as_of)
            states = benefits.pay_state.tolist()
            kinds, regions = benefits.benefit_type.to_pylist(), benefits.region.to_pylist()
            rows: list[Row] = []
            for place, pno in enumerate(results["pno"]):
                known, identity = next(names)
                if known != pno:
                    raise Refused(certification.Why.ROSTER_NOT_IN_RUN)
                kind_no = results["kind_no"][place]
                rows.append(
                    (
                        identity.number,
                        identity.name,
                        kinds[place],
                        regions[place],
                        Result(results["result"][place]).word,
                        results["reasons"][place],
                        sources.get(kind_no, ""),
                        _day(results["event_day"][place]),
                        _day(results["due_day"][place]),
                        PayState(states[place]).name.lower(),
                        str(cases.get(pno, "")),
                    )
                )
            hands.progress("export", last + 1, run.counts.roster if run.counts else last + 1)
            yield rows


def _day(number: int) -> str:
    return from_day_number(number).isoformat() if number else ""


def _write_csv(portions: Iterator[list[Row]], out: Path) -> int:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = SafeWriter(file)
        writer.row(COLUMNS)
        return sum(writer.rows(rows) for rows in portions)


def _write_parquet(portions: Iterator[list[Row]], out: Path) -> int:
    written = 0
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for rows in portions:
            columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            written += len(rows)
    return written
