"""Files of one source and period (同期文件): a whole supersedes its part, equal ones are repeated, fewer rows wait.

Twelve of thirty-one rows look like a delivery, and so does the whole that follows. Two files of one period belong
together where they have nearly all rows of the smaller one in common; others (a file a county) stand side by side.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from yizheng.flows.arrivals.why import Why
from yizheng.kernel.errors import Refused
from yizheng.kernel.store import Store
from yizheng.rooms import evidence
from yizheng.rooms.comparison import database
from yizheng.rooms.evidence.data import DeliveryRecord, Source

_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class SamePeriod:
    """The earlier delivery that a file repeats, or those that it supersedes."""

    repeats: DeliveryRecord | None = None
    supersedes: tuple[DeliveryRecord, ...] = ()


def compare(
    rows: Iterable[pa.RecordBatch],
    headers: Mapping[str, str],
    *,
    file: str,
    source: Source,
    earlier: Sequence[DeliveryRecord],
    store: Store,
    replaces: bool,
) -> SamePeriod:
    """Hold a file against what came for its period. Raises Refused where it has no more rows than an earlier version of
    it, unless somebody says that it `replaces` that one.
    """
    new = pa.Table.from_batches(list(rows))
    superseded = []
    for one in earlier:
        old = pa.concat_tables(evidence.queries.raw_parts(one, store))
        both = _common(new, headers, old, source)
        fewer = min(new.num_rows, old.num_rows)
        if not fewer or both * 100 < fewer * source.expectation.same_percent:
            continue
        if both == new.num_rows == old.num_rows:
            return SamePeriod(repeats=one)
        if new.num_rows <= old.num_rows and not replaces:
            raise Refused(
                Why.NO_LONGER_THAN_BEFORE,
                file=file,
                period=one.period,
                before=one.file_name,
                rows=new.num_rows,
                known=old.num_rows,
            )
        superseded.append(one)
    return SamePeriod(supersedes=tuple(superseded))


def _common(new: pa.Table, headers: Mapping[str, str], old: pa.Table, source: Source) -> int:
    """How many rows say the same in all of the source's fields that both files have."""
    before, _ = evidence.queries.find_headers(source.columns, old.column_names)
    fields = sorted(headers.keys() & before.keys())
    mine, theirs = _texts(new, [headers[one] for one in fields]), _texts(old, [before[one] for one in fields])
    with database.connection() as connection:
        connection.register("mine", mine)
        connection.register("theirs", theirs)
        found = connection.execute(
            "select count(*) from (select row from mine intersect all select row from theirs)"
        ).fetchall()
    return int(found[0][0])


def _texts(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    cells = list(_filled(table, columns))
    return pa.table({"row": pc.binary_join_element_wise(*cells, _BETWEEN)})


def _filled(table: pa.Table, columns: Sequence[str]) -> Iterator[pa.ChunkedArray]:
    for name in columns:
        yield pc.fill_null(table[name].cast(pa.string()), "")
