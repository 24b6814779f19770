"""Reading a roster (花名册), a portion at a time: every row accepted, repaired with a note, or refused with its cells.

Part of the story in `roster_arrives`. DuckDB does the work on columns; nothing is written here. The rules that hold: a
number stands once in a file (a later row is refused, naming the first); a value that the product can do without
(telephone, a group's word) is dropped with a note rather than losing the person; a value that decides about pay or
dates is never guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from yizheng.flows.arrivals import roster_moved
from yizheng.flows.arrivals.bad_numbers import number_expected
from yizheng.flows.arrivals.roster_words import (
    ENDED_OTHERWISE,
    GROUPS,
    IN_PAYMENT,
    PAUSED,
    PAUSED_OTHERWISE,
    SEPARATORS,
    WORDS,
)
from yizheng.flows.arrivals.why import Why
from yizheng.kernel.errors import Refused
from yizheng.kernel.time import Month
from yizheng.rooms import evidence
from yizheng.rooms.comparison import database
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
from yizheng.rooms.evidence.data import Action, Column, ErrorLine, Expected
from yizheng.rooms.evidence.ports import ROW

_SAID_BY_FIELD = frozenset({"sex", "scheme", "benefit_type", "pay_state", "phone", "groups"})
"""Fields whose words are their own; of the others it is said how their kind of column is read."""
_SOON = 12
"""Months after the delivery in which a benefit may begin or a state change: a later one is a slip of the keys."""
_MONTHS_AFTER = {"paid_through": 0, "start_month": _SOON, "pay_month": _SOON}
"""How many months after the delivery a month may lie. No month has been paid that has not come: one slip would move the
pay run of everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What a portion of the file gave: accepted rows as columns, refused and dropped cells, counts by note."""

    rows: int
    refused: int
    repaired: int
    accepted: pa.Table
    errors: list[ErrorLine]
    notes: dict[str, int] = field(default_factory=dict)


def headers_of(columns: Mapping[str, Column], headers: Sequence[str], file_name: str) -> dict[str, str]:
    """The header of each field that the file has. Raises Refused where a needed one is missing."""
    found, missing = evidence.queries.find_headers(columns, headers)
    if missing:
        raise Refused(
            Why.ROSTER_COLUMNS_MISSING,
            file=file_name,
            missing=tuple(missing),
            known=len(found),
            others=len(headers) - len(found),
        )
    return found


class RosterReader:
    """Reads one roster's portions in their order, knowing who is on the roster already. Close it when done."""

    def __init__(
        self,
        *,
        known: pa.Table,
        headers: Mapping[str, str],
        columns: Mapping[str, Column],
        delivered_on: date,
        region: str,
    ) -> None:
        """`known` is `people.queries.link_table`; `region` is what region codes must start with."""
        self._headers = headers
        self._columns = columns
        self._fields = [
            Field(
                name=name,
                kind="phone" if name == "phone" else column.kind,
                required=column.required,
                words=WORDS.get(name, {}),
                prefix=region,
                latest=delivered_on,
                latest_month=Month.of(delivered_on).index + _MONTHS_AFTER.get(name, 0),
            )
            for name, column in columns.items()
        ]
        self._desk = database.take_desk()
        given = self._desk.hand_in(known)
        self._tables = {
            "known": self._desk.fill("known", f"SELECT * FROM {given}"),  # noqa: S608 (a name of our own)
            "seen": self._desk.fill("seen", _NOBODY_SEEN),
        }

    def read(self, rows: pa.Table) -> Portion:
        """Read the next portion."""
        arrived = self._desk.hand_in(rows)
        cells = ", ".join(
            f'"{self._headers[one.name]}" AS "{one.name}"'
            if one.name in self._headers
            else f"'' AS \"{one.name}\""
            for one in self._fields
        )
        self._raw = f'(SELECT "{ROW}", {cells} FROM {arrived})'  # noqa: S608 (headers that the file has, quoted)
        cleaned = cleaning(self._fields, self._raw, keep_text=False)
        self._tables["clean"] = self._desk.fill("clean", cleaned, **latest_of(self._fields))
        refuse_shared_numbers(self._desk, self._tables["clean"])
        self._tables["repeated"] = self._desk.fill("repeated", self._over(_FIRST))
        self._run(_SEEN)
        accepted = self._desk.table(
            self._over(_ACCEPTED, groups=_groups(), good=self._good, **_PAY, **_GIVEN)
        )
        accepted = roster_moved.marked(self._desk, self._tables["known"], accepted)
        return Portion(
            rows=rows.num_rows,
            refused=rows.num_rows - accepted.num_rows,
            repaired=self._count(f"{self._good} AND {any_note(self._fields)}"),
            accepted=accepted,
            errors=self._errors(),
            notes=self._notes(),
        )

    @property
    def _good(self) -> str:
        """The condition that a cleaned row is accepted."""
        return f"""NOT {any_bad(self._fields)} AND "{ROW}" NOT IN (SELECT row_number FROM {self._tables["repeated"]})"""  # noqa: S608

    def close(self) -> None:
        """Give the memory back."""
        self._desk.give_back()

    def _over(self, statement: str, **words: object) -> str:
        """A statement of ours about the tables of this portion."""
        return statement.format(**self._tables, row=ROW, **words)

    def _run(self, statement: str, **words: object) -> list[tuple[Any, ...]]:
        return self._desk.run(self._over(statement, **words))

    def _count(self, condition: str) -> int:
        return int(self._run(_COUNT, condition=condition)[0][0])

    def _errors(self) -> list[ErrorLine]:
        """A line for every refused or dropped cell; the text that came is read again from the portion."""
        raw, bad = self._raw, any_bad(self._fields)
        lines: list[ErrorLine] = []
        if self._count(bad):
            beside = self._desk.fill("beside", self._over(_BESIDE, raw=raw, bad=bad))
            lines += [self._line(*row) for row in self._desk.run(faults(self._fields, beside))]
        lines += [
            ErrorLine(
                row=row,
                column=self._headers["id_number"],
                expected=Expected.ONCE,
                number=first,
                came=number,
            )
            for row, number, first in self._run(_TWICE, raw=raw)
        ]
        dropped = self._run(_DROPPED, raw=raw, good=self._good, known_words=_known_words())
        return lines + [self._line(row, name, came, Action.CORRECT_CELL) for row, name, came in dropped]

    def _line(self, row: int, name: str, came: str, action: Action = Action.SEND_ROW_AGAIN) -> ErrorLine:
        column = self._headers.get(name, name)
        expected = number_expected(came) if name == "id_number" else self._expected(name)
        return ErrorLine(row=row, column=column, expected=expected, came=came, action=action)

    def _expected(self, name: str) -> Expected:
        if name in _MONTHS_AFTER:
            return Expected.MONTH_SOON if _MONTHS_AFTER[name] else Expected.MONTH_DELIVERED
        return Expected(name if name in _SAID_BY_FIELD else self._columns[name].kind)

    def _notes(self) -> dict[str, int]:
        noted = " UNION ALL ".join(
            self._over(_NOTED, name=one.name, good=self._good)
            for one in self._fields
            if one.kind in ("id_number", "name", "phone", "date")
        )
        rows = self._run(_COUNTED, noted=noted)
        words = {"good": self._good, "known_words": _known_words(), "in_payment": IN_PAYMENT}
        more = self._run(_MORE_NOTES, **words)[0]
        names = ("duplicate_number", "sex_differs", "birth_day_differs", "reason_missing", "group_unknown")
        return dict(rows) | {note: number for note, number in zip(names, more, strict=True) if number}


def _groups() -> str:
    """The bits of the groups that the text names."""
    parts = [
        f"CASE WHEN contains(coalesce(v_groups, ''), {text(word)}) THEN {int(bit)} ELSE 0 END"
        for word, bit in GROUPS.items()
    ]
    return " + ".join(parts)


def _known_words() -> str:
    """A pattern that removes every known word and separator of the groups: what is left is unknown."""
    return text("|".join([*GROUPS, SEPARATORS]))


_NOBODY_SEEN = "SELECT CAST(NULL AS BIGINT) AS id17, CAST(NULL AS BIGINT) AS first_row WHERE false"

_COUNT = "SELECT count(*) FROM {clean} WHERE {condition}"

_NOTED = "SELECT note_{name} AS note, count(*) AS number FROM {clean} WHERE {good} GROUP BY ALL"

_COUNTED = "SELECT note, CAST(sum(number) AS BIGINT) FROM ({noted}) WHERE note IS NOT NULL GROUP BY note"

_FIRST = """
    SELECT row_number, first_row FROM (
        SELECT "{row}" AS row_number, v_id_number,
            coalesce(seen.first_row, min("{row}") OVER (PARTITION BY v_id_number)) AS first_row
        FROM {clean} AS clean LEFT JOIN {seen} AS seen ON seen.id17 = clean.v_id_number WHERE NOT clean.bad_id_number)
    WHERE v_id_number IS NOT NULL AND first_row < row_number
"""

_SEEN = """
    INSERT INTO {seen} SELECT v_id_number, "{row}" FROM {clean}
    WHERE v_id_number IS NOT NULL AND NOT bad_id_number AND "{row}" NOT IN (SELECT row_number FROM {repeated})
"""

_PAY = {
    "in_payment": IN_PAYMENT,
    "paused": PAUSED,
    "paused_otherwise": PAUSED_OTHERWISE,
    "ended_otherwise": ENDED_OTHERWISE,
}

_ACCEPTED = """
    WITH rows AS (
        SELECT "{row}" AS row_number, v_id_number AS id17, number_of(v_id_number) AS number,
            v_name AS name, k_name AS name_key,
            CAST(coalesce(CAST(v_sex AS SMALLINT), sex_of(v_id_number)) AS SMALLINT) AS sex,
            CAST(coalesce(v_birth_day, birth_of(v_id_number)) - DATE '1970-01-01' AS INTEGER) AS birth_day,
            v_region AS region, v_scheme AS scheme, v_benefit_type AS benefit_type, {groups} AS groups,
            v_start_month AS start_month, v_monthly AS monthly_fen,
            strftime(v_last_certified, '%Y-%m-%d') AS last_certified_on, v_paid_through AS paid_through,
            CAST(v_pay_state AS TINYINT) AS told_state,
            v_pay_month AS row_month, v_pay_reason AS row_reason,
            coalesce(v_pay_month, v_paid_through + 1) AS step_month,
            coalesce(v_pay_reason, CASE v_pay_state WHEN '{in_payment}' THEN '' WHEN '{paused}' THEN '{paused_otherwise}'
                ELSE '{ended_otherwise}' END) AS step_reason,
            coalesce(v_phone, '') AS phone, coalesce(v_account, '') AS account, coalesce(v_address, '') AS address
        FROM {clean} WHERE {good}
    ), told AS (
        SELECT *, CAST(to_json([number, name]) AS VARCHAR) AS identity,
            CAST(to_json([phone, account, address]) AS VARCHAR) AS contact,
            CASE WHEN account = '' THEN CAST(0 AS UBIGINT) ELSE md5_number_lower(account) END AS account_key,
            CASE WHEN phone = '' THEN CAST(0 AS UBIGINT) ELSE md5_number_lower(phone) END AS phone_key
        FROM rows
    ), digested AS (
        SELECT *, md5_number_lower(concat_ws('|', identity, contact, region)) AS person_digest,
            md5_number_lower(concat_ws('|', scheme, benefit_type, region, groups, start_month, monthly_fen,
                coalesce(last_certified_on, ''), paid_through)) AS benefit_digest
        FROM told
    )
    SELECT known.pno AS known_pno, coalesce(known.came, known.pno) AS known_came, known.pno IS NULL AS is_new,
        digested.* EXCLUDE (phone, account, address, row_month, row_reason),
        known.pno IS NULL OR known.person_digest IS DISTINCT FROM digested.person_digest AS person_changed,
        known.pno IS NULL OR known.benefit_digest IS DISTINCT FROM digested.benefit_digest AS benefit_changed,
        {given_month} AS given_month, {given_reason} AS given_reason,
        CASE WHEN known.pno IS NULL THEN digested.told_state <> {in_payment}
             ELSE known.told_state <> digested.told_state OR coalesce(known.given_month <> row_month, false)
               OR coalesce(known.given_reason <> row_reason, false) END AS pay_changed,
        known.pno IS NULL OR known.told_state <> digested.told_state OR known.given_month IS DISTINCT FROM {given_month}
            OR known.given_reason IS DISTINCT FROM {given_reason} OR known.account_key IS NULL AS told_differently,
        coalesce(known.name_key <> digested.name_key, false) AS name_differs,
        coalesce(known.birth_day <> digested.birth_day, false) AS birth_differs
    FROM digested LEFT JOIN {known} AS known USING (id17) ORDER BY row_number
"""
"""`pay_changed`: the roster itself says something else about pay than its row before. What a row leaves empty says
nothing, and a month worked out from `paid_through` moves every month: neither is a change. While the state stays, what
was given once is kept. `told_differently` also where the file about the person before is of a version that kept no key
of the account: its rows are kept anew once.
"""

_GIVEN = {
    f"given_{what}": f"""CASE WHEN known.told_state = digested.told_state
            THEN coalesce(row_{what}, known.given_{what}) ELSE row_{what} END"""
    for what in ("month", "reason")
}

_BESIDE = """
    SELECT raw.*, clean.* EXCLUDE ("{row}") FROM {clean} AS clean JOIN {raw} AS raw USING ("{row}") WHERE {bad}
"""

_TWICE = """
    SELECT row_number, id_number, first_row FROM {repeated} JOIN {raw} AS raw ON raw."{row}" = row_number
"""

_DROPPED = """
    WITH dropped AS (
        SELECT "{row}", 'phone' AS field FROM {clean} WHERE note_phone IS NOT NULL AND {good}
        UNION ALL
        SELECT "{row}", 'groups' FROM {clean}
        WHERE v_groups IS NOT NULL AND regexp_replace(v_groups, {known_words}, '', 'g') <> '' AND {good})
    SELECT "{row}", field, CASE field WHEN 'phone' THEN raw.phone ELSE raw.groups END
    FROM dropped JOIN {raw} AS raw USING ("{row}")
"""

_MORE_NOTES = """
    SELECT (SELECT count(*) FROM {repeated}),
        count(*) FILTER (CAST(v_sex AS SMALLINT) <> sex_of(v_id_number)),
        count(*) FILTER (v_birth_day <> birth_of(v_id_number)),
        count(*) FILTER (v_pay_state <> '{in_payment}' AND v_pay_reason IS NULL),
        count(*) FILTER (v_groups IS NOT NULL AND regexp_replace(v_groups, {known_words}, '', 'g') <> '')
    FROM {clean} WHERE {good}
"""
