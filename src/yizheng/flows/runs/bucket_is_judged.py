"""A bucket of people is judged (分片判定): the part of a certification run that any process can do.

Part of the story in `certification_run`, which reads what the database knows and hands it in. Here the evidence of the
bucket is settled and compared, the results are written as one file, and their rows become leaf hashes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from yizheng.flows.runs.certification_inputs import Columns, Inputs, engine_for, judge_columns
from yizheng.flows.runs.evidence_settles import files_of, settle
from yizheng.kernel.store import Store
from yizheng.kernel.time import day_number
from yizheng.rooms import certification, ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The results of a bucket as the ledger commits to them: leaf hashes, and the same rows without evidence numbers."""

    leaves: bytes
    told: bytes


@dataclass(slots=True)
class _Lines:
    """Keeps the lines that it is shown."""

    parts: list[bytes] = field(default_factory=list)

    def update(self, data: bytes, /) -> None:
        self.parts.append(data)


def judge_bucket(
    inputs: Inputs,
    columns: Columns,
    *,
    bucket: int,
    names: list[str],
    digests: Mapping[str, str],
    store: Store,
) -> Judged:
    """Judge the people of a bucket by the evidence files of these names, and write their results.

    `digests` are the witnessed SHA-256 of the files. Raises Refused where a file is not the one that was witnessed.
    """
    settle(names, bucket=bucket, store=store, digests=digests)
    state = engine_for(inputs).evaluate(
        files=files_of(names, bucket=bucket, store=store), as_of=day_number(inputs.as_of)
    )
    results = judge_columns(inputs, columns, bucket=bucket, state=state, store=store)
    name = certification.queries.result_file(inputs.run_id, bucket)
    store.write(name, _parquet(results))
    return rows_of(name, store)


def rows_of(name: str, store: Store) -> Judged:
    """The rows of a bucket whose results lie in this file."""
    lines = _Lines()
    texts = certification.queries.row_texts([store.path(name).__fspath__()], seen_by=lines)
    leaves = ledger.actions.row_leaves(texts)
    return Judged(leaves=leaves, told=b"".join(lines.parts))


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())
