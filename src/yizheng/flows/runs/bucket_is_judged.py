"""A bucket of people is judged (分片判定): the part of a certification run that any process can do.

Part of the story in `certification_run`, which reads what the database knows and hands it in. Here the evidence of the
bucket is settled and compared, the results are written as one file, and their rows become leaf hashes.

Before the file its mark is written, under the ledger's key: a run that was killed takes up only files that have theirs,
and judges anew whoever stands in another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from yizheng.flows.runs.certification_inputs import Columns, Inputs, engine_for, judge_columns
from yizheng.flows.runs.evidence_settles import files_of, settle
from yizheng.kernel.digest import sha256_hex
from yizheng.kernel.errors import Refused
from yizheng.kernel.store import Store
from yizheng.kernel.time import day_number
from yizheng.rooms import certification, ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The results of a bucket as the ledger commits to them: leaf hashes, and the same rows without evidence numbers.

    `digest` is the SHA-256 of their file.
    """

    leaves: bytes
    told: bytes
    digest: str


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

    `digests` are the witnessed SHA-256 of the files, and of the prior run's results. Raises Refused where a file is not
    the one that was witnessed.
    """
    _check_prior(inputs, bucket, digests, store)
    settle(names, bucket=bucket, store=store, digests=digests)
    state = engine_for(inputs).evaluate(
        files=files_of(names, bucket=bucket, store=store), as_of=day_number(inputs.as_of)
    )
    results = judge_columns(inputs, columns, bucket=bucket, state=state, store=store)
    name = certification.queries.result_file(inputs.run_id, bucket)
    data = _parquet(results)
    store.write(certification.queries.mark_file(name), ledger.queries.mark_of(name, data).encode())
    store.write(name, data)
    return rows_of(name, store)


def has_its_mark(name: str, store: Store) -> bool:
    """Whether these results lie there as they were judged: not torn, and changed by nobody."""
    mark = certification.queries.mark_file(name)
    if not (store.exists(name) and store.exists(mark)):
        return False
    return store.read(mark) == ledger.queries.mark_of(name, store.read(name)).encode()


def _check_prior(inputs: Inputs, bucket: int, digests: Mapping[str, str], store: Store) -> None:
    """Raises Refused where the prior run's results, on which due days rest, are not those that were witnessed."""
    name = certification.queries.result_file(inputs.prior.run_id, bucket) if inputs.prior else ""
    if name in digests and not (store.exists(name) and sha256_hex(store.read(name)) == digests[name]):
        raise Refused(certification.Why.RESULTS_NOT_AS_WITNESSED, file=name)


def rows_of(name: str, store: Store) -> Judged:
    """The rows of a bucket whose results lie in this file."""
    lines = _Lines()
    texts = certification.queries.row_texts([store.path(name).__fspath__()], seen_by=lines)
    leaves = ledger.actions.row_leaves(texts)
    return Judged(leaves=leaves, told=b"".join(lines.parts), digest=sha256_hex(store.read(name)))


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())
