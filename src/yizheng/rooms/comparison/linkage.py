"""Exact linkage: delivered rows to people, by the normalised number and, where the source gives one, the name.

A number that belongs to somebody on the roster while the name is another's is not a link: it is counted, and the row
stays in the raw store for a person to look at. Rows about people who are not on the roster go no further.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb
import pyarrow as pa

from yizheng.kernel.time import EPOCH
from yizheng.rooms.comparison import normalise
from yizheng.rooms.comparison.normalise import Field, any_bad, any_note, cleaning, faults, text
from yizheng.rooms.evidence.data import EvidenceRules, Source
from yizheng.rooms.evidence.ports import ROW

INDEX = "#index"
"""The column with a row's place in its delivery, counted from 0 over readable rows."""

_PIECE = 16_384
"""Rows of a piece that one of DuckDB's threads takes."""

LINKED = pa.schema([("pno", pa.int32()), ("kind", pa.uint8()), ("day", pa.uint16()), ("index", pa.int64())])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A cell that cannot be used: the row as Excel shows it, the field, and what came."""

    row: int
    field: str
    came: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a portion of a delivery gave: linked rows (LINKED), refused cells, counts by what happened."""

    rows: int
    refused: int
    repaired: int
    linked: pa.Table
    faults: list[Fault]
    kinds: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)


class Linker:
    """The people to link to, held ready for many deliveries. Not for sharing between threads."""

    def __init__(self, people: pa.Table, *, threads: int = 2) -> None:
        """`people` has pno (int32), id17 (int64) and name_key (text), one row a person."""
        self._connection = duckdb.connect()
        self._connection.execute(f"set threads = {int(threads)}")
        normalise.install(self._connection)
        self._connection.register("given", people.select(["pno", "id17", "name_key"]))
        self._connection.execute("create table person as select pno, id17, name_key from given")
        self._connection.unregister("given")

    def read(
        self,
        portion: pa.Table,
        *,
        source: Source,
        rules: EvidenceRules,
        headers: Mapping[str, str],
        delivered_on: date,
    ) -> Reading:
        """Read and link one portion: raw text with ROW and INDEX. `headers` names the column of each field that is there.

        A row is refused whole when its number, name, or a cell that its kind depends on cannot be used.
        """
        fields = fields_of(source, headers, delivered_on)
        named = [f'"{headers[one.name]}" as "{one.name}"' for one in fields]
        pieces = portion.combine_chunks().to_batches(max_chunksize=_PIECE)
        self._connection.register("portion", pa.Table.from_batches(pieces, portion.schema))
        raw = f'(select "{ROW}", "{INDEX}", {", ".join(named)} from portion)'  # noqa: S608 (quoted headers)
        self._connection.execute(f"create or replace temp table clean as {cleaning(fields, raw)}")
        self._connection.execute(f"create or replace temp table judged as {_judging(fields, source, rules)}")
        reading = Reading(
            rows=portion.num_rows,
            refused=self._count("is_bad or lacks_day"),
            repaired=self._count(f"not is_bad and not lacks_day and {any_note(fields)}"),
            linked=self._linked(),
            faults=self._faults(fields, source),
            kinds=self._kinds(rules),
            notes=self._notes(fields),
        )
        self._connection.unregister("portion")
        return reading

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()

    def _count(self, condition: str) -> int:
        found = self._connection.execute(f"select count(*) from judged where {condition}").fetchall()  # noqa: S608
        return int(found[0][0])

    def _linked(self) -> pa.Table:
        linked = self._connection.sql(
            "select pno, cast(told_kind as utinyint) as kind,"
            " cast(told_day - date '1970-01-01' as usmallint) as day, index"
            " from judged where link = 'linked' and told_day is not null order by pno, index"
        ).to_arrow_table()
        return linked.cast(LINKED)

    def _faults(self, fields: Sequence[Field], source: Source) -> list[Fault]:
        rows = self._connection.execute(faults(fields, "clean")).fetchall()
        lacking = self._connection.execute(
            f'select "{ROW}" from judged where lacks_day and not is_bad order by 1'  # noqa: S608
        ).fetchall()
        found = [Fault(row=row, field=name, came=came) for row, name, came in rows]
        return found + [Fault(row=row, field=source.kinds[0].day, came="") for (row,) in lacking]

    def _kinds(self, rules: EvidenceRules) -> dict[str, int]:
        rows = self._connection.execute(
            "select told_kind, count(*) from judged where link = 'linked' and told_day is not null"
            " group by told_kind order by told_kind"
        ).fetchall()
        return {rules.kind(no).key: number for no, number in rows}

    def _notes(self, fields: Sequence[Field]) -> dict[str, int]:
        noted = "select note_{0} as note from judged where note_{0} is not null"
        parts = [noted.format(one.name) for one in fields]
        parts.append("select link from judged where link <> 'linked' and not is_bad")
        parts.append("select 'kind_unknown' from judged where told_kind is null and not is_bad")
        rows = self._connection.execute(
            f"select note, count(*) from ({' union all '.join(parts)}) group by note order by note"  # noqa: S608
        ).fetchall()
        return dict(rows)


def fields_of(source: Source, headers: Mapping[str, str], delivered_on: date) -> list[Field]:
    """The fields that a delivery is judged by: number, name, and whatever its kinds look at. The rest is only kept."""
    wanted = {"id_number", "name"} | {
        name for rule in source.kinds for name in (rule.day, rule.column) if name
    }
    return [
        Field(name=name, kind=column.kind, required=column.required, earliest=EPOCH, latest=delivered_on)
        for name, column in source.columns.items()
        if name in wanted and name in headers
    ]


def _judging(fields: Sequence[Field], source: Source, rules: EvidenceRules) -> str:
    """The SELECT that gives each cleaned row its kind, its day and its link."""
    numbers = {kind.key: kind.no for kind in rules.kinds}
    there = {one.name for one in fields}
    kind, day = "case", "case"
    for rule in source.kinds:
        if rule.day not in there or (rule.column and rule.column not in there):
            continue
        condition = "true"
        if rule.column:
            condition = f"v_{rule.column} in ({', '.join(text(value) for value in rule.values)})"
        kind += f" when {condition} then {numbers[rule.kind]}"
        day += f" when {condition} then v_{rule.day}"
    name_differs = "false"
    if "name" in there:
        name_differs = "coalesce(clean.k_name, '') <> '' and clean.k_name <> person.name_key"
    notes = ", ".join(f"note_{one.name}" for one in fields)
    return f"""
        select *, told_kind is not null and told_day is null and not is_bad as lacks_day from (
            select clean."{ROW}", clean."{INDEX}" as index, {notes}, person.pno, {any_bad(fields)} as is_bad,
                {kind} else null end as told_kind, {day} else null end as told_day,
                case when {any_bad(fields)} then 'refused' when person.pno is null then 'not_on_roster'
                     when {name_differs} then 'name_differs' else 'linked' end as link
            from clean left join person on person.id17 = clean.v_id_number
        )
    """  # noqa: S608 (names and numbers of our own, texts quoted)
