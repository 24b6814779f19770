"""Delivered text to values in bulk: the macros of `sql/normalise.sql`, and one SELECT for all the fields of a table.

Every field gives up to four columns: `v_` its value (NULL where there is none), `bad_` whether the text cannot be used,
`note_` the code of a repair, and for names `k_`, the key of comparison. No row is dropped here: what becomes of a row
with a bad field is for the flow to say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources

import duckdb

from yizheng.rooms.desk import Desk
from yizheng.rooms.people.data import (
    BLANKS,
    CROSSES,
    DOTS,
    FILLER_BIRTHS,
    FILLER_REGIONS,
    INVISIBLE,
    LONGEST_NAME,
    NEARLY_MIDNIGHT,
    SETTLED,
    SUMMER_YEARS,
    VARIANTS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a delivered table. `name` is a plain identifier; the table holds its text in the column of that name.

    `words` are the texts that a code may have, with the value that each stands for (none: any text). `prefix` is what
    a region must start with. Days lie between `earliest` and `latest`, months not after `latest_month` (index); what is
    the latest differs from file to file, so the statement is told it (`latest_of`).
    """

    name: str
    kind: str
    required: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    earliest: date = date(1900, 1, 1)
    latest: date = date(2199, 12, 31)
    latest_month: int = 2199 * 12 + 11


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macros known to a connection."""
    sql = resources.files("yizheng.rooms.comparison").joinpath("sql", "normalise.sql").read_text("utf-8")
    lists = {
        "$FULL": "".join(map(chr, range(0xFF01, 0xFF5F))),
        "$HALF": "".join(map(chr, range(0x21, 0x7F))),
        "$BLANKS": BLANKS,
        "$INVISIBLE": INVISIBLE,
        "$SPACES": " " * len(BLANKS),
        "$DOTS": DOTS,
        "$MIDDLE_DOTS": "\u00b7" * len(DOTS),
        "$CROSSES": CROSSES,
        "$NEARLY": NEARLY_MIDNIGHT,
        "$VARIANTS": VARIANTS,
        "$SETTLED": SETTLED,
        "$SUMMERS": SUMMER_YEARS,
    }
    for word, characters in lists.items():
        sql = sql.replace(word, text(characters))
    for word, numbers in (("%FILLER_BIRTHS", FILLER_BIRTHS), ("%FILLER_REGIONS", FILLER_REGIONS)):
        sql = sql.replace(word, ", ".join(str(int(number)) for number in numbers))
    connection.execute(sql)


MOST_NAMES = 3
_SHARED = """
    WITH candidate AS (
        SELECT v_id_number FROM {clean} WHERE v_id_number IS NOT NULL AND k_name <> '' GROUP BY v_id_number
        HAVING count(*) >= {most} AND min(hash(k_name)) <> max(hash(k_name)))
    SELECT v_id_number FROM {clean} WHERE v_id_number IN (SELECT v_id_number FROM candidate) AND k_name <> ''
    GROUP BY v_id_number HAVING count(DISTINCT k_name) >= {most}
"""


def refuse_shared_numbers(desk: Desk, clean: str) -> None:
    """Mark the number as bad in rows of a cleaned table whose number stands under MOST_NAMES names or more.

    Two names of a number are a marriage or a slip; one number of many people is a filler that nobody listed.
    """
    shared = _SHARED.format(clean=clean, most=MOST_NAMES)
    if desk.run(shared):
        desk.run(f"UPDATE {clean} SET bad_id_number = true WHERE v_id_number IN ({shared})")  # noqa: S608 (ours)


def text(value: str) -> str:
    """A value as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def latest_of(fields: Iterable[Field]) -> dict[str, date | int]:
    """The values of a cleaning of these fields: the latest day or month of each that has one."""
    found: dict[str, date | int] = {}
    for one in fields:
        match one.kind:
            case "id_number":
                found[f"latest_{one.name}"] = int(f"{one.latest:%Y%m%d}")
            case "date":
                found[f"latest_{one.name}"] = one.latest
            case "month":
                found[f"latest_{one.name}"] = one.latest_month
    return found


def cleaning(fields: Iterable[Field], table: str, *, keep_text: bool = True) -> str:
    """The SELECT that gives all columns of `table` and those of every field. `table` needs the macros installed, and the
    statement the values of `latest_of`.

    The columns are made in stages, each over the one before: a macro copies its argument wherever it is used, so
    whatever is used twice must be a column first. Without `keep_text` the fields' own text is left out.
    """
    fields = tuple(fields)
    stages: tuple[list[str], ...] = ([], [], [], [], [])
    for one in fields:
        for stage, columns in zip(stages, _columns(one), strict=True):
            stage.extend(columns)
    sql = table
    for stage in stages:
        sql = f"(SELECT *{''.join(', ' + column for column in stage)} FROM {sql})"  # noqa: S608 (names of our own)
    made = [column.rpartition(" AS ")[2] for stage in stages for column in stage]
    steps = [name for name in made if name[:2] in ("p_", "n_", "b_", "t_")]
    if not keep_text:
        steps += [f'"{one.name}"' for one in fields]
    return f"SELECT * EXCLUDE ({', '.join(steps)}) FROM {sql}" if steps else f"SELECT * FROM {sql}"  # noqa: S608


def faults(fields: Iterable[Field], table: str) -> str:
    """The SELECT of every bad field in a cleaned table: row number, field, the text that came."""
    parts = [
        f"""SELECT "#row" AS row_number, '{one.name}' AS field, "{one.name}" AS came FROM {table} WHERE bad_{one.name}"""  # noqa: S608
        for one in fields
    ]
    return " UNION ALL ".join(parts) + " ORDER BY row_number, field"


def any_bad(fields: Iterable[Field]) -> str:
    """The condition that a cleaned row has a bad field."""
    return "(" + " OR ".join(f"bad_{one.name}" for one in fields) + ")"


def any_note(fields: Iterable[Field]) -> str:
    """The condition that a cleaned row was repaired."""
    return "(" + " OR ".join(f"note_{one.name} IS NOT NULL" for one in fields) + ")"


def _columns(one: Field) -> tuple[list[str], ...]:
    """The columns of one field in five stages, each built on the one before."""
    name, raw = one.name, f'"{one.name}"'
    empty = f"{raw} = ''"
    lacking = empty if one.required else "false"
    note = f"CAST(NULL AS VARCHAR) AS note_{name}"
    unread = f"({raw} <> '' AND v_{name} IS NULL)"
    match one.kind:
        case "id_number":
            fifteen = f"length(p_{name}) = 15"
            # What a statement is told stands outside of macros and in its own type, or it is understood anew each time.
            known = f"CASE WHEN b_{name} <= CAST($latest_{name} AS INTEGER)"
            return (
                [f"plain_number({raw}) AS p_{name}"],
                [f"first_17(p_{name}) AS n_{name}"],
                [f"birth_number(n_{name}) AS b_{name}"],
                [f"{known} THEN id17_of(p_{name}, n_{name}, b_{name}) END AS v_{name}"],
                [
                    f"({lacking} OR {unread}) AS bad_{name}",
                    f"CASE WHEN {fifteen} THEN 'number_15' WHEN p_{name} <> {raw} THEN 'number_form' END AS note_{name}",
                ],
            )
        case "name":
            missing = f"v_{name} = ''" if one.required else "false"
            return (
                [f"normalise_name({raw}) AS v_{name}"],
                [],
                [],
                [f"name_key_of(v_{name}) AS k_{name}"],
                [
                    f"(length(v_{name}) > {LONGEST_NAME} OR {missing}) AS bad_{name}",
                    f"CASE WHEN v_{name} <> {raw} THEN 'name_form' END AS note_{name}",
                ],
            )
        case "date" | "month":
            return _dated(one, lacking)
        case "phone":
            return (
                [f"plain_phone({raw}) AS p_{name}"],
                [],
                [],
                [f"phone_of(p_{name}) AS v_{name}", f"false AS bad_{name}"],
                [f"CASE WHEN {unread} THEN 'phone_unusable' END AS note_{name}"],
            )
        case "yuan":
            first, value = f"plain_amount({raw})", f"fen_of(t_{name})"
        case "region":
            shape = f"{one.prefix}[0-9]{{{6 - len(one.prefix)}}}(?:[0-9]{{3}})?(?:[0-9]{{3}})?"
            first, value = (
                f"trimmed({raw})",
                f"CASE WHEN regexp_full_match(t_{name}, '{shape}') THEN t_{name} END",
            )
        case "code" if one.words:
            pairs = ", ".join(f"{text(word)}: {text(meaning)}" for word, meaning in one.words.items())
            first, value = f"trimmed({raw})", f"MAP {{{pairs}}}[t_{name}]"
        case _:
            first, value = f"trimmed({raw})", f"nullif(t_{name}, '')"
    return (
        [f"{first} AS t_{name}"],
        [],
        [],
        [f"{value} AS v_{name}"],
        [f"({lacking} OR {unread}) AS bad_{name}", note],
    )


def _dated(one: Field, lacking: str) -> tuple[list[str], ...]:
    """The columns of a day or a month, in the same stages."""
    name, raw, is_day = one.name, f'"{one.name}"', one.kind == "date"
    within = f"v_{name} <= CAST($latest_{name} AS INTEGER)"
    note = f"CAST(NULL AS VARCHAR) AS note_{name}"
    if is_day:
        within = f"v_{name} BETWEEN {_day(one.earliest)} AND CAST($latest_{name} AS DATE)"
        instant = f"t_{name} <> p_{name} THEN 'day_of_instant'"
        note = f"CASE WHEN {instant} WHEN nearly_midnight(t_{name}) THEN 'day_rounded' END AS note_{name}"
    return (
        [f"trimmed({raw}) AS p_{name}"],
        [f"day_text(p_{name}) AS t_{name}"],
        [],
        [f"{'day_of' if is_day else 'month_of'}(t_{name}) AS v_{name}"],
        [f"({lacking} OR ({raw} <> '' AND ({within}) IS NOT TRUE)) AS bad_{name}", note],
    )


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"
