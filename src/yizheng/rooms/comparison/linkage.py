"""Exact linkage: delivered rows to people, by the normalised number and, where the source gives one, the name.

A number that belongs to somebody on the roster while the name is another's is not a link: it is counted, and the row
is given back among those that could not be linked. So are rows about people who are not on the roster (they may come on
it later), and leads whose number or name cannot be used: `STRANGERS` holds what an exact link needs, `LEADS` the words of
the department for whoever looks further. An unclear link is no link here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from yizheng.kernel.time import EPOCH
from yizheng.rooms.comparison import database
from yizheng.rooms.comparison.kernel import Ints
from yizheng.rooms.comparison.normalise import (
    Field,
    any_bad,
    any_note,
    cleaning,
    faults,
    latest_of,
    refuse_shared_numbers,
    text,
)
from yizheng.rooms.comparison.tail.data import PEOPLE
from yizheng.rooms.evidence.data import UNLISTED, EvidenceRules, KindRule, Source
from yizheng.rooms.evidence.ports import ROW

INDEX = "#index"
"""The column with a row's place in its delivery, counted from 0 over readable rows."""

LINKED = pa.schema([("pno", pa.int32()), ("kind", pa.uint8()), ("day", pa.uint16()), ("index", pa.int64())])

STRANGERS = pa.schema(
    [
        ("index", pa.int64()),
        ("kind", pa.uint8()),
        ("day", pa.uint16()),
        ("id17", pa.int64()),
        ("name_key", pa.string()),
    ]
)
"""Rows in order that nobody on the roster fits: what is needed to link them the day their person comes. Personal data."""

LEADS = pa.schema(
    [
        ("index", pa.int64()),
        ("kind", pa.uint8()),
        ("day", pa.uint16()),
        ("number", pa.string()),
        ("name", pa.string()),
        ("birth", pa.string()),
        ("sex", pa.int8()),
        ("region", pa.string()),
        ("why", pa.string()),
    ]
)
"""Leads without a person, as the department wrote them, and why (`not_on_roster`, `name_differs`, `number_unusable`,
`name_unusable`). Personal data."""

_DETAILS = {"birth": ("birth_day", "date"), "sex": ("sex", "code"), "region": ("region", "region")}
"""Fields of a source that say more of who is meant, and the kind of column that they must have to be read so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A cell that cannot be used: the row as Excel shows it, the field, and what came."""

    row: int
    field: str
    came: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a portion of a delivery gave: linked rows (LINKED), rows without a person (STRANGERS, LEADS), refused cells,
    counts by what happened. A lead may stand in both tables.
    """

    rows: int
    refused: int
    repaired: int
    linked: pa.Table
    strangers: pa.Table
    leads: pa.Table
    faults: list[Fault]
    kinds: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)


class Linker:
    """The people to link to, held ready for many deliveries. Not for sharing between threads."""

    def __init__(self, people: pa.Table, *, roster: int = -1) -> None:
        """`people` has pno (int32), id17 (int64) and name_key (text), one row a person; `roster` counts where from."""
        self.roster = roster
        self._desk = database.take_desk()
        given = self._desk.hand_in(people.select(["pno", "id17", "name_key"]))
        self._person = self._desk.fill("person", f"select pno, id17, name_key from {given}")  # noqa: S608 (our name)

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
        named += [f"{cell} as x_{detail}" for detail, cell in _details(source, headers).items()]
        arrived = self._desk.hand_in(portion)
        raw = f'(select "{ROW}", "{INDEX}", {", ".join(named)} from {arrived})'  # noqa: S608 (quoted headers)
        self._clean = self._desk.fill("clean", cleaning(fields, raw), **latest_of(fields))
        if {"id_number", "name"} <= {one.name for one in fields}:
            refuse_shared_numbers(self._desk, self._clean)
        self._judged = self._desk.fill(
            "judged", _judging(fields, source, rules, clean=self._clean, person=self._person)
        )
        refused, repaired, unlinked = self._counts(fields)
        leads = {kind.key for kind in rules.kinds if kind.is_lead}
        may_lead = unlinked and any(rule.kind in leads for rule in source.kinds)
        return Reading(
            rows=portion.num_rows,
            refused=refused,
            repaired=repaired,
            linked=self._linked(),
            strangers=self._strangers(fields) if unlinked else STRANGERS.empty_table(),
            leads=self._leads(fields, rules) if may_lead else LEADS.empty_table(),
            faults=self._faults(fields, source) if refused else [],
            kinds=self._kinds(rules),
            notes=self._notes(fields),
        )

    def close(self) -> None:
        """Give the memory back."""
        self._desk.give_back()

    def _counts(self, fields: Sequence[Field]) -> tuple[int, int, int]:
        """How many rows are refused, repaired, and not linked: what there is none of is not looked for.

        Most files of a month are small, and DuckDB takes some milliseconds to understand each further question.
        """
        found = self._desk.run(
            "select count(*) filter (is_bad or lacks_day),"  # noqa: S608 (fields of our own)
            f" count(*) filter (not is_bad and not lacks_day and {any_note(fields)}),"
            f" count(*) filter (link <> 'linked') from {self._judged}"
        )
        refused, repaired, unlinked = found[0]
        return int(refused), int(repaired), int(unlinked)

    def _linked(self) -> pa.Table:
        linked = self._desk.table(
            "select pno, cast(told_kind as utinyint) as kind,"  # noqa: S608 (a table of our own)
            " cast(told_day - date '1970-01-01' as usmallint) as day, index"
            f" from {self._judged} where link = 'linked' and told_day is not null order by pno, index"
        )
        return linked.cast(LINKED)

    def _strangers(self, fields: Sequence[Field]) -> pa.Table:
        """Rows in order without a person, in the order of the file."""
        key = "nullif(k_name, '')" if "name" in {one.name for one in fields} else "cast(null as varchar)"
        return _as_told(
            self._desk.table(
                f"select index, {_TOLD}, v_id_number as id17, {key} as name_key from {self._judged}"  # noqa: S608
                " where link in ('not_on_roster', 'name_differs') and v_id_number is not null"
                " and told_day is not null order by index"
            ),
            STRANGERS,
        )

    def _leads(self, fields: Sequence[Field], rules: EvidenceRules) -> pa.Table:
        """Leads without a person, also those whose number or name cannot be used, in the order of the file."""
        leads = [str(kind.no) for kind in rules.kinds if kind.is_lead]
        there = {one.name for one in fields}
        others = [one for one in fields if one.name not in ("id_number", "name")]
        usable = f"not {any_bad(others)}" if others else "true"
        name, bad_name = ("nullif(\"name\", '')", "bad_name") if "name" in there else ("null", "false")
        number, bad_number = (
            ("nullif(\"id_number\", '')", "bad_id_number or v_id_number is null")
            if "id_number" in there
            else ("null", "true")
        )
        return _as_told(
            self._desk.table(
                f"select index, {_TOLD}, cast({number} as varchar) as number, cast({name} as varchar) as name,"  # noqa: S608
                " nullif(x_birth, '') as birth,"
                " case when x_sex in ('男', '1') then 1 when x_sex in ('女', '2') then 2 end as sex,"
                f" nullif(x_region, '') as region, case when {bad_number} then 'number_unusable'"
                f" when {bad_name} then 'name_unusable' else link end as why from {self._judged}"
                f" where told_kind in ({', '.join(leads) or 'null'}) and told_day is not null and {usable}"
                f" and (link <> 'linked' and ({number} is not null or {name} is not null)) order by index"
            ),
            LEADS,
        )

    def _faults(self, fields: Sequence[Field], source: Source) -> list[Fault]:
        rows = self._desk.run(faults(fields, self._clean))
        lacking = self._desk.run(
            f'select "{ROW}" from {self._judged} where lacks_day and not is_bad order by 1'  # noqa: S608
        )
        found = [Fault(row=row, field=name, came=came) for row, name, came in rows]
        return found + [Fault(row=row, field=source.kinds[0].day, came="") for (row,) in lacking]

    def _kinds(self, rules: EvidenceRules) -> dict[str, int]:
        rows = self._desk.run(
            f"select told_kind, count(*) from {self._judged} where link = 'linked' and told_day is not null"  # noqa: S608
            " group by told_kind order by told_kind"
        )
        return {rules.kind(no).key: number for no, number in rows}

    def _notes(self, fields: Sequence[Field]) -> dict[str, int]:
        parts = [
            f"select note_{one.name} as note from {self._judged} where note_{one.name} is not null"  # noqa: S608 (ours)
            for one in fields
        ]
        parts.append(f"select link from {self._judged} where link <> 'linked' and not is_bad")  # noqa: S608
        parts.append(f"select '{UNLISTED}' from {self._judged} where told_kind is null and not is_bad")  # noqa: S608 (ours)
        rows = self._desk.run(
            f"select note, count(*) from ({' union all '.join(parts)}) group by note order by note"  # noqa: S608
        )
        return dict(rows)


_TOLD = "cast(told_kind as utinyint) as kind, cast(told_day - date '1970-01-01' as usmallint) as day"


def _as_told(found: pa.Table, schema: pa.Schema) -> pa.Table:
    return found.select(schema.names).cast(schema)


def _details(source: Source, headers: Mapping[str, str]) -> dict[str, str]:
    """The SQL of each detail's text; NULL where the source lacks it (a `region` of another kind is no residence)."""
    found = {}
    for detail, (name, kind) in _DETAILS.items():
        column = source.columns.get(name)
        is_there = column is not None and column.kind == kind and name in headers
        found[detail] = f'trim("{headers[name]}")' if is_there else "cast(null as varchar)"
    return found


def relink(strangers: pa.Table, people: pa.Table, *, taken: Ints) -> pa.Table:
    """Link rows that arrived before their person (STRANGERS) to people who came since, by the same exact rule (LINKED).

    `people` is as `Linker` takes it; rows whose index is in `taken` are linked already.
    """
    with database.connection() as connection:
        connection.register("stranger", strangers)
        connection.register("person", people.select(["pno", "id17", "name_key"]))
        connection.register("taken", pa.table({"index": pa.array(taken, pa.int64())}))
        found = connection.sql(
            "select person.pno, stranger.kind, stranger.day, stranger.index from stranger"
            " join person on person.id17 = stranger.id17"
            " where coalesce(stranger.name_key, person.name_key) = person.name_key"
            " and stranger.index not in (select index from taken) order by person.pno, stranger.index"
        )
        return _as_told(found.to_arrow_table(), LINKED)


def people_to_find(people: pa.Table, regions: tuple[Sequence[int], Sequence[str]] = ((), ())) -> pa.Table:
    """The people of a link table (`pno`, `id17`, `name_key`) as the finder of the hard tail looks among them (PEOPLE)."""
    with database.connection() as connection:
        connection.register("person", people.select(["pno", "id17", "name_key"]))
        connection.register(
            "residence",
            pa.table({"pno": pa.array(regions[0], pa.int32()), "region": pa.array(regions[1], pa.string())}),
        )
        found = connection.sql(
            "select person.pno, number_of(id17) as number, name_key as name, sex_of(id17) as sex,"
            " birth_of(id17) as birth, residence.region from person left join residence using (pno) order by person.pno"
        )
        return found.to_arrow_table().select(PEOPLE.names).cast(PEOPLE)


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


def _condition(rule: KindRule) -> str:
    """The SQL condition that a rule with a column decides about a cleaned row. An empty cell is the empty text."""
    cell = f"coalesce(v_{rule.column}, '')"
    either = [f"contains(no_blanks({cell}), {text(word)})" for word in rule.contains]
    if rule.values:
        either.append(f"{cell} in ({', '.join(text(value) for value in rule.values)})")
    return f"({' or '.join(either) or 'false'})"


def _judging(
    fields: Sequence[Field], source: Source, rules: EvidenceRules, *, clean: str, person: str
) -> str:
    """The SELECT that gives each cleaned row its kind, its day and its link."""
    numbers = {kind.key: kind.no for kind in rules.kinds}
    there = {one.name for one in fields}
    kind, day = "case", "case"
    for rule in source.kinds:
        if rule.day not in there or (rule.column and rule.column not in there):
            continue
        condition = "true"
        if rule.column:
            condition = _condition(rule)
        kind += f" when {condition} then {numbers[rule.kind]}"
        day += f" when {condition} then v_{rule.day}"
    name_differs = "false"
    if "name" in there:
        name_differs = "coalesce(clean.k_name, '') <> '' and clean.k_name <> person.name_key"
    notes = ", ".join(f"note_{one.name}, bad_{one.name}" for one in fields)
    name = 'clean."name", clean.k_name, ' if "name" in there else ""
    number = 'clean."id_number", clean.v_id_number, ' if "id_number" in there else ""
    return f"""
        select *, told_kind is not null and told_day is null and not is_bad as lacks_day from (
            select clean."{ROW}", clean."{INDEX}" as index, {notes}, person.pno,
                {name}{number}clean.x_birth, clean.x_sex, clean.x_region, {any_bad(fields)} as is_bad,
                {kind} else null end as told_kind, {day} else null end as told_day,
                case when {any_bad(fields)} then 'refused' when person.pno is null then 'not_on_roster'
                     when {name_differs} then 'name_differs' else 'linked' end as link
            from {clean} as clean left join {person} as person on person.id17 = clean.v_id_number
        )
    """  # noqa: S608 (names and numbers of our own, texts quoted)
